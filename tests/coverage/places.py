"""Places in the code and the documents where a line is done. Each looks whether it is really there."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import signature
from pathlib import Path

from pydantic import BaseModel
from typer.main import get_command

import pipelines
from pipelines.command import application
from sources.action_names import default_action_names
from sources.connections import TOOLS
from transforms.models import load_tables

ROOT = Path(__file__).parents[2]
_COMMANDS = get_command(application).commands  # type: ignore[attr-defined]


class Place(ABC):
    """Where something is done."""

    @abstractmethod
    def words(self) -> str:
        """How the document names it."""

    @abstractmethod
    def is_there(self) -> bool:
        """Whether the code or the documents have it."""


@dataclass(frozen=True)
class Column(Place):
    """A column of a unified table that a tool fills."""

    tool: str
    table: str
    name: str

    def words(self) -> str:
        return f"`unified.{self.table}.{self.name}`"

    def is_there(self) -> bool:
        return bool(self.filled_by())

    def filled_by(self) -> str:
        """From what of a record the tool fills it; empty where it does not."""
        found = [
            column.filled_by.get(self.tool, "")
            for table in load_tables()
            for column in table.columns
            if (table.name, column.name) == (self.table, self.name)
        ]
        return found[0] if found else ""


@dataclass(frozen=True)
class Table(Place):
    """A unified table."""

    name: str

    def words(self) -> str:
        return f"`unified.{self.name}`"

    def is_there(self) -> bool:
        return self.name in {table.name for table in load_tables()}


@dataclass(frozen=True)
class Command(Place):
    """A command, with options."""

    name: str
    options: tuple[str, ...] = ()

    def words(self) -> str:
        return f"`{' '.join(('ats', self.name, *self.options))}`"

    def is_there(self) -> bool:
        if self.name not in _COMMANDS:
            return False
        known = {text for one in _COMMANDS[self.name].params for text in one.opts}
        return set(self.options) <= known


@dataclass(frozen=True)
class Function(Place):
    """A public function of `pipelines`, with a parameter."""

    name: str
    parameter: str = ""

    def words(self) -> str:
        return f"`pipelines.{self.name}({self.parameter})`" if self.parameter else f"`pipelines.{self.name}`"

    def is_there(self) -> bool:
        if self.name not in pipelines.__all__:
            return False
        parameters = signature(getattr(pipelines, self.name)).parameters
        return not self.parameter or self.parameter in parameters


@dataclass(frozen=True)
class Limit(Place):
    """A number that the code holds to."""

    module: str
    name: str
    value: int

    def words(self) -> str:
        return f"`{self.module}.{self.name}`, {self.value}"

    def is_there(self) -> bool:
        return getattr(import_module(self.module), self.name, None) == self.value


@dataclass(frozen=True)
class Field(Place):
    """A field of a part of a request, in pipelines/action_requests.py."""

    part: str
    name: str

    def words(self) -> str:
        return f"`{self.part}.{self.name}`"

    def is_there(self) -> bool:
        part = getattr(import_module("pipelines.action_requests"), self.part, None)
        return isinstance(part, type) and issubclass(part, BaseModel) and self.name in part.model_fields


@dataclass(frozen=True)
class Element(Place):
    """An element of the vendor's request: words of sections of `actions.toml`, one below the other."""

    path: tuple[tuple[str, str], ...]

    def words(self) -> str:
        names = default_action_names("sources.coveto")
        return f"`{'.'.join(names[section][word] for section, word in self.path)}`"

    def is_there(self) -> bool:
        names = default_action_names("sources.coveto")
        return all(names.get(section, {}).get(word) for section, word in self.path)


@dataclass(frozen=True)
class Key(Place):
    """A key of a connection's configuration."""

    tool: str
    name: str

    def words(self) -> str:
        return f"the key `{self.name}`"

    def is_there(self) -> bool:
        return self.name in TOOLS[self.tool].model_fields


@dataclass(frozen=True)
class Section(Place):
    """A heading of a document, `title`; the whole document where it is empty."""

    document: str
    title: str = ""

    def words(self) -> str:
        if not self.title:
            return f"[{self.document}]({self.document})"
        anchor = re.sub(r"[^\w -]", "", self.title.lower()).replace(" ", "-")
        return f"[{self.document}, {self.title}]({self.document}#{anchor})"

    def is_there(self) -> bool:
        path = ROOT / "docs" / self.document
        if not path.exists():
            return False
        headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        return not self.title or self.title in headings


@dataclass(frozen=True)
class Test(Place):
    """A test that proves it."""

    __test__ = False
    file: str
    name: str

    def words(self) -> str:
        return f"`tests/{self.file}::{self.name}`"

    def is_there(self) -> bool:
        path = ROOT / "tests" / self.file
        return path.exists() and f"\ndef {self.name}(" in _text(path)


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
