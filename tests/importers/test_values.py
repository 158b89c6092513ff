"""How single values are read: strictly, and with a reason when not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

import pytest

from alignkit.errors import ImporterError, ValidationError
from alignkit.importers import ImportIssue, Preset, ReadOptions, Take, read

Write = Callable[[str, "str | bytes"], Path]
UTC = timezone.utc


@pytest.fixture
def value(small: Preset, write: Write) -> Callable[..., object]:
    """Reads one cell of one field: the value, or the only issue when the field stayed unknown."""

    def read_value(record: str, field: str, cell: str, take: Take | None = None, **options: object) -> object:
        columns = {"contact_cadence_days": "cadence", "contract_end_on": "ends", "opened_at": "opened"}
        column = columns.get(field, field)
        preset = small.with_fields(record, **{field: take}) if take else small
        table = {"company": "companies", "deal": "deals", "ticket": "tickets"}[record]
        needed = "id,title,raised,x" if record == "ticket" else "id,name,x"
        filled = "1,A,2026-01-01T00:00:00Z,x" if record == "ticket" else "1,A,x"
        result = read(preset, write(f"{table}.csv", f'{needed},{column}\n{filled},"{cell}"\n'), **options)  # type: ignore[arg-type]
        (fact,) = next(iter(result.entities.values()))
        found = getattr(fact, field)
        return found if found is not None else result.report.issues[0]

    return read_value


@pytest.mark.parametrize(("cell", "number"), [("12", 12.0), ("-0.5", None), ("1.5e2", 150.0), (" 3 ", 3.0)])
def test_numbers(value: Callable[..., object], cell: str, number: float | None) -> None:
    """A number is digits with a point; what the field does not allow is refused by the field's own law."""
    found = value("company", "contact_cadence_days", cell)
    if number is None:
        assert isinstance(found, ImportIssue)
        assert found.code == "ValueRejected"
    else:
        assert found == number


@pytest.mark.parametrize("cell", ["1_000", "１２", "1,5", "0x10", "12 days", "nan", "inf", "--1", "1e", "٣"])
def test_numbers_in_other_notations(value: Callable[..., object], cell: str) -> None:
    """Python's own leniency about numbers (underscores, other digits, 'nan') is not the importer's."""
    found = value("company", "contact_cadence_days", cell)
    assert isinstance(found, ImportIssue)
    assert found.code == "TypeRejected"


@pytest.mark.parametrize("cell", ["1.9", "4.0", "3e0", "1_0"])
def test_whole_numbers(value: Callable[..., object], cell: str) -> None:
    """A whole number is not rounded from anything."""
    found = value("ticket", "severity", cell)
    assert isinstance(found, ImportIssue)
    assert (found.code, found.row, found.column) == ("TypeRejected", 2, "severity")
    assert value("ticket", "severity", "4") == 4


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("2026-13-01", "month 13"),
        ("2026-02-30", "day 30 in month 2 of 2026"),
        ("2025-02-29", "day 29 in month 2 of 2025"),
        ("0000-01-01", "year 0"),
        ("2026-01-01T24:00:00Z", "hour 24"),
        ("2026-01-01T10:60:00Z", "minute 60"),
        ("2026-01-01T10:00:60Z", "second 60"),
        ("2026-01-32", "day 32"),
        ("2026-01-01T10:00:00+25:00", "offset +25:00"),
        ("31.01.2026", "'31.01.2026' is not written as 2026-01-31T09:05:00Z"),
        ("２０２６-01-01", "'２０２６-01-01' holds digits that are not 0 to 9"),
    ],
)
def test_bad_dates(value: Callable[..., object], cell: str, reason: str) -> None:
    """A day or moment that does not exist is refused with the part that is wrong."""
    found = value("company", "contract_end_on", cell)
    assert isinstance(found, ImportIssue)
    assert (found.code, found.reason) == ("DateRejected", reason)


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2020-12-30 3:15:52 UTC", datetime(2020, 12, 30, 3, 15, 52, tzinfo=UTC)),
        ("2023-11-11 08:18:16.519000 UTC", datetime(2023, 11, 11, 8, 18, 16, 519000, tzinfo=UTC)),
        ("2019-02-15T19:01:52.971-0800", datetime(2019, 2, 16, 3, 1, 52, 971000, tzinfo=UTC)),
        ("2016-04-28T05:08:48.543-07:00", datetime(2016, 4, 28, 12, 8, 48, 543000, tzinfo=UTC)),
        ("2023-02-24T03:00:14.155Z", datetime(2023, 2, 24, 3, 0, 14, 155000, tzinfo=UTC)),
        ("2020-03-02 21:00:33.301Z", datetime(2020, 3, 2, 21, 0, 33, 301000, tzinfo=UTC)),
    ],
)
def test_moments_as_the_tools_write_them(value: Callable[..., object], cell: str, moment: datetime) -> None:
    """Every way of writing a moment that the real exports hold is read to the microsecond."""
    assert value("deal", "opened_at", cell) == moment


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("22/Sep/25 9:26 AM", datetime(2025, 9, 22, 9, 26, tzinfo=UTC)),
        ("22/Sep/25 12:00 AM", datetime(2025, 9, 22, 0, 0, tzinfo=UTC)),
        ("22/Sep/25 12:05 PM", datetime(2025, 9, 22, 12, 5, tzinfo=UTC)),
        ("04/nov/25 1:16 PM", datetime(2025, 11, 4, 13, 16, tzinfo=UTC)),
        ("04/Nov/99 1:16 PM", datetime(1999, 11, 4, 13, 16, tzinfo=UTC)),
    ],
)
def test_month_names(value: Callable[..., object], cell: str, moment: datetime) -> None:
    """Month names are read without a locale, in any case."""
    take = Take(columns=("opened",), formats=("%d/%b/%y %I:%M %p",))
    assert value("deal", "opened_at", cell, take, zone="UTC") == moment


