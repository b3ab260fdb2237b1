"""A folder as an earlier release left it: tables and columns that came later are not there."""

import shutil

import duckdb

from tests.pipelines.sync.working_folder import Folder


def as_of_an_earlier_release(folder: Folder) -> None:
    """Take out of both databases, and of dlt's files, what was added since."""
    work = folder.path / ".ats" / "work.duckdb"
    with duckdb.connect(str(work)) as connection:
        connection.execute(
            "create or replace table ats.erasures"
            " (connection_id text, erased_at timestamptz, rows text, rewritten_at timestamptz)"
        )
        connection.execute("insert into ats.erasures values ('coveto:old', now(), '{}', now())")
        connection.execute("drop table ats.forgotten")
        for name in ("jobs", "candidates", "applications"):
            connection.execute(f"drop table ats.retained_{name}")
        for column in ("rejected", "note"):
            connection.execute(f"alter table ats.runs drop column {column}")
        _without_a_column(connection)
        _without_a_model(connection)
        connection.execute("checkpoint")
    shutil.copyfile(work, folder.path / "warehouse.duckdb")
    shutil.rmtree(folder.path / ".ats" / "pipelines")


def _without_a_column(connection: duckdb.DuckDBPyConnection) -> None:
    """A unified table was made by other SQL, of fewer columns."""
    connection.execute("drop view unified_current.candidates")
    connection.execute("alter table unified.candidates drop column title")
    connection.execute("update ats.transformed_models set fingerprint = 'old' where model = 'candidates'")


def _without_a_model(connection: duckdb.DuckDBPyConnection) -> None:
    """A raw table was not read yet, and dlt's schema knows nothing of it."""
    connection.execute("drop table raw_coveto.application_statuses")
    connection.execute(
        "update raw_coveto._dlt_version set schema ="
        " replace(schema, '\"application_statuses\"', '\"statuses_of_before\"')"
    )
