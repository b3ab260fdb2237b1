"""What is wrong with a configuration, gathered so that one run names all of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from sources.errors import ConfigurationError


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, what, and what to do. It never holds a value that may be secret."""

    place: str
    text: str
    remedy: str


def raise_problems(problems: Sequence[Problem]) -> None:
    """Raise all problems as one ConfigurationError of two lines; do nothing where there is none."""
    if not problems:
        return
    places = dict.fromkeys(problem.place for problem in problems)
    message = "; ".join(
        f"{place}: " + "; ".join(dict.fromkeys(one.text for one in problems if one.place == place))
        for place in places
    )
    remedy = "; ".join(dict.fromkeys(problem.remedy for problem in problems))
    raise ConfigurationError(message, remedy)


def unknown_key(place: str, section: str, key: str, known: Iterable[str]) -> Problem:
    """A key that means nothing in a section."""
    where = f"[{section}]" if section else "the top level"
    return Problem(place, f'{where} has the unknown key "{key}"', nearest(key, known))


def nearest(word: str, known: Iterable[str]) -> str:
    """The advice for an unknown word of a file: the nearest known one, or all of them."""
    words = sorted(known)
    close = _closest(word, words)
    if close:
        return f'Did you mean "{close}"? Rename "{word}" or take it out'
    return f'Take "{word}" out; known here: {", ".join(words)}'


def meant(word: str, known: Iterable[str]) -> str:
    """The advice for an unknown word of a command: the nearest known one, or all of them."""
    words = sorted(known)
    close = _closest(word, words)
    return f'Did you mean "{close}"?' if close else f"There are: {', '.join(words) or 'none'}"


def _closest(word: str, words: list[str]) -> str | None:
    return next(iter(get_close_matches(word.lower(), words, n=1, cutoff=0.5)), None)
