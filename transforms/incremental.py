"""Which records a run has to look at: what the transforms remember, and what was loaded since."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sources.endpoints import MODELS
from transforms.engine import ROWS_A_GROUP, Engine
from transforms.rendering import Renderer, raw_tables
from transforms.schemas import columns_in, create_schemas, tables_of
from transforms.writing import insert_rows

Key = tuple[str, str]
"""connection_id and remote_id."""

STATE = {
    "transformed_loads": {"schema_name": "text", "load_id": "text"},
    "transformed_models": {"model": "text", "fingerprint": "text"},
    "mappings": {
        "mapping": "text",
        "tool": "text",
        "connection_id": "text",
        "source_key": "text",
        "unified_value": "text",
    },
    "findings": {
        "connection_id": "text",
        "tool": "text",
        "table_name": "text",
        "remote_id": "text",
        "column_name": "text",
        "kind": "text",
        "source_value": "text",
    },
}
"""Tables of the schema ats that the transforms keep."""


@dataclass(frozen=True)
class Catalog:
    """Which tables the warehouse holds, as (schema, table)."""

    tables: frozenset[tuple[str, str]]
    own_columns: frozenset[tuple[str, str]] = frozenset()
    """(table, column) of schema ats."""

    def has(self, schema: str, table: str) -> bool:
        """Whether there is such a table."""
        return (schema, table) in self.tables

    def columns(self, table: str) -> set[str]:
        """The columns of a table of schema ats."""
        return {column for one, column in self.own_columns if one == table}

    @property
    def raw(self) -> set[tuple[str, str]]:
        """The raw tables that a load has completed, as (tool, model)."""
        return {
            (tool, model)
            for tool, model in raw_tables()
            if self.has(f"raw_{tool}", model) and self.has(f"raw_{tool}", "_dlt_loads")
        }


def read_catalog(engine: Engine) -> Catalog:
    """Look up what the warehouse holds of the schemas that matter here."""
    return Catalog(tables_of(engine), columns_in(engine, "ats"))


def lacks_state(catalog: Catalog) -> bool:
    """Whether a table of `STATE` is not there yet."""
    return not all(catalog.has("ats", name) for name in STATE)


def create_state(engine: Engine, renderer: Renderer, catalog: Catalog) -> None:
    """Make the tables of `STATE` that are not there yet."""
    missing = [name for name in STATE if not catalog.has("ats", name)]
    if missing:
        create_schemas(engine, ["ats"])
    for name in missing:
        columns = ", ".join(
            f"{column} {renderer.macro('type_of', kind)}" for column, kind in STATE[name].items()
        )
        engine.execute(f"create table ats.{name} ({columns})")
        index = renderer.macro("index_of", f"ats.{name}", "connection_id, remote_id")
        if index and "remote_id" in STATE[name]:
            engine.execute(index)


def new_loads(engine: Engine, catalog: Catalog) -> dict[str, list[str]]:
    """Per tool the complete loads that were not transformed yet."""
    found: dict[str, list[str]] = {}
    for tool in MODELS:
        schema = f"raw_{tool}"
        if catalog.has(schema, "_dlt_loads"):
            rows = engine.fetch(
                f"select distinct load_id from {schema}._dlt_loads where status = 0 "
                "and load_id not in (select load_id from ats.transformed_loads where schema_name = ?) "
                "order by load_id",
                [schema],
            )
            found[tool] = [str(load_id) for (load_id,) in rows]
    return found


def record_loads(engine: Engine, loads: Mapping[str, Sequence[str]]) -> None:
    """Remember that these loads are transformed."""
    rows = [(f"raw_{tool}", load_id) for tool, load_ids in loads.items() for load_id in load_ids]
    insert_rows(engine, "ats.transformed_loads", rows)


def count_rows(engine: Engine, renderer: Renderer, table: str) -> None:
    """Let the planner know what was written to a table, on an engine that does not see it by itself."""
    statement = renderer.macro("count_rows_of", table)
    if statement:
        engine.execute(statement)


class TouchedKeys:
    """The temporary tables touched_<tool>_<model>: the records that this run looks at."""

    def __init__(self, engine: Engine, renderer: Renderer, catalog: Catalog) -> None:
        self._engine = engine
        self._renderer = renderer
        self._catalog = catalog
        for tool, model in raw_tables():
            self._create(
                f"touched_{tool}_{model}",
                "select connection_id, remote_id from " + renderer.macro("empty_raw"),
            )

    def _create(self, name: str, query: str) -> None:
        self._engine.execute(f"drop table if exists {name}")
        self._engine.execute(f"create temporary table {name} as {query}")
        count_rows(self._engine, self._renderer, name)

    def drop(self) -> None:
        """Remove the temporary tables."""
        for tool, model in raw_tables():
            self._engine.execute(f"drop table if exists touched_{tool}_{model}")

    def add_loads(self, tool: str, load_ids: Sequence[str]) -> None:
        """Add the records of new loads of a tool."""
        marks = ", ".join("?" for _ in load_ids)
        for one, model in self._catalog.raw:
            if one == tool and load_ids:
                self._engine.execute(
                    f"insert into touched_{tool}_{model} select distinct connection_id, remote_id "
                    f"from raw_{tool}.{model} where _dlt_load_id in ({marks})",
                    load_ids,
                )
                count_rows(self._engine, self._renderer, f"touched_{tool}_{model}")

    def add_keys(self, tool: str, model: str, keys: Iterable[Key]) -> None:
        """Add records that were changed by something other than a load."""
        insert_rows(self._engine, f"touched_{tool}_{model}", list(keys))
        self._make_distinct(tool, model)

    def add_query(self, tool: str, model: str, query: str) -> None:
        """Add the records that a query names."""
        self._engine.execute(f"insert into touched_{tool}_{model} {query}")
        self._make_distinct(tool, model)

    def _make_distinct(self, tool: str, model: str) -> None:
        name = f"touched_{tool}_{model}"
        self._create("touched_distinct", f"select distinct connection_id, remote_id from {name}")
        self._create(name, "select * from touched_distinct")
        self._engine.execute("drop table touched_distinct")

    def set_all(self, tool: str, model: str, part: int = 0, parts: int = 1) -> None:
        """Look at all records of a raw table, or at one of several parts of about equal size."""
        raw = self._renderer.raw(tool, model)
        bucket = self._renderer.macro("bucket", raw, parts, ROWS_A_GROUP)
        having = f" having {bucket} = {part}" if parts > 1 else ""
        self._create(
            f"touched_{tool}_{model}",
            f"select connection_id, remote_id from {raw} as log "
            f"where _dlt_load_id in ({self._renderer.macro('complete_loads', tool)}) "
            f"group by connection_id, remote_id{having}",
        )

    def count(self, tool: str, model: str) -> int:
        """How many records of a raw table are looked at."""
        ((count,),) = self._engine.fetch(f"select count(*) from touched_{tool}_{model}")
        return int(str(count))
