"""Forgetting a person: erased everywhere at once, kept out of later reads, with a proof that names nobody."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.configuration import Configuration, load_configuration
from pipelines.downloads import downloads_of, erase_downloads
from pipelines.erasing import finish_erasing
from pipelines.erasure_key import erasure_key, key_id
from pipelines.erasures import Erasures, ForgottenRecord
from pipelines.forgotten_persons import checked_key
from pipelines.lock import locked
from pipelines.opening import open_for, open_freshest
from pipelines.persons import Person, known_connection, person_by_id, persons_by_email
from pipelines.progress import Progress, Silent
from pipelines.publishers import publisher_for
from pipelines.rejected_records import RejectedRecords, count_rejected_of, erase_rejected_of
from pipelines.retaining import touched_by
from pipelines.run_records import RunRecords
from pipelines.transforming import check_transforms, transform_announced, transform_settings
from sources.errors import ConfigurationError, WarehouseError
from sources.forgotten import subject_of
from transforms.engine import Engine
from transforms.retained import Erasable, counted, erase_contents
from transforms.runner import run_transforms
from transforms.schemas import table_exists


@dataclass(frozen=True)
class Whom:
    """Whom to forget: one candidate of a connection, or everybody with an e-mail address."""

    name: str | None = None
    candidate_id: str | None = None
    email: str | None = None

    def __post_init__(self) -> None:
        """Refuse what names nobody, or two things at once."""
        if (self.candidate_id is None) == (self.email is None) or (self.candidate_id and not self.name):
            raise ConfigurationError(
                "It is not clear whom to forget",
                "Name a connection and a candidate, or an address: ats forget acme 17, ats forget --email …",
            )


@dataclass(frozen=True)
class Trace:
    """What there is of a person, or was before it was erased; no name is in it."""

    person: Person
    rows: dict[str, int]
    """Raw versions with contents, unified rows, rejected records and downloaded files, by where they are."""


def traces(folder: str | os.PathLike[str], whom: Whom) -> tuple[Trace, ...]:
    """What `forget` would erase, by what readers see now; it takes no lock and changes nothing.

    Raises:
        ConfigurationError: no connection or candidate is meant by that.
        WarehouseError: nothing was read into this folder yet.
    """
    configuration = load_configuration(Path(folder), may_be_empty=True)
    with open_freshest(configuration.folder) as engine:
        if engine is None or not table_exists(engine, "unified", "candidates"):
            raise WarehouseError("Nothing was read into this folder yet", "Run `ats sync` first")
        return tuple(
            Trace(person, _counts(engine, configuration, person))
            for person in _persons(engine, configuration, whom)
        )


def forget(folder: str | os.PathLike[str], whom: Whom, progress: Progress | None = None) -> tuple[Trace, ...]:
    """Erase persons, with their applications, and keep them out of later reads.

    Their rows stay as retention leaves them. What a run that was killed left undone, the next one does.

    Args:
        folder: the working folder.
        whom: whom to forget.
        progress: is told how it goes on.

    Returns:
        What was erased of each; nothing where nobody has the e-mail address.

    Raises:
        ConfigurationError: no connection or candidate is meant by that; nothing was changed.
        LockedError: another run holds the lock.
        WarehouseError: the database or a file cannot be used.
    """
    from pipelines.dlt_project import dlt_project

    configuration = load_configuration(Path(folder), may_be_empty=True)
    check_transforms(configuration)
    with locked(configuration.folder, configuration.lock_wait_seconds), dlt_project(configuration.folder):
        with open_for(configuration) as engine:
            _bring_up(engine, configuration, progress or Silent())
            persons = _persons(engine, configuration, whom)
            erased = tuple(_forget(engine, configuration, person) for person in persons)
        if erased:
            finish_erasing(configuration)
    return erased


def lift(folder: str | os.PathLike[str], name: str, candidate_id: str) -> Person:
    """Let a candidate be read again, from the next full read on. What was erased stays erased until then.

    Raises:
        ConfigurationError: the candidate is not kept out.
        LockedError: another run holds the lock.
        WarehouseError: the database cannot be used.
    """
    configuration = load_configuration(Path(folder), may_be_empty=True)
    with (
        locked(configuration.folder, configuration.lock_wait_seconds),
        open_for(configuration) as engine,
    ):
        RunRecords(engine, configuration.folder)
        publisher = publisher_for(engine, configuration)
        person = person_by_id(engine, known_connection(engine, configuration, name), candidate_id)
        erasures = Erasures(engine)
        key = checked_key(erasures, configuration)
        publisher.announce()
        with engine.transaction():
            was_out = key is not None and erasures.lift(
                person.connection_id, subject_of(key, person.connection_id, "candidates", person.remote_id)
            )
        if not was_out:
            raise ConfigurationError(
                f"{person.connection_id} keeps no such candidate out", "ats.forgotten counts those who are"
            )
        if configuration.publish:
            publisher.publish_if_behind()
    return person


def _bring_up(engine: Engine, configuration: Configuration, progress: Progress) -> None:
    """Load and transform what is pending: it may hold the person, and what stays comes from unified rows."""
    from pipelines.loading import drain_all

    RunRecords(engine, configuration.folder)
    RejectedRecords(engine)
    publisher = publisher_for(engine, configuration)
    publisher.announce()
    drain_all(engine, configuration.folder, publisher.announce)
    transform_announced(engine, publisher, configuration, progress=progress)


def _persons(engine: Engine, configuration: Configuration, whom: Whom) -> list[Person]:
    connection_id = known_connection(engine, configuration, whom.name) if whom.name else None
    if whom.email is not None:
        return persons_by_email(engine, configuration, whom.email, connection_id)
    return [person_by_id(engine, str(connection_id), str(whom.candidate_id))]


def _forget(engine: Engine, configuration: Configuration, person: Person) -> Trace:
    erasures = Erasures(engine)
    key = checked_key(erasures, configuration)
    if key is None:
        key = erasure_key(configuration.folder, configuration.erasure_key)
    files = erase_downloads(configuration.folder, person.connection_id, person.remote_id)
    erasables = _erasables(engine, configuration, person)
    rows: dict[str, int] = {}

    def erase() -> None:
        rows.update(counted([{"ats.rejected_records": erase_rejected_of(engine, person)}]))  # by its contents
        rows.update(counted([erase_contents(engine, one) for one in erasables]))
        rows.update({"downloaded files": files} if files else {})
        for one in erasables:
            add_tombstones(engine, one)
        _forget_keys_of_requests(engine, person)
        subject = subject_of(key, person.connection_id, "candidates", person.remote_id)
        records = [ForgottenRecord("candidates", subject, subject)]
        records += [
            ForgottenRecord(
                "applications", subject_of(key, person.connection_id, "applications", one), subject
            )
            for one in person.applications
        ]
        erasures.keep_out(person.connection_id, key_id(key), records)
        erasures.add(person.connection_id, "candidate", rows, subject, key_id(key))

    run_transforms(engine, transform_settings(configuration), touched=touched_by(erasables), first=erase)
    return Trace(person, rows)


def _erasables(engine: Engine, configuration: Configuration, person: Person) -> list[Erasable]:
    rules = {one.connection_id: one for one in configuration.connections}
    rule = rules.get(person.connection_id, configuration.default_retention)
    ids = {"candidates": (person.remote_id,), "applications": person.applications}
    return [
        Erasable(person.tool, model, person.connection_id, remote_ids, rule.retention)
        for model, remote_ids in ids.items()
        if remote_ids and table_exists(engine, f"raw_{person.tool}", model)
    ]


def add_tombstones(engine: Engine, erasable: Erasable) -> None:
    """Mark records that the source still serves as gone; later reads do not bring them back."""
    raw = f"raw_{erasable.tool}.{erasable.model}"
    moment = _next_read_at(engine, erasable)
    for remote_id in erasable.remote_ids:
        rows = engine.fetch(
            f"SELECT is_deleted, _dlt_load_id FROM {raw} WHERE connection_id = ? AND remote_id = ? "
            "ORDER BY read_at DESC, is_deleted LIMIT 1",
            (erasable.connection_id, remote_id),
        )
        if rows and not rows[0][0]:
            engine.execute(
                f"INSERT INTO {raw} (connection_id, remote_id, is_deleted, read_at, _dlt_load_id) "
                "VALUES (?, ?, true, ?, ?)",
                (erasable.connection_id, remote_id, moment, rows[0][1]),
            )


def _next_read_at(engine: Engine, erasable: Erasable) -> datetime:
    """Now, but later than every read of the connection."""
    ((latest,),) = engine.fetch(
        f"SELECT max(read_at) FROM raw_{erasable.tool}.{erasable.model} WHERE connection_id = ?",
        (erasable.connection_id,),
    )
    now = datetime.now(UTC)
    if not isinstance(latest, datetime):
        return now
    return max(now, latest.astimezone(UTC) + timedelta(microseconds=1))


def _forget_keys_of_requests(engine: Engine, person: Person) -> None:
    """The key of a request that created the person is a hash of what it held."""
    if not table_exists(engine, "ats", "created_records"):
        return
    for model, remote_ids in (("candidates", (person.remote_id,)), ("applications", person.applications)):
        for remote_id in remote_ids:
            engine.execute(
                "UPDATE ats.created_records SET idempotency_key = NULL "
                "WHERE connection_id = ? AND model = ? AND remote_id = ?",
                (person.connection_id, model, remote_id),
            )


def _counts(engine: Engine, configuration: Configuration, person: Person) -> dict[str, int]:
    rows: dict[str, int] = {}
    for model, remote_ids in (("candidates", (person.remote_id,)), ("applications", person.applications)):
        raw = f"raw_{person.tool}"
        if not remote_ids or not table_exists(engine, raw, model):
            continue
        marks = ", ".join("?" for _ in remote_ids)
        condition = f"WHERE connection_id = ? AND remote_id IN ({marks})"
        values = (person.connection_id, *remote_ids)
        for table, more in ((f"{raw}.{model}", " AND content_hash IS NOT NULL"), (f"unified.{model}", "")):
            ((count,),) = engine.fetch(f"SELECT count(*) FROM {table} {condition}{more}", values)
            rows[table] = int(str(count))
    rows["ats.rejected_records"] = count_rejected_of(engine, person)
    rows["downloaded files"] = len(downloads_of(configuration.folder, person.connection_id, person.remote_id))
    return {name: count for name, count in rows.items() if count}
