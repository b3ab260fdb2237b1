"""A DuckDB file that sources load into on their own."""

from pathlib import Path
from typing import Any

import dlt
import duckdb

from pipelines.dlt_project import dlt_project
from sources.connections import CovetoConnection, PersyConnection
from sources.coveto import coveto_source
from sources.persy import persy_source


class RawLog:
    """A DuckDB file that the sources load into, each run by a fresh dlt pipeline."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.connection = duckdb.connect(str(folder / "log.duckdb"))

    def load(self, source: Any, schema: str) -> None:
        with dlt_project(self._folder):
            dlt.pipeline(
                schema,
                destination=dlt.destinations.duckdb(credentials=self.connection),
                dataset_name=schema,
                pipelines_dir=str(self._folder / "pipelines"),
            ).run(source, loader_file_format="parquet")

    def load_coveto(self, *connections: CovetoConnection, **options: Any) -> None:
        self.load(coveto_source(connections, **options), "raw_coveto")

    def load_persy(self, *connections: PersyConnection, **options: Any) -> None:
        self.load(persy_source(connections, **options), "raw_compleetpersy")

    def rows(self, table: str, columns: str = "remote_id, is_deleted") -> list[tuple[Any, ...]]:
        """Rows of a raw table in the order in which they were read."""
        return self.connection.execute(
            f"select {columns} from {table} order by read_at, remote_id"
        ).fetchall()

    def count(self, table: str) -> int:
        found = self.connection.execute(f"select count(*) from {table}").fetchone()
        assert found is not None
        return int(found[0])
