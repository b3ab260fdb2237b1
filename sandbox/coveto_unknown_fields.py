"""Elements and attributes that no WSDL knows: what a vendor adds without telling anyone."""

from collections.abc import Callable
from typing import Any

from sandbox.record_store import Record

Key = tuple[int, ...]


def with_unknown_fields(model: str, make: Callable[[Key], Record]) -> Callable[[Key], Record]:
    """`make`, but half of the records also have something that the schema does not know."""

    def made(key: Key) -> Record:
        record = make(key)
        return record if key[-1] % 2 else record | _unknown(model, sum(key), record)

    return made


def _unknown(model: str, turns: int, record: Record) -> dict[str, Any]:
    forms: tuple[dict[str, Any], ...] = (
        {"kiBewertung": {"@version": "2", "#text": str(turns)}},
        {"schlagwort": ["neu", "schnell & gut", ""]},
        {"besonderheit": {"stufe": {"@nr": "1", "hinweis": ["a", "b"]}, "leer": "", "nichts": None}},
        {'w:fremd xmlns:w="urn:fremd"': {"w:wert": "7"}},
    )
    unknown = dict(forms[turns // 2 % len(forms)])
    if model == "jobs" and isinstance(record.get("titel"), str):
        unknown["titel"] = {"@sprache": "de", "#text": record["titel"]}
    return unknown
