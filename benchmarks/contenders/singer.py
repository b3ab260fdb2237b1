"""A peer: a tap made with singer-sdk, piped into target-duckdb, both in an environment of their own."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import duckdb

from benchmarks.tasks import Found, Task, found_by

_TAP = Path(__file__).with_name("singer_tap.py")
_QUERIES = {
    "compleetpersy.candidates": "select remote_id, cast(remote_data as varchar) from main.candidates",
    "ids": "select remote_id, to_json(remote_id) from main.candidates",
}


def whole(folder: str, url: str, api_key: str, peer_python: str) -> Task:
    """All candidates, one JSON column each; merged by primary key, as the target always does."""
    path = Path(folder)
    database = path / "singer.duckdb"
    tap, target = path / "tap.json", path / "target.json"

    def carry_out() -> None:
        database.unlink(missing_ok=True)
        tap.write_text(json.dumps({"api_url": url, "api_key": api_key}), encoding="utf-8")
        settings = {
            "path": str(database),
            "default_target_schema": "main",
            "data_flattening_max_level": 0,
            "batch_size_rows": 50_000,
        }
        target.write_text(json.dumps(settings), encoding="utf-8")
        with (path / "log.txt").open("wb") as log:
            reading = subprocess.Popen(
                [peer_python, str(_TAP), "--config", str(tap)], stdout=subprocess.PIPE, stderr=log
            )
            writing = subprocess.Popen(
                [str(Path(peer_python).with_name("target-duckdb")), "--config", str(target)],
                stdin=reading.stdout,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
            assert reading.stdout is not None  # noqa: S101 - it was asked for
            reading.stdout.close()  # so that the tap hears of a target that ends early
            if writing.wait() or reading.wait():
                raise RuntimeError(f"tap or target failed:\n{(path / 'log.txt').read_text('utf-8')[-3000:]}")

    def found() -> Mapping[str, Found]:
        with duckdb.connect(str(database), read_only=True) as connection:
            return {name: found_by(connection, query) for name, query in _QUERIES.items()}

    return Task(carry_out, found)
