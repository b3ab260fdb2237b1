"""`ats.rejected_records`: what vendors served that cannot be a record, kept so that nothing is lost."""

from collections.abc import Iterable

from pipelines.persons import Person
from sources.reading import ModelReading
from transforms.engine import Engine
from transforms.rendering import Renderer
from transforms.schemas import create_schemas, create_table, table_exists
from transforms.writing import delete_rows, insert_rows

_COLUMNS = {
    **dict.fromkeys(("run_id", "tool", "connection_id", "model"), "text"),
    "position": "bigint",
    "reason": "text",
    "data": "text",
}
_TABLE = "ats.rejected_records"
_KEY = ("connection_id", "model", "data")


class RejectedRecords:
    """The table `ats.rejected_records`, made where it is missing."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        create_schemas(engine, ["ats"])
        create_table(engine, "rejected_records", _COLUMNS)

    def add(self, run_id: str, readings: Iterable[ModelReading]) -> None:
        """Keep what this run met; a full read replaces all that was kept of its model, a delta adds to it."""
        read = [one for one in readings if one.error is None]
        whole = [(one.connection.connection_id, one.model) for one in read if one.kind == "full"]
        rejected = {
            (record.connection_id, record.model, record.data): record
            for one in read
            for record in one.rejected.values()
        }
        rows = [
            (run_id, one.tool, one.connection_id, one.model, one.position, one.reason, one.data)
            for one in rejected.values()
        ]
        with self._engine.transaction():
            delete_rows(self._engine, _TABLE, _KEY[:2], whole)
            delete_rows(self._engine, _TABLE, _KEY, list(rejected))
            insert_rows(self._engine, _TABLE, rows)


def count_rejected_of(engine: Engine, person: Person) -> int:
    """How many rejected records hold an address of a person, or are a part of the person's own record."""
    if not table_exists(engine, "ats", "rejected_records"):
        return 0
    condition, values = _of_person(engine, person)
    ((count,),) = engine.fetch(f"SELECT count(*) FROM ats.rejected_records WHERE {condition}", values)
    return int(str(count))


def erase_rejected_of(engine: Engine, person: Person) -> int:
    """Delete those; to be done while the raw versions still have contents. Gives how many there were."""
    count = count_rejected_of(engine, person)
    if count:
        condition, values = _of_person(engine, person)
        engine.execute(f"DELETE FROM ats.rejected_records WHERE {condition}", values)
    return count


def _of_person(engine: Engine, person: Person) -> tuple[str, list[str]]:
    """A condition, with its values. An opening that could not be read stands as it came in its candidate."""
    text = Renderer(engine.dialect, {}, set()).macro("mapping_key", "data")
    conditions = [f"strpos({text}, ?) > 0" for _ in person.addresses]
    values = [person.connection_id, *person.addresses]
    if table_exists(engine, f"raw_{person.tool}", "candidates"):
        conditions.append(
            "(model = 'applications' AND EXISTS ("
            f"SELECT 1 FROM raw_{person.tool}.candidates AS log WHERE log.connection_id = ? "
            "AND log.remote_id = ? AND strpos(CAST(log.remote_data AS text), rejected_records.data) > 0))"
        )
        values += [person.connection_id, person.remote_id]
    return f"connection_id = ? AND ({' OR '.join(conditions) or 'false'})", values
