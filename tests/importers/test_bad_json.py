"""What a JSON page must not hold, and what is said about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from alignkit.errors import ImporterError
from alignkit.importers import ImportIssue, Preset, ReadOptions, read

Write = Callable[[str, "str | bytes"], Path]


def page(record: str) -> str:
    """A page around one record."""
    return f'{{"results": [{record}]}}'


def only_issue(preset: Preset, path: Path) -> ImportIssue:
    """Read a file and give the one issue of its report."""
    result = read(preset, path)
    (issue,) = result.report.issues
    return issue


def fault(preset: Preset, given: Any, options: ReadOptions | None = None) -> ImporterError:
    """Read what is given and give the error."""
    with pytest.raises(ImporterError) as caught:
        read(preset, given, options=options)
    return caught.value


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_are_not_finite(small: Preset, write: Write, number: str) -> None:
    """A number that is not finite is no value, and the issue says where it stood."""
    issue = only_issue(small, write("deals.json", page(f'{{"id": 1, "name": "A", "amount": {number}}}')))
    assert (issue.code, issue.path) == ("ValueRejected", "$.results[0].amount")
    assert issue.reason.startswith("not a finite number")


def test_a_member_twice_in_a_record(small: Preset, write: Write) -> None:
    """A record that names a member twice is refused: nobody knows which was meant."""
    result = read(small, write("deals.json", page('{"id": 1, "name": "A", "name": "B"}')))
    assert result["opportunities"] == []
    assert [str(issue) for issue in result.report.issues] == [
        "DuplicateKey: deals.json $.results[0]: 'name' appears twice"
    ]


def test_a_member_twice_in_the_page(small: Preset, write: Write) -> None:
    """A page that names a member twice is an error."""
    error = fault(small, write("deals.json", '{"results": [{"id": 1, "name": "A"}], "x": 1, "x": 2}'))
    assert (error.code, error.reason) == ("DuplicateKey", "'x' appears twice")


def test_endless_digits(small: Preset, write: Write) -> None:
    """A whole number of thousands of digits is refused as a value."""
    issue = only_issue(small, write("deals.json", page('{"id": 1, "name": "A", "amount": ' + "9" * 5000 + "}")))
    assert (issue.code, issue.reason) == ("NumberTooLong", "5000 digits, limit 4300")


def test_digits_of_a_page_given_as_a_value(small: Preset) -> None:
    """The same limits hold for pages that are already parsed."""
    rows = [{"id": 1, "name": "A", "amount": 10**6000}, {"id": 2, "name": "B", "amount": float("nan")}]
    result = read(small, {"deals": rows})
    assert [issue.code for issue in result.report.issues] == ["NumberTooLong", "ValueRejected"]


@pytest.mark.parametrize("depth", [70, 100_000])
def test_deep_nesting(small: Preset, write: Write, depth: int) -> None:
    """Nesting beyond the limit is an error, whatever the parser could bear."""
    assert fault(small, write("deals.json", "[" * depth + "]" * depth)).code == "TooDeep"


def test_nesting_within_the_limit(small: Preset, write: Write) -> None:
    """Nesting up to the limit is read."""
    deep = "[" * 61 + "]" * 61
    assert read(small, write("deals.json", page(f'{{"id": 1, "name": "A", "x": {deep}}}')))["opportunities"]


def test_lone_surrogate(small: Preset, write: Write) -> None:
    """Half a character is refused at reading, with its path, and the report can be printed."""
    result = read(small, write("deals.json", page('{"id": 1, "name": "\\ud800"}')))
    (issue,) = result.report.issues
    assert (issue.code, issue.path) == ("InvalidText", "$.results[0].name")
    str(result.report).encode()


def test_lone_surrogate_in_a_member_name(small: Preset, write: Write) -> None:
    """Half a character in a name of a member does no harm either."""
    result = read(small, write("deals.json", page('{"id": 1, "name": "A", "\\ud800": 1}')))
    str(result.report).encode()
    assert result.report.used == 1


def test_bom(small: Preset, write: Write) -> None:
    """A byte order mark is not a syntax error."""
    path = write("deals.json", b"\xef\xbb\xbf" + page('{"id": 1, "name": "A"}').encode())
    assert read(small, path).report.used == 1


def test_not_json(small: Preset, write: Write) -> None:
    """Text that is not JSON is an error with line and column."""
    error = fault(small, write("deals.json", '{"results": ['))
    assert (error.code, error.where) == ("JsonSyntax", "line 1 column 14")
    assert fault(small, write("deals.json", " \n")).code == "EmptyFile"


def test_wrong_encoding(small: Preset, write: Write) -> None:
    """Bytes of another encoding are an error that names a likely one."""
    error = fault(small, write("deals.json", page('{"id": 1, "name": "Ä"}').encode("utf-16")))
    assert (error.code, "utf-16" in error.reason) == ("WrongEncoding", True)


def test_too_large(small: Preset, write: Write) -> None:
    """A file beyond the size limit is not read at all."""
    path = write("deals.json", page('{"id": 1, "name": "A"}'))
    assert fault(small, path, ReadOptions(largest_json=10)).code == "TooLarge"


@pytest.mark.parametrize("value", ['"12"', "true", "[12]"])
def test_numbers_are_not_coerced(small: Preset, write: Write, value: str) -> None:
    """Text, a flag, or a list is no number unless the table says that its numbers are text."""
    issue = only_issue(small, write("companies.json", page(f'{{"id": 1, "name": "A", "cadence": {value}}}')))
    assert issue.code == "TypeRejected"


def test_whole_numbers_beyond_the_range(small: Preset, write: Write) -> None:
    """A whole number that no database holds is refused before it gets there."""
    issue = only_issue(small, write("companies.json", page(f'{{"id": 1, "name": "A", "cadence": {2**63}}}')))
    assert issue.code == "NumberOutOfRange"


def test_rows_that_are_no_objects(small: Preset, write: Write) -> None:
    """A null among the records is refused, not fatal."""
    result = read(small, write("deals.json", page('{"id": 1, "name": "A"}, null, 3')))
    assert result.report.of("deals_page")[0].refused_by == {"RowShape": 2}


def test_an_empty_page(small: Preset, write: Write) -> None:
    """A page without records is an empty collection, with a warning."""
    result = read(small, write("deals.json", json.dumps({"results": []})))
    assert result["opportunities"] == []
    assert result.report.by_code == {"NoRows": 1}


def test_pages_can_be_given_as_values(small: Preset) -> None:
    """Parsed pages are read by the name they are given, one or several."""
    pages = [{"results": [{"id": 1, "name": "A"}]}, {"results": [{"id": 2, "name": "B"}]}]
    assert len(read(small, {"deals": pages})["opportunities"]) == 2
    assert len(read(small, {"deals": pages[0]})["opportunities"]) == 1
    assert fault(small, pages).code == "MappingMismatch"


def test_renamed_members(small: Preset, write: Write) -> None:
    """A member that no row has, while all have one that looks like it, is told by name; other objects' are not taken."""
    rows = '[{"id": 1, "name": "A", "stages": "won", "x": {"amounts": 3}}, {"id": 2, "name": "B", "amount": 4}]'
    issues = read(small, write("deals.json", rows), currency="EUR").report.issues
    assert [str(issue) for issue in issues] == [
        "MissingColumn: deals.json: 'stage' is not there; nearest 'stages' (deal.stage stays unknown)"
    ]
