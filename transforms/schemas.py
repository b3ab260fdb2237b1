"""The schemas of a warehouse and what is in them, called alike everywhere: a team's prefix is in no name."""

from collections.abc import Iterable, Mapping

from transforms.engine import Engine

SCHEMAS = ("unified", "unified_current", "raw_coveto", "raw_compleetpersy", "ats")
"""All that is ours, in the order in which readers should look."""


def create_schemas(engine: Engine, names: Iterable[str]) -> None:
    """Make the schemas that are not there; where they are, no right to make any is needed."""
    there = {name for (name,) in engine.fetch(engine.schemas_query)}
    for name in names:
        if engine.schema_prefix + name not in there:
            engine.create_schema(name)


def tables_of(engine: Engine) -> frozenset[tuple[str, str]]:
    """Every table and view, as (schema, table); of a database that others share, ours alone.

    Without parameters, as DuckDB imports pandas to bind the first one, which takes longer than a status.
    """
    rows = engine.fetch(
        "SELECT table_schema, table_name FROM information_schema.tables "
        "WHERE table_catalog = current_database()"
    )
    return frozenset(
        (name, str(table)) for schema, table in rows if (name := _own_name(engine, str(schema))) is not None
    )


def table_exists(engine: Engine, schema: str, table: str) -> bool:
    """Whether a table or view of that name is there."""
    return (schema, table) in tables_of(engine)


def columns_of(engine: Engine, schema: str, table: str) -> dict[str, str]:
    """The columns of a table, each with its type as the warehouse calls it; none where it is not there."""
    rows = engine.fetch(
        "SELECT column_name, data_type FROM information_schema.columns "
        "WHERE table_catalog = current_database() "
        f"AND table_schema = '{engine.schema_prefix}{schema}' AND table_name = '{table}' "
        "ORDER BY ordinal_position"
    )
    return {str(name): str(kind) for name, kind in rows}


def columns_in(engine: Engine, schema: str) -> frozenset[tuple[str, str]]:
    """The columns of every table of a schema, as (table, column)."""
    rows = engine.fetch(
        "SELECT table_name, column_name FROM information_schema.columns "
        f"WHERE table_catalog = current_database() AND table_schema = '{engine.schema_prefix}{schema}'"
    )
    return frozenset((str(table), str(column)) for table, column in rows)


def tables_with_column(engine: Engine, column: str) -> list[tuple[str, str]]:
    """Every table, views left out, that has a column of this name, whoever made the table in our schemas."""
    rows = engine.fetch(
        "SELECT table_schema, table_name FROM information_schema.columns "
        "JOIN information_schema.tables USING (table_catalog, table_schema, table_name) "
        f"WHERE table_catalog = current_database() AND column_name = '{column}' "
        "AND table_type = 'BASE TABLE' ORDER BY table_schema, table_name"
    )
    own = [(_own_name(engine, str(schema)), str(table)) for schema, table in rows]
    return [(schema, table) for schema, table in own if schema is not None]


def create_table(engine: Engine, table: str, columns: Mapping[str, str]) -> None:
    """Make a table of schema ats with columns of these types; one of an earlier release gets what is new."""
    there = columns_of(engine, "ats", table)
    typed = {name: f'"{name}" {kind}' for name, kind in columns.items()}
    if not there:
        engine.execute(f"CREATE TABLE ats.{table} ({', '.join(typed.values())})")
        return
    for name, column in typed.items():
        if name not in there:
            engine.execute(f"ALTER TABLE ats.{table} ADD COLUMN {column}")


def _own_name(engine: Engine, schema: str) -> str | None:
    """What a schema is called here; None for one that is none of ours, in a database that others share."""
    if not engine.shares_tables:
        return schema
    name = schema.removeprefix(engine.schema_prefix)
    return name if name in SCHEMAS and engine.schema_prefix + name == schema else None
