"""What a person or a scheduler starts: `from pipelines import sync` is the same as the command `ats sync`."""

import os
from importlib import import_module

# dlt decides about telemetry once, in whatever project it is first asked; here people's data is handled, so
# it stays off unless the environment says otherwise.
os.environ.setdefault("RUNTIME__DLTHUB_TELEMETRY", "false")

_PUBLIC = {
    "sync": "pipelines.syncing",
    "attachments": "pipelines.candidate_attachments",
    "call": "pipelines.calls",
    "check": "pipelines.checking",
    "connection_statuses": "pipelines.status",
    "create_application": "pipelines.actions",
    "create_candidate": "pipelines.actions",
    "erase": "pipelines.removal",
    "fields": "pipelines.source_fields",
    "forget": "pipelines.forgetting",
    "lift": "pipelines.forgetting",
    "load_configuration": "pipelines.configuration",
    "open_warehouse": "pipelines.notebook",
    "remains_of": "pipelines.removal",
    "traces": "pipelines.forgetting",
    "transform": "pipelines.transforming",
    "CheckReport": "pipelines.check_report",
    "SyncResult": "pipelines.results",
    "ModelRead": "pipelines.results",
    "Trace": "pipelines.forgetting",
    "Whom": "pipelines.forgetting",
}

__all__ = [
    "CheckReport",
    "ModelRead",
    "SyncResult",
    "Trace",
    "Whom",
    "attachments",
    "call",
    "check",
    "connection_statuses",
    "create_application",
    "create_candidate",
    "erase",
    "fields",
    "forget",
    "lift",
    "load_configuration",
    "open_warehouse",
    "remains_of",
    "sync",
    "traces",
    "transform",
]


def __getattr__(name: str) -> object:
    """Public names are imported when first used, so that `ats --help` imports neither dlt nor zeep."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PUBLIC[name]), name)
