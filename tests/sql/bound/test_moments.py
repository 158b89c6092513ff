"""Moments and days of a host's, exact to the microsecond however they are kept, or refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Connection, DateTime, Engine, MetaData, String, Table, insert
from sqlalchemy.dialects import mysql

import alignkit as ak
from alignkit.errors import PortfolioError
from alignkit.sql import bind
from alignkit.testing import NOW

from .hosts import selected

UTC = timezone.utc
AT = datetime(2026, 3, 2, 9, 30, 15, 123456, tzinfo=UTC)


@ak.rule(dimension="one")
def told(customer: ak.CustomerView, now: datetime) -> ak.Score:
    """How long ago, in microseconds of a day."""
    last = ak.latest(i.occurred_at for i in customer.interactions)
    return None if last is None else ak.ramp(ak.days_between(last, now), best=0, worst=1)


POLICY = ak.Policy([told], dimensions={"one": 1})


def interactions(connection: Connection, kind: Any, *moments: Any) -> Table:
    """A table with a row for each moment, of that type."""
    table = Table("host_moments", MetaData(), *_columns(kind))
    table.drop(connection, checkfirst=True)
    table.create(connection)
    if moments:
        rows = [{"c_id": f"I-{place}", "c_occurred_at": moment} for place, moment in enumerate(moments)]
        connection.execute(insert(table), rows)
    return table


def _columns(kind: Any) -> list[Column[Any]]:
    return [Column("c_id", String(20)), Column("c_occurred_at", kind)]


def read(connection: Connection, table: Table, **options: Any) -> list[datetime]:
    """The moments that are read, in the order written."""
    loaded = bind(connection, interactions=selected(table), **options).portfolio().interactions or ()
    return [interaction.occurred_at for interaction in loaded]


def wrong(connection: Connection, table: Table, **options: Any) -> list[tuple[str, int]]:
    """Why rows are refused, and how many."""
    return [(f.reason, f.rows) for f in bind(connection, interactions=selected(table), **options).check()]


TEXTS = {
    "2026-03-02T09:30:15.123456Z": AT,
    "2026-03-02 10:30:15.123456+01:00": AT,
    "2026-03-01T23:45:15.123456-09:45": AT,
    "2026-03-02T09:30:15Z": AT.replace(microsecond=0),
    "2026-03-02T09:30:15.5+00:00": AT.replace(microsecond=500_000),
    "2024-02-29T23:59:59.999999Z": datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC),
    "2024-02-29T23:59:59.999999-00:01": datetime(2024, 3, 1, 0, 0, 59, 999_999, tzinfo=UTC),
    "1969-12-31T23:59:59.000001Z": datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
}

NO_MOMENTS = (
    "",
    "yesterday",
    "2026-03-02",
    "2026-02-29T09:30:15Z",
    "2100-02-29T09:30:15Z",
    "2026-13-01T09:30:15Z",
    "2026-04-31T09:30:15Z",
    "2026-03-02T24:00:00Z",
    "2026-03-02T09:60:00Z",
    "2026-03-02T09:30:15.1234567Z",
    "2026-03-02T09:30:15.Z",
    "2026-03-02T09:30:15+25:00",
    "2026-03-02T09:30:15z",
    "2026-03-02t09:30:15Z",
    "2026-03-02T09:30Z",
    "0000-03-02T09:30:15Z",
    " 2026-03-02T09:30:15Z",
    "2026-03-02T09:30:15Z ",
)


def test_iso_text_is_read_to_the_microsecond(host_engine: Engine) -> None:
    """ISO text with an offset is the moment that Python reads in it."""
    with host_engine.connect() as connection:
        table = interactions(connection, String(60), *TEXTS)
        assert wrong(connection, table) == []
        assert read(connection, table) == list(TEXTS.values())
        connection.rollback()
    assert list(map(datetime.fromisoformat, TEXTS)) == list(TEXTS.values())


def test_other_text_is_no_moment(host_engine: Engine) -> None:
    """Text that is no moment of the calendar, or finer than a microsecond, is counted and never an error of the engine."""
    with host_engine.connect() as connection:
        table = interactions(connection, String(60), *NO_MOMENTS)
        assert wrong(connection, table) == [("is no moment", len(NO_MOMENTS))]
        connection.rollback()


def test_text_without_offset_needs_a_zone(host_engine: Engine) -> None:
    """Text without an offset is a fault of its row, unless the zone is said."""
    with host_engine.connect() as connection:
        table = interactions(connection, String(60), "2026-03-02 09:30:15.123456", "2026-03-02T09:30:15.123456Z")
        assert wrong(connection, table) == [("has no offset", 1)]
        assert read(connection, table, zone="UTC") == [AT, AT]
        assert read(connection, table, zone="Europe/Berlin") == [AT - timedelta(hours=1), AT]
        connection.rollback()


NAIVE = DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql", "mariadb")


def test_timestamps_without_zone_need_one(host_engine: Engine) -> None:
    """A column of timestamps without zone is refused until the zone is said."""
    with host_engine.connect() as connection:
        table = interactions(connection, NAIVE, AT.replace(tzinfo=None))
        with pytest.raises(
            PortfolioError, match="occurred_at is a timestamp without time zone; say which one it is in"
        ):
            bind(connection, interactions=selected(table))
        assert read(connection, table, zone="UTC") == [AT]
        assert read(connection, table, zone="Asia/Kathmandu") == [AT - timedelta(hours=5, minutes=45)]
        connection.rollback()


def test_wall_time_follows_the_clock(host_engine: Engine) -> None:
    """Wall times are moments by the zone's own clock, across its changes and over many years."""
    walls = [
        datetime(2026, 3, 29, 1, 59, 59, 999_999),
        datetime(2026, 3, 29, 3, 0),
        datetime(2026, 10, 25, 1, 59, 59, 999_999),
        datetime(2026, 10, 25, 3, 0),
        datetime(1985, 7, 1, 12, 0),
    ]
    with host_engine.connect() as connection:
        table = interactions(connection, NAIVE, *walls)
        assert wrong(connection, table, zone="Europe/Berlin") == []
        found = read(connection, table, zone="Europe/Berlin")
        connection.rollback()
    from zoneinfo import ZoneInfo

    assert found == [wall.replace(tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC) for wall in walls]


