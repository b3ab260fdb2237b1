"""Which elements of a source record a staging model reads, and what a tenant may call them instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Protocol

from sources.errors import ConfigurationError

Segment = str | int
Overrides = Mapping[str, Mapping[str, Sequence[str]]]
"""From the configuration's [paths.*]: {"coveto.jobs": {"titel": ["titel", "headline"]}}."""


class DocumentMacros(Protocol):
    """The macros of a dialect that read json."""

    def json_values(self, document: str, choices: Sequence[Sequence[Sequence[Segment]]]) -> str:
        """One call that gives a list of values: of each choice of paths the first that is there."""

    def json_texts(self, values: str) -> str:
        """The list of the texts of a list of values."""

    def not_blank(self, text: str) -> str:
        """The text, or null where it is blank."""

    def json_text(self, value: str) -> str:
        """The text of one value, as it came."""

    def json_items(self, value: str) -> str:
        """One value or a list of them as a list."""

    def let(self, name: str, value: str, result: str) -> str:
        """An expression with a name, in another."""

    def integration_fields(
        self,
        model: str,
        document: str,
        used: Sequence[str],
        own: Mapping[str, Sequence[str]],
        names: Mapping[str, Sequence[str]] | None,
    ) -> str:
        """The integration fields of a record."""


def segments_of(path: str) -> tuple[str, ...]:
    """The names along a path: `gehalt.von` is `gehalt`, then `von`."""
    return tuple(path.split("."))


def readings_of(segments: Sequence[str]) -> list[tuple[Segment, ...]]:
    """A path as JSON paths: anything on the way may come as a list, then its first item counts."""
    readings: list[tuple[Segment, ...]] = [(segments[0],)]
    for segment in segments[1:]:
        readings = [(*reading, *step) for reading in readings for step in ((segment,), (0, segment))]
    return readings


