"""What a CSV file must not be, and what is said about it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from alignkit.errors import ImporterError
from alignkit.importers import ImportIssue, Preset, ReadOptions, read

Write = Callable[[str, "str | bytes"], Path]


def only_issue(preset: Preset, path: Path, **options: str) -> ImportIssue:
    """Read a file and give the one issue of its report."""
    result = read(preset, path, **options)  # type: ignore[arg-type]
    assert result.report.read == result.report.used + result.report.refused + result.report.skipped
    (issue,) = result.report.issues
    return issue


def fault(preset: Preset, path: Path, options: ReadOptions | None = None) -> ImporterError:
    """Read a file and give the error."""
    with pytest.raises(ImporterError) as caught:
        read(preset, path, options=options)
    return caught.value


def test_bom_is_not_part_of_the_first_column(small: Preset, write: Write) -> None:
    """A byte order mark does not hide the key column."""
    result = read(small, write("deals.csv", b"\xef\xbb\xbfid,name\n1,One\n"))
    assert [deal.id for deal in result["opportunities"]] == ["crm:deal:1"]


def test_empty_file(small: Preset, write: Write) -> None:
    """A file with nothing in it is an error, not an empty table."""
    assert fault(small, write("deals.csv", "")).code == "EmptyFile"


def test_header_only(small: Preset, write: Write) -> None:
    """A header without rows is an empty collection, with a warning."""
    result = read(small, write("deals.csv", "id,name\n"))
    assert result["opportunities"] == []
    assert [(issue.code, issue.severity) for issue in result.report.issues] == [("NoRows", "warning")]


def test_ragged_row(small: Preset, write: Write) -> None:
    """A row of another length than the header is refused; its neighbours are used."""
    result = read(small, write("deals.csv", "id,name\n1,One\n2,Two,?\n3\n4,Four\n"))
    assert [deal.name for deal in result["opportunities"]] == ["One", "Four"]
    assert [str(issue) for issue in result.report.issues] == [
        "RowShape: deals.csv row 3: row 3 has 3 cells, header has 2",
        "RowShape: deals.csv row 4: row 4 has 1 cells, header has 2",
    ]
    assert result.report.of("deals")[0].refused_by == {"RowShape": 2}


def test_duplicate_header(small: Preset, write: Write) -> None:
    """A column name that stands twice is refused where the table does not allow it."""
    error = fault(small, write("deals.csv", "id,name,name\n1,One,Uno\n"))
    assert (error.code, error.reason) == ("DuplicateColumn", "'name' appears twice; rename one of them")


def test_unclosed_quote(small: Preset, write: Write) -> None:
    """A quote that is never closed is an error at the row where it opens, not one huge cell."""
    error = fault(small, write("deals.csv", 'id,name\n1,One\n2,"Two\n3,Three\n'))
    assert (error.code, error.source, error.where) == ("UnclosedQuote", "deals.csv", "row 3")


def test_stray_quote(small: Preset, write: Write) -> None:
    """Text after a closing quote is an error."""
    assert fault(small, write("deals.csv", 'id,name\n1,"One" more\n')).code == "CsvSyntax"


def test_long_field(small: Preset, write: Write) -> None:
    """A cell beyond the limit is an error that names row, column and the setting."""
    long = "x" * (csv.field_size_limit() + 1)
    error = fault(small, write("deals.csv", f'id,name,notes\n1,One,short\n2,Two,"{long}"\n'))
    assert (error.code, error.where) == ("FieldTooLong", "row 3, column 'notes'")
    assert "csv.field_size_limit" in error.reason


def test_nul(small: Preset, write: Write) -> None:
    """A NUL character in a needed value refuses the row."""
    issue = only_issue(small, write("deals.csv", b"id,name\n1,O\x00ne\n"))
    assert (issue.code, issue.row, issue.column) == ("InvalidText", 2, "name")


def test_wrong_delimiter(small: Preset, write: Write) -> None:
    """A header of one column names the delimiter that would split it; with it, the file reads."""
    path = write("deals.csv", "id;name\n1;One\n")
    error = fault(small, path)
    assert error.code == "MappingMismatch"
    assert error.reason == "columns found ['id;name'], expected id, name; did you mean delimiter ';'?"
    assert read(small, path, options=ReadOptions(delimiter=";"))["opportunities"]


def test_wrong_encoding(small: Preset, write: Write) -> None:
    """Bytes of another encoding are an error that names a likely one; with it, the file reads."""
    path = write("deals.csv", "id,name\n1,Müller\n".encode("cp1252"))
    error = fault(small, path)
    assert error.code == "WrongEncoding"
    assert "cp1252" in error.reason
    assert read(small, path, options=ReadOptions(encoding="cp1252"))["opportunities"][0].name == "Müller"  # type: ignore[union-attr]


def test_text_read_in_the_wrong_encoding_is_doubted(small: Preset, write: Write) -> None:
    """Text that looks like UTF-8 read as something else is kept, with a warning."""
    issue = only_issue(small, write("deals.csv", "id,name\n1,MÃ¼ller\n"))
    assert (issue.code, issue.severity, issue.value) == ("WrongEncoding", "warning", "MÃ¼ller")


def test_missing_needed_column(small: Preset, write: Write) -> None:
    """A renamed column that the table needs is an error that names the nearest one."""
    error = fault(small, write("deals.csv", "id,nam_e\n1,One\n"))
    assert (error.code, error.reason) == ("MissingColumn", "'name' is not there; nearest 'nam_e'")


def test_renamed_optional_column(small: Preset, write: Write) -> None:
    """A column that seems renamed is a warning, and the field stays unknown."""
    issue = only_issue(small, write("companies.csv", "id,name,caddence\n1,One,3\n"))
    assert issue.code == "MissingColumn"
    assert issue.reason == "'cadence' is not there; nearest 'caddence' (company.contact_cadence_days stays unknown)"


def test_foreign_file(small: Preset, write: Write) -> None:
    """A file that is none of the preset's is an error when named, and listed when only found in the folder."""
    stranger = write("weather.csv", "day,rain\n1,2\n")
    assert fault(small, stranger).code == "MappingMismatch"
    write("deals.csv", "id,name\n1,One\n")
    assert read(small, stranger.parent).report.unread == {"weather.csv": "no table of the crm preset"}


def test_a_folder_of_strangers(small: Preset, write: Write) -> None:
    """A folder in which nothing is of the preset is an error that lists what was there."""
    error = fault(small, write("weather.csv", "day,rain\n1,2\n").parent)
    assert (error.code, "weather.csv" in error.reason) == ("MappingMismatch", True)


def test_missing_file(small: Preset, tmp_path: Path) -> None:
    """A path that is not there is an error of ours."""
    assert fault(small, tmp_path / "deals.csv").code == "SourceUnreadable"
    assert fault(small, tmp_path).code == "NothingToRead"


def test_not_a_table_format(small: Preset, write: Write) -> None:
    """A named file that is neither CSV nor JSON is an error."""
    assert fault(small, write("deals.xlsx", b"PK")).code == "SourceFormat"


def test_blank_lines_are_no_rows(small: Preset, write: Write) -> None:
    """Blank lines and CRLF line ends change nothing."""
    result = read(small, write("deals.csv", "id,name\r\n\r\n1,One\r\n\r\n"))
    assert (result.report.read, result.report.used, result.report.issues) == (1, 1, ())
