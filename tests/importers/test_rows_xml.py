"""XML as rows: what is a row, what is refused, and that the limit is named."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.errors import ImporterError
from alignkit.importers import ReadOptions, parse_preset, read
from alignkit.importers.rows_xml import LONGEST_TEXT, MOST_REPEATS, iter_elements, rowsets_of

LAUGHS = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;&lol;">]>
<lolz><row a="&lol2;"/></lolz>"""
EXTERNAL = """<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><r><row a="1">&x;</row></r>"""
PARAMETER = """<!DOCTYPE r [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]><r><row a="1"/></r>"""
REMOTE = """<!DOCTYPE r SYSTEM "http://127.0.0.1:1/x.dtd"><r><row a="1"/></r>"""


def elements(text: str, options: ReadOptions | None = None) -> list[tuple[str, dict[str, object]]]:
    """The rows of an XML text."""
    return list(iter_elements(io.BytesIO(text.encode()), "t.xml", options))


def test_attributes_are_columns() -> None:
    """An element with attributes is a row, and the outermost element is none."""
    assert elements('<all kind="demo"><Party id="1" name="A"/><Party id="2"/></all>') == [
        ("Party", {"id": "1", "name": "A"}),
        ("Party", {"id": "2"}),
    ]


def test_childless_elements_are_columns() -> None:
    """The text of a childless element is a column, in CDATA too; the row may have no attributes at all."""
    text = "<all><customer><id>1</id><name><![CDATA[A & B]]></name><note/></customer></all>"
    assert elements(text) == [("customer", {"id": "1", "name": "A & B"})]


def test_attributes_of_childless_elements() -> None:
    """A childless element's attributes are columns of the element it stands in, beside its text."""
    text = '<rss><item><key id="7">A-1</key><status id="3">Open</status></item></rss>'
    assert elements(text) == [("item", {"key": "A-1", "key.id": "7", "status": "Open", "status.id": "3"})]


def test_nested_records_know_where_they_stand() -> None:
    """A record within another has its columns too, and its own win."""
    text = '<all><Party id="1" type="X"><roles role="Customer"/><Mech id="9"><use for="mail"/></Mech></Party></all>'
    assert elements(text) == [
        ("roles", {"id": "1", "type": "X", "role": "Customer"}),
        ("use", {"id": "9", "type": "X", "for": "mail"}),
        ("Mech", {"id": "9", "type": "X", "use.for": "mail"}),
        ("Party", {"id": "1", "type": "X", "roles.role": "Customer"}),
    ]


def test_repeated_children_are_a_list() -> None:
    """A childless element that repeats gives a list; one that repeats very often makes its parent a container."""
    assert elements('<all><t id="1"><l>a</l><l>b</l></t></all>') == [("t", {"id": "1", "l": ["a", "b"]})]
    many = "<all><box>" + '<t id="1"/>' * (MOST_REPEATS + 2) + "</box></all>"
    assert {name for name, _ in elements(many)} == {"t"}


def test_namespaces_are_left_out() -> None:
    """Names count without their namespace."""
    assert elements('<a:r xmlns:a="urn:x"><a:row b="1"/></a:r>') == [("row", {"b": "1"})]


@pytest.mark.parametrize("text", [LAUGHS, EXTERNAL, PARAMETER, REMOTE])
def test_document_types_are_refused(text: str) -> None:
    """Entities, external references and bombs need a document type, and that is refused before anything is read."""
    with pytest.raises(ImporterError) as caught:
        elements(text)
    assert caught.value.code == "XmlRejected"
    assert "limit 0" in caught.value.reason


def test_depth_is_bounded() -> None:
    """The limit of nesting is named."""
    deep = "<a>" * 65 + "</a>" * 65
    with pytest.raises(ImporterError, match="limit 64") as caught:
        elements(deep)
    assert caught.value.code == "TooDeep"
    assert elements("<a><b><c x='1'/></b></a>", ReadOptions(deepest_xml=3))


