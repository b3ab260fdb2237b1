"""Which candidates have an e-mail address, in any version that was read.

The versions are read by the unified model itself, so that an address counts where the tenant keeps addresses
(whatever its elements are called and however its JSON escapes letters), and nowhere else: whoever is merely
mentioned in somebody's notes must not get that other person erased.
"""

import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress

from sources.endpoints import MODELS
from sources.json_document import value_of
from transforms.engine import Engine
from transforms.incremental import read_catalog
from transforms.paths import Overrides
from transforms.rendering import Renderer

_BETWEEN = re.compile(r"[\s,;:|/<>()\[\]\"]+")


def candidates_with(engine: Engine, paths: Overrides, address: str) -> set[tuple[str, str]]:
    """The (connection_id, remote_id) of every candidate who has, or had, an address.

    Args:
        engine: the warehouse; that it may be written is not needed.
        paths: what the tenants call their elements.
        address: the address; upper and lower case, and both forms of a domain with umlauts, are alike.
    """
    wanted = _form(address)
    renderer = Renderer(engine.dialect, paths, read_catalog(engine).raw)
    local = wanted.rpartition("@")[0]
    with engine.transaction():  # the place of a raw row holds within one
        for tool in MODELS:
            engine.execute(*_possible_versions(renderer, tool, f"{local}@"))
        rows = engine.fetch(
            "SELECT connection_id, remote_id, CAST(email_addresses AS text), unreadable__email_addresses "
            f"FROM ({renderer.render('unified/candidates.sql')}) AS candidates"
        )
        for tool in MODELS:
            engine.execute(f"DROP TABLE versions_{tool}_candidates")
    return {
        (str(connection_id), str(remote_id))
        for connection_id, remote_id, told, unreadable in rows
        if wanted in (*map(_form, addresses_of(told)), *_told_in(unreadable))
    }


def addresses_of(told: object) -> list[str]:
    """The addresses in a value of unified.candidates.email_addresses."""
    values = value_of(str(told)) if told is not None else []
    return [str(one["email_address"]) for one in values]


def _possible_versions(renderer: Renderer, tool: str, beginning: str) -> tuple[str, list[str]]:
    """Every version that may hold the address: it stands there in letters, or some letters are escaped."""
    row = renderer.macro("row_identity", "log")
    text = "CAST(log.remote_data AS text)"
    sql = (
        f"CREATE TEMPORARY TABLE versions_{tool}_candidates AS "
        f"SELECT log.connection_id, log.remote_id, {row} AS content_row, log.read_at AS valid_from, "
        f"{renderer.macro('nothing', 'timestamp')} AS deleted_at, true AS is_latest "
        f"FROM {renderer.raw(tool, 'candidates')} AS log WHERE log.remote_data IS NOT NULL "
        f"AND (strpos({renderer.macro('mapping_key', text)}, ?) > 0 OR strpos({text}, '\\') > 0)"
    )
    return sql, [beginning]


def _told_in(text: object) -> Iterator[str]:
    """What may be addresses in a text that as a whole is none, such as two addresses."""
    if text is not None:
        yield from (_form(part) for part in _BETWEEN.split(str(text)) if "@" in part)


def _form(address: str) -> str:
    """An address so that equal ones compare equal."""
    local, _, domain = unicodedata.normalize("NFC", address.strip().lower()).rpartition("@")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode("ascii")
    return f"{local}@{domain}"
