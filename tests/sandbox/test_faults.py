"""Armed faults happen to the requests that they name, as often as they say, as they should on the wire."""

import gzip

import pytest
import requests

from sandbox import fault_actions as go
from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Refuse
from sandbox.faults import Fault, On
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox

SECOND_PAGE = "<limit>20</limit><offset>20</offset>"


def test_a_fault_happens_once_by_default(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("down", go.status(503, retry_after="2")))
    first, second = soap.post("listStellen"), soap.post("listStellen")
    assert (first.status_code, first.headers["Retry-After"], second.status_code) == (503, "2", 200)


def test_a_fault_hits_the_requests_that_it_names(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("down", go.status(500), On(model="candidates"), nth=2, times=None))
    operations = ["listBewerber", "listStellen", "listBewerber", "listBewerber"]
    assert [soap.post(operation).status_code for operation in operations] == [200, 200, 500, 500]


def test_a_fault_can_look_at_the_arguments(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("late", go.status(502), On(where=lambda asked: asked.arguments.get("offset") == "20")))
    assert [soap.post("listBewerber", page).status_code for page in ("", SECOND_PAGE)] == [200, 502]


def test_a_disarmed_fault_happens_no_more(soap, sandbox: Sandbox) -> None:
    sandbox.arm(Fault("down", go.status(500), times=None))
    before = soap.post("listStellen").status_code
    sandbox.disarm()
    assert (before, soap.post("listStellen").status_code) == (500, 200)


def test_hits_are_counted_by_name(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("down", go.status(500), times=None), Fault("never", go.Reset(), On(model="jobs")))
    soap.post("listBewerber")
    assert coveto.hits == {"down": 1, "never": 0}


def test_a_reset_is_a_broken_connection(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("reset", go.Reset()))
    with pytest.raises(requests.ConnectionError):
        soap.post("listStellen")


def test_a_body_cut_against_its_length_is_a_broken_answer(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("cut", go.CutBody()))
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.ConnectionError)):
        soap.post("listStellen")


@pytest.mark.parametrize("length", ["short", "none"])
def test_a_body_cut_with_its_length_is_half_a_document(soap, coveto: CovetoTenant, length: str) -> None:
    coveto.arm(Fault("cut", go.CutBody(length=length)))
    cut, whole = soap.post("listStellen").content, soap.post("listStellen").content
    assert cut == whole[: len(whole) // 2]


def test_a_late_answer_times_out(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("slow", go.Delay(0.5)))
    with pytest.raises(requests.Timeout):
        soap.post("listStellen", timeout=0.1)


def test_broken_gzip_cannot_be_read(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("gzip", go.BrokenGzip()))
    with pytest.raises(requests.exceptions.ContentDecodingError):
        soap.post("listStellen")


def test_a_gzip_bomb_is_small_on_the_wire(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("bomb", go.gzip_bomb(8)))
    answer = soap.post("listStellen", stream=True)
    wire = answer.raw.read(decode_content=False)
    assert (len(wire) < 20_000, len(gzip.decompress(wire)) > 8_000_000) == (True, True)


def test_a_refusal_is_a_soap_fault_at_coveto(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("limit", Refuse("LIMIT", retry_after="1"), times=2))
    assert (soap.fault("listStellen")[0], soap.post("listStellen").headers["Retry-After"]) == ("LIMIT", "1")


def test_a_refusal_is_an_error_body_at_persy(rest, persy: PersyTenant) -> None:
    persy.arm(Fault("limit", Refuse("TooMany", status=429)))
    answer = rest.get()
    assert (answer.status_code, answer.json()["Error"]["Code"]) == (429, "TooMany")


@pytest.mark.parametrize(
    ("action", "status", "start"),
    [
        (go.html(), 200, b"<!DOCTYPE html>"),
        (go.html(502), 502, b"<!DOCTYPE html>"),
        (go.json_error(), 200, b'{"Error"'),
        (go.json_body("null"), 200, b"null"),
        (go.json_body('{"Candidates": {}}'), 200, b'{"Candidates"'),
        (go.status(204), 204, b""),
        (go.Respond(), 200, b""),
        (go.redirect("http://127.0.0.1:9/"), 302, b""),
        (go.huge_body(1), 200, b"<?xml"),
        (go.ByteOrderMark(), 200, b"\xef\xbb\xbf{"),
        (
            go.Replace(b'"TotalCount"', b'"Anzahl"'),
            200,
            b'{"Paging":{"Page":1,"PageSize":100,"TotalPages":1,"Anzahl"',
        ),
    ],
)
def test_an_answer_can_be_anything(
    rest, persy: PersyTenant, action: go.Action, status: int, start: bytes
) -> None:
    persy.arm(Fault("odd", action))
    answer = rest.get()
    assert (answer.status_code, answer.content[: len(start)]) == (status, start)


@pytest.mark.parametrize("kind", go.DOCTYPES)
def test_a_document_type_comes_before_the_envelope(soap, coveto: CovetoTenant, kind: str) -> None:
    coveto.arm(Fault("doctype", go.Doctype(kind)))
    assert b"<!DOCTYPE" in soap.post("listBewerber").content


def test_bytes_that_are_no_utf8(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("bytes", go.BadUtf8()))
    with pytest.raises(UnicodeDecodeError):
        soap.post("listStellen").content.decode()


def test_ignored_paging_gives_the_first_page_always(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("ignored", go.IgnorePaging(), times=None))
    assert soap.ids("listBewerber", SECOND_PAGE)[:2] == [1, 2]


def test_a_repeated_page_is_the_one_before(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("repeated", go.RepeatPage()))
    assert soap.ids("listBewerber", "<limit>10</limit><offset>30</offset>")[0] == 21


def test_a_capped_page_is_smaller_than_asked_for(soap, rest, sandbox: Sandbox) -> None:
    sandbox.arm(Fault("capped", go.CapPageSize(7), times=None))
    paging = rest.page(page=2, pageSize=50)["Paging"]
    assert (len(soap.ids("listBewerber")), paging["PageSize"], paging["TotalPages"]) == (7, 7, 9)


@pytest.mark.parametrize("total", [7, "viele", None])
def test_a_count_can_be_wrong_a_text_or_missing(soap, coveto: CovetoTenant, total: int | str | None) -> None:
    coveto.arm(Fault("count", go.Total(total)))
    assert soap.call("listStellen").findtext("{*}gesamt") == (None if total is None else str(total))


def test_the_count_of_persy_can_be_missing(rest, persy: PersyTenant) -> None:
    persy.arm(Fault("count", go.Total(None)))
    assert "TotalCount" not in rest.page()["Paging"]


def test_rows_can_come_in_another_order(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("order", go.other_order()))
    assert soap.ids("listBewerber", "<limit>3</limit>") == [3, 2, 1]


def test_rows_can_be_held_back(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("none", go.no_rows()))
    assert soap.ids("listBewerber") == []


def test_rows_can_go_between_two_pages(soap, coveto: CovetoTenant) -> None:
    coveto.arm(
        Fault("churn", go.Call(lambda _: coveto.remove("candidates", 1)), On(operation="listBewerber"), nth=2)
    )
    pages = [soap.ids("listBewerber", f"<limit>2</limit><offset>{offset}</offset>") for offset in (0, 2)]
    assert pages == [[1, 2], [4, 5]]


def test_a_refused_login_can_be_for_once(soap, coveto: CovetoTenant) -> None:
    coveto.arm(Fault("once", Refuse("AUTH", status=401)))
    assert [soap.post("listStellen").status_code for _ in range(2)] == [401, 200]
