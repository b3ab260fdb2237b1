"""The REST side of a Persy tenant: authentication, and answers checked before they count."""

from collections.abc import Callable, Mapping
from urllib.parse import quote, urlsplit

from requests.auth import AuthBase, HTTPBasicAuth

from sources.connections import PersyConnection
from sources.errors import VendorAnswerError, VendorFaultError, VendorUnavailableError
from sources.json_document import JsonText, clean_json, slice_at, text_of
from sources.vendor_http import (
    Answer,
    HeaderAuthentication,
    Read,
    TryAgainError,
    VendorHttp,
    code_of,
    refuse_status,
)


class PersyClient:
    """One connection's requests. Safe to use from several threads."""

    def __init__(self, connection: PersyConnection) -> None:
        self.connection = connection
        self.http = VendorHttp(connection, _authentication(connection))
        self.host = urlsplit(connection.base_url).netloc

    def close(self) -> None:
        """Give the sockets back."""
        self.http.close()

    def get(self, path: str, parameters: Mapping[str, str], read: Callable[[Answer], Read]) -> Read:
        """What `read` makes of the answer of a path; it may raise TryAgainError.

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        return self.http.request(
            "GET",
            self.connection.base_url + quote(path),
            read,
            headers={"Accept": "application/json"},
            parameters=parameters,
        )

    def get_record(self, path: str) -> JsonText | None:
        """The JSON object at a path that is ready to be sent; None where the vendor has none (HTTP 404, 410).

        Raises:
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        return self.http.request(
            "GET",
            self.connection.base_url + path,
            lambda answer: None if answer.status in {404, 410} else self._read_object(answer),
            headers={"Accept": "application/json"},
        )

    def checked_list(self, answer: Answer, list_path: tuple[str, ...]) -> JsonText:
        """The JSON object that came, checked to hold a list, or one object, at `list_path`.

        Raises:
            TryAgainError: it holds none.
            SourceError: the vendor refused.
        """
        document = self._read_object(answer)
        found = document.at(list_path)
        if found is None or text_of(found).lstrip()[:1] not in {"[", "{"}:
            raise TryAgainError(
                VendorAnswerError(
                    f"{self.host} answered without a list at {'.'.join(list_path)}",
                    "set records of this connection's endpoint to where the list is",
                )
            )
        return document

    def _read_object(self, answer: Answer) -> JsonText:
        self._refuse(answer)
        document = clean_json(answer.body)
        members = document.members if answer.body.strip() else None
        if members is None:
            raise TryAgainError(
                VendorUnavailableError(
                    f"{self.host} answered something that is no JSON object",
                    "try again later; if it lasts, check base_url and path of this connection",
                )
            )
        if "Error" in members and len(members) == 1:
            raise TryAgainError(
                VendorUnavailableError(
                    f"{self.host} answered an error in place of a page",
                    "try again later; ask the vendor if it lasts",
                )
            )
        return document

    def _refuse(self, answer: Answer) -> None:
        refuse_status(answer, self.host)
        if answer.status == 404:
            raise VendorAnswerError(
                f"{self.host} has nothing at this address (HTTP 404)",
                "check base_url and the path of this model's endpoint",
            )
        if answer.status >= 400:
            found = slice_at(clean_json(answer.body).body, ("Error", "Code"))
            code = code_of(text_of(found).strip('"')) if found is not None else ""
            raise VendorFaultError(
                f"{self.host} refused the request (HTTP {answer.status}{', ' + code if code else ''})",
                "check the arguments of this connection's endpoints",
                code=code,
            )
        if answer.status != 200:
            raise TryAgainError(
                VendorUnavailableError(
                    f"{self.host} answered without a page (HTTP {answer.status})",
                    "try again later; ask the vendor if it lasts",
                )
            )


def _authentication(connection: PersyConnection) -> AuthBase:
    key = connection.api_key.get_secret_value()
    if connection.auth == "basic":
        return HTTPBasicAuth((connection.username or "").encode(), key.encode())
    if connection.auth == "header":
        return HeaderAuthentication(connection.auth_header or "", key)
    return HeaderAuthentication("Authorization", f"Bearer {key}")