def test_wall_times_that_are_no_moments(host_engine: Engine) -> None:
    """A wall time that the clock showed twice, or never, is a fault of its row."""
    walls = [datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 0), datetime(2026, 10, 25, 2, 59, 59, 999_999)]
    with host_engine.connect() as connection:
        table = interactions(connection, NAIVE, *walls, datetime(2026, 6, 1))
        assert wrong(connection, table, zone="Europe/Berlin") == [
            ("is a time that the clock never showed in Europe/Berlin", 1),
            ("is a time that the clock showed twice in Europe/Berlin", 2),
        ]
        connection.rollback()


def test_timestamps_with_zone(host_engine: Engine) -> None:
    """An engine's own timestamps with zone are the moments they are, whatever zone the session is in."""
    dialect = host_engine.dialect.name
    if dialect == "sqlite":
        pytest.skip("SQLite has no timestamps with zone")
    kind: Any = mysql.TIMESTAMP(fsp=6) if dialect == "mysql" else DateTime(timezone=True)
    session = {"mysql": "SET time_zone = '+05:30'", "postgresql": "SET TIME ZONE 'Asia/Kolkata'"}.get(dialect)
    with host_engine.connect() as connection:
        table = interactions(connection, kind)
        utc = {"mysql": "SET time_zone = '+00:00'"}.get(dialect)
        if utc is not None:
            connection.exec_driver_sql(utc)
        connection.execute(insert(table), [{"c_id": "I-0", "c_occurred_at": AT}])
        if session is not None:
            connection.exec_driver_sql(session)
        assert wrong(connection, table) == []
        assert read(connection, table) == [AT]
        connection.rollback()
        connection.invalidate()


def test_comparison_is_exact(host_engine: Engine) -> None:
    """A microsecond makes a difference to what had happened, and to how long ago it was."""
    customers = Table("host_few", MetaData(), Column("c_id", String(20)), Column("c_name", String(20)))
    with host_engine.connect() as connection:
        table = interactions(connection, String(60))
        table = Table("host_touches", MetaData(), *_columns(String(60)), Column("c_customer_id", String(20)))
        for made in (customers, table):
            made.drop(connection, checkfirst=True)
            made.create(connection)
        connection.execute(insert(customers), [{"c_id": id, "c_name": id} for id in ("C-1", "C-2", "C-3")])
        later = [NOW, NOW + timedelta(microseconds=1), NOW - timedelta(microseconds=86_400)]
        connection.execute(
            insert(table),
            [
                {"c_id": f"I-{n}", "c_occurred_at": at.isoformat(), "c_customer_id": f"C-{n + 1}"}
                for n, at in enumerate(later)
            ],
        )
        tables = bind(connection, customers=selected(customers), interactions=selected(table))
        found = POLICY.assess(tables, now=NOW)
        connection.rollback()
    assert [found.rows["customer"][id][1] for id in ("C-1", "C-2", "C-3")] == [1_000_000, -2, 999_999]


def test_days_as_text(host_engine: Engine) -> None:
    """A day may be ISO text; other text, and days that no calendar has, are faults of their rows."""
    days = ("2026-03-02", "2024-02-29", "2025-02-29", "2026-3-2", "2026-03-02T00:00:00", "", "0000-01-01")
    table = Table("host_days", MetaData(), *(Column(f"c_{name}", String(40)) for name in ("id", "name", "due_on")))
    with host_engine.connect() as connection:
        table.drop(connection, checkfirst=True)
        table.create(connection)
        rows = [{"c_id": f"P-{place}", "c_name": "x", "c_due_on": day} for place, day in enumerate(days)]
        connection.execute(insert(table), rows)
        tables = bind(connection, projects=selected(table))
        assert [(f.field, f.reason, f.rows) for f in tables.check()] == [("due_on", "is no day", 5)]
        connection.execute(table.delete().where(table.c.c_id >= "P-2"))
        assert [p.due_on for p in tables.portfolio().projects or ()] == [date(2026, 3, 2), date(2024, 2, 29)]
        connection.rollback()


def test_infinity_is_no_moment(host_engine: Engine) -> None:
    """An engine's infinite timestamps and days are faults of their rows."""
    if host_engine.dialect.name not in ("postgresql", "duckdb"):
        pytest.skip("this engine knows no infinity of time")
    kind = DateTime(timezone=True)
    with host_engine.connect() as connection:
        table = interactions(connection, kind)
        for place, text in enumerate(("infinity", "-infinity")):
            connection.exec_driver_sql(f"INSERT INTO host_moments VALUES ('I-{place}', '{text}')")
        assert wrong(connection, table) == [("is no moment of the calendar", 2)]
        connection.rollback()


def test_the_zone_is_one() -> None:
    """A zone that nobody knows is refused with an example."""
    from sqlalchemy import create_engine

    with pytest.raises(ak.ValidationError, match="expected an IANA time zone such as"):
        bind(create_engine("sqlite://"), zone="Mars/Olympus")
