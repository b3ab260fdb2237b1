"""Secrets and people's values, made unmistakable, show on no way that fails, but where commands exist to."""

import json
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines import command
from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox
from tests.canaries import (
    ANSWER,
    COVETO_PERSON,
    EMAIL,
    FIRST_NAME,
    LAST_NAME,
    PERSONAL,
    PERSY_PERSON,
    PHONE,
    SECRETS,
    TEXT,
    leaks,
)
from tests.pipelines.sync.interrupted import POINTS, interrupted
from tests.pipelines.sync.working_folder import Folder

COVETO_KEY, PERSY_KEY, CUSTOMER, USER = SECRETS
QUOTED = f"{FIRST_NAME} {LAST_NAME} <{EMAIL}> {PHONE} {TEXT} {ANSWER} {COVETO_KEY} {PERSY_KEY} {CUSTOMER}"
"""What a vendor may quote in its error."""
ALWAYS: dict[str, Any] = {"times": None}


def made_coveto() -> CovetoTenant:
    tenant = CovetoTenant.generate(candidates=4, jobs=2, customer_number=CUSTOMER, api_key=COVETO_KEY)
    for key in tenant.keys("candidates"):
        tenant.change("candidates", key, COVETO_PERSON, touch=False)
    for key in tenant.keys("applications"):
        tenant.change("applications", key, {"anschreiben": TEXT, "antworten": ANSWER}, touch=False)
    return tenant


def made_persy() -> PersyTenant:
    tenant = PersyTenant.generate(candidates=4, api_key=PERSY_KEY, auth="basic", username=USER)
    for key, _ in list(tenant.records()):
        tenant.change(key, PERSY_PERSON, touch=False)
    return tenant


@pytest.fixture
def coveto() -> CovetoTenant:
    return made_coveto()


