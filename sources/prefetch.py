"""Pages on their way a few at a time, taken in order."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice

from sources.pages import Page, Window

_PARSED = 2
"""Pages that may wait to be taken, beside those in flight, so that whoever parses never waits for a page."""


class Prefetcher:
    """Fetches the windows that are likely to come next before they are asked for.

    Args:
        fetch: fetches one, and sees to it that no more are in flight at once than may be.
        in_flight: how many that are; with one, none is fetched before it is asked for.
    """

    def __init__(self, fetch: Callable[[Window], Page], in_flight: int) -> None:
        self._fetch = fetch
        self._ahead = in_flight - 1 + _PARSED if in_flight > 1 else 0
        self._pool = ThreadPoolExecutor(self._ahead + 1, "page")
        self._on_their_way: deque[tuple[Window, Future[Page]]] = deque()

    def get(self, window: Window, likely: Iterator[Window]) -> Page:
        """The page of `window`; `likely` gives the windows after it, to be on their way meanwhile."""
        if self._ahead == 0:
            return self._fetch(window)
        if not self._on_their_way or self._on_their_way[0][0] != window:
            self._forget()
            self._submit(window)
        _, future = self._on_their_way.popleft()
        for position, following in enumerate(islice(likely, self._ahead)):
            if position == len(self._on_their_way):
                self._submit(following)
            elif self._on_their_way[position][0] != following:
                break
        return future.result()

    def _submit(self, window: Window) -> None:
        self._on_their_way.append((window, self._pool.submit(self._fetch, window)))

    def _forget(self) -> None:
        for _, future in self._on_their_way:
            future.cancel()
        self._on_their_way.clear()

    def close(self) -> None:
        """Forget what is on its way and wait for the threads."""
        self._forget()
        self._pool.shutdown(wait=True, cancel_futures=True)