@pytest.mark.parametrize("row", ['<row a="{}"/>', "<row><a>{}</a></row>"])
def test_texts_are_bounded(row: str) -> None:
    """One text has a limit, as an attribute and as an element."""
    assert elements(f"<r>{row.format('x' * LONGEST_TEXT)}</r>")
    with pytest.raises(ImporterError, match=f"limit {LONGEST_TEXT}") as caught:
        elements(f"<r>{row.format('x' * (LONGEST_TEXT + 1))}</r>")
    assert caught.value.code == "FieldTooLong"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "EmptyFile"), ("<a>", "XmlSyntax"), ("a,b\n1,2\n", "XmlSyntax"), ("<a>&x;</a>", "XmlSyntax")],
)
def test_what_is_no_xml(text: str, code: str) -> None:
    """A file that is no XML is an error with its place, and so is an entity nobody declared."""
    with pytest.raises(ImporterError) as caught:
        elements(text)
    assert caught.value.code == code
    assert text == "" or caught.value.where.startswith("line ")


def test_large_files_are_refused(tmp_path: Path) -> None:
    """A file above the limit is not read, and the limit is named."""
    path = tmp_path / "large.xml"
    path.write_text('<r><row a="1"/></r>', encoding="utf-8")
    with pytest.raises(ImporterError, match="limit 5") as caught:
        rowsets_of(path, ReadOptions(largest_xml=5))
    assert caught.value.code == "TooLarge"


def test_one_set_of_rows_per_kind(tmp_path: Path) -> None:
    """A set of rows is named by the last part of its elements' name, knows its columns, and starts anew each time."""
    path = tmp_path / "data.xml"
    path.write_text('<r><m.p.Party id="1"/><m.p.Party id="2" n="B"/><m.p.Role id="1"/></r>', encoding="utf-8")
    party, role = rowsets_of(path)
    assert (party.name, party.stem, party.columns) == ("data.xml: m.p.Party", "party", ("id", "n"))
    assert (role.stem, role.is_text) == ("role", True)
    assert [*party.rows()] == [*party.rows()] == [{"id": "1"}, {"id": "2", "n": "B"}]


def test_any_xml_by_a_users_mapping(tmp_path: Path) -> None:
    """A file of a tool nobody knows is read by a mapping of a few lines."""
    path = tmp_path / "crm.xml"
    path.write_text("<crm><firm><no>1</no><title>Seven Ltd</title></firm></crm>", encoding="utf-8")
    mapping = """
        system = "crm"
        [tables.firm]
        stems = ["firm"]
        key = ["no"]
        becomes = "customers"
        [tables.firm.fields]
        name = "title"
    """
    (firm,) = read(parse_preset(mapping), path)["customers"]
    assert (firm.id, firm.name) == ("crm:firm:1", "Seven Ltd")  # type: ignore[union-attr]


def test_parts_of_the_file_come_in_any_size() -> None:
    """Rows do not depend on where the chunks of the file end."""

    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(3)

    text = '<r><row a="é"><b>x y</b></row></r>'.encode()
    assert list(iter_elements(Slow(text), "t.xml")) == [("row", {"a": "é", "b": "x y"})]


def test_lists_of_words_are_columns() -> None:
    """An element that only holds texts of one name is a list of the element around it, beside a row of its own."""
    text = '<all><item id="1"><labels><label>a</label><label>b</label></labels><none/></item></all>'
    assert elements(text) == [
        ("labels", {"id": "1", "label": ["a", "b"]}),
        ("item", {"id": "1", "labels.label": ["a", "b"]}),
    ]


TEXTS = st.text(
    st.characters(min_codepoint=33, exclude_categories=["Cs", "Cc", "Cn", "Co", "Zs", "Zl", "Zp"]),
    min_size=1,
    max_size=20,
)
COLUMNS = st.sampled_from(["partyId", "name", "état", "from-date", "a.b"])


@settings(max_examples=50)
@given(st.lists(st.dictionaries(COLUMNS, TEXTS, min_size=1), max_size=8), st.booleans())
def test_what_another_library_writes_is_read_back(records: list[dict[str, str]], is_nested: bool) -> None:
    """Records that the standard library writes, as attributes or as elements, come back as they were, in order."""
    root = ET.Element("all")
    for record in records:
        row = ET.SubElement(root, "Party", {} if is_nested else record)
        for column, value in record.items() if is_nested else ():
            ET.SubElement(row, column).text = value
    assert elements(ET.tostring(root, encoding="unicode")) == [("Party", record) for record in records]
