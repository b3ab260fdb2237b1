"""The sandbox as a whole: ports, settings, many callers at once, the time of its tenants."""

import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from sandbox.clock import Clock
from sandbox.coveto_flavours import ALTERNATIVE, renamed_record
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox


def test_the_settings_are_what_a_working_folder_takes(sandbox: Sandbox) -> None:
    config, secrets = (tomllib.loads(text) for text in sandbox.connection_settings())
    assert (config, secrets) == (
        {
            "connections": {
                "acme": {"tool": "coveto", "base_url": sandbox.coveto_url},
                "leihwerk": {"tool": "compleetpersy", "base_url": sandbox.persy_url},
            }
        },
        {
            "connections": {
                "acme": {"customer_number": "12345", "api_key": "coveto-sandbox-key"},
                "leihwerk": {"api_key": "persy-sandbox-key"},
            }
        },
    )


def test_the_settings_name_another_authentication() -> None:
    with Sandbox(CovetoTenant(auth="wsse"), PersyTenant(auth="basic")) as running:
        config = tomllib.loads(running.connection_settings()[0])["connections"]
    assert (config["acme"]["auth"], config["leihwerk"]["auth"], config["leihwerk"]["username"]) == (
        "wsse",
        "basic",
        "sandbox",
    )


def test_the_settings_of_the_second_wsdl_name_all_its_lists(sandbox: Sandbox) -> None:
    config = tomllib.loads(sandbox.alternative_settings()[0])["connections"]["acme"]
    operations = {endpoint["operation"] for endpoint in config["endpoints"].values()}
    assert (config["service_url"], operations) == (
        f"{sandbox.coveto_url}/ws", {shape.name for shape in ALTERNATIVE.lists.values()},
    )  # fmt: skip


def test_every_path_of_the_second_wsdl_leads_to_what_the_contract_calls_so(sandbox: Sandbox) -> None:
    paths = tomllib.loads(sandbox.alternative_settings()[0])["paths"]["coveto"]
    wrong = [
        (model, path)
        for model, renames in paths.items()
        for path, (own, other) in renames.items()
        if own != path
        or (not path.startswith("optionen.option.") and ALTERNATIVE.renamed[model][path] != other)
    ]
    assert wrong == []


def test_a_renamed_record_keeps_all_its_values() -> None:
    record = {
        "id": "1",
        "optionen": {"option": [{"id": "2", "bezeichnung": "x"}]},
        "mandant": None,
        "neu": {"a": "b"},
    }
    assert renamed_record(record, ALTERNATIVE.renamed["screening_questions"]) == {
        "@no": "1",
        "choices": {"choice": [{"no": "2", "label": "x"}]},
        "mandant": None,
        "neu": {"a": "b"},
    }


def test_a_port_can_be_chosen() -> None:
    with Sandbox(CovetoTenant()) as first:
        port = int(first.coveto_url.rsplit(":", 1)[1])
    with Sandbox(CovetoTenant(), coveto_port=port) as second:
        assert second.coveto_url == f"http://127.0.0.1:{port}"


def test_a_port_that_is_taken_leaves_nothing_running() -> None:
    with Sandbox(CovetoTenant()) as first:
        port = int(first.coveto_url.rsplit(":", 1)[1])
        before = threading.active_count()
        with pytest.raises(OSError, match="in use"):
            Sandbox(CovetoTenant(), PersyTenant(), persy_port=port)
        assert threading.active_count() == before


def test_a_tenant_that_is_not_served_has_no_url() -> None:
    with Sandbox(CovetoTenant()) as running, pytest.raises(ValueError, match="without this tenant"):
        _ = running.persy_url


def test_closing_does_not_wait_for_callers_that_keep_their_connection() -> None:
    with requests.Session() as session, Sandbox(None, PersyTenant()) as running:
        session.get(running.persy_url, timeout=5)
        started = time.monotonic()
    assert time.monotonic() - started < 1


def test_many_callers_are_served_at_once(rest, persy: PersyTenant) -> None:
    def read(number: int) -> int:
        with requests.Session() as session:
            pages = [
                session.get(f"{rest.url}/candidates", headers=rest.headers, timeout=10) for _ in range(5)
            ]
        persy.change(100_001 + number, {"Confidential": True})
        return sum(len(page.json()["Candidates"]) for page in pages)

    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(read, range(32))) == {300}


def test_pages_come_fast_enough_not_to_be_what_is_measured() -> None:
    tenant = CovetoTenant.generate(candidates=2_000)
    tenant.prepare()
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        '<listBewerber xmlns="https://www.coveto.de/soap/v1"><limit>500</limit></listBewerber></e:Body></e:Envelope>'
    )
    with Sandbox(tenant) as running, requests.Session() as session:
        session.auth = ("12345", "coveto-sandbox-key")
        started = time.monotonic()
        for _ in range(20):
            session.post(f"{running.coveto_url}/public/soap/", data=envelope, timeout=10).raise_for_status()
    assert time.monotonic() - started < 2  # 10,000 records; it takes a tenth of that


def test_a_big_tenant_is_there_at_once() -> None:
    started = time.monotonic()
    tenant = PersyTenant.generate(candidates=200_000)
    CovetoTenant.generate(candidates=200_000)
    assert (len(tenant.keys()), time.monotonic() - started < 10) == (200_000, True)


def test_a_clock_is_never_before_what_the_records_say() -> None:
    ahead = datetime(2099, 1, 1, tzinfo=UTC)
    assert Clock(ahead).now() == ahead


def test_a_clock_can_stand_move_and_run_again() -> None:
    clock = Clock(datetime(2020, 1, 1, tzinfo=UTC))
    clock.stop_at(datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(61)
    stopped = clock.now()
    clock.run()
    assert (stopped, clock.now() > stopped) == (datetime(2026, 1, 1, 0, 1, 1, tzinfo=UTC), True)
