"""The transforms: whole, of a few records, and the same SELECT as one statement without a runner."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.tasks import Found, Task, found_in
from pipelines.warehouse import open_warehouse
from transforms.engine import DuckDbEngine
from transforms.models import load_tables
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
_UNIFIED = "select id, to_json(candidates) from unified.candidates"


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
        engine.execute("checkpoint")
    return _task(folder, full_refresh=False)


def _task(folder: str, *, full_refresh: bool) -> Task:
    def carry_out() -> None:
        with _warehouse(folder) as engine:
            run_transforms(engine, TransformSettings(), full_refresh=full_refresh)
            engine.execute("checkpoint")

    return Task(carry_out, lambda: _candidates(folder, _UNIFIED))


def one_statement(folder: str) -> Task:
    """The limit: the SELECT of unified.candidates with all that it needs, as one statement."""

    def carry_out() -> None:
        with _warehouse(folder) as engine:
            engine.execute("create schema if not exists bench")
            engine.execute(f"create or replace table bench.candidates as {_statement(engine)}")
            engine.execute("checkpoint")

    return Task(carry_out, lambda: _candidates(folder, _UNIFIED.replace("unified.", "bench.")))


def _statement(engine: DuckDbEngine) -> str:
    present = {("compleetpersy", model) for model in ("candidates", "applications", "jobs")}
    renderer = Renderer(engine.dialect, {}, present)
    (table,) = (one for one in load_tables() if one.name == "candidates")
    parts = []
    for tool in table.tools:
        rows = f"select distinct connection_id, remote_id from {renderer.raw(tool, 'candidates')} as log"
        versions = renderer.render("versions.sql", tool=tool, model="candidates")
        parts += [f"touched_{tool}_candidates as ({rows})", f"versions_{tool}_candidates as ({versions})"]
    parts.append(f"built as ({renderer.render('unified/candidates.sql')})")
    record = renderer.macro("wrapped_record", table.operations["compleetpersy"], "log.remote_data")
    columns = ", ".join(
        f"{record} as remote_data" if column.name == "remote_data" else f"built.{column.name}"
        for column in table.columns
    )
    row = renderer.macro("row_identity", "log")
    return (
        f"with {', '.join(parts)} select {columns} from built "
        f"left join {_RAW}.candidates as log on {row} = built.remote_data"
    )


def _candidates(folder: str, query: str) -> Mapping[str, Found]:
    with _warehouse(folder) as engine:
        return {"candidates": found_in(engine.connection.execute(query).fetchall())}


def _warehouse(folder: str) -> AbstractContextManager[DuckDbEngine]:
    return open_warehouse(Path(folder))
