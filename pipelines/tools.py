"""What a run must know of each tool: its models, and how a connection is read."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sources.coveto.reader import read_connection as read_coveto
from sources.endpoints import MODELS, PACKAGES
from sources.persy.reader import read_connection as read_persy
from sources.reading import ModelReading


@dataclass(frozen=True)
class Tool:
    """One vendor."""

    name: str
    package: str
    """The source package, which holds its endpoints."""
    models: tuple[str, ...]
    read: Callable[..., list[ModelReading]]

    @property
    def raw_schema(self) -> str:
        """The schema of its raw tables."""
        return f"raw_{self.name}"


TOOLS: dict[str, Tool] = {
    "coveto": Tool("coveto", PACKAGES["coveto"], MODELS["coveto"], read_coveto),
    "compleetpersy": Tool("compleetpersy", PACKAGES["compleetpersy"], MODELS["compleetpersy"], read_persy),
}


def models_of(tool: Tool, wanted: Sequence[str]) -> tuple[str, ...]:
    """The models of a tool among those wanted; all where none is named."""
    return tuple(model for model in tool.models if not wanted or model in wanted)


def all_models() -> list[str]:
    """Every model that any tool has."""
    return list(dict.fromkeys(model for tool in TOOLS.values() for model in tool.models))
