"""Whatever the newer shapes hold, reading gives a report or an error of ours: JSON lines, workbooks, pages of three tools."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import AlignkitError
from alignkit.importers import Preset, generic, pipedrive, read, salesforce, zendesk

NAMES = [
    "id",
    "Id",
    "Name",
    "name",
    "title",
    "status",
    "attributes",
    "type",
    "data",
    "records",
    "tickets",
    "item",
    "due",
]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["Account", "won", "2026-01-01"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)),
    max_leaves=12,
)


def outcome(preset: Preset, what: Any) -> None:
    """Read something, and see that all rows are accounted for."""
    try:
        report = read(preset, what, zone="UTC", currency="EUR").report
    except AlignkitError as error:
        str(error).encode()
    else:
        str(report).encode()
        assert report.read == report.used + report.refused + report.skipped


def outcome_of_file(name: str, content: bytes) -> None:
    """Read a file of that content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        outcome(generic.preset(), path)


@given(value=VALUES)
@pytest.mark.parametrize("module", [salesforce, pipedrive, zendesk])
def test_pages(module: Any, value: Any) -> None:
    """Any parsed value, under the members that hold rows."""
    for member in ("records", "data", "tickets"):
        outcome(module.preset(), {member: [value, {"attributes": {"type": "Account"}, "id": 1, "name": value}]})
    outcome(module.preset(), value)


@given(lines=st.lists(st.one_of(VALUES.map(json.dumps), st.text(max_size=20)), max_size=6))
def test_json_lines(lines: list[str]) -> None:
    """Any lines, of JSON or not."""
    outcome_of_file("projects.jsonl", "\n".join(lines).encode("utf-8", "surrogatepass"))


@given(content=st.binary(max_size=200), name=st.sampled_from(["projects.jsonl", "projects.xlsx", "projects.xml"]))
def test_bytes(content: bytes, name: str) -> None:
    """Any bytes at all."""
    outcome_of_file(name, content)


@pytest.fixture(scope="module")
def workbook() -> dict[str, bytes]:
    """The parts of a small workbook."""
    openpyxl = pytest.importorskip("openpyxl")
    made, held = openpyxl.Workbook(), io.BytesIO()
    for row in (["id", "Name", "Progress", "Due on"], ["P1", "Alpha", 0.5, "2026-01-01"], ["P2", "Beta", "=1/2", None]):
        made.active.append(row)
    made.save(held)
    with zipfile.ZipFile(held) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@given(
    data=st.data(),
    part=st.sampled_from(["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "[Content_Types].xml"]),
    put=st.sampled_from([b"", b"<", b"\0", b'"', b"x", b"<c>", b"9" * 30, b"A1:B1"]),
)
def test_damaged_workbooks(workbook: dict[str, bytes], data: st.DataObject, part: str, put: bytes) -> None:
    """A workbook with a part that is damaged somewhere."""
    content = workbook[part]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 40)))
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, old in workbook.items():
            archive.writestr(name, content[:start] + put + content[end:] if name == part else old)
    outcome_of_file("projects.xlsx", held.getvalue())
