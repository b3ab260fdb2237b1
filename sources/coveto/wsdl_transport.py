"""How zeep gets the WSDL: by the connection's own requests, and from its own host alone."""

from urllib.parse import urlsplit

from zeep.transports import Transport

from sources.coveto.xml_document import parse_document
from sources.errors import VendorAnswerError
from sources.vendor_http import Answer, TryAgainError, VendorHttp, refuse_status

CREDENTIALS = "customer_number and api_key"
"""The keys of the configuration to look at where credentials are refused."""


class WsdlTransport(Transport):
    """Lets zeep load the WSDL and what it imports from the same host, with the connection's own requests."""

    def __init__(self, http: VendorHttp, wsdl_url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._http = http
        self._origin = urlsplit(wsdl_url)[:2]
        self._host = urlsplit(wsdl_url).netloc

    def load(self, url: str) -> bytes:
        """The document at `url`."""
        if urlsplit(url)[:2] != self._origin:
            raise VendorAnswerError(
                f"the WSDL at {self._host} imports a document from {urlsplit(url).netloc or 'another place'}",
                "only documents of the same host are loaded; ask the vendor for a WSDL in one piece",
            )
        return self._http.request("GET", url, self._read)

    def _read(self, answer: Answer) -> bytes:
        refuse_status(answer, self._host, credentials=CREDENTIALS)
        if answer.status != 200:
            raise VendorAnswerError(
                f"{self._host} has no WSDL at this address (HTTP {answer.status})",
                "check subdomain, base_url or wsdl of this connection",
            )
        if parse_document(answer.body) is None:
            raise TryAgainError(
                VendorAnswerError(
                    f"{self._host} answered something that is no WSDL",
                    "open the WSDL's address in a browser; if it is elsewhere, set wsdl for this connection",
                )
            )
        return answer.body
