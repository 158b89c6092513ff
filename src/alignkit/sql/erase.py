"""Taking a person out of facts and journal; what names somebody is `alignkit.stores.erasure`'s."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from alignkit.errors import NotFoundError
from alignkit.sql.lookups import Scope
from alignkit.sql.tables import TABLES
from alignkit.sql.work import Work
from alignkit.stores.erasure import Person
from alignkit.stores.kinds import JOURNAL, REPOSITORIES, at_version

__all__ = ["erase"]


def erase(work: Work, contact_id: str) -> None:
    """
    Remove what tells who a person is; see `alignkit.stores.Store.erase`. The transaction is not ended.

    Every text of the tenant is read once, because a person may be named anywhere.
    """
    newest = work.lock()
    scope = work.scope
    contact = scope.one("contacts", contact_id)
    if contact is None:
        raise NotFoundError("contact", contact_id)
    person = Person.of(contact, _told(scope, contact_id))
    for name in REPOSITORIES:
        steps: list[tuple[Any, Any]] = []
        for block in scope.every(name):
            pairs = ((fact, person.fact(fact)) for fact in block)
            steps.extend((old, at_version(new, old.version + 1)) for old, new in pairs if new is not old)
        if steps:
            work.put(name, steps)
    replaced: list[Any] = []
    for block in scope.every(JOURNAL):
        pairs = ((entry, person.entry(entry)) for entry in block)
        replaced.extend(new for old, new in pairs if new is not old)
    if replaced:
        work.replace_entries(replaced)
    work.settle(newest, shown=person.hidden)


def _told(scope: Scope, contact_id: str) -> list[Any]:
    """What the journal tells of the contact."""
    table, rows = TABLES[JOURNAL], scope.rows(JOURNAL)
    query = select(*rows.selected).where(
        table.c.tenant_id == scope.tenant, table.c.kind == "contact", table.c.subject_id == contact_id
    )
    return scope.read(JOURNAL, query)
