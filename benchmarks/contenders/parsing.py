"""From the bytes of SOAP answers to JSON text: lxml's bare parse, zeep's objects, and ours.

None keeps what it makes of more than one answer, as a sync does not either; what is compared is made again.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import orjson
import zeep
from lxml import etree
from zeep.helpers import serialize_object

from benchmarks.recorded_pages import RecordedHttp, pages
from benchmarks.tasks import Found, Task, found_in, without_forms
from sources.connections import CovetoConnection
from sources.coveto.answers import json_text, plain_answer, within
from sources.coveto.client import CovetoClient
from sources.coveto.pages import CovetoPages
from sources.coveto.xml_records import Shape, XmlConverter
from sources.endpoints import resolve_endpoints
from sources.pages import Window
from sources.parsing_process import ParsingProcess
from sources.resolved_endpoint import ResolvedEndpoint

_OPERATION = "listBewerber"
_AT_ONCE = 6
"""As many answers as a scan of Coveto has on their way or waiting: both processes have some to parse."""
_WSDL = Path(__file__).parents[2] / "sandbox" / "contracts" / "coveto.wsdl"


def bare_parse(folder: str) -> Task:
    """The limit: lxml builds its tree of each answer, and nothing more."""
    answers = list(pages(folder))
    parsed: list[int] = []

    def parse() -> None:
        parsed.extend(len(etree.fromstring(answer)) for answer in answers)

    return Task(parse, lambda: {"answers": Found(len(parsed))})


def plain(folder: str) -> Task:
    """The plain way: zeep's objects, `serialize_object`, orjson."""
    logging.getLogger("zeep").setLevel(logging.CRITICAL)
    answers = list(pages(folder))
    client: Any = zeep.Client(str(_WSDL))  # type: ignore[no-untyped-call]
    (binding,) = client.wsdl.bindings.values()
    operation = binding.get(_OPERATION)

    def parse() -> Iterator[list[bytes]]:
        for answer in answers:
            reply = binding.process_reply(
                client, operation, Mock(status_code=200, content=answer, headers={})
            )
            rows = serialize_object(reply.bewerberListe.bewerber, dict)  # type: ignore[no-untyped-call]
            yield [orjson.dumps(row, default=str) for row in rows]

    return _task(parse)


@dataclass(frozen=True, eq=False)
class _Texts:
    """Parses answers to the JSON texts of their records, and nothing more."""

    answer_tag: str
    shape: Shape
    records: tuple[str, ...]
    parsed_type = list[bytes]

    def parse(self, body: bytes) -> list[bytes]:
        """The texts of an answer."""
        answer = plain_answer(body, self.answer_tag)
        if answer is None:
            raise ValueError("no answer")
        converter = XmlConverter()
        return [
            json_text(converter.value_of(element, shape))
            for element, shape in within(answer[0], self.shape, self.records)
        ]


def ours(folder: str) -> Task:
    """The same with our parts, in one process: each answer checked and parsed, its records as JSON text."""
    texts, answers = _texts_of(folder)
    return _task(lambda: (texts.parse(answer) for answer in answers))


def ours_in_two(folder: str) -> Task:
    """The same with the second process of a large read, started before the clock runs."""
    texts, answers = _texts_of(folder)
    parsing = ParsingProcess(start_after=0)
    while parsing.parse(texts, answers[0]) is None:  # until it has started
        time.sleep(0.01)

    def parse() -> Iterator[list[bytes]]:
        with closing(parsing), ThreadPoolExecutor(_AT_ONCE) as pool:
            yield from pool.map(lambda answer: parsing.parse(texts, answer) or texts.parse(answer), answers)

    return _task(parse)


def ours_whole(folder: str) -> Task:
    """What `ats sync` does with each answer: the same, and each record's id, order and hash."""
    reader, count = _reader(folder)
    return _task(
        lambda: (
            [record.data for record in reader.fetch(Window(place, 500)).records] for place in range(count)
        )
    )


def _reader(folder: str) -> tuple[CovetoPages, int]:
    """What asks for the recorded answers, and how many there are."""
    client, endpoint, answers = _asking(folder)
    client.operation(_OPERATION)
    return CovetoPages(client, endpoint), len(answers)


def _texts_of(folder: str) -> tuple[_Texts, list[bytes]]:
    """What parses the recorded answers, and these."""
    client, endpoint, answers = _asking(folder)
    operation = client.operation(_OPERATION)
    return _Texts(operation.answer_tag, operation.shape, endpoint.records), answers


def _asking(folder: str) -> tuple[CovetoClient, ResolvedEndpoint, list[bytes]]:
    """A client that gets the recorded answers, how it reads candidates, and the answers."""
    answers = list(pages(folder))
    connection = CovetoConnection.model_validate(
        {"name": "bench", "base_url": "http://127.0.0.1:9", "customer_number": "1", "api_key": "1"}
    )
    client = CovetoClient(connection)
    client.http = RecordedHttp(connection, cycle(answers))
    return client, resolve_endpoints("sources.coveto", connection)["candidates"], answers


def _task(parse: Callable[[], Iterable[list[bytes]]]) -> Task:
    def carry_out() -> None:
        for _ in parse():
            pass

    return Task(
        carry_out, lambda: {"candidates": found_in((_comparable(one),) for texts in parse() for one in texts)}
    )


def _comparable(text: bytes | str) -> Any:
    return without_forms(json.loads(text))
