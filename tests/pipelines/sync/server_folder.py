"""A working folder whose warehouse is a database of a real PostgreSQL server."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg2 import extensions

from tests.pipelines.sync.working_folder import TIMELESS, Folder, Rows
from tests.postgres_server import connect
from transforms.postgres_engine import PostgresEngine

_JSON = (114, 3802)


def credentials(connection: extensions.connection, user: str | None = None) -> str:
    """What secrets.toml says of the server; it takes connections at a folder of sockets alone."""
    info = connection.info
    return (
        f'[destination.postgres.credentials]\ndatabase = "{info.dbname}"\nusername = "{user or info.user}"\n'
        f'password = "canary"\nhost = "localhost"\nquery = {{ host = "{info.host}" }}\n'
    )


class ServerFolder(Folder):
    """Asks the server what readers get."""

    def __init__(
        self,
        path: Path,
        settings: tuple[str, str],
        connection: extensions.connection,
        *,
        prefix: str = "",
        user: str | None = None,
    ) -> None:
        super().__init__(path, (settings[0], settings[1] + "\n" + credentials(connection, user)))
        self.first(f'destination = "postgres"\nschema_prefix = "{prefix}"')
        self.dsn = connection.dsn
        self.prefix = prefix

    def table(self, name: str, apart: str = "") -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """As `Folder` gives it: by its key, every column but those `apart`, json in one form."""
        known = self.rows(
            f"select column_name from information_schema.columns where table_schema = '{self.prefix}unified' "
            f"and table_name = '{name}' order by ordinal_position"
        )
        left_out = {one.strip() for one in apart.split(",")}
        names = ", ".join(f'"{one}"' for (one,) in known if one not in left_out)
        key = (
            "id" if name not in TIMELESS[:1] else "connection_id, table_name, column_name, kind, source_value"
        )
        width = key.count(",") + 1
        rows, is_json = self._fetch(f"select {key}, {names} from unified.{name}")
        return {
            row[:width]: tuple(
                json.dumps(json.loads(value), sort_keys=True) if json_here and value is not None else value
                for value, json_here in zip(row, is_json, strict=True)
            )
            for row in rows
        }

    def _fetch(self, sql: str) -> tuple[Rows, list[bool]]:
        with closing(connect(self.dsn)) as connection:
            engine = PostgresEngine(connection, self.prefix)
            with connection.cursor() as cursor:
                cursor.execute(engine.named(sql))
                columns = cursor.description or ()
                rows = cursor.fetchall() if columns else []
                return rows, [column.type_code in _JSON for column in columns]
