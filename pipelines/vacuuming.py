"""Tables of a PostgreSQL server written anew, so that no byte of what was deleted stays in them.

A deleted row keeps its bytes until its page is used again. `vacuum (full)` writes a new file that holds the
rows that are left, and the old file goes away; meanwhile nobody can read the table. A row that was deleted
while somebody else's transaction is open is still one of theirs, and is carried along: that is no erasure.
"""

import re
from collections.abc import Iterable

from sources.errors import WarehouseError
from transforms.engine import Engine
from transforms.postgres_engine import PostgresEngine
from transforms.schemas import tables_with_column

_ALWAYS = {"ats.created_records", "ats.findings", "ats.rejected_records", "unified.mapping_gaps"}
"""What may hold words of any record, or a hash of them, beside the tables that rows are counted of."""
_STILL_SEEN = re.compile(r"\n\w+:\s+(\d+)")
"""The first number of the details, in every language: dead rows that cannot be removed yet."""


def vacuum(engine: Engine, tables: Iterable[str]) -> None:
    """Write tables, such as `unified.jobs`, anew.

    Raises:
        WarehouseError: a table still holds rows that were deleted, as an older transaction may look at them.
    """
    if not isinstance(engine, PostgresEngine):
        raise TypeError(f"{type(engine).__name__} has no vacuum")
    there = {f"{schema}.{table}" for schema, table in tables_with_column(engine, "connection_id")}
    for table in sorted({*tables, *_ALWAYS} & there):
        engine.connection.notices.clear()
        engine.execute(f"vacuum (full, verbose, analyze) {table}")
        notices = [_STILL_SEEN.search(one) for one in engine.connection.notices]
        if any(int(found[1]) for found in notices if found):
            raise WarehouseError(
                f"{table} still holds rows that were erased, as a transaction that began before sees them",
                "End long transactions on the server (pg_stat_activity shows them), then run the same again",
            )
