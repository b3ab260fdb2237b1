"""The transforms: whole, of a few records, and the same SELECT as one statement without a runner."""

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from benchmarks.tasks import Found, Task, found_by
from pipelines.configuration_sections import WholeSettings
from pipelines.warehouse import open_warehouse
from transforms.engine import DuckDbEngine
from transforms.models import Table, load_tables
from transforms.rendering import Renderer
from transforms.runner import TransformSettings, run_transforms

_RAW = "raw_compleetpersy"
_CHANGE = f"""
insert into {_RAW}.candidates
select * replace (
    '{{load}}' as _dlt_load_id, content_hash || '{{load}}' as content_hash,
    (select max(read_at) from {_RAW}.candidates) + interval 1 second as read_at
)
from {_RAW}.candidates
where read_at = (select min(read_at) from {_RAW}.candidates)
qualify row_number() over (order by md5(remote_id || '{{load}}')) <= {{count}}
"""
_SIZE = f"select sum(strlen(remote_data)) from {_RAW}.candidates where _dlt_load_id = ?"
_MEMORY_OF_THE_LIMIT = f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') * 6 // 10}B"
"""Six tenths of the machine's: one statement over everything takes what it takes."""
_TABLES = ("jobs", "candidates", "applications")
"""Those that Persy fills."""


def rebuild(folder: str) -> Task:
    """Every unified table made anew."""
    return _task(folder, full_refresh=True)


def incremental(folder: str, load: str, count: int) -> Task:
    """So many candidates got another version, in a load of that name."""
    with _warehouse(folder) as engine:
        engine.execute(_CHANGE.format(load=load, count=count))
        engine.execute(
            f"insert into {_RAW}._dlt_loads "
            f"select * replace ('{load}' as load_id) from {_RAW}._dlt_loads limit 1"
        )
        ((size,),) = engine.fetch(_SIZE, [load])
        engine.execute("checkpoint")
    return replace(_task(folder, full_refresh=False), size_in_bytes=lambda: int(str(size)))


def _task(folder: str, *, full_refresh: bool) -> Task:
    def carry_out() -> None:
        with _warehouse(folder) as engine, engine.threads(WholeSettings().transform_threads):
            run_transforms(engine, TransformSettings(), full_refresh=full_refresh)
            engine.execute("checkpoint")

    return _task_of(folder, carry_out, "unified")


def by_hand(folder: str) -> Task:
    """The limit: each table's SELECT with all that it needs, as one statement and without a runner."""

    def carry_out() -> None:
        with open_warehouse(Path(folder), _MEMORY_OF_THE_LIMIT) as engine:
            renderer = Renderer(engine.dialect, {}, {("compleetpersy", model) for model in _TABLES})
            engine.execute("create schema if not exists bench")
            for table in load_tables():
                if table.name in _TABLES:
                    statement = _statement(renderer, table)
                    engine.execute(f"create or replace table bench.{table.name} as {statement}")
            engine.execute("checkpoint")

    return _task_of(folder, carry_out, "bench")


def _statement(renderer: Renderer, table: Table) -> str:
    parts = []
    for tool, model in {*table.also_reads, *((tool, table.name) for tool in table.tools)}:
        rows = f"select distinct connection_id, remote_id from {renderer.raw(tool, model)} as log"
        versions = renderer.render("versions.sql", tool=tool, model=model)
        parts += [f"touched_{tool}_{model} as ({rows})", f"versions_{tool}_{model} as ({versions})"]
    parts.append(f"built as ({renderer.render(f'unified/{table.name}.sql')})")
    record = renderer.macro("wrapped_record", table.operations["compleetpersy"], "log.remote_data")
    columns = ", ".join(
        f"{record} as remote_data" if column.name == "remote_data" else f"built.{column.name}"
        for column in table.columns
    )
    row = renderer.macro("row_identity", "log")
    return (
        f"with {', '.join(parts)} select {columns} from built "
        f"left join {_RAW}.{table.name} as log on {row} = built.remote_data"
    )


def _task_of(folder: str, carry_out: Callable[[], None], schema: str) -> Task:
    def found() -> Mapping[str, Found]:
        with _warehouse(folder) as engine:
            return {
                name: found_by(engine.connection, f"select id, to_json({name}) from {schema}.{name}")
                for name in _TABLES
            }

    def size_in_bytes() -> int:
        with _warehouse(folder) as engine:
            sizes = [engine.fetch(f"select sum(strlen(remote_data)) from {_RAW}.{name}") for name in _TABLES]
        return sum(int(str(size)) for ((size,),) in sizes)

    return Task(carry_out, found, size_in_bytes)


def _warehouse(folder: str) -> AbstractContextManager[DuckDbEngine]:
    return open_warehouse(Path(folder))
