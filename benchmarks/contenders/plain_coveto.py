"""Coveto as a competent person reads it in an afternoon: zeep's objects, dict rows, dlt with its defaults."""

import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dlt
import duckdb
import requests
import zeep
from zeep.helpers import serialize_object
from zeep.transports import Transport

from benchmarks.tasks import Found, Task, found_by

_ROWS_A_PAGE = 500
_LISTS = {
    "jobs": ("listStellen", "stellen", "stelle", ("id",)),
    "candidates": ("listBewerber", "bewerberListe", "bewerber", ("id",)),
    "applications": ("listBewerbungen", "bewerbungen", "bewerbung", ("id",)),
    "screening_questions": ("listFragen", "fragen", "frage", ("id",)),
    "job_screening_questions": (
        "listStellenFragen",
        "stellenFragen",
        "stellenFrage",
        ("stelle_id", "frage_id"),
    ),
}


def whole(folder: str, url: str, user: str, password: str) -> Task:
    """All lists of a tenant, merged by primary key into a DuckDB file; no unified tables."""
    logging.getLogger("zeep").setLevel(logging.CRITICAL)
    database = Path(folder) / "plain.duckdb"

    def carry_out() -> None:
        session = requests.Session()
        session.auth = (user, password)
        client: Any = zeep.Client(f"{url}/public/soap/?wsdl", transport=Transport(session=session))  # type: ignore[no-untyped-call]
        (binding,) = client.wsdl.bindings
        service = client.create_service(binding, f"{url}/public/soap/")
        pipeline = dlt.pipeline(
            "plain_coveto",
            destination=dlt.destinations.duckdb(str(database)),
            dataset_name="read_plainly",
            pipelines_dir=str(Path(folder) / "pipelines"),
        )
        pipeline.run(
            [
                dlt.resource(_rows, name=model, write_disposition="merge", primary_key=key)(service, model)
                for model, (_, _, _, key) in _LISTS.items()
            ]
        )

    def found() -> Mapping[str, Found]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return {name: found_by(connection, query) for name, query in _QUERIES.items()}

    return Task(carry_out, found)


_QUERIES = {
    "names": "select cast(id as varchar), to_json(nachname) from read_plainly.candidates",
    "owners": "select cast(id as varchar), to_json(cast(bewerber_id as varchar)) "
    "from read_plainly.applications",
}
"""As `syncing.FIELDS` names them."""


def _rows(service: Any, model: str) -> Iterator[list[dict[str, Any]]]:
    operation, container, element, _ = _LISTS[model]
    offset = 0
    while True:
        answer = service[operation](limit=_ROWS_A_PAGE, offset=offset)
        rows = serialize_object(getattr(answer[container], element), dict)  # type: ignore[no-untyped-call]
        if rows:
            yield rows
        offset += _ROWS_A_PAGE
        if offset >= answer.gesamt:
            return
