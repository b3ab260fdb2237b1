"""Ending the reads of a run that was stopped, from whatever thread they are carried out in."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Protocol, TypeVar


class _Closable(Protocol):
    def close(self) -> None: ...


Closable = TypeVar("Closable", bound=_Closable)


class Stopping:
    """Knows the clients that are at work, and closes them once the run is stopped: then their reads fail."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: list[_Closable] = []
        self._is_stopped = False

    @property
    def is_stopped(self) -> bool:
        """Whether nobody waits any longer for what is read."""
        return self._is_stopped

    @contextmanager
    def closing(self, client: Closable) -> Iterator[Closable]:
        """Close `client` on leaving, or as soon as the run is stopped."""
        with self._lock:
            self._open.append(client)
        try:
            if self._is_stopped:
                client.close()
            yield client
        finally:
            with self._lock:
                self._open.remove(client)
            client.close()

    def stop(self) -> None:
        """Close every client that is at work, and each that comes."""
        self._is_stopped = True
        with self._lock:
            clients = list(self._open)
        for client in clients:
            client.close()
