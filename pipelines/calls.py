"""Any request to a connection's API, with its authentication, limits and, where that is safe, its retries.

from pipelines import call
call("acme-folder", "acme", "getStelle", json={"id": 17}).value
call("acme-folder", "leihwerk", "GET", "/candidates", parameters={"page": "2"}).value
"""

import os
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.configuration import load_configuration
from sources.connections import CovetoConnection, PersyConnection
from sources.coveto.client import CovetoClient
from sources.coveto.passthrough import request_of_json, request_of_xml, value_of_answer
from sources.errors import ConfigurationError, VendorAnswerError
from sources.json_document import clean_json, value_of
from sources.persy.client import PersyClient
from sources.persy.requests import ask

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_READING = re.compile(r"(list|get|find|read|search|fetch|query|count)", re.IGNORECASE)


@dataclass(frozen=True)
class CallAnswer:
    """What came back."""

    body: bytes
    """All of it, as it came."""
    _value: Any
    _is_json: bool

    @property
    def value(self) -> Any:
        """The answer as plain values; a VendorAnswerError where it is none."""
        if not self._is_json:
            raise VendorAnswerError("The answer is no JSON", "Add --raw to see it as it came")
        return self._value


def call(
    folder: str | os.PathLike[str],
    name: str,
    operation: str,
    path: str | None = None,
    *,
    json: object = None,
    xml: str | None = None,
    parameters: Mapping[str, str] | None = None,
) -> CallAnswer:
    """Ask a connection's API.

    What may write is sent once: only operations whose name begins with list, get, find, read, search, fetch,
    query or count, and the method GET, are tried again after a failure.

    Args:
        folder: the working folder.
        name: the connection.
        operation: Coveto: an operation of the tenant's WSDL. Persy: the HTTP method.
        path: Persy: the path below the base URL, such as `/candidates`.
        json: Coveto: the arguments by element name. Persy: the body.
        xml: Coveto: the operation's element, or a whole envelope, in place of `json`.
        parameters: Persy: the query.

    Raises:
        ConfigurationError: something that was given is wrong; nothing was sent.
        SourceError: the vendor could not be reached or refused.
    """
    connection = load_configuration(Path(folder)).selected([name])[0]
    if isinstance(connection, CovetoConnection):
        _refuse(path is not None or bool(parameters), "Coveto has operations, no paths and no parameters")
        _refuse(json is not None and xml is not None, "json and xml exclude each other")
        return _call_coveto(connection, operation, json, xml)
    _refuse(xml is not None, "Persy takes no XML")
    return _call_persy(connection, operation, path, parameters or {}, json)


def _call_coveto(connection: CovetoConnection, operation: str, json: object, xml: str | None) -> CallAnswer:
    if not _READING.match(operation):
        connection = connection.model_copy(update={"retries": 0})
    if xml is None and not isinstance(json, Mapping | None):
        raise ConfigurationError("The arguments must be a JSON object", "Write them like '{\"id\": 17}'")
    with closing(CovetoClient(connection)) as client:
        if xml is not None:
            request = request_of_xml(client, operation, xml)
        else:
            request = request_of_json(client, operation, json if isinstance(json, Mapping) else {})
        answer = client.send(request)
        return CallAnswer(answer.body, value_of_answer(request, answer), _is_json=True)


def _call_persy(
    connection: PersyConnection,
    method: str,
    path: str | None,
    parameters: Mapping[str, str],
    json: object,
) -> CallAnswer:
    method = method.upper()
    _refuse(method not in METHODS, f"Persy has no operations; name one of {', '.join(METHODS)} and a path")
    if path is None:
        raise ConfigurationError(f"{method} needs a path", f"Write it like {method} /candidates")
    if method not in {"GET", "HEAD"}:
        connection = connection.model_copy(update={"retries": 0})
    with closing(PersyClient(connection)) as client:
        answer = ask(client, method, path, parameters, json)
    if not answer.body.strip():
        return CallAnswer(answer.body, None, _is_json=True)
    try:
        return CallAnswer(answer.body, value_of(clean_json(answer.body).body), _is_json=True)
    except ValueError:
        return CallAnswer(answer.body, None, _is_json=False)


def _refuse(wrong: bool, message: str) -> None:
    if wrong:
        raise ConfigurationError(message, "Type `ats call --help` for what it takes; nothing was sent")
