"""What cannot be bound, or not exactly, is refused: all at once, each with what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    Integer,
    LargeBinary,
    String,
    Text,
    Uuid,
    column,
    create_engine,
    literal,
    null,
    select,
    table,
    text,
)

import alignkit as ak
from alignkit.errors import PortfolioError
from alignkit.sql import bind


@pytest.fixture
def connection() -> Iterator[Connection]:
    """A connection on a database that holds nothing."""
    engine = create_engine("sqlite://")
    with engine.connect() as made:
        yield made
    engine.dispose()


def refused(connection: Connection | Engine, **given: Any) -> list[str]:
    """The faults, each as it reads."""
    with pytest.raises(PortfolioError) as raised:
        bind(connection, **given)
    return [str(fault) for fault in raised.value.faults]


def of(**types: Any) -> Any:
    """Something to select from with these columns."""
    return table("somewhere", *(column(name, kind) for name, kind in types.items()))


def test_all_faults_at_once(connection: Connection) -> None:
    """Missing, misspelled and unreadable columns of several collections are one error."""
    assert refused(
        connection,
        customers=of(id=String(), nmae=String()),
        projects=of(id=String(), name=String(), progress=String(), labels=Text()),
        tasks=[1, 2],
    ) == [
        "bind.customers: there is no 'nmae'; did you mean 'name'?",
        "bind.customers: name is missing; label a column so",
        "bind.projects: labels is a list, which has no column and which rules do not read; leave it out",
        "bind.projects: progress is of type String, not a number; cast it in your select",
        "bind.tasks: expected something to select from, such as select(...) or a Table, got list",
    ]


@pytest.mark.parametrize(
    ("field", "kind", "reason"),
    [
        ("progress", String(), "progress is of type String, not a number; cast it in your select"),
        ("progress", Boolean(), "progress is of type Boolean, not a number; cast it in your select"),
        ("owner", Float(), "owner is of type Float, not text; cast it to text in your select"),
        ("owner", Boolean(), "owner is of type Boolean, not text; cast it to text in your select"),
        ("owner", Uuid(), "owner is of type Uuid, not text; cast it to text in your select"),
        ("due_on", DateTime(), "due_on is of type DateTime, not a day; cast it to a date in your select"),
        ("due_on", Integer(), "due_on is of type Integer, not a day; cast it to a date in your select"),
    ],
)
def test_types_of_columns(connection: Connection, field: str, kind: Any, reason: str) -> None:
    """A column whose values could only be read with a loss is refused by its type."""
    given = of(id=String(), name=String(), **{field: kind})
    assert refused(connection, projects=given) == [f"bind.projects: {reason}"]


def test_types_of_moments_and_flags(connection: Connection) -> None:
    """Moments are timestamps or text, flags conditions or 0 and 1."""
    assert refused(connection, interactions=of(id=String(), occurred_at=Integer(), needs_answer=String())) == [
        "bind.interactions: occurred_at is of type Integer, not a moment; cast it to a timestamp in your select",
        "bind.interactions: needs_answer is of type String, not true or false; compare it in your select",
    ]
    assert refused(connection, interactions=of(id=String(), occurred_at=Date())) == [
        "bind.interactions: occurred_at is of type Date, not a moment; cast it to a timestamp in your select"
    ]
    assert refused(connection, needs=of(id=String(), title=String(), raised_at=String(), severity=LargeBinary())) == [
        "bind.needs: severity is of type LargeBinary, not a whole number; cast it in your select"
    ]


def test_columns_of_no_type(connection: Connection) -> None:
    """A column whose type SQLAlchemy does not know is refused; a plain NULL is a missing column."""
    untyped = text("SELECT id, name FROM somewhere").columns(column("id", String()), column("name"))
    assert refused(connection, projects=untyped) == [
        "bind.projects: name has no known type; say it, such as sqlalchemy.type_coerce(column, String)"
    ]
    empty = select(literal("P-1").label("id"), literal("x").label("name"), null().label("owner"))
    assert [p.owner for p in bind(connection, projects=empty).portfolio().projects or ()] == [None]


def test_amounts_need_a_currency(connection: Connection) -> None:
    """An amount without its currency is refused, and so is a currency without its amount."""
    assert refused(connection, projects=of(id=String(), name=String(), budget=Integer(), spent_currency=String())) == [
        "bind.projects: budget has no currency; label a column 'budget_currency', or pass currency='EUR' for all amounts",
        "bind.projects: spent_currency has no amount; label a column 'spent'",
    ]
    with pytest.raises(ak.ValidationError, match="expected an ISO 4217 code"):
        bind(connection, currency="euro")


def test_where_is_an_engine_or_a_connection() -> None:
    """A URL is nobody's connection."""
    where: Any = "sqlite://"
    with pytest.raises(ak.ValidationError, match="expected an Engine or a Connection of SQLAlchemy, got str"):
        bind(where)


def test_a_table_that_is_not_there(connection: Connection) -> None:
    """What the engine refuses is an error of alignkit when the question is asked."""
    tables = bind(connection, projects=of(id=String(), name=String()))
    with pytest.raises(ak.AlignkitError, match="no such table: somewhere"):
        tables.check()


def test_values_of_any_type_in_sqlite(connection: Connection) -> None:
    """SQLite keeps any value in any column: what is not what the column says is a fault of its row."""
    connection.exec_driver_sql("CREATE TABLE somewhere (id, name, progress, due_on, budget)")
    rows = [
        ("P-1", "fine", 0.5, "2026-03-02", 5),
        ("P-2", 3, 0.5, None, 5),
        ("P-3", "x", "0.5", None, 5),
        ("P-4", b"x", 1, 20260302, 5),
        (5, "x", 1, None, "5"),
    ]
    for row in rows:
        connection.exec_driver_sql("INSERT INTO somewhere VALUES (?, ?, ?, ?, ?)", row)
    given = of(id=String(), name=String(), progress=Float(), due_on=Date(), budget=Integer())
    found = bind(connection, projects=given, currency="EUR").check()
    assert {(f.field, f.reason, f.rows) for f in found} == {
        ("id", "is not text", 1),
        ("name", "is not text", 2),
        ("progress", "is not a number", 1),
        ("due_on", "is not text", 1),
        ("due_on", "is no day", 1),
        ("budget", "is not a number", 1),
    }


def test_codes_of_currencies(connection: Connection) -> None:
    """A currency is three capital letters, and an amount has one."""
    connection.exec_driver_sql("CREATE TABLE somewhere (id, name, budget, budget_currency)")
    for place, code in enumerate(("EUR", "eur", "E", "EURO", "ÉUR", None)):
        connection.exec_driver_sql("INSERT INTO somewhere VALUES (?, 'x', 5, ?)", (f"P-{place}", code))
    found = bind(
        connection, projects=of(id=String(), name=String(), budget=Integer(), budget_currency=String())
    ).check()
    assert [(f.field, f.reason, f.rows) for f in found] == [
        ("budget", "has no currency", 1),
        ("budget_currency", "is no ISO 4217 code", 4),
    ]
