"""Creating candidates and applications at a Coveto tenant, in the vendor's ids and values only.

What it is called there is data: `actions.toml` beside this file, overridable per connection.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lxml import etree

from sources.action_names import Names, resolve_action_names
from sources.connections import CovetoConnection
from sources.coveto.client import CovetoClient, SoapRequest
from sources.coveto.xml_records import Json, XmlConverter
from sources.endpoints import path_of
from sources.errors import (
    PermissionDeniedError,
    SourceError,
    VendorAnswerError,
    VendorFaultError,
    VendorUnavailableError,
)

PACKAGE = "sources.coveto"
MOST_ATTACHMENTS = 5

Action = Literal["create_candidate", "create_application"]

_SHOWN_OF_DATA = 60


@dataclass(frozen=True)
class NewAnswer:
    """One answer: the question's id, and its values as the vendor takes them."""

    question_id: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class NewAttachment:
    """A file that is sent along."""

    name: str
    content_type: str
    data: bytes


@dataclass(frozen=True)
class NewApplication:
    """What is to be created. `texts` are vendor's values by the words of `[arguments]` in actions.toml."""

    texts: Mapping[str, str]
    answers: Sequence[NewAnswer] = ()
    attachments: Sequence[NewAttachment] = ()


@dataclass(frozen=True)
class Created:
    """The ids that the vendor gave; without `application_id` the application was refused."""

    candidate_id: str
    application_id: str | None
    notes: tuple[str, ...]


class CovetoActions:
    """The actions of one connection; a context manager.

    A request that brings no answer is sent again by itself, but for tenants that know no idempotency key.
    """

    def __init__(self, connection: CovetoConnection) -> None:
        self._names = resolve_action_names(PACKAGE, connection)
        if not _repeats_safely(self._names):
            connection = connection.model_copy(update={"retries": 0})
        self._client = CovetoClient(connection)

    def __enter__(self) -> "CovetoActions":
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def send(self, action: Action, new: NewApplication) -> Created:
        """Create it.

        Raises:
            VendorUnavailableError: no answer came, so that nobody knows whether it was created.
            SourceError: the vendor refused it, or answered something else.
        """
        request = self._request(action, new)
        try:
            answer = self._client.send(request)
        except VendorUnavailableError as error:
            raise VendorUnavailableError(
                f"{error.message}; whether anything was created is unknown",
                "send the same request again: its idempotency key keeps it from being created twice"
                if _repeats_safely(self._names)
                else "look at the tenant before you send it again: it could be created twice",
            ) from error
        except PermissionDeniedError as error:
            raise PermissionDeniedError(
                f"{self._client.host} accepted the credentials but denied the right to create this",
                "have the right granted to the API key",
            ) from error
        except VendorFaultError as error:
            raise self._refusal(error) from error
        return self._created(XmlConverter().value_of(answer.element, request.operation.shape))

    def preview(self, action: Action, new: NewApplication) -> str:
        """The envelope that `send` would send, indented, without credentials and with data cut short."""
        names = self._names["attachments"]
        root = etree.fromstring(self._request(action, new, masked=True).body)
        for element in root.iter("{*}" + names["data"]):
            if element.text and len(element.text) > _SHOWN_OF_DATA:
                element.text = f"{element.text[:_SHOWN_OF_DATA]}… ({len(element.text)} characters)"
        etree.indent(root)
        return etree.tostring(root, encoding="unicode")

    def _request(self, action: Action, new: NewApplication, *, masked: bool = False) -> SoapRequest:
        operation = self._names["operations"][action]
        return self._client.request_for(operation, arguments_of(self._names, new), masked=masked)

    def _created(self, answer: Json) -> Created:
        names = self._names["result"]
        candidate_id = _text_at(answer, names["candidate_id"])
        if not candidate_id:
            raise VendorAnswerError(
                f"{self._client.host} answered without a candidate's id; something may have been created",
                "compare result in the actions of this connection with the tenant's WSDL, then send it again",
            )
        notes = _at(answer, names["notes"])
        listed = notes if isinstance(notes, list) else [notes]
        texts = tuple(note.strip() for note in listed if isinstance(note, str) and note.strip())
        return Created(candidate_id, _text_at(answer, names["application_id"]) or None, texts)

    def _refusal(self, error: VendorFaultError) -> SourceError:
        """The vendor's refusal, with the ids of what is there already where its text names them."""
        names = self._names["duplicate"]
        where = f" at {error.field}" if error.field else ""
        if error.code != names["code"]:
            return VendorFaultError(
                f"{self._client.host} refused the request with fault {error.code or 'without a code'}{where}"
                "; nothing was created",
                "correct what the field names; the vendor's manual explains the code",
                code=error.code,
                field=error.field,
            )
        there = [
            f"{word.removesuffix('_id')} {found[1]}"
            for word in ("candidate_id", "application_id")
            if (found := re.search(rf"\b{re.escape(names[word])}\s+(\d{{1,18}})\b", error.text))
        ]
        return VendorFaultError(
            f"{self._client.host} already has this{': remote id of the ' if there else ''}"
            f"{', of the '.join(there)}; nothing was created",
            "use `ats create-application` for a candidate who is there; an application there needs nothing",
            code=error.code,
            field=error.field,
        )


def _repeats_safely(names: Names) -> bool:
    return bool(names["arguments"]["idempotency_key"])


def arguments_of(names: Names, new: NewApplication) -> dict[str, Any]:
    """The input elements of a request, nested as the names say."""
    places = names["arguments"]
    arguments: dict[str, Any] = {}
    for word, text in new.texts.items():
        _put(arguments, places[word], text)
    of_answer, of_attachment = names["answers"], names["attachments"]
    answers = [
        {of_answer["question_id"]: answer.question_id, of_answer["value"]: list(answer.values)}
        for answer in new.answers
    ]
    attachments = [
        {
            of_attachment["name"]: attachment.name,
            of_attachment["content_type"]: attachment.content_type,
            of_attachment["data"]: attachment.data,
        }
        for attachment in new.attachments
    ]
    if answers:
        _put(arguments, places["answers"], answers)
    if attachments:
        _put(arguments, places["attachments"], attachments)
    return arguments


def _put(tree: dict[str, Any], path: str, value: object) -> None:
    names = path_of(path)
    if not names:
        return
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    tree[names[-1]] = value


def _at(value: Json, path: str) -> Json:
    for name in path_of(path):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text_at(value: Json, path: str) -> str:
    found = _at(value, path)
    return found.strip() if isinstance(found, str) else ""
