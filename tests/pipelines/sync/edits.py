"""Random edits at the vendors: what may happen to a tenant between two syncs."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.record_store import ABSENT

COVETO_CHANGES: dict[str, list[dict[str, Any]]] = {
    "jobs": [
        {"titel": "Koch (m/w/d)"},
        {"status": "Pausiert", "homeoffice": ABSENT},
        {"status": "ganz eigenes Wort"},
        {"gueltigBis": "bald"},
        {"standort.land": "Absurdistan"},
    ],
    "candidates": [
        {"vorname": "A\u0308nne", "email": "keine"},
        {"email": "aenne@example.org", "telefon": ABSENT},
        {"adresse.land": "Atlantis"},
        {"erstelltAm": "2026-10-25 02:30:00"},
    ],
    "applications": [
        {"status.typ": "EINGESTELLT"},
        {"status.typ": ABSENT, "status.bezeichnung": "Absage"},
        {"status.typ": ABSENT, "status.bezeichnung": "irgendwas"},
        {"abgelehntAm": "0000-00-00"},
    ],
    "screening_questions": [{"typ": "JANEIN"}, {"typ": "AUSWAHL"}, {"titel": "Neu?"}, {"typ": "SELTSAM"}],
    "job_screening_questions": [{"position": 1}, {"position": 99}, {"pflicht": "Ja"}],
    "application_statuses": [{"typ": "EINGESTELLT"}, {"typ": "ABGELEHNT"}, {"typ": ABSENT}],
}
PERSY_CHANGES: list[dict[str, Any]] = [
    {"Confidential": "Ja"},
    {"Confidential": "vielleicht"},
    {"CandidateProfile.PersonalData.PersonName.FamilyName": "Neumann"},
    {"UserArea": {"Gruppe": [1, {"a": None}]}},
]


@dataclass(frozen=True)
class Edit:
    """One edit: `tenant`, `place` and `variant` are taken modulo what there is."""

    operation: str
    model: str
    tenant: int
    place: int
    variant: int

    def carry_out(self, coveto: list[CovetoTenant], persy: list[PersyTenant]) -> None:
        if self.model == "persy":
            _edit_persy(persy[self.tenant % len(persy)], self)
        else:
            _edit_coveto(coveto[self.tenant % len(coveto)], self)


edits = st.builds(
    Edit,
    operation=st.sampled_from(["change", "change", "remove", "bring_back", "add"]),
    model=st.sampled_from([*COVETO_CHANGES, "persy", "persy", "persy"]),
    tenant=st.integers(0, 1),
    place=st.integers(0, 40),
    variant=st.integers(0, 9),
)


@dataclass(frozen=True)
class Round:
    """Some edits, and then a sync of this kind."""

    edits: list[Edit]
    kind: str


rounds = st.lists(
    st.builds(Round, st.lists(edits, max_size=6), st.sampled_from(["auto", "auto", "full"])),
    min_size=1,
    max_size=4,
)


def _edit_coveto(tenant: CovetoTenant, edit: Edit) -> None:
    keys = list(tenant.keys(edit.model))
    removed = _removed(tenant).setdefault(edit.model, [])
    if edit.operation == "bring_back" and removed:
        tenant.bring_back(edit.model, removed.pop(edit.place % len(removed)))
    elif not keys:
        return
    elif edit.operation == "remove":
        key = keys[edit.place % len(keys)]
        tenant.remove(edit.model, key)
        removed.append(key)
    elif edit.operation == "change":
        changes = COVETO_CHANGES[edit.model]
        tenant.change(edit.model, keys[edit.place % len(keys)], changes[edit.variant % len(changes)])
    elif edit.operation == "add" and edit.model in {
        "jobs",
        "candidates",
        "applications",
        "screening_questions",
    }:
        record = dict(tenant.get(edit.model, keys[edit.place % len(keys)]))
        record.pop("id")
        tenant.add(edit.model, record)


def _edit_persy(tenant: PersyTenant, edit: Edit) -> None:
    tenant.clock.advance(30 * edit.variant)
    keys = list(tenant.keys())
    removed = _removed(tenant).setdefault("candidates", [])
    if edit.operation == "bring_back" and removed:
        tenant.bring_back(removed.pop(edit.place % len(removed)))
        return
    if not keys:
        return
    key = keys[edit.place % len(keys)]
    if edit.operation == "remove":
        tenant.remove(key)
        removed.append(key)
    elif edit.operation == "change":
        _change_persy(tenant, key, edit.variant)
    elif edit.operation == "add":
        tenant.add_opening(key, _opening(f"J-{edit.place % 3}", f"Titel {edit.variant}"))


def _change_persy(tenant: PersyTenant, key: int, variant: int) -> None:
    openings = [job for candidate, job, _ in tenant.openings() if candidate == key]
    if variant >= len(PERSY_CHANGES) and openings:
        tenant.remove_opening(key, openings[variant % len(openings)])
    else:
        tenant.change(key, PERSY_CHANGES[variant % len(PERSY_CHANGES)])


def _opening(job_id: str, title: str) -> dict[str, Any]:
    return {
        "PositionRecordInfo": {"Id": {"IdValue": job_id}},
        "PositionProfile": {"PositionDetail": {"PositionTitle": title}},
        "ApplicationDate": "01.05.2026",
        "ApplicationStatus": "Eingestellt",
    }


_REMOVED: dict[int, dict[str, list[Any]]] = {}


def _removed(tenant: object) -> dict[str, list[Any]]:
    """What was removed from a tenant by these edits, by model."""
    return _REMOVED.setdefault(id(tenant), {})


def forget(tenants: list[Any]) -> None:
    """Forget what was removed from tenants that are no longer used."""
    for tenant in tenants:
        _REMOVED.pop(id(tenant), None)
