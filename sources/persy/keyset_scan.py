"""Reading all candidates modified since a moment, by keyset, so that none is skipped while others change.

The rule (contract of Persy, "Transport"): the list is sorted by the time of the last change. A candidate that
is modified during a scan moves to the end, and every later row slips forward, possibly onto a page already
read. So the next request asks for what was modified since the last row's own second, page 1; further pages
only while one second fills a page, and those overlap like Coveto's.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from sources.chained_scan import ChainedScan, ScanOutcome
from sources.errors import VendorAnswerError
from sources.moments import Moment
from sources.pages import Window
from sources.persy.pages import CandidatePage


@dataclass
class KeysetScan:
    """One scan; iterate over it once, then read `outcome`.

    Args:
        fetch: asks the vendor for a window of what was modified since a moment.
        page_size: how many candidates to ask for at most.
        since: where to start; None for the beginning.
        has_filter: whether the vendor takes a moment; where not, pages are chained from first to last.
    """

    fetch: Callable[[datetime | None, Window], CandidatePage]
    page_size: int
    since: datetime | None
    has_filter: bool = True
    outcome: ScanOutcome = field(default_factory=ScanOutcome)
    newest: datetime | None = None
    """The greatest time of a last change that was read; UTC."""
    _is_sorted: bool = True
    _latest: Moment | None = None
    """The greatest time on the page that was read last."""

    def __post_init__(self) -> None:
        """Start at a whole second, as the vendor's filter counts."""
        if self.since is not None:
            self.since = self.since.replace(microsecond=0)

    def __iter__(self) -> Iterator[CandidatePage]:
        """The pages in order."""
        since: datetime | None = self.since if self.has_filter else None
        is_first = True
        while True:
            page = self.fetch(since, Window(0, self.page_size, 1))
            if is_first:
                self.outcome.total, is_first = page.total, False
            moments = page.moments
            self._check_filter(page, moments, since)
            self._note(moments)
            if page.length:
                yield page
            if self._holds_all(page):
                self._end(page)
                return
            following = self._following(since)
            if following is None:
                following = yield from self._windows(since if self._is_sorted else self.since)
            if following is None:
                return
            since = following

    def _windows(self, since: datetime | None) -> Generator[CandidatePage, None, datetime | None]:
        """Overlapping pages where one second fills a page; returns the later second once one comes."""
        read: set[tuple[str, str]] = set()  # with the content: one that changed has moved in the list
        scan = ChainedScan(
            lambda window: self.fetch(since, window),
            self.page_size,
            "page",
            1,
            lambda record: (record.remote_id, record.content_hash) in read,
        )
        for page in scan:
            assert isinstance(page, CandidatePage)  # noqa: S101
            self._note(page.moments)
            yield page
            read.update((record.remote_id, record.content_hash) for record in page.records)
            following = self._following(since)
            if following is not None:
                self.outcome.is_proven = self.outcome.is_proven and scan.outcome.is_proven
                return following
        self.outcome.notes.extend(scan.outcome.notes)
        self.outcome.is_worth_repeating = scan.outcome.is_worth_repeating and self._is_sorted
        self.outcome.complete = scan.outcome.complete and self._is_sorted and self.outcome.is_proven
        if not self._is_sorted:
            self.outcome.notes.append("the candidates do not come in the order of their last change")
        return None

    def _following(self, since: datetime | None) -> datetime | None:
        """The second to go on from, where the page noted last reaches beyond `since`."""
        if not self.has_filter or not self._is_sorted or self._latest is None:
            return None
        second = self._latest.second
        return second if since is None or second > since else None

    def _note(self, moments: Sequence[Moment]) -> None:
        exact = [moment.at for moment in moments if moment.is_exact]
        if any(later < earlier for earlier, later in pairwise(exact)):
            self._is_sorted = False
        self._latest = max(moments, default=None)
        if self._latest is not None:
            self.newest = max(self._latest.at, self.newest or self._latest.at)

    def _check_filter(self, page: CandidatePage, moments: Sequence[Moment], since: datetime | None) -> None:
        earliest = next((moment.second for moment in moments if moment.is_exact), None)
        if since is None or earliest is None or earliest >= since or self._holds_all(page):
            return
        raise VendorAnswerError(
            "the vendor answers candidates older than asked for, so it ignores modified_since",
            "take modified_since out of the arguments of this connection's endpoint candidates",
        )

    def _holds_all(self, page: CandidatePage) -> bool:
        """Whether one page, which is one moment's answer, holds all there is."""
        if page.length == 0:
            return True
        return page.length < self.page_size and page.total is not None and page.total <= page.length

    def _end(self, page: CandidatePage) -> None:
        is_contradictory = page.length == 0 and bool(page.total)
        self.outcome.complete = self._is_sorted and self.outcome.is_proven and not is_contradictory
        self.outcome.is_worth_repeating = is_contradictory
        if not self.outcome.complete:
            self.outcome.notes.append("the list could not be proven to hold all candidates")
