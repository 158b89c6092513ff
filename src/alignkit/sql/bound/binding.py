"""The way in: a host's selectables, one for each collection, as facts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Engine

from alignkit.errors import PortfolioError, ValidationError
from alignkit.sql.bound.collection import Collection, bound_collection, checked_currency
from alignkit.sql.bound.tables import BoundTables
from alignkit.sql.bound.zones import Zone
from alignkit.sql.engines import Database

__all__ = ["bind"]


def bind(
    where: Engine | Connection,
    /,
    *,
    customers: Any = None,
    contacts: Any = None,
    projects: Any = None,
    objectives: Any = None,
    contributions: Any = None,
    check_ins: Any = None,
    interactions: Any = None,
    needs: Any = None,
    opportunities: Any = None,
    tasks: Any = None,
    changes: Any = None,
    duplicates: Any = None,
    currency: str | None = None,
    zone: str | None = None,
) -> BoundTables:
    """
    Bind tables of your own, to be judged where they lie.

    Each collection is something to select from (a `select(...)`, a `Table`, a subquery) whose columns are named like
    the fields of the collection's class; an amount of money has a column of the field's name and one with
    `_currency` behind it. Columns that are left out are unknown, or what the class has by default; lists (`labels`,
    `domains`, `told`, `external_refs`) have no column. Ids may be text, whole numbers or, on PostgreSQL and DuckDB,
    UUIDs; moments timestamps or ISO text with an offset.

    Args:
        where: An engine or a connection on SQLite, PostgreSQL, MariaDB or DuckDB. Nothing is written on it. On a
            connection in a transaction, that transaction is what is seen.
        customers: Whom we serve; None (the default) says that they are unknown. So for every collection.
        contacts: People at customers.
        projects: Planned deliveries.
        objectives: Intended results.
        contributions: Which project serves which objective.
        check_ins: How objectives stood.
        interactions: Touches.
        needs: Wishes, complaints and promises.
        opportunities: Possible sales.
        tasks: Planned work.
        changes: Journal entries.
        duplicates: Suspected double efforts.
        currency: ISO 4217 code of the amounts that have no column for it.
        zone: IANA name of the zone of timestamps (and texts) without one, such as `"UTC"`. None refuses them.

    Returns:
        Facts for `Policy.assess`. Rows that the domain would refuse are counted in `Assessment.faults`, and the
        rules that read them are errors.

    Raises:
        PortfolioError: Columns are missing, unknown, or of a type that cannot be read exactly: all at once.
        ValidationError: The currency or the zone is none, or `where` is neither engine nor connection.
    """
    given = {
        "customers": customers,
        "contacts": contacts,
        "projects": projects,
        "objectives": objectives,
        "contributions": contributions,
        "check_ins": check_ins,
        "interactions": interactions,
        "needs": needs,
        "opportunities": opportunities,
        "tasks": tasks,
        "changes": changes,
        "duplicates": duplicates,
    }
    database = Database(_checked(where))
    code, of = checked_currency(currency), None if zone is None else Zone.of(zone)
    faults: list[Any] = []
    found: dict[str, Collection] = {}
    for name, selectable in given.items():
        if selectable is not None:
            bound = bound_collection(name, selectable, code, database.dialect, of, faults)
            if bound is not None:
                found[name] = bound
    if faults:
        raise PortfolioError(faults)
    return BoundTables(database, found)


def _checked(where: Any) -> Engine | Connection:
    if isinstance(where, (Engine, Connection)):
        return where
    reason = f"expected an Engine or a Connection of SQLAlchemy, got {type(where).__name__}"
    raise ValidationError(reason, entity="bind", field="where", value=where)
