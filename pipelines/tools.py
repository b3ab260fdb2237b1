"""What a run must know of each tool: its models, and how a connection is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, cast

from sources.endpoints import MODELS, PACKAGES
from sources.known_versions import KnownVersions
from sources.observing import Observer
from sources.reading import ModelReading, ReadPlan


@dataclass(frozen=True)
class Tool:
    """One vendor."""

    name: str
    package: str
    """The source package, which holds its endpoints."""
    models: tuple[str, ...]

    def read(
        self, connection: Any, plan: ReadPlan, known: KnownVersions, observer: Observer
    ) -> list[ModelReading]:
        """What came of each model of a connection of this tool.

        The reader is imported here: who has no connection of Coveto needs no SOAP (0.2 s, 11 MB).
        """
        reader = import_module(f"{self.package}.reader")
        return cast("Callable[..., list[ModelReading]]", reader.read_connection)(
            connection, plan, known, observer
        )

    @property
    def raw_schema(self) -> str:
        """The schema of its raw tables."""
        return f"raw_{self.name}"


TOOLS: dict[str, Tool] = {
    "coveto": Tool("coveto", PACKAGES["coveto"], MODELS["coveto"]),
    "compleetpersy": Tool("compleetpersy", PACKAGES["compleetpersy"], MODELS["compleetpersy"]),
}


def models_of(tool: Tool, wanted: Sequence[str]) -> tuple[str, ...]:
    """The models of a tool among those wanted; all where none is named."""
    return tuple(model for model in tool.models if not wanted or model in wanted)


def all_models() -> list[str]:
    """Every model that any tool has."""
    return list(dict.fromkeys(model for tool in TOOLS.values() for model in tool.models))
