"""DuckDB that begins with too little memory: the run goes on with more, and gives what it always gives."""

import dlt
import duckdb
import pytest

from pipelines import sync
from pipelines.progress import Silent
from tests.pipelines.sync.conftest import Undisturbed
from tests.pipelines.sync.interrupted import contents
from tests.pipelines.sync.working_folder import Folder
from transforms import memory


class Told(Silent):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def message(self, text: str) -> None:
        self.lines.append(text)


@pytest.mark.slow
def test_a_first_sync_that_lacks_memory_takes_more_and_gives_the_same_tables(
    folder: Folder, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "FIRST_BYTES", 4_000_000)
    told = Told()
    assert sync(folder.path, progress=told).exit_code == 0
    assert contents(folder) == undisturbed.first
    assert "DuckDB ran out of memory while loading, and tries again with 8 MB" in told.lines
    assert "DuckDB ran out of memory; nothing was changed, and it tries again with 64 MB" in told.lines


@pytest.mark.parametrize(("records", "times"), [(0, 2), (1_000_000, 0)])
def test_memory_is_given_back_after_each_read_of_a_tool_that_was_large(
    records: int, times: int, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back: list[bool] = []
    monkeypatch.setattr("pipelines.syncing._MANY_RECORDS", records)
    monkeypatch.setattr("pipelines.syncing.give_back", lambda: given_back.append(True))
    sync(folder.path)
    assert len(given_back) == times


def test_memory_that_lacks_before_anything_waits_to_be_loaded_loses_nothing(
    folder: Folder, undisturbed: Undisturbed, monkeypatch: pytest.MonkeyPatch
) -> None:
    restore = dlt.Pipeline._restore_state_from_destination
    asked: list[object] = []

    def lacking(pipeline: dlt.Pipeline) -> object:
        asked.append(pipeline)
        if len(asked) == 1:
            raise duckdb.OutOfMemoryException("could not allocate")
        return restore(pipeline)

    monkeypatch.setattr(dlt.Pipeline, "_restore_state_from_destination", lacking)
    assert sync(folder.path).exit_code == 0
    assert contents(folder) == undisturbed.first
    assert len(asked) > 1
