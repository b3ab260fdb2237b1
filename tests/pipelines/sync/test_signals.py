"""A sync that is stopped from outside, as a real process."""

import os
import signal
import subprocess
import sys
import time

import orjson
import pytest

from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Delay
from sandbox.faults import Fault, On
from tests.pipelines.sync.working_folder import Folder


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_stopped_sync_ends_within_five_seconds_with_its_code_recorded_and_the_lock_free(
    number: int, code: int, folder: Folder, coveto: CovetoTenant
) -> None:
    coveto.arm(Fault("slow", Delay(20), On(operation="listBewerber")))
    process = subprocess.Popen(
        [sys.executable, "-c", "from pipelines.command import main; main()", "sync", "acme"],
        cwd=folder.path,
        env=dict(os.environ),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    until = time.monotonic() + 30
    while not coveto.count(operation="listBewerber") and time.monotonic() < until:
        time.sleep(0.05)
    stopped = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert time.monotonic() - stopped < 5
    assert len(errors.splitlines()[-2:]) == 2
    lines = (folder.path / ".ats" / "runs.jsonl").read_bytes().splitlines()
    assert [(orjson.loads(line)["connection_id"], orjson.loads(line)["outcome"]) for line in lines] == [
        ("coveto:acme", "failed")
    ]
    coveto.disarm()
    assert folder.sync("acme").exit_code == 0
    assert folder.value("select count(*) from ats.runs where model = '' and outcome = 'failed'") == 1
