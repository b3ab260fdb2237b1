"""createBewerber and createBewerbung."""

from typing import Any

from sandbox.coveto_tenant import CovetoTenant
from sandbox.exchange import Refusal
from sandbox.record_store import Record


def create(tenant: CovetoTenant, operation: str, content: dict[str, Any]) -> Record:
    """Carry out a write; gives the content of the answer."""
    raise Refusal("OPERATION", f"{operation} {len(content)} {tenant.auth}")
