"""What a configuration may say, which place wins, and how each mistake is told."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipelines import configuration_layers
from pipelines.configuration import load_configuration
from sources.connections import CovetoConnection, PersyConnection
from sources.errors import ConfigurationError

Folder = Callable[..., Path]


def message_of(folder: Path) -> tuple[str, str]:
    with pytest.raises(ConfigurationError) as raised:
        load_configuration(folder)
    assert len(str(raised.value).splitlines()) == 2
    return raised.value.message, raised.value.remedy


def test_two_files_are_a_configuration_of_both_tools(working_folder: Folder) -> None:
    configuration = load_configuration(working_folder())
    acme, leihwerk = configuration.connections
    assert isinstance(acme, CovetoConnection)
    assert isinstance(leihwerk, PersyConnection)
    assert [acme.connection_id, leihwerk.connection_id] == ["coveto:acme", "compleetpersy:leihwerk"]
    assert acme.wsdl_url == "https://k12345.coveto.de/public/soap/?wsdl"
    assert acme.api_key.get_secret_value() == "acme-s3cret"
    assert leihwerk.base_url == "https://www.germanpersonnel.de/persy/api/v1"


def test_what_nobody_configures_has_the_documented_default(working_folder: Folder) -> None:
    configuration = load_configuration(working_folder())
    acme, leihwerk = configuration.connections
    assert configuration.destination == "duckdb"
    assert (configuration.publish, configuration.publish_mode) == (True, 0o640)
    assert configuration.lock_wait_seconds == 0
    assert (acme.full_every, leihwerk.full_every, leihwerk.delta_every) == ("3h", "10h", "3h")
    assert (acme.in_flight, acme.retention_days, acme.max_deleted_share) == (4, 14, 0.2)


def test_secrets_may_stand_in_config_toml(working_folder: Folder) -> None:
    folder = working_folder(
        '[connections.acme]\ntool = "coveto"\nsubdomain = "k1"\ncustomer_number = "1"\napi_key = "key"', None
    )
    assert load_configuration(folder).connections[0].api_key.get_secret_value() == "key"


def test_secrets_toml_wins_over_config_toml(working_folder: Folder) -> None:
    folder = working_folder(instead=('subdomain = "k12345"', 'subdomain = "k12345"\napi_key = "weaker"'))
    assert load_configuration(folder).connections[0].api_key.get_secret_value() == "acme-s3cret"


def test_the_environment_wins_over_both_files(
    working_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__ACME__API_KEY", "from-the-environment")
    monkeypatch.setenv("CONNECTIONS__ACME__PAGE_SIZE", "50")
    monkeypatch.setenv("LOCK_WAIT_SECONDS", "30")
    configuration = load_configuration(working_folder())
    assert configuration.connections[0].api_key.get_secret_value() == "from-the-environment"
    assert configuration.connections[0].page_size == 50
    assert configuration.lock_wait_seconds == 30


def test_a_connection_may_live_in_the_environment_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__NORD__TOOL", "compleetpersy")
    monkeypatch.setenv("CONNECTIONS__NORD__API_KEY", "key")
    assert [one.connection_id for one in load_configuration(tmp_path).connections] == ["compleetpersy:nord"]


def test_an_underscore_in_a_variable_may_stand_for_a_hyphen(
    working_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__LEIH_WERK__API_KEY", "key")
    folder = working_folder('[connections.leih-werk]\ntool = "compleetpersy"', None)
    assert load_configuration(folder).connections[0].api_key.get_secret_value() == "key"


def test_variables_of_a_connection_of_another_project_are_left_alone(
    working_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__ELSEWHERE__API_KEY", "key")
    assert len(load_configuration(working_folder()).connections) == 2


def test_nested_keys_can_be_variables(working_folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONNECTIONS__ACME__ENDPOINTS__JOBS__OPERATION", "FindVacancies")
    monkeypatch.setenv("CONNECTIONS__ACME__ENDPOINTS__JOBS__ARGUMENTS", '{"limit": "pageSize"}')
    jobs = load_configuration(working_folder()).connections[0].endpoints["jobs"]
    assert (jobs.operation, jobs.arguments) == ("FindVacancies", {"limit": "pageSize"})


def test_a_mounted_secret_is_read_like_dlt_reads_it(
    working_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(configuration_layers, "MOUNTED_SECRETS", tmp_path)
    (tmp_path / "connections--leihwerk--api-key").write_text("mounted\n", encoding="utf-8")
    configuration = load_configuration(working_folder())
    assert configuration.connections[1].api_key.get_secret_value() == "mounted"


def test_the_folder_that_all_projects_share_is_the_weakest_of_its_kind(
    working_folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    monkeypatch.setattr(configuration_layers, "_global_folder", lambda: shared)
    (shared / "config.toml").write_text(
        'something_of_another_project = 1\nlock_wait_seconds = 5\ndestination = "postgres"', encoding="utf-8"
    )
    configuration = load_configuration(working_folder(first='destination = "duckdb"\n'))
    assert (configuration.destination, configuration.lock_wait_seconds) == ("duckdb", 5)


def test_defaults_hold_for_every_connection_that_knows_the_key(working_folder: Folder) -> None:
    folder = working_folder(
        first="[defaults]\nin_flight = 2\noverlap_minutes = 30\n",
        instead=('subdomain = "k12345"', 'subdomain = "k12345"\nin_flight = 3'),
    )
    acme, leihwerk = load_configuration(folder).connections
    assert (acme.in_flight, leihwerk.in_flight) == (3, 2)
    assert isinstance(leihwerk, PersyConnection)
    assert leihwerk.overlap_minutes == 30


def test_sections_of_dlt_are_left_to_dlt(working_folder: Folder) -> None:
    folder = working_folder(
        more='[runtime]\nlog_level = "INFO"\n[normalize.data_writer]\nfile_max_items = 5\n'
        '[destination.postgres.credentials]\npassword = "p"',
    )
    assert load_configuration(folder).destination == "duckdb"


@pytest.mark.parametrize(
    "written", ['"gehalt.von" = ["gehalt.von", "pay.min"]', 'gehalt.von = ["gehalt.von", "pay.min"]']
)
def test_paths_are_lists_to_try_in_order(working_folder: Folder, written: str) -> None:
    configuration = load_configuration(working_folder(more=f"[paths.coveto.jobs]\n{written}"))
    assert configuration.paths == {"coveto.jobs": {"gehalt.von": ("gehalt.von", "pay.min")}}


@pytest.mark.parametrize("written", ['"0600"', "0o600", '"0o600"'])
def test_a_file_mode_may_be_text_or_octal(working_folder: Folder, written: str) -> None:
    configuration = load_configuration(working_folder(first=f"publish_mode = {written}\n"))
    assert configuration.publish_mode == 0o600


def test_dates_are_dates(working_folder: Folder) -> None:
    leihwerk = load_configuration(working_folder(more="candidates_modified_after = 2026-01-01")).connections[
        1
    ]
    assert isinstance(leihwerk, PersyConnection)
    assert leihwerk.candidates_modified_after == date(2026, 1, 1)


def test_connections_are_chosen_by_name_or_id(working_folder: Folder) -> None:
    configuration = load_configuration(working_folder())
    chosen = configuration.selected(["compleetpersy:leihwerk"])
    assert [one.name for one in chosen] == ["leihwerk"]
    assert len(configuration.selected()) == 2


def test_an_unknown_name_of_a_connection_is_told_with_the_nearest(working_folder: Folder) -> None:
    with pytest.raises(ConfigurationError, match='No connection is called "acne"\nDid you mean "acme"'):
        load_configuration(working_folder()).selected(["acne"])


def test_without_any_configuration_the_way_to_one_is_told(tmp_path: Path) -> None:
    message, remedy = message_of(tmp_path)
    assert message == f"{tmp_path} holds no configuration"
    assert remedy.startswith("Type `ats init` there")


def test_without_any_connection_an_example_is_told(working_folder: Folder) -> None:
    message, remedy = message_of(working_folder('destination = "duckdb"', None))
    assert message == "No connection is configured"
    assert "[connections.acme]" in remedy


MISTAKES = {
    "an unknown key at the top": (
        {"first": 'destinaton = "duckdb"\n'},
        '.dlt/config.toml: the top level has the unknown key "destinaton"',
        'Did you mean "destination"? Rename "destinaton" or take it out',
    ),
    "an unknown key of a connection": (
        {"instead": ("subdomain", "subdomian")},
        '[connections.acme] has the unknown key "subdomian"',
        'Did you mean "subdomain"? Rename "subdomian" or take it out',
    ),
    "a key of the other tool": (
        {"more": 'subdomain = "k1"'},
        '[connections.leihwerk] has the unknown key "subdomain"',
        "",
    ),
    "single records that cannot be asked for": (
        {
            "instead": ('subdomain = "k12345"', 'subdomain = "k12345"\nonly_created = true'),
            "more": '[connections.acme.endpoints.applications]\nconfirm = ""',
        },
        "only_created asks for single records, and confirm of the endpoint applications is empty",
        "",
    ),
    "an unknown default": (
        {"first": "[defaults]\nretension_days = 3\n"},
        '[defaults] has the unknown key "retension_days"',
        'Did you mean "retention_days"',
    ),
    "more days than calendars have": (
        {"first": "[defaults]\nretention_days = 99999999\n"},
        '[defaults] "retention_days" should be less than or equal to 36500',
        "Correct retention_days",
    ),
    "days of a model below zero": (
        {"first": "[defaults]\nretention_days = { jobs = -1 }\n"},
        '[defaults.retention_days] "jobs" should be greater than or equal to 0',
        "Correct jobs",
    ),
    "an unknown key of an endpoint": (
        {"more": '[connections.acme.endpoints.jobs]\noperatoin = "x"'},
        '.dlt/config.toml: [connections.acme.endpoints.jobs] has the unknown key "operatoin"',
        'Did you mean "operation"? Rename "operatoin" or take it out',
    ),
    "an unknown argument of an endpoint": (
        {"more": '[connections.acme.endpoints.jobs]\narguments = { limt = "pageSize" }'},
        'has the unknown key "limt"',
        'Did you mean "limit"?',
    ),
    "an unknown model": (
        {"more": '[connections.acme.endpoints.jbos]\noperation = "x"'},
        '[connections.acme.endpoints] has the unknown key "jbos"',
        'Did you mean "jobs"?',
    ),
    "an unknown tool": (
        {"instead": ("coveto", "covetto")},
        '.dlt/config.toml: [connections.acme] names the unknown tool "covetto"',
        'Did you mean "coveto"?',
    ),
    "no tool": (
        {"instead": ('tool = "coveto"', "")},
        '[connections.acme] lacks "tool"',
        'Add tool = "coveto" or tool = "compleetpersy" below [connections.acme] in .dlt/config.toml',
    ),
    "a missing secret": (
        {"instead": ('customer_number = "12345"', "")},
        '.dlt/secrets.toml: [connections.acme] lacks "customer_number"',
        "below [connections.acme] in .dlt/secrets.toml, or set CONNECTIONS__ACME__CUSTOMER_NUMBER",
    ),
    "an empty secret": (
        {"instead": ("acme-s3cret", "")},
        '.dlt/secrets.toml: [connections.acme] "api_key" is empty',
        "Correct api_key of acme in .dlt/secrets.toml",
    ),
    "no address": (
        {"instead": ('subdomain = "k12345"', "")},
        ".dlt/config.toml: [connections.acme] has neither subdomain nor base_url",
        "Correct [connections.acme] in .dlt/config.toml",
    ),
    "an address without TLS": (
        {"instead": ('subdomain = "k12345"', 'base_url = "http://example.org"')},
        "\"base_url\" 'http://example.org' is not encrypted",
        "Correct base_url of acme in .dlt/config.toml",
    ),
    "a number that is none": (
        {"more": 'in_flight = "many"'},
        '[connections.leihwerk] "in_flight" should be a valid integer',
        "Correct in_flight of leihwerk in .dlt/config.toml",
    ),
    "a number where text belongs": (
        {"instead": ('"12345"', "12345")},
        '"customer_number" must be text; write it in quotes',
        "Correct customer_number of acme in .dlt/secrets.toml",
    ),
    "a word that is none of the choices": (
        {"more": 'auth = "digest"'},
        "\"auth\" should be 'bearer', 'basic' or 'header'",
        "Correct auth of leihwerk",
    ),
    "a duration that is none": (
        {"more": 'full_every = "soon"'},
        "'soon' is no duration; write it like 3h, 45m or 1d",
        "Correct full_every of leihwerk",
    ),
    "two ways to cut off": (
        {"more": "candidates_window_days = 3\ncandidates_modified_after = 2026-01-01"},
        "[connections.leihwerk] has both candidates_modified_after and candidates_window_days; keep one",
        "Correct [connections.leihwerk] in .dlt/config.toml",
    ),
    "a mode that is none": (
        {"first": 'publish_mode = "rw"\n'},
        'publish_mode is no file mode; write publish_mode = "0640"',
        "Correct publish_mode in .dlt/config.toml",
    ),
    "a memory limit that is none": (
        {"first": 'duckdb_memory_limit = "lots"\n'},
        "duckdb_memory_limit is empty or has not the form",
        "Correct duckdb_memory_limit in .dlt/config.toml",
    ),
    "a connection that is no section": (
        {"config": '[connections]\nacme = "coveto"', "secrets": None},
        "connections.acme is no section",
        "Write [connections.acme]",
    ),
    "a name with a space": (
        {"config": '[connections."Acme Corp"]\ntool = "compleetpersy"\napi_key = "k"', "secrets": None},
        '"Acme Corp" cannot name a connection',
        "Use a name of at most 40 small letters, digits, - and _",
    ),
    "a path that is no list": (
        {"more": '[paths.coveto.jobs]\n"titel" = 3'},
        '[paths.coveto.jobs] "titel" is no list of paths',
        'Write "titel" = ["titel", "another.path"]',
    ),
    "paths of an unknown model": (
        {"more": '[paths.coveto.jbs]\n"titel" = ["a"]'},
        '[paths.coveto] has the unknown key "jbs"',
        'Did you mean "jobs"?',
    ),
    "a line that is no TOML": (
        {"more": "x = = 3"},
        ".dlt/config.toml is not readable as TOML: Invalid value (at line 8, column 5)",
        "Correct that line",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake_is_told_in_two_lines_with_what_to_do(working_folder: Folder, mistake: str) -> None:
    written, expected_message, expected_remedy = MISTAKES[mistake]
    message, remedy = message_of(working_folder(**written))
    assert expected_message in message
    assert expected_remedy in remedy
    assert "s3cret" not in message + remedy


def test_all_mistakes_are_told_at_once(working_folder: Folder) -> None:
    folder = working_folder(first="lock_wait = 3\n", instead=("subdomain", "subdomian"), more="in_flight = 0")
    message, remedy = message_of(folder)
    assert '"lock_wait"' in message
    assert '"subdomian"' in message
    assert '"in_flight"' in message
    assert "lock_wait_seconds" in remedy


def test_an_unknown_key_in_the_environment_is_told(
    working_folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTIONS__ACME__API_KYE", "s3cret")
    message, remedy = message_of(working_folder())
    assert message == 'the environment: [connections.acme] has the unknown key "api_kye"'
    assert remedy.startswith('Did you mean "api_key"?')


def test_credentials_in_a_url_are_refused_and_not_repeated(working_folder: Folder) -> None:
    address = 'base_url = "https://user:geheim@example.org"'
    message, remedy = message_of(working_folder(instead=('subdomain = "k12345"', address)))
    assert "the URL must not hold credentials" in message
    assert "geheim" not in message + remedy


def test_a_file_that_is_not_utf_8_is_told(working_folder: Folder) -> None:
    folder = working_folder()
    (folder / ".dlt" / "config.toml").write_bytes(b"# caf\xe9\n")
    message, remedy = message_of(folder)
    assert message == ".dlt/config.toml is not UTF-8 text"
    assert remedy == "Save the file as UTF-8"


def test_the_line_feed_at_the_end_of_a_mounted_secret_is_no_part_of_it(working_folder: Folder) -> None:
    folder = working_folder(instead=("leihwerk-s3cret", "leihwerk-s3cret\\n"))
    (key,) = (one.api_key for one in load_configuration(folder).connections if one.name == "leihwerk")
    assert key.get_secret_value() == "leihwerk-s3cret"


def test_a_key_that_no_header_can_hold_is_refused_before_any_request(working_folder: Folder) -> None:
    folder = working_folder(instead=("leihwerk-s3cret", "schl\u00fcssel\u20ac"))
    with pytest.raises(ConfigurationError, match="characters that no HTTP header can hold"):
        load_configuration(folder)
