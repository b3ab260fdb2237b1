"""Lists that move while they are read, repeat, or lie about their length."""

from collections.abc import Callable, Iterator

from sandbox import fault_actions as go
from sandbox.faults import Fault, On
from tests.reliability.bench import LIST, Bench, Prepare
from tests.reliability.cases import (
    Case,
    CaughtUp,
    Failed,
    Survived,
    Warned,
    answers,
    nothing,
    together,
)

AT_ONCE = "all candidates were changed in one second"


def in_one_second(bench: Bench) -> None:
    """Persy's pages are needed only where one second fills more than a page."""
    if bench.tool == "compleetpersy":
        for key in list(bench.persy.keys()):
            bench.persy.change(key, {})


def _meanwhile(hook: Callable[[Bench], object], *, nth: int = 3, times: int | None = 1) -> Prepare:
    """Something happens at the source before the `nth` page of candidates is read."""

    def prepare(bench: Bench) -> None:
        bench.tenant.arm(
            Fault("churn", go.Call(lambda _: hook(bench)), On(operation=LIST[bench.tool]), nth, times)
        )

    return prepare


def _remove_early(bench: Bench) -> None:
    if bench.tool == "coveto":
        for key in (1, 2, 3):
            bench.coveto.remove("candidates", key)
    else:
        for key in bench.persy.keys()[:3]:
            bench.persy.remove(key)


def _bring_back_early(bench: Bench) -> None:
    if bench.tool == "coveto":
        bench.coveto.bring_back("candidates", 5)
    else:
        bench.persy.bring_back(100_005, touch=False)


def _add_late(bench: Bench) -> None:
    if bench.tool == "coveto":
        bench.coveto.add("candidates", {"vorname": "Während", "nachname": "Gelesen"})
    else:
        bench.persy.add({"CandidateProfile": {"PersonalData": {"PersonName": {"FamilyName": "Während"}}}})


def _touch_early(bench: Bench) -> None:
    bench.persy.clock.advance(1)
    for key in bench.persy.keys()[:3]:
        bench.persy.change(key, {"UserArea.Notiz": "während"})


def _remove_one_each_time(bench: Bench) -> None:
    keys = bench.coveto.keys("candidates")
    if len(keys) > 12:
        bench.coveto.remove("candidates", keys[0])


def _churn() -> Iterator[Case]:
    yield Case(
        "rows removed before the cursor",
        "both",
        "three rows that were read are removed between two pages",
        CaughtUp(),
        _meanwhile(_remove_early),
    )
    yield Case(
        "a row comes back before the cursor",
        "both",
        "a row comes back between two pages, before those that were read last",
        CaughtUp(),
        _meanwhile(_bring_back_early),
    )
    yield Case(
        "a row added while reading",
        "both",
        "a row is added at the end between two pages",
        CaughtUp(),
        _meanwhile(_add_late),
    )
    yield Case(
        "rows changed while reading",
        "compleetpersy",
        "three rows move to the end between two pages",
        CaughtUp(),
        _meanwhile(_touch_early),
    )
    yield Case(
        "a row removed before every page",
        "coveto",
        "before every page the first row is removed",
        CaughtUp(),
        _meanwhile(_remove_one_each_time, nth=2, times=None),
    )
    yield Case(
        "rows removed within one second",
        "compleetpersy",
        f"{AT_ONCE}, and three that were read are removed between two pages",
        CaughtUp(),
        together(in_one_second, _meanwhile(_remove_early, nth=4)),
    )


def _totals() -> Iterator[Case]:
    for words, total, noted in (
        ("too small", 3, "the vendor counts 3, 25 were read"),
        ("too large", 4000, "the vendor counts 4000, 25 were read"),
        ("missing", None, ""),
        ("text", "viele", ""),
        ("of 5,000 digits", "9" * 5000, ""),
    ):
        yield Case(
            f"a total that is {words}",
            "both",
            f"the total is {words}",
            Survived(noted),
            answers(go.Total(total), nth=1, times=None),
        )


def _without_filter() -> dict[str, object]:
    return {
        "endpoints": {
            "candidates": {"arguments": {"page": "page", "limit": "pageSize", "modified_since": "ignored"}}
        }
    }


def _page_shapes() -> Iterator[Case]:
    yield Case(
        "pages of a capped size",
        "both",
        "pages hold at most 3 rows, whatever is asked for",
        Survived(),
        answers(go.CapPageSize(3), nth=1, times=None),
    )
    yield Case(
        "a repeated page",
        "both",
        "a page is the one before, once",
        Survived(),
        answers(go.RepeatPage(), nth=3),
    )
    yield Case(
        "an empty page, then well",
        "both",
        "a page in the middle is empty once, though there is more",
        Survived(),
        answers(go.no_rows(), nth=3),
    )
    yield Case(
        "paging ignored",
        "coveto",
        "every page is the first",
        Failed("VendorAnswerError", "the same page again and again"),
        answers(go.IgnorePaging(), nth=1, times=None),
    )
    yield Case(
        "paging ignored where one second fills a page",
        "compleetpersy",
        f"{AT_ONCE}, and every page is the first",
        Failed("VendorAnswerError", "the same page again and again"),
        together(in_one_second, answers(go.IgnorePaging(), nth=1, times=None)),
    )
    yield Case(
        "the filter ignored",
        "compleetpersy",
        "modifiedSince is ignored",
        Failed("VendorAnswerError", "it ignores modified_since"),
        nothing,
        _without_filter(),
    )
    yield Case(
        "everything on one page",
        "both",
        "paging is ignored: one answer holds all rows",
        Survived(),
        answers(go.CapPageSize(7), nth=99),
        {"page_size": 200},
    )
    yield Case(
        "a last page exactly full",
        "both",
        "the rows fill their pages to the last place",
        CaughtUp(),
        together(*[_add_late] * 3),
    )
    for tool, noted in (
        ("coveto", "the vendor counts 25 records but gives none; read 3 times"),
        ("compleetpersy", "could not be proven to hold all candidates; read 3 times"),
    ):
        yield Case(
            "a first page that is empty though rows are counted",
            tool,  # type: ignore[arg-type]
            "every page is empty, the total says 25",
            Warned(noted, ("candidates",)),
            answers(go.no_rows(), nth=1, times=None),
        )
    yield Case(
        "a chain that breaks and is mended by reading again",
        "coveto",
        "pages behind the twelfth row are empty a hundred and thirty times",
        Survived("read 2 times"),
        _behind_row(12, 130),
        {"in_flight": 1},
    )
    yield Case(
        "a chain that breaks and cannot be mended",
        "coveto",
        "pages behind the twelfth row are empty, for ever",
        Warned("the list changed faster than it could be read; read 3 times", ("candidates",)),
        _behind_row(12, None),
    )


def _behind_row(row: int, times: int | None) -> Prepare:
    on = On(operation="listBewerber", where=lambda asked: int(asked.arguments.get("offset") or 0) >= row)
    return answers(go.no_rows(), nth=1, times=times, on=on)


CASES = (*_churn(), *_totals(), *_page_shapes())
