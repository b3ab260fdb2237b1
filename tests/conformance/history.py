"""Two tenants of each tool, and what happens to them before each of three syncs."""

from collections.abc import Callable
from typing import Any

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.record_store import ABSENT

Coveto, Persy = list[CovetoTenant], list[PersyTenant]
Round = Callable[[Coveto, Persy], None]

HOSTILE = ("1e200000", "GROSS", "12345678901234567890123", "x" * 200, "2026-10-25T02:30:00+02:00")
"""What of the first connection's records must have come through."""
FIRST_TO_GO = 100_001
"""A candidate of Persy that is deleted and comes back."""

_LONG = "x" * 200
_HOSTILE = (
    rb'{"NULL":"a\u0000b\ud800","NaN":NaN,"GROSS":1,"gross":2,"Zeit":"2026-10-25T02:30:00+02:00",'
    rb'"lang_' + _LONG.encode() + rb'":"' + _LONG.encode() + rb'","leer":"","Liste":[1,null,{"a":[]}],'
    rb'"Ganz":12345678901234567890123,"Komma":0.1,"Umlaut":"A\u0308nne \u00df"}'
)


def tenants() -> tuple[Coveto, Persy]:
    """As they are before the first sync; what is hostile to a warehouse is among it."""
    coveto = [CovetoTenant.generate(seed=seed, candidates=12, jobs=5) for seed in (1, 2)]
    persy = [PersyTenant.generate(seed=seed, candidates=14) for seed in (1, 2)]
    _give_own_fields(persy[0], FIRST_TO_GO + 3, _HOSTILE)
    _give_number(persy[1], FIRST_TO_GO + 2)
    coveto[0].change("jobs", coveto[0].keys("jobs")[0], {"titel": f"Koch {_LONG} <&>\u00a0\u2028 \U0001f469"})
    coveto[0].change("candidates", coveto[0].keys("candidates")[1], {"erstelltAm": "2026-10-25 02:30:00"})
    coveto[1].change("candidates", coveto[1].keys("candidates")[1], {"erstelltAm": "2026-03-29 02:30:00"})
    return coveto, persy


def _give_own_fields(tenant: PersyTenant, key: int, fields: bytes) -> None:
    body = tenant.rendered(key)
    assert body is not None
    start, mark, _ = body.rpartition(b',"UserArea":')
    assert mark
    tenant.replace_raw(key, start + mark + fields + b"}")


def _give_number(tenant: PersyTenant, key: int) -> None:
    """A number that no double and no jsonb holds, where no column reads it."""
    body = tenant.rendered(key)
    assert body is not None
    mark = b'"CandidateProfile":{'
    assert mark in body
    tenant.replace_raw(key, body.replace(mark, mark + b'"Zahl":1e200000,', 1))


def _change(tenant: CovetoTenant, model: str, place: int, changes: dict[str, Any]) -> None:
    tenant.change(model, tenant.keys(model)[place], changes)


def nothing(coveto: Coveto, persy: Persy) -> None:
    """The first sync reads what is there."""


def edits(coveto: Coveto, persy: Persy) -> None:
    """Changes of every model of both connections, new records, and the first deletions."""
    for tenant in coveto:
        _change(tenant, "jobs", 1, {"status": "ganz eigenes Wort", "homeoffice": ABSENT})
        _change(tenant, "candidates", 2, {"vorname": "A\u0308nne", "adresse.land": "Atlantis"})
        _change(tenant, "applications", 3, {"status.typ": ABSENT, "status.bezeichnung": "Absage"})
        _change(tenant, "screening_questions", 0, {"typ": "SELTSAM"})
        _change(tenant, "job_screening_questions", 0, {"position": 99})
        _change(tenant, "application_statuses", 0, {"typ": "ABGELEHNT"})
        tenant.remove("applications", tenant.keys("applications")[0])
        tenant.remove("jobs", tenant.keys("jobs")[0])
    for number, tenant in enumerate(persy):
        tenant.clock.advance(3600)
        key = FIRST_TO_GO + 5
        tenant.change(key, {"Confidential": "Ja", "UserArea": {"Gruppe": [1, {"a": None}], "B": number}})
        tenant.remove(FIRST_TO_GO)


def returns(coveto: Coveto, persy: Persy) -> None:
    """What was deleted comes back, some of it changed, and something else goes."""
    for tenant in coveto:
        tenant.bring_back("jobs", 1)
        _change(tenant, "jobs", 0, {"gueltigBis": "bald"})
        _change(tenant, "application_statuses", 0, {"typ": ABSENT})
        tenant.remove("candidates", tenant.keys("candidates")[4])
        tenant.remove("screening_questions", tenant.keys("screening_questions")[1])
    for tenant in persy:
        tenant.clock.advance(3600)
        tenant.bring_back(FIRST_TO_GO)
        tenant.remove(FIRST_TO_GO + 7)


ROUNDS: tuple[Round, ...] = (nothing, edits, returns)
