"""A tenant whose facts have the ids and references that everybody else's have, and everything that can be seen of it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from alignkit.domain import Contact, Customer, Entity, ExternalRef, Interaction, Objective, Project, Task
from alignkit.sql import SqlStore
from alignkit.stores.kinds import REPOSITORIES

__all__ = ["FACTS", "NOW", "REF", "everything"]

NOW = datetime(2026, 11, 1, tzinfo=timezone.utc)
REF = ExternalRef("hubspot", "company", "1")
FACTS: tuple[Entity, ...] = (
    *(Customer(id=id, name="Neighbour", tier="A", external_refs=(REF,)) for id in ("a",)),
    *(Customer(id=id, name="Neighbour") for id in ("A", "é")),
    *(Contact(id=id, name="Ada Byron", email="ada@example.org", customer_id="a") for id in ("a", "A")),
    *(Project(id=id, name="Neighbour", customer_id="a", status="active") for id in ("a", "A", "é")),
    Objective(id="a", title="Neighbour", customer_id="a"),
    Task(id="a", title="Neighbour", project_id="a"),
    Interaction(id="a", occurred_at=NOW, kind="call", project_id="a", contact_id="a", subject="Ada Byron called"),
)


def everything(store: SqlStore) -> dict[str, Any]:
    """All that a store tells of its tenant: facts with versions, what is given, the journal, and recorded scores."""
    page = store.changes(limit=100_000)
    facts = {name: [(fact, fact.version) for fact in getattr(store, name).find()] for name in REPOSITORIES}
    return {
        **facts,
        "given": store.given,
        "journal": (page.changes, page.cursor, page.lag),
        "history": [store.history("project", fact.id) for fact, _ in facts["projects"]],
    }
