"""A working folder, two made-up tenants, a way to compare tables: what reliability tests stand on."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipelines.places import Places
from pipelines.results import ModelRead, SyncResult
from pipelines.syncing import sync
from sandbox.coveto_tenant import CovetoTenant
from sandbox.persy_tenant import PersyTenant
from sandbox.server import Sandbox

NAMES = {"coveto": "acme", "compleetpersy": "leihwerk"}
OTHER = {"coveto": "compleetpersy", "compleetpersy": "coveto"}
LIST = {"coveto": "listBewerber", "compleetpersy": "listCandidates"}
PAGE_SIZE = 7
NOON = datetime(2026, 11, 15, 12, tzinfo=UTC)
"""When the tenants' clocks stand still, so that the same edits give the same records."""

Tables = Mapping[str, list[tuple[Any, ...]]]

_QUICK: dict[str, object] = {
    "page_size": PAGE_SIZE,
    "retries": 2,
    "in_flight": 2,
    "retry_after_max_seconds": 0.05,
    "connect_timeout_seconds": 5,
    "read_timeout_seconds": 20,
    "max_answer_mb": 30,
}
_RAW = "connection_id, remote_id, content_hash, cast(remote_data as varchar), is_deleted"


@dataclass
class Bench:
    """One tool is disturbed, the other one is not; both are read into the same working folder."""

    tool: str
    folder: Path
    coveto: CovetoTenant
    persy: PersyTenant
    settings: dict[str, object] = field(default_factory=dict)
    """Keys of the disturbed connection."""
    sandbox: Sandbox | None = None
    stray: CovetoTenant = field(default_factory=CovetoTenant)
    """Another host, which nothing should be sent to."""
    stray_url: str = ""

    @property
    def tenant(self) -> CovetoTenant | PersyTenant:
        """The tenant of the disturbed tool."""
        return self.coveto if self.tool == "coveto" else self.persy

    @property
    def connection_id(self) -> str:
        """The disturbed connection."""
        return f"{self.tool}:{NAMES[self.tool]}"

    @contextmanager
    def serving(self) -> Iterator["Bench"]:
        """Both tenants on loopback; afterwards the sandbox itself must not have failed."""
        with Sandbox(self.coveto, self.persy) as self.sandbox:
            yield self
            assert self.sandbox.failures == []

    def sync(self, **options: Any) -> SyncResult:
        """A real sync over HTTP, into the working folder."""
        self._configure()
        return sync(self.folder, **({"kind": "full"} | options))

    def base_url(self, tool: str) -> str:
        """Where a tool's tenant is."""
        assert self.sandbox is not None
        return self.sandbox.coveto_url if tool == "coveto" else self.sandbox.persy_url

    def _configure(self) -> None:
        dot_dlt = self.folder / ".dlt"
        dot_dlt.mkdir(parents=True, exist_ok=True)
        config, secrets = [], []
        for tool, name in NAMES.items():
            keys = _QUICK | {"tool": tool, "base_url": self.base_url(tool)}
            keys |= self.settings if tool == self.tool else {}
            config += [f"[connections.{name}]", *(f"{key} = {_toml(value)}" for key, value in keys.items())]
        secrets += ["[connections.acme]", f'customer_number = "{self.coveto.customer_number}"']
        secrets += [f'api_key = "{self.coveto.api_key}"', "[connections.leihwerk]"]
        secrets += [f'api_key = "{self.persy.api_key}"']
        (dot_dlt / "config.toml").write_text("\n".join(config), encoding="utf-8")
        (dot_dlt / "secrets.toml").write_text("\n".join(secrets), encoding="utf-8")

    def query(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """Rows of the working database."""
        with duckdb.connect(str(Places(self.folder).work_database), read_only=True) as connection:
            return connection.execute(sql, parameters).fetchall()

    def reads(self, result: SyncResult, tool: str) -> list[ModelRead]:
        """What `ats.runs` keeps of the run's reads of one tool, checked to be what the run returned."""
        wanted = [read for read in result.reads if read.tool == tool]
        columns = "model, outcome, records_read, complete, rejected, error_class, error_message, note"
        recorded = self.query(
            f"select {columns} from ats.runs where run_id = ? and tool = ? order by model",
            result.reads[0].run_id,
            tool,
        )
        names = columns.split(", ")
        assert recorded == sorted(tuple(getattr(read, name) for name in names) for read in wanted)
        return wanted


def new_bench(tool: str, folder: Path) -> Bench:
    """A bench over tenants as they are before any edit, not yet served."""
    coveto, persy = CovetoTenant.generate(candidates=25, jobs=12), PersyTenant.generate(candidates=25)
    coveto.clock.stop_at(NOON)
    persy.clock.stop_at(NOON)
    return Bench(tool, folder, coveto, persy)


def edit(bench: Bench, tool: str) -> None:
    """What happens at a vendor between the first sync and the disturbed one."""
    if tool == "coveto":
        _edit_coveto(bench.coveto)
    else:
        _edit_persy(bench.persy)


def _edit_coveto(coveto: CovetoTenant) -> None:
    coveto.change("candidates", 9, {"vorname": "Geändert"})
    coveto.remove("candidates", 5)
    coveto.add("candidates", {"vorname": "Neue", "nachname": "Bewerberin", "email": "neu@mail.example"})
    coveto.change("jobs", 3, {"titel": "Geänderte Stelle"})
    coveto.remove("applications", 30)


def _edit_persy(persy: PersyTenant) -> None:
    persy.change(100_009, {"UserArea.Notiz": "geändert"})
    persy.remove(100_005)
    persy.clock.advance(1)
    persy.add({"CandidateProfile": {"PersonalData": {"PersonName": {"FamilyName": "Neu"}}}})


def tables(folder: Path, condition: str = "true") -> Tables:
    """Every raw and unified row that readers see, without times of reading, in an order of their own."""
    with duckdb.connect(str(Places(folder).work_database), read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where (table_schema like 'raw\\_%' escape '\\' or table_schema = 'unified') "
            "and table_type = 'BASE TABLE' and table_name not like '\\_dlt%' escape '\\'"
        ).fetchall()
        found = {
            f"{schema}.{name}": connection.execute(
                f"select distinct {_columns(connection, schema, name)} from {schema}.{name} where {condition}"
            ).fetchall()
            for schema, name in names
        }
    return {name: sorted(rows, key=repr) for name, rows in sorted(found.items())}


def of_tool(all_tables: Tables, tool: str) -> Tables:
    """The rows of one tool alone; a table that both tools feed keeps those of this tool's connections."""
    raw = f"raw_{tool}."
    return {
        name: [row for row in rows if name.startswith(raw) or _is_of(row, tool)]
        for name, rows in all_tables.items()
        if name.startswith((raw, "unified."))
    }


def without(all_tables: Tables, remote_ids: frozenset[str]) -> Tables:
    """The tables without the rows of some records, and without counts that they enter into."""
    return {
        name: [row for row in rows if not remote_ids & {value for value in row if isinstance(value, str)}]
        for name, rows in all_tables.items()
        if name != "unified.mapping_gaps"
    }


def assert_same(found: Tables, wanted: Tables) -> None:
    """Every table has the same rows; the message shows the first that differ and no more."""
    assert found.keys() == wanted.keys()
    for name, rows in wanted.items():
        missing = [row for row in rows if row not in found[name]]
        surplus = [row for row in found[name] if row not in rows]
        assert not missing, f"{name} lacks {missing[:2]}; surplus are {surplus[:2]}"
        assert not surplus, f"{name} has too much: {surplus[:2]}"


def _is_of(row: tuple[Any, ...], tool: str) -> bool:
    return any(isinstance(value, str) and value == f"{tool}:{NAMES[tool]}" for value in row)


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, name: str) -> str:
    if schema != "unified":
        return _RAW
    columns = [row[0] for row in connection.execute(f"describe {schema}.{name}").fetchall()]
    kept = [f'"{column}"' for column in columns if column not in {"changed_at", "remote_deleted_at"}]
    return ", ".join(kept + ["remote_deleted_at is null"] * ("remote_deleted_at" in columns))


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    return str(value)


Prepare = Callable[[Bench], None]
