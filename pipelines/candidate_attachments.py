"""The attachments of a Persy candidate: listed, and downloaded to files whose names are safe."""

import os
import re
import tempfile
import unicodedata
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from pipelines.configuration import AnyConnection, load_configuration
from pipelines.downloads import note_download
from pipelines.opening import open_unified
from pipelines.unified_ids import REMOTE, is_unified_id, unified_id
from sources.connections import PersyConnection
from sources.errors import ConfigurationError, VendorAnswerError, WarehouseError
from sources.moments import moment_of
from sources.persy.client import PersyClient
from sources.persy.requests import PersyAttachments

AttachmentType = Literal["CV", "COVER_LETTER", "OTHER"]

_TYPES: dict[str, AttachmentType] = {"lebenslauf": "CV", "anschreiben": "COVER_LETTER"}
_NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_LONGEST_NAME_BYTES = 150


@dataclass(frozen=True)
class Attachment:
    """A file of a candidate. Times are UTC; `file` is where it was downloaded to."""

    id: str
    application_id: str | None
    candidate_id: str
    type: AttachmentType
    remote_id: str
    file_name: str | None
    content_type: str | None
    remote_created_at: datetime | None
    remote_updated_at: datetime | None
    file: Path | None = None

    @property
    def values(self) -> dict[str, object]:
        """The attachment as plain values, times in ISO 8601."""
        values = {
            key: value.isoformat() if isinstance(value, datetime) else value
            for key, value in asdict(self).items()
            if key != "file"
        }
        return values | ({"file": str(self.file)} if self.file else {})


def attachments(
    folder: str | os.PathLike[str],
    name: str,
    candidate_id: str,
    download: str | os.PathLike[str] | None = None,
) -> tuple[Attachment, ...]:
    """What is attached to a candidate, asked live.

    Args:
        folder: the working folder.
        name: a connection of Persy.
        candidate_id: a unified id, the vendor's id, or `remote:<id>`.
        download: a folder to download all of it to; it is made where it is missing, and nothing in it is
            overwritten.

    Raises:
        ConfigurationError: the connection or the id is wrong; nothing was asked.
        SourceError: the vendor could not be reached or refused, or has no such candidate.
        WarehouseError: a unified id cannot be looked up, or the folder takes no files.
    """
    configuration = load_configuration(Path(folder))
    connection = _persy(configuration.selected([name])[0])
    remote_id = _remote_id(configuration.folder, connection, candidate_id)
    with closing(PersyClient(connection)) as client:
        vendor = PersyAttachments(client)
        listed = [_attachment(connection, remote_id, texts) for texts in vendor.of_candidate(remote_id)]
        if download is None:
            return tuple(listed)
        target = _folder(Path(download))
        done = []
        for one in listed:
            file = _downloaded(vendor, remote_id, one, target)
            note_download(configuration.folder, connection.connection_id, remote_id, file)
            done.append(replace(one, file=file))
        return tuple(done)


def safe_name(file_name: str | None) -> str:
    """A file name for any file system: no folder, nothing invisible, nothing reserved, not too long."""
    text = unicodedata.normalize("NFC", file_name or "")
    text = "".join("_" if unicodedata.category(one).startswith(("C", "Zl", "Zp")) else one for one in text)
    text = _NOT_IN_NAMES.sub("_", text).strip(" .")
    if _RESERVED.fullmatch(text):
        text = f"_{text}"
    stem, suffix = os.path.splitext(text or "attachment")  # noqa: PTH122 - a text, not a path
    suffix = _cut(suffix, 20)
    return _cut(stem, _LONGEST_NAME_BYTES - len(suffix.encode())).rstrip(" .") + suffix


def _persy(connection: AnyConnection) -> PersyConnection:
    if isinstance(connection, PersyConnection):
        return connection
    raise ConfigurationError(
        f"{connection.connection_id} has no attachments to read", "Name a connection of Compleet Persy"
    )


def _remote_id(folder: Path, connection: PersyConnection, given: str) -> str:
    remote_id = given.removeprefix(REMOTE).strip()
    if not remote_id:
        raise ConfigurationError("The id of the candidate is empty", "Give a unified id or the vendor's own")
    if given.startswith(REMOTE) or not is_unified_id(remote_id):
        return remote_id
    with open_unified(folder) as engine:
        rows = engine.fetch(
            "SELECT remote_id FROM unified.candidates WHERE connection_id = ? AND id = ?",
            [connection.connection_id, remote_id],
        )
    if not rows:
        raise ConfigurationError(
            f"{connection.connection_id} has no candidate with this unified id",
            f"Look it up in unified.candidates; an id of the vendor's own is written {REMOTE}<id>",
        )
    return str(rows[0][0])


def _attachment(connection: PersyConnection, candidate: str, texts: dict[str, str | None]) -> Attachment:
    remote_id = texts["id"]
    if not remote_id:
        raise VendorAnswerError(
            "An attachment came without an id",
            "set id of this connection's actions.attachment_fields to where the id is",
        )
    own = connection.connection_id
    opening = texts["job_id"]
    return Attachment(
        id=unified_id("attachments", own, f"{candidate}:{remote_id}"),
        application_id=unified_id("applications", own, f"{candidate}:{opening}") if opening else None,
        candidate_id=unified_id("candidates", own, candidate),
        type=_type(texts["context"]),
        remote_id=remote_id,
        file_name=texts["file_name"],
        content_type=texts["content_type"],
        remote_created_at=_time(texts["created_at"]),
        remote_updated_at=_time(texts["updated_at"]),
    )


def _type(context: str | None) -> AttachmentType:
    return _TYPES.get(unicodedata.normalize("NFC", context or "").strip().casefold(), "OTHER")


def _time(text: str | None) -> datetime | None:
    moment = moment_of(text or "")
    return moment.at if moment else None


def _folder(path: Path) -> Path:
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from error
    return path


def _downloaded(vendor: PersyAttachments, candidate: str, one: Attachment, target: Path) -> Path:
    """The file, for its owner alone; there is none where the download did not reach its end."""
    try:
        handle, partial = tempfile.mkstemp(prefix=".ats-", suffix=".partial", dir=target)
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        with os.fdopen(handle, "wb") as file:
            vendor.download(candidate, one.remote_id, file)
        return _placed(Path(partial), target, safe_name(one.file_name))
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        Path(partial).unlink(missing_ok=True)


def _placed(partial: Path, target: Path, name: str) -> Path:
    """Give a file its name, or the first numbered one that is free."""
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a text, not a path
    number = 1
    while True:
        path = target / (name if number == 1 else f"{stem} ({number}){suffix}")
        try:
            path.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            number += 1
            continue
        return partial.replace(path)


def _unwritable(path: Path, error: OSError) -> WarehouseError:
    return WarehouseError(
        f"{path} takes no files: {error.strerror or type(error).__name__}",
        "Name a folder that you may write to, with --download",
    )


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")
