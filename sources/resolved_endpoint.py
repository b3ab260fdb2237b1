"""How one model of one connection is read."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ResolvedEndpoint:
    """How one model of one connection is read; nothing is left open."""

    model: str
    enabled: bool
    operation: str
    path: str
    arguments: Mapping[str, str]
    paging: str
    records: tuple[str, ...]
    """Names from the answer's root to the list."""
    total: tuple[str, ...]
    """Names from the answer's root to the count; empty where there is none."""
    remote_id: tuple[tuple[str, ...], ...]
    """Paths in a record; the id is their texts joined by ":"."""
    modified_at: tuple[str, ...]
    fields: tuple[str, ...]
    page_size: int
    largest_page: int
    """The largest that the vendor serves."""
    confirm: str
    confirm_argument: str
    confirm_record: tuple[str, ...]
    """Names from the root of what `confirm` answers to the one record."""
    candidate_id: tuple[str, ...]
    """Where a record names the candidate that it belongs to; empty where it belongs to none."""
