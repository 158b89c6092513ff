"""Tenants: nothing of another one can be read, written, counted or told from an error."""

from __future__ import annotations

import uuid
from datetime import datetime, timezone

import pytest
from sqlalchemy import create_engine, exc, make_url, text

from alignkit.domain import Contact, Customer, ExternalRef, Project
from alignkit.errors import NotFoundError, PortfolioError, TenantError, ValidationError
from alignkit.portfolio import Portfolio
from alignkit.sql import SqlStore, row_level_security

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
REF = ExternalRef("hubspot", "company", "1")
FACTS = (
    Customer(id="C", name="Acme", external_refs=(REF,)),
    Project(id="P", name="Apollo", customer_id="C"),
    Contact(id="K", name="Ada Byron", customer_id="C"),
)


def test_tenants_do_not_meet(tenants_url: str) -> None:
    """Two tenants with the same ids and references: each reads, counts, journals and erases its own only."""
    one, two = (SqlStore.open(tenants_url, tenant=uuid.uuid4().hex) for _ in range(2))
    with one, two:
        one.upsert(FACTS, at=NOW)
        assert (two.portfolio(), two.given, two.changes().changes, two.changes().lag) == (
            Portfolio(),
            frozenset(),
            (),
            0,
        )
        with pytest.raises(NotFoundError) as missing:
            two.customers.get("C")
        assert missing.value.suggestions == ()
        with pytest.raises(PortfolioError, match="'C', which is not there"):
            two.upsert([FACTS[1]], at=NOW)
        assert two.upsert([Customer(id="D", name="Other", external_refs=(REF,))], at=NOW).added == 1
        with two.unit_of_work(at=NOW) as unit:
            unit.customers.add(Customer(id="C", name="Mine"))
            unit.contacts.add(Contact(id="K", name="Ada Byron"))
            unit.customers.remove("C")
            unit.commit()
        two.erase("K", at=NOW)
        assert one.contacts.get("K") == FACTS[2]
        assert one.portfolio() == Portfolio(customers=FACTS[:1], projects=FACTS[1:2], contacts=FACTS[2:])
        assert [change.subject_id for change in one.changes().changes] == ["C", "K", "P"]


def test_a_tenant_must_be_named(tenants_url: str, url: str) -> None:
    """A database of tenants is not opened without one, nor one company's database with one."""
    with pytest.raises(TenantError, match="tenant="):
        SqlStore.open(tenants_url)
    with pytest.raises(TenantError, match="without tenant"):
        SqlStore.open(url, tenant="acme")
    for name in ("", " ", "x" * 65):
        with pytest.raises(ValidationError, match="1 to 64"):
            SqlStore.open(tenants_url, tenant=name)


def test_postgresql_refuses_other_tenants_itself(empty_url: str, engine: str) -> None:
    """Under row-level security a role of no privilege sees its tenant's rows only, in its transaction only."""
    if engine != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    role = f"alignkit_{uuid.uuid4().hex[:8]}"
    SqlStore.open(empty_url, tenant="acme").close()
    owner = create_engine(empty_url)
    with owner.begin() as connection:
        for statement in row_level_security():
            connection.execute(text(statement))
        connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"))
    plain = create_engine(make_url(empty_url).set(username=role))
    try:
        store = SqlStore.open(plain, tenant="acme")
        store.upsert(FACTS, at=NOW)
        assert store.customers.get("C") == FACTS[0]
        SqlStore.open(plain, tenant="other").upsert([FACTS[0]], at=NOW)
        with plain.connect() as connection:
            assert connection.execute(text("SELECT count(*) FROM ak_customers")).scalar() == 0
        with plain.connect() as connection:
            connection.execute(text("SELECT set_config('alignkit.tenant', 'acme', true)"))
            assert connection.execute(text("SELECT count(*) FROM ak_customers")).scalar() == 1
            with pytest.raises(exc.ProgrammingError, match="row-level security"):
                connection.execute(text("UPDATE ak_customers SET tenant_id = 'other'"))
    finally:
        plain.dispose()
        with owner.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
        owner.dispose()
