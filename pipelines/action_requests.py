"""What may be asked for: the shape of a request to create a candidate or an application.

Each part is checked on its own, so that all that is wrong is told at once, each with its path. No value of a
request is ever quoted: it is a candidate's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_COUNTRY = re.compile(r"[A-Z]{2}")
_MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+(\s*;.*)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,9}")
_LONGEST_KEY = 100


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank")
    if _NOT_IN_XML.search(text):
        raise ValueError("holds a character that XML cannot carry")
    return text.strip()


def _email(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("is no e-mail address")
    return text


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise ValueError("must be two upper-case letters (ISO 3166-1), such as DE")
    return text


def _media_type(text: str) -> str:
    if not _MEDIA_TYPE.fullmatch(text):
        raise ValueError("is no media type; write it like application/pdf")
    return text


def _number(given: object) -> str | None:
    text = str(given)
    if given is None:
        return None
    if isinstance(given, bool) or not _NUMBER.fullmatch(text):
        raise ValueError("must be a whole number")
    return text


Text = Annotated[str, AfterValidator(_filled)]
Key = Annotated[str, StringConstraints(max_length=_LONGEST_KEY), AfterValidator(_filled)]


class Part(BaseModel):
    """A part of a request; what it does not know it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Location(Part):
    """Where the candidate lives."""

    city: Text | None = None
    country: Annotated[Text, AfterValidator(_country)]
    zip_code: Text | None = None


class Candidate(Part):
    """Who applies."""

    first_name: Text
    last_name: Text
    email_address: Annotated[Text, AfterValidator(_email)]
    phone_number: Text | None = None
    location: Location | None = None
    gender: Literal["MALE", "FEMALE", "OTHER"] | None = None


class Application(Part):
    """To which job."""

    job_id: Text


class Answer(Part):
    """The answer to one question; what `answer` must be depends on the question's format."""

    question_id: Text
    answer: Any


class Attachment(Part):
    """A file, here (`data`, base64) or elsewhere (`data_url`)."""

    name: Text
    content_type: Annotated[Text, AfterValidator(_media_type)] | None = None
    data: str | None = None
    data_url: Text | None = None

    @model_validator(mode="after")
    def _has_one_content(self) -> "Attachment":
        if (self.data is None) == (self.data_url is None):
            raise ValueError("needs exactly one of data and data_url")
        if self.data is not None and self.content_type is None:
            raise ValueError("needs content_type beside data")
        return self


class Source(Part):
    """Where the candidate came from."""

    name: Text | None = None
    unified_key: Text | None = None
    id: Annotated[str | None, BeforeValidator(_number)] = None

    @model_validator(mode="after")
    def _says_something(self) -> "Source":
        if self.name is None and self.unified_key is None and self.id is None:
            raise ValueError("needs one of name, unified_key and id")
        return self


class _Key(Part):
    idempotency_key: Key | None = None


PartType = TypeVar("PartType", bound=Part)
_MANY = {"screening_question_answers": Answer, "attachments": Attachment}
_KNOWN = ("candidate", "application", *_MANY, "source", "idempotency_key")


@dataclass(frozen=True)
class ActionRequest:
    """The parts of a request that are good; what was wrong with the others is in `problems`."""

    candidate: Candidate | None
    application: Application | None
    answers: tuple[tuple[str, Answer], ...]
    """Each with its path."""
    attachments: tuple[tuple[str, Attachment], ...]
    source: Source | None
    idempotency_key: str | None
    problems: tuple[str, ...]


def read_request(content: object, key: str | None = None) -> ActionRequest:
    """The parts of a request, each checked on its own; `key` wins over the request's own idempotency key."""
    if not isinstance(content, Mapping):
        return ActionRequest(None, None, (), (), None, None, ("the request must be a JSON object",))
    problems = [
        f"{key}: is unknown; a request has {', '.join(_KNOWN)}" for key in content if key not in _KNOWN
    ]
    candidate = read_part(Candidate, content.get("candidate"), "candidate", problems)
    application = read_part(Application, content.get("application"), "application", problems)
    answers = _read_many(Answer, content, "screening_question_answers", problems)
    attachments = _read_many(Attachment, content, "attachments", problems)
    given = content.get("source")
    source = None if given is None else read_part(Source, given, "source", problems)
    given_key = content.get("idempotency_key") if key is None else key
    keyed = read_part(_Key, {"idempotency_key": given_key}, "", problems)
    return ActionRequest(
        candidate,
        application,
        answers,
        attachments,
        source,
        keyed.idempotency_key if keyed else None,
        tuple(problems),
    )


def read_part(kind: type[PartType], content: object, path: str, problems: list[str]) -> PartType | None:
    """One part; None where something is wrong with it, which is then added to `problems`."""
    if content is None:
        problems.append(f"{path}: is missing")
        return None
    if not isinstance(content, Mapping):
        problems.append(f"{path}: must be an object")
        return None
    try:
        return kind.model_validate(dict(content))
    except ValidationError as error:
        told = error.errors(include_url=False, include_input=False, include_context=False)
        problems += [_problem(path, found) for found in told]
    return None


def _read_many(
    kind: type[PartType], content: Mapping[str, object], name: str, problems: list[str]
) -> tuple[tuple[str, PartType], ...]:
    listed = content.get(name)
    if listed is None:
        return ()
    if not isinstance(listed, list | tuple):
        problems.append(f"{name}: must be a list")
        return ()
    parts = [(f"{name}.{index}", one) for index, one in enumerate(listed)]
    read = [(path, read_part(kind, one, path, problems)) for path, one in parts]
    return tuple((path, part) for path, part in read if part is not None)


def _problem(path: str, found: ErrorDetails) -> str:
    names = [path, *map(str, found["loc"])] if path else [str(name) for name in found["loc"]]
    return f"{'.'.join(names)}: {_sentence(found)}"


def _sentence(found: ErrorDetails) -> str:
    kind, text = found["type"], found["msg"]
    if kind == "value_error":
        return text.removeprefix("Value error, ")
    sentences = {
        "missing": "is missing",
        "extra_forbidden": "is unknown",
        "string_type": "must be text",
        "model_type": "must be an object",
        "model_attributes_type": "must be an object",
        "string_too_long": f"is longer than {_LONGEST_KEY} characters",
    }
    return sentences.get(kind) or text.replace("Input should be", "must be")
