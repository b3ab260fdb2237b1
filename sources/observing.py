"""Telling how a read goes on."""

from typing import Protocol


class Observer(Protocol):
    """Is told how a read goes on; must be quick, and safe to call from several threads."""

    def started(self, connection_id: str, model: str) -> None:
        """A model's read begins."""

    def advanced(self, connection_id: str, model: str, pages: int, records: int) -> None:
        """So many pages and records of the model were read so far."""

    def finished(self, connection_id: str, model: str, text: str) -> None:
        """A model's read ended; `text` says how."""


class SilentObserver:
    """An observer that tells nobody."""

    def started(self, connection_id: str, model: str) -> None:
        """Nothing."""

    def advanced(self, connection_id: str, model: str, pages: int, records: int) -> None:
        """Nothing."""

    def finished(self, connection_id: str, model: str, text: str) -> None:
        """Nothing."""
