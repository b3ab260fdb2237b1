"""Callers of the sandbox that share no code with the product's own clients."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from lxml import etree

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
NAMESPACE = "https://www.coveto.de/soap/v1"


@dataclass
class SoapCaller:
    """Posts envelopes that were written by hand."""

    url: str
    auth: tuple[str, str] | None = ("12345", "coveto-sandbox-key")
    namespace: str = NAMESPACE
    header: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def post(self, operation: str, arguments: str = "", **options: Any) -> requests.Response:
        body = f'<{operation} xmlns="{self.namespace}">{arguments}</{operation}>'
        envelope = f'<e:Envelope xmlns:e="{SOAP}">{self.header}<e:Body>{body}</e:Body></e:Envelope>'
        options = {"timeout": 10, "allow_redirects": False} | options
        return self.session.post(self.url, data=envelope.encode(), auth=self.auth, **options)

    def call(self, operation: str, arguments: str = "") -> etree._Element:
        """The one element of the answer's body."""
        answer = self.post(operation, arguments)
        body = etree.fromstring(answer.content).find(f"{{{SOAP}}}Body")
        assert body is not None
        return body[0]

    def ids(self, operation: str, arguments: str = "", name: str = "id") -> list[int]:
        """The ids on one page."""
        rows = self.call(operation, arguments)[-1]
        return [int(row.findtext(f"{{*}}{name}") or 0) for row in rows]

    def fault(self, operation: str, arguments: str = "") -> tuple[str, str]:
        """Code and field of the fault that comes."""
        fault = self.call(operation, arguments)
        assert fault.tag == f"{{{SOAP}}}Fault"
        return fault.findtext(".//{*}code") or "", fault.findtext(".//{*}feld") or ""


@dataclass
class RestCaller:
    """Asks for JSON."""

    url: str
    headers: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)

    def get(self, path: str = "/candidates", **options: Any) -> requests.Response:
        options = {"timeout": 10, "allow_redirects": False, "headers": self.headers} | options
        return self.session.get(self.url + path, **options)

    def page(self, **parameters: Any) -> dict[str, Any]:
        answer = self.get(params=parameters)
        assert answer.status_code == 200, answer.text
        content: dict[str, Any] = answer.json()
        return content

    def scan(self, **parameters: Any) -> list[dict[str, Any]]:
        """All candidates, page by page."""
        first = self.page(page=1, **parameters)
        rows = list(first["Candidates"])
        for number in range(2, first["Paging"]["TotalPages"] + 1):
            rows += self.page(page=number, **parameters)["Candidates"]
        return rows


@pytest.fixture
def coveto() -> CovetoTenant:
    return CovetoTenant.generate(candidates=60)


@pytest.fixture
def persy() -> PersyTenant:
    return PersyTenant.generate(candidates=60)


@pytest.fixture
def sandbox(coveto: CovetoTenant, persy: PersyTenant) -> Iterator[Sandbox]:
    with Sandbox(coveto, persy) as running:
        yield running
        assert running.failures == []


@pytest.fixture
def soap(sandbox: Sandbox) -> Iterator[SoapCaller]:
    caller = SoapCaller(f"{sandbox.coveto_url}/public/soap/")
    yield caller
    caller.session.close()


@pytest.fixture
def rest(sandbox: Sandbox) -> Iterator[RestCaller]:
    caller = RestCaller(sandbox.persy_url, {"Authorization": "Bearer persy-sandbox-key"})
    yield caller
    caller.session.close()
