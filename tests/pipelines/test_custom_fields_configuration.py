"""`[custom_fields.<model>]`: what it may say, and how each mistake is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.configuration import load_configuration
from sources.errors import ConfigurationError

Folder = Callable[..., Path]


def promoted(folder: Path) -> object:
    return load_configuration(folder).custom_fields


def test_nothing_is_promoted_where_nobody_says_so(working_folder: Folder) -> None:
    assert promoted(working_folder()) == {}


def test_a_key_has_a_list_of_fields_or_one(working_folder: Folder) -> None:
    more = '[custom_fields.candidates]\nlicence = ["fuehrerschein", "a.b"]\nstart = "eintritt"\n'
    assert promoted(working_folder(more=more)) == {
        "candidates": {"": {"licence": ("fuehrerschein", "a.b"), "start": ("eintritt",)}}
    }


def test_what_is_said_for_a_connection_replaces_its_keys_alone(working_folder: Folder) -> None:
    more = (
        '[custom_fields.candidates]\nlicence = ["a"]\nstart = ["b"]\n'
        '[custom_fields.candidates.by_connection.acme]\nlicence = ["c"]\nother = ["d"]\n'
    )
    assert promoted(working_folder(more=more)) == {
        "candidates": {
            "": {"licence": ("a",), "start": ("b",)},
            "coveto:acme": {"licence": ("c",), "start": ("b",), "other": ("d",)},
        }
    }


def test_a_connection_may_be_named_by_its_id(working_folder: Folder) -> None:
    more = '[custom_fields.jobs.by_connection."coveto:acme"]\nlevel = ["stufe"]\n'
    assert promoted(working_folder(more=more)) == {"jobs": {"coveto:acme": {"level": ("stufe",)}}}


def test_what_a_connection_repeats_is_no_difference(working_folder: Folder) -> None:
    more = '[custom_fields.jobs]\nlevel = ["a"]\n[custom_fields.jobs.by_connection.acme]\nlevel = ["a"]\n'
    assert promoted(working_folder(more=more)) == {"jobs": {"": {"level": ("a",)}}}


@pytest.mark.parametrize(
    ("more", "message", "remedy"),
    [
        ('[custom_fields.job]\na = ["b"]', '[custom_fields] has the unknown key "job"', '"jobs"'),
        (
            '[custom_fields.screening_questions]\na = ["b"]',
            'unknown key "screening_questions"',
            "known here: applications, candidates, jobs",
        ),
        ("[custom_fields]\njobs = 1", "custom_fields.jobs is no section", "Write [custom_fields.jobs]"),
        (
            "[custom_fields.jobs]\nlevel = []",
            '[custom_fields.jobs] "level" is an empty list',
            "Write level =",
        ),
        ("[custom_fields.jobs]\nlevel = 1", '"level" is no list of fields', "Write level ="),
        ("[custom_fields.jobs]\nlevel = [1]", '"level" holds something else than text', "Write level ="),
        ('[custom_fields.jobs]\nlevel.a = ["b"]', '"level" is no list of fields', "Write level ="),
        ('[custom_fields.jobs]\n"a b" = ["b"]', '"a b" cannot be a key of custom_fields', 'Rename "a b"'),
        ('[custom_fields.jobs]\n"a\\"}}" = ["b"]', "cannot be a key of custom_fields", "a letter first"),
        (
            '[custom_fields.jobs.by_connection.acne]\na = ["b"]',
            '[custom_fields.jobs.by_connection.acne] names the unknown connection "acne"',
            'Did you mean "acme"?',
        ),
        (
            '[custom_fields.jobs.by_connection.leihwerk]\na = ["b"]',
            "is about jobs of compleetpersy, which have no custom_fields",
            "Take [custom_fields.jobs.by_connection.leihwerk] out",
        ),
        (
            "[custom_fields.jobs]\nby_connection = 1",
            "custom_fields.jobs.by_connection is no section",
            "Write [custom_fields.jobs.by_connection]",
        ),
        (
            "[custom_fields.jobs.by_connection]\nacme = 1",
            "custom_fields.jobs.by_connection.acme is no section",
            "Write [custom_fields.jobs.by_connection.acme]",
        ),
        (
            "[custom_fields.jobs.by_connection.acme]\nlevel = []",
            '[custom_fields.jobs.by_connection.acme] "level" is an empty list',
            "Write level =",
        ),
    ],
)
def test_a_mistake_is_told_with_what_is_right(
    more: str, message: str, remedy: str, working_folder: Folder
) -> None:
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(working_folder(more=more))
    assert message in raised.value.message
    assert raised.value.message.startswith(".dlt/config.toml: ")
    assert remedy in raised.value.remedy
    assert len(str(raised.value).splitlines()) == 2
