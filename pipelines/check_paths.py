"""The paths of a record that staging reads, beside what a tenant's records have."""

from collections.abc import Iterable, Mapping, Sequence

import orjson

from sources.coveto.guessing import guess_path
from sources.coveto.outline import Outline
from transforms.paths import Document, segments_of
from transforms.rendering import Renderer

Paths = Mapping[str, Mapping[str, Sequence[str]]]


def documents_of(tool: str, paths: Paths) -> dict[str, Document]:
    """What staging reads of each model of a tool, with the paths of the configuration."""
    renderer = Renderer("duckdb", paths, set())
    renderer.check_paths()
    return {
        name.partition(".")[2]: document
        for name, document in renderer.documents.items()
        if name.partition(".")[0] == tool
    }


def tried_paths(document: Document) -> dict[str, list[str]]:
    """Every path that is read, with the paths that are tried for it, in order."""
    tried = {path: document.alternatives(path) for path in document.declared}
    for part in document.parts:
        parent = part.prefix.removesuffix(".")
        for name in part.declared:
            tried[part.prefix + name] = [
                f"{above}.{below}" for above in tried[parent] for below in part.alternatives(name)
            ]
    return tried


def guessed_paths(document: Document, record: Outline) -> dict[str, list[str]]:
    """For each path that the record has nothing for, the paths to try, the last of them a guess."""
    found: dict[str, list[str]] = {}
    for path in document.declared:
        tried = document.alternatives(path)
        if not any(record.at(segments_of(one)) for one in tried):
            guess = guess_path(record, path)
            if guess is not None:
                found[path] = [*tried, guess]
    for part in document.parts:
        parent = part.prefix.removesuffix(".")
        item = _first(record, [*document.alternatives(parent), *found.get(parent, [])])
        for name in part.declared if item else ():
            tried = part.alternatives(name)
            if item and not any(item.at(segments_of(one)) for one in tried):
                guess = guess_path(item, name)
                if guess is not None:
                    found[part.prefix + name] = [part.prefix + one for one in (*tried, guess)]
    return found


def present_paths(records: Iterable[bytes], tried: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """For each path that some record has, the first of the tried ones that is there."""
    values = [orjson.loads(record) for record in records]
    found: dict[str, str] = {}
    for path, alternatives in tried.items():
        there = [one for one in alternatives if any(_has(value, segments_of(one)) for value in values)]
        if there:
            found[path] = there[0]
    return found


def top_level(records: Iterable[bytes]) -> list[str]:
    """The names directly in the records, in the order in which they come."""
    return list(dict.fromkeys(name for record in records for name in orjson.loads(record)))


def _first(record: Outline, paths: Sequence[str]) -> Outline | None:
    return next((found for path in paths if (found := record.at(segments_of(path)))), None)


def _has(value: object, steps: Sequence[str]) -> bool:
    """Whether something stands at a path; a list on the way counts by any of its items."""
    if isinstance(value, list):
        return any(_has(item, steps) for item in value)
    if not steps:
        return value is not None
    if steps[0] == "#text" and not isinstance(value, dict):
        return value is not None
    return isinstance(value, dict) and steps[0] in value and _has(value[steps[0]], steps[1:])
