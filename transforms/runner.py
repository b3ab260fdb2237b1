"""From the raw log to the unified tables: what changed, or whole where their making did."""

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from sources.errors import ConfigurationError, TransformError
from transforms import mappings
from transforms.building import Builder, Built
from transforms.checks import CheckOutcome, run_checks
from transforms.engine import Engine
from transforms.fingerprints import changed_models, fingerprint_of_inputs, fingerprints
from transforms.incremental import (
    Key,
    TouchedKeys,
    create_state,
    lacks_state,
    new_loads,
    read_catalog,
    record_loads,
)
from transforms.memory import with_enough_memory
from transforms.models import Table, load_tables, unified_words
from transforms.paths import nearest
from transforms.promotion import Promotions
from transforms.rendering import Renderer, raw_tables
from transforms.retained import create_retained, lacks_retained
from transforms.schemas import create_schemas

MAPPINGS = "mappings"
"""What ats.mappings goes by among the models that are built."""
INPUTS = "inputs"
"""What the files and settings together go by: where they are as they were, so is every model's making."""


@dataclass(frozen=True)
class TransformSettings:
    """What a working folder may change: names of source elements, mappings, and which fields it promotes."""

    paths: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    """{"coveto.jobs": {"titel": ["titel", "headline"]}} from [paths.*] in the configuration."""
    mappings_folder: Path | None = None
    """The working folder's mappings/; need not exist."""
    custom_fields: Promotions = field(default_factory=dict)
    """{"jobs": {"": {"level": ["berufslevel"]}, "coveto:acme": {"level": ["stufe"]}}}."""


@dataclass(frozen=True)
class ModelOutcome:
    """What became of one unified table."""

    name: str
    kind: str
    """incremental, rebuilt or unchanged."""
    reason: str
    rows: int
    """How many rows were written."""
    seconds: float


@dataclass(frozen=True)
class TransformResult:
    """What a run did. Where `changed` is false no table was, and no check was needed."""

    models: tuple[ModelOutcome, ...]
    checks: tuple[CheckOutcome, ...]
    changed: bool


def check_settings(settings: TransformSettings, dialect: str = "duckdb") -> None:
    """Raise ConfigurationError where paths or mappings are wrong, without a warehouse."""
    if settings.paths:
        Renderer(dialect, settings.paths, set()).check_paths()
    if settings.mappings_folder is not None and settings.mappings_folder.is_dir():
        mappings.read_mappings(settings.mappings_folder, unified_words())


def run_transforms(
    engine: Engine,
    settings: TransformSettings,
    *,
    full_refresh: bool = False,
    touched: Mapping[str, Sequence[Key]] | None = None,
    first: Callable[[], None] = lambda: None,
    progress: Callable[[str], None] = lambda _: None,
) -> TransformResult:
    """Bring the unified tables up to date with raw, in one transaction.

    Args:
        engine: the warehouse; the schemas and tables are made where they are missing.
        settings: the working folder's paths and mappings.
        full_refresh: rebuild every table, whatever changed.
        touched: records whose raw rows were changed by something other than a load, per "<tool>.<model>".
        first: what must be committed with it, and happens before it; once more where memory was too little.
        progress: is told in words what was done.

    Raises:
        ConfigurationError: a path or a mapping is wrong; nothing was written.
        TransformError: a check of severity fail does not hold; nothing was written.
    """

    def attempt() -> TransformResult:
        with engine.transaction():
            first()
            return _Run(engine, settings, progress).carry_out(touched or {}, full_refresh=full_refresh)

    return with_enough_memory(engine, attempt, progress)


