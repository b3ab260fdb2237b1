"""What words of the sources mean: our CSV files, ISO names, and the working folder's CSV files."""

import csv
import gettext
import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pycountry

from sources.endpoints import MODELS
from sources.errors import ConfigurationError
from transforms.engine import Engine
from transforms.incremental import count_rows
from transforms.paths import nearest
from transforms.rendering import FOLDER, Renderer
from transforms.writing import insert_rows

HEADER = ["tool", "connection_id", "source_value", "unified_value"]
CONNECTION = re.compile(r"(?P<tool>[a-z]+):[a-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Mapped:
    """One source value and what it means. Of two rows for the same value the higher `priority` wins."""

    mapping: str
    tool: str
    connection_id: str
    source_value: str
    unified_value: str
    priority: int


def read_mappings(folder: Path | None, words: Mapping[str, Sequence[str]]) -> list[Mapped]:
    """Every mapping: ours, and those of the files of the same names in the working folder's `folder`.

    `words` are the unified values that a mapping may give; those of codes may give any code of their list.
    """
    ours = FOLDER / "mappings"
    names = sorted(file.stem for file in ours.glob("*.csv"))
    allowed = {**words, **_codes()}
    rows = [*_standard_names(), *_all_files(ours, names, allowed, priority=1)]
    if folder is not None and folder.is_dir():
        theirs = sorted(file.stem for file in folder.glob("*.csv"))
        for name in theirs:
            if name not in names:
                raise ConfigurationError(
                    f"{folder / name}.csv is no mapping that is used.", nearest(name, names)
                )
        rows.extend(_all_files(folder, theirs, allowed, priority=2))
    return rows


def fingerprint(rows: Sequence[Mapped]) -> dict[str, str]:
    """A hash of each mapping's rows, to notice that it changed."""
    texts: dict[str, list[str]] = {}
    for row in rows:
        texts.setdefault(row.mapping, []).append(repr(row))
    return {name: hashlib.sha256("\n".join(lines).encode()).hexdigest() for name, lines in texts.items()}


def fingerprint_of_all(rows: Sequence[Mapped]) -> str:
    """One hash of all mappings."""
    return hashlib.sha256(repr(sorted(fingerprint(rows).items())).encode()).hexdigest()


def store(engine: Engine, renderer: Renderer, rows: Sequence[Mapped]) -> None:
    """Write the mappings to ats.mappings, one row for each value as it is matched."""
    text = renderer.macro("type_of", "text")
    names = "mapping, tool, connection_id, source_value, unified_value, priority, place"
    engine.execute("drop table if exists mapping_rows")
    engine.execute(
        f"create temporary table mapping_rows (mapping {text}, tool {text}, connection_id {text}, "
        f"source_value {text}, unified_value {text}, priority integer, place integer)"
    )
    values = [(*vars(row).values(), place) for place, row in enumerate(rows)]
    insert_rows(engine, f"mapping_rows ({names})", values)
    engine.execute("delete from ats.mappings")
    engine.execute("insert into ats.mappings " + renderer.render("mappings.sql"))
    engine.execute("drop table mapping_rows")
    count_rows(engine, renderer, "ats.mappings")


def _codes() -> dict[str, list[str]]:
    return {
        "country": [*(country.alpha_2 for country in pycountry.countries), "XK"],
        "salary_currency": [currency.alpha_3 for currency in pycountry.currencies],
    }


def _standard_names() -> Iterator[Mapped]:
    """ISO codes with their English and German names."""
    german = gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=["de"])
    for country in pycountry.countries:
        names = [country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")]
        in_german = [german.gettext(name) for name in names if name]
        for value in dict.fromkeys([country.alpha_2, country.alpha_3, *names, *in_german]):
            if value:
                yield from _for_tools("country", "", "", value, country.alpha_2, 0)
    for currency in pycountry.currencies:
        for value in (currency.alpha_3, currency.name):
            yield from _for_tools("salary_currency", "", "", value, currency.alpha_3, 0)


def _for_tools(
    mapping: str, tool: str, connection_id: str, value: str, unified: str, priority: int
) -> Iterator[Mapped]:
    for one in [tool] if tool else MODELS:
        yield Mapped(mapping, one, connection_id, value, unified, priority)


def _all_files(
    folder: Path, names: Sequence[str], allowed: Mapping[str, Sequence[str]], priority: int
) -> Iterator[Mapped]:
    for name in names:
        yield from _one_file(folder / f"{name}.csv", allowed[name], priority)


def _one_file(file: Path, allowed: Sequence[str], priority: int) -> Iterator[Mapped]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        lines = list(csv.reader(text.splitlines(), strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(
            f"{file} cannot be read: {error}.", "Make it a CSV file in UTF-8 with commas between the values."
        ) from error
    if not lines or lines[0] != HEADER:
        raise ConfigurationError(f"{file}, line 1: the header is wrong.", f"Make it {','.join(HEADER)}")
    for number, cells in enumerate(lines[1:], start=2):
        if not cells:
            continue
        _check_row(file, number, cells, allowed)
        tool, connection_id, value, unified = (cell.strip() for cell in cells)
        yield from _for_tools(file.stem, tool, connection_id, value, unified, priority)


def _check_row(file: Path, number: int, cells: Sequence[str], allowed: Sequence[str]) -> None:
    place = f"{file}, line {number}"
    if len(cells) != len(HEADER):
        raise ConfigurationError(
            f"{place}: {len(cells)} values instead of {len(HEADER)}.",
            f"Give {','.join(HEADER)}, quoted where a comma is.",
        )
    tool, connection_id, value, unified = (cell.strip() for cell in cells)
    if tool and tool not in MODELS:
        raise ConfigurationError(f'{place}: there is no tool "{tool}".', nearest(tool, MODELS))
    match = CONNECTION.fullmatch(connection_id)
    if connection_id and not (match and match["tool"] == tool):
        raise ConfigurationError(
            f'{place}: "{connection_id}" is no connection of the tool "{tool}".',
            f"Write it like {tool or 'coveto'}:acme.",
        )
    if not value:
        raise ConfigurationError(
            f"{place}: source_value is empty.", "Give the value as the source writes it."
        )
    if unified not in allowed:
        raise ConfigurationError(
            f'{place}: "{unified}" is no value of {file.stem}.', nearest(unified, allowed)
        )
