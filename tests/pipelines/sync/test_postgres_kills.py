"""A sync into a server that is killed (`kill -9`): the next one loses nothing and doubles nothing."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from psycopg2 import extensions

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.conftest import Undisturbed
from tests.pipelines.sync.interrupted import POINTS, Point, contents, edit, interrupted, versions
from tests.pipelines.sync.server_folder import ServerFolder
from tests.postgres_server import connect, empty_database

_COPY = ("dlt.destinations.impl.postgres.postgres", "PostgresCsvCopyJob", "run")
_OF_FILES = ("dlt.destinations.impl.duckdb.duck", "pipelines.publishing")
SERVER_POINTS: dict[str, Point] = {
    **{name: point for name, point in POINTS.items() if point[0] not in _OF_FILES},
    "before the first COPY": (*_COPY, "before", 1),
    "one COPY committed": (*_COPY, "after", 1),
    "two COPYs committed": (*_COPY, "after", 2),
    "before the indexes": ("pipelines.raw_destinations", "", "_settle", "before", 1),
}
QUICK = {"one COPY committed"}
_INDEXES = (
    "select count(*) from pg_indexes where schemaname like 'raw_%' and indexname similar to '%_by_[a-z]+'"
)
_WAITING = "select count(*) from pg_stat_activity where query like 'COPY%' and wait_event = 'advisory'"


@pytest.fixture
def server(tmp_path: Path, sandbox: Sandbox, postgres_server: str) -> Iterator[ServerFolder]:
    with empty_database(postgres_server) as connection:
        yield ServerFolder(tmp_path / "server", sandbox.connection_settings(), connection)


@pytest.mark.parametrize(
    "point",
    [pytest.param(point, marks=() if point in QUICK else pytest.mark.slow) for point in SERVER_POINTS],
)
def test_a_later_sync_that_was_killed_is_made_good_by_the_next(
    point: str, server: ServerFolder, undisturbed: Undisturbed, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    server.sync()
    edit(coveto, persy)
    # Indexes are made by a first load alone.
    if SERVER_POINTS[point][2] != "_settle":
        interrupted(server, "kill", SERVER_POINTS[point], "sync")
    assert server.sync().exit_code == 0
    assert (contents(server), versions(server)) == (undisturbed.second, undisturbed.versions)


@pytest.mark.slow
@pytest.mark.parametrize("point", SERVER_POINTS)
def test_a_first_sync_that_was_killed_is_made_good_by_the_next(
    point: str, server: ServerFolder, undisturbed: Undisturbed, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    interrupted(server, "kill", SERVER_POINTS[point], "sync")
    assert server.sync().exit_code == 0
    assert contents(server) == undisturbed.first
    assert server.value(_INDEXES) == 4 * (6 + 3)
    edit(coveto, persy)
    assert server.sync().exit_code == 0
    assert (contents(server), versions(server)) == (undisturbed.second, undisturbed.versions)


def test_a_sync_that_is_killed_in_the_middle_of_a_copy_is_made_good_by_the_next(
    server: ServerFolder, undisturbed: Undisturbed, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    server.sync()
    edit(coveto, persy)
    with closing(connect(server.dsn)) as holder, halted_in_a_copy(holder):
        running = subprocess.Popen(
            [sys.executable, "-c", "from pipelines.command import main; main()", "sync"], cwd=server.path
        )
        until = time.monotonic() + 60
        while not server.value(_WAITING):
            assert running.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        running.kill()
        running.wait()
    assert server.sync().exit_code == 0
    assert (contents(server), versions(server)) == (undisturbed.second, undisturbed.versions)


@contextmanager
def halted_in_a_copy(holder: extensions.connection) -> Iterator[None]:
    """While inside, the first row of a COPY into a raw table waits for a lock that `holder` has."""
    with holder.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(77)")
        cursor.execute(
            "create function public.halt() returns trigger language plpgsql as "
            "$$ begin perform pg_advisory_xact_lock(77); return new; end $$"
        )
        cursor.execute(
            "create trigger halted after insert on raw_coveto.candidates "
            "for each row execute function public.halt()"
        )
        yield
        cursor.execute("select pg_advisory_unlock(77)")
        cursor.execute("drop function public.halt() cascade")
