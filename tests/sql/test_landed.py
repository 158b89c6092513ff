"""Landed tables through a connection, on every engine: the same facts as from memory, streamed, and nothing written."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import pytest
import sqlalchemy as sa

from alignkit.domain import Customer, Money, Task
from alignkit.errors import StoreError
from alignkit.importers import hubspot, import_landed, jira
from alignkit.sql.landed import landed_tables

UTC = timezone.utc
TEXT = sa.String(200)


def landed(connection: sa.Connection, name: str, types: dict[str, Any], *rows: tuple[Any, ...]) -> None:
    """Make a table as a loader does, and fill it."""
    table = sa.Table(name, sa.MetaData(), *(sa.Column(column, type_) for column, type_ in types.items()))
    table.create(connection)
    if rows:
        connection.execute(table.insert(), [dict(zip(types, row, strict=True)) for row in rows])


@pytest.fixture
def connection(empty_url: str) -> Any:
    """An open connection to an empty database."""
    engine = sa.create_engine(empty_url)
    with engine.connect() as opened:
        yield opened
    engine.dispose()


def test_dlt(connection: sa.Connection) -> None:
    """Only completed loads, the last version, and nested values put together, from typed columns."""
    types = {
        "id": sa.BigInteger(),
        "key": TEXT,
        "fields__summary": TEXT,
        "fields__issuetype__name": TEXT,
        "fields__project__key": TEXT,
        "fields__project__name": TEXT,
        "fields__created": sa.DateTime(timezone=True),
        "_dlt_load_id": TEXT,
        "_dlt_id": TEXT,
    }
    at = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
    rows = [
        (10, "A-1", "Old", "Task", "A", "Apex", at, "1.5", "a"),
        (10, "A-1", "New", "Task", "A", "Apex", at, "10.5", "b"),
        (11, "A-2", "Half", "Task", "A", "Apex", at, "11.5", "c"),
    ]
    landed(connection, "issues", types, *rows)
    labels = {"value": TEXT, "_dlt_parent_id": TEXT, "_dlt_list_idx": sa.BigInteger(), "_dlt_id": TEXT}
    landed(connection, "issues__fields__labels", labels, ("web", "b", 0, "x"), ("old", "a", 0, "y"))
    loads = {"load_id": TEXT, "schema_name": TEXT, "status": sa.BigInteger()}
    landed(connection, "_dlt_loads", loads, ("1.5", "jira", 0), ("10.5", "jira", 0))
    result = import_landed(landed_tables(connection), jira.preset())
    (task,) = result["tasks"]
    assert isinstance(task, Task)
    assert (task.title, task.labels, task.created_at) == ("New", ("web",), at)
    (table,) = result.report.tables
    assert (table.read, table.skipped_by) == (3, {"of a load that is not complete": 1, "an older version of a row": 1})


def test_flags_numbers_and_days(connection: sa.Connection) -> None:
    """Typed values are taken as they are: whole keys, flags, exact numbers, days."""
    types = {
        "id": sa.BigInteger(),
        "property_name": TEXT,
        "property_annual_contract_value": sa.Numeric(18, 2),
        "property_contract_end_date": sa.Date(),
        "_fivetran_synced": sa.DateTime(),
        "_fivetran_deleted": sa.Boolean(),
    }
    day, at = datetime(2026, 12, 31).date(), datetime(2026, 1, 1)
    landed(connection, "company", types, (1, "A", 1200.5, day, at, False), (2, "B", None, None, at, True))
    result = import_landed(landed_tables(connection), hubspot.preset(), currency="EUR")
    (customer,) = result["customers"]
    assert isinstance(customer, Customer)
    assert (customer.id, customer.annual_value) == ("hubspot:company:1", Money("1200.50", "EUR"))
    assert customer.contract_end_on == day
    assert result.report.tables[0].skipped_by == {"deleted": 1}


def test_airbyte_payloads(connection: sa.Connection) -> None:
    """A payload in a column of the database's own kind of JSON is read by its members."""
    types = {"_airbyte_raw_id": TEXT, "_airbyte_data": sa.JSON(), "_airbyte_extracted_at": sa.DateTime(timezone=True)}
    payload = {"id": "1", "properties": {"name": "A", "domain": "a.example"}}
    landed(connection, "_airbyte_raw_companies", types, ("r", payload, datetime(2026, 1, 1, tzinfo=UTC)))
    (customer,) = import_landed(landed_tables(connection), hubspot.preset())["customers"]
    assert (customer.name, customer.domains) == ("A", ("a.example",))  # type: ignore[union-attr]


def test_only_some_tables(connection: sa.Connection) -> None:
    """Tables may be named; the others are not looked at."""
    types = {"id": TEXT, "name": TEXT, "_sdc_batched_at": TEXT}
    landed(connection, "companies", types, ("1", "A", "x"))
    landed(connection, "deals", types, ("1", "A", "x"))
    assert landed_tables(connection, only=["companies"]).names() == ["companies"]


def test_missing_tables(connection: sa.Connection) -> None:
    """A table that is not there is an error of the store, not of a driver."""
    with pytest.raises(StoreError):
        list(landed_tables(connection).rows("nowhere"))
