"""`ats fields`: which fields a connection has beside the unified columns, and which could be promoted."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pipelines.configuration import AnyConnection, Configuration, load_configuration
from pipelines.configuration_custom_fields import TOOLS_OF
from pipelines.configuration_problems import meant
from pipelines.opening import open_freshest
from pipelines.transforming import transform_settings
from sources.errors import ConfigurationError, WarehouseError
from transforms.engine import Engine
from transforms.rendering import Renderer
from transforms.schemas import table_exists

EXAMPLES = 3
"""How many values of a field are shown."""
_COLUMNS = (
    "table_name",
    "id",
    "key",
    "label",
    "type",
    "value_types",
    "rows",
    "filled_rows",
    "share_filled",
    "distinct_values",
    "promoted_as",
)


@dataclass(frozen=True)
class SourceField:
    """One field of one model of a connection: a row of unified.integration_fields_catalogue."""

    model: str
    id: str
    key: str
    label: str | None
    type: str
    value_types: str | None
    rows: int
    filled_rows: int
    share_filled: float
    distinct_values: int
    promoted_as: str | None
    examples: tuple[object, ...] = ()
    """The values that most records have, where they were asked for; they may be personal."""

    @property
    def values(self) -> dict[str, object]:
        """The field as plain values."""
        return {**asdict(self), "examples": list(self.examples)}


def fields(
    folder: str | os.PathLike[str],
    name: str,
    models: Sequence[str] = (),
    *,
    examples: bool = False,
    live: bool = False,
    pages: int = 1,
) -> tuple[SourceField, ...]:
    """What a connection's records hold that no unified column does, most filled first.

    Args:
        folder: the working folder.
        name: the connection's name or id.
        models: of jobs, candidates and applications; all by default.
        examples: give values too; they may be personal.
        live: ask the vendor for the first records, instead of the warehouse. Nothing is written.
        pages: how many pages of each model to ask for.

    Raises:
        ConfigurationError: the configuration is wrong, or has no such connection or model.
        SourceError: the vendor could not be asked.
        WarehouseError: nothing was read yet.
    """
    configuration = load_configuration(Path(folder))
    (connection,) = configuration.selected([name])
    wanted = _models(connection, models)
    opened = _live(configuration, connection, wanted, pages) if live else _stored(configuration.folder)
    with opened as engine:
        found = _catalogue(engine, connection.connection_id, wanted)
        if not examples:
            return tuple(found)
        values = {model: _examples(engine, connection.connection_id, model) for model in wanted}
        return tuple(replace(one, examples=values[one.model].get(one.id, ())) for one in found)


def _models(connection: AnyConnection, models: Sequence[str]) -> list[str]:
    for model in models:
        if model not in TOOLS_OF:
            raise ConfigurationError(f'No fields are known of a model "{model}"', meant(model, TOOLS_OF))
    own = [model for model, tools in TOOLS_OF.items() if connection.tool in tools]
    wanted = [model for model in own if not models or model in models]
    if not wanted:
        raise ConfigurationError(
            f"{connection.connection_id} has no fields of {', '.join(models)} beside the unified columns",
            f"Name one of {', '.join(own)}",
        )
    return wanted


@contextmanager
def _live(
    configuration: Configuration, connection: AnyConnection, models: Sequence[str], pages: int
) -> Iterator[Engine]:
    from pipelines.live_samples import live_samples
    from pipelines.sample_warehouse import sample_warehouse

    samples = live_samples(connection, models, pages)
    settings = transform_settings(configuration)
    with sample_warehouse(connection.connection_id, samples, settings) as engine:
        yield engine


@contextmanager
def _stored(folder: Path) -> Iterator[Engine]:
    with open_freshest(folder) as engine:
        if engine is None or not table_exists(engine, "unified", "jobs"):
            raise WarehouseError(f"{folder} holds no tables yet", "Run `ats sync` first, or add --live")
        if not table_exists(engine, "unified", "integration_fields_catalogue"):
            raise WarehouseError(
                "The tables were made by a version without the catalogue of fields",
                "Run `ats transform` first, or add --live",
            )
        yield engine


def _catalogue(engine: Engine, connection_id: str, models: Sequence[str]) -> list[SourceField]:
    marks = ", ".join("?" for _ in models)
    columns = ", ".join(f'"{name}"' for name in _COLUMNS)
    rows = engine.fetch(
        f"SELECT {columns} FROM unified.integration_fields_catalogue "
        f"WHERE connection_id = ? AND table_name IN ({marks}) ORDER BY filled_rows DESC, key, id",
        [connection_id, *models],
    )
    found = [_field(row) for row in rows]
    return sorted(found, key=lambda one: models.index(one.model))


def _field(row: Sequence[object]) -> SourceField:
    model, key_id, key, label, kind, value_types, count, filled, share, distinct, promoted_as = row
    return SourceField(
        model=str(model),
        id=str(key_id),
        key=str(key),
        label=_text(label),
        type=str(kind),
        value_types=_text(value_types),
        rows=int(str(count)),
        filled_rows=int(str(filled)),
        share_filled=float(str(share)),
        distinct_values=int(str(distinct)),
        promoted_as=_text(promoted_as),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _examples(engine: Engine, connection_id: str, model: str) -> Mapping[str, tuple[object, ...]]:
    """Per id of a field its most frequent values."""
    renderer = Renderer(engine.dialect, {}, set())
    each = renderer.macro("each_of", renderer.macro("distinct_fields", "integration_fields"))
    key, value = renderer.macro("field_text", "field", "id"), renderer.macro("field_value", "field")
    rows = engine.fetch(
        f"WITH entries AS (SELECT {each} AS field FROM unified_current.{model} WHERE connection_id = ?), "
        f"counted AS (SELECT {key} AS id, CAST({value} AS varchar) AS text, count(*) AS often "
        f"FROM entries WHERE {value} IS NOT NULL GROUP BY 1, 2), "
        "ranked AS (SELECT *, row_number() OVER (PARTITION BY id ORDER BY often DESC, text) AS place "
        f"FROM counted) SELECT id, text FROM ranked WHERE place <= {EXAMPLES} ORDER BY id, place",
        [connection_id],
    )
    found: dict[str, tuple[object, ...]] = {}
    for key_id, text in rows:
        found[str(key_id)] = (*found.get(str(key_id), ()), json.loads(str(text)))
    return found
