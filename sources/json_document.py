"""JSON as it came: records are slices of the vendor's own text, so no number, key order or repeat is lost.

Characters that no warehouse takes are replaced by U+FFFD and counted: NUL, lone surrogates, bytes that are no
UTF-8. NaN and the infinities, which JSON does not have, become null and are counted too.
"""

import json
import math
import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import attrgetter
from typing import Any

import msgspec
import orjson
import xxhash

_SUSPECT = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|NaN|Infinity")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN', re.DOTALL)
_ESCAPE = re.compile(
    r"(\\\\)|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_DIGITS_AS_ZEROS = bytes(48 if 48 <= byte < 58 else 32 for byte in range(256))
_LONG_NUMBER = b"0" * 16
"""Whole numbers that orjson may not hold, among `_DIGITS_AS_ZEROS`; a pattern takes ten times as long."""

Raw = msgspec.Raw
_RAW_OBJECT = msgspec.json.Decoder(dict[str, msgspec.Raw])
_Member = msgspec.Raw | msgspec.UnsetType
_RAW_LIST = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True)
class JsonText:
    """A JSON document that every warehouse takes, in UTF-8."""

    body: bytes
    replaced_characters: int

    @cached_property
    def members(self) -> dict[str, Raw] | None:
        """The members of the object that it is, as slices of its text; None where it is none."""
        return object_slices(self.body)

    def at(self, path: tuple[str, ...]) -> Raw | bytes | None:
        """The slice at a path of names; of a list on the way, its first item. None where there is nothing."""
        if not path or self.members is None:
            return slice_at(self.body, path)
        found = self.members.get(path[0])
        return None if found is None else slice_at(found, path[1:])

    @cached_property
    def has_long_number(self) -> bool:
        """Whether it may hold a whole number that orjson would not keep."""
        return _LONG_NUMBER in self.body.translate(_DIGITS_AS_ZEROS)


def is_clean(body: bytes) -> bool:
    """Whether `clean_json` gives this text as it is, unless it holds NaN or the infinities, or is no JSON."""
    if body.startswith(BOM_UTF8) or (b"\\u" in body and _SUSPECT.search(body) is not None):
        return False
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def clean_json(body: bytes) -> JsonText:
    """The text of an answer, without byte order mark and without what no warehouse takes."""
    body = body.removeprefix(BOM_UTF8)
    if is_clean(body) and (document := JsonText(body, 0)).members is not None:
        # Readers of slices refuse NaN and the infinities, so these need not be looked for in what they take.
        return document
    replaced = 0
    try:
        body.decode()
    except UnicodeDecodeError:
        mark = "\ufffd".encode()
        mended_bytes = body.decode("utf-8", "replace").encode()
        replaced, body = mended_bytes.count(mark) - body.count(mark), mended_bytes
    mended = 0

    def mend_escape(match: re.Match[str]) -> str:
        nonlocal mended
        if match[1] or match[2]:
            return match[0]
        mended += 1
        return "\\ufffd"

    def mend_token(match: re.Match[str]) -> str:
        nonlocal mended
        if match[0].startswith('"'):
            return _ESCAPE.sub(mend_escape, match[0])
        mended += 1
        return "null"

    text = _TOKEN.sub(mend_token, body.decode()).encode()
    return JsonText(text, replaced + mended)


def object_slices(text: Raw | bytes) -> dict[str, Raw] | None:
    """The values of an object as slices of its text; None where the text is no object."""
    try:
        return _RAW_OBJECT.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


class MemberDecoder:
    """Gives some members of objects as slices of their text; the others are passed over without a copy."""

    def __init__(self, names: Sequence[str]) -> None:
        fields = [(f"member_{place}", _Member, msgspec.UNSET) for place in range(len(names))]
        keys = {field[0]: name for field, name in zip(fields, names, strict=True)}
        self._decoder = msgspec.json.Decoder(msgspec.defstruct("Members", fields, rename=keys))
        self._nothing = (msgspec.UNSET,) * len(names)

    def decode(self, text: Raw | bytes) -> tuple[Raw | msgspec.UnsetType, ...]:
        """The members in the order of their names; UNSET for each where the text is no object."""
        try:
            return msgspec.structs.astuple(self._decoder.decode(text))
        except (msgspec.DecodeError, RecursionError):
            return self._nothing


