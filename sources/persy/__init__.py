"""Compleet Persy's REST API as a dlt source. See README.md beside this file."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources.persy.source import persy_source

__all__ = ["persy_source"]


def __getattr__(name: str) -> object:
    """The source, which needs dlt: a second of importing that a process which only parses can do without."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sources.persy import source

    return getattr(source, name)
