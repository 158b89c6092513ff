"""Overrides and calls to action in tables; see `alignkit.stores.overrides` and `alignkit.stores.actions`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import Row, delete, func, insert, select, update

from alignkit.errors import NotFoundError
from alignkit.sql.engines import Transaction
from alignkit.sql.journal import Journal
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import ACTIONS, OVERRIDES
from alignkit.stores.actions import ActionEvent, ActionKey, CallToAction, chosen
from alignkit.stores.overrides import Override, Withdrawal, in_force_at

__all__ = ["SqlActionLog", "SqlOverrideLog"]

_OVERRIDES: Final = OVERRIDES.c
_ACTIONS: Final = ACTIONS.c

Look = Callable[[str], AbstractContextManager[Scope]]
Whole = Callable[[str, Callable[[Transaction], Any]], Any]


class SqlOverrideLog:
    """
    Overrides kept in a database, each in its row; a withdrawal is written into the row that it concerns.

    Args:
        look: Opens a scope that sees one moment.
        whole: Runs a transaction, again where it met another one.
        scope: Gives the scope of a transaction.
        journal: Whose lock writers take.
    """

    def __init__(self, look: Look, whole: Whole, scope: Callable[[Transaction], Scope], journal: Journal) -> None:
        self._look = look
        self._whole = whole
        self._scope = scope
        self._journal = journal

    def append(self, *overrides: Override) -> None:
        """Keep overrides, all of them or none."""

        def write(transaction: Transaction) -> None:
            scope = self._locked(transaction)
            newest = select(func.coalesce(func.max(_OVERRIDES.number), 0)).where(_OVERRIDES.tenant_id == scope.tenant)
            number = int(scope.connection.execute(newest).scalar_one())
            rows = [
                {"tenant_id": scope.tenant, "number": at, **_override_row(one)}
                for at, one in enumerate(overrides, number + 1)
            ]
            if rows:
                scope.connection.execute(insert(OVERRIDES), rows)

        self._whole("keep overrides", write)

    def withdraw(self, kind: str, id: str, /, *, author: str, at: datetime, reason: str | None = None) -> Override:
        """Take back the override of a subject that holds at a moment."""
        withdrawal = Withdrawal(author=author, at=at, reason=reason)

        def write(transaction: Transaction) -> Override:
            scope = self._locked(transaction)
            known = {one: number for number, one in self._read(scope)}
            held = in_force_at(known, withdrawal.at).get((kind, id))
            if held is None:
                raise NotFoundError("override", f"{kind} {id}")
            taken = attrs.evolve(held, withdrawn=withdrawal)
            mine = (_OVERRIDES.tenant_id == scope.tenant, _OVERRIDES.number == known[held])
            scope.connection.execute(update(OVERRIDES).where(*mine).values(_override_row(taken)))
            return taken

        taken: Override = self._whole("withdraw override", write)
        return taken

    def list(self) -> tuple[Override, ...]:
        """All of them, in the order kept."""
        with self._look("overrides") as scope:
            return tuple(one for _, one in self._read(scope))

    def _locked(self, transaction: Transaction) -> Scope:
        scope = self._scope(transaction)
        self._journal.lock(scope.connection)
        return scope

    def _read(self, scope: Scope) -> Iterable[tuple[int, Override]]:
        query = select(OVERRIDES).where(_OVERRIDES.tenant_id == scope.tenant).order_by(_OVERRIDES.number)
        return [(row.number, _override(row)) for row in scope.connection.execute(query)]


class SqlActionLog:
    """
    Calls to action kept in a database: a row for each rule and subject, with its history.

    Args:
        look: Opens a scope that sees one moment.
        whole: Runs a transaction, again where it met another one.
        scope: Gives the scope of a transaction.
        journal: Whose lock writers take.
    """

    def __init__(self, look: Look, whole: Whole, scope: Callable[[Transaction], Scope], journal: Journal) -> None:
        self._look = look
        self._whole = whole
        self._scope = scope
        self._journal = journal

    def change(self, work: Callable[[Mapping[ActionKey, CallToAction]], Iterable[CallToAction]], /) -> None:
        """Keep what a function makes of all that is kept, while other writers wait."""

        def write(transaction: Transaction) -> None:
            scope = self._scope(transaction)
            self._journal.lock(scope.connection)
            kept = {one.key: one for one in _calls(scope)}
            changed = {one.key: one for one in work(kept) if kept.get(one.key) != one}
            for key in changed.keys() & kept.keys():
                values = (_ACTIONS.rule_id, _ACTIONS.kind, _ACTIONS.subject_id)
                mine = [column == value for column, value in zip(values, key, strict=True)]
                scope.connection.execute(delete(ACTIONS).where(_ACTIONS.tenant_id == scope.tenant, *mine))
            rows = [{"tenant_id": scope.tenant, **_action_row(one)} for one in changed.values()]
            if rows:
                scope.connection.execute(insert(ACTIONS), rows)

        self._whole("keep actions", write)

    def list(self, *, is_open: bool | None = None, team: str | None = None) -> tuple[CallToAction, ...]:
        """The calls, those opened last first."""
        with self._look("actions") as scope:
            return chosen(_calls(scope, is_open), is_open=is_open, team=team)


def _calls(scope: Scope, is_open: bool | None = None) -> Iterable[CallToAction]:
    query = select(ACTIONS).where(_ACTIONS.tenant_id == scope.tenant)
    if is_open is not None:
        query = query.where(_ACTIONS.is_open == is_open)
    return [_call(row) for row in scope.connection.execute(query)]


def _override_row(one: Override) -> dict[str, Any]:
    taken = one.withdrawn
    return {
        "kind": one.kind,
        "subject_id": one.id,
        "band": one.band,
        "health": one.health,
        "reason": one.reason,
        "author": one.author,
        "made_at": one.made_at,
        "expires_at": one.expires_at,
        "withdrawn_by": None if taken is None else taken.author,
        "withdrawn_at": None if taken is None else taken.at,
        "withdrawn_because": None if taken is None else taken.reason,
    }


def _override(row: Row[Any]) -> Override:
    taken = None
    if row.withdrawn_at is not None:
        taken = Withdrawal(author=row.withdrawn_by, at=row.withdrawn_at, reason=row.withdrawn_because)
    return Override(
        kind=row.kind,
        id=row.subject_id,
        band=row.band,
        health=row.health,
        reason=row.reason,
        author=row.author,
        made_at=row.made_at,
        expires_at=row.expires_at,
        withdrawn=taken,
    )


def _action_row(one: CallToAction) -> dict[str, Any]:
    history = [
        {"what": event.what, "at": event.at.isoformat(), "reason": event.reason, "team": event.team}
        for event in one.history
    ]
    return {
        "rule_id": one.rule_id,
        "kind": one.kind,
        "subject_id": one.subject_id,
        "subject_name": one.subject_name,
        "teams": json.dumps(one.teams, ensure_ascii=False),
        "action": one.action,
        "reason": one.reason,
        "severity": one.severity,
        "is_open": one.is_open,
        "history": json.dumps(history, ensure_ascii=False),
        "sent": one.sent,
    }


def _call(row: Row[Any]) -> CallToAction:
    history = (ActionEvent(**{**event, "at": datetime.fromisoformat(event["at"])}) for event in json.loads(row.history))
    return CallToAction(
        rule_id=row.rule_id,
        kind=row.kind,
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        teams=tuple(json.loads(row.teams)),
        action=row.action,
        reason=row.reason,
        severity=row.severity,
        history=tuple(history),
        sent=row.sent,
    )
