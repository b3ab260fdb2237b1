"""The one record of each tenant that a case makes hostile, and looks at what became of it."""

from collections.abc import Callable
from typing import Any

from pipelines.results import SyncResult
from tests.reliability.bench import Bench
from tests.reliability.cases import Also

COVETO_ID, PERSY_ID = "9", "100009"
"""The record that a case makes hostile; both were changed at the source since the first sync."""
HOSTILE = frozenset({COVETO_ID, PERSY_ID})
REPLACED = "characters that no warehouse takes were replaced"
NO_ANSWER = {"coveto": "that is no answer to it", "compleetpersy": "that is no JSON object"}


def raw_text(bench: Bench, remote_id: str = "", model: str = "candidates") -> str:
    """The last version of a raw record, as text."""
    wanted = remote_id or (COVETO_ID if bench.tool == "coveto" else PERSY_ID)
    rows = bench.query(
        f"select cast(remote_data as varchar) from raw_{bench.tool}.{model} "
        "where remote_id = ? order by read_at desc limit 1",
        wanted,
    )
    return str(rows[0][0])


def unified(bench: Bench, column: str) -> Any:
    """A column of the hostile record in `unified.candidates`."""
    wanted = COVETO_ID if bench.tool == "coveto" else PERSY_ID
    rows = bench.query(
        f"select {column} from unified.candidates where connection_id = ? and remote_id = ?",
        bench.connection_id,
        wanted,
    )
    assert len(rows) == 1
    return rows[0][0]


def own_fields(value: str) -> Callable[[Bench], object]:
    """Give the Persy candidate other fields of its own, to the letter."""

    def change(bench: Bench) -> None:
        body = bench.persy.rendered(int(PERSY_ID))
        assert body is not None
        start, _, _ = body.rpartition(b',"UserArea":')
        bench.persy.replace_raw(int(PERSY_ID), start + b',"UserArea":' + value.encode() + b"}")

    return change


def raw_holds(text: str) -> Also:
    """The raw record holds a text, and the unified table has the record."""

    def look(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
        assert text in raw_text(bench)
        assert unified(bench, "remote_id")

    return look


def first_name_is(name: str | None) -> Also:
    """What the unified table has as first name."""

    def look(bench: Bench, result: SyncResult) -> None:  # noqa: ARG001 - the form of all such looks
        assert unified(bench, "first_name") == name

    return look
