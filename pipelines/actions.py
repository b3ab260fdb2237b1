"""Creating candidates and applications: checked against the warehouse, sent once, recorded by ids.

from pipelines import create_candidate
answer = create_candidate("acme-folder", "acme", {"candidate": {...}, "application": {"job_id": "..."}})
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import orjson

from pipelines.action_catalogue import ActionCatalogue
from pipelines.action_checks import CheckedRequest, RequestCheck
from pipelines.action_requests import ActionRequest, read_request
from pipelines.configuration import AnyConnection, Configuration, load_configuration
from pipelines.created_records import CreatedRecord, CreatedRecords
from pipelines.data_urls import FetchLimits
from pipelines.lock import locked
from pipelines.opening import open_for, open_unified
from pipelines.publishers import publisher_for
from pipelines.unified_ids import unified_id
from sources.action_names import resolve_action_names
from sources.connections import CovetoConnection
from sources.coveto.actions import PACKAGE, Action, CovetoActions, Created, NewApplication
from sources.errors import AtsError, ConfigurationError, WarehouseError

_NO_REASON = "the vendor gave no reason"


@dataclass(frozen=True)
class CreateAnswer:
    """What was created. Without `application` the vendor made the candidate and refused the application."""

    connection_id: str
    candidate: CreatedRecord
    application: CreatedRecord | None
    reason: str | None
    """Why there is no application, in the vendor's words."""
    warnings: tuple[str, ...]
    idempotency_key: str

    @property
    def exit_code(self) -> int:
        """1 where the application was refused, else 0."""
        return 0 if self.application else 1

    @property
    def values(self) -> dict[str, object]:
        """The answer as plain values."""
        records = {"candidate": self.candidate, "application": self.application}
        return {
            "status": "created" if self.application else "candidate_only",
            "connection_id": self.connection_id,
            **{
                name: {"id": one.id, "remote_id": one.remote_id} if one else None
                for name, one in records.items()
            },
            "reason": self.reason,
            "warnings": list(self.warnings),
            "idempotency_key": self.idempotency_key,
        }


@dataclass(frozen=True)
class Preview:
    """What would be sent: the envelope without credentials, attachments cut short."""

    envelope: str
    warnings: tuple[str, ...]
    idempotency_key: str


def create_candidate(
    folder: str | os.PathLike[str],
    name: str,
    request: Mapping[str, object],
    *,
    idempotency_key: str | None = None,
    allow_private_urls: bool = False,
) -> CreateAnswer:
    """Create a candidate and an application of theirs to a job.

    Args:
        folder: the working folder.
        name: the connection.
        request: what `docs/actions.md` describes.
        idempotency_key: a repeat with the same key creates nothing twice; made of the request by default.
        allow_private_urls: whether a `data_url` may lead into a private network.

    Raises:
        RequestRefusedError: something in the request is wrong; all of it is told, nothing was sent.
        ConfigurationError: the configuration or the connection is wrong; nothing was sent.
        LockedError: another run holds the lock; nothing was sent.
        SourceError: the vendor could not be reached or refused.
        WarehouseError: nothing was read yet, or what was created could not be recorded.
    """
    prepared = _prepare(folder, name, "create_candidate", request, idempotency_key, allow_private_urls)
    return prepared.carry_out()


def create_application(
    folder: str | os.PathLike[str],
    name: str,
    request: Mapping[str, object],
    *,
    idempotency_key: str | None = None,
    allow_private_urls: bool = False,
) -> CreateAnswer:
    """Create an application; a candidate with the same e-mail address is used where there is one.

    Takes and raises what `create_candidate` does.
    """
    prepared = _prepare(folder, name, "create_application", request, idempotency_key, allow_private_urls)
    return prepared.carry_out()


def preview(
    folder: str | os.PathLike[str],
    name: str,
    action: Action,
    request: Mapping[str, object],
    *,
    idempotency_key: str | None = None,
    allow_private_urls: bool = False,
) -> Preview:
    """What `create_candidate` or `create_application` would send. It takes no lock and changes nothing.

    The tenant's WSDL is read, and attachments are fetched; nothing else is asked.
    """
    prepared = _prepare(folder, name, action, request, idempotency_key, allow_private_urls)
    with CovetoActions(prepared.connection) as actions:
        envelope = actions.preview(action, prepared.checked.new)
    return Preview(envelope, prepared.checked.warnings, prepared.key)


