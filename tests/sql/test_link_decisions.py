"""People's decisions in a database: the same log as in memory, for each tenant its own, and followed by linking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timezone

import attrs
import pytest

from alignkit.domain import Customer, ExternalRef
from alignkit.errors import DuplicateError, NotFoundError
from alignkit.linking import LinkDecision, confirm, link, reject
from alignkit.sql import SqlStore

DAY = datetime(2026, 3, 2, 9, 30, 0, 123_456, tzinfo=timezone.utc)


def said(left: str, right: str, reason: str | None = None) -> LinkDecision:
    """A decision in a line."""
    keys = (ExternalRef("crm", "customer", left), ExternalRef("pm", "customer", right))
    return confirm(*keys, actor="Ánna ", at=DAY, reason=reason)


@pytest.fixture
def store(empty_url: str) -> Iterator[SqlStore]:
    """A store on an empty database."""
    with SqlStore.open(empty_url) as opened:
        yield opened


def test_a_database_gives_back_what_was_kept(store: SqlStore, empty_url: str) -> None:
    """Decisions come back equal and in order, to another store too; what is revoked stays and says so."""
    one, other = said("z", "b", "same VAT number"), said("a", "b")
    store.link_decisions.append(one)
    store.link_decisions.append(other)
    assert store.link_decisions.list() == (one, other)
    store.link_decisions.revoke(one.id, actor="bo", at=DAY, reason="no")
    store.link_decisions.revoke(one.id, actor="eve", at=DAY)
    assert store.link_decisions.list() == (other,)
    revoked = store.link_decisions.list(revoked=True)[0]
    assert attrs.evolve(revoked, revoked=None) == one
    assert revoked.revoked is not None
    assert (revoked.revoked.actor, revoked.revoked.at, revoked.revoked.reason) == ("bo", DAY, "no")


def test_a_database_keeps_all_or_nothing(store: SqlStore) -> None:
    """One decision twice is refused with everything beside it, and so is revoking what is not there."""
    store.link_decisions.append(said("a", "b"))
    with pytest.raises(DuplicateError, match="link decision"):
        store.link_decisions.append(said("c", "d"), said("a", "b"))
    assert store.link_decisions.list() == (said("a", "b"),)
    with pytest.raises(NotFoundError):
        store.link_decisions.revoke("nothing", actor="ana", at=DAY)


def test_tenants_decide_apart(empty_url: str) -> None:
    """A tenant reads its own decisions only."""
    with SqlStore.open(empty_url, tenant="one") as one, SqlStore.open(empty_url, tenant="two") as two:
        one.link_decisions.append(said("a", "b"))
        two.link_decisions.append(said("a", "b"), said("c", "d"))
        assert (len(one.link_decisions.list()), len(two.link_decisions.list())) == (1, 2)


def test_linking_a_store_follows_the_decisions_it_keeps(store: SqlStore) -> None:
    """What a person decided is in the store, and the next answer knows it."""
    customers = [
        Customer(id=id, name="Acme", external_refs=(ExternalRef(system, "company", id),))
        for id, system in (("a", "hubspot"), ("p", "jira"))
    ]
    store.upsert(customers, at=DAY)
    (found,) = link(store).links
    store.link_decisions.append(reject(found.left, found.right, actor="ana", at=DAY))
    assert link(store).links == ()
    assert len(link(store, decisions=()).links) == 1