@pytest.mark.parametrize(("cell", "reason"), [("22/Xyz/25 9:26 AM", "month 'Xyz'"), ("22/Sep/25 13:26 PM", "hour 13")])
def test_bad_month_names(value: Callable[..., object], cell: str, reason: str) -> None:
    """A month that is none, and an hour that no clock shows, are refused."""
    found = value("deal", "opened_at", cell, Take(columns=("opened",), formats=("%d/%b/%y %I:%M %p",)), zone="UTC")
    assert isinstance(found, ImportIssue)
    assert found.code == "DateRejected"
    assert found.reason.startswith(reason)


def test_epochs(value: Callable[..., object]) -> None:
    """Milliseconds since 1970 are read where the mapping says so, and only there."""
    take = Take(columns=("opened",), formats=("epoch_ms",))
    assert value("deal", "opened_at", "1265184000000", take) == datetime(2010, 2, 3, 8, 0, tzinfo=UTC)
    found = value("deal", "opened_at", "1265184000000", Take(columns=("opened",)))
    assert isinstance(found, ImportIssue)
    assert found.code == "DateRejected"


def test_naive_moments(value: Callable[..., object]) -> None:
    """A moment without a zone is an error until somebody says which zone: a guess would move days."""
    with pytest.raises(ImporterError) as caught:
        value("deal", "opened_at", "2026-01-31 09:00:00")
    assert (caught.value.code, caught.value.where) == ("NaiveTime", "row 2")
    assert "zone='Europe/Berlin'" in caught.value.reason
    found = value("deal", "opened_at", "2026-01-31 09:00:00", zone="Europe/Berlin")
    assert found == datetime(2026, 1, 31, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "code", "earlier", "later"),
    [
        ("2026-10-25 02:30:00", "AmbiguousTime", 0, 1),
        ("2026-03-29 02:30:00", "NonexistentTime", 0, 1),
    ],
)
def test_changes_of_the_clocks(value: Callable[..., object], cell: str, code: str, earlier: int, later: int) -> None:
    """A local time that comes twice, or never, is refused, or read as the policy says."""
    found = value("deal", "opened_at", cell, zone="Europe/Berlin")
    assert isinstance(found, ImportIssue)
    assert found.code == code
    hours = []
    for choice in ("earlier", "later"):
        moment = value("deal", "opened_at", cell, zone="Europe/Berlin", options=ReadOptions(clock_change=choice))  # type: ignore[arg-type]
        assert isinstance(moment, datetime)
        hours.append(moment.hour)
    assert hours == [earlier, later]


def test_unknown_zone(value: Callable[..., object]) -> None:
    """A zone that is not known is an error before any row is read."""
    with pytest.raises(ImporterError) as caught:
        value("deal", "opened_at", "2026-01-31 09:00:00", zone="Europe/Nowhere")
    assert caught.value.code == "UnknownZone"


def test_days_outside_the_calendar_of_utc(value: Callable[..., object]) -> None:
    """A moment whose UTC form would leave the calendar is refused, not an overflow."""
    found = value("deal", "opened_at", "0001-01-01T00:00:00+14:00")
    assert isinstance(found, ImportIssue)
    assert found.code == "DateRejected"


def test_a_day_out_of_a_moment(value: Callable[..., object]) -> None:
    """A day field takes the day as written, without moving it to another zone."""
    assert value("company", "contract_end_on", "2026-01-31T23:30:00-08:00") == date(2026, 1, 31)


def test_amounts(value: Callable[..., object]) -> None:
    """An amount needs a currency, from its row or from the caller, and keeps its digits."""
    found = value("deal", "amount", "1200.50", currency="EUR")
    assert str(found) == "1,200.50 EUR"
    found = value("deal", "amount", "1200.50")
    assert isinstance(found, ImportIssue)
    assert (found.code, found.severity) == ("CurrencyUnknown", "warning")
    found = value("deal", "amount", "$1,200", currency="EUR")
    assert isinstance(found, ImportIssue)
    assert found.code == "TypeRejected"
    with pytest.raises(ValidationError):
        value("deal", "amount", "1", currency="euro")


