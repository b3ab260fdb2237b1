"""What tests of erasing look for: a text in any byte of a working folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import erasing
from sources.errors import WarehouseError

CANARY = "Xqzvikaryjwk Wmpfendelthorx"
"""A name that nothing else can hold, of letters that no compression finds twice."""


def files_with(folder: Path, text: str = CANARY) -> list[str]:
    """The files of a folder that hold a text in any byte."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


@contextmanager
def broken_off_before_rewriting() -> Iterator[None]:
    """Erasing that gets to its rows and not to the bytes of the files."""

    def full(*_: object) -> None:
        raise WarehouseError("The disk is full", "Free some space")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(erasing, "rewrite_database", full)
        with pytest.raises(WarehouseError):
            yield
