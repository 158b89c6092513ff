"""
What a database keeps for monitors; see `alignkit.stores.monitoring.MonitorStates`.

A monitor advances in one transaction, under the lock of its own row: cursor, outcomes and events are there together
or not at all. News are read on a connection that sees one moment.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar

from sqlalchemy import delete, func, insert, select, update

from alignkit.domain import Change
from alignkit.errors import ValidationError
from alignkit.portfolio import Portfolio
from alignkit.sql.bulk import chunks, insert_rows
from alignkit.sql.engines import Transaction
from alignkit.sql.journal import Journal
from alignkit.sql.lookups import Scope
from alignkit.sql.outcomes import forget_told, outcomes_of, replace_outcomes, write_outcomes
from alignkit.sql.rewrites import EVERYTHING, newest, noted
from alignkit.sql.snapshot import snapshot
from alignkit.sql.tables import DELIVERIES, MONITORS, SUBSCRIBERS
from alignkit.stores.kinds import JOURNAL
from alignkit.stores.memory_monitors import touched_by
from alignkit.stores.monitoring import Advance, Delivery, Kept, News, Reader

__all__ = ["SqlMonitors"]

R = TypeVar("R")

Look = Callable[[str], AbstractContextManager[Scope]]
Whole = Callable[[str, Callable[[Transaction], Any]], Any]

MOST_CHANGES: Final = 200_000
"""With more entries than this, reading everything again is the shorter way."""


class SqlMonitors:
    """
    What a database keeps for monitors.

    Args:
        look: Opens a scope that sees one moment.
        whole: Runs a transaction, again where it met another one.
        scope: Gives the scope of a transaction.
        journal: The journal of the tenant.
    """

    def __init__(self, look: Look, whole: Whole, scope: Callable[[Transaction], Scope], journal: Journal) -> None:
        self._look = look
        self._whole = whole
        self._scope = scope
        self._journal = journal

    # News

    def snapshot(self) -> tuple[Portfolio, str]:
        """Everything that is stored, and the cursor at which news after it begin."""
        with self._look("snapshot") as scope:
            return snapshot(scope), f"{self._journal.newest_cursor(scope.connection)}+{newest(scope)}"

    def news(self, cursor: str, /) -> News:
        """What is stored otherwise since a cursor."""
        place, _, number = cursor.partition("+")
        if not number.isdecimal():
            reason = f"{cursor!r} is no cursor of this store"
            raise ValidationError(reason, entity="news", field="cursor", value=cursor)
        with self._look("news") as scope:
            page = self._journal.page(scope.connection, place, MOST_CHANGES)
            written = noted(scope, int(number))
            given = frozenset(scope.given())
            reached = f"{page.cursor}+{int(number) + len(written)}"
            if page.lag or (EVERYTHING, "") in written:
                return News(page.changes, {}, given, reached, is_all=True)
            return News(page.changes, _facts(scope, page.changes, written, given), given, reached)

    # How far a monitor is

    def load(self, name: str, /) -> Kept | None:
        """What is stored of a monitor."""
        with self._look("load monitor") as scope:
            columns = MONITORS.c
            query = select(columns.generation, columns.reached, columns.policy_version, columns.as_of)
            found = scope.connection.execute(
                query.where(columns.tenant_id == scope.tenant, columns.name == name)
            ).first()
            if found is None:
                return None
            rows, told = outcomes_of(scope, name)
            return Kept(*found, rows, told, _readers(scope, name))

    def advance(self, name: str, step: Advance, /) -> bool:
        """Store a step, all of it."""
        letters = [(subscriber, letter.to_json()) for subscriber, letter in step.letters]

        def write(transaction: Transaction) -> bool:
            scope = self._scope(transaction)
            posted = _advanced(scope, name, step, len(letters))
            if posted is None:
                return False
            if step.is_restart:
                forget_told(scope, name)
            if step.rows is not None:
                replace_outcomes(scope, name, step.rows)
            write_outcomes(scope, name, [("", *one) for one in step.changed])
            write_outcomes(scope, name, step.told)
            rows = [
                (scope.tenant, name, subscriber, number, text)
                for number, (subscriber, text) in enumerate(letters, posted + 1)
            ]
            insert_rows(scope.connection, DELIVERIES, DELIVERIES.c.keys(), rows)
            return True

        return bool(self._whole("advance monitor", write))

    # What is still to be told

    def deliveries(self, name: str, subscriber: str, /, *, limit: int) -> tuple[Delivery, ...]:
        """What is still to be told to a subscriber."""
        columns = DELIVERIES.c
        with self._look("deliveries") as scope:
            query = (
                select(columns.number, columns.event)
                .where(*_mine(DELIVERIES, scope, name), columns.subscriber == subscriber)
                .order_by(columns.number)
                .limit(limit)
            )
            return tuple(Delivery(*row) for row in scope.connection.execute(query))

    def waiting(self, name: str, /) -> Mapping[str, int]:
        """How much is still to be told, by subscriber."""
        columns = DELIVERIES.c
        with self._look("deliveries") as scope:
            query = select(columns.subscriber, func.count()).where(*_mine(DELIVERIES, scope, name))
            return {row[0]: row[1] for row in scope.connection.execute(query.group_by(columns.subscriber))}

    def answered(self, name: str, subscriber: str, numbers: Sequence[int], reader: Reader, /) -> None:
        """Forget deliveries that arrived, and keep how the subscriber is doing."""

        def write(transaction: Transaction) -> None:
            scope = self._scope(transaction)
            columns = DELIVERIES.c
            for some in chunks(list(numbers)):
                mine = (*_mine(DELIVERIES, scope, name), columns.subscriber == subscriber)
                scope.connection.execute(delete(DELIVERIES).where(*mine, columns.number.in_(some)))
            mine = (*_mine(SUBSCRIBERS, scope, name), SUBSCRIBERS.c.subscriber == subscriber)
            scope.connection.execute(delete(SUBSCRIBERS).where(*mine))
            if reader != Reader():
                row = {
                    "tenant_id": scope.tenant,
                    "monitor": name,
                    "subscriber": subscriber,
                    "tries": reader.tries,
                    "next_try_at": reader.next_try_at,
                    "error": reader.error,
                    "is_parked": reader.is_parked,
                }
                scope.connection.execute(insert(SUBSCRIBERS).values(row))

        self._whole("answer deliveries", write)


def _mine(table: Any, scope: Scope, name: str) -> tuple[Any, Any]:
    return table.c.tenant_id == scope.tenant, table.c.monitor == name


def _facts(
    scope: Scope, changes: Sequence[Change], written: Sequence[tuple[str, str]], given: frozenset[str]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    told = {change.id: change for change in changes}
    for collection, ids in touched_by(changes, written).items():
        if collection in given:
            known = told if collection == JOURNAL else {}
            stored = scope.several(collection, [id for id in ids if id not in known])
            found[collection] = {id: known.get(id, stored.get(id)) for id in ids}
    return found


def _readers(scope: Scope, name: str) -> dict[str, Reader]:
    columns = SUBSCRIBERS.c
    query = select(columns.subscriber, columns.tries, columns.next_try_at, columns.error, columns.is_parked)
    rows = scope.connection.execute(query.where(*_mine(SUBSCRIBERS, scope, name)))
    return {row[0]: Reader(row[1], row[2], row[3], bool(row[4])) for row in rows}


def _advanced(scope: Scope, name: str, step: Advance, letters: int) -> int | None:
    """Move a monitor's own row on; gives how many events it had posted, None when the step is not the next one."""
    columns = MONITORS.c
    mine = (columns.tenant_id == scope.tenant, columns.name == name)
    known = select(columns.generation, columns.posted).where(*mine)
    if scope.dialect not in ("sqlite", "duckdb"):
        known = known.with_for_update()
    found = scope.connection.execute(known).first()
    generation, posted = (0, 0) if found is None else (int(found[0]), int(found[1]))
    if step.generation != generation + 1:
        return None
    row = {
        "generation": step.generation,
        "posted": posted + letters,
        "reached": step.cursor,
        "policy_version": step.policy_version,
        "as_of": step.as_of,
    }
    if found is None:
        scope.connection.execute(insert(MONITORS).values(tenant_id=scope.tenant, name=name, **row))
    else:
        scope.connection.execute(update(MONITORS).where(*mine).values(row))
    return posted
