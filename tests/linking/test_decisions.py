"""Laws of people's decisions: kept as facts, taken back without a trace lost, and stronger than any comparison."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.domain import Customer, ExternalRef
from alignkit.errors import DocumentError, DuplicateError, LinkingError, NotFoundError, ValidationError
from alignkit.linking import (
    DecisionLog,
    FileDecisionLog,
    LinkDecision,
    LinkIndex,
    Links,
    MemoryDecisionLog,
    Party,
    confirm,
    link,
    merge,
    reject,
    split,
)
from alignkit.linking.people import heard

DAY = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)


def key(id: str, system: str = "crm") -> ExternalRef:
    """What a decision calls a record."""
    return ExternalRef(system, "customer", id)


def customer(id: str, name: str, system: str = "hubspot") -> Customer:
    """A customer of a system, whose key is its id."""
    return Customer(id=id, name=name, external_refs=(ExternalRef(system, "company", id),))


def said(verdict: Any, left: str, right: str, day: int = 0) -> LinkDecision:
    """A decision in a line."""
    decide = confirm if verdict == "same" else reject
    return decide(key(left), key(right), actor="ana", at=DAY + timedelta(days=day))


def clusters(links: Links) -> list[set[str]]:
    """The ids that are one."""
    return [{record.id for record in cluster} for cluster in links.clusters]


@pytest.fixture(params=["memory", "file"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> DecisionLog:
    """Every log there is without a database."""
    return MemoryDecisionLog() if request.param == "memory" else FileDecisionLog(tmp_path / "decisions.jsonl")


def test_a_log_gives_back_what_was_kept(log: DecisionLog) -> None:
    """Decisions come back equal and in order."""
    one = confirm(key("a"), key("b"), actor="ana", at=DAY, reason="same VAT number")
    other = reject(key("a"), key("ü ", "pm"), actor="bo", at=DAY)
    log.append(one)
    log.append(other)
    assert log.list() == (one, other)


def test_what_is_revoked_stays_in_the_log(log: DecisionLog) -> None:
    """A decision that was taken back stands no longer, and the log says who took it back; twice is once."""
    decision = said("same", "a", "b")
    log.append(decision)
    log.revoke(decision.id, actor="bo", at=DAY, reason="two branches")
    log.revoke(decision.id, actor="eve", at=DAY)
    assert log.list() == ()
    (kept,) = log.list(revoked=True)
    assert kept.revoked is not None
    assert (kept.revoked.actor, kept.revoked.reason) == ("bo", "two branches")


def test_a_log_keeps_all_or_nothing(log: DecisionLog) -> None:
    """One decision twice is refused with everything beside it, and so is revoking what is not there."""
    log.append(said("same", "a", "b"))
    with pytest.raises(DuplicateError, match="link decision"):
        log.append(said("same", "c", "d"), said("same", "a", "b"))
    assert len(log.list()) == 1
    with pytest.raises(NotFoundError):
        log.revoke("nothing", actor="ana", at=DAY)


def test_a_broken_file_is_told_line_by_line(tmp_path: Path) -> None:
    """Lines that are no decision are listed, all of them."""
    path = tmp_path / "decisions.jsonl"
    path.write_text('nonsense\n{"decision": {}}\n', encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        FileDecisionLog(path).list()
    assert [fault.split(":")[0] for fault in caught.value.faults] == ["line 1", "line 2"]


def test_a_decision_does_not_depend_on_who_is_named_first() -> None:
    """The two records are put in order; deciding on one record alone makes no sense."""
    assert said("same", "b", "a") == said("same", "a", "b")
    assert pickle.loads(pickle.dumps(said("same", "a", "b"))) == said("same", "a", "b")
    with pytest.raises(ValidationError, match="name two records"):
        said("same", "a", "a")
    with pytest.raises(ValidationError, match="expected one of same, different"):
        LinkDecision(id="x", verdict="maybe", left=key("a"), right=key("b"), actor="ana", at=DAY)  # type: ignore[arg-type]
    with pytest.raises(LinkingError, match="at least two"):
        merge([key("a")], actor="ana", at=DAY)


def test_a_decision_reads_as_a_sentence() -> None:
    """Who said what, when and why."""
    decision = confirm(key("a"), key("b", "pm"), actor="ana", at=DAY, reason="asked them")
    assert str(decision) == "ana on 2026-03-02: crm customer a and pm customer b are one customer (asked them)"


def test_confirmed_records_are_one() -> None:
    """A person joins what nothing else would."""
    facts = {"customers": [customer("a", "Acme"), customer("p", "Zeta", "jira")]}
    told = confirm(ExternalRef("hubspot", "customer", "a"), ExternalRef("jira", "customer", "p"), actor="ana", at=DAY)
    assert link(facts).clusters == ()
    links = link(facts, decisions=[told])
    assert clusters(links) == [{"a", "p"}]
    assert [each.kind for each in links.links[0].evidence] == ["person"]


@pytest.mark.parametrize("name", ["Kliekletz Foods", "Klieklezt Foods"])
def test_rejected_records_are_two(name: str) -> None:
    """A person parts what equal or alike names would join; nobody is asked again."""
    facts = {"customers": [customer("a", "Kliekletz Foods"), customer("p", name, "jira")]}
    (found,) = link(facts).links
    links = link(facts, decisions=[reject(found.left, found.right, actor="ana", at=DAY)])
    assert (links.links, links.ambiguous) == ((), ())


def test_taking_a_decision_back_brings_the_answer_back() -> None:
    """Decisions are reversible: without them the answer is the machine's again."""
    facts = {"customers": [customer("a", "Acme"), customer("p", "ACME", "jira")]}
    before = link(facts)
    log = MemoryDecisionLog([reject(before.links[0].left, before.links[0].right, actor="ana", at=DAY)])
    assert link(facts, decisions=log) != before
    log.revoke(log.list()[0].id, actor="ana", at=DAY)
    assert link(facts, decisions=log) == before


