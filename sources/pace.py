"""How fast one connection asks, whatever the number of its threads."""

import threading
import time


class Pace:
    """Gives each request its turn, under `requests_per_second` and after every `Retry-After`.

    Args:
        requests_per_second: at most so many turns a second; None for any number.
        longest_hold_seconds: what a vendor asks for beyond that is not waited for.
        stopped: set when nobody waits any longer.
    """

    def __init__(
        self, requests_per_second: float | None, longest_hold_seconds: float, stopped: threading.Event
    ) -> None:
        self._pause = 1 / requests_per_second if requests_per_second else 0.0
        self._longest_hold = longest_hold_seconds
        self._stopped = stopped
        self._lock = threading.Lock()
        self._next_turn = 0.0
        self._not_before = 0.0
        """Until when the vendor asked to wait; holds for every thread."""

    def take_turn(self) -> None:
        """Wait until the next request may be sent."""
        while True:
            with self._lock:
                turn = max(time.monotonic(), self._next_turn)
                self._next_turn = turn + self._pause
            self._stopped.wait(max(0.0, turn - time.monotonic()))
            with self._lock:  # another thread may have been told to slow down meanwhile
                if turn >= self._not_before or self._stopped.is_set():
                    return

    def hold(self, seconds: float) -> None:
        """Send nothing for so long, from no thread."""
        with self._lock:
            wait = min(seconds, self._longest_hold)
            self._not_before = max(self._not_before, time.monotonic() + wait)
            self._next_turn = max(self._next_turn, self._not_before)
