"""The network alone: the requests of a sync of many small connections, sent again by plain requests."""

import json
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests

from benchmarks.contenders import syncing
from benchmarks.tasks import Task

_AT_ONCE = 4
"""As many connections as `ats sync` reads at once, unless it is told otherwise."""
_TIMEOUT_SECONDS = 60
_RECORDED = "requests.json"

_Sent = dict[str, Any]
"""Method, URL, headers and body of a request."""


def record(folder: str, config: str, secrets: str) -> Task:
    """One sync, which leaves in its folder what it asked for; not to be measured."""

    def carry_out() -> None:
        by_host: dict[str, list[_Sent]] = defaultdict(list)  # each connection has a host of its own
        send = requests.Session.send

        def recorded(
            session: requests.Session, request: requests.PreparedRequest, **more: Any
        ) -> requests.Response:
            body = request.body.decode() if isinstance(request.body, bytes) else request.body
            url, headers = str(request.url), dict(request.headers)  # credentials are in these by now
            one = {"method": request.method, "url": url, "headers": headers, "data": body}
            by_host[urlsplit(url).netloc].append(one)
            return send(session, request, **more)

        with patch.object(requests.Session, "send", recorded):
            syncing.run(folder, config, secrets, "full", fresh=True).carry_out()
        (Path(folder) / _RECORDED).write_text(json.dumps(list(by_host.values())), encoding="utf-8")

    return Task(carry_out, dict)


def replay(folder: str, copies: int) -> Task:
    """What was recorded, once more for so many connections each: a session each, the answers thrown away."""
    recorded: list[list[_Sent]] = json.loads((Path(folder) / _RECORDED).read_text("utf-8"))

    def carry_out() -> None:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            list(pool.map(_send, [one for one in recorded for _ in range(copies)]))

    return Task(carry_out, dict)


def _send(of_one_connection: Sequence[_Sent]) -> None:
    with requests.Session() as session:
        for one in of_one_connection:
            session.request(**one, timeout=_TIMEOUT_SECONDS).raise_for_status()
