"""What the sandbox answers is what the WSDLs promise."""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import zeep
from lxml import etree
from zeep.transports import Transport

from sandbox.coveto_flavours import ALTERNATIVE, CONTRACT, Flavour
from sandbox.coveto_rendering import envelope
from sandbox.coveto_tenant import MODELS, CovetoTenant
from sandbox.exchange import PageQuery
from sandbox.server import Sandbox

_SCHEMA = "{http://www.w3.org/2001/XMLSchema}schema"
BIG = CovetoTenant.generate(seed=3, candidates=300)


def schema_of(flavour: Flavour) -> etree.XMLSchema:
    element = etree.fromstring(flavour.wsdl).find(f".//{_SCHEMA}")
    assert element is not None
    return etree.XMLSchema(etree.fromstring(etree.tostring(element)))


@pytest.fixture(scope="module")
def big() -> Iterator[Sandbox]:
    with Sandbox(BIG) as running:
        yield running
        assert running.failures == []


def post(big: Sandbox, flavour: Flavour, operation: str, arguments: str) -> etree._Element:
    if flavour.credentials:
        credentials = (
            "<credentials><customerNumber>12345</customerNumber><key>coveto-sandbox-key</key></credentials>"
        )
        arguments = credentials + arguments
    payload = f'<{operation} xmlns="{flavour.namespace}">{arguments}</{operation}>'.encode()
    answer = requests.post(
        big.coveto_url + flavour.service_path,
        data=envelope(flavour.namespace, payload),
        auth=("12345", "coveto-sandbox-key"),
        timeout=10,
    )
    body = etree.fromstring(answer.content).find("{*}Body")
    assert body is not None
    return body[0]


@pytest.mark.parametrize("flavour", [CONTRACT, ALTERNATIVE], ids=lambda flavour: flavour.name)
@pytest.mark.parametrize("operation", CONTRACT.lists)
def test_every_list_answer_is_valid_by_its_schema(big: Sandbox, flavour: Flavour, operation: str) -> None:
    limit = "" if operation == "listBewerberStatus" else f"<{flavour.limit}>500</{flavour.limit}>"
    answer = post(big, flavour, flavour.lists[operation].name, limit)
    schema_of(flavour).assertValid(answer)
    assert len(list(answer.iter(f"{{*}}{flavour.lists[operation].element}"))) >= 10


@pytest.mark.parametrize("flavour", [CONTRACT, ALTERNATIVE], ids=lambda flavour: flavour.name)
@pytest.mark.parametrize("operation", CONTRACT.gets)
def test_every_get_answer_is_valid_by_its_schema(big: Sandbox, flavour: Flavour, operation: str) -> None:
    argument = flavour.arguments.get("id", "id")
    answer = post(big, flavour, flavour.gets[operation][1], f"<{argument}>7</{argument}>")
    schema_of(flavour).assertValid(answer)
    assert len(answer) == 1


def test_the_service_address_in_the_wsdl_stays_the_placeholder(big: Sandbox) -> None:
    answer = requests.get(
        f"{big.coveto_url}/public/soap/?wsdl", auth=("12345", "coveto-sandbox-key"), timeout=10
    )
    assert b'location="https://subdomain.coveto.de/public/soap/"' in answer.content


def zeep_service(big: Sandbox, flavour: Flavour, binding: str) -> Any:
    session = requests.Session()
    session.auth = ("12345", "coveto-sandbox-key")
    client = zeep.Client(f"{big.coveto_url}{flavour.service_path}?wsdl", transport=Transport(session=session))
    return client.create_service(f"{{{flavour.namespace}}}{binding}", big.coveto_url + flavour.service_path)


def test_zeep_reads_a_page(big: Sandbox) -> None:
    answer = zeep_service(big, CONTRACT, "CovetoBinding").listBewerber(limit=2, offset=3)
    assert [answer.gesamt, *(row.id for row in answer.bewerberListe.bewerber)] == [300, 4, 5]


def test_zeep_reads_a_page_of_the_second_wsdl(big: Sandbox) -> None:
    credentials = {"customerNumber": "12345", "key": "coveto-sandbox-key"}
    service = zeep_service(big, ALTERNATIVE, "RecruitingBinding")
    answer = service.FindApplicants(credentials=credentials, pageSize=2, pageNumber=3)
    assert [answer.totalHits, *(row.no for row in answer["items"].applicant)] == [300, 5, 6]


def test_zeep_gets_a_fault_for_a_job_that_is_not_there(big: Sandbox) -> None:
    with pytest.raises(zeep.exceptions.Fault) as caught:
        zeep_service(big, CONTRACT, "CovetoBinding").getStelle(id=99999)
    assert caught.value.detail.findtext(".//{*}code") == "NICHT_GEFUNDEN"


def test_both_wsdls_serve_the_same_jobs(big: Sandbox) -> None:
    plain = post(big, CONTRACT, "listStellen", "<limit>500</limit>")
    renamed = post(big, ALTERNATIVE, "FindVacancies", "<pageSize>500</pageSize>")
    titles = [element.text for element in plain.iter("{*}titel")]
    assert [element.text for element in renamed.iter("{*}headline")] == titles


