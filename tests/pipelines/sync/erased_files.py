"""What tests of erasing look for: a text in any byte of a working folder."""

from pathlib import Path

CANARY = "Xqzvikaryjwk Wmpfendelthorx"
"""A name that nothing else can hold, of letters that no compression finds twice."""


def files_with(folder: Path, text: str = CANARY) -> list[str]:
    """The files of a folder that hold a text in any byte."""
    return [
        str(path.relative_to(folder))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]
