"""Reading a whole list by windows that overlap, so that no row is skipped while rows come and go.

The rule (contract of Coveto, "Transport"): every page after the first starts one row early, and its first key
must not be greater than the last key read; else step back until it is not. A scan chained so to a page that
brings nothing new is complete, whatever the counts say. Windows may be in flight side by side, as long as
the chain is checked in order: each window is a gapless part of the list at its own moment, so windows that
overlap leave out no row that was there all the time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from sources.errors import VendorAnswerError
from sources.pages import Page, Record, Window, window_at
from sources.prefetch import Prefetcher

_MOST_BREAKS = 100
_BREAKS_BEFORE_PLAIN_PAGES = 6
_MOST_REPEATS = 10
_UNSORTED = "the records do not come in the order of their ids"


@dataclass
class ScanOutcome:
    """What a scan found out, filled in while it runs."""

    complete: bool = False
    """Whether every record that was there all the time was read."""
    is_proven: bool = True
    """Whether all windows overlapped; where they could not, nothing is complete."""
    is_worth_repeating: bool = False
    """Whether another scan may be complete: the list moved too fast, or an answer contradicted itself."""
    notes: list[str] = field(default_factory=list)
    total: int | None = None
    """The last count that the vendor gave."""

    def without_total(self) -> "ScanOutcome":
        """The same for records whose number the vendor's count does not speak of."""
        return replace(self, total=None)


@dataclass
class ChainedScan:
    """One scan of one list; iterate over it once, then read `outcome`.

    Args:
        fetch: asks the vendor for a window.
        page_size: how many rows to ask for at most.
        paging: "offset", "page", or "none" where one answer holds everything.
        in_flight: how many windows may be on their way at once.
        already_read: whether a record was read before in this scan, at the same place of the list.
    """

    fetch: Callable[[Window], Page]
    page_size: int
    paging: str
    in_flight: int
    already_read: Callable[[Record], bool]
    outcome: ScanOutcome = field(default_factory=ScanOutcome)
    _unreadable: set[str] = field(default_factory=set)
    _frontier: tuple[int, ...] | None = None
    """The id, as numbers, that the scan has come to."""
    _direction: int = 0
    """1 where ids ascend, -1 where they descend, 0 while unknown."""
    _is_sorted: bool = True

    def __iter__(self) -> Iterator[Page]:
        """The pages in order, each once its place in the chain is proven."""
        if self.paging == "none":
            yield from self._single()
            return
        prefetcher = Prefetcher(self.fetch, self.in_flight)
        try:
            yield from self._windows(prefetcher)
        finally:
            prefetcher.close()

    def _single(self) -> Iterator[Page]:
        page = self.fetch(Window(0, self.page_size))
        self.outcome.total = page.total
        yield page
        self.outcome.complete = page.total is None or page.total <= page.length
        if not self.outcome.complete:
            self.outcome.notes.append(f"the one answer holds {page.length} of {page.total} records")

    def _windows(self, prefetcher: Prefetcher) -> Iterator[Page]:
        place = _Place(self.page_size)
        while True:
            window = window_at(place.offset, place.size, self.paging)
            if window.page is not None and window.start + window.size - 1 <= place.offset > 0:
                yield from self._plain_pages()  # no page of any size holds this row and the next
                return
            page = prefetcher.get(window, self._following(window, place))
            self._note_total(page)
            if not self._is_chained(page):
                place.step_back(page)
                if self.paging == "page" and place.breaks_in_a_row >= _BREAKS_BEFORE_PLAIN_PAGES:
                    yield from self._plain_pages()
                    return
                if place.breaks > _MOST_BREAKS + place.steps_forward:
                    self._give_up()
                    return
                continue
            brings_new = self._brings_new(page)
            self._note_order(page, brings_new=brings_new)
            if page.length:  # what was read before may have changed since, and the later reading counts
                yield page
            if not brings_new and (place.is_at_end(page) or self._is_whole_list(page, place)):
                self._end(page)
                return
            place.go_on(page, window, self.paging, brings_new=brings_new)

    def _plain_pages(self) -> Iterator[Page]:
        """Pages one after the other from the first, where no window can be made to overlap another."""
        self.outcome.is_proven = False
        self.outcome.notes.append("pages cannot be made to overlap, so the read cannot be proven complete")
        start, number, first = 0, 1, ""
        while True:
            page = self.fetch(Window(start, self.page_size, number))
            page_first = page.records[0].remote_id if page.records else ""
            if not page.length or (page_first == first and not self._brings_new(page)):
                return
            self._note_order(page, brings_new=True)
            yield page
            start, number, first = start + page.length, number + 1, page_first

    def _following(self, window: Window, place: "_Place") -> Iterator[Window]:
        """The windows that come next if nothing changes meanwhile."""
        total = self.outcome.total
        if total is None:
            return
        while window.start + (place.stride or window.size) < total:
            window = window_at(window.start + (place.stride or window.size) - 1, place.size, self.paging)
            yield window
        if window.start < total - 1:  # the last row once more: that nothing follows it ends the scan
            yield window_at(total - 1, place.size, self.paging)

    def _is_chained(self, page: Page) -> bool:
        if page.start == 0:
            return True
        if page.length == 0:
            return False
        if page.unreadable and page.unreadable[0].position == 0:
            return page.unreadable[0].content_hash in self._unreadable
        first = page.records[0]
        if self._is_sorted and self._direction and first.order is not None and self._frontier is not None:
            if self._direction > 0 and first.order <= self._frontier:
                return True
            if self._direction < 0 and first.order >= self._frontier:
                return True
        return self.already_read(first)

    def _brings_new(self, page: Page) -> bool:
        return any(not self.already_read(record) for record in page.records) or any(
            element.content_hash not in self._unreadable for element in page.unreadable
        )

    def _note_total(self, page: Page) -> None:
        if page.total is not None:
            self.outcome.total = page.total

    def _note_order(self, page: Page, *, brings_new: bool) -> None:
        """Move the frontier, and notice where ids neither ascend nor descend, within a page or over pages."""
        self._unreadable.update(element.content_hash for element in page.unreadable)
        orders = [record.order for record in page.records if record.order is not None]
        if len(orders) < len(page.records) or not orders:
            self._frontier = None
            return
        for earlier, later in pairwise(orders):
            direction = (later > earlier) - (later < earlier)
            self._direction = self._direction or direction
            if direction not in {0, self._direction}:
                self._is_sorted = False
        furthest = max(orders) if self._direction >= 0 else min(orders)
        if brings_new and self._frontier is not None and furthest != self._frontier:
            is_ahead = (furthest > self._frontier) == (self._direction >= 0)
            self._is_sorted = self._is_sorted and is_ahead
        if self._frontier is None or (furthest > self._frontier) == (self._direction >= 0):
            self._frontier = furthest

    @staticmethod
    def _is_whole_list(page: Page, place: "_Place") -> bool:
        """Whether a vendor that ignores the window answers all there is each time."""
        return place.repeats(page) and page.total is not None and page.total <= page.length

    def _give_up(self) -> None:
        self.outcome.is_worth_repeating = self._is_sorted
        self.outcome.notes.append(
            "the list changed faster than it could be read" if self._is_sorted else _UNSORTED
        )

    def _end(self, page: Page) -> None:
        self.outcome.complete = self._is_sorted and not (page.start == 0 and page.length == 0 and page.total)
        if not self._is_sorted:
            self.outcome.notes.append(_UNSORTED)
        elif not self.outcome.complete:
            self.outcome.is_worth_repeating = True
            self.outcome.notes.append(f"the vendor counts {page.total} records but gives none")


