"""Whom the reads of each connection leave out, and that the key which knows them is the right one."""

from collections.abc import Mapping

from pipelines.configuration import Configuration
from pipelines.erasure_key import key_id, known_erasure_key
from pipelines.erasures import Erasures
from sources.errors import ConfigurationError
from sources.forgotten import Forgotten


def forgotten_persons(erasures: Erasures, configuration: Configuration) -> Mapping[str, Forgotten]:
    """Per connection whom to leave out; a connection that nobody is kept out of is left away.

    Raises:
        ConfigurationError: somebody is kept out, and the key that tells whom is not there.
    """
    key = checked_key(erasures, configuration)
    if key is None:
        return {}
    found: dict[str, set[str]] = {}
    for connection_id, subject, _ in erasures.kept_out():
        found.setdefault(connection_id, set()).add(subject)
    return {
        connection_id: Forgotten(key, connection_id, frozenset(subjects))
        for connection_id, subjects in found.items()
    }


def checked_key(erasures: Erasures, configuration: Configuration) -> bytes | None:
    """The key, where there is one; it must be the one that everybody who is kept out is known by.

    Raises:
        ConfigurationError: it is not: a read would bring back persons who asked to be forgotten.
    """
    key = known_erasure_key(configuration.folder, configuration.erasure_key)
    used = {one for _, _, one in erasures.kept_out()}
    if used and key is None:
        raise ConfigurationError(
            "The key that forgotten persons are kept out by is missing",
            "Put .ats/erasure.key back from a backup, or set erasure_key in .dlt/secrets.toml to it",
        )
    if key is not None and used - {key_id(key)}:
        raise ConfigurationError(
            "The key that forgotten persons are kept out by is not the one that they were forgotten with",
            "Put .ats/erasure.key back from a backup, or set erasure_key in .dlt/secrets.toml to it",
        )
    return key
