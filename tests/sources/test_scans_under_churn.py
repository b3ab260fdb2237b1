"""Ten thousand scans of each tool over lists that change between two requests.

The promise behind every deletion mark: a scan that counts as complete has read each record that was there all
the time. Comparing counts would not do (contract of Coveto, "Transport").
"""

import random
import threading

import pytest

from sources.chained_scan import ChainedScan
from sources.errors import VendorAnswerError
from sources.pages import Page, Window
from sources.persy.keyset_scan import KeysetScan
from tests.sources.scan_simulation import (
    START,
    ChurningCandidates,
    ChurningIds,
    candidates_in_few_seconds,
    record_of,
)

SCANS = 10_000


def read_all(scan: ChainedScan | KeysetScan, read: set[str]) -> None:
    for page in scan:
        read.update(record.remote_id for record in page.records)


def chained_scan(
    tenant: ChurningIds, page_size: int, paging: str, in_flight: int = 1
) -> tuple[set[int], ChainedScan]:
    read: set[str] = set()
    scan = ChainedScan(tenant.fetch, page_size, paging, in_flight, lambda record: record.remote_id in read)
    read_all(scan, read)
    return {int(remote_id) for remote_id in read}, scan


@pytest.mark.parametrize("paging", ["offset", "page"])
def test_no_complete_scan_of_a_churning_list_has_missed_a_record(paging: str) -> None:
    complete = 0
    for seed in range(SCANS // 2):
        dice = random.Random(seed)
        rows = sorted(dice.sample(range(1, 500), dice.randrange(0, 120)))
        wrong = dice.choice([lambda n: n, lambda _: None, lambda n: n + 3, lambda n: max(0, n - 5)])
        tenant = ChurningIds(rows, dice, dice.choice((0.0, 0.2, 0.5, 0.8)), wrong, dice.choice((10_000, 7)))
        read, scan = chained_scan(tenant, dice.choice((2, 5, 10, 50)), paging)
        if scan.outcome.complete:
            complete += 1
            assert tenant.always_there <= read, f"seed {seed}"
    assert complete > SCANS // 4  # else the assertion above would prove little


def test_no_complete_scan_with_windows_in_flight_has_missed_a_record() -> None:
    complete = 0
    for seed in range(300):
        dice = random.Random(seed)
        tenant = ChurningIds(sorted(dice.sample(range(1, 500), 100)), dice, 0.4)
        read, scan = chained_scan(tenant, 10, "offset", in_flight=4)
        if scan.outcome.complete:
            complete += 1
            assert tenant.always_there <= read, f"seed {seed}"
    assert complete > 100


@pytest.mark.slow
def test_no_complete_keyset_scan_of_changing_candidates_has_missed_one() -> None:
    complete = 0
    for seed in range(SCANS):
        dice = random.Random(seed)
        modified = candidates_in_few_seconds(dice, dice.randrange(0, 90))
        now = max(modified.values(), default=None)
        tenant = ChurningCandidates(modified, dice, dice.choice((0.0, 0.2, 0.5)), now or START)
        read: set[str] = set()
        scan = KeysetScan(tenant.fetch, dice.choice((3, 5, 10, 40)), None)
        read_all(scan, read)
        if scan.outcome.complete:
            complete += 1
            assert {str(number) for number in tenant.always_there} <= read, f"seed {seed}"
    assert complete > SCANS // 2


def test_a_quiet_list_is_read_whole_with_one_request_a_window_and_one_for_the_proof() -> None:
    tenant = ChurningIds(list(range(1, 1001)), random.Random(1), 0.0)
    read, scan = chained_scan(tenant, 500, "offset")
    assert (len(read), scan.outcome.complete, tenant.requests) == (1000, True, 4)


def test_a_quiet_list_of_numbered_pages_is_read_whole() -> None:
    tenant = ChurningIds(list(range(1, 1001)), random.Random(1), 0.0)
    read, scan = chained_scan(tenant, 100, "page")
    assert (len(read), scan.outcome.complete) == (1000, True)


def test_an_empty_list_is_complete_after_one_request() -> None:
    tenant = ChurningIds([], random.Random(1), 0.0)
    read, scan = chained_scan(tenant, 500, "offset")
    assert (read, scan.outcome.complete, tenant.requests) == (set(), True, 1)


def test_an_empty_answer_that_claims_records_is_not_complete() -> None:
    tenant = ChurningIds([], random.Random(1), 0.0, lambda _: 12)
    _, scan = chained_scan(tenant, 500, "offset")
    assert not scan.outcome.complete


def test_a_smaller_page_than_asked_for_ends_nothing() -> None:
    tenant = ChurningIds(list(range(1, 1001)), random.Random(1), 0.0, cap=70)
    read, scan = chained_scan(tenant, 500, "offset", in_flight=4)
    assert (len(read), scan.outcome.complete) == (1000, True)


@pytest.mark.parametrize("paging", ["offset", "page"])
def test_a_quiet_list_is_asked_for_each_window_once(paging: str) -> None:
    tenant = ChurningIds(list(range(1, 101)), random.Random(1), 0.0)
    windows: list[Window] = []

    def fetch(window: Window) -> Page:
        windows.append(window)
        return tenant.fetch(window)

    read: set[str] = set()
    scan = ChainedScan(fetch, 10, paging, 4, lambda record: record.remote_id in read)
    read_all(scan, read)
    assert (scan.outcome.complete, len(windows)) == (True, len(set(windows)))


def test_the_window_that_ends_a_scan_is_on_its_way_before_the_scan_comes_to_it() -> None:
    tenant = ChurningIds(list(range(1, 101)), random.Random(1), 0.0)
    last = threading.Event()

    def fetch(window: Window) -> Page:
        if window.start == 99:
            last.set()
        return tenant.fetch(window)

    read: set[str] = set()
    for page in ChainedScan(fetch, 50, "offset", 4, lambda record: record.remote_id in read):
        if page.start == 49:
            assert last.wait(20)
        read.update(record.remote_id for record in page.records)


@pytest.mark.parametrize("paging", ["offset", "page"])
def test_a_vendor_that_ignores_the_window_is_an_error_and_no_endless_loop(paging: str) -> None:
    same = [record_of(number) for number in range(1, 101)]
    read: set[str] = set()
    scan = ChainedScan(
        lambda window: Page(window.start, same, total=1000),
        100,
        paging,
        1,
        lambda record: record.remote_id in read,
    )
    with pytest.raises(VendorAnswerError, match="same page"):
        read_all(scan, read)


def test_records_in_another_order_than_promised_are_read_and_never_complete() -> None:
    tenant = ChurningIds(list(range(1, 301)), random.Random(1), 0.0)
    random.Random(2).shuffle(tenant.rows)
    read, scan = chained_scan(tenant, 50, "offset")
    assert (len(read), scan.outcome.complete) == (300, False)


def test_records_in_descending_order_are_read_whole() -> None:
    tenant = ChurningIds(list(range(300, 0, -1)), random.Random(1), 0.0)
    read, scan = chained_scan(tenant, 50, "offset")
    assert (len(read), scan.outcome.complete) == (300, True)


def test_a_scan_that_starts_within_a_second_reads_that_second_whole() -> None:
    modified = {number: START.replace(microsecond=100_000) for number in range(1, 60)}
    tenant = ChurningCandidates(modified, random.Random(1), 0.0, START)
    read: set[str] = set()
    read_all(KeysetScan(tenant.fetch, 10, START.replace(microsecond=900_000)), read)
    assert len(read) == 59
