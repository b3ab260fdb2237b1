"""The key of the hashes that stand for erased persons; it must not lie in the warehouse with them."""

import hmac
import os
import secrets
from pathlib import Path

from pydantic import SecretStr

from pipelines.places import Places
from sources.errors import WarehouseError

_BYTES = 32


def erasure_key(folder: Path, given: SecretStr | None) -> bytes:
    """The key: `erasure_key` of the configuration, else `.ats/erasure.key`, made where it is missing.

    Raises:
        WarehouseError: the file can neither be read nor made.
    """
    known = known_erasure_key(folder, given)
    if known is not None:
        return known
    places = Places(folder)
    places.make()
    text = secrets.token_hex(_BYTES)
    try:
        handle = os.open(places.erasure_key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _unusable(places.erasure_key, error) from error
    return text.encode()


def known_erasure_key(folder: Path, given: SecretStr | None) -> bytes | None:
    """The key, or None where there is none yet."""
    if given:
        return given.get_secret_value().encode()
    path = Places(folder).erasure_key
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unusable(path, error) from error
    return text.encode() if len(text) == 2 * _BYTES else None


def key_id(key: bytes) -> str:
    """What tells one key from another, without saying anything of it (16 hex digits)."""
    return hmac.digest(key, b"the key of ats.erasures", "sha256").hex()[:16]


def _unusable(path: Path, error: Exception) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be used ({type(error).__name__})",
        "Give yourself the right to read and write it; it keeps the persons out who asked to be forgotten",
    )
