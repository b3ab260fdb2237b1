"""What is kept of a record whose contents were erased: the columns that are nobody's personal data.

Erasing takes the contents out of every raw version, so what retention leaves in the unified row (contract,
"retention") stands in `ats.retained_<table>`, and every build of the table, whole or incremental, takes it
from there. A record that comes back has contents again; then they alone count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from transforms.engine import Engine
from transforms.incremental import Catalog, Key
from transforms.models import Column, Table, load_tables
from transforms.rendering import Renderer
from transforms.writing import insert_rows

Erases = Literal["personal", "all"]
_ALWAYS = ("id", "connection_id", "tool", "remote_id", "changed_at", "remote_deleted_at", "remote_data")
"""Columns that come from the raw versions, with contents or without."""
_KEY = ("erases", "connection_id", "tool", "remote_id")
_IS_ERASED = "(connection_id, remote_id) in (select connection_id, remote_id from erased)"
"""Whether a row is of a record that is being erased."""


@dataclass(frozen=True)
class Erasable:
    """Records of one model of one connection whose contents are to go."""

    tool: str
    model: str
    connection_id: str
    remote_ids: Sequence[str]
    erases: Erases
    """"personal": what is personal; "all": every column but ids, references and the two times."""

    @property
    def keys(self) -> list[Key]:
        """The records."""
        return [(self.connection_id, remote_id) for remote_id in self.remote_ids]


def is_erased_by(table: Table, erases: Erases) -> bool:
    """Whether there is anything in a table that this kind of erasing takes away."""
    return bool(table.operations) and (erases == "all" or any(one.personal for one in table.columns))


def lacks_retained(catalog: Catalog) -> bool:
    """Whether a table that keeps what may stay, or a column of one, is not there yet."""
    return not all({one.name for one in _kept(table)} <= catalog.columns(_name(table)) for table in _tables())


def create_retained(engine: Engine, renderer: Renderer, catalog: Catalog) -> None:
    """Make the tables that are not there yet, and add the columns that the unified tables have got since."""
    for table in _tables():
        name = _name(table)
        if not catalog.has("ats", name):
            columns = [*_KEY, *(one.name for one in _kept(table))]
            kinds = {one.name: one.kind for one in _kept(table)}
            typed = ", ".join(f"{one} {renderer.macro('type_of', kinds.get(one, 'text'))}" for one in columns)
            engine.execute(f"create table ats.{name} ({typed})")
            continue
        there = catalog.columns(name)
        for column in _kept(table):
            if column.name not in there:
                kind = renderer.macro("type_of", column.kind)
                engine.execute(f"alter table ats.{name} add column {column.name} {kind}")


def erase_contents(engine: Engine, erasable: Erasable) -> dict[str, int]:
    """Take the contents out of every raw version, and keep what may stay of the unified rows.

    The unified tables must be up to date before, and the records must be transformed after it, all in one
    transaction. Gives the rows that had contents, by table.
    """
    engine.execute("create temporary table erased (connection_id text, remote_id text)")
    insert_rows(engine, "erased", erasable.keys)
    table = next(one for one in load_tables() if one.name == erasable.model)
    _keep(engine, table, erasable)
    versions = _empty(engine, erasable)
    ((rows,),) = engine.fetch(
        f"select count(*) from unified.{table.name} where tool = '{erasable.tool}' and {_IS_ERASED}"
    )
    engine.execute("drop table erased")
    return {**versions, f"unified.{table.name}": int(str(rows))}


def empty_versions(engine: Engine, erasable: Erasable) -> dict[str, int]:
    """Take the contents out of every raw version of records that are not transformed yet.

    What is kept of them from an earlier erasing stays. Gives the rows that had contents, by table.
    """
    engine.execute("create temporary table erased (connection_id text, remote_id text)")
    insert_rows(engine, "erased", erasable.keys)
    versions = _empty(engine, erasable)
    engine.execute("drop table erased")
    return versions


def _empty(engine: Engine, erasable: Erasable) -> dict[str, int]:
    raw = f"raw_{erasable.tool}.{erasable.model}"
    ((versions,),) = engine.fetch(
        f"select count(*) from {raw} where content_hash is not null and {_IS_ERASED}"
    )
    engine.execute(f"update {raw} set remote_data = null, content_hash = null where {_IS_ERASED}")
    return {raw: int(str(versions))}


def retained_values() -> dict[str, list[str]]:
    """Each table of what is kept, with the columns that tell nothing of a moment before the erasing."""
    return {_name(table): [one.name for one in _kept(table) if not _is_reference(one)] for table in _tables()}


def retained_statement(table: Table, tool: str) -> str | None:
    """What gives the rows that are built what is kept of them; None where nothing can be."""
    if not table.operations or not _kept(table):
        return None
    values = ", ".join(f"{one.name} = retained.{one.name}" for one in _kept(table))
    return (
        f"update built set {values} from ats.{_name(table)} as retained "
        f"where retained.tool = '{tool}' and built.tool = '{tool}' "
        "and retained.connection_id = built.connection_id and retained.remote_id = built.remote_id "
        "and (built.connection_id, built.remote_id) in "
        f"(select connection_id, remote_id from versions_{tool}_{table.name} where content_row is null)"
    )


def _keep(engine: Engine, table: Table, erasable: Erasable) -> None:
    is_erased = (
        f"tool = '{erasable.tool}' and (connection_id, remote_id) in "
        "(select connection_id, remote_id from erased)"
    )
    engine.execute(f"delete from ats.{_name(table)} where {is_erased}")
    names = ["connection_id", "tool", "remote_id"]
    names += [one.name for one in _kept(table) if erasable.erases == "personal" or _is_reference(one)]
    columns = ", ".join(names)
    select = f"select '{erasable.erases}', {columns} from unified.{table.name} where {is_erased}"
    engine.execute(f"insert into ats.{_name(table)} (erases, {columns}) {select}")


def _tables() -> list[Table]:
    return [table for table in load_tables() if table.operations]


def _kept(table: Table) -> list[Column]:
    """The columns that retention may leave, beside those that never go."""
    return [one for one in table.columns if one.name not in _ALWAYS and not one.personal]


def _is_reference(column: Column) -> bool:
    return column.name.endswith("_id")


def _name(table: Table) -> str:
    return f"retained_{table.name}"


def counted(counts: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Counts of several erasings in one, without what had none."""
    total: dict[str, int] = {}
    for one in counts:
        for name, count in one.items():
            total[name] = total.get(name, 0) + count
    return {name: count for name, count in total.items() if count}