@dataclass
class _Place:
    """Where a scan stands in its list."""

    size: int
    offset: int = 0
    """The row that the next window must hold."""
    stride: int | None = None
    """How many rows a window really brings, where the vendor caps it."""
    breaks: int = 0
    breaks_in_a_row: int = 0
    steps_forward: int = 0
    """How many windows brought something new: a long list may break more often, as each break is mended."""
    _step: int = 1
    _repeated: int = 0
    _previous: Page | None = None

    def step_back(self, page: Page) -> None:
        """The window did not overlap what was read: begin further to the front, and further each time."""
        self.breaks += 1
        self.breaks_in_a_row += 1
        self.offset = max(0, page.start - self._step)
        self._step = min(self._step * 2, self.size)

    def is_at_end(self, page: Page) -> bool:
        """Whether there is no row behind the one that the window had to hold."""
        return page.start + page.length - 1 <= self.offset

    def repeats(self, page: Page) -> bool:
        """Whether the window begins with the same record as another window before it."""
        previous = self._previous
        if previous is None or page.start == previous.start or page.length <= 1:
            return False
        return bool(page.records and previous.records) and (
            page.records[0].remote_id == previous.records[0].remote_id
        )

    def go_on(self, page: Page, window: Window, paging: str, *, brings_new: bool) -> None:
        """Move to the last row of a page.

        Raises:
            VendorAnswerError: the vendor answers the same page whatever is asked for.
        """
        self._repeated = self._repeated + 1 if not brings_new and self.repeats(page) else 0
        if self._repeated >= _MOST_REPEATS:
            raise VendorAnswerError(
                "the vendor answers the same page again and again",
                "check paging and arguments of this model's endpoint in the configuration",
            )
        self.steps_forward += brings_new
        if page.start == 0 and 2 <= page.length < window.size:
            self.stride = page.length
            self.size = page.length if paging == "page" else self.size
        self.offset = max(page.start + page.length - 1, 0)
        self._step, self.breaks_in_a_row, self._previous = 1, 0, page
