"""The files of the sample company: made again byte for byte, of the promised size, of the documented shape."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from alignkit import sample
from alignkit.errors import NotFoundError

if TYPE_CHECKING:
    from tests.sample.conftest import Files

ROOT = Path(__file__).resolve().parents[2]
ENGAGEMENTS = ("calls", "emails", "meetings", "notes", "communications", "feedback_submissions")


def shipped() -> dict[str, bytes]:
    """The generated files in the package, by path below their folder."""
    folder = sample.company()
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".json", ".csv")
    }


def test_the_generator_writes_the_shipped_files_byte_for_byte(tmp_path: Path) -> None:
    """What is in the package is what the generator writes today."""
    tool = ROOT / "tools" / "make_sample.py"
    if not tool.is_file():
        pytest.skip("tools/make_sample.py is only in the repository, not in the source distribution")
    subprocess.run([sys.executable, str(tool), "--to", str(tmp_path)], check=True, capture_output=True)
    made = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert made == shipped()


def test_the_files_are_small() -> None:
    """All of them together stay under one and a half megabytes."""
    assert sum(len(content) for content in shipped().values()) < 1_500_000


def test_the_company_has_the_promised_size(files: Files) -> None:
    """About 15 customers, 30 projects, 40 objectives, 600 interactions, 60 needs, 800 tasks."""
    engagements = sum(len(files.records(name)) for name in ENGAGEMENTS)
    updates = len(list(files.issues(kind="Status Update")))
    assert len(files.records("companies")) == 16
    assert len(files.sheet()) == 30
    assert len(files.objectives()) == 40
    assert 580 <= engagements + updates <= 640
    assert len(files.records("tickets")) == 60
    assert 770 <= len(files.work()) <= 830


def test_the_records_span_eighteen_months_up_to_now(files: Files) -> None:
    """The first touch is about eighteen months old, and only planned meetings lie after now."""
    moments = [str(row["hs_timestamp"]) for row in files.properties("meetings") + files.properties("emails")]
    known = sorted(text for text in moments if text != "None")
    assert "2024-08-15" < known[0] < "2024-10-15"
    now = sample.NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    later = [row for row in files.properties("meetings") if str(row["hs_timestamp"]) > now]
    assert {row["hs_meeting_outcome"] for row in later} == {"SCHEDULED"}
    assert len(later) >= 10
    assert all(str(row["hs_timestamp"] or "") <= now for row in files.properties("emails") + files.properties("calls"))


def test_no_work_is_done_before_it_was_written_down(files: Files) -> None:
    """In Jira, created <= started <= resolved <= now."""
    for row in files.issues():
        moments = [
            files.moment(row[name]) for name in ("Created", "Custom field (Actual start)", "Resolved") if row[name]
        ]
        assert moments == sorted(moments), row["Issue key"]
        assert moments[-1] <= sample.NOW, row["Issue key"]


def test_hubspot_properties_are_text_or_null(files: Files) -> None:
    """As in the API, no property is a number or a boolean."""
    for name in sample.HUBSPOT_OBJECTS[1:]:
        for record in files.records(name):
            assert all(isinstance(value, str | None) for value in record["properties"].values())


def test_pages_name_the_next_page() -> None:
    """Every page but the last points at the next; none holds more than a hundred records."""
    for name in sample.HUBSPOT_OBJECTS:
        pages = [json.loads(path.read_text("utf-8")) for path in sample.hubspot_pages(name)]
        following = [page.get("paging", {}).get("next", {}).get("after") for page in pages]
        assert following == [*(str(number) for number in range(2, len(pages) + 1)), None]
        assert all(len(page["results"]) <= 100 for page in pages)


def test_ids_are_unique_over_all_engagements(files: Files) -> None:
    """Two engagements never share an id, whatever their kind."""
    ids = [record["id"] for name in ENGAGEMENTS for record in files.records(name)]
    assert len(ids) == len(set(ids))


def test_every_association_leads_to_a_record(files: Files) -> None:
    """Companies, contacts, deals and tickets that a record names are in the files."""
    known = {name: {record["id"] for record in files.records(name)} for name in ("companies", "contacts", "tickets")}
    for name in (*ENGAGEMENTS, "tickets", "deals", "contacts"):
        for record in files.records(name):
            for target, found in record["associations"].items():
                assert {link["id"] for link in found["results"]} <= known.get(target, set())


def test_every_domain_is_an_example() -> None:
    """No address or domain in the files could belong to anybody."""
    pattern = re.compile(r"[\w-]+\.(?:com|org|net|de|eu|io|fr|se|pl|it|ch)\b")
    for path, content in shipped().items():
        text = content.decode()
        assert not pattern.findall(text), path
        assert all(found.endswith(".example") for found in re.findall(r"@([\w.-]+)", text)), path


def test_the_readme_names_every_property_and_column(files: Files) -> None:
    """The description of the files misses no HubSpot property and no column."""
    readme = (sample.company() / "README.md").read_text("utf-8")
    words = set(re.findall(r"[A-Za-z_]+", readme))
    for name in sample.HUBSPOT_OBJECTS[1:]:
        assert {key for row in files.properties(name) for key in row} - {"hs_object_id"} <= words
    for path in (*sample.jira_files().values(), *sample.objective_files().values()):
        if path.suffix == ".csv":
            assert all(column in readme for column in files.table(path)[0]), path.name


def test_an_unknown_hubspot_object_is_refused_by_name() -> None:
    """Asking for pages that are not there names the nearest that are."""
    with pytest.raises(NotFoundError, match="no HubSpot object 'meeting'; did you mean 'meetings'"):
        sample.hubspot_pages("meeting")


def test_importing_the_sample_reads_nothing() -> None:
    """The module that names the files loads neither json nor csv, nor importlib's resources."""
    code = "import sys, alignkit.sample; print([m for m in ('csv', 'importlib.resources') if m in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout.strip() == "[]"
