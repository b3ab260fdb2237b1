"""What a unified table is made of, as one hash: where that differs from the last run, it is rebuilt."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from sources.endpoints import MODELS
from transforms import mappings
from transforms.building import create_statements, dependants_file, insert_statements, siblings_file
from transforms.models import Table
from transforms.rendering import FOLDER, Renderer, has_file, staging_file

_KINDS_OF_FILES = (".sql", ".yml", ".csv", ".py")
USED_MAPPING = re.compile(r"\.mapping = '(\w+)'")


def fingerprint_of_inputs(dialect: str, folder: Path | None, settings: object) -> str:
    """One hash of all that a table's making depends on: this package's files, the mappings, and settings.

    Args:
        dialect: of the warehouse.
        folder: the working folder's mappings; need not exist.
        settings: what of the configuration the SQL depends on; two that are alike have the same text.
    """
    about = [dialect, repr(settings), repr(MODELS), version("pycountry")]
    files = [file for kind in _KINDS_OF_FILES for file in sorted(FOLDER.rglob(f"*{kind}"))]
    if folder is not None and folder.is_dir():
        files += sorted(folder.glob("*.csv"))
    found = hashlib.sha256("\n".join(about).encode())
    for file in files:
        found.update(f"\n{file.name}\n".encode() + file.read_bytes())
    return found.hexdigest()


def fingerprints(
    renderer: Renderer, tables: Sequence[Table], mapped: Sequence[mappings.Mapped]
) -> dict[str, str]:
    """Per table a hash of its SQL as rendered (macros and paths included), its yml, and the mappings it uses.

    What is promoted is in the SQL as well.
    `renderer` must take every raw table as present, so that one more raw table is no change of the making.
    """
    of_mappings = mappings.fingerprint(mapped)
    found: dict[str, str] = {}
    for table in tables:
        parts = _statements(renderer, table)
        parts += [repr(table), *(found[other] for other in table.made_of)]
        parts += [of_mappings[name] for name in sorted(set(USED_MAPPING.findall(parts[0])))]
        found[table.name] = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return found


def _statements(renderer: Renderer, table: Table) -> list[str]:
    statements = [renderer.render(f"unified/{table.name}.sql")]
    for tool, model in [*((tool, table.name) for tool in table.tools), *table.also_reads]:
        statements.append(renderer.render("versions.sql", tool=tool, model=model))
        statements.append(renderer.render(staging_file(tool, model)))
    for tool in table.tools:
        statements += [
            renderer.render(file)
            for file in (dependants_file(tool, table), siblings_file(tool, table))
            if has_file(file)
        ]
    statements += create_statements(renderer, table)
    statements += insert_statements(renderer, table, table.tools)
    return statements


def changed_models(
    known: Mapping[str, str], current: Mapping[str, str], existing: set[str]
) -> dict[str, str]:
    """Per table that must be rebuilt the reason: it is not there, or its making changed."""
    reasons = {}
    for name, fingerprint in current.items():
        if name not in existing or name not in known:
            reasons[name] = "it was not there yet"
        elif known[name] != fingerprint:
            reasons[name] = "its SQL, a mapping, a path, a promoted field or its description changed"
    return reasons
