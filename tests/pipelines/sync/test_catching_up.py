"""What one run left undone the next one does, also where no connection is due."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sources.errors import TransformError
from tests.pipelines.sync.interrupted import POINTS, interrupted
from tests.pipelines.sync.working_folder import Folder


@contextmanager
def failing_transforms() -> Iterator[None]:
    def fail(*_: object, **__: object) -> None:
        raise TransformError("The unified tables would be wrong", "Look")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("transforms.runner.run_transforms", fail)
        yield


def titles(folder: Folder) -> set[str]:
    return {str(title) for (title,) in folder.rows("select name from unified.jobs")}


def test_what_was_loaded_and_not_transformed_is_transformed_when_nothing_is_due(
    folder: Folder, coveto: CovetoTenant
) -> None:
    folder.sync()
    coveto.change("jobs", coveto.keys("jobs")[0], {"titel": "Nachgezogen"})
    with failing_transforms(), pytest.raises(TransformError):
        folder.sync(kind="full")
    result = folder.sync(kind="due")
    assert (result.reads, result.published, "Nachgezogen" in titles(folder)) == ((), True, True)


def test_what_was_extracted_and_not_loaded_is_loaded_when_another_tool_is_read(
    folder: Folder, coveto: CovetoTenant
) -> None:
    folder.sync()
    coveto.change("jobs", coveto.keys("jobs")[0], {"titel": "Nachgezogen"})
    interrupted(folder, "kill", POINTS["before normalising"], "sync")
    folder.sync("leihwerk")
    assert "Nachgezogen" in titles(folder)


def last_outcome(folder: Folder) -> object:
    return folder.value(
        "select max_by(outcome, started_at) from ats.runs where connection_id = 'coveto:acme'"
        " and model in ('jobs', '')"
    )


def test_readers_see_that_a_connection_works_again_though_nothing_changed(
    folder: Folder, coveto: CovetoTenant
) -> None:
    folder.sync()
    coveto.arm(Fault("down", go.status(503), On(model="jobs"), times=None))
    folder.sync()
    assert last_outcome(folder) == "failed"
    coveto.disarm()
    assert folder.sync().published
    assert last_outcome(folder) == "success"


def test_readers_see_that_a_rejected_record_is_gone_though_nothing_else_changed(folder: Folder) -> None:
    folder.sync("leihwerk")
    with duckdb.connect(str(folder.path / ".ats" / "work.duckdb")) as work:
        work.execute(
            "insert into ats.rejected_records values ('r','t','compleetpersy:leihwerk','jobs',0,'','')"
        )
    (folder.path / "warehouse.duckdb").unlink()
    folder.sync("leihwerk", kind="delta")
    assert folder.value("select count(*) from ats.rejected_records") == 1
    assert folder.sync("leihwerk", kind="full").published
    assert folder.value("select count(*) from ats.rejected_records") == 0
