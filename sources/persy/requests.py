"""Requests to a Persy tenant beside the reading of candidates: any path, and a candidate's attachments."""

from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import quote

import orjson

from sources.action_names import resolve_action_names
from sources.endpoints import path_of, resolve_endpoints
from sources.errors import ConfigurationError, VendorAnswerError, VendorFaultError
from sources.json_document import clean_json, item_slices, object_slices, slice_at, text_of, value_of
from sources.persy.client import PersyClient
from sources.vendor_http import Answer, code_of, refuse_status

PACKAGE = "sources.persy"
_KEPT_IN_PATH = "/%:@,;=+$!*'()~"


def ask(
    client: PersyClient, method: str, path: str, parameters: Mapping[str, str], body: object = None
) -> Answer:
    """Whatever a path below the base URL answers with a status of success.

    Args:
        client: the connection's client; what may write should be asked with `retries = 0`.
        method: GET, POST, …
        path: begins with a slash; parameters do not belong in it.
        parameters: the query.
        body: sent as JSON, where it is not None.

    Raises:
        ConfigurationError: the path is none, or leads out of the API.
        SourceError: the vendor could not be reached or refused.
    """
    if not path.startswith("/") or any(mark in path for mark in "?#\\"):
        raise ConfigurationError(
            "The path must begin with / and hold no query",
            "Write it like /candidates; parameters go into --param page=2",
        )
    if any(segment in {".", ".."} for segment in path.lower().replace("%2e", ".").split("/")):
        raise ConfigurationError("The path leads out of the API", "Write it without . and .. between slashes")
    headers = {"Accept": "application/json, */*"}
    content = None
    if body is not None:
        headers["Content-Type"] = "application/json"
        content = orjson.dumps(body)
    url = client.connection.base_url + quote(path, safe=_KEPT_IN_PATH)
    return client.http.request(
        method,
        url,
        lambda answer: _well(answer, client.host),
        body=content,
        headers=headers,
        parameters=parameters,
    )


class PersyAttachments:
    """The files of candidates of one connection."""

    def __init__(self, client: PersyClient) -> None:
        self._client = client
        names = resolve_action_names(PACKAGE, client.connection)
        self._names = names["attachments"]
        self._fields = names["attachment_fields"]
        self._candidates = resolve_endpoints(PACKAGE, client.connection)["candidates"].path

    def of_candidate(self, candidate_id: str) -> list[dict[str, str | None]]:
        """What is attached to a candidate: per file our words with the vendor's texts.

        Raises:
            VendorFaultError: the vendor has no such candidate (code `NOT_FOUND`).
            SourceError: the vendor could not be reached, refused, or answered something else.
        """
        url = self._url(self._names["path"], candidate_id)
        document = self._client.http.request(
            "GET",
            url,
            lambda answer: clean_json(self._found(answer).body),
            headers={"Accept": "application/json"},
        )
        if object_slices(document.body) is None:
            raise self._no_list()
        listed = slice_at(document.body, path_of(self._names["records"]))
        if listed is None:
            raise self._no_list()
        return [self._texts(item) for item in item_slices(listed)]

    def download(self, candidate_id: str, attachment_id: str, into: BinaryIO) -> None:
        """Write a file into another, piece by piece; where that fails, what is in there is of no use."""
        url = self._url(self._names["download_path"], candidate_id, attachment_id)
        self._client.http.request("GET", url, self._found, headers={"Accept": "*/*"}, into=into)

    def _url(self, path: str, candidate_id: str, attachment_id: str = "") -> str:
        known = {"candidates": self._candidates, "candidate_id": _segment(candidate_id)}
        if attachment_id:
            known["attachment_id"] = _segment(attachment_id)
        for word, text in known.items():
            path = path.replace(f"{{{word}}}", text)
        return self._client.connection.base_url + path

    def _found(self, answer: Answer) -> Answer:
        if answer.status == 404:
            raise VendorFaultError(
                f"{self._client.host} has no such candidate or attachment (HTTP 404)",
                "check the id; if it is right, set path of this connection's actions.attachments",
                code="NOT_FOUND",
            )
        return _well(answer, self._client.host)

    def _no_list(self) -> VendorAnswerError:
        return VendorAnswerError(
            f"{self._client.host} answered without a list at {self._names['records']}",
            "set records of this connection's actions.attachments to where the list is",
        )

    def _texts(self, item: Any) -> dict[str, str | None]:
        return {word: _text(slice_at(item, path_of(path))) for word, path in self._fields.items()}


def _well(answer: Answer, host: str) -> Answer:
    refuse_status(answer, host)
    if not 200 <= answer.status < 300:
        found = slice_at(clean_json(answer.body).body, ("Error", "Code"))
        code = code_of(text_of(found).strip('"')) if found is not None else ""
        raise VendorFaultError(
            f"{host} refused the request (HTTP {answer.status}{', ' + code if code else ''})",
            "check the path and its parameters",
            code=code,
        )
    return answer


def _segment(identifier: str) -> str:
    """An id as one segment of a path, whatever characters it has."""
    if identifier in {".", ".."}:
        raise ConfigurationError("The id is none", "Write the id as the source has it")
    return quote(identifier, safe="")


def _text(found: Any) -> str | None:
    value = None if found is None else value_of(found)
    return None if value is None or isinstance(value, dict | list) else str(value).strip() or None
