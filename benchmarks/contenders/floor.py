"""The floor of a REST sync: requests into NDJSON, one INSERT; no history, no deletes, no unified tables."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import orjson
import requests

from benchmarks.tasks import Found, Task, found_by

_ROWS_A_PAGE = 200
_INSERT = """
insert into candidates
select * from read_json('{file}', format = 'newline_delimited', maximum_object_size = 100000000,
    columns = {{remote_id: 'varchar', remote_data: 'json'}})
"""
_NEWEST = """
select max(modified)
from (select remote_data ->> '$.CandidateRecordInfo.LastModificationDate' as modified from candidates)
where modified like '____-__-__T%'
"""

_QUERIES = {
    "compleetpersy.candidates": "select remote_id, cast(remote_data as varchar) from candidates",
    "ids": "select remote_id, to_json(remote_id) from candidates",
}


def whole(folder: str, url: str, api_key: str) -> Task:
    """All candidates of a Persy tenant into a new table."""
    return _task(folder, url, api_key, is_new=True)


def delta(folder: str, url: str, api_key: str) -> Task:
    """The candidates that were changed since the newest change in the table, added to it."""
    return _task(folder, url, api_key, is_new=False)


def _task(folder: str, url: str, api_key: str, *, is_new: bool) -> Task:
    database, lines = Path(folder) / "floor.duckdb", Path(folder) / "floor.ndjson"

    def carry_out() -> None:
        asked = {} if is_new else {"modifiedSince": _newest(database)}
        with requests.Session() as session, lines.open("wb") as file:
            session.headers["Authorization"] = f"Bearer {api_key}"
            for candidates in _pages(session, f"{url}/candidates", asked):
                file.writelines(orjson.dumps(_row(one)) + b"\n" for one in candidates)
        if is_new:
            database.unlink(missing_ok=True)
        with duckdb.connect(str(database)) as connection:
            connection.execute("create table if not exists candidates (remote_id varchar, remote_data json)")
            connection.execute(_INSERT.format(file=lines))  # a parameter would make DuckDB import pandas

    def found() -> Mapping[str, Found]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return {name: found_by(connection, query) for name, query in _QUERIES.items()}

    return Task(carry_out, found)


def _newest(database: Path) -> str:
    with duckdb.connect(str(database), read_only=True) as connection:
        newest = connection.execute(_NEWEST).fetchone()
    return str(newest[0]) if newest else ""


def _pages(session: requests.Session, url: str, asked: dict[str, str]) -> Iterator[list[dict[str, object]]]:
    page, pages = 1, 1
    while page <= pages:
        parameters = {**asked, "page": str(page), "pageSize": str(_ROWS_A_PAGE)}
        answer = session.get(url, params=parameters, timeout=60)
        answer.raise_for_status()
        content = orjson.loads(answer.content)
        pages = content["Paging"]["TotalPages"]
        yield content["Candidates"]
        page += 1


def _row(candidate: dict[str, object]) -> dict[str, object]:
    return {"remote_id": candidate_id(candidate), "remote_data": candidate}


def candidate_id(candidate: object) -> str:
    """The id of a candidate; some of Persy's lists of ids hold one, some are one."""
    value: object = candidate
    for name in ("CandidateRecordInfo", "Id", "IdValue"):
        value = value[0] if isinstance(value, list) else value
        value = value[name] if isinstance(value, dict) else ""
    return str(value[0] if isinstance(value, list) else value)