@dataclass(frozen=True)
class _Prepared:
    """A request that is good."""

    configuration: Configuration
    connection: CovetoConnection
    action: Action
    checked: CheckedRequest
    key: str

    def carry_out(self) -> CreateAnswer:
        """Send it, and note what came of it; the lock is taken first, so that it can be noted."""
        settings = self.configuration
        with (
            locked(settings.folder, settings.lock_wait_seconds),
            open_for(settings) as engine,
            CovetoActions(self.connection) as actions,
        ):
            records = CreatedRecords(engine)
            was_used = records.has_key(self.connection.connection_id, self.key)
            created = actions.send(self.action, self.checked.new)
            answer = self._answer(created, was_used=was_used)
            try:
                # The next sync publishes what is noted here.
                publisher_for(engine, settings).announce()
                made = [one for one in (answer.candidate, answer.application) if one]
                records.add(self.connection.connection_id, self.key, made)
            except (AtsError, duckdb.Error) as error:
                raise _unrecorded(answer) from error
        return answer

    def _answer(self, created: Created, *, was_used: bool) -> CreateAnswer:
        connection_id = self.connection.connection_id
        candidate, application = created.candidate_id, created.application_id
        repeated = (
            ("idempotency_key: it was used before; this is the first answer again",) if was_used else ()
        )
        notes = tuple(f"vendor: {note}" for note in created.notes) if application else ()
        return CreateAnswer(
            connection_id,
            CreatedRecord("candidates", unified_id("candidates", connection_id, candidate), candidate),
            CreatedRecord("applications", unified_id("applications", connection_id, application), application)
            if application
            else None,
            None if application else "; ".join(created.notes) or _NO_REASON,
            (*self.checked.warnings, *repeated, *notes),
            self.key,
        )


def _prepare(
    folder: str | os.PathLike[str],
    name: str,
    action: Action,
    content: Mapping[str, object],
    given_key: str | None,
    allow_private_urls: bool,
) -> _Prepared:
    configuration = load_configuration(Path(folder))
    connection = _coveto(configuration.selected([name])[0])
    words = resolve_action_names(PACKAGE, connection)["values"]
    limits = FetchLimits(
        int(connection.attachment_max_mb * 1_000_000),
        allow_private=allow_private_urls,
        ca_bundle=connection.ca_bundle,
    )
    request = read_request(content, given_key)
    with open_unified(configuration.folder) as engine:
        catalogue = ActionCatalogue(engine, connection.connection_id)
        checked = RequestCheck(request, catalogue, words, limits, connection.default_source).check()
    key = request.idempotency_key or _derived_key(connection, action, request)
    new = checked.new
    keyed = NewApplication({**new.texts, "idempotency_key": key}, new.answers, new.attachments)
    return _Prepared(configuration, connection, action, CheckedRequest(keyed, checked.warnings), key)


def _coveto(connection: AnyConnection) -> CovetoConnection:
    if isinstance(connection, CovetoConnection):
        return connection
    raise ConfigurationError(
        f"{connection.connection_id} takes no new candidates or applications",
        "Name a connection of Coveto; Persy's API is read alone",
    )


def _derived_key(connection: CovetoConnection, action: Action, request: ActionRequest) -> str:
    """The same for the same request, so that a repeat after a time-out creates nothing twice."""
    parts = [request.candidate, request.application, request.source]
    many = [*request.answers, *request.attachments]
    content = [
        connection.connection_id,
        action,
        *(part.model_dump() if part else None for part in parts),
        *([path, part.model_dump()] for path, part in many),
    ]
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]


def _unrecorded(answer: CreateAnswer) -> WarehouseError:
    application = answer.application.remote_id if answer.application else "none"
    return WarehouseError(
        f"Created at the vendor, but not recorded here: candidate {answer.candidate.remote_id}, "
        f"application {application}",
        "Mend the database, then send the same request again: nothing is created twice, and it is recorded",
    )
