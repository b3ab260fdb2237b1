"""From the SQL files of this folder to statements of one warehouse."""

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2.bccache import Bucket

from sources.endpoints import MODELS
from transforms.paths import Document, Overrides, check_overrides
from transforms.promotion import Promotions, promoted_fields

FOLDER = Path(__file__).parent
END_OF_CTE = re.compile(r"^(\),?)$", re.MULTILINE)
"""By the style of our SQL a closing bracket has a line of its own only there."""


def raw_tables() -> list[tuple[str, str]]:
    """Every (tool, model) of which there can be a raw table; each has a staging model of its name."""
    return [(tool, model) for tool, models in MODELS.items() for model in models]


class _Models(jinja2.FileSystemLoader):
    """The files of this folder, each CTE of a model ending in what the dialect says there."""

    def get_source(
        self, environment: jinja2.Environment, template: str
    ) -> tuple[str, str, Callable[[], bool]]:
        source, file, is_current = super().get_source(environment, template)
        if template.startswith("macros/"):
            return source, file, is_current
        return END_OF_CTE.sub(r"{{- end_of_cte() }}\n\1", source), file, is_current


class _Compiled(jinja2.FileSystemBytecodeCache):
    """Keeps compiled templates in memory, and in a folder where one is named: to compile takes 0.1 s.

    Jinja compiles anew what does not fit a template's text, its own version or Python's.
    """

    def __init__(self) -> None:
        super().__init__("", "%s.template")
        self._codes: dict[str, CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get(bucket.key + bucket.checksum)
        if bucket.code is None and self.directory:
            super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._codes[bucket.key + bucket.checksum] = bucket.code
        if self.directory:
            with suppress(OSError):  # what is not kept is compiled again
                super().dump_bytecode(bucket)


_COMPILED = _Compiled()


def keep_compiled_in(folder: Path) -> None:
    """Let compiled templates lie in a folder from now on; who writes there can have us carry out anything."""
    with suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
    _COMPILED.directory = str(folder) if folder.is_dir() else ""


class Renderer:
    """Renders the models for one dialect, one configuration and the raw tables that exist.

    A template sees every macro of its dialect, and the names that `__init__` adds to the environment.
    """

    def __init__(
        self,
        dialect: str,
        overrides: Overrides,
        present: set[tuple[str, str]],
        promotions: Promotions | None = None,
    ) -> None:
        self._environment = jinja2.Environment(
            loader=_Models(FOLDER),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - the output is SQL, not HTML
            keep_trailing_newline=True,
            bytecode_cache=_COMPILED,
        )
        self._overrides = overrides
        self._present = present
        self.documents: dict[str, Document] = {}
        names = self._environment.globals
        names["tools"] = tuple(MODELS)
        names["quoted"] = quoted
        self._environment.filters["quoted_text"] = quoted
        names["raw"] = self.raw
        names["versions"] = lambda tool, model: f"versions_{tool}_{model}"
        names["staging"] = self._staging
        names["touched"] = lambda tool, model: f"touched_{tool}_{model}"
        names["raw_loads"] = self._raw_loads
        names["document"] = self._document
        names["promoted_fields"] = lambda model: promoted_fields(promotions or {}, model)
        for file in (f"macros/{dialect}.sql", "macros/shared.sql"):
            module = self._environment.get_template(file).module
            names.update({name: macro for name, macro in vars(module).items() if not name.startswith("_")})

    def render(self, file: str, **names: object) -> str:
        """The SQL of one file of this folder."""
        return self._environment.get_template(file).render(**names)

    def macro(self, name: str, *arguments: object) -> str:
        """The SQL of one macro."""
        macro: Any = self._environment.globals[name]
        return str(macro(*arguments))

    def raw(self, tool: str, model: str) -> str:
        """A raw table, or an empty relation of its columns where it does not exist."""
        if self.is_present(tool, model):
            return f"raw_{tool}.{model}"
        return self.macro("empty_raw")

    def is_present(self, tool: str, model: str) -> bool:
        """Whether a raw table exists."""
        return (tool, model) in self._present

    def _staging(self, tool: str, model: str) -> str:
        return f"(\n{self.render(staging_file(tool, model))}) as staging_{tool}_{model}"

    def _raw_loads(self, tool: str) -> str:
        return f"raw_{tool}._dlt_loads" if any(present == tool for present, _ in self._present) else ""

    def _document(
        self,
        tool: str,
        model: str,
        paths: Sequence[str],
        lists: Sequence[str] = (),
        unread: Sequence[str] = (),
    ) -> Document:
        name = f"{tool}.{model}"
        macros: Any = _Macros(self._environment.globals)
        overrides = self._overrides.get(name, {})
        declared = [*paths, *lists, *unread]
        self.documents[name] = Document(name, declared, overrides, macros, unread=unread, lists=lists)
        return self.documents[name]

    def check_paths(self) -> None:
        """Refuse configured paths that nothing reads."""
        for tool, model in raw_tables():
            self.render(staging_file(tool, model))
        check_overrides(self._overrides, self.documents)


class _Macros:
    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names

    def __getattr__(self, name: str) -> Any:
        return self._names[name]


def quoted(text: object) -> str:
    """A text as an SQL literal."""
    return "'" + str(text).replace("'", "''") + "'"


def staging_file(tool: str, model: str) -> str:
    """Where the staging model of a raw table stands."""
    return f"staging/{tool}/{model}.sql"


def has_file(file: str) -> bool:
    """Whether this folder holds a file."""
    return (FOLDER / file).is_file()
