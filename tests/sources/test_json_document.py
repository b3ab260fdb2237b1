"""JSON as slices of the vendor's own text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.json_document import (
    PathDecoder,
    clean_json,
    content_hash,
    is_clean,
    item_slices,
    slice_at,
    text_of,
    value_of,
)


@pytest.mark.parametrize(
    ("body", "text", "replaced"),
    [
        (b'{"a":1}', '{"a":1}', 0),
        (b'\xef\xbb\xbf{"a":1}', '{"a":1}', 0),
        (b'{"a":"x\\u0000y"}', '{"a":"x\\ufffdy"}', 1),
        (b'{"a":"\\\\u0000"}', '{"a":"\\\\u0000"}', 0),
        (b'{"a":"\\ud800"}', '{"a":"\\ufffd"}', 1),
        (b'{"a":"\\ud83d\\ude00"}', '{"a":"\\ud83d\\ude00"}', 0),
        (b'{"a":"\xff"}', '{"a":"\ufffd"}', 1),
        (b'{"a":NaN,"b":-Infinity,"c":"NaN"}', '{"a":null,"b":null,"c":"NaN"}', 2),
    ],
)
def test_what_no_warehouse_takes_is_replaced_and_counted(body: bytes, text: str, replaced: int) -> None:
    document = clean_json(body)
    assert (document.body.decode(), document.replaced_characters) == (text, replaced)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none(), max_size=5))
def test_what_every_warehouse_takes_is_left_alone(value: dict[str, object]) -> None:
    body = json.dumps(value).replace("\\u0000", "0")
    cleaned = clean_json(body.encode())
    assert json.loads(cleaned.body) == json.loads(body) or cleaned.replaced_characters


def test_a_slice_is_the_text_as_it_came() -> None:
    found = slice_at(b'{"a": {"b" : [ 1.10, 2 ]}}', ("a", "b"))
    assert found is not None
    assert text_of(found) == "[ 1.10, 2 ]"


@pytest.mark.parametrize(
    ("text", "count"),
    [(None, 0), ("null", 0), ('""', 0), ("{}", 1), ('{"a":1}', 1), ("[]", 0), ("[1,2]", 2)],
)
def test_one_bare_object_a_list_null_and_nothing_all_are_lists(text: str | None, count: int) -> None:
    assert len(item_slices(None if text is None else text.encode())) == count


def test_the_order_of_keys_does_not_move_the_hash() -> None:
    assert content_hash(value_of('{"a":1,"b":[1,2]}')) == content_hash(value_of('{"b":[1,2], "a":1}'))


def test_long_whole_numbers_that_differ_in_the_last_digit_have_different_hashes() -> None:
    one, other = '{"a":123456789012345678901234567890}', '{"a":123456789012345678901234567891}'
    assert content_hash(value_of(one)) != content_hash(value_of(other))


def test_what_is_nested_too_deeply_is_an_error_that_can_be_caught() -> None:
    with pytest.raises(ValueError, match=r"depth|deeply"):
        value_of("[" * 100_000 + "]" * 100_000)


def test_a_number_beyond_a_double_is_the_text_of_its_digits() -> None:
    assert value_of(b'{"a": 1e200000, "b": [1.5, -1e400]}') == {"a": "1e200000", "b": [1.5, "-1e400"]}


INNER = st.recursive(
    st.none() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("abä"), inner, max_size=3),
    max_leaves=6,
)


@given(INNER, st.lists(st.lists(st.sampled_from("abä"), min_size=1, max_size=3), min_size=1, max_size=3))
def test_several_paths_at_once_lead_to_the_same_slices(value: object, names: list[list[str]]) -> None:
    text = json.dumps(value, ensure_ascii=False).encode()
    paths = [tuple(one) for one in names]
    found = PathDecoder(*paths).decode(text)
    assert [one if one is None else bytes(one) for one in found] == [
        one if one is None else bytes(one) for one in (slice_at(text, path) for path in paths)
    ]


@given(INNER)
def test_what_is_parted_is_the_list_that_is_there(value: object) -> None:
    text = json.dumps(value).encode()
    (found,) = PathDecoder(("a", "b"), items_of=("a", "b")).decode(text)
    there = slice_at(text, ("a", "b"))
    assert [bytes(one) for one in item_slices(found)] == [bytes(one) for one in item_slices(there)]


@pytest.mark.parametrize(
    "body",
    [b'\xef\xbb\xbf{"a":1}', b'{"a":"x\\u0000y"}', b'{"a":"\\ud800"}', b'{"a":"\xff"}', b'{"a":"\xc3'],
    ids=repr,
)
def test_what_must_be_mended_is_not_clean(body: bytes) -> None:
    assert not is_clean(body)


@pytest.mark.parametrize("body", [b'{"a":1}', '{"a":"ä\\u00e4\\\\n"}'.encode()], ids=repr)
def test_what_is_clean_stays_as_it_is(body: bytes) -> None:
    assert (is_clean(body), clean_json(body).body) == (True, body)