@pytest.fixture
def persy() -> PersyTenant:
    return made_persy()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a folder that has read both tenants once."""
    with Sandbox(made_coveto(), made_persy()) as running:
        folder = Folder(tmp_path_factory.mktemp("canaries") / "working", running.connection_settings())
        folder.sync()
    return folder.path


@pytest.fixture
def read(folder: Folder, files: Path) -> Folder:
    shutil.copytree(files, folder.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".dlt"))
    script = "import sys; open('told.json', 'a').write(sys.stdin.read())"
    notify = json.dumps(shlex.join([sys.executable, "-c", script]))
    config = folder.path / ".dlt" / "config.toml"
    config.write_text(f"notify_command = {notify}\n" + config.read_text())
    return folder


Ats = Callable[..., tuple[int, str]]


def some_quick(names: Iterable[str], every: int) -> list[object]:
    """The names as parameters: one of so many is tried in every test run, the others with the slow ones."""
    return [
        pytest.param(name, marks=pytest.mark.slow if place % every else [])
        for place, name in enumerate(names)
    ]


@pytest.fixture
def ats(read: Folder, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Ats]:
    """Runs a command in this process; its exit code, and all that it and a status after it showed."""
    before = signal.getsignal(signal.SIGTERM)

    def run(*arguments: str) -> tuple[int, str]:
        codes = []
        for words in (arguments, ("status",), ("status", "--json")):
            monkeypatch.setattr(sys, "argv", ["ats", "--folder", str(read.path), *words])
            with pytest.raises(SystemExit) as ended:
                command.main()
            codes.append(int(str(ended.value.code)))
        shown = capfd.readouterr()
        return codes[0], shown.out + shown.err

    yield run
    signal.signal(signal.SIGTERM, before)


def test_the_canaries_are_in_the_tables(read: Folder) -> None:
    held = repr(
        read.rows("select * from unified.candidates") + read.rows("select * from unified.applications")
    )
    assert [one for one in PERSONAL if one not in held] == []


ERRORS: dict[str, tuple[str, go.Respond | go.Refuse]] = {
    "a fault of Coveto that quotes": ("coveto", go.Refuse("INTERN", QUOTED)),
    "a fault whose code and field quote": ("coveto", go.Refuse(QUOTED, QUOTED, QUOTED)),
    "a refused login that quotes": ("coveto", go.Refuse("AUTH", QUOTED)),
    "a refused right that quotes": ("coveto", go.Refuse("BERECHTIGUNG", QUOTED)),
    "a page in HTML that quotes": ("coveto", go.Respond(200, f"<html>{QUOTED}</html>".encode(), "text/html")),
    "a content type that quotes": ("coveto", go.Respond(200, b"<a/>", TEXT)),
    "a redirect that quotes": (
        "coveto",
        go.redirect(f"http://{COVETO_KEY}@127.0.0.2:1/{LAST_NAME}?a={EMAIL}"),
    ),
    "a 404 that quotes": ("coveto", go.Respond(404, QUOTED.encode(), "text/plain")),
    "an error of Persy that quotes": ("compleetpersy", go.json_error(400, QUOTED, QUOTED)),
    "an error under 200 that quotes": ("compleetpersy", go.json_error(200, QUOTED, QUOTED)),
    "a refused login of Persy that quotes": ("compleetpersy", go.json_error(401, "Unauthorized", QUOTED)),
    "JSON that is none and quotes": ("compleetpersy", go.json_body('{"' + QUOTED)),
    "a list elsewhere that quotes": ("compleetpersy", go.json_body(json.dumps({QUOTED: [QUOTED]}))),
    "an id that is a person": (
        "compleetpersy",
        go.json_body(
            json.dumps({"Items": [{EMAIL: {"Id": {"IdValue": {LAST_NAME: PHONE}}}}], "Total": TEXT})
        ),
    ),
    "a redirect of Persy that quotes": (
        "compleetpersy",
        go.redirect(f"//127.0.0.2:1/{LAST_NAME}?a={PERSY_KEY}"),
    ),
}


@pytest.mark.parametrize("error", some_quick(ERRORS, 10))
def test_an_error_of_a_vendor_shows_none(
    error: str, read: Folder, ats: Ats, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    tool, action = ERRORS[error]
    tenant = coveto if tool == "coveto" else persy
    on = On(model="candidates") if tool == "coveto" else On()
    tenant.arm(Fault("quoting", action, on, times=None))
    code, shown = ats("sync", "--full")
    assert (code, leaks(read.path, shown)) == (1, [])
    assert (read.path / "told.json").exists()


SETTINGS = {
    "a key of an unknown name": ("api_key", "api_kye"),
    "a number": (f'"{PERSY_KEY}"', "99887766"),
    "a list": (f'"{PERSY_KEY}"', f'["{PERSY_KEY}"]'),
    "a table": (f'"{PERSY_KEY}"', f'{{ "{PERSY_KEY}" = "{CUSTOMER}" }}'),
    "a text that does not end": (f'"{PERSY_KEY}"', f'"{PERSY_KEY}'),
    "characters that no header takes": (f'"{PERSY_KEY}"', f'"{PERSY_KEY}€"'),
    "the value of a choice": ("api_key =", f'auth = "{PERSY_KEY}"\napi_key ='),
    "the value of a number": ("api_key =", f'retries = "{PERSY_KEY}"\napi_key ='),
    "the value of a time": ("api_key =", f'delta_every = "{PERSY_KEY}"\napi_key ='),
    "the value of a date": ("api_key =", f'candidates_modified_after = "{PERSY_KEY}"\napi_key ='),
    "an address": ("api_key =", f'base_url = "https://{USER}:{PERSY_KEY}@example.org"\napi_key ='),
    "no address": ("api_key =", f'base_url = "{PERSY_KEY}"\napi_key ='),
    "the header": ("api_key =", f'auth = "header"\nauth_header = "{PERSY_KEY} x"\napi_key ='),
    "an endpoint": ("api_key =", f'endpoints = "{PERSY_KEY}"\napi_key ='),
}


@pytest.mark.parametrize("mistake", SETTINGS)
def test_a_secret_in_the_wrong_place_is_not_repeated(mistake: str, read: Folder, ats: Ats) -> None:
    secrets = read.path / ".dlt" / "secrets.toml"
    old, new = SETTINGS[mistake]
    head, mark, persy = secrets.read_text().partition("[connections.leihwerk]")
    assert old in persy
    secrets.write_text(head + mark + persy.replace(old, new))
    code, shown = ats("sync", "leihwerk")
    assert code in {1, 2}
    assert leaks(read.path, shown) == []


def test_wrong_credentials_show_none(
    read: Folder, ats: Ats, coveto: CovetoTenant, persy: PersyTenant
) -> None:
    coveto.api_key = persy.api_key = "another"
    code, shown = ats("sync")
    assert (code, leaks(read.path, shown)) == (1, [])


def fails(*_: object, **__: object) -> None:
    raise ValueError(QUOTED)


BROKEN = {
    "the transforms": "transforms.runner.run_checks",
    "the loader": "dlt.destinations.impl.duckdb.duck.DuckDbCopyJob.run",
    "extracting": "pipelines.loading.raw_resources",
    "the rejected records": "pipelines.rejected_records.RejectedRecords.add",
    "publishing": "pipelines.publishing.copy_file",
    "retention": "pipelines.retaining.expired",
    "reading": "sources.version_spool.VersionSpool.add",
}


@pytest.mark.parametrize("what", some_quick(BROKEN, 9))
def test_an_error_that_nobody_foresaw_shows_none(
    what: str, read: Folder, ats: Ats, coveto: CovetoTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    coveto.change("candidates", 1, {"titel": "Dr."})
    with monkeypatch.context() as patch:
        patch.setattr(BROKEN[what], fails)
        code, shown = ats("sync", "--full")
    assert (code, leaks(read.path, shown)) == (1, [])


@pytest.mark.slow
def test_nor_does_a_run_that_was_killed(read: Folder, ats: Ats, coveto: CovetoTenant) -> None:
    coveto.change("candidates", 1, {"titel": "Dr."})
    done = interrupted(read, "kill", POINTS["normalised"], "sync")
    assert leaks(read.path, done.stdout + done.stderr) == []
    code, shown = ats("sync")
    assert (code, leaks(read.path, shown)) == (0, [])


def test_nor_a_warning_of_rejected_records_and_held_back_deletions(
    read: Folder, ats: Ats, coveto: CovetoTenant
) -> None:
    coveto.replace_raw("candidates", 2, f"<bewerber><email>{EMAIL}</email></bewerber>".encode())
    for key in list(coveto.keys("applications")):
        coveto.remove("applications", key)
    code, shown = ats("sync")
    assert (code, leaks(read.path, shown)) == (3, [])


REQUEST = {
    "candidate": {"first_name": FIRST_NAME, "last_name": LAST_NAME, "email_address": EMAIL},
    "application": {"job_id": "remote:1"},
}
REFUSALS: dict[str, dict[str, Any]] = {
    "no address": {"candidate": {**REQUEST["candidate"], "email_address": LAST_NAME}},
    "an unknown field": {"candidate": {**REQUEST["candidate"], LAST_NAME: PHONE}},
    "an unknown job": {"application": {"job_id": EMAIL}},
    "a private address of a file": {
        "attachments": [{"name": LAST_NAME, "data_url": f"http://127.0.0.1/{EMAIL}"}]
    },
    "answers that are no list": {"application": {"job_id": "remote:1", "screening_question_answers": ANSWER}},
    "another type": {"candidate": QUOTED},
}


@pytest.mark.parametrize("refusal", some_quick(REFUSALS, 6))
def test_a_refused_request_is_not_repeated(refusal: str, read: Folder, ats: Ats) -> None:
    request = read.path / ".dlt" / "request.json"
    request.write_text(json.dumps(REQUEST | REFUSALS[refusal]))
    code, shown = ats("create-candidate", "acme", str(request))
    assert (code, leaks(read.path, shown)) == (2, [])


COMMANDS = {
    "create-candidate, refused by the vendor": ("coveto", ["create-candidate", "acme", ".dlt/request.json"]),
    "call of Coveto": ("coveto", ["call", "acme", "getBewerber", "--json", '{"id": 1}']),
    "call of Persy": ("compleetpersy", ["call", "leihwerk", "GET", "/candidates/100001"]),
    "attachments": ("compleetpersy", ["attachments", "leihwerk", "remote:100001"]),
    "check of Coveto": ("coveto", ["check", "acme"]),
    "check of Persy": ("compleetpersy", ["check", "leihwerk"]),
    "fields, live": ("compleetpersy", ["fields", "leihwerk", "--live"]),
}


@pytest.mark.parametrize("name", some_quick(COMMANDS, 8))
def test_a_command_that_the_vendor_refuses_shows_none(
    name: str,
    read: Folder,
    ats: Ats,
    coveto: CovetoTenant,
    persy: PersyTenant,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tool, words = COMMANDS[name]
    monkeypatch.chdir(read.path)
    (read.path / ".dlt" / "request.json").write_text(json.dumps(REQUEST))
    if tool == "coveto":
        hit = On(where=lambda asked: bool(asked.operation) and "wsdl" not in asked.operation.lower())
        coveto.arm(Fault("quoting", go.Refuse("VALIDIERUNG", QUOTED, QUOTED), hit, times=None))
    else:
        persy.arm(Fault("quoting", go.json_error(400, QUOTED, QUOTED), times=None))
    code, shown = ats(*words)
    assert (code in {1, 2}, leaks(read.path, shown)) == (True, [])


@pytest.mark.parametrize(
    "words",
    [
        ["check", "acme"],
        ["check", "leihwerk"],
        ["check", "acme", "--json"],
        ["fields", "acme"],
        ["fields", "leihwerk"],
        ["fields", "leihwerk", "--json"],
        ["forget", "acme", "1"],
        ["forget", "acme", "1", "--yes"],
        ["transform", "--full-refresh"],
        ["sync"],
    ],
    ids=" ".join,
)
def test_nor_what_works_and_is_not_there_to_show_them(words: list[str], read: Folder, ats: Ats) -> None:
    code, shown = ats(*words)
    assert (code, leaks(read.path, shown)) == (0, [])


def test_nor_an_erasing_that_was_broken_off(read: Folder, ats: Ats, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.erasing.rewrite_database", fails)
        code, shown = ats("forget", "acme", "1", "--yes")
    assert (code, leaks(read.path, shown)) == (1, [])


def test_everything_of_ours_is_for_the_owner_alone_and_the_published_file_as_configured(
    read: Folder, ats: Ats
) -> None:
    config = read.path / ".dlt" / "config.toml"
    config.write_text('publish_mode = "0604"\n' + config.read_text())
    ats("forget", "acme", "1", "--yes")
    ats("sync", "--full")
    own = read.path / ".ats"
    assert own.stat().st_mode & 0o777 == 0o700
    assert [one.name for one in own.iterdir() if one.is_file() and one.stat().st_mode & 0o077] == []
    assert (read.path / "warehouse.duckdb").stat().st_mode & 0o777 == 0o604
