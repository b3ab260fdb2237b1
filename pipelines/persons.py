"""Who is meant by an id or an e-mail address: a candidate of a connection, with all that belongs to them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.configuration import Configuration
from pipelines.configuration_problems import meant
from pipelines.known_addresses import addresses_of, candidates_with
from pipelines.unified_ids import REMOTE, unified_id
from sources.errors import ConfigurationError
from transforms.engine import Engine
from transforms.schemas import table_exists


@dataclass(frozen=True)
class Person:
    """A candidate of one connection, by the ids that the vendor gave."""

    connection_id: str
    remote_id: str
    applications: tuple[str, ...]
    addresses: tuple[str, ...] = field(repr=False)
    """E-mail addresses that they are known by; for looking, never for showing."""

    @property
    def tool(self) -> str:
        """The tool of the connection."""
        return self.connection_id.partition(":")[0]

    @property
    def id(self) -> str:
        """The unified id."""
        return unified_id("candidates", self.connection_id, self.remote_id)


def known_connection(engine: Engine, configuration: Configuration, name: str) -> str:
    """The id of a connection by its name or id: one that is configured, or that has left rows.

    Raises:
        ConfigurationError: there is none, or more than one.
    """
    rows: Sequence[Sequence[object]] = ()
    if table_exists(engine, "unified", "candidates"):
        rows = engine.fetch("SELECT DISTINCT connection_id FROM unified.candidates ORDER BY connection_id")
    known = dict.fromkeys(
        [*(one.connection_id for one in configuration.connections), *(str(one) for (one,) in rows)]
    )
    found = [one for one in known if name in (one, one.partition(":")[2])]
    if not found:
        raise ConfigurationError(f'No connection is called "{name}"', meant(name, known))
    if len(found) > 1:
        raise ConfigurationError(
            f'More than one connection is called "{name}"', f"Name one of {', '.join(found)}"
        )
    return found[0]


def person_by_id(engine: Engine, connection_id: str, candidate_id: str) -> Person:
    """The candidate with a unified id, a vendor's id, or `remote:<id>`.

    Raises:
        ConfigurationError: there is none; after `remote:` the warehouse need not know the candidate.
    """
    given = candidate_id.strip()
    column = "remote_id" if given.startswith(REMOTE) else "id"
    text = given.removeprefix(REMOTE).strip()
    if not text:
        raise ConfigurationError("The id of the candidate is empty", "Give a unified id or the vendor's own")
    sql = "SELECT remote_id FROM unified.candidates WHERE connection_id = ? AND {} = ?"
    is_read = table_exists(engine, "unified", "candidates")
    rows = engine.fetch(sql.format(column), (connection_id, text)) if is_read else []
    if not rows and is_read and column == "id":
        rows = engine.fetch(sql.format("remote_id"), (connection_id, text))
    if not rows and column == "id":
        raise ConfigurationError(
            f"{connection_id} has no candidate with this id in the warehouse",
            f"Look it up in unified.candidates; to keep out one who was never read, type {REMOTE}<id>",
        )
    return _person(engine, connection_id, str(rows[0][0]) if rows else text)


def persons_by_email(
    engine: Engine, configuration: Configuration, address: str, connection_id: str | None = None
) -> list[Person]:
    """Every candidate who has, or had in any version that was read, an e-mail address.

    Raises:
        ConfigurationError: this is no address.
    """
    text = address.strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ConfigurationError("This is no e-mail address", "Write it like --email name@example.org")
    return [
        _person(engine, connection, remote_id, text)
        for connection, remote_id in sorted(candidates_with(engine, configuration.paths, text))
        if connection_id in (None, connection)
    ]


def _person(engine: Engine, connection_id: str, remote_id: str, address: str = "") -> Person:
    key = (connection_id, remote_id)
    known = engine.fetch(
        "SELECT email_addresses FROM unified.candidates WHERE connection_id = ? AND remote_id = ?", key
    )
    addresses = [address.lower(), *(one.lower() for (told,) in known for one in addresses_of(told))]
    rows = engine.fetch(
        "SELECT remote_id FROM unified.applications WHERE connection_id = ? AND remote_candidate_id = ? "
        "ORDER BY remote_id",
        key,
    )
    return Person(
        connection_id,
        remote_id,
        tuple(str(application) for (application,) in rows),
        tuple(one for one in dict.fromkeys(addresses) if one),
    )
