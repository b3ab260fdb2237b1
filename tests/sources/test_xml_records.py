"""The one rule by which XML becomes JSON."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sources.coveto.answers import json_text
from sources.coveto.xml_document import parse_document
from sources.coveto.xml_records import NO_SHAPE, Json, Shape, XmlConverter

XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def converted(xml: str, shape: Shape = NO_SHAPE) -> Json:
    document = parse_document(xml.encode())
    assert document is not None
    return XmlConverter().value_of(document.root, shape)


@pytest.mark.parametrize(
    ("xml", "value"),
    [
        ("<a>x</a>", "x"),
        ("<a/>", ""),
        ("<a></a>", ""),
        ("<a>  </a>", "  "),
        (f'<a {XSI} xsi:nil="true"/>', None),
        (f'<a {XSI} xsi:nil="1"/>', None),
        (f'<a {XSI} xsi:nil="false"/>', {"@nil": "false"}),
        ('<a b="1"/>', {"@b": "1"}),
        ('<a b="1">x</a>', {"@b": "1", "#text": "x"}),
        ("<a><b>1</b><c/></a>", {"b": "1", "c": ""}),
        ("<a><b>1</b><c/><b>2</b></a>", {"b": ["1", "2"], "c": ""}),
        ("<a>\n  <b>1</b>\n</a>", {"b": "1"}),
        ("<a>vor<b>1</b>nach</a>", {"b": "1", "#text": ["vor", "nach"]}),
        ("<a><![CDATA[<p>1 & 2</p>]]></a>", "<p>1 & 2</p>"),
        ("<a>vor<!-- still -->nach</a>", "vornach"),
        ("<a>Altmu\u0308hl &#x1F600;</a>", "Altmu\u0308hl \U0001f600"),
        ("<a>007</a>", "007"),
        ('<a xmlns="n" xmlns:o="o"><b>1</b><o:b>2</o:b></a>', {"b": "1", "{o}b": "2"}),
        ('<a xmlns="n" xmlns:o="o"><o:b>2</o:b><b>1</b></a>', {"{o}b": "2", "b": "1"}),
        ('<a xmlns:o="o" b="1" o:b="2"/>', {"@b": "1", "@{o}b": "2"}),
    ],
)
def test_an_element_becomes(xml: str, value: Json) -> None:
    assert converted(xml) == value


def test_what_the_schema_lets_repeat_is_a_list_even_when_there_is_one() -> None:
    shape = Shape()
    shape.repeating.add("b")
    assert converted("<a><b>1</b></a>", shape) == {"b": ["1"]}


def test_an_empty_list_of_a_repeated_text_stays_apart_from_text_beside_children() -> None:
    assert converted("<a><b/><b/></a>") == {"b": ["", ""]}


def test_names_that_collide_in_one_record_are_told_apart_there_alone() -> None:
    converter = XmlConverter()
    records = [
        '<a xmlns="n" xmlns:o="o"><o:b>1</o:b></a>',
        '<a xmlns="n" xmlns:o="o"><b><c>1</c><o:c>2</o:c></b><o:b>3</o:b></a>',
        '<a xmlns="n" xmlns:o="o"><o:b>4</o:b><o:b>5</o:b></a>',
    ]
    assert [converter.value_of(etree.fromstring(one)) for one in records] == [
        {"b": "1"},
        {"b": {"c": "1", "{o}c": "2"}, "{o}b": "3"},
        {"b": ["4", "5"]},
    ]


def test_a_name_kept_apart_is_not_the_one_that_the_schema_lets_repeat() -> None:
    shape = Shape()
    shape.repeating.add("b")
    assert converted('<a xmlns="n" xmlns:o="o"><b>1</b><o:b>2</o:b></a>', shape) == {"b": ["1"], "{o}b": "2"}


def test_repeated_objects_are_one_list_in_their_order() -> None:
    xml = '<a><b c="1">x</b><d/><b><e>2</e></b><b/></a>'
    assert converted(xml) == {"b": [{"@c": "1", "#text": "x"}, {"e": "2"}, ""], "d": ""}


@given(st.recursive(st.text("ab <&ü", max_size=5), lambda inner: st.lists(inner, max_size=4), max_leaves=20))
def test_no_text_is_lost(tree: object) -> None:
    root = etree.Element("r")
    texts: list[str] = []

    def build(parent: etree._Element, node: object) -> None:
        child = etree.SubElement(parent, "e")
        if isinstance(node, str):
            child.text = node
            texts.append(node)
        else:
            for part in node if isinstance(node, list) else []:
                build(child, part)

    def found(value: Json) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value if isinstance(value, list) else list((value or {}).values())
        return [text for part in inner for text in found(part)]

    build(root, tree)
    assert [text for text in found(XmlConverter().value_of(root)) if text] == [text for text in texts if text]


def test_the_text_of_a_record_takes_no_more_memory_than_it_is_long() -> None:
    tracemalloc.start()
    try:
        texts = [json_text({"a": "x" * 1_000}) for _ in range(100)]
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert held < 2 * sum(map(len, texts))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"no xml",
        b"<a><b></a>",
        b"<a>cut sho",
        b'<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        b'<?xml version="1.0"?>\n<!-- c --><!doctype a SYSTEM "file:///etc/passwd"><a/>',
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16"),
        b"<!DOCTYPE html><html><body>Wartung</body></html>",
    ],
)
def test_no_document_is_made_of(text: bytes) -> None:
    assert parse_document(text) is None


def test_a_doctype_inside_cdata_is_only_text() -> None:
    assert converted("<a><![CDATA[<!DOCTYPE html>]]></a>") == "<!DOCTYPE html>"


@pytest.mark.parametrize(
    ("text", "value", "replaced"),
    [
        (b"<a>x\x00y\x1fz</a>", "x\ufffdy\ufffdz", 2),
        (b"<a>x\xffy</a>", "x\ufffdy", 1),
        (b"<a>&#0;&#x1F;&#10;</a>", "\ufffd\ufffd\n", 2),
        (b"\xef\xbb\xbf<a>x\x01</a>", "x\ufffd", 1),
    ],
)
def test_characters_that_xml_forbids_are_replaced_and_counted(text: bytes, value: str, replaced: int) -> None:
    document = parse_document(text)
    assert document is not None
    assert (XmlConverter().value_of(document.root), document.replaced_characters) == (value, replaced)
