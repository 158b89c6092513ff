"""
Every kind of bad input that a source can hold, as one table: what stands there, and the code and the place of the answer.

Each has a test of its own, with more cases, in `test_bad_csv`, `test_bad_json`, `test_values`, `test_references`,
`test_excel` and `test_shapes`; entities of XML are in the tests of XML files.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from alignkit.errors import ImporterError, ImportRefusedError
from alignkit.importers import Preset, ReadOptions, read

Write = Callable[[str, "str | bytes"], Path]

ISSUES: list[tuple[str, str, str | bytes, str, str]] = [
    # what it is, file, content, code, place
    ("JSON NaN", "deals.json", '[{"id": 1, "name": "A", "amount": NaN}]', "ValueRejected", "deals.json $[0].amount"),
    (
        "JSON 1e999",
        "deals.json",
        '[{"id": 1, "name": "A", "amount": 1e999}]',
        "ValueRejected",
        "deals.json $[0].amount",
    ),
    ("JSON member twice", "deals.json", '[{"id": 1, "name": "A", "name": "B"}]', "DuplicateKey", "deals.json $[0]"),
    (
        "JSON endless digits",
        "deals.json",
        '[{"id": 1, "name": "A", "amount": ' + "9" * 5000 + "}]",
        "NumberTooLong",
        "deals.json $[0].amount",
    ),
    ("JSON lone surrogate", "deals.json", '[{"id": 1, "name": "\\ud800"}]', "InvalidText", "deals.json $[0].name"),
    ("CSV NUL", "deals.csv", "id,name\n1,A\0\n", "InvalidText", "deals.csv row 2, column 'name'"),
    ("CSV ragged row", "deals.csv", "id,name\n1,A,B\n", "RowShape", "deals.csv row 2"),
    (
        "text for a number",
        "companies.json",
        '[{"id": 1, "name": "A", "cadence": "12"}]',
        "TypeRejected",
        "companies.json $[0].cadence",
    ),
    (
        "true for a number",
        "companies.json",
        '[{"id": 1, "name": "A", "cadence": true}]',
        "TypeRejected",
        "companies.json $[0].cadence",
    ),
    (
        "fraction for a whole number",
        "tickets.csv",
        "id,title,raised,severity\n1,A,2026-01-01T00:00Z,1.9\n",
        "TypeRejected",
        "tickets.csv row 2, column 'severity'",
    ),
    ("1_000", "companies.csv", "id,name,cadence\n1,A,1_000\n", "TypeRejected", "companies.csv row 2, column 'cadence'"),
    (
        "full-width digits",
        "companies.csv",
        "id,name,cadence\n1,A,１２\n",
        "TypeRejected",
        "companies.csv row 2, column 'cadence'",
    ),
    (
        "month 13",
        "companies.csv",
        "id,name,ends\n1,A,2026-13-01\n",
        "DateRejected",
        "companies.csv row 2, column 'ends'",
    ),
    (
        "30 February",
        "companies.csv",
        "id,name,ends\n1,A,2026-02-30\n",
        "DateRejected",
        "companies.csv row 2, column 'ends'",
    ),
    ("year 0", "companies.csv", "id,name,ends\n1,A,0000-01-01\n", "DateRejected", "companies.csv row 2, column 'ends'"),
    (
        "24:00",
        "tickets.csv",
        "id,title,raised\n1,A,2026-01-01T24:00:00Z\n",
        "DateRejected",
        "tickets.csv row 2, column 'raised'",
    ),
    (
        "time that the clocks skip",
        "tickets.csv",
        "id,title,raised\n1,A,2026-03-29 02:30\n",
        "NonexistentTime",
        "tickets.csv row 2, column 'raised'",
    ),
    (
        "time that the clocks repeat",
        "tickets.csv",
        "id,title,raised\n1,A,2026-10-25 02:30\n",
        "AmbiguousTime",
        "tickets.csv row 2, column 'raised'",
    ),
    ("unknown stage", "deals.csv", "id,name,stage\n1,A,Won!!\n", "UnknownValue", "deals.csv row 2, column 'stage'"),
    ("one key twice", "deals.csv", "id,name\n1,A\n1,B\n", "DuplicateSourceKey", "deals.csv row 3, column 'id'"),
    ("reference to nothing", "deals.csv", "id,name,company\n5,A,77\n", "DanglingReference", "deals.csv row 2"),
    ("cycle of parents", "tasks.csv", "id,title,parent\n1,A,2\n2,B,1\n", "CycleError", "tasks.csv row 2"),
    ("parent of itself", "tasks.csv", "id,title,parent\n1,A,1\n", "CycleError", "tasks.csv row 2"),
    (
        "number beyond 64 bits",
        "tickets.csv",
        f"id,title,raised,severity\n1,A,2026-01-01T00:00Z,{2**63}\n",
        "NumberOutOfRange",
        "tickets.csv row 2, column 'severity'",
    ),
    ("renamed optional column", "companies.csv", "id,name,cadence_\n1,A,3\n", "MissingColumn", "companies.csv"),
    ("header without rows", "deals.csv", "id,name\n", "NoRows", "deals.csv"),
    (
        "text of another encoding",
        "deals.csv",
        "id,name\n1,MÃ¼ller\n",
        "WrongEncoding",
        "deals.csv row 2, column 'name'",
    ),
]

ERRORS: list[tuple[str, str, str | bytes, str, str]] = [
    # what it is, file, content, code, part of the message
    ("JSON nested deep", "deals.json", "[" * 100_000 + "]" * 100_000, "TooDeep", "64"),
    ("JSON too large", "deals.json", '[{"id": 1, "name": "' + "x" * 300_000 + '"}]', "TooLarge", "limit 200000"),
    ("CSV long cell", "deals.csv", f"id,name\n1,{'x' * 131_073}\n", "FieldTooLong", "row 2, column 'name'"),
    ("CSV column twice", "deals.csv", "id,name,name\n1,A,B\n", "DuplicateColumn", "'name' appears twice"),
    ("CSV unclosed quote", "deals.csv", 'id,name\n1,"A\n2,B\n', "UnclosedQuote", "row 2"),
    ("wrong delimiter", "deals.csv", "id;name\n1;A\n", "MappingMismatch", "did you mean delimiter ';'?"),
    ("wrong encoding", "deals.csv", "id,name\n1,Müller\n".encode("cp1252"), "WrongEncoding", "cp1252"),
    ("empty file", "deals.csv", "", "EmptyFile", "expected a header row"),
    ("missing needed column", "deals.csv", "id,nmae\n1,A\n", "MissingColumn", "nearest 'nmae'"),
    ("moment without zone", "tickets.csv", "id,title,raised\n1,A,2026-01-01 10:00\n", "NaiveTime", "row 2"),
]


@pytest.mark.parametrize(
    ("file", "content", "code", "place"), [row[1:] for row in ISSUES], ids=[row[0] for row in ISSUES]
)
def test_bad_values_and_rows(
    small: Preset, write: Write, file: str, content: str | bytes, code: str, place: str
) -> None:
    """A bad value or row is an issue with its code and its place, and the import goes on."""
    result = read(small, write(file, content), zone="Europe/Berlin")
    assert (code, place) in [(issue.code, issue.where) for issue in result.report.issues]
    report = result.report
    assert report.read == report.used + report.refused + report.skipped


@pytest.mark.parametrize(
    ("file", "content", "code", "part"), [row[1:] for row in ERRORS], ids=[row[0] for row in ERRORS]
)
def test_bad_sources(small: Preset, write: Write, file: str, content: str | bytes, code: str, part: str) -> None:
    """A source that cannot be read as a whole is an error with its code, its file, and what would be right."""
    with pytest.raises(ImporterError) as caught:
        read(
            small,
            write(file, content),
            options=ReadOptions(largest_json=200_000 if "large" in part or "limit" in part else 2**28),
        )
    assert (caught.value.code, caught.value.source) == (code, file)
    assert part in str(caught.value)


@pytest.fixture(scope="module")
def ten_thousand() -> str:
    """Ten thousand deals, one of which has an amount that is none."""
    rows = [f"{number},Deal {number},{number}.5" for number in range(1, 10_001)]
    rows[4_711] = "4712,Deal 4712,n/a"
    return "id,name,amount,opened\n" + "".join(f"{row},\n" for row in rows)


@pytest.mark.parametrize("kind", ["row", "value"])
def test_one_bad_row_in_ten_thousand(small: Preset, write: Write, ten_thousand: str, kind: str) -> None:
    """One bad row of 10,000 gives 9,999 in and one in the report; a bad value costs the value and not the row."""
    content = ten_thousand.replace("4712,Deal 4712,n/a,", "4712" if kind == "row" else "4712,Deal 4712,n/a,")
    result = read(small, write("deals.csv", content), currency="EUR")
    (issue,) = result.report.issues
    assert (issue.row, issue.code) == (4_713, "RowShape" if kind == "row" else "TypeRejected")
    assert len(result["opportunities"]) == (9_999 if kind == "row" else 10_000)


def test_strict_takes_none_of_ten_thousand(small: Preset, write: Write, ten_thousand: str) -> None:
    """Under `strict` one bad value of 10,000 means that nothing comes in, and the error holds the report."""
    with pytest.raises(ImportRefusedError) as caught:
        read(small, write("deals.csv", ten_thousand), currency="EUR", strict=True)
    assert [(issue.code, issue.where) for issue in caught.value.issues] == [
        ("TypeRejected", "deals.csv row 4713, column 'amount'")
    ]


def test_an_unreadable_path_is_named_whole(small: Preset, tmp_path: Path) -> None:
    """The error of a file that is not there names the whole path, so that a wrong folder shows."""
    path = tmp_path / "deep" / "deals.csv"
    with pytest.raises(ImporterError) as caught:
        read(small, path)
    assert (caught.value.code, caught.value.source) == ("SourceUnreadable", str(path))
