"""The way in: tables and data frames of a Spark session, one for each collection, as facts."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from alignkit.errors import PortfolioError
from alignkit.portfolio.names import only_collections
from alignkit.sql.bound.collection import Collection, bound_collection, checked_currency
from alignkit.sql.bound.zones import Zone
from alignkit.sql.distributed.columns import selectable_of
from alignkit.sql.distributed.runner import SqlRunner
from alignkit.sql.distributed.session import Hold, SparkRunner
from alignkit.sql.distributed.tables import DistributedTables

__all__ = ["bind_runner", "bind_spark"]


def bind_spark(
    session: Any,
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
    hold: Hold | None = None,
) -> DistributedTables:
    """
    Bind tables of a Spark session, to be judged where they lie.

    Each collection is the name of a table or view (such as `"lake.crm.customers"`) or a data frame of the session,
    with columns named as `alignkit.sql.bind` has them. Moments are TIMESTAMP, TIMESTAMP_NTZ or ISO text with an offset.

    Args:
        session: A `SparkSession` that speaks Spark Connect: with Apache Spark 4 or Sail. Its settings are left alone.
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
        zone: IANA name of the zone of TIMESTAMP_NTZ (and texts) without one, such as `"UTC"`. None refuses them.
        hold: Where a stage's rows wait for the next: `"executors"` (two of them, where there are), `"checkpoint"` (the
            directory that the session has for it), or `"client"` (here). None: the first of these that the engine has.

    Returns:
        Facts for `Policy.assess`. Rows that the domain would refuse are counted in `Assessment.faults`, and the
        rules that read them are errors.

    Raises:
        MissingExtraError: pyspark is not installed.
        PortfolioError: Columns are missing, unknown, or of a type that cannot be read exactly: all at once.
        StoreError: There is no such table, or the session refused.
        ValidationError: The currency, the zone or `hold` is none, or `session` is no session.
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
    return bind_runner(SparkRunner(session, hold), given, currency=currency, zone=zone)


def bind_runner(
    runner: SqlRunner, tables: Mapping[str, Any], /, *, currency: str | None = None, zone: str | None = None
) -> DistributedTables:
    """
    Bind tables of any engine that has a runner; see `bind_spark`.

    Args:
        runner: The engine.
        tables: By collection, what `SqlRunner.source` takes.
        currency: ISO 4217 code of the amounts that have no column for it.
        zone: IANA name of the zone of wall times. None refuses them.

    Raises:
        PortfolioError: Columns are missing, unknown, or of a type that cannot be read exactly: all at once.
        TypeError: There is no such collection.
        ValidationError: The currency or the zone is none.
    """
    tables = only_collections("bind_runner", tables)
    code, of = checked_currency(currency), None if zone is None else Zone.of(zone)
    token = uuid.uuid4().hex[:12]
    sources = {f"ak_source_{name}_{token}": given for name, given in tables.items()}
    faults: list[Any] = []
    found: dict[str, Collection] = {}
    for name, (view, given) in zip(tables, sources.items(), strict=True):
        rows = selectable_of(view, runner.source(view, given))
        bound = bound_collection(name, rows, code, runner.dialect.name, of, faults)
        if bound is not None:
            found[name] = bound
    if faults:
        for view in sources:
            runner.forget(view)
        raise PortfolioError(faults)
    return DistributedTables(runner, found, sources)
