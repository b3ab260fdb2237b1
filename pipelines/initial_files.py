"""The two configuration files that `ats init` writes, with what to put into them."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipelines.configuration_layers import settings_folder
from sources.errors import ConfigurationError

_HEAD = """\
# What to read, and how. Secrets go into secrets.toml beside this file.
# Every key can also be an environment variable: CONNECTIONS__ACME__PAGE_SIZE=200

destination = "duckdb"            # the tables are in warehouse.duckdb in this folder; or "postgres"

# Keys below [defaults] hold for every connection; each can also stand below one connection.
# [defaults]
# requests_per_second = 5

"""
_COVETO = """\
# A Coveto tenant. Its id in the tables is "coveto:acme"; choose the name, one section per tenant.
[connections.acme]
tool = "coveto"
subdomain = ""                    # k12345, where the address of the tenant is https://k12345.coveto.de

"""
_PERSY = """\
# A Compleet Persy tenant. Its id in the tables is "compleetpersy:leihwerk".
[connections.leihwerk]
tool = "compleetpersy"

"""
_SECRETS_HEAD = """\
# Secrets only. Never commit this file.
# Every key can also be an environment variable: CONNECTIONS__ACME__API_KEY=...

"""
_COVETO_SECRETS = """\
[connections.acme]
customer_number = ""              # the digits of k12345
api_key = ""

"""
_PERSY_SECRETS = """\
[connections.leihwerk]
api_key = ""

"""
_PARTS = {"coveto": (_COVETO, _COVETO_SECRETS), "compleetpersy": (_PERSY, _PERSY_SECRETS)}


def write_initial_files(folder: Path, tools: Sequence[str]) -> list[Path]:
    """Write both files for connections of these tools, readable by the owner alone; their paths.

    A ConfigurationError where one of them is already there: nothing is overwritten.
    """
    settings = settings_folder(folder)
    texts = {
        settings / "config.toml": _HEAD + "".join(_PARTS[tool][0] for tool in tools),
        settings / "secrets.toml": _SECRETS_HEAD + "".join(_PARTS[tool][1] for tool in tools),
    }
    there = [path for path in texts if path.exists()]
    if there:
        raise ConfigurationError(
            f"{there[0]} is already there", "Edit it, or take it away and type `ats init` again"
        )
    try:
        settings.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path, text in texts.items():
            _write_private(path, text.rstrip() + "\n")
    except OSError as error:
        for path in texts:  # half a file would be in the way of the next try
            with suppress(OSError):
                path.unlink()
        raise ConfigurationError(
            f"{settings} cannot be written: {error.strerror}",
            "Give yourself the right to write there, or free some space",
        ) from error
    return list(texts)


def _write_private(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
