"""Loads that a run finds complete and not transformed: of a run that was killed, or of another machine."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.configuration import Configuration, load_configuration
from pipelines.erasure_key import key_id
from pipelines.erasures import Erasures
from pipelines.forgotten_persons import forgotten_persons
from pipelines.tools import TOOLS, Tool
from sources.endpoints import default_endpoints, path_of, resolve_endpoints
from sources.forgotten import Forgotten
from sources.json_document import value_of
from sources.known_versions import colons
from transforms.engine import Engine
from transforms.incremental import Catalog, create_state, lacks_state, new_loads
from transforms.rendering import Renderer
from transforms.retained import Erasable, counted, empty_versions
from transforms.schemas import tables_of

_TAKE_OUT_DOUBLES = """
delete from {table} using (
    select connection_id, remote_id, read_at, min({row}) as kept
    from {table}
    where _dlt_load_id = ?
    group by connection_id, remote_id, read_at
    having count(*) > 1
) as doubled
where {table}._dlt_load_id = ?
    and {table}.connection_id = doubled.connection_id
    and {table}.remote_id = doubled.remote_id
    and {table}.read_at = doubled.read_at
    and {table}.{row} <> doubled.kept
"""
"""A load holds one version of a record at most."""


@dataclass(frozen=True)
class _Table:
    """A raw table, and the loads of it that are late."""

    tool: Tool
    model: str
    load_ids: Sequence[str]

    @property
    def name(self) -> str:
        return f"{self.tool.raw_schema}.{self.model}"


def clean_late_loads(engine: Engine, folder: Path, before_writing: Callable[[], None]) -> None:
    """Take out what late loads hold twice, and what they hold of persons who were forgotten meanwhile.

    To be called when what waited is loaded, and before anything is read or transformed. A run that is killed
    in it leaves the loads as late as they were.

    Args:
        engine: the open warehouse.
        folder: the working folder.
        before_writing: called before anything is changed.

    Raises:
        ConfigurationError: somebody is kept out, and the key that tells whom is not there.
    """
    tables = list(_late_tables(engine))
    if not tables:
        return
    before_writing()
    row = Renderer(engine.dialect, {}, set()).macro("row_column")
    for table in tables:
        for load_id in table.load_ids:
            engine.execute(_TAKE_OUT_DOUBLES.format(table=table.name, row=row), [load_id, load_id])
    erasures = Erasures(engine)
    if erasures.kept_out():
        _erase_forgotten(engine, load_configuration(folder, may_be_empty=True), erasures, tables)


def _late_tables(engine: Engine) -> Iterator[_Table]:
    catalog = Catalog(tables_of(engine))
    if lacks_state(catalog):
        create_state(engine, Renderer(engine.dialect, {}, set()), catalog)
    for name, load_ids in new_loads(engine, catalog).items():
        tool = TOOLS[name]
        for model in tool.models:
            if load_ids and catalog.has(tool.raw_schema, model):
                yield _Table(tool, model, load_ids)


def _erase_forgotten(
    engine: Engine, configuration: Configuration, erasures: Erasures, tables: Sequence[_Table]
) -> None:
    """Empty what is of forgotten persons, mark it as gone, and note that bytes of it are in the files."""
    from pipelines.forgetting import add_tombstones  # which imports much, and few runs need it

    rules = {one.connection_id: one for one in configuration.connections}
    for connection_id, forgotten in forgotten_persons(erasures, configuration).items():
        rule = rules.get(connection_id, configuration.default_retention)
        found = {
            table.model: _forgotten_ids(engine, configuration, table, forgotten)
            for table in tables
            if table.model in ("candidates", "applications")
            and connection_id.startswith(f"{table.tool.name}:")
        }
        erasables = [
            Erasable(connection_id.partition(":")[0], model, connection_id, remote_ids, rule.retention)
            for model, remote_ids in found.items()
            if remote_ids
        ]
        if not erasables:
            continue
        with engine.transaction():
            rows = counted([empty_versions(engine, one) for one in erasables])
            for one in erasables:
                add_tombstones(engine, one)
            erasures.add(connection_id, "candidate", rows, key_id=key_id(forgotten.key))


def _forgotten_ids(
    engine: Engine, configuration: Configuration, table: _Table, forgotten: Forgotten
) -> list[str]:
    """The records of late loads that are of persons who were forgotten, or belong to one."""
    path = _candidate_path(configuration, table, forgotten.connection_id)
    data = "cast(remote_data as varchar)" if path else "null"
    marks = ", ".join("?" for _ in table.load_ids)
    rows = engine.fetch(
        f"select remote_id, {data} from {table.name} "
        f"where connection_id = ? and content_hash is not null and _dlt_load_id in ({marks})",
        [forgotten.connection_id, *table.load_ids],
    )
    return sorted(
        {
            str(remote_id)
            for remote_id, text in rows
            if forgotten.covers_id(table.model, str(remote_id))
            or any(forgotten.covers_candidate(one) for one in _candidates(table, str(remote_id), text, path))
        }
    )


def _candidate_path(configuration: Configuration, table: _Table, connection_id: str) -> Sequence[str]:
    """Where a record names the candidate that it belongs to; of a connection that is gone, where it did."""
    for connection in configuration.connections:
        if connection.connection_id == connection_id:
            return resolve_endpoints(table.tool.package, connection)[table.model].candidate_id
    return path_of(default_endpoints(table.tool.package)[table.model].candidate_id or "")


def _candidates(table: _Table, remote_id: str, text: object, path: Sequence[str]) -> Iterator[str]:
    """The candidates that a record can belong to; an application of Persy begins with the id of its own."""
    if path:
        from sources.coveto.answers import text_at

        yield text_at(value_of(str(text)), path)
    elif table.model == "applications":
        yield from (remote_id[:place] for place in colons(remote_id))
