"""A second process that parses beside the first: the same records, and nothing that depends on it."""

import gc
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ClassVar

import pytest

import sources.parsing_process
from sources.connections import CovetoConnection, PersyConnection
from sources.coveto.answers import ListParser
from sources.coveto.reader import PACKAGE as COVETO
from sources.coveto.reader import read_connection as read_coveto
from sources.coveto.xml_records import Shape
from sources.endpoints import resolve_endpoints
from sources.known_versions import KnownVersions
from sources.observing import SilentObserver
from sources.parsing_process import ParsingProcess
from sources.persy.answers import CandidatesParser
from sources.persy.reader import PACKAGE as PERSY
from sources.persy.reader import read_connection as read_persy
from sources.reading import ModelReading, ReadPlan

LIST = (
    b'{"Candidates":[{"CandidateRecordInfo":{"Id":{"IdValue":"%d"}},'
    b'"PositionOpening":[{"PositionRecordInfo":{"Id":{"IdValue":"J"}}}]}]}'
)
COVETO_CONNECTION = CovetoConnection.model_validate(
    {"name": "acme", "subdomain": "acme", "customer_number": "1", "api_key": "1"}
)
Versions = dict[str, dict[str, tuple[str | None, str | None]]]


class _Nothing:
    """A warehouse that knows nothing."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:  # noqa: ARG002
        return []

    def literal(self, value: str) -> str:
        return value


class _Counting(ParsingProcess):
    """Starts at once, waits for the process, and counts what it took."""

    made: ClassVar[list["_Counting"]] = []

    def __init__(self) -> None:
        super().__init__(start_after=0)
        self.parsed = 0
        self.kills_at = sys.maxsize
        self._waiting = threading.Lock()
        _Counting.made.append(self)

    def parse(self, parser: Any, body: bytes) -> Any:
        with self._waiting:
            if not self._is_ready and self._line is not None:
                assert self._line.receiving.poll(20)
                self._ready(0)
        if self.parsed >= self.kills_at and self._process is not None:
            self._process.kill()
        parsed = super().parse(parser, body)
        self.parsed += parsed is not None
        return parsed


class _Dying(_Counting):
    """Its process is killed in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self.kills_at = 2


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(sources.parsing_process, "_cores", lambda: 2)
    _Counting.made.clear()
    yield
    assert all(one._process is None for one in _Counting.made)


@pytest.fixture
def persy_parser(persy_connection: Callable[..., PersyConnection]) -> CandidatesParser:
    return CandidatesParser(resolve_endpoints(PERSY, persy_connection()))


def plan(folder: Path, *models: str) -> ReadPlan:
    return ReadPlan("full", datetime.now(UTC), models, folder)


def versions(readings: list[ModelReading]) -> Versions:
    assert [(one.outcome, one.error) for one in readings] == [("ok", None)] * len(readings)
    return {
        one.model: {
            row["remote_id"]: (row["content_hash"], row["remote_data"])
            for table in one.log.spool.tables()
            for row in table.to_pylist()
        }
        for one in readings
    }


