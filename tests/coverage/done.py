"""Where each line of the seeds is done, and which tests prove it. The code itself is asked for the rest."""

from collections import Counter
from dataclasses import dataclass

from tests.coverage.cases import cases_by_column
from tests.coverage.places import (
    Column,
    Command,
    Element,
    Field,
    Function,
    Key,
    Limit,
    Place,
    Section,
    Table,
    Test,
)
from tests.coverage.seeds import Line

ACTIONS = "pipelines/actions/test_actions.py"
FIELDS = "pipelines/actions/test_fields.py"
PASSTHROUGH = "pipelines/actions/test_passthrough.py"
CASES = "transforms/test_cases.py"
LINES = "coverage/test_lines.py"


@dataclass(frozen=True)
class Done:
    """Where a line is done, from or to what at the vendor, and what proves it."""

    places: tuple[Place, ...]
    tests: tuple[Test, ...]
    vendor: str = ""
    cases: tuple[str, ...] = ()
    """Those that expect a value in a column; first the one that expects most of the table."""


_PARTS = {
    "candidate": "Candidate",
    "candidate.location": "Location",
    "application": "Application",
    "screening_question_answers": "Answer",
    "attachments": "Attachment",
    "source": "Source",
}
"""The part of a request to its class in pipelines/action_requests.py."""
_ANSWERS, _ATTACHMENTS = ("arguments", "answers"), ("arguments", "attachments")
_ELEMENTS = {
    "candidate.location.city": (("arguments", "city"),),
    "candidate.location.country": (("arguments", "country"),),
    "candidate.location.zip_code": (("arguments", "zip_code"),),
    "screening_question_answers.question_id": (_ANSWERS, ("answers", "question_id")),
    "screening_question_answers.answer": (_ANSWERS, ("answers", "value")),
    "attachments.name": (_ATTACHMENTS, ("attachments", "name")),
    "attachments.content_type": (_ATTACHMENTS, ("attachments", "content_type")),
    "attachments.data": (_ATTACHMENTS, ("attachments", "data")),
    "attachments.data_url": (_ATTACHMENTS, ("attachments", "data")),
    "source.name": (("arguments", "source_name"),),
    "source.unified_key": (("arguments", "source_key"),),
    "source.id": (("arguments", "source_id"),),
}
"""An input field to its words in sources/coveto/actions.toml, where it is not the field's own name."""

_NOTES = {
    ("coveto", "At most 5 attachments can be added"): Done(
        (
            Limit("sources.coveto.actions", "MOST_ATTACHMENTS", 5),
            Section("actions.md", "Create a candidate or an application"),
        ),
        (Test("pipelines/actions/test_action_requests.py", "test_a_sixth_attachment_is_refused"),),
    ),
    ("compleetpersy", "Jobs"): Done(
        (Column("compleetpersy", "jobs", "remote_id"), Column("compleetpersy", "jobs", "name")),
        (
            Test(
                "sources/test_persy_source.py",
                "test_each_opening_is_an_application_and_each_opening_of_any_candidate_one_job",
            ),
        ),
    ),
    ("compleetpersy", "Applications"): Done(
        (Column("compleetpersy", "applications", "remote_id"), Column("compleetpersy", "applications", "id")),
        (
            Test(
                "sources/test_persy_source.py",
                "test_an_application_is_gone_at_once_when_its_candidate_is_read_again_without_it",
            ),
            Test(LINES, "test_the_id_of_an_application_of_persy_is_made_of_candidate_and_opening"),
        ),
    ),
}

