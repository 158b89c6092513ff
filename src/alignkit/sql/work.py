"""
Writing facts within one transaction, and settling it: laws, known collections, journal.

Owns what a transaction has touched so far. It neither begins nor ends one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

import attrs
from sqlalchemy import delete, exc, insert

from alignkit.domain import Change
from alignkit.errors import ConflictError, DuplicateError, NotFoundError, PortfolioError
from alignkit.sql import laws
from alignkit.sql.bulk import delete_facts, insert_facts, insert_rows, marks
from alignkit.sql.faults import is_duplicate
from alignkit.sql.journal import Journal
from alignkit.sql.lookups import Scope
from alignkit.sql.rewrites import EVERYTHING, note
from alignkit.sql.rows import ref_rows
from alignkit.sql.tables import EXTERNAL_REFS, GIVEN, TABLES
from alignkit.stores.journal import WHOLE, Stamp, entries
from alignkit.stores.kinds import JOURNAL, KIND_OF, REPOSITORIES, at_version

__all__ = ["Step", "Work"]

Step = tuple[str, Any, Any]
"""One write: the collection, the fact before (None when it is new) and after (None when it goes)."""


class Work:
    """
    What one transaction writes.

    Args:
        scope: Its connection and tenant.
        journal: The tenant's journal.
        stamp: Who writes, and when; None writes no entries of our own.
    """

    def __init__(self, scope: Scope, journal: Journal, stamp: Stamp | None) -> None:
        self.scope = scope
        self._journal = journal
        self._stamp = stamp
        self._steps: list[Step] = []
        self._written: dict[str, dict[str, Any]] = {}
        self._removed: dict[str, set[str]] = {}

    # One fact, as a unit of work writes it

    def add(self, name: str, fact: Any) -> Any:
        """Insert a fact; see `Repository.add`."""
        made = at_version(fact, 1)
        try:
            insert_facts(self.scope.connection, self.scope.rows(name), self.scope.tenant, [made], [1])
        except exc.DBAPIError as error:
            if is_duplicate(error):
                raise DuplicateError(KIND_OF[name], fact.id) from error
            raise
        self._note(name, None, made)
        return made

    def update(self, name: str, fact: Any) -> Any:
        """Write a fact over the stored one of its version; see `Repository.update`."""
        stored = self.scope.one(name, fact.id)
        if stored is None:
            if fact.version:
                raise ConflictError(KIND_OF[name], fact.id, fact.version, None)
            raise NotFoundError(KIND_OF[name], fact.id)
        if stored.version != fact.version:
            raise ConflictError(KIND_OF[name], fact.id, fact.version, stored.version)
        if stored == fact:
            return stored
        made = at_version(fact, stored.version + 1)
        if not self._overwrite(name, made, stored.version):
            raise self._overtaken(name, fact.id, stored.version)
        if made.external_refs != stored.external_refs:
            self._forget_refs(name, fact.id)
            refs = ref_rows(self.scope.tenant, name, [made])
            insert_rows(self.scope.connection, EXTERNAL_REFS, EXTERNAL_REFS.c.keys(), refs)
        self._note(name, stored, made)
        return made

    def remove(self, name: str, id: str, version: int | None) -> None:
        """Delete a fact; see `Repository.remove`."""
        stored = self.scope.one(name, id)
        if stored is None:
            raise (
                NotFoundError(KIND_OF[name], id) if version is None else ConflictError(KIND_OF[name], id, version, None)
            )
        if version is not None and stored.version != version:
            raise ConflictError(KIND_OF[name], id, version, stored.version)
        table = TABLES[name]
        gone = delete(table).where(
            table.c.tenant_id == self.scope.tenant, table.c.id == id, table.c.version == stored.version
        )
        if self.scope.connection.execute(gone).rowcount != 1:
            raise self._overtaken(name, id, stored.version)
        self._forget_refs(name, id)
        self._note(name, stored, None)

    def _overwrite(self, name: str, fact: Any, version: int) -> bool:
        """Write all columns where the stored version is still this one; False when it is not."""
        scope = self.scope
        rows, quote = scope.rows(name), scope.connection.dialect.identifier_preparer
        (row,) = rows.rows(scope.tenant, [fact], [fact.version])
        names = rows.names[1:]
        mark = marks(scope.connection, len(names) + 3)
        sets = ", ".join(f"{quote.quote(column)} = {next(mark)}" for column in names)
        statement = (
            f"UPDATE {quote.format_table(TABLES[name])} SET {sets} "  # noqa: S608  # names and marks only
            f"WHERE tenant_id = {next(mark)} AND id = {next(mark)} AND version = {next(mark)}"
        )
        values = (*row[1:], scope.tenant, fact.id, version)
        return scope.connection.exec_driver_sql(statement, values).rowcount == 1

    def _overtaken(self, name: str, id: str, version: int) -> ConflictError:
        now = self.scope.one(name, id)
        return ConflictError(KIND_OF[name], id, version, None if now is None else now.version)

    def _forget_refs(self, name: str, id: str) -> None:
        refs = EXTERNAL_REFS.c
        self.scope.connection.execute(
            delete(EXTERNAL_REFS).where(refs.tenant_id == self.scope.tenant, refs.collection == name, refs.id == id)
        )

    def _note(self, name: str, before: Any, after: Any) -> None:
        self._steps.append((name, before, after))
        if after is None:
            self._written.get(name, {}).pop(before.id, None)
            self._removed.setdefault(name, set()).add(before.id)
        else:
            self._written.setdefault(name, {})[after.id] = after
            self._removed.get(name, set()).discard(after.id)

    # Many facts, as an upsert or an erasure writes them; the caller holds the journal's lock

    def put(self, name: str, steps: Sequence[tuple[Any, Any]]) -> None:
        """Store facts in bulk, each given as it was (None when new) and as it is to be, at its new version."""
        scope = self.scope
        old = [before.id for before, _ in steps if before is not None]
        delete_facts(scope.connection, name, scope.tenant, old)
        facts = [after for _, after in steps]
        # A new fact's own version is not looked at, so nobody has to make a copy of it at version 1.
        versions = [1 if before is None else after.version for before, after in steps]
        insert_facts(scope.connection, scope.rows(name), scope.tenant, facts, versions)
        self._written.setdefault(name, {}).update(zip(map(attrgetter("id"), facts), facts, strict=True))
        if self._stamp is not None:
            self._steps.extend((name, before, after) for before, after in steps)
        elif facts:
            note(scope, EVERYTHING, [""])

    def replace_entries(self, changes: Iterable[Change]) -> None:
        """Let journal entries take the place of those of their ids."""
        by_id = {change.id: change for change in changes}
        numbers = self.scope.numbers(by_id)
        delete_facts(self.scope.connection, JOURNAL, self.scope.tenant, list(numbers))
        insert_facts(
            self.scope.connection,
            self.scope.rows(JOURNAL),
            self.scope.tenant,
            [by_id[id] for id in numbers],
            list(numbers.values()),
        )
        note(self.scope, JOURNAL, list(numbers))

    def put_duplicates(self, old: Sequence[Any], new: Sequence[Any]) -> None:
        """Store suspected double efforts in the place of the old ones."""
        scope = self.scope
        delete_facts(scope.connection, "duplicates", scope.tenant, [one.id for one in old])
        insert_facts(scope.connection, scope.rows("duplicates"), scope.tenant, new, ())
        note(scope, "duplicates", [one.id for one in new])

    # The end of the transaction

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written."""
        return not self._written and not self._removed

    def lock(self) -> int:
        """Wait for the turn to commit; gives the number of the newest journal entry."""
        return self._journal.lock(self.scope.connection)

    def settle(
        self,
        newest: int,
        *,
        changes: Sequence[Change] = (),
        known: Iterable[str] = (),
        told: frozenset[tuple[str, str, str]] = frozenset(),
        shown: Callable[[Change], Change] = lambda change: change,
    ) -> None:
        """
        Judge the laws and write the journal; the transaction may be committed after it.

        Args:
            newest: What `lock` gave.
            changes: Entries of others that join the journal after our own.
            known: Collections that become known besides those that were written.
            told: Kind, id and field of what needs no entry of our own.
            shown: What an entry of our own may show.

        Raises:
            PortfolioError: The laws do not hold.
        """
        faults = laws.faults(self.scope, self._written, self._removed)
        if faults:
            raise PortfolioError(faults)
        own = [shown(change) for change in self._entries(newest, told)]
        self._journal.append(self.scope.connection, newest, [*own, *changes])
        names = {name for name in REPOSITORIES if self._written.get(name)} | set(known)
        if any(change.field != WHOLE for change in (*own, *changes)):
            names.add(JOURNAL)
        self._make_known(names)

    def _entries(self, newest: int, told: frozenset[tuple[str, str, str]]) -> list[Change]:
        if self._stamp is None:
            return []
        waiting = "entry"  # what is told elsewhere gets no number
        found = [
            entry
            for _, before, after in self._steps
            for entry in entries(before, after, self._stamp, lambda: waiting)
            if (entry.kind, entry.subject_id, entry.field) not in told
        ]
        return [
            attrs.evolve(entry, id=self._journal.entry_id(number)) for number, entry in enumerate(found, newest + 1)
        ]

    def _make_known(self, names: set[str]) -> None:
        new = sorted(names - self.scope.given()) if names else []
        if new:
            rows: list[Mapping[str, Any]] = [{"tenant_id": self.scope.tenant, "collection": name} for name in new]
            self.scope.connection.execute(insert(GIVEN), rows)
