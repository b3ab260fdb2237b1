"""A made-up Coveto tenant: its records, in order, and what may be done to them."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.coveto_flavours import CONTRACT, Flavour
from sandbox.coveto_jobs import make_job
from sandbox.coveto_people import application_count, make_application, make_candidate
from sandbox.coveto_questions import (
    QUESTION_COUNT,
    STATUSES,
    make_job_question,
    make_question,
    make_status,
    questions_of_job,
)
from sandbox.coveto_unknown_fields import with_unknown_fields
from sandbox.exchange import Page, PageQuery
from sandbox.record_store import RawRecord, Record, RecordStore, with_changes
from sandbox.tenant import Tenant

MODELS = (
    "jobs",
    "candidates",
    "applications",
    "screening_questions",
    "job_screening_questions",
    "application_statuses",
)
_BERLIN = ZoneInfo("Europe/Berlin")
_WITH_DATES = {"jobs", "candidates", "applications", "screening_questions"}
Key = tuple[int, ...]
PublicKey = int | tuple[int, ...]


class CovetoTenant(Tenant):
    """The records of one customer. A key is an id, or (stelleId, frageId) for what a job asks.

    Records are plain structures as `coveto_rendering` describes them.
    """

    def __init__(
        self, *, customer_number: str = "12345", api_key: str = "coveto-sandbox-key", auth: str = "basic"
    ) -> None:
        """An empty tenant; `auth` is "basic" or "wsse" (the alternative WSDL takes elements, always)."""
        super().__init__()
        self.customer_number = customer_number
        self.api_key = api_key
        self.auth = auth
        self.refused_jobs: dict[int, str] = {}
        """Jobs that refuse applications, with the reason: the candidate is made, the application is not."""
        self.transactions: dict[str, Record] = {}
        """The first answer to each transaktionsId."""
        self.created: list[Mapping[str, Any]] = []
        """What createBewerber and createBewerbung were told, with the ids that came of it."""
        self._order: dict[str, list[Key]] = {model: [] for model in MODELS}
        self._stores: dict[str, RecordStore[Key]] = {model: RecordStore(_nothing) for model in MODELS}
        self._next_id: dict[str, int] = dict.fromkeys(MODELS, 1)

    @classmethod
    def generate(
        cls,
        *,
        seed: int = 1,
        candidates: int = 200,
        jobs: int | None = None,
        unknown_fields: bool = False,
        **settings: Any,
    ) -> "CovetoTenant":
        """A tenant of so many candidates, with 1.5 times as many applications; one seed, one outcome.

        `unknown_fields` adds what no WSDL knows to some records. `settings` are the constructor's.
        """
        tenant = cls(**settings)
        job_count = max(40, candidates // 20) if jobs is None else jobs
        counts = {
            "jobs": job_count,
            "candidates": candidates,
            "applications": application_count(candidates) if job_count else 0,
            "screening_questions": QUESTION_COUNT,
            "application_statuses": len(STATUSES),
        }
        makers: dict[str, Callable[[Key], Record]] = {
            "jobs": lambda key: make_job(seed, key[0] - 1),
            "candidates": lambda key: make_candidate(seed, key[0] - 1),
            "applications": lambda key: make_application(seed, key[0] - 1, job_count),
            "screening_questions": lambda key: make_question(key[0]),
            "job_screening_questions": lambda key: make_job_question(seed, key[0], key[1]),
            "application_statuses": lambda key: make_status(key[0]),
        }
        for model in MODELS:
            make = with_unknown_fields(model, makers[model]) if unknown_fields else makers[model]
            tenant._stores[model] = RecordStore(make)
            tenant._order[model] = [(number,) for number in range(1, counts.get(model, 0) + 1)]
            tenant._next_id[model] = counts.get(model, 0) + 1
        tenant._order["job_screening_questions"] = [
            (job + 1, question) for job in range(job_count) for question in questions_of_job(seed, job)
        ]
        return tenant

    def prepare(self, flavour: Flavour = CONTRACT) -> None:
        """Render every record now, so that a benchmark measures its caller alone."""
        for model in MODELS:
            self.page(PageQuery(model, limit=len(self._order[model]), offset=0), flavour)

    # reading

    def keys(self, model: str) -> list[PublicKey]:
        """The keys of the current records, ascending."""
        with self.lock:
            return [_public(key) for key in self._order[model]]

    def records(self, model: str) -> Iterator[tuple[PublicKey, Record]]:
        """The current records that are structures, in order, as copies; raw ones are left out."""
        for key in self.keys(model):
            with self.lock:
                record = self._stores[model].get(_key(key))
                if isinstance(record, RawRecord):
                    continue
                record = self._stores[model].structure(_key(key))
            yield key, record

    def get(self, model: str, key: PublicKey) -> Record:
        """A copy of one current record; a KeyError where there is none."""
        with self.lock:
            self._place(model, _key(key))
            return self._stores[model].structure(_key(key))

    def rendered(self, model: str, key: PublicKey, flavour: Flavour = CONTRACT) -> bytes | None:
        """One current record as it is served, None where there is none."""
        with self.lock:
            try:
                self._place(model, _key(key))
            except KeyError:
                return None
            return self._stores[model].rendered(_key(key), flavour.name, flavour.renderer(model))

    def candidate_with_email(self, email: str) -> int | None:
        """The id of the oldest candidate with an address, upper and lower case alike."""
        wanted = email.strip().lower()
        for key, record in self.records("candidates"):
            if isinstance(key, int) and str(record.get("email") or "").strip().lower() == wanted:
                return key
        return None

    def application_of(self, candidate_id: int, job_id: int) -> int | None:
        """The id of a candidate's first application to a job."""
        for key, record in self.records("applications"):
            if isinstance(key, int) and (record["bewerberId"], record["stelleId"]) == (
                str(candidate_id),
                str(job_id),
            ):
                return key
        return None

    def page(self, query: PageQuery, flavour: Flavour = CONTRACT, job_id: int | None = None) -> Page:
        """The rows that a query wants and how many there are in all; of one job alone where it is named."""
        with self.lock:
            order = self._order[query.model]
            first, last = 0, len(order)
            if job_id is not None:
                first, last = bisect_left(order, (job_id,)), bisect_left(order, (job_id + 1,))
            start = min(first + query.offset, last)
            store, render = self._stores[query.model], flavour.renderer(query.model)
            rows = [
                store.rendered(key, flavour.name, render)
                for key in order[start : min(start + query.limit, last)]
            ]
            return Page(rows, last - first, query)

    # changing

    def add(self, model: str, record: Record) -> PublicKey:
        """Add a record; an id and dates that it lacks are given to it. Gives its key."""
        with self.lock:
            if model == "job_screening_questions":
                key: Key = (int(record["stelleId"]), int(record["frageId"]))
            else:
                key = (int(record.get("id", self._next_id[model])),)
                record = {"id": str(key[0]), **record}
                self._next_id[model] = max(self._next_id[model], key[0] + 1)
            if model in _WITH_DATES:
                record = record | {name: record.get(name, self.wall_time()) for name in _date_names(model)}
            self._insert(model, key, record)
            return _public(key)

    def add_raw(self, model: str, body: bytes, after: PublicKey = 0) -> PublicKey:
        """Add a row of any bytes, behind the row `after`; gives the key by which it can be removed."""
        with self.lock:
            key = (*_key(after), 1)
            while key in self._order[model]:
                key = (*key[:-1], key[-1] + 1)
            self._insert(model, key, RawRecord(body))
            return key

    def change(self, model: str, key: PublicKey, changes: dict[str, Any], *, touch: bool = True) -> None:
        """Set values by path ("gehalt.von"; `ABSENT` takes one away); `touch` moves `geaendertAm` to now."""
        with self.lock:
            self._place(model, _key(key))
            record = with_changes(self._stores[model].structure(_key(key)), changes)
            if touch and model in _WITH_DATES and "geaendertAm" not in changes:
                record["geaendertAm"] = self.wall_time()
            self._stores[model].put(_key(key), record)

    def replace_raw(self, model: str, key: PublicKey, body: bytes) -> None:
        """Let a row be any bytes from now on."""
        with self.lock:
            self._place(model, _key(key))
            self._stores[model].put(_key(key), RawRecord(body))

    def remove(self, model: str, key: PublicKey) -> None:
        """Take a record away; a KeyError where there is none."""
        with self.lock:
            del self._order[model][self._place(model, _key(key))]
            self._stores[model].remove(_key(key))

    def bring_back(self, model: str, key: PublicKey, *, touch: bool = False) -> None:
        """Undo `remove`, content unchanged; `touch` moves `geaendertAm` to now."""
        with self.lock:
            if _key(key) in self._order[model]:
                raise ValueError(f"{model} already has {key}")
            self._stores[model].bring_back(_key(key))
            insort(self._order[model], _key(key))
            if touch:
                self.change(model, key, {})

    def wall_time(self) -> str:
        """The tenant's time as the vendor writes it: Berlin's, without a zone."""
        return self.clock.now().astimezone(_BERLIN).strftime("%Y-%m-%d %H:%M:%S")

    def _insert(self, model: str, key: Key, record: Record | RawRecord) -> None:
        order = self._order[model]
        place = bisect_left(order, key)
        if place < len(order) and order[place] == key:
            raise ValueError(f"{model} already has {_public(key)}")
        order.insert(place, key)
        self._stores[model].put(key, record)

    def _place(self, model: str, key: Key) -> int:
        order = self._order[model]
        place = bisect_left(order, key)
        if place == len(order) or order[place] != key:
            raise KeyError(f"{model} has no {_public(key)}")
        return place


def _nothing(key: Key) -> Record:
    raise KeyError(key)


def _date_names(model: str) -> tuple[str, ...]:
    return ("geaendertAm",) if model == "screening_questions" else ("erstelltAm", "geaendertAm")


def _key(key: PublicKey) -> Key:
    return (key,) if isinstance(key, int) else key


def _public(key: Key) -> PublicKey:
    return key[0] if len(key) == 1 else key