_FEATURES = {
    ("coveto", "Source Writing"): Done(
        (
            Field("Source", "name"),
            Field("Source", "unified_key"),
            Field("Source", "id"),
            Key("coveto", "default_source"),
            Section("actions.md", "Create a candidate or an application"),
        ),
        (
            Test(ACTIONS, "test_a_request_without_source_has_the_default_of_the_connection"),
            Test(ACTIONS, "test_a_source_of_the_request_wins_over_the_default"),
        ),
    ),
    ("coveto", "Sync Only Created Applications"): Done(
        (Key("coveto", "only_created"), Section("configuration.md", "Keys of a connection")),
        tuple(
            Test("pipelines/sync/test_only_created.py", name)
            for name in (
                "test_only_what_was_created_stays",
                "test_the_lists_are_never_asked_for",
                "test_switched_back_everybody_returns_under_the_same_id",
            )
        ),
    ),
    ("coveto", "Connection Guide"): Done(
        (Section("connect-coveto.md"), Command("check"), Function("check")),
        tuple(
            Test("pipelines/sync/test_check.py", name)
            for name in (
                "test_a_sync_of_a_connection_that_is_right_would_work",
                "test_with_the_printed_lines_the_other_wsdl_gives_the_same_tables",
            )
        ),
    ),
    ("coveto", "API Passthrough"): Done(
        (
            Command("call", ("--json", "--xml", "--raw")),
            Function("call", "operation"),
            Section("actions.md", "Call anything"),
        ),
        (
            Test(PASSTHROUGH, "test_arguments_reach_the_operation"),
            Test(PASSTHROUGH, "test_a_body_of_xml_is_sent_as_it_is"),
            Test(PASSTHROUGH, "test_the_command_prints_json"),
        ),
    ),
    ("coveto", "Jobs"): Done(
        (Table("jobs"), Command("sync", ("--model",)), Function("sync", "models")),
        (Test("pipelines/sync/test_sync.py", "test_every_record_of_both_vendors_is_one_row"),),
    ),
    ("compleetpersy", "Candidate Cutoff Filtering"): Done(
        (
            Key("compleetpersy", "candidates_modified_after"),
            Key("compleetpersy", "candidates_window_days"),
            Section("configuration.md", "Keys of a connection"),
        ),
        tuple(
            Test("sources/test_persy_window.py", name)
            for name in (
                "test_who_was_modified_before_the_cutoff_is_gone_without_being_held_back",
                "test_who_was_modified_within_a_rolling_window_stays",
            )
        ),
    ),
    ("compleetpersy", "API Passthrough"): Done(
        (
            Command("call", ("--param", "--json", "--raw")),
            Function("call", "parameters"),
            Section("actions.md", "Call anything"),
        ),
        (
            Test(PASSTHROUGH, "test_a_path_answers_its_json"),
            Test(PASSTHROUGH, "test_post_is_sent_once_with_its_body"),
            Test(PASSTHROUGH, "test_the_command_prints_the_raw_body"),
        ),
    ),
    ("compleetpersy", "Delta Syncs"): Done(
        (
            Command("sync", ("--delta", "--full", "--due")),
            Function("sync"),
            Key("compleetpersy", "delta_every"),
            Key("compleetpersy", "full_every"),
            Key("compleetpersy", "overlap_minutes"),
            Section("scheduling.md"),
        ),
        (
            Test("pipelines/sync/test_sync.py", "test_a_delta_brings_what_changed_at_persy"),
            Test("pipelines/sync/test_sync.py", "test_a_delta_reads_only_what_changed_since"),
            Test(
                "pipelines/sync/test_due.py",
                "test_after_three_hours_coveto_is_read_whole_and_persy_by_delta",
            ),
            Test("pipelines/sync/test_due.py", "test_after_ten_hours_persy_is_read_whole"),
        ),
    ),
    ("compleetpersy", "Candidates"): Done(
        (Table("candidates"), Command("sync", ("--model",)), Function("sync", "models")),
        (Test("pipelines/sync/test_sync.py", "test_every_record_of_both_vendors_is_one_row"),),
    ),
    **{
        (tool, "Custom Field Explorer"): Done(
            (
                Command("fields", ("--model", "--live", "--examples")),
                Function("fields", "live"),
                Table("integration_fields_catalogue"),
                Section("configuration.md", "Find and promote custom fields"),
            ),
            (
                Test(FIELDS, "test_fields_from_the_tables_are_the_rows_of_the_catalogue"),
                Test(FIELDS, "test_the_tables_and_the_vendor_give_the_same_fields"),
                Test(FIELDS, "test_examples_are_values_and_the_most_frequent_come_first"),
            ),
        )
        for tool in ("coveto", "compleetpersy")
    },
}


def done_of(line: Line) -> Done:
    """Where a line is done; a KeyError where nobody said so."""
    if line.is_note:
        found = _NOTES.get((line.tool, line.table))
        return found or _NOTES[line.tool, line.name]
    if line.tab == "Models":
        return _column(line)
    if line.tab == "Features":
        return _FEATURES[line.tool, line.name]
    return _attachments() if line.action == "get_candidate_attachments" else _input(line)


def _column(line: Line) -> Done:
    column = Column(line.tool, line.model, line.name)
    proved = cases_by_column()
    same = [cases for (tool, table, _), cases in proved.items() if (tool, table) == (line.tool, line.model)]
    breadth = Counter(case for cases in same for case in set(cases))
    cases = sorted(
        set(proved.get((line.tool, line.model, line.name), [])), key=lambda one: (-breadth[one], one)
    )
    return Done(
        (column,),
        (Test(CASES, "test_given_raw_rows_become_the_expected_unified_rows"),),
        column.filled_by(),
        tuple(cases),
    )


def _input(line: Line) -> Done:
    part, _, name = line.name.rpartition(".")
    element = Element(_ELEMENTS.get(line.name, (("arguments", name),)))
    return Done(
        (Field(_PARTS[part], name), element),
        (Test(LINES, "test_each_input_field_reaches_the_vendor"),),
        element.words() if element.is_there() else "",
    )


def _attachments() -> Done:
    file = "pipelines/actions/test_attachments.py"
    return Done(
        (
            Command("attachments", ("--download",)),
            Function("attachments", "candidate_id"),
            Section("actions.md", "Attachments of a candidate (Persy)"),
        ),
        (
            Test(file, "test_an_attachment_has_every_field"),
            Test(file, "test_a_candidate_is_named_by_a_unified_id_too"),
            Test(file, "test_files_are_downloaded_under_their_names_and_never_overwritten"),
        ),
    )
