"""The frame of an import: accounts, progress, strictness, presets."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from alignkit.errors import ImporterError, ImportRefusedError
from alignkit.importers import ImportProgress, Preset, ReadOptions, Take, hubspot, jira, objectives, parse_preset, read

Write = Callable[[str, "str | bytes"], Path]


def test_every_row_is_accounted_for(data: Path) -> None:
    """In every table, rows read are rows used, refused and skipped."""
    for folder in ("hubspot_jira_zendesk", "hubspot_tables", "payloads/hubspot_api"):
        for table in hubspot.read(data / folder).report.tables:
            assert table.read == table.used + table.refused + table.skipped


def test_the_report_is_for_people(small: Preset, write: Write) -> None:
    """The text of a report says counts, reasons, places, and what was not mapped."""
    write("notes.txt", "hello")
    write("deals.csv", "id,name,mood\n1,A,good\n1,B,bad\n")
    result = read(small, write("companies.csv", "id,name,cadence\n1,A,often\n").parent)
    assert str(result.report).splitlines() == [
        "crm import: 3 rows read, 2 used, 1 refused, 0 skipped",
        "  deals (deals.csv): 2 read, 1 used, 1 refused (DuplicateSourceKey)",
        "  companies (companies.csv): 1 read, 1 used",
        "  error DuplicateSourceKey: 1",
        "    deals.csv row 3, column 'id': crm/deal/1 stands also in deals.csv row 2, which is kept",
        "  error TypeRejected: 1",
        "    companies.csv row 2, column 'cadence': expected a number in digits 0 to 9 with a point, got 'often'",
        "  not read: notes.txt (of no format that is read)",
        "  columns not mapped in deals.csv: mood",
    ]


def test_issues_beyond_the_most_are_counted(small: Preset, write: Write) -> None:
    """A report lists a limited number of issues, and counts them all."""
    path = write("deals.csv", "id,name\n" + ",A\n" * 30)
    report = read(small, path, options=ReadOptions(most_issues=10)).report
    assert (len(report.issues), report.unlisted_issues, report.by_code) == (10, 20, {"MissingKey": 30})


def test_strict(small: Preset, write: Write) -> None:
    """Under `strict` any error issue raises with all issues, and the error can be pickled."""
    path = write("deals.csv", "id,name\n1,A\n,B\n1,C\n")
    with pytest.raises(ImportRefusedError) as caught:
        read(small, path, strict=True)
    again = pickle.loads(pickle.dumps(caught.value))
    assert [issue.code for issue in again.issues] == ["MissingKey", "DuplicateSourceKey"]
    assert again.code == "ImportRefused"
    assert "2 faults" in str(again)


def test_strict_bears_warnings(small: Preset, write: Write) -> None:
    """Warnings alone do not raise under `strict`."""
    assert read(small, write("deals.csv", "id,name,company\n1,A,9\n"), strict=True).report.by_code == {
        "DanglingReference": 1
    }


def test_progress(small: Preset, write: Write) -> None:
    """Progress is told every 1,000 rows and after each source, and never runs back or over."""
    path = write("deals.csv", "id,name\n" + "".join(f"{n},Deal\n" for n in range(2500)))
    events: list[ImportProgress] = []
    read(small, path, progress=events.append)
    assert [event.rows for event in events] == [1000, 2000, 2500]
    done = [event.done_bytes for event in events]
    assert done == sorted(done)
    assert done[-1] == events[-1].total_bytes == path.stat().st_size


def test_results_pickle(data: Path) -> None:
    """An import survives pickling."""
    result = hubspot.read(data / "payloads" / "hubspot_api")
    assert pickle.loads(pickle.dumps(result)) == result


def test_loading_is_light() -> None:
    """Importing the importers loads no conversion library and no database toolkit."""
    code = "import sys, alignkit.importers; print([m for m in ('cattrs', 'sqlalchemy', 'asyncio') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("module", [hubspot, jira, objectives])
def test_shipped_presets_read_as_toml(module: object) -> None:
    """Every shipped preset is valid data, and reads the same each time."""
    assert module.preset() is module.preset()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("system = 3 =", "Expected newline"),
        ("system = 'x'", "required field missing"),
        ("system = 'x'\nrecords = {}\ntables = {}\ncolour = 1", "colour"),
        ("system = 'x'\ntables = {}\n[records.a]\ncollection = 'accounts'\nfields = {}", "no collection 'accounts'"),
        ("system = 'x'\ntables = {}\n[records.a]\ncollection = 'customers'\nfields = {nam = 'n'}", "no field 'nam'"),
        (
            "system = 'x'\ntables = {}\n[records.a]\ncollection = 'customers'\nfields = {name = {convert = 'up'}}",
            "no converter 'up'",
        ),
        ("system = 'x'\nrecords = {}\n[tables.a]\nrecords = ['b']", "no record 'b'"),
        ("system = 'x'\nrecords = {}\n[tables.a]\nstems = ['b']", "name its records"),
    ],
)
def test_presets_that_cannot_work(text: str, reason: str) -> None:
    """A preset with a fault is refused when it is made, with the place."""
    with pytest.raises(ImporterError) as caught:
        parse_preset(text)
    assert caught.value.code == "PresetInvalid"
    assert reason in caught.value.reason


def test_presets_change_field_by_field(small: Preset, write: Write) -> None:
    """A field can be read from another column, in another way, or not at all; the preset itself stays."""
    path = write("companies.csv", "id,name,title,cadence\n1,A,Alpha,3\n")
    changed = small.with_fields("company", name="title", contact_cadence_days=None)
    (customer,) = read(changed, path)["customers"]
    assert (customer.name, customer.contact_cadence_days) == ("Alpha", None)  # type: ignore[union-attr]
    (customer,) = read(small, path)["customers"]
    assert (customer.name, customer.contact_cadence_days) == ("A", 3.0)  # type: ignore[union-attr]
    with pytest.raises(ImporterError):
        small.with_fields("company", colour="c")
    with pytest.raises(ImporterError):
        small.with_fields("account", name="c")


def test_presets_change_table_by_table(small: Preset, write: Write) -> None:
    """A table can be skipped with a reason; its rows are counted."""
    changed = small.with_table("deals", skip="not wanted here")
    result = read(changed, write("deals.csv", "id,name\n1,A\n2,B\n"))
    assert (result.report.skipped, dict(result.entities)) == (2, {})
    with pytest.raises(ImporterError):
        small.with_table("dealz", skip="x")


def test_takes_are_values() -> None:
    """A way to get a value can be evolved and compared."""
    take = Take(columns=("a",), choices={"X": "x"})
    assert attrs.evolve(take, columns=("a",)) == take
    assert attrs.evolve(take, choices={"Y": "y"}).folded == {"y": "y"}


def test_given_something_else(small: Preset) -> None:
    """What is neither path nor page is an error of ours."""
    for given in (None, 3, b"deals.csv", [1, 2], [], {}):
        with pytest.raises(ImporterError) as caught:
            read(small, given)  # type: ignore[arg-type]
        assert caught.value.code in {"SourceFormat", "NothingToRead"}
