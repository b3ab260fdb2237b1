"""Which warehouses a configuration may name, and what each of the others would need first."""

from importlib.util import find_spec

from sources.errors import ConfigurationError

DUCKDB = "duckdb"
POSTGRES = "postgres"
_NEEDS = {
    "snowflake": "a macro file, an engine, dict pages instead of parquet, and a lock",
    "bigquery": "a macro file, an engine, dict pages instead of parquet, and a lock",
    "redshift": "a macro file, an engine, records of at most 16 MB as super, and a lock",
    "databricks": "a macro file, an engine, a lock, and transactions over several tables",
    "athena": "a macro file and an engine; without update and delete it could neither erase nor forget",
    "clickhouse": "a macro file, an engine and a lock; it has no transactions",
    "mssql": "a macro file, an engine and a lock (sp_getapplock)",
    "synapse": "a macro file, an engine and a lock (sp_getapplock)",
    "fabric": "a macro file, an engine and a lock",
    "motherduck": "an engine that opens it, and readers that need no copy",
    "ducklake": "an engine that opens it, and readers that need no copy",
    "sqlalchemy": "a macro file and an engine for each database behind it",
    "dremio": "a macro file, an engine, and update and delete",
    "filesystem": "an engine over its files; without update and delete it could neither erase nor forget",
}


def check_destination(destination: str, schema_prefix: str = "") -> None:
    """Raise ConfigurationError where a destination cannot be used as configured, before anything is asked."""
    if destination == POSTGRES:
        if find_spec("psycopg2") is None:
            raise ConfigurationError(
                'destination = "postgres" needs the driver psycopg2, which is not installed',
                'Type: pip install "ats-warehouse[postgres]"',
            )
        return
    if destination != DUCKDB:
        needs = _NEEDS.get(destination)
        raise ConfigurationError(
            f'destination = "{destination}" is not supported'
            + (f" yet: it would need {needs}" if needs else ""),
            'Write destination = "duckdb" or "postgres"; docs/destinations.md says what others would need',
        )
    if schema_prefix:
        raise ConfigurationError(
            'schema_prefix is for databases that teams share; destination = "duckdb" is a file of one team',
            'Take schema_prefix out of the configuration, or write destination = "postgres"',
        )
