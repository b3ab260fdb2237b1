"""Faults as data: which request is hit, how often, and what goes wrong then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sandbox.exchange import Answer, Asked, Page, PageQuery


class Action:
    """What goes wrong. Each of the four moments of a request can be bent; as it stands nothing is."""

    def instead(self, asked: Asked) -> Answer | None:  # noqa: ARG002 - the moments of a request are one interface
        """Before anything: an answer in place of the vendor's, or None."""
        return None

    def on_query(self, query: PageQuery) -> PageQuery:
        """Before rows are looked up."""
        return query

    def on_page(self, page: Page) -> Page:
        """After rows were looked up."""
        return page

    def on_answer(self, answer: Answer) -> Answer:
        """Before the answer is sent."""
        return answer


@dataclass(frozen=True)
class On:
    """Which requests are hit: all conditions must hold; None means any."""

    operation: str | None = None
    model: str | None = None
    path: str | None = None
    where: Callable[[Asked], bool] | None = None

    def holds(self, asked: Asked) -> bool:
        """Whether the request is one of them."""
        return (
            (self.operation is None or self.operation == asked.operation)
            and (self.model is None or self.model == asked.model)
            and (self.path is None or self.path in asked.path)
            and (self.where is None or self.where(asked))
        )


@dataclass(frozen=True)
class Fault:
    """An action and the requests it meets: the `nth` that `on` holds for and those after it, `times` in all.

    `times=None` means for ever.
    """

    name: str
    action: Action
    on: On = field(default_factory=On)
    nth: int = 1
    times: int | None = 1


class ArmedFaults:
    """The armed faults of a tenant and how often each was met; the tenant's lock guards it."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._seen: list[int] = []
        self.hits: dict[str, int] = {}

    def arm(self, faults: Iterable[Fault]) -> None:
        """Add faults; their count starts now."""
        for fault in faults:
            self._faults.append(fault)
            self._seen.append(0)
            self.hits.setdefault(fault.name, 0)

    def disarm(self) -> None:
        """Forget all."""
        self._faults.clear()
        self._seen.clear()
        self.hits = {}

    def met_by(self, asked: Asked) -> list[Action]:
        """The actions that this request meets, in the order in which they were armed."""
        actions = []
        for place, fault in enumerate(self._faults):
            if not fault.on.holds(asked):
                continue
            self._seen[place] += 1
            since = self._seen[place] - fault.nth
            if since >= 0 and (fault.times is None or since < fault.times):
                self.hits[fault.name] += 1
                actions.append(fault.action)
        return actions
