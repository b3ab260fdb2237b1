"""How a process gives memory back that it needs no more, so that what comes next can have it."""

import gc
import os
import sys
import urllib.parse

DUCKDB_ALLOCATOR = {"DUCKDB_JE_MALLOC_CONF": "dirty_decay_ms:300,muzzy_decay_ms:0,narenas:2"}
"""DuckDB's allocator (jemalloc, in its packages for Linux) gives back what is free for 300 ms. By default it
holds that for a second, and then for another in pages that still count as ours: 200 MB of transforms. Two
arenas, as each holds free memory of its own."""


def let_duckdb_give_back_soon() -> None:
    """To be called before DuckDB is imported; what the user has set for its allocator stays."""
    for name, value in DUCKDB_ALLOCATOR.items():
        os.environ.setdefault(name, value)


def give_back() -> None:
    """Let Python give back what a large read has left; takes a tenth of a second.

    Python's memory goes back by the megabyte, and only where nothing in it lives on. After a read, what lives
    on are entries of caches: names of methods that were looked up, the last addresses asked for.
    """
    urllib.parse.clear_cache()  # type: ignore[attr-defined]
    clear_caches_of_types = getattr(sys, "_clear_internal_caches", None) or sys._clear_type_cache  # noqa: SLF001
    clear_caches_of_types()
    gc.collect()