def test_unknown_choices(small: Preset, write: Write) -> None:
    """A value outside the vocabulary is kept, left unknown, or refused, as the mapping says, and always reported."""
    path = write("deals.csv", "id,name,stage\n1,A,Won!!\n")
    stages = {"won": "won"}
    for unknown, expected in (("keep", ["Won!!"]), ("blank", ["open"]), ("refuse", [])):
        take = Take(columns=("stage",), choices=stages, unknown=unknown)  # type: ignore[arg-type]
        result = read(small.with_fields("deal", stage=take), path)
        assert [deal.stage for deal in result["opportunities"]] == expected  # type: ignore[union-attr]
        (issue,) = result.report.issues
        assert issue.code == "UnknownValue"
        assert issue.reason == "'Won!!' is not in the mapping of stage; add it to the choices, or set otherwise"
    take = Take(columns=("stage",), choices=stages, otherwise="open")
    assert read(small.with_fields("deal", stage=take), path).report.issues == ()


@pytest.mark.parametrize(
    ("cell", "flag"), [("true", True), ("FALSE", False), ("1", True), ("no", False), ("maybe", None)]
)
def test_flags(small: Preset, write: Write, cell: str, flag: bool | None) -> None:
    """A flag is read from the usual words; anything else is refused."""
    preset = small.with_fields("task", is_milestone="is milestone")
    result = read(preset, write("tasks.csv", f"id,title,is milestone\n1,A,{cell}\n"))
    (task,) = result["tasks"]
    assert task.is_milestone is bool(flag)  # type: ignore[union-attr]
    assert result.report.by_code == ({} if flag is not None else {"TypeRejected": 1})


def test_values_of_parsed_pages(small: Preset) -> None:
    """Pages given as values may hold Python's own numbers, days and moments; text is not read as a number."""
    page = {"id": 1, "name": "A", "ends": date(2026, 1, 31), "cadence": 1.5}
    (customer,) = read(small, {"companies": [page]})["customers"]
    assert (customer.contract_end_on, customer.contact_cadence_days) == (date(2026, 1, 31), 1.5)  # type: ignore[union-attr]
    for opened in (datetime(2026, 1, 31, 9), datetime(2026, 1, 31, 9, tzinfo=UTC)):
        (deal,) = read(small, {"deals": [{"id": 1, "name": "A", "opened": opened}]}, zone="UTC")["opportunities"]
        assert deal.opened_at == datetime(2026, 1, 31, 9, tzinfo=UTC)  # type: ignore[union-attr]
    refused = read(small, {"companies": [{"id": 1, "name": 2.5}, {"id": True, "name": "B"}, {"id": 3, "name": {}}]})
    assert refused.report.by_code == {"TypeRejected": 2, "MissingKey": 1, "MissingValue": 1}


def test_domains(small: Preset, write: Write) -> None:
    """Domains lose scheme, www, port, path and case; several may stand in one cell; other text is refused."""
    take = Take(columns=("web",), convert="domains", separator=";")
    preset = small.with_fields("company", domains=take)
    path = write("companies.csv", "id,name,web\n1,A,https://WWW.A.example:443/x; b.example\n2,B,not a domain\n")
    result = read(preset, path)
    assert [customer.domains for customer in result["customers"]] == [("a.example", "b.example"), ()]  # type: ignore[union-attr]
    assert result.report.by_code == {"TypeRejected": 1}


def test_lines(small: Preset, write: Write) -> None:
    """A line has no markup, no line ends, and at most 200 characters."""
    preset = small.with_fields("task", title=Take(columns=("title",), convert="line"))
    path = write("tasks.csv", f'id,title\n1,"<p>One</p>\n<p>two &lt;3</p>"\n2,{"x" * 300}\n')
    first, second = read(preset, path)["tasks"]
    assert first.title == "One two <3"  # type: ignore[union-attr]
    assert len(second.title) == 200  # type: ignore[union-attr]


def test_several_values_for_one(small: Preset, write: Write) -> None:
    """Of a repeated column's different values the first is used, and that is reported."""
    preset = small.with_table("deals", repeats=True)
    result = read(preset, write("deals.csv", "id,name,stage,stage\n1,A,won,lost\n2,B,,lost\n3,C,won,won\n"))
    assert [deal.stage for deal in result["opportunities"]] == ["won", "lost", "won"]  # type: ignore[union-attr]
    assert result.report.by_code == {}
    preset = preset.with_fields("deal", name=Take(columns=("stage",)))
    assert read(preset, write("deals.csv", "id,name,stage,stage\n1,A,won,lost\n")).report.by_code == {"ManyValues": 1}


@pytest.mark.parametrize("delimiter", ["", ";;", '"', "\n"])
def test_delimiters_that_cannot_be(delimiter: str) -> None:
    """A delimiter is one character, and neither a quote nor a line end."""
    with pytest.raises(ValidationError):
        ReadOptions(delimiter=delimiter)


@pytest.mark.parametrize("name", ["deals.csv", "deals.json"])
def test_encodings_that_are_not_known(small: Preset, write: Write, name: str) -> None:
    """An encoding that does not exist is an error of ours."""
    with pytest.raises(ImporterError) as caught:
        read(small, write(name, "[]"), options=ReadOptions(encoding="utf-5"))
    assert caught.value.code == "WrongEncoding"
