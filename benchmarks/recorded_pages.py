"""Pages of both vendors as files, for what is measured without a network."""

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sandbox.coveto_flavours import CONTRACT
from sandbox.coveto_rendering import envelope
from sandbox.coveto_tenant import CovetoTenant
from sandbox.exchange import PageQuery
from sandbox.persy_tenant import PersyTenant
from sources.connections import Connection
from sources.vendor_http import Answer, HeaderAuthentication, VendorHttp

_COVETO_ROWS, _PERSY_ROWS = 500, 200


def record_coveto(folder: Path, candidates: int) -> int:
    """Write answers of Coveto's list of candidates to a folder; gives their bytes."""
    tenant = CovetoTenant.generate(candidates=candidates)
    written = 0
    for offset in range(0, candidates, _COVETO_ROWS):
        rows = tenant.page(PageQuery("candidates", _COVETO_ROWS, offset)).rows
        answer = envelope(
            CONTRACT.namespace,
            b"<listBewerberResponse><gesamt>%d</gesamt><bewerberListe>" % candidates
            + b"".join(rows)
            + b"</bewerberListe></listBewerberResponse>",
        )
        written += _written(folder, offset // _COVETO_ROWS, answer)
    return written


def record_persy(folder: Path, candidates: int) -> int:
    """Write answers of Persy's list of candidates to a folder, and the records alone; gives their bytes."""
    tenant = PersyTenant.generate(candidates=candidates)
    ids = [str(key).encode() for key in tenant.keys()]  # noqa: SIM118 - no dict
    written = 0
    with (folder / "records.ndjson").open("wb") as file:
        for offset in range(0, candidates, _PERSY_ROWS):
            rows = tenant.page(PageQuery("candidates", _PERSY_ROWS, offset)).rows
            answer = b'{"Paging":{"TotalCount":%d},"Candidates":[' % candidates + b",".join(rows) + b"]}"
            written += _written(folder, offset // _PERSY_ROWS, answer)
            file.writelines(
                b'{"remote_id":"%s","remote_data":%s}\n' % one
                for one in zip(ids[offset : offset + _PERSY_ROWS], rows, strict=True)
            )
    return written


def pages(folder: str) -> Iterator[bytes]:
    """The recorded answers, in order, each read when its turn comes."""
    return (path.read_bytes() for path in sorted(Path(folder).glob("*.page")))


def page_count(folder: str) -> int:
    """How many answers were recorded."""
    return sum(1 for _ in Path(folder).glob("*.page"))


def _written(folder: Path, place: int, answer: bytes) -> int:
    return (folder / f"{place:06}.page").write_bytes(answer)


class RecordedHttp(VendorHttp):
    """A vendor that answers what was recorded, one page after the other, and its WSDL; from any thread."""

    def __init__(self, connection: Connection, answers: Iterable[bytes]) -> None:
        super().__init__(connection, HeaderAuthentication())
        self._answers = iter(answers)
        self._turn = threading.Lock()

    def request(
        self,
        method: str,  # noqa: ARG002 - the interface of VendorHttp
        url: str,
        read: Callable[[Answer], Any],
        **_: Any,
    ) -> Any:
        """What `read` makes of the next page."""
        with self._turn:
            body = CONTRACT.wsdl if url.endswith("?wsdl") else next(self._answers)
        return read(Answer(200, {}, body))
