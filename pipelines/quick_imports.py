"""What the processes of `ats` do without, to be done sooner; those of others import what they like."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_NOT_NEEDED = ("pandas", "numpy")


class _Refusal(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Refuse both as if they were not installed; leave all others to whom they belong."""
        if fullname in _NOT_NEEDED:
            raise ModuleNotFoundError(f"ats does without {fullname} here", name=fullname)
        return None


@contextmanager
def without_pandas_and_numpy() -> Iterator[None]:
    """Have pyarrow, DuckDB and dlt work as where neither is installed, each unless it is imported already.

    pyarrow would import pandas (half a second, 60 MB) to see whether a list is a column of it, and numpy (a
    quarter of a second, 11 MB) for arrays of it. No command has any. pyarrow that is imported inside does
    without numpy from then on.
    """
    refusal = _Refusal()
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