@dataclass
class Document:
    """The paths that a model reads from its record (or, as a part, from each item of a list in it).

    Its methods give SQL: `extract` reads every path in one call into a list that the models call `elements`,
    `texts` makes the list `texts` of it, and `text`, `original`, `json` and `items` pick one path from those.
    Of the paths `declared`, those `unread` are no integration fields, but no column is made of them either,
    and `lists` are read as items alone, never as text.
    """

    model: str
    declared: Sequence[str]
    overrides: Mapping[str, Sequence[str]]
    macros: DocumentMacros
    prefix: str = ""
    unread: Sequence[str] = ()
    lists: Sequence[str] = ()
    parts: list["Document"] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in self.declared:
            self.alternatives(path)  # a wrong one is told, whether a model picks it or not
        self._picked = [path for path in self.declared if path not in (*self.unread, *self.lists)]
        self._text_count = len(self._picked)
        self._picked += self.lists

    def alternatives(self, path: str) -> list[str]:
        """The paths that are tried for a declared one, in order, relative to this document."""
        configured = self.overrides.get(self.prefix + path)
        if configured is None:
            return [path]
        for alternative in configured:
            if not alternative.startswith(self.prefix) or not all(segments_of(alternative)):
                raise ConfigurationError(
                    f'[paths.{self.model}] "{self.prefix}{path}" cannot be read from "{alternative}".',
                    f'Name elements by their names joined by dots, beginning with "{self.prefix}".'
                    if self.prefix
                    else "Name elements by their names joined by dots, such as gehalt.von.",
                )
        return [alternative.removeprefix(self.prefix) for alternative in configured]

    def extract(self, document: str) -> str:
        """The values of all paths, read from a json column in one call."""
        return self.macros.json_values(document, [self._readings(path) for path in self._picked])

    def _readings(self, path: str) -> list[tuple[Segment, ...]]:
        """What may hold the value of a path, in order; of the readings of one alternative only one can."""
        tried = self.alternatives(path)
        return [reading for one in tried for reading in readings_of(segments_of(one))]

    def texts(self, elements: str = "elements") -> str:
        """The texts of all extracted values but the lists: null where blank, in Unicode NFC."""
        return self.macros.json_texts(f"{elements}[:{self._text_count}]" if self.lists else elements)

    def text(self, path: str, texts: str = "texts") -> str:
        """The text at a path: null where blank, in Unicode NFC."""
        return f"{texts}[{self._place(path)}]"

    def json(self, path: str, elements: str = "elements") -> str:
        """The json value at a path."""
        return f"{elements}[{self._place(path)}]"

    def original(self, path: str, elements: str = "elements") -> str:
        """The text at a path: null where blank, else character by character as it came."""
        return self.macros.not_blank(self.macros.json_text(self.json(path, elements)))

    def items(self, path: str, elements: str = "elements") -> str:
        """What stands at a path once, several times or not at all, as a list of json."""
        return self.macros.json_items(self.json(path, elements))

    def text_of(self, document: str, path: str) -> str:
        """The same as `text`, read from a json column for this path alone."""
        return f"({self.macros.json_texts(self._extract_one(document, path))})[1]"

    def items_of(self, document: str, path: str) -> str:
        """The same as `items`, read from a json column for this path alone."""
        return self.macros.let("read", self._extract_one(document, path), self.macros.json_items("read[1]"))

    def _extract_one(self, document: str, path: str) -> str:
        return self.macros.json_values(document, [self._readings(path)])

    def _place(self, path: str) -> int:
        return self._picked.index(path) + 1

    def part(self, path: str, fields: Sequence[str], lists: Sequence[str] = ()) -> "Document":
        """What a model reads from each item of the list at a declared path."""
        prefix = f"{self.prefix}{path}."
        part = Document(self.model, [*fields, *lists], self.overrides, self.macros, prefix, lists=lists)
        self.parts.append(part)
        return part

    def integration_fields(self, document: str, own: str, names: Mapping[str, str] | None = None) -> str:
        """The integration fields of a record: what no column reads, and the customer's own fields at `own`.

        Those are a list of items, whose `names` say where key, label and value stand, or an object's members.
        """
        part = self.part(own, list(names.values())) if names else None
        alternatives = {key: part.alternatives(name) for key, name in (names or {}).items()} if part else None
        for nested in (name for found in (alternatives or {}).values() for name in found if "." in name):
            raise ConfigurationError(
                f'[paths.{self.model}] "{own}.{nested}" lies too deep.',
                f"An item of {own} can only be read by the names directly in it.",
            )
        model = self.model.split(".")[1]
        return self.macros.integration_fields(model, document, self.used, self.below(own), alternatives)

    @property
    def used(self) -> list[str]:
        """The top-level elements of the record that some column reads."""
        return sorted({segments_of(tried)[0] for path in self.declared for tried in self.alternatives(path)})

    def below(self, path: str) -> dict[str, list[str]]:
        """Per top-level element that holds the list at a path, the rest of the way to it."""
        ways = [segments_of(tried) for tried in self.alternatives(path)]
        return {way[0]: list(way[1:]) for way in ways}

    def known(self) -> list[str]:
        """Every path that the configuration may replace."""
        own = [self.prefix + path for path in self.declared]
        return own + [path for part in self.parts for path in part.known()]


def check_overrides(overrides: Overrides, documents: Mapping[str, Document]) -> None:
    """Refuse paths of a table or an element that no staging model reads."""
    for model, paths in overrides.items():
        if model not in documents:
            raise ConfigurationError(
                f"[paths.{model}] names no table that is read.", nearest(model, documents)
            )
        known = documents[model].known()
        for path in paths:
            if path not in known:
                raise ConfigurationError(
                    f'[paths.{model}] "{path}" is no element that is read.', nearest(path, known)
                )


def nearest(word: str, known: Sequence[str] | Mapping[str, object]) -> str:
    """What to do about an unknown word: the nearest known one, or all of them."""
    close = get_close_matches(word, list(known), 1)
    return f"Did you mean {close[0]}?" if close else f"Known are: {', '.join(sorted(known))}."