def read_persy_with(
    process: type[ParsingProcess], connection: PersyConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Versions:
    monkeypatch.setattr("sources.persy.reader.ParsingProcess", process)
    wanted = plan(folder, "candidates", "jobs", "applications")
    return versions(read_persy(connection, wanted, KnownVersions(_Nothing(), ""), SilentObserver()))


def read_coveto_with(
    process: type[ParsingProcess], connection: CovetoConnection, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Versions:
    monkeypatch.setattr("sources.coveto.reader.ParsingProcess", process)
    wanted = plan(folder, "candidates", "jobs", "applications")
    return versions(read_coveto(connection, wanted, KnownVersions(_Nothing(), ""), SilentObserver()))


def test_persy_is_read_the_same_with_a_second_process(
    persy_connection: Callable[..., PersyConnection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = persy_connection(page_size=3)
    alone = read_persy_with(ParsingProcess, connection, tmp_path, monkeypatch)
    assert read_persy_with(_Counting, connection, tmp_path, monkeypatch) == alone
    assert _Counting.made[0].parsed > 0


def test_coveto_is_read_the_same_with_a_second_process(
    coveto_connection: Callable[..., CovetoConnection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = coveto_connection(page_size=3)
    alone = read_coveto_with(ParsingProcess, connection, tmp_path, monkeypatch)
    assert read_coveto_with(_Counting, connection, tmp_path, monkeypatch) == alone
    assert _Counting.made[0].parsed > 0


def test_a_read_of_persy_loses_nothing_when_its_second_process_is_killed(
    persy_connection: Callable[..., PersyConnection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = persy_connection(page_size=3)
    alone = read_persy_with(ParsingProcess, connection, tmp_path, monkeypatch)
    assert read_persy_with(_Dying, connection, tmp_path, monkeypatch) == alone
    assert 2 <= _Counting.made[0].parsed <= 6


def test_a_read_of_coveto_loses_nothing_when_its_second_process_is_killed(
    coveto_connection: Callable[..., CovetoConnection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = coveto_connection(page_size=3)
    alone = read_coveto_with(ParsingProcess, connection, tmp_path, monkeypatch)
    assert read_coveto_with(_Dying, connection, tmp_path, monkeypatch) == alone
    assert 2 <= _Counting.made[0].parsed <= 4 + connection.in_flight


def test_what_the_second_process_cannot_parse_is_left_to_the_caller(persy_parser: CandidatesParser) -> None:
    with closing(_Counting()) as parsing:
        parsing.parse(persy_parser, LIST % 1)  # which starts it
        assert parsing.parse(persy_parser, b'{"Candidates":[{"Candidate') is None
        assert parsing.parse(persy_parser, LIST % 2) == persy_parser.parse(LIST % 2)


def test_a_small_read_starts_no_process(persy_parser: CandidatesParser) -> None:
    with closing(ParsingProcess()) as parsing:
        assert [parsing.parse(persy_parser, LIST % number) for number in range(20)] == [None] * 20
        assert parsing._process is None


def test_a_single_core_starts_no_process(
    persy_parser: CandidatesParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.parsing_process, "_cores", lambda: 1)
    with closing(ParsingProcess(start_after=0)) as parsing:
        parsing.parse(persy_parser, LIST % 1)
        assert parsing._process is None


def test_the_second_process_ends_when_the_first_is_gone(persy_parser: CandidatesParser) -> None:
    with closing(_Counting()) as parsing:
        parsing.parse(persy_parser, LIST % 1)
        parsing.parse(persy_parser, LIST % 2)
        process, line = parsing._process, parsing._line
        assert process is not None
        assert line is not None
        os.dup2(os.open(os.devnull, os.O_RDWR), line.sending.fileno())  # as when a process dies
        assert process.wait(timeout=20) == 0


def test_an_exception_in_the_middle_of_a_message_ends_the_second_process(
    persy_parser: CandidatesParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lacking(*_: object) -> None:
        raise MemoryError

    with closing(_Counting()) as parsing:
        parsing.parse(persy_parser, LIST % 1)
        parsing.parse(persy_parser, LIST % 2)
        monkeypatch.setattr(Connection, "recv_bytes", lacking)
        assert parsing.parse(persy_parser, LIST % 3) is None
        monkeypatch.undo()
        assert parsing._process is None
        assert parsing.parse(persy_parser, LIST % 4) is None


def test_a_parser_that_cannot_travel_is_used_by_the_caller_alone() -> None:
    deepest = shape = Shape()
    for _ in range(2_000):
        shape.children["a"] = shape = Shape()
    with closing(_Counting()) as parsing:
        parser = ListParser("answer", deepest, resolve_endpoints(COVETO, COVETO_CONNECTION)["jobs"])
        assert [parsing.parse(parser, b"<x/>") for _ in range(3)] == [None] * 3


def test_an_answer_that_is_a_list_needs_a_closer_look(persy_parser: CandidatesParser) -> None:
    assert persy_parser.parse(b"[" + LIST % 1 + b"]") is None


def test_nothing_is_guessed_of_an_answer_that_is_a_list(persy_parser: CandidatesParser) -> None:
    dated = (
        b'{"Candidates":[{"CandidateRecordInfo":{"Id":{"IdValue":"1"},'
        b'"LastModificationDate":"2026-05-01T08:00:00+02:00"}}]}'
    )
    noon = datetime(2026, 5, 1, 6, tzinfo=UTC)
    assert (persy_parser.last_second(dated, 1), persy_parser.last_second(b"[" + dated + b"]", 1)) == (
        noon,
        None,
    )


@pytest.mark.parametrize("host", ["", "/usr/bin/uwsgi"])
def test_inside_of_another_program_no_process_is_started(
    host: str, persy_parser: CandidatesParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.parsing_process.sys, "executable", host)
    with closing(ParsingProcess(start_after=0)) as parsing:
        assert [parsing.parse(persy_parser, LIST % number) for number in range(3)] == [None] * 3
        assert parsing._process is None


def test_without_an_interpreter_the_read_goes_on_alone(
    persy_parser: CandidatesParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.parsing_process.sys, "executable", "/nowhere/python")
    with closing(ParsingProcess(start_after=0)) as parsing:
        assert [parsing.parse(persy_parser, LIST % number) for number in range(3)] == [None] * 3


@pytest.mark.parametrize("module", ["sources.coveto.answers", "sources.persy.answers"])
def test_the_second_process_imports_nothing_that_only_asking_and_loading_need(module: str) -> None:
    unwanted = ("dlt", "zeep", "requests", "pydantic", "pyarrow")
    program = f"import sys, {module}; print([name for name in {unwanted} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_threads_take_turns_as_usual_once_the_last_second_process_has_ended(
    persy_parser: CandidatesParser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources.parsing_process, "_cores", lambda: 3)
    usual = sys.getswitchinterval()
    one, other = _Counting(), _Counting()
    for process in (one, other):
        process.parse(persy_parser, LIST % 1)
    one.close()
    during = sys.getswitchinterval()
    other.close()
    assert during < usual == sys.getswitchinterval()


def test_python_looks_for_circles_as_usual_once_the_second_process_has_ended(
    persy_parser: CandidatesParser,
) -> None:
    usual = gc.get_threshold()
    with closing(_Counting()) as parsing:
        parsing.parse(persy_parser, LIST % 1)
        during = gc.get_threshold()
    assert during[0] > usual[0]
    assert gc.get_threshold() == usual


def test_a_program_that_wants_no_search_for_circles_gets_none_while_it_reads(
    persy_parser: CandidatesParser,
) -> None:
    usual = gc.get_threshold()
    gc.set_threshold(0)
    try:
        with closing(_Counting()) as parsing:
            parsing.parse(persy_parser, LIST % 1)
            assert gc.get_threshold()[0] == 0
    finally:
        gc.set_threshold(*usual)


def test_no_more_processes_are_at_work_than_there_are_cores(persy_parser: CandidatesParser) -> None:
    with closing(_Counting()) as one, closing(_Counting()) as other:
        for process in (one, other):
            process.parse(persy_parser, LIST % 1)
        assert (one._process is None, other._process is None) == (False, True)
        one.close()
        other.parse(persy_parser, LIST % 2)
        assert other._process is not None
