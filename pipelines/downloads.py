"""Which files were downloaded of which candidate, so that they can be erased with the candidate."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import orjson

from pipelines.places import Places
from sources.errors import WarehouseError


def note_download(folder: Path, connection_id: str, candidate: str, file: Path) -> None:
    """Note a file; `candidate` is the vendor's id.

    Raises:
        WarehouseError: it cannot be noted.
    """
    places = Places(folder)
    places.make()
    row = {"connection_id": connection_id, "candidate": candidate, "file": str(file.resolve())}
    try:
        with places.downloads.open("ab") as notes:
            places.downloads.chmod(0o600)
            notes.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))
    except OSError as error:
        raise _unusable(places.downloads, error) from error


def downloads_of(folder: Path, connection_id: str, candidate: str) -> list[Path]:
    """The files of a candidate that are still where they were downloaded to."""
    found = (Path(row["file"]) for row in _rows(folder) if _is_of(row, connection_id, candidate))
    return [path for path in dict.fromkeys(found) if path.exists()]


def erase_downloads(folder: Path, connection_id: str, candidate: str) -> int:
    """Delete the files of a candidate, and the notes of them; gives how many there were.

    Raises:
        WarehouseError: one cannot be deleted; the notes stay.
    """
    files = downloads_of(folder, connection_id, candidate)
    for file in files:
        try:
            file.unlink(missing_ok=True)
        except OSError as error:
            raise _unusable(file, error) from error
    kept = [row for row in _rows(folder) if not _is_of(row, connection_id, candidate)]
    _replace(Places(folder).downloads, kept)
    return len(files)


def _rows(folder: Path) -> list[dict[str, str]]:
    path = Places(folder).downloads
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise _unusable(path, error) from error
    rows = []
    for line in lines:
        with suppress(orjson.JSONDecodeError):  # the last line of a process that was killed says nothing
            rows.append(orjson.loads(line))
    return rows


def _is_of(row: dict[str, str], connection_id: str, candidate: str) -> bool:
    return (row["connection_id"], row["candidate"]) == (connection_id, candidate)


def _replace(path: Path, rows: Iterable[dict[str, str]]) -> None:
    text = b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows)
    if not text:
        path.unlink(missing_ok=True)
        return
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_bytes(text)
    fresh.replace(path)


def _unusable(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} cannot be used: {error.strerror or type(error).__name__}",
        "Give yourself the right to read and write it, and run the same again",
    )