def test_a_person_settles_an_ambiguous_case() -> None:
    """Of two equal candidates the confirmed one is it, and the other stands alone."""
    facts = {"customers": [customer("a", "Aurora Ltd"), customer("b", "Aurora AB"), customer("p", "Aurora", "jira")]}
    (case,) = link(facts).ambiguous
    told = confirm(case.candidates[1].left, case.candidates[1].right, actor="ana", at=DAY)
    links = link(facts, decisions=[told])
    assert clusters(links) == [{"b", "p"}]
    assert ([record.id for record in links.unlinked], links.ambiguous) == (["a"], ())


def test_a_person_may_merge_two_customers_of_one_system() -> None:
    """Keys part records until somebody says otherwise."""
    facts = {"customers": [customer("a", "Acme"), customer("b", "Acme Holding"), customer("p", "ACME", "jira")]}
    keys = [ExternalRef("hubspot", "customer", id) for id in "ab"]
    assert clusters(link(facts, decisions=merge(keys, actor="ana", at=DAY))) == [{"a", "b", "p"}]


def test_split_parts_a_cluster() -> None:
    """Records that are said to be two are not joined over a third either."""
    names = {"a": "crm", "b": "desk", "c": "pm"}
    parties = [Party(system=system, id=id, name="Kliekletz Foods") for id, system in names.items()]
    index = LinkIndex(parties)
    assert clusters(index.links()) == [{"a", "b", "c"}]
    index.follow(split([key("a")], [key("b", "desk"), key("c", "pm")], actor="ana", at=DAY))
    assert clusters(index.links()) == [{"b", "c"}]


def test_an_index_follows_decisions_on_records_that_come_later() -> None:
    """A decision counts as soon as both records are there."""
    index = LinkIndex([Party(system="crm", id="a", name="Acme")])
    index.follow([confirm(key("a"), key("b"), actor="ana", at=DAY)])
    assert index.links().clusters == ()
    index.add(Party(system="crm", id="b", name="Zeta"))
    assert clusters(index.links()) == [{"a", "b"}]


def test_the_newest_decision_on_two_records_stands() -> None:
    """Who decides later decides; at one moment, parting does."""
    assert heard([said("same", "a", "b", 1), said("different", "a", "b", 0)]).same != ()
    assert heard([said("same", "a", "b", 0), said("different", "a", "b", 1)]).same == ()
    assert heard([said("same", "a", "b"), said("different", "a", "b")]).same == ()


@given(
    st.lists(
        st.builds(
            said,
            st.sampled_from(["same", "different"]),
            st.sampled_from("ab"),
            st.sampled_from("cde"),
            st.integers(0, 3),
        ),
        max_size=8,
        unique_by=lambda each: each.id,
    ),
    st.randoms(use_true_random=False),
)
def test_decisions_that_contradict_each_other_part(decisions: list[LinkDecision], random: Any) -> None:
    """Whatever people said in whatever order: no cluster holds two that a standing decision parts."""
    shuffled = list(decisions)
    random.shuffle(shuffled)
    assert heard(shuffled) == heard(decisions)
    index = LinkIndex(Party(system="crm", id=id, name=f"Firm {id}") for id in "abcde")
    index.follow(decisions)
    for cluster in index.links().clusters:
        keys = {key(record.id) for record in cluster}
        assert not any(set(pair) <= keys for pair in heard(decisions).different)
