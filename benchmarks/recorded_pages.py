"""Pages of both vendors as files, for what is measured without a network."""

from collections.abc import Callable, Sequence
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
    answers = []
    for offset in range(0, candidates, _COVETO_ROWS):
        rows = tenant.page(PageQuery("candidates", _COVETO_ROWS, offset)).rows
        answers.append(
            envelope(
                CONTRACT.namespace,
                b"<listBewerberResponse><gesamt>%d</gesamt><bewerberListe>" % candidates
                + b"".join(rows)
                + b"</bewerberListe></listBewerberResponse>",
            )
        )
    return _written(folder, answers)


def record_persy(folder: Path, candidates: int) -> int:
    """Write answers of Persy's list of candidates to a folder, and the records alone; gives their bytes."""
    tenant = PersyTenant.generate(candidates=candidates)
    answers, lines = [], []
    for offset in range(0, candidates, _PERSY_ROWS):
        rows = tenant.page(PageQuery("candidates", _PERSY_ROWS, offset)).rows
        lines.extend(rows)
        answers.append(
            b'{"Paging":{"TotalCount":%d},"Candidates":[' % candidates + b",".join(rows) + b"]}",
        )
    written = _written(folder, answers)
    ids = [str(key).encode() for key in tenant.keys()]  # noqa: SIM118 - no dict
    with (folder / "records.ndjson").open("wb") as file:
        file.writelines(
            b'{"remote_id":"%s","remote_data":%s}\n' % one for one in zip(ids, lines, strict=True)
        )
    return written


def pages(folder: str) -> list[bytes]:
    """The recorded answers, in order."""
    return [path.read_bytes() for path in sorted(Path(folder).glob("*.page"))]


def _written(folder: Path, answers: Sequence[bytes]) -> int:
    for place, answer in enumerate(answers):
        (folder / f"{place:06}.page").write_bytes(answer)
    return sum(map(len, answers))


class RecordedHttp(VendorHttp):
    """A vendor that answers what was recorded, one page after the other, and its WSDL."""

    def __init__(self, connection: Connection, answers: Sequence[bytes]) -> None:
        super().__init__(connection, HeaderAuthentication())
        self._answers = iter(answers)

    def request(
        self,
        method: str,  # noqa: ARG002 - the interface of VendorHttp
        url: str,
        read: Callable[[Answer], Any],
        **_: Any,
    ) -> Any:
        """What `read` makes of the next page."""
        body = CONTRACT.wsdl if url.endswith("?wsdl") else next(self._answers)
        return read(Answer(200, {}, body))
