"""Serves the made-up vendors from this process, ready-made bytes only; `vendors` starts it.

Orders come as lines of JSON on standard input, answers go as lines of JSON to standard output.
"""

import json
import sys
from typing import Any

from sandbox.coveto_tenant import CovetoTenant
from sandbox.fault_actions import Delay
from sandbox.faults import Fault
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox

_CHANGED_IN_ONE_SECOND = 50
_CHANGED_FIELD = "UserArea.Benchmark"


class _Vendors:
    def __init__(self, *, coveto: int, persy: int) -> None:
        self._coveto = CovetoTenant.generate(candidates=coveto) if coveto else None
        self._persy = PersyTenant.generate(candidates=persy) if persy else None
        for tenant in (self._coveto, self._persy):
            if tenant is not None:
                tenant.prepare()
        self._sandbox = Sandbox(self._coveto, self._persy)

    def settings(self) -> dict[str, Any]:
        """The addresses, and the lines of configuration that connect to both."""
        config, secrets = self._sandbox.connection_settings()
        return {
            "config": config,
            "secrets": secrets,
            "coveto_url": self._sandbox.coveto_url if self._coveto else "",
            "persy_url": self._sandbox.persy_url if self._persy else "",
        }

    def delay(self, seconds: float) -> dict[str, Any]:
        """Let every answer come so late from now on."""
        self._sandbox.disarm()
        if seconds:
            self._sandbox.arm(Fault("latency", Delay(seconds), times=None))
        return {}

    def change_persy(self, count: int, value: str) -> dict[str, Any]:
        """Change candidates that are spread over the list; gives the ids."""
        assert self._persy is not None  # noqa: S101 - a slip of a case, not of a person
        keys = sorted(self._persy.keys())
        changed = keys[:: max(1, len(keys) // count)][:count]
        for place, key in enumerate(changed):
            if place % _CHANGED_IN_ONE_SECOND == 0:
                self._persy.clock.advance(1)
            self._persy.change(key, {_CHANGED_FIELD: value})
        self._persy.prepare()
        return {"ids": [str(key) for key in changed]}

    def served(self) -> dict[str, Any]:
        """How many requests came since the last time, and how many bytes they were answered with."""
        tenants = [tenant for tenant in (self._coveto, self._persy) if tenant is not None]
        requests = sum(tenant.count() for tenant in tenants)
        size_in_bytes = sum(tenant.served_bytes for tenant in tenants)
        for tenant in tenants:
            tenant.forget_requests()
        return {"requests": requests, "bytes": size_in_bytes}

    def failures(self) -> dict[str, Any]:
        """What went wrong in the sandbox itself."""
        return {"failures": [repr(one) for one in self._sandbox.failures]}


def main() -> None:
    """Serve until standard input ends."""
    vendors = _Vendors(**json.loads(sys.argv[1]))
    sys.stdout.write(json.dumps(vendors.settings()) + "\n")
    sys.stdout.flush()
    for line in sys.stdin:
        order = json.loads(line)
        answer = getattr(vendors, order.pop("order"))(**order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
