"""The attachments of a request: checked first, then decoded or fetched."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelines.action_catalogue import Question
from pipelines.action_requests import Attachment, read_part
from pipelines.answer_values import AnswerError
from pipelines.data_urls import DataUrlError, Fetched, FetchLimits, check_url, fetch
from sources.coveto.actions import MOST_ATTACHMENTS, NewAttachment

_UNTYPED = "application/octet-stream"


@dataclass(frozen=True)
class _File:
    """An attachment, with what a FILE question demands of it."""

    path: str
    given: Attachment
    media_types: frozenset[str] = frozenset()
    max_bytes: int | None = None


class RequestFiles:
    """The attachments of one request, and the files that answer its questions."""

    def __init__(self, attachments: Iterable[tuple[str, Attachment]], limits: FetchLimits) -> None:
        self._files = [_File(path, given) for path, given in attachments]
        self._limits = limits

    def take(self, path: str, question: Question, answer: object, problems: list[str]) -> str:
        """The name of the attachment that answers a FILE question.

        The answer is the name of one of the attachments, or an attachment itself, which is then sent too.
        """
        if isinstance(answer, Mapping):
            given = read_part(Attachment, answer, f"{path}.answer", problems)
            if given is None:
                return ""
            self._files.append(_demanding(_File(f"{path}.answer", given), question))
            return given.name
        for index, file in enumerate(self._files):
            if file.given.name == answer:
                self._files[index] = _demanding(file, question)
                return file.given.name
        raise AnswerError("must be an attachment, or the name of one of the attachments")

    def check(self) -> list[str]:
        """What is wrong as far as can be told without fetching anything."""
        problems = []
        if len(self._files) > MOST_ATTACHMENTS:
            problems.append(f"attachments: at most {MOST_ATTACHMENTS} can be sent")
        for file in self._files:
            try:
                if file.given.data_url is not None:
                    check_url(file.given.data_url, self._limits)
                else:
                    self._content(file)
            except DataUrlError as error:
                problems.append(f"{file.path}.{_key(file)}: {error}")
        return problems

    def fetched(self) -> tuple[list[NewAttachment], list[str]]:
        """The attachments with their content, and what is wrong with those that could not be had."""
        attachments, problems = [], []
        for file in self._files:
            try:
                content = self._content(file)
            except DataUrlError as error:
                problems.append(f"{file.path}.{_key(file)}: {error}")
                continue
            attachments.append(NewAttachment(file.given.name, content.content_type, content.data))
        return attachments, problems

    def _content(self, file: _File) -> Fetched:
        given = file.given
        if given.data_url is not None:
            found = fetch(given.data_url, self._limits)
        else:
            found = Fetched(_decoded(given.data or "", self._limits), "")
        found = replace(found, content_type=given.content_type or found.content_type or _UNTYPED)
        if file.media_types and found.content_type.partition(";")[0].strip().lower() not in file.media_types:
            raise DataUrlError(f"must be {' or '.join(sorted(file.media_types))}, as the question demands")
        if file.max_bytes is not None and len(found.data) > file.max_bytes:
            raise DataUrlError(f"holds more than the {file.max_bytes} bytes that the question allows")
        return found


def _demanding(file: _File, question: Question) -> _File:
    accepted = question.format.get("accepted_mime_types") or ()
    most = question.format.get("max_file_size_bytes")
    return replace(
        file,
        media_types=frozenset(str(one).strip().lower() for one in accepted),
        max_bytes=most if isinstance(most, int) else None,
    )


def _key(file: _File) -> str:
    return "data" if file.given.data_url is None else "data_url"


def _decoded(data: str, limits: FetchLimits) -> bytes:
    if len(data) * 3 // 4 > limits.max_bytes * 1.1:
        raise DataUrlError(f"holds more than {limits.max_bytes / 1_000_000:g} MB")
    try:
        decoded = base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise DataUrlError("is no base64") from None
    if not decoded:
        raise DataUrlError("is empty")
    if len(decoded) > limits.max_bytes:
        raise DataUrlError(f"holds more than {limits.max_bytes / 1_000_000:g} MB")
    return decoded
