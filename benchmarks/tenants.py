"""Large tenants that several cases go on with: made once, read once."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.results import Measured
from benchmarks.vendors import Vendors


@dataclass(frozen=True)
class SyncedTenant:
    """A tenant that is being served, the working folder that it was read into, and what that took."""

    vendors: Vendors
    folder: Path
    first: Measured


@dataclass
class SyncedTenants:
    """Persy tenants by their number of candidates."""

    _by_size: dict[int, SyncedTenant] = field(default_factory=dict)

    @property
    def folders(self) -> set[Path]:
        """The working folders that are still needed."""
        return {one.folder for one in self._by_size.values()}

    def of_size(self, size: int, make: Callable[[], SyncedTenant]) -> SyncedTenant:
        """The tenant of a size; made where there is none yet."""
        if size not in self._by_size:
            self._by_size[size] = make()
        return self._by_size[size]

    def keep(self, tenant: SyncedTenant) -> None:
        """Let other cases go on with a tenant that one has made; of two of a size the first stays."""
        if tenant is not self.of_size(tenant.first.rows, lambda: tenant):
            tenant.vendors.close()

    def forget(self, size: int) -> None:
        """Stop serving a tenant; its folder is no longer needed.

        Raises:
            RuntimeError: the sandbox failed meanwhile.
        """
        self._by_size.pop(size).vendors.close()

    def close(self) -> None:
        """Stop serving all that is left, whatever became of them: for the end of a run."""
        for size in list(self._by_size):
            with suppress(OSError, RuntimeError):
                self.forget(size)
