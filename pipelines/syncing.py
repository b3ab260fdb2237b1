"""One sync: read what is due, append what changed, transform it, publish it, and record what happened."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from pipelines.configuration import AnyConnection, Configuration, load_configuration
from pipelines.created_records import CreatedRecords
from pipelines.dlt_project import dlt_project
from pipelines.erasing import finish_erasing
from pipelines.erasures import Erasures
from pipelines.forgotten_persons import forgotten_persons
from pipelines.loading import ToolLoader, drain_all
from pipelines.lock import locked
from pipelines.notifying import Notifier
from pipelines.opening import open_for
from pipelines.places import Places
from pipelines.process_memory import give_back
from pipelines.progress import Progress, Silent
from pipelines.publishers import AnyPublisher, publisher_for
from pipelines.read_outcomes import broken_off, exit_code_of_read, gravity, record_of
from pipelines.read_plans import EarlierReads, WantedKind, due_of, kind_and_start
from pipelines.rejected_records import RejectedRecords
from pipelines.results import ModelRead, NotDue, SyncResult
from pipelines.retaining import erase_expired
from pipelines.run_records import RunRecords, add_late
from pipelines.terminal import log_unexpected
from pipelines.tools import TOOLS, Tool, all_models, models_of
from pipelines.transforming import check_transforms, exit_code_of, transform_announced
from sources.endpoints import resolve_endpoints
from sources.errors import ConfigurationError, LockedError, SourceError, WarehouseError
from sources.forgotten import NOBODY, Forgotten
from sources.known_versions import KnownVersions
from sources.raw_log import next_read_at
from sources.reading import ModelReading, ReadPlan, failed_readings
from sources.stopping import Stopping
from transforms.engine import Engine

_MANY_RECORDS = 20_000
"""After so many, it is worth a tenth of a second to give back the memory that reading took."""


def sync(
    folder: Path | None = None,
    names: Sequence[str] = (),
    kind: WantedKind = "auto",
    models: Sequence[str] = (),
    accept_deletes: bool = False,
    progress: Progress | None = None,
    parallel: int | None = None,
) -> SyncResult:
    """Read connections of a working folder into its warehouse.

    Args:
        folder: the working folder; the current one where none is given.
        names: the connections by name; all where none is named.
        kind: "full" or "delta"; "auto" is a delta where the tool has deltas and was read whole before; "due"
            is what full_every and delta_every of each connection ask for by now, perhaps nothing.
        models: the models to read; all where none is named.
        accept_deletes: mark deletions however many they are.
        progress: is told how it goes on.
        parallel: how many connections are read at once, each under its own limits besides; as configured
            where no number is given.

    Raises:
        ConfigurationError: something in the configuration or the arguments is wrong; nothing was requested.
        LockedError: another run holds the lock.
        WarehouseError: the database or its folder cannot be used.
    """
    configuration = load_configuration(folder or Path())
    if parallel is not None:
        configuration = configuration.model_copy(update={"parallel": max(1, parallel)})
    selected = configuration.selected(names)
    _check_models(models, selected)
    check_transforms(configuration)
    run = _Run(configuration, selected, kind, tuple(models), accept_deletes, progress or Silent())
    with run.notifier.when_it_fails():
        result = _under_lock(run)
    run.notifier.ended(result)
    return result


def _under_lock(run: "_Run") -> SyncResult:
    configuration = run.configuration
    with locked(configuration.folder, configuration.lock_wait_seconds):
        try:
            with dlt_project(configuration.folder):
                with open_for(configuration) as engine:
                    result = run.carry_out(engine)
                if run.has_erased:
                    result = replace(result, published=finish_erasing(configuration))
                return result
        except LockedError:  # a run on another machine is at work, and this one was none
            raise
        except BaseException as error:  # stopped by a signal as well: every attempt is a row
            run.record_failure(error)
            raise


@dataclass
class _Run:
    """One run over some connections."""

    configuration: Configuration
    selected: Sequence[AnyConnection]
    kind: WantedKind
    models: tuple[str, ...]
    accept_deletes: bool
    progress: Progress

    def __post_init__(self) -> None:
        self.run_id = uuid4().hex
        self.started_at = datetime.now(UTC)
        self.spool_folder = Places(self.configuration.folder).spool / self.run_id
        self.stopping = Stopping()
        self.reads: list[ModelRead] = []
        self.loaders: dict[str, ToolLoader] = {}
        self.notifier = Notifier(self.configuration, self.run_id, self.progress.message)
        self.kinds: dict[str, WantedKind] = {}
        self.forgotten: Mapping[str, Forgotten] = {}
        self.has_erased = False
        """Whether files must be written anew, as bytes of what was erased may be in them."""

    def carry_out(self, engine: Engine) -> SyncResult:
        records = RunRecords(engine, self.configuration.folder)
        self.notifier.remember_failures(engine)
        publisher = publisher_for(engine, self.configuration)
        erasures = Erasures(engine)
        self.forgotten = forgotten_persons(erasures, self.configuration)
        self.earlier, self.created = EarlierReads(engine), CreatedRecords(engine).ids()
        self.selected, not_due = self._divide(engine)
        reads = self.reads
        try:
            self._clear_spools()
            self._drain(engine, publisher)
            for tool in TOOLS.values():
                connections = [one for one in self.selected if one.tool == tool.name]
                if connections:
                    reads.extend(self._read_tool(engine, publisher, tool, connections))
            result = transform_announced(engine, publisher, self.configuration, progress=self.progress)
        finally:
            self.stopping.stop()
            self._clear_spools()
        records.add(reads)
        has_failures = any(read.outcome != "success" for read in reads)
        if not publisher.announced and (has_failures or publisher.tells_other_outcomes()):
            publisher.announce()  # readers of ats.runs shall take no old outcome for the last word
        erase_expired(engine, publisher, self.configuration, self.progress)
        self.has_erased = erasures.is_unfinished()
        must_publish = self.configuration.publish and not self.has_erased
        published = must_publish and publisher.publish_if_behind()
        exit_code = max((exit_code_of_read(read) for read in reads), key=gravity, default=0)
        return SyncResult(
            tuple(reads),
            result if result.changed else None,
            published,
            max(exit_code, exit_code_of(result), key=gravity),
            not_due,
        )

    def record_failure(self, error: BaseException) -> None:
        """Keep a record of what the run did and what it did not come to; the database may take none now."""
        missing = broken_off(self.run_id, self.started_at, self.selected, self.reads, error)
        try:
            add_late(self.configuration.folder, [*self.reads, *missing])
        except (OSError, WarehouseError) as further:  # the error itself is what must be told
            self.progress.message(f"ats.runs will say nothing of this run ({type(further).__name__})")

    def _divide(self, engine: Engine) -> tuple[Sequence[AnyConnection], tuple[NotDue, ...]]:
        """What to read, of what kind, and what is not due."""
        selected = self.selected
        self.kinds = {one.connection_id: self.kind for one in selected}
        if self.kind != "due":
            return selected, ()
        times = due_of(engine, selected)
        found = {connection_id: one.kind_at(self.started_at) for connection_id, one in times.items()}
        self.kinds = {connection_id: kind for connection_id, kind in found.items() if kind is not None}
        return [one for one in selected if one.connection_id in self.kinds], tuple(
            NotDue(connection_id, times[connection_id].next_after(self.started_at))
            for connection_id, kind in found.items()
            if kind is None
        )

    def _drain(self, engine: Engine, publisher: AnyPublisher) -> None:
        """Load what earlier runs had read, of every tool: also what is not due now must come through."""
        drain_all(
            engine,
            self.configuration.folder,
            publisher.announce,
            lambda tool: self._loader(engine, publisher, tool),
            lambda tool: self.progress.message(f"{tool.name}: loaded what an earlier run had read"),
        )

    def _loader(self, engine: Engine, publisher: AnyPublisher, tool: Tool) -> ToolLoader:
        """The tool's loader, one a run: dlt resolves its whole configuration whenever one is made."""
        if tool.name not in self.loaders:
            loader = ToolLoader(
                tool, engine, self.configuration.folder, publisher.announce, self.progress.message
            )
            self.loaders[tool.name] = loader
        return self.loaders[tool.name]

    def _read_tool(
        self, engine: Engine, publisher: AnyPublisher, tool: Tool, connections: Sequence[AnyConnection]
    ) -> list[ModelRead]:
        loader = self._loader(engine, publisher, tool)
        with loader.known_versions() as known:
            known.expect([one.connection_id for one in connections])
            plans = [(one, self._plan(tool, one, known)) for one in connections]
            readings = list(self._read_side_by_side(tool, plans, known))
            if sum(reading.log.records_read for reading in readings) > _MANY_RECORDS:
                give_back()
            loader.load(readings, known)
        RejectedRecords(engine).add(self.run_id, readings)
        return [record_of(self.run_id, reading) for reading in readings]

    def _plan(self, tool: Tool, connection: AnyConnection, known: KnownVersions) -> ReadPlan:
        endpoints = resolve_endpoints(tool.package, connection)
        models = [model for model in models_of(tool, self.models) if endpoints[model].enabled]
        has_rows = known.latest_read_at(connection.connection_id) is not None
        is_loaded = has_rows and set(tool.models) <= known.tables
        wanted = self.kinds[connection.connection_id]
        what = kind_and_start(self.earlier, connection, models, wanted, is_loaded=is_loaded)
        return ReadPlan(
            kind=what.kind,
            read_at=next_read_at(known, connection.connection_id),
            models=models,
            spool_folder=self.spool_folder,
            since=what.since,
            accept_deletions=self.accept_deletes,
            created=self.created.get(connection.connection_id, {}),
            forgotten=self.forgotten.get(connection.connection_id, NOBODY),
            stopping=self.stopping,
        )

    def _read_side_by_side(
        self, tool: Tool, plans: Sequence[tuple[AnyConnection, ReadPlan]], known: KnownVersions
    ) -> Iterator[ModelReading]:
        def read(planned: tuple[AnyConnection, ReadPlan]) -> list[ModelReading]:
            connection, plan = planned
            try:
                return tool.read(connection, plan, known, self.progress)
            except Exception as error:  # whatever befalls one connection, the others go on
                if self.stopping.is_stopped:  # the database may be closed by now, and nobody asks
                    return []
                if isinstance(error, WarehouseError):  # that befalls all of them
                    raise
                return failed_readings(connection, plan, self._unexpected(error))

        pool = ThreadPoolExecutor(min(self.configuration.parallel, len(plans)), "connection")
        try:
            for readings in pool.map(read, plans):
                yield from readings
        finally:  # a run that is stopped waits for no vendor
            pool.shutdown(wait=False, cancel_futures=True)

    def _unexpected(self, error: Exception) -> SourceError:
        if isinstance(error, SourceError):
            return error
        return SourceError(
            f"this should not have happened while reading: {type(error).__name__}",
            log_unexpected(error, self.configuration.folder),
        )

    def _clear_spools(self) -> None:
        """What an earlier run left as well: this one holds the lock, so nobody waits for that."""
        shutil.rmtree(Places(self.configuration.folder).spool, ignore_errors=True)


def _check_models(models: Sequence[str], selected: Sequence[AnyConnection]) -> None:
    for model in models:
        if not any(model in TOOLS[one.tool].models for one in selected):
            raise ConfigurationError(
                f"no selected connection has a model {model}", f"models are {', '.join(all_models())}"
            )
