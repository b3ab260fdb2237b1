"""From the answer to a screening question to the values that the vendor takes, by the question's format."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pipelines.action_catalogue import Question
from pipelines.action_requests import Part, Text, read_part
from pipelines.unified_ids import REMOTE


class AnswerError(Exception):
    """An answer does not fit its question; the text says why, without quoting the answer."""


class _TextAnswer(Part):
    answer: Text


@dataclass(frozen=True)
class AnswerReader:
    """Reads answers; `words` are the vendor's for yes and no."""

    words: Mapping[str, str]
    take_file: Callable[[str, Question, object], str]
    """Given the path, a FILE question and its answer: the name of the attachment that answers it."""

    def values(self, question: Question, answer: object, path: str) -> tuple[str, ...]:
        """The values of one answer; an AnswerError where it does not fit."""
        kind = question.type
        if kind == "FILE":
            return (self.take_file(path, question, answer),)
        if kind == "BOOLEAN":
            if not isinstance(answer, bool):
                raise AnswerError("must be true or false")
            return (self.words["yes" if answer else "no"],)
        readers: dict[str, Callable[[Mapping[str, Any], object], tuple[str, ...]]] = {
            "TEXT": _text,
            "NUMBER": _number,
            "SINGLE_SELECT": _one_option,
            "MULTI_SELECT": _options,
            "DATE": _date,
            "INFORMATION": _nothing,
        }
        return readers.get(kind, _text)(question.format, answer)


def _text(told: Mapping[str, Any], answer: object) -> tuple[str, ...]:
    problems: list[str] = []
    part = read_part(_TextAnswer, {"answer": answer}, "", problems)
    if part is None:
        raise AnswerError(problems[0].partition(": ")[2])
    most = told.get("max_length")
    if isinstance(most, int) and len(part.answer) > most:
        raise AnswerError(f"is longer than {most} characters")
    return (part.answer,)


def _number(told: Mapping[str, Any], answer: object) -> tuple[str, ...]:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        raise AnswerError("must be a number")
    least, most = told.get("min"), told.get("max")
    if least is not None and answer < least:
        raise AnswerError(f"is less than {least}")
    if most is not None and answer > most:
        raise AnswerError(f"is more than {most}")
    return (f"{Decimal(repr(answer)):f}",)


def _one_option(told: Mapping[str, Any], answer: object) -> tuple[str, ...]:
    if not isinstance(answer, str):
        raise AnswerError("must be the id of one option")
    return (_option(told, answer),)


def _options(told: Mapping[str, Any], answer: object) -> tuple[str, ...]:
    if not isinstance(answer, list | tuple) or not all(isinstance(one, str) for one in answer):
        raise AnswerError("must be a list of ids of options")
    if not answer:
        raise AnswerError("names no option; leave the answer out where none is chosen")
    if len(set(answer)) < len(answer):
        raise AnswerError("names an option twice")
    return tuple(_option(told, one) for one in answer)


def _option(told: Mapping[str, Any], given: str) -> str:
    for option in told.get("options") or ():
        if given in {option.get("id"), f"{REMOTE}{option.get('remote_id')}"}:
            return str(option["remote_id"])
    raise AnswerError("names an option that the question does not have")


def _date(_told: Mapping[str, Any], answer: object) -> tuple[str, ...]:
    try:
        right = isinstance(answer, str) and date.fromisoformat(answer).isoformat() == answer
    except ValueError:
        right = False
    if not right:
        raise AnswerError("must be a date like 2026-10-31")
    return (str(answer),)


def _nothing(_told: Mapping[str, Any], _answer: object) -> tuple[str, ...]:
    raise AnswerError("belongs to a notice, which takes no answer")
