"""One unified table from the raw records that are touched: stage, join the tools, replace the rows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.checks import CheckOutcome, run_checks
from transforms.engine import ROWS_A_GROUP, Engine
from transforms.incremental import TouchedKeys, count_rows
from transforms.models import Table
from transforms.rendering import Renderer, has_file, quoted
from transforms.retained import retained_statement
from transforms.schemas import columns_of

MOST_ROWS_A_PART = 3 * ROWS_A_GROUP
MOST_BYTES_A_PART = 125_000_000
"""How much of a raw table a rebuild takes at once, so that memory does not grow with the table."""
_SAMPLE = 1_000

GAP = re.compile(r"\b(unmapped|unreadable)__(\w+)\b")


@dataclass(frozen=True)
class Built:
    """What was written to a table, and what its checks found: of a rebuild in all rows, else in those."""

    rows: int = 0
    checks: tuple[CheckOutcome, ...] = ()


@dataclass(frozen=True)
class Builder:
    """Builds unified tables in one warehouse."""

    engine: Engine
    renderer: Renderer
    touched: TouchedKeys

    def rebuild(self, table: Table) -> Built:
        """Make a table anew from everything in raw."""
        self.create_table(table)
        self.engine.execute("delete from ats.findings where table_name = ?", [table.name])
        for tool in table.tools:
            if self.renderer.is_present(tool, table.name):
                count_rows(self.engine, self.renderer, self.renderer.raw(tool, table.name))
            self.touched.set_all(tool, table.name)
        parts = self._parts(table)
        rows = 0
        for part in range(parts):
            if parts > 1:
                for tool in table.tools:
                    self.touched.set_all(tool, table.name, part, parts)
            rows += self._build(table).rows
        for written in (f"unified.{table.name}", "ats.findings"):
            count_rows(self.engine, self.renderer, written)
        return Built(rows, run_checks(self.engine, table, f"unified.{table.name}"))

    def _parts(self, table: Table) -> int:
        """In how many parts to rebuild a table, by the number of its records and the size of the first."""
        if any(has_file(siblings_file(tool, table)) for tool in table.tools):
            return 1
        parts = 1
        for tool in table.tools:
            rows = self.touched.count(tool, table.name)
            raw = self.renderer.raw(tool, table.name)
            ((mean,),) = self.engine.fetch(
                "select cast(coalesce(avg(length(cast(remote_data as varchar))), 0) as integer) "
                f"from (select remote_data from {raw} as log limit {_SAMPLE}) as log"
            )
            size = rows * int(str(mean))
            parts = max(parts, -(-rows // MOST_ROWS_A_PART), -(-size // MOST_BYTES_A_PART))
        return parts

    def update(self, table: Table) -> Built:
        """Replace the rows of the touched records.

        Only these are checked: the others were when they were written, and an id is made of the keys by which
        rows are replaced.
        """
        return self._build(table, replace=True)

    def touch_dependants(self, table: Table) -> None:
        """Touch the records of a table that depend on touched records of another."""
        for tool in table.tools:
            if has_file(dependants_file(tool, table)):
                self.touched.add_query(tool, table.name, self.renderer.render(dependants_file(tool, table)))

    def is_touched(self, table: Table) -> bool:
        """Whether a record that the table is made of is touched."""
        return any(self.touched.count(tool, table.name) for tool in table.tools)

    def _build(self, table: Table, *, replace: bool = False) -> Built:
        for tool, model in table.also_reads:
            self.touched.set_all(tool, model)
            self._find_versions(tool, model)
        for tool in table.tools:
            self._find_versions(tool, table.name)
            if replace and has_file(siblings_file(tool, table)):
                self.touched.add_query(tool, table.name, self.renderer.render(siblings_file(tool, table)))
                self._find_versions(tool, table.name)
        # Of a tool without a touched record nothing comes, and to plan that takes time all the same; without
        # any, all of them make the empty table that the next statements read.
        tools = [tool for tool in table.tools if self.touched.count(tool, table.name)] or table.tools
        self._create_temporary("built", self.renderer.render(f"unified/{table.name}.sql", tools=tools))
        for tool in tools:
            statement = retained_statement(table, tool)
            if statement:
                self.engine.execute(statement)
        if replace:
            self._delete(table, tools)
        self._insert(table, tools)
        self._insert_findings(table)
        ((rows,),) = self.engine.fetch("select count(*) from built")
        checks = run_checks(self.engine, table, "built") if replace else ()
        self._drop_temporary(table)
        return Built(int(str(rows)), checks)

    def _find_versions(self, tool: str, model: str) -> None:
        versions = self.renderer.render("versions.sql", tool=tool, model=model)
        self._create_temporary(f"versions_{tool}_{model}", versions)

    def _create_temporary(self, name: str, query: str) -> None:
        self.engine.execute(f"drop table if exists {name}")
        self.engine.execute(f"create temporary table {name} as {query}")
        count_rows(self.engine, self.renderer, name)

    def _drop_temporary(self, table: Table) -> None:
        self.engine.execute("drop table built")
        for tool, model in [*table.also_reads, *((tool, table.name) for tool in table.tools)]:
            self.engine.execute(f"drop table versions_{tool}_{model}")

    def _delete(self, table: Table, tools: Sequence[str]) -> None:
        for tool in tools:
            keys = f"(select connection_id, remote_id from touched_{tool}_{table.name})"
            self.engine.execute(
                f"delete from unified.{table.name} "
                f"where tool = '{tool}' and (connection_id, remote_id) in {keys}"
            )
            self.engine.execute(
                f"delete from ats.findings where table_name = '{table.name}' "
                f"and tool = '{tool}' and (connection_id, remote_id) in {keys}"
            )

    def _insert(self, table: Table, tools: Sequence[str]) -> None:
        for statement in insert_statements(self.renderer, table, tools):
            self.engine.execute(statement)

    def _insert_findings(self, table: Table) -> None:
        gaps = sorted(set(GAP.findall(self.renderer.render(f"unified/{table.name}.sql"))))
        text = self.renderer.macro("nothing", "text")
        selects = [
            f"select connection_id, tool, '{table.name}', remote_id, '{column}', '{kind}', "
            f"{text if table.column(column).personal else f'{kind}__{column}'} "
            f"from built where remote_deleted_at is null and {kind}__{column} is not null"
            for kind, column in gaps
        ]
        self.engine.execute("insert into ats.findings " + " union all ".join(selects))

    def create_table(self, table: Table) -> None:
        """Make an empty table with its comments, and the view of its current rows; or make a view.

        Where the tables are shared, one that has the columns already is emptied: who reads it sees its old
        rows until the run commits, and what was granted or built on it stays.
        """
        keeps = self.engine.shares_tables and self._is_there(table)
        for statement in (renewal_statements if keeps else create_statements)(self.renderer, table):
            self.engine.execute(statement)

    def _is_there(self, table: Table) -> bool:
        found = columns_of(self.engine, "unified", table.name)
        kinds = [(column.name, self.renderer.macro("type_of", column.kind)) for column in table.columns]
        return list(found.items()) == kinds


def insert_statements(renderer: Renderer, table: Table, tools: Sequence[str]) -> list[str]:
    """What carries the built rows into a table; remote_data comes straight from raw, byte for byte.

    Args:
        renderer: for the warehouse.
        table: the table.
        tools: whose rows were built.
    """
    if table.is_view:
        return []
    names = [column.name for column in table.columns]
    if "remote_data" not in names:
        return [f"insert into unified.{table.name} ({', '.join(names)}) select {', '.join(names)} from built"]
    statements = []
    for tool in tools:
        record = renderer.macro("wrapped_record", table.operations[tool], "log.remote_data")
        row = renderer.macro("row_identity", "log")
        for values, source in (
            (record, f"built join {renderer.raw(tool, table.name)} as log on {row} = built.remote_data"),
            (renderer.macro("nothing", "json"), "built"),
        ):
            columns = ", ".join(values if name == "remote_data" else f"built.{name}" for name in names)
            condition = " and built.remote_data is null" if source == "built" else ""
            statements.append(
                f"insert into unified.{table.name} ({', '.join(names)}) select {columns} "
                f"from {source} where built.tool = '{tool}'{condition}"
            )
    return statements


def create_statements(renderer: Renderer, table: Table) -> list[str]:
    """What makes an empty table, its view and their comments."""
    if table.is_view:
        return _view_statements(renderer, table)
    columns = ", ".join(f"{column.name} {renderer.macro('type_of', column.kind)}" for column in table.columns)
    names = ", ".join(column.name for column in table.columns)
    statements = [
        f"drop table if exists unified.{table.name} cascade",
        f"create table unified.{table.name} ({columns}){renderer.macro('table_options')}",
        *_index(renderer, table),
        *_comments("table", f"unified.{table.name}", table),
    ]
    if any(column.name == "remote_deleted_at" for column in table.columns):
        view = f"unified_current.{table.name}"
        statements += [
            f"drop view if exists {view}",
            f"create view {view} as select {names} from unified.{table.name} where remote_deleted_at is null",
            *_comments("view", view, table),
        ]
    return statements


def _index(renderer: Renderer, table: Table) -> list[str]:
    """By the record, for who brings the table up to date, and by the id, for who reads or checks it."""
    if not any(one.name == "remote_id" for one in table.columns):
        return []
    indexed = ("connection_id, remote_id", "id")
    statements = [renderer.macro("index_of", f"unified.{table.name}", columns) for columns in indexed]
    return [one for one in statements if one]


def renewal_statements(renderer: Renderer, table: Table) -> list[str]:
    """What empties a table that has the right columns; its view of current rows stays as it is."""
    name = f"unified.{table.name}"
    if table.is_view:
        return [f"create or replace {_view(renderer, table)}", *_comments("view", name, table)]
    return [f"delete from {name}", *_comments("table", name, table)]


def _view_statements(renderer: Renderer, table: Table) -> list[str]:
    name = f"unified.{table.name}"
    return [
        f"drop view if exists {name}",
        f"create {_view(renderer, table)}",
        *_comments("view", name, table),
    ]


def _view(renderer: Renderer, table: Table) -> str:
    return f"view unified.{table.name} as {renderer.render(f'unified/{table.name}.sql')}"


def _comments(kind: str, name: str, table: Table) -> list[str]:
    about = f"{table.description} One row is {table.grain}."
    return [
        f"comment on {kind} {name} is {quoted(about)}",
        *(
            f"comment on column {name}.{column.name} is {quoted(column.description)}"
            for column in table.columns
        ),
    ]


def dependants_file(tool: str, table: Table) -> str:
    """The query for the records of a table that depend on touched records of another table."""
    return f"touched/{tool}/{table.name}.sql"


def siblings_file(tool: str, table: Table) -> str:
    """The query for the records of a table that depend on touched records of the same table."""
    return f"siblings/{tool}/{table.name}.sql"