def test_unknown_fields_come_only_when_they_are_wanted(big: Sandbox) -> None:
    del big
    tenant = CovetoTenant.generate(candidates=60, unknown_fields=True)
    rows = b"".join(tenant.page(PageQuery("jobs", 500, 0)).rows)
    answer = etree.fromstring(envelope(CONTRACT.namespace, b"<a>" + rows + b"</a>"))
    unknown = (".//{*}kiBewertung", ".//{urn:fremd}fremd", ".//{*}titel[@sprache]")
    assert [path for path in unknown if answer.find(path) is None] == []


@pytest.mark.parametrize("model", MODELS)
def test_one_seed_gives_one_tenant(model: str) -> None:
    again = CovetoTenant.generate(seed=3, candidates=300)
    query = PageQuery(model, 1000, 0)
    assert again.page(query).rows == BIG.page(query).rows


def test_another_seed_gives_another_tenant() -> None:
    query = PageQuery("candidates", 20, 0)
    assert CovetoTenant.generate(seed=4, candidates=300).page(query).rows != BIG.page(query).rows


def test_a_record_has_a_kilobyte_or_two() -> None:
    sizes = [
        len(row)
        for model in ("candidates", "applications")
        for row in BIG.page(PageQuery(model, 1000, 0)).rows
    ]
    assert 1_000 < sum(sizes) / len(sizes) < 2_000


def values(model: str, path: str) -> set[str]:
    """Every value at a path of a model's records; `nil`, `absent` and empty are told apart."""
    found = set()
    for row in BIG.page(PageQuery(model, 1000, 0)).rows:
        record = etree.fromstring(row.replace(b"xsi:nil", b"nil"))
        element = record.find(path)
        if element is None:
            found.add("absent")
        else:
            found.add("nil" if element.get("nil") else element.text or "empty")
    return found


_FORMS = [
    ("jobs", "beschaeftigungsart", "FULL_TIME,PART_TIME|Vollzeit|Freie Mitarbeit|Saisonarbeit|Ehrenamt|nil"),
    ("jobs", "wochenstunden", "38.50|38,5|38,5 Std.|empty|nil|absent"),
    ("jobs", "gehalt/waehrung", "EUR|€|CHF|absent"),
    ("jobs", "gehalt/einheit", "HOUR|DAY|WEEK|MONTH|YEAR|Stunde|Tag|Woche|Monat|Jahr|Auftrag"),
    ("jobs", "gehalt/bis", "4300|nil|absent"),
    ("jobs", "status", "Entwurf|Aktiv|Pausiert|Geschlossen|Archiviert|In Freigabe"),
    ("jobs", "sichtbarkeit", "Öffentlich|O\u0308ffentlich|Intern|Nur mit Link|Vertraulich|Konzernweit"),
    ("jobs", "homeoffice", "Nein|Teilweise|Vollständig|Vorübergehend|TELECOMMUTE|Freitags"),
    ("jobs", "veroeffentlichtAm", "empty|nil|absent|0000-00-00|0000-00-00 00:00:00|2025-10-26 02:30:00"),
    ("candidates", "adresse/land", "DE|Deutschland|Germany|Österreich|O\u0308sterreich|Liliput|empty"),
    ("candidates", "email", "keine|max@|familie.3@mail.example"),
    ("candidates", "geaendertAm", "empty|nil|absent|0000-00-00|0000-00-00 00:00:00"),
    ("applications", "status/typ", "OFFEN|EINGESTELLT|ABGELEHNT|ZURUECKGEZOGEN|SONDERFALL|absent|nil"),
    (
        "screening_questions",
        "typ",
        (
            "TEXT|TEXTAREA|EMAIL|URL|ZAHL|SCHIEBEREGLER|JANEIN|"
            "DATUM|AUSWAHL|RADIO|MEHRFACHAUSWAHL|DATEI|HINWEIS|ZEICHENFELD|absent"
        ),
    ),
    ("screening_questions", "optionen/option/id", "11|absent"),
    ("job_screening_questions", "position", "1|2|10|nil|absent"),
    ("job_screening_questions", "pflicht", "Ja|Nein|nil"),
    ("job_screening_questions", "bedingung/antworten/wert", "Ja|Nein|12|absent"),
]


@pytest.mark.parametrize(
    ("model", "path", "forms"), _FORMS, ids=[f"{model} {path}" for model, path, _ in _FORMS]
)
def test_every_form_of_value_occurs(model: str, path: str, forms: str) -> None:
    assert set(forms.split("|")) - values(model, path) == set()


def test_texts_come_as_cdata_and_decomposed_too() -> None:
    text = b"".join(BIG.page(PageQuery("jobs", 1000, 0)).rows).decode()
    assert ("<titel><![CDATA[" in text, "u\u0308" in text) == (True, True)


def test_two_candidates_can_share_an_address() -> None:
    addresses = [record.get("email") for _, record in BIG.records("candidates")]
    assert addresses.count("familie.3@mail.example") == 2
