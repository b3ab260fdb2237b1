"""What one run left undone the next one does, also where no connection is due."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sandbox.coveto_tenant import CovetoTenant
from sources.errors import TransformError
from tests.pipelines.sync.test_kills import KILL
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
    point = ("dlt.pipeline.pipeline", "Pipeline", "normalize", "before", "1")
    subprocess.run([sys.executable, "-c", KILL, *point], cwd=folder.path, check=False, capture_output=True)
    folder.sync("leihwerk")
    assert "Nachgezogen" in titles(folder)
