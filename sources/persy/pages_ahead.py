"""Pages of a keyset scan on their way before the scan comes to them.

Each request of such a scan needs the answer before it, but no more of it than its last row's time. So the
next page is asked for as soon as that is known, while the one before is still being parsed. What is guessed
wrongly is not used.
"""

import threading
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from sources.pages import Window
from sources.persy.pages import CandidatePage, Tell

_MOST_ON_THEIR_WAY = 5
"""One in flight, some that are being parsed, and some that wait to be taken: so nobody waits for another."""


class Fetch(Protocol):
    """Fetches a window; tells as soon as it can where the next begins."""

    def __call__(self, since: datetime | None, window: Window, tell: Tell | None = None) -> CandidatePage:
        """As `PersyPages.fetch`."""


@dataclass(eq=False)
class _OnItsWay:
    """A page that was asked for."""

    since: datetime | None
    window: Window
    page: Future[CandidatePage] = field(init=False)
    following: datetime | None = None
    """What the next page is guessed to begin with."""


class PagesAhead:
    """Fetches the pages that a scan is likely to come to; use it from one thread.

    Args:
        fetch: fetches one.
        may_guess: whether the vendor takes a moment to begin with.
    """

    def __init__(self, fetch: Fetch, *, may_guess: bool) -> None:
        self._fetch = fetch
        self._may_guess = may_guess
        self._pool = ThreadPoolExecutor(_MOST_ON_THEIR_WAY + 1, "candidates")
        self._lock = threading.Lock()
        self._ahead: deque[_OnItsWay] = deque()
        self._last: _OnItsWay | None = None

    def get(self, since: datetime | None, window: Window) -> CandidatePage:
        """The page of a window of what was modified since a moment, as `PersyPages.fetch` gives it."""
        if not self._may_guess or window.start:
            return self._fetch(since, window)
        with self._lock:
            if not self._ahead or (self._ahead[0].since, self._ahead[0].window) != (since, window):
                self._ahead.clear()
                self._ask(since, window)
            asked = self._ahead.popleft()
            self._ask_for_following()
        return asked.page.result()

    def close(self) -> None:
        """Ask for no more. What is on its way nobody wants; it ends with the client."""
        with self._lock:
            self._ahead.clear()
            self._last = None
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, since: datetime | None, window: Window) -> None:
        asked = _OnItsWay(since, window)
        asked.page = self._pool.submit(self._carry_out, asked)
        self._last = asked
        self._ahead.append(asked)

    def _ask_for_following(self) -> None:
        """Ask for the page behind the last that was asked for, where it is told and there is room for it."""
        last = self._last
        if last is not None and last.following is not None and len(self._ahead) < _MOST_ON_THEIR_WAY:
            with suppress(RuntimeError):  # without a thread to be had, there is no guess
                self._ask(last.following, last.window)

    def _carry_out(self, asked: _OnItsWay) -> CandidatePage:
        def tell(second: datetime) -> None:
            with self._lock:
                if asked is self._last and (asked.since is None or second > asked.since):
                    asked.following = second
                    self._ask_for_following()

        return self._fetch(asked.since, asked.window, tell)
