"""Whatever bytes a file holds, reading it gives a report or an error of ours: never another exception."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import AlignkitError
from alignkit.importers import Preset, ReadOptions, hubspot, jira, objectives, read

CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["1", "id", "name", "2026-02-30", "1e999", "NaN", "22/Sep/25 9:26 AM", '"', ",", "\0", "\ud800", "𝟚"]
    ),
)
LINES = st.lists(st.lists(CELLS, min_size=1, max_size=5).map(",".join), max_size=6).map("\n".join)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELLS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["id", "name", "properties", "dealname", "fields", "amount", "x"]), inner, max_size=5
        ),
    ),
    max_leaves=12,
)


def outcome(preset: Preset, name: str, content: bytes) -> None:
    """Read a file of that content in two encodings."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        for encoding in ("utf-8-sig", "utf-16"):
            try:
                report = read(preset, path, zone="UTC", currency="EUR", options=ReadOptions(encoding=encoding)).report
            except AlignkitError as error:
                str(error).encode()
            else:
                str(report).encode()
                assert report.read == report.used + report.refused + report.skipped


@given(content=st.binary(max_size=200), name=st.sampled_from(["deals.csv", "deals.json"]))
def test_bytes(small: Preset, content: bytes, name: str) -> None:
    """Any bytes at all."""
    outcome(small, name, content)


@given(lines=LINES, header=st.sampled_from(["id,name,amount,company,opened", "id,name,name", ""]))
def test_lines(small: Preset, lines: str, header: str) -> None:
    """Lines that look like a CSV file."""
    outcome(small, "deals.csv", f"{header}\n{lines}".encode("utf-8", "surrogatepass"))


@given(lines=LINES)
def test_lines_for_jira(lines: str) -> None:
    """Lines under the header of a Jira export, with the largest mapping there is."""
    header = "Summary,Issue key,Issue id,Created,Labels,Labels,Original estimate"
    outcome(jira.preset(), "issues.csv", f"{header}\n{lines}".encode("utf-8", "surrogatepass"))


@given(value=VALUES, name=st.sampled_from(["deals.json", "companies.json", "calls.json", "tickets.json"]))
def test_json(value: Any, name: str) -> None:
    """Any JSON value, as a page of HubSpot."""
    outcome(hubspot.preset(), name, json.dumps({"results": [value, {"id": "1", "properties": value}]}).encode())
    outcome(hubspot.preset(), name, json.dumps(value).encode())


@given(value=VALUES)
def test_pages_given_as_values(value: Any) -> None:
    """Any parsed value, handed over instead of a file."""
    for preset in (hubspot.preset(), objectives.preset()):
        for given_value in (value, {"deals": value}, [{"results": [value]}]):
            try:
                str(read(preset, given_value, zone="UTC").report).encode()
            except AlignkitError as error:
                str(error)


@pytest.mark.parametrize("text", ['{"results": [{"id": 1e400}]}', '{"a":{}}', "[[]]", '"x"', "1", "null", "[1, 2]"])
def test_small_json(text: str) -> None:
    """Some pages that are none."""
    outcome(hubspot.preset(), "deals.json", text.encode())
