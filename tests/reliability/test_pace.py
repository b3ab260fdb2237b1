"""A connection keeps under its limits, whatever the number of its threads, as the server sees it."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from sandbox import fault_actions as go
from sandbox.exchange import Asked
from sandbox.faults import Fault
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from sources.connections import PersyConnection
from sources.errors import VendorUnavailableError
from sources.json_document import JsonText
from sources.pace import Pace
from sources.persy.client import PersyClient
from sources.vendor_http import Answer


class Watched:
    """A tenant that notes when it was asked, and how many requests were with it at once."""

    def __init__(self, sandbox: Sandbox, tenant: PersyTenant) -> None:
        self.times: list[float] = []
        self.most_at_once = 0
        self._now = 0
        self._lock = threading.Lock()
        self._url = sandbox.persy_url
        self.tenant = tenant
        tenant.arm(Fault("watched", go.Call(self._note), times=None))

    def _note(self, asked: Asked) -> None:  # noqa: ARG002 - the interface of a hook
        with self._lock:
            self.times.append(time.monotonic())
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        time.sleep(0.02)
        with self._lock:
            self._now -= 1

    def ask(self, requests: int, threads: int = 8, **keys: object) -> None:
        """So many requests of one connection from so many threads."""
        known = {"name": "leihwerk", "base_url": self._url, "api_key": self.tenant.api_key}
        client = PersyClient(PersyConnection.model_validate(known | keys))

        def read(answer: Answer) -> JsonText:
            return client.checked_list(answer, ("Candidates",))

        try:
            with ThreadPoolExecutor(threads) as pool:
                for answered in [
                    pool.submit(client.get, "/candidates", {"pageSize": "1"}, read) for _ in range(requests)
                ]:
                    answered.result()
        finally:
            client.close()


def longest_pause(watched: Watched) -> float:
    return max(later - earlier for earlier, later in pairwise(watched.times))


@pytest.fixture
def watched() -> Iterator[Watched]:
    tenant = PersyTenant.generate(candidates=3)
    with Sandbox(None, tenant) as sandbox:
        yield Watched(sandbox, tenant)


def test_many_threads_together_keep_under_the_requests_per_second(watched: Watched) -> None:
    watched.ask(13, requests_per_second=20)
    assert watched.times[-1] - watched.times[0] >= 12 / 20 - 0.05


def test_without_a_limit_requests_go_side_by_side(watched: Watched) -> None:
    watched.ask(24, threads=4)
    assert 2 <= watched.most_at_once <= 4


def test_more_threads_than_in_flight_send_no_more_at_once(watched: Watched) -> None:
    watched.ask(24, threads=8, in_flight=2)
    assert watched.most_at_once == 2


def test_retry_after_holds_for_all_threads(watched: Watched) -> None:
    watched.tenant.arm(Fault("busy", go.status(429, "1"), nth=1))
    watched.ask(9, threads=3)
    assert longest_pause(watched) >= 0.8
    assert len(watched.times) == 10


def test_retry_after_holds_for_requests_that_wait_for_their_turn(watched: Watched) -> None:
    watched.tenant.arm(Fault("busy", go.status(429, "1"), nth=1))
    watched.ask(4, threads=4, requests_per_second=8)
    assert longest_pause(watched) >= 0.5
    assert len([one for one in watched.times if one < watched.times[0] + 0.9]) <= 3


def test_retry_after_is_waited_for_up_to_a_bound(watched: Watched) -> None:
    watched.tenant.arm(Fault("busy", go.status(429, "3600"), nth=1))
    began = time.monotonic()
    watched.ask(1, retry_after_max_seconds=0.2)
    assert 0.2 <= time.monotonic() - began < 30


def test_a_server_that_asks_to_slow_down_for_ever_ends_the_read(watched: Watched) -> None:
    watched.tenant.arm(Fault("busy", go.status(429, "1"), times=None))
    with pytest.raises(VendorUnavailableError, match="kept asking to slow down"):
        watched.ask(1, retries=2, retry_after_max_seconds=0.01)
    assert len(watched.times) == 3


def test_who_is_stopped_waits_no_longer() -> None:
    stopped = threading.Event()
    pace = Pace(None, 300, stopped)
    pace.hold(300)
    threading.Timer(0.05, stopped.set).start()
    began = time.monotonic()
    pace.take_turn()
    assert time.monotonic() - began < 30
