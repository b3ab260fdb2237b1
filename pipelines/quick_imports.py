"""What the processes of `ats` do without, to be done sooner; those of others import what they like."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Refusal(MetaPathFinder):
    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Refuse pandas as if it were not installed; leave all others to whom they belong."""
        if fullname == "pandas":
            raise ModuleNotFoundError("ats does without pandas here", name=fullname)
        return None


@contextmanager
def without_pandas() -> Iterator[None]:
    """Have pyarrow, DuckDB and dlt work as where pandas is not installed, unless it is imported already.

    pyarrow would import it (half a second, 60 MB) to see whether a list is a column of it, and no command
    has any.
    """
    refusal = _Refusal()
    sys.meta_path.insert(0, refusal)
    try:
        yield
    finally:
        sys.meta_path.remove(refusal)
