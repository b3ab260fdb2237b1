"""What belongs to candidates is asked for once a candidate, and nothing that is known is left out."""

from collections.abc import Sequence

from sources.persy.owned_versions import OwnedVersions

_KNOWN: dict[str, str | None] = {"1:a": "one", "1:b": None, "2:a": "two", "2:x:y": "with a colon"}


class _Asked:
    def __init__(self) -> None:
        self.owners: list[list[str]] = []

    def __call__(self, owners: Sequence[str]) -> dict[str, str | None]:
        self.owners.append(list(owners))
        return {one: found for one, found in _KNOWN.items() if any(one.startswith(f"{x}:") for x in owners)}


def test_an_application_brings_all_of_its_candidate() -> None:
    assert OwnedVersions(_Asked()).of_ids(["1:a"]) == {"1:a": "one", "1:b": None}


def test_a_candidate_is_asked_for_once() -> None:
    asked = _Asked()
    owned = OwnedVersions(asked)
    owned.of_ids(["1:a", "1:b"])
    assert owned.of_owners(["2", "1"]) == {"2:a": "two", "2:x:y": "with a colon"}
    assert asked.owners == [["1"], ["2"]]


def test_who_was_asked_for_is_no_query_again() -> None:
    asked = _Asked()
    owned = OwnedVersions(asked)
    owned.of_owners(["1"])
    assert (owned.of_ids(["1:new"]), len(asked.owners)) == ({}, 1)


def test_an_id_with_colons_is_found_by_each_candidate_that_it_can_belong_to() -> None:
    assert OwnedVersions(_Asked()).of_ids(["2:x:y"])["2:x:y"] == "with a colon"
