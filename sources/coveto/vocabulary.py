"""What names of a WSDL may mean, by the words of `vocabulary.toml`: for guesses alone."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

Words = Mapping[str, Sequence[str]]
"""A meaning to the words that have it, the likeliest first."""

_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})


def plain(name: str) -> str:
    """A name in small letters and digits alone: `@vacancyNo` is `vacancyno`."""
    return "".join(_parts(name))


def section(name: str) -> Words:
    """One section of the vocabulary, such as `arguments`."""
    words: Words = _vocabulary()[name]
    return words


def nouns_of(names: Iterable[str]) -> frozenset[str]:
    """What kinds of record names speak of: `FindVacancyQuestions` of jobs and questions."""
    return frozenset(
        meaning
        for name in names
        for part in _parts(name)
        for meaning in _meanings_of_part(part)
        if meaning != "id"
    )


def likeness(nouns: frozenset[str], model: str) -> float:
    """How well nouns fit a model, from 0 to 1."""
    words = _vocabulary()["models"][model]
    must, may = set(words["must"]), set(words["may"])
    counted = nouns - (may - must)
    return len(must & counted) / len(must | counted)


def own_reference(model: str) -> str:
    """The meaning of a name that refers to a record of a model, such as `stelleId` for jobs."""
    return " ".join(sorted({"id", *_vocabulary()["models"][model]["must"]}))


def meanings(name: str) -> frozenset[str]:
    """All that one element's name may mean; `stelleId` and `@vacancyNo` both mean "id job"."""
    word = plain(name)
    found = {meaning for meaning, words in section("elements").items() if word in words}
    of_parts = [_meanings_of_part(part) for part in _parts(name)]
    if of_parts and all(of_parts):
        found.add(" ".join(sorted({meaning for part in of_parts for meaning in part})))
    return frozenset(found)


def rank(name: str, words: Sequence[str]) -> int | None:
    """Where a name stands among words, 0 being the likeliest; None where it is none of them."""
    word = plain(name)
    return words.index(word) if word in words else None


@cache
def _vocabulary() -> dict[str, Any]:
    text = resources.files(__package__).joinpath("vocabulary.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _parts(name: str) -> tuple[str, ...]:
    """The words that capitals part, in small ASCII letters."""
    text = unicodedata.normalize("NFC", name).translate(_UMLAUTS)
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return tuple(part.lower() for part in _CAMEL.findall(ascii_text))


@cache
def _meanings_of_part(part: str) -> tuple[str, ...]:
    """The nouns and the identity that a word is put together from; nothing where a rest is left."""
    known = {
        word: meaning
        for words in (section("nouns"), section("identity"))
        for meaning, all_words in words.items()
        for word in all_words
    }
    found: list[str] = []
    while part:
        longest = max((word for word in known if part.startswith(word)), key=len, default=None)
        if longest is None:
            return tuple(found) if found and len(part) > 4 and found[-1] != "id" else ()
        found.append(known[longest])
        part = part[len(longest) :]
    return tuple(found)
