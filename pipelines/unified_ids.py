"""Ids of the unified tables, as the transforms make them."""

import hashlib
import re
from typing import Literal

_UNIFIED = re.compile(r"[0-9a-f]{32}")
REMOTE = "remote:"

Model = Literal["jobs", "candidates", "applications", "screening_questions", "attachments"]


def unified_id(model: Model, connection_id: str, remote_id: str) -> str:
    """The id of a record: the same for ever, whoever computes it."""
    text = f"{model}|{connection_id}|{remote_id}"
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def is_unified_id(text: str) -> bool:
    """Whether a text has the form of such an id."""
    return _UNIFIED.fullmatch(text) is not None
