"""Mappings that fill custom fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from alignkit.domain import Project
from alignkit.domain.custom import Custom
from alignkit.errors import PresetError
from alignkit.importers import Take, jira, merge, parse_preset, read

PRESET = """
system = "planit"

[tables.jobs]
format = "any"
becomes = "projects"
key = "id"
shape = ["id", "title", "risk"]

[tables.jobs.fields]
name = "title"
"custom.risk" = { columns = "risk", convert = "number", divide = 100.0 }
"custom.seats" = { columns = "seats", convert = "whole" }
"custom.segment" = "segment"
"""
ROWS = [
    {"id": "1", "title": "One", "risk": 25, "seats": 3, "segment": " gov "},
    {"id": "2", "title": "Two", "risk": "high", "seats": None, "segment": ""},
]


def projects(entities: Mapping[str, Sequence[object]]) -> list[Project]:
    """The projects of an import."""
    return [fact for fact in entities["projects"] if isinstance(fact, Project)]


def test_a_mapping_fills_custom_fields() -> None:
    """Values are read as declared, those that cannot be are issues, and empty ones stay unknown."""
    found = read(parse_preset(PRESET), {"jobs": ROWS})
    one, two = projects(found.entities)
    assert one.custom == Custom({"risk": 0.25, "seats": 3, "segment": "gov"})
    assert two.custom == Custom({})
    assert [issue.code for issue in found.report.issues] == ["TypeRejected"]


def test_a_shipped_mapping_takes_more_fields() -> None:
    """A field is added to a shipped mapping by name."""
    changed = jira.preset().with_fields("project", **{"custom.lead_time": Take(columns=("Lead",), convert="number")})
    assert "custom.lead_time" in changed.records["project"].fields


def test_later_imports_fill_and_change_single_values() -> None:
    """Of two imports the later one changes what it has columns for, and leaves the other values."""
    preset = parse_preset(PRESET)
    first = read(preset, {"jobs": [ROWS[0]]})
    later = read(preset, {"jobs": [{"id": "1", "title": "One", "risk": 50}]})
    (project,) = projects(merge(first, later))
    assert project.custom == Custom({"risk": 0.5, "seats": 3, "segment": "gov"})


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"custom.risk"', '"custom.Risk"', "lower-case"),
        ('convert = "number"', 'convert = "money"', "converter of a custom field"),
        ('"custom.segment" = "segment"', 'custom = "segment"', "name one value"),
    ],
)
def test_faults_of_mappings(old: str, new: str, says: str) -> None:
    """A bad name or converter is told when the mapping is made."""
    with pytest.raises(PresetError, match=says):
        parse_preset(PRESET.replace(old, new))