class _Run:
    def __init__(self, engine: Engine, settings: TransformSettings, progress: Callable[[str], None]) -> None:
        self.engine = engine
        self.settings = settings
        self.progress = progress
        self.inputs = fingerprint_of_inputs(
            engine.dialect, settings.mappings_folder, [settings.paths, settings.custom_fields]
        )
        self.catalog = read_catalog(engine)
        self.tables = load_tables()

    @cached_property
    def renderer(self) -> Renderer:
        """For the raw tables that there are; to be made only where something is to be done."""
        settings = self.settings
        return Renderer(self.engine.dialect, settings.paths, self.catalog.raw, settings.custom_fields)

    @cached_property
    def mapped(self) -> Sequence[mappings.Mapped]:
        """Every mapping; to be read only where something about the making changed."""
        return mappings.read_mappings(self.settings.mappings_folder, unified_words())

    @cached_property
    def fingerprints(self) -> Mapping[str, str]:
        """Per model a hash of its making; to be made only where something about it changed."""
        settings = self.settings
        complete = Renderer(self.engine.dialect, settings.paths, set(raw_tables()), settings.custom_fields)
        complete.check_paths()
        return {
            MAPPINGS: mappings.fingerprint_of_all(self.mapped),
            **fingerprints(complete, self.tables, self.mapped),
        }

    def carry_out(self, touched: Mapping[str, Sequence[Key]], *, full_refresh: bool) -> TransformResult:
        if lacks_state(self.catalog) or lacks_retained(self.catalog):
            create_state(self.engine, self.renderer, self.catalog)
            create_retained(self.engine, self.renderer, self.catalog)
        loads = new_loads(self.engine, self.catalog)
        reasons = self._rebuild_reasons(full_refresh=full_refresh)
        if not reasons and not touched and not any(loads.values()):
            return self._unchanged()
        keys = TouchedKeys(self.engine, self.renderer, self.catalog)
        for tool, load_ids in loads.items():
            keys.add_loads(tool, load_ids)
        for name, records in touched.items():
            keys.add_keys(*_raw_table(name), records)
        if not reasons and not any(keys.count(tool, model) for tool, model in raw_tables()):
            keys.drop()
            return self._unchanged()
        return self._changed(Builder(self.engine, self.renderer, keys), reasons, loads)

    def _unchanged(self) -> TransformResult:
        models = tuple(
            ModelOutcome(table.name, "unchanged", "nothing was loaded", 0, 0.0) for table in self.tables
        )
        return TransformResult(models, (), changed=False)

    def _changed(
        self, builder: Builder, reasons: Mapping[str, str], loads: Mapping[str, Sequence[str]]
    ) -> TransformResult:
        self._prepare(builder, reasons)
        rebuilt = {table.name for table in self.tables if table.name in reasons}
        outcomes = []
        checks: list[CheckOutcome] = []
        for table in self.tables:
            started = time.monotonic()
            if table.name == "mapping_gaps":
                kind, reason, built = self._mapping_gaps(builder, table, reasons)
            elif table.is_view:
                kind, reason, built = _view(builder, table, reasons)
            elif table.name in rebuilt:
                kind, reason, built = "rebuilt", reasons[table.name], builder.rebuild(table)
            elif builder.is_touched(table):
                kind, reason, built = "incremental", "records were loaded", builder.update(table)
            else:
                kind, reason, built = "unchanged", "none of its records was loaded", Built()
            outcomes.append(ModelOutcome(table.name, kind, reason, built.rows, time.monotonic() - started))
            checks += built.checks
            self.progress(f"{table.name}: {kind} ({reason}), {built.rows} rows")
        _refuse(checks)
        self._remember(reasons, loads)
        builder.touched.drop()
        return TransformResult(tuple(outcomes), tuple(checks), changed=True)

    def _rebuild_reasons(self, *, full_refresh: bool) -> dict[str, str]:
        if full_refresh:
            return dict.fromkeys(self.fingerprints, "a full refresh was asked for")
        known = self._known_making()
        existing = {table.name for table in self.tables if self.catalog.has("unified", table.name)} | {
            MAPPINGS
        }
        models = {MAPPINGS, *(table.name for table in self.tables)}
        if known.get(INPUTS) == self._made_from(known) and models <= known.keys() and models <= existing:
            return {}
        reasons = changed_models(known, self.fingerprints, existing)
        if not reasons:  # but a comment or an unused file: the next run need not look again
            self._remember_making({})
        return reasons

    def _prepare(self, builder: Builder, reasons: Mapping[str, str]) -> None:
        if reasons:
            create_schemas(self.engine, ["unified", "unified_current"])
        if MAPPINGS in reasons:
            mappings.store(self.engine, self.renderer, self.mapped)
        for table in self.tables:
            if table.name not in reasons:
                builder.touch_dependants(table)

    def _mapping_gaps(
        self, builder: Builder, table: Table, reasons: Mapping[str, str]
    ) -> tuple[str, str, Built]:
        if table.name in reasons:
            kind, reason = "rebuilt", reasons[table.name]
            builder.create_table(table)
        else:
            kind, reason = "incremental", "other tables were written"
            self.engine.execute("delete from unified.mapping_gaps")
        names = ", ".join(column.name for column in table.columns)
        query = self.renderer.render("unified/mapping_gaps.sql")
        self.engine.execute(f"insert into unified.mapping_gaps ({names}) {query}")
        ((rows,),) = self.engine.fetch("select count(*) from unified.mapping_gaps")
        return kind, reason, Built(int(str(rows)), run_checks(self.engine, table, "unified.mapping_gaps"))

    def _remember(self, reasons: Mapping[str, str], loads: Mapping[str, Sequence[str]]) -> None:
        record_loads(self.engine, loads)
        self._remember_making({name: self.fingerprints[name] for name in reasons})

    def _remember_making(self, fingerprints: Mapping[str, str]) -> None:
        known = {**self._known_making(), **fingerprints}
        for name, fingerprint in {**fingerprints, INPUTS: self._made_from(known)}.items():
            self.engine.execute("delete from ats.transformed_models where model = ?", [name])
            self.engine.execute("insert into ats.transformed_models values (?, ?)", [name, fingerprint])

    def _known_making(self) -> dict[str, str]:
        rows = self.engine.fetch("select model, fingerprint from ats.transformed_models")
        return {str(model): str(value) for model, value in rows}

    def _made_from(self, known: Mapping[str, str]) -> str:
        """What the inputs go by, with what is known of each model: another release may have made one anew."""
        models = sorted((name, value) for name, value in known.items() if name != INPUTS)
        return hashlib.sha256(f"{self.inputs} {models}".encode()).hexdigest()


def _refuse(checks: Sequence[CheckOutcome]) -> None:
    """Raise TransformError where a check of severity fail does not hold."""
    failed = [check for check in checks if check.severity == "fail" and check.failing_rows]
    if failed:
        named = ", ".join(f"{check.table}: {check.name}, {check.failing_rows} rows" for check in failed)
        raise TransformError(
            f"The unified tables would be wrong ({named}); nothing was changed.",
            "Run `ats transform --full-refresh`; if that fails too, report it with this message.",
        )


def _view(builder: Builder, table: Table, reasons: Mapping[str, str]) -> tuple[str, str, Built]:
    if table.name not in reasons:
        return "unchanged", "it is a view", Built()
    builder.create_table(table)
    return "rebuilt", reasons[table.name], Built()


def _raw_table(name: str) -> tuple[str, str]:
    tool, _, model = name.partition(".")
    if (tool, model) not in raw_tables():
        known = [f"{tool}.{model}" for tool, model in raw_tables()]
        raise ConfigurationError(f'There is no raw table "{name}".', nearest(name, known))
    return tool, model
