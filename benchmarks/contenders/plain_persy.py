"""Persy through dlt's `rest_api_source`: with its defaults, and tuned as well as it can be."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import dlt
import duckdb
from dlt.sources.rest_api import rest_api_source
from dlt.sources.rest_api.typing import RESTAPIConfig

from benchmarks.contenders.floor import candidate_id
from benchmarks.tasks import Found, Task, found_by


def whole(folder: str, url: str, api_key: str) -> Task:
    """All candidates, dlt's defaults, merged by primary key; no unified tables."""
    return _task(folder, url, api_key, {"write_disposition": "merge", "primary_key": "remote_id"}, {})


def tuned(folder: str, url: str, api_key: str) -> Task:
    """The peer: no compression, Parquet, no child tables, appended."""
    os.environ["DATA_WRITER__DISABLE_COMPRESSION"] = "true"
    os.environ["NORMALIZE__DATA_WRITER__DISABLE_COMPRESSION"] = "true"
    resource = {"write_disposition": "append", "max_table_nesting": 0}
    return _task(folder, url, api_key, resource, {"loader_file_format": "parquet"})


def _task(
    folder: str, url: str, api_key: str, resource: Mapping[str, Any], options: Mapping[str, Any]
) -> Task:
    database = Path(folder) / "plain.duckdb"
    config = {
        "client": {
            "base_url": url,
            "auth": {"type": "bearer", "token": api_key},
            "paginator": {"type": "page_number", "base_page": 1, "total_path": "Paging.TotalPages"},
        },
        "resources": [
            {
                "name": "candidates",
                "endpoint": {
                    "path": "candidates",
                    "params": {"pageSize": 200},
                    "data_selector": "Candidates",
                },
                "processing_steps": [{"map": _with_id}],
                **resource,
            }
        ],
    }

    def carry_out() -> None:
        dlt.pipeline(
            "plain_persy",
            destination=dlt.destinations.duckdb(str(database)),
            dataset_name="read_plainly",
            pipelines_dir=str(Path(folder) / "pipelines"),
        ).run(rest_api_source(cast("RESTAPIConfig", config)), **options)

    def found() -> Mapping[str, Found]:
        with duckdb.connect(str(database), read_only=True) as connection:
            query = "select remote_id, to_json(remote_id) from read_plainly.candidates"
            return {"ids": found_by(connection, query)}

    return Task(carry_out, found)


def _with_id(candidate: dict[str, Any]) -> dict[str, Any]:
    return {"remote_id": candidate_id(candidate), **candidate}
