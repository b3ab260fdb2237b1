"""A Singer tap for Persy's candidates; a script that runs in the environment of its peer alone."""

from collections.abc import Iterable
from typing import Any

import requests
from singer_sdk import RESTStream, Tap
from singer_sdk import typing as singer
from singer_sdk.authenticators import BearerTokenAuthenticator
from singer_sdk.pagination import BasePageNumberPaginator

_ROWS_A_PAGE = 200


class _Pages(BasePageNumberPaginator):  # type: ignore[misc]
    def has_more(self, response: requests.Response) -> bool:
        return bool(self.current_value < response.json()["Paging"]["TotalPages"])


class _Candidates(RESTStream):  # type: ignore[misc]
    name = "candidates"
    path = "/candidates"
    primary_keys = ("remote_id",)
    replication_key = None
    schema = singer.PropertiesList(
        singer.Property("remote_id", singer.StringType, required=True),
        singer.Property("remote_data", singer.ObjectType(additional_properties=True)),
    ).to_dict()

    @property
    def url_base(self) -> str:
        return str(self.config["api_url"])

    @property
    def authenticator(self) -> BearerTokenAuthenticator:
        return BearerTokenAuthenticator(token=self.config["api_key"])

    def get_new_paginator(self) -> _Pages:
        return _Pages(start_value=1)

    def get_url_params(self, context: object, next_page_token: int | None) -> dict[str, Any]:  # noqa: ARG002
        return {"page": next_page_token or 1, "pageSize": _ROWS_A_PAGE}

    def parse_response(self, response: requests.Response) -> Iterable[dict[str, Any]]:
        for candidate in response.json()["Candidates"]:
            yield {"remote_id": _candidate_id(candidate), "remote_data": candidate}


class _Tap(Tap):  # type: ignore[misc]
    name = "tap-persy"
    config_jsonschema = singer.PropertiesList(
        singer.Property("api_url", singer.StringType, required=True),
        singer.Property("api_key", singer.StringType, required=True),
    ).to_dict()

    def discover_streams(self) -> list[_Candidates]:
        return [_Candidates(tap=self)]


def _candidate_id(candidate: dict[str, Any]) -> str:
    identifier = candidate["CandidateRecordInfo"]["Id"]
    first = identifier[0] if isinstance(identifier, list) else identifier
    return str(first["IdValue"])


if __name__ == "__main__":
    _Tap.cli()
