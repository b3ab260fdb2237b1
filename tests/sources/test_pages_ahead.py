"""Pages of a keyset scan that are asked for before the scan comes to them."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from sources.errors import VendorUnavailableError
from sources.pages import Window
from sources.persy.pages import CandidatePage, Tell
from sources.persy.pages_ahead import PagesAhead

FIRST = Window(0, 2, 1)
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Vendor:
    """Answers a page a second, each of which tells the next; `guess_by` is how far the next is told to be."""

    def __init__(self, guess_by: int = 1) -> None:
        self.asked: list[datetime | None] = []
        self.guess_by = guess_by
        self.parsed = threading.Event()
        self.parsed.set()
        self.third_was_asked_for = threading.Event()

    def fetch(self, since: datetime | None, window: Window, tell: Tell | None = None) -> CandidatePage:
        self.asked.append(since)
        if len(self.asked) == 3:
            self.third_was_asked_for.set()
        begin = since or NOON
        if begin > NOON + timedelta(seconds=90):
            raise VendorUnavailableError("it is gone", "wait")
        if tell is not None:
            tell(begin + timedelta(seconds=self.guess_by))
        assert self.parsed.wait(20)
        return CandidatePage(window.start, [], total=int((begin - NOON).total_seconds()))


@contextmanager
def ahead(vendor: Vendor, *, may_guess: bool = True) -> Iterator[PagesAhead]:
    with closing(PagesAhead(vendor.fetch, may_guess=may_guess)) as pages:
        yield pages
        vendor.parsed.set()


def test_the_next_pages_are_asked_for_while_the_first_is_being_parsed() -> None:
    vendor = Vendor()
    vendor.parsed.clear()
    with ahead(vendor) as pages:
        reader = threading.Thread(target=pages.get, args=(None, FIRST))
        reader.start()
        assert vendor.third_was_asked_for.wait(20)
        vendor.parsed.set()
        reader.join()
    assert vendor.asked[:3] == [None, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]


def test_each_page_is_the_one_that_was_asked_for() -> None:
    vendor = Vendor()
    with ahead(vendor) as pages:
        wanted = [NOON + timedelta(seconds=second) for second in range(20)]
        assert [pages.get(since, FIRST).total for since in wanted] == list(range(20))


def test_each_page_is_asked_for_once() -> None:
    vendor = Vendor()
    with ahead(vendor) as pages:
        for second in range(20):
            pages.get(NOON + timedelta(seconds=second), FIRST)
    assert len(set(vendor.asked)) == len(vendor.asked)


def test_no_more_than_five_pages_wait_to_be_taken() -> None:
    vendor = Vendor()
    with ahead(vendor) as pages:
        pages.get(None, FIRST)
    assert len(vendor.asked) <= 6


def test_what_was_guessed_wrongly_is_asked_for_as_it_should_be() -> None:
    vendor = Vendor(guess_by=5)
    with ahead(vendor) as pages:
        wanted = [NOON + timedelta(seconds=second) for second in range(10)]
        assert [pages.get(since, FIRST).total for since in wanted] == list(range(10))


def test_a_failure_of_a_page_that_nobody_comes_to_is_no_failure() -> None:
    vendor = Vendor(guess_by=100)
    with ahead(vendor) as pages:
        assert [pages.get(NOON + timedelta(seconds=second), FIRST).total for second in range(3)] == [0, 1, 2]


def test_a_failure_of_a_page_that_was_asked_for_early_is_raised_where_it_is_wanted() -> None:
    vendor = Vendor(guess_by=100)
    with ahead(vendor) as pages:
        pages.get(NOON, FIRST)
        with pytest.raises(VendorUnavailableError):
            pages.get(NOON + timedelta(seconds=100), FIRST)


def test_nothing_is_guessed_where_the_vendor_takes_no_moment() -> None:
    vendor = Vendor()
    with ahead(vendor, may_guess=False) as pages:
        pages.get(None, FIRST)
    assert vendor.asked == [None]


def test_nothing_is_guessed_behind_a_page_that_lies_deeper_in_one_second() -> None:
    vendor = Vendor()
    with ahead(vendor) as pages:
        pages.get(NOON, Window(2, 2, 2))
    assert vendor.asked == [NOON]