class PathDecoder:
    """Gives the slices at some paths of objects, as `slice_at` does, in one pass over each text.

    Args:
        paths: where the slices are.
        items_of: one of the paths, if what is there shall be parted, where it is a list.
    """

    def __init__(self, *paths: tuple[str, ...], items_of: tuple[str, ...] = ()) -> None:
        self._paths = paths
        self._decoder = msgspec.json.Decoder(_struct_of(paths, items_of))
        self._get = [attrgetter(".".join(map(_field_of, path))) for path in paths]

    def decode(self, text: Raw | bytes) -> tuple[Any, ...]:
        """The slices in the order of the paths; None for each where there is nothing.

        What is parted is a list of slices: then every path leads through objects alone.
        """
        try:
            members = self._decoder.decode(text)
            found = [get(members) for get in self._get]
        except (msgspec.DecodeError, RecursionError, AttributeError):  # a list or null on the way
            return tuple(slice_at(text, path) for path in self._paths)
        return tuple([None if part is msgspec.UNSET else part for part in found])


def _struct_of(paths: Sequence[tuple[str, ...]], items_of: tuple[str, ...]) -> Any:
    """A type with a field for each first name of some paths, which is raw text where a path ends there."""
    fields: list[tuple[str, Any, Any]] = []
    for name in dict.fromkeys(path[0] for path in paths):
        rest = [path[1:] for path in paths if path[0] == name]
        if () not in rest:
            inner = _struct_of(rest, items_of[1:] if items_of[:1] == (name,) else ())
            fields.append((_field_of(name), inner, msgspec.field(default_factory=inner)))
        else:
            kind: Any = list[Raw] if items_of == (name,) else Raw
            fields.append((_field_of(name), kind | msgspec.UnsetType, msgspec.UNSET))
    keys = {_field_of(path[0]): path[0] for path in paths}
    return msgspec.defstruct("Members", fields, rename=keys)


def _field_of(name: str) -> str:
    return f"member_{name.encode().hex()}"


def list_slices(text: Raw | bytes) -> list[Raw] | None:
    """The items of a list as slices of its text; None where the text is no list."""
    try:
        return _RAW_LIST.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return None


def slice_at(text: Raw | bytes, path: tuple[str, ...]) -> Raw | bytes | None:
    """The slice at a path of names; of a list on the way, its first item. None where there is nothing."""
    for name in path:
        members = object_slices(text)
        if members is None:
            items = list_slices(text)
            members = object_slices(items[0]) if items else None
        if members is None or name not in members:
            return None
        text = members[name]
    return text


def value_at(value: Any, path: tuple[str, ...]) -> Any:
    """What `slice_at` finds at a path, of a value that is read already; None where there is nothing."""
    for name in path:
        if type(value) is list:
            value = value[0] if value else None
        if type(value) is not dict:
            return None
        value = value.get(name)
    return value


def item_slices(text: list[Raw] | Raw | bytes | None) -> Sequence[Raw | bytes]:
    """What comes as a list, parted or not, as one bare value, as null or not at all, as a list of slices."""
    if text is None:
        return []
    if isinstance(text, list):
        return text
    items = list_slices(text)
    if items is not None:
        return items
    return [] if text_of(text).strip() in {"null", '""', ""} else [text]


def text_of(text: Raw | bytes) -> str:
    """A slice as text."""
    return bytes(text).decode()


def value_of(text: Raw | bytes | str, *, has_long_number: bool | None = None) -> Any:
    """The value of a slice, whole numbers of any length included.

    Args:
        text: the slice.
        has_long_number: whether it may hold a number that orjson would not keep; None to look.

    Raises:
        ValueError: the slice is no JSON, or nested too deeply.
    """
    plain = text.encode() if isinstance(text, str) else bytes(text)
    if has_long_number is None:
        has_long_number = _LONG_NUMBER in plain.translate(_DIGITS_AS_ZEROS)
    try:
        return _exactly(plain) if has_long_number else _quickly(plain)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _quickly(plain: bytes) -> Any:
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError as error:
        if "infinity" not in str(error):
            raise
        return _exactly(plain)  # a number beyond a double is JSON all the same


def _exactly(plain: bytes) -> Any:
    """With whole numbers of any length; a number that no double holds as the text of its digits."""

    def number(digits: str) -> float | str:
        return digits if math.isinf(float(digits)) else float(digits)

    return json.loads(plain, parse_float=number)


def content_hash(value: Any) -> str:
    """xxh3_128 of a value's JSON with sorted keys.

    Raises:
        ValueError: the value is nested too deeply, beyond some 250 levels.
    """
    try:
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError as error:  # a whole number beyond 64 bits, or too many levels
        if "ecursion" in str(error):
            raise ValueError("nested too deeply") from None
        try:
            canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        except RecursionError:
            raise ValueError("nested too deeply") from None
    return xxhash.xxh3_128_hexdigest(canonical)
