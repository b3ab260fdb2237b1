"""The two strongest promises, on random histories of edits over two connections of each tool.

(a) Whatever the runs, each table equals a whole rebuild from the same raw log, cell by cell.
(b) After a last full sync each table equals one full read into an empty folder, but for rows deleted
    meanwhile and `changed_at`.
"""

import tempfile
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from pipelines.transforming import transform
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.pipelines.sync.edits import Round, forget, rounds
from tests.pipelines.sync.working_folder import TIMELESS, UNIFIED, Folder


def settings_of(sandboxes: list[Sandbox]) -> tuple[str, str]:
    """Both connections of both tools: acme and acme-1, leihwerk and leihwerk-1."""
    config, secrets = "", ""
    for number, sandbox in enumerate(sandboxes):
        suffix = f"-{number}" if number else ""
        for name, text in zip(("config", "secrets"), sandbox.connection_settings(), strict=True):
            renamed = text.replace("connections.acme]", f"connections.acme{suffix}]").replace(
                "connections.leihwerk]", f"connections.leihwerk{suffix}]"
            )
            config, secrets = (config + renamed, secrets) if name == "config" else (config, secrets + renamed)
    return config, secrets


def check_history(history: list[Round]) -> None:
    coveto = [CovetoTenant.generate(seed=seed, candidates=5, jobs=3) for seed in (1, 2)]
    persy = [PersyTenant.generate(seed=seed, candidates=6) for seed in (1, 2)]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sandboxes = [stack.enter_context(Sandbox(*pair)) for pair in zip(coveto, persy, strict=True)]
        connected = Folder(folder / "history", settings_of(sandboxes))
        connected.sync()
        for step in history:
            for edit in step.edits:
                edit.carry_out(coveto, persy)
            connected.sync(kind=step.kind, accept_deletes=True)
        incremental = connected.tables()
        transform(connected.path, full_refresh=True)
        rebuilt = connected.tables()
        for name in UNIFIED:
            assert incremental[name] == rebuilt[name], name
        connected.sync(kind="full", accept_deletes=True)
        fresh = Folder(folder / "fresh", settings_of(sandboxes))
        fresh.sync()
        for name in UNIFIED:
            assert without_deleted(connected, name) == without_deleted(fresh, name), name
    forget([*coveto, *persy])


def without_deleted(folder: Folder, name: str) -> object:
    if name in TIMELESS:
        return folder.table(name)
    there = {row_id for (row_id,) in folder.rows(f"select id from unified_current.{name}")}
    rows = folder.table(name, "changed_at")
    return {key: values for key, values in rows.items() if key[0] in there}


@pytest.mark.slow
@pytest.mark.timeout(1200)
@given(rounds)
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_random_histories_end_in_the_tables_of_a_rebuild_and_of_a_fresh_read(
    history: list[Round],
) -> None:
    check_history(history)
