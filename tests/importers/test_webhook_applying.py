"""Webhooks into the store that is the reference: the same twice is the same once, and nothing older wins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.domain import CheckIn, Contribution, Customer, Entity, ExternalRef, Interaction, Objective, Project, Task
from alignkit.errors import ValidationError
from alignkit.importers import (
    apply_webhook,
    github,
    hubspot,
    jira,
    load,
    parse_preset,
    pipedrive,
    salesforce,
    webhook,
)
from alignkit.stores import MemoryStore

UTC = timezone.utc
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PAYLOADS = Path(__file__).resolve().parents[1] / "data" / "payloads"


def ms(minute: int) -> int:
    """So many minutes after nine, in milliseconds since 1970."""
    return int((START + timedelta(minutes=minute)).timestamp() * 1000)


def issue(minute: int, summary: str = "Fit the boiler", kind: str = "jira:issue_updated", **fields: Any) -> Any:
    """A message of Jira about one issue."""
    body = {
        "summary": summary,
        "issuetype": {"name": "Task"},
        "project": {"id": "10000", "key": "HM", "name": "Harbour"},
        "status": {"name": "To Do", "statusCategory": {"key": "new"}},
        "created": "2026-03-01T08:00:00.000+0000",
        **fields,
    }
    return jira.webhook(
        {"timestamp": ms(minute), "webhookEvent": kind, "issue": {"id": "10100", "key": "HM-1", "fields": body}}
    )


def deal(minute: int, action: str, title: str = "Boiler") -> Any:
    """A message of Pipedrive about one deal."""
    at = (START + timedelta(minutes=minute)).isoformat()
    meta = {"action": action, "entity": "deal", "entity_id": "5", "timestamp": at, "version": "2.0"}
    data = {"id": 5, "title": title, "status": "open", "add_time": "2026-02-01T10:00:00Z"}
    return pipedrive.webhook({"meta": meta, "data": None if action == "delete" else data})


def changed(minute: int, name: str, value: str, event: int = 0) -> dict[str, Any]:
    """An event of HubSpot about a property of company 7."""
    return {
        "eventId": event or minute,
        "occurredAt": ms(minute),
        "subscriptionType": "company.propertyChange",
        "objectId": 7,
        "propertyName": name,
        "propertyValue": value,
    }


def with_company(**more: Any) -> MemoryStore:
    """A store that knows company 7, and gave it an id of its own."""
    store = MemoryStore()
    refs = (ExternalRef("hubspot", "company", "7"),)
    store.upsert([Customer(id="harbour", name="Harbour", external_refs=refs, **more)], at=START)
    return store


def entries(store: MemoryStore) -> int:
    """How much stands in the journal."""
    return len(store.changes().changes)


def test_a_message_is_stored_once() -> None:
    """A message that comes again changes nothing, and is told as repeated; nothing new is in the journal."""
    store = MemoryStore()
    first = apply_webhook(store, issue(1), at=NOW)
    assert (first.outcomes, first.added) == (("stored",), 2)
    count = entries(store)
    again = apply_webhook(store, issue(1), at=NOW + timedelta(hours=1))
    assert (again.outcomes, again.added, again.updated) == (("repeated",), 0, 0)
    assert "was taken already" in again.events[0].reason
    assert entries(store) == count


def test_an_older_message_changes_nothing() -> None:
    """A message about an earlier moment that comes late is told as outdated."""
    store = MemoryStore()
    apply_webhook(store, issue(5, "Fit the new boiler"), at=NOW)
    late = apply_webhook(store, issue(2, "Fit the old boiler", kind="jira:issue_created"), at=NOW)
    assert late.outcomes == ("outdated",)
    assert "a later state of issue HM-1 is known" in late.events[0].reason
    assert store.tasks.get("jira:issue:HM-1").title == "Fit the new boiler"


def test_of_one_moment_the_later_arrival_counts() -> None:
    """Two messages of one moment are both taken, in the order in which they come; neither is taken twice."""
    store = MemoryStore()
    one, other = issue(1, "One"), issue(1, "Other")
    outcomes = [apply_webhook(store, each, at=NOW).outcomes[0] for each in (one, other, one, other)]
    assert outcomes == ["stored", "stored", "repeated", "repeated"]
    assert store.tasks.get("jira:issue:HM-1").title == "Other"


def test_a_deletion_is_not_undone_by_what_was_before_it() -> None:
    """What is older than a deletion, or of its moment, never brings the record back; what is later does."""
    store = MemoryStore()
    apply_webhook(store, deal(1, "create"), at=NOW)
    assert apply_webhook(store, deal(3, "delete"), at=NOW).removed == 1
    assert store.opportunities.find() == ()
    for minute in (2, 3):
        assert apply_webhook(store, deal(minute, "change"), at=NOW).outcomes == ("outdated",)
    assert apply_webhook(store, deal(3, "delete"), at=NOW).outcomes == ("repeated",)
    assert apply_webhook(store, deal(4, "change", "Restored"), at=NOW).outcomes == ("stored",)
    assert [one.name for one in store.opportunities.find()] == ["Restored"]
    assert apply_webhook(store, deal(3, "delete"), at=NOW).outcomes == ("outdated",)


def test_a_deletion_may_come_first() -> None:
    """A deletion of what was never stored is remembered, so that the late creation stays out."""
    store = MemoryStore()
    assert apply_webhook(store, deal(3, "delete"), at=NOW).outcomes == ("removed",)
    assert apply_webhook(store, deal(1, "create"), at=NOW).outcomes == ("outdated",)
    assert store.opportunities.find() == ()


def test_a_final_deletion_lasts() -> None:
    """An issue deleted at GitHub stays away, whatever moment a later message bears."""
    store = MemoryStore()
    folder = PAYLOADS / "github_webhooks"
    opened = github.webhook((folder / "issues__opened.payload.json").read_bytes())
    (event,) = opened
    assert event.imported is not None
    (task,) = (task for task in opened.facts["tasks"] if task.id not in event.imported.mentioned)
    apply_webhook(store, opened, at=NOW)
    gone = {"action": "deleted", "issue": {"id": int(task.id.rpartition(":")[2])}, "repository": {"id": 1}}
    assert apply_webhook(store, github.webhook(gone), at=NOW).removed == 1
    assert apply_webhook(store, opened, at=NOW).outcomes == ("outdated",)
    assert apply_webhook(store, github.webhook(gone), at=NOW).outcomes == ("repeated",)


def test_what_refers_to_the_deleted_stays_without_it() -> None:
    """References to a deleted record become unknown; what cannot be without it goes too, all in the journal."""
    store = MemoryStore()
    refs = (ExternalRef("jira", "project", "HM"), ExternalRef("jira", "project", "10000"))
    facts: list[Entity] = [
        Project(id="p", name="Harbour", external_refs=refs),
        Objective(id="o", title="Warm harbour"),
        Contribution(id="c", project_id="p", objective_id="o"),
        CheckIn(id="k", objective_id="o", occurred_at=START, value=1.0),
        Task(id="t", title="Fit", project_id="p"),
        Interaction(id="i", occurred_at=START, kind="note", project_id="p"),
    ]
    store.upsert(facts, at=START)
    project = {"id": 10000, "key": "HM", "name": "Harbour"}
    gone = jira.webhook({"timestamp": ms(1), "webhookEvent": "project_deleted", "project": project})
    applied = apply_webhook(store, gone, at=NOW, actor="jira", team="pmo")
    assert (applied.removed, applied.updated) == (2, 2)
    assert (store.projects.find(), store.contributions.find()) == ((), ())
    assert store.tasks.get("t").project_id is None
    assert store.interactions.get("i").project_id is None
    assert len(store.check_ins.find()) == 1
    assert {change.actor for change in store.changes().changes[len(facts) :]} == {"jira"}


def test_what_another_system_knows_stays() -> None:
    """A customer that a second system knows too outlives its deletion in the first."""
    store = MemoryStore()
    refs = (ExternalRef("hubspot", "company", "7"), ExternalRef("jira", "customer", "Harbour"))
    store.upsert([Customer(id="h", name="Harbour", external_refs=refs)], at=START)
    gone = {"eventId": 1, "occurredAt": ms(1), "subscriptionType": "company.deletion", "objectId": 7}
    applied = apply_webhook(store, hubspot.webhook([gone]), at=NOW)
    assert (applied.outcomes, applied.removed) == (("unchanged",), 0)
    assert "jira knows the same" in applied.events[0].reason
    assert store.customers.get("h").name == "Harbour"


def test_what_the_tool_does_not_speak_of_stays() -> None:
    """A message changes what its tool knows: the customer that somebody gave a project, and the id, stay."""
    store = MemoryStore()
    refs = (ExternalRef("jira", "project", "HM"),)
    task_refs = (ExternalRef("jira", "issue", "HM-1"),)
    facts: list[Entity] = [
        Customer(id="h", name="Harbour"),
        Project(id="p", name="Harbour works", customer_id="h", health="at_risk", external_refs=refs),
        Task(id="t", title="Old", project_id="p", effort_hours=8.0, external_refs=task_refs),
    ]
    store.upsert(facts, at=START)
    apply_webhook(store, issue(1), at=NOW)
    project, task = store.projects.get("p"), store.tasks.get("t")
    assert (project.name, project.customer_id, project.health) == ("Harbour works", "h", "at_risk")
    assert (task.title, task.project_id, task.effort_hours) == ("Fit the boiler", "p", 8.0)
    assert len(store.projects.find()) == 1


def test_references_lead_to_what_is_stored() -> None:
    """An issue's parent, which the message only names, is found in the store."""
    store = MemoryStore()
    epic = Task(id="jira:issue:HM-9", title="Epic", external_refs=(ExternalRef("jira", "issue", "HM-9"),))
    store.upsert([epic], at=START)
    apply_webhook(store, issue(1, parent={"id": "10900", "key": "HM-9"}), at=NOW)
    assert store.tasks.get("jira:issue:HM-1").parent_id == "jira:issue:HM-9"


def test_a_moved_issue_is_the_same_task() -> None:
    """An issue with another key and the same number is the task it was, and what is older than its move is outdated."""
    store = MemoryStore()
    apply_webhook(store, issue(1), at=NOW)
    moved = jira.webhook(
        {
            "timestamp": ms(5),
            "webhookEvent": "jira:issue_updated",
            "issue": {
                "id": "10100",
                "key": "QU-7",
                "fields": {"summary": "Moved", "issuetype": {"name": "Task"}, "project": {"key": "QU", "name": "Quay"}},
            },
        }
    )
    apply_webhook(store, moved, at=NOW)
    (task,) = store.tasks.find()
    assert (task.id, task.title, task.project_id) == ("jira:issue:HM-1", "Moved", "jira:project:QU")
    assert apply_webhook(store, issue(3, "Late"), at=NOW).outcomes == ("outdated",)


def test_single_fields_have_moments_of_their_own() -> None:
    """An older change of one property is taken after a newer one of another, and not after a newer one of its own."""
    store = with_company()
    message = hubspot.webhook(
        [
            changed(5, "name", "Harbour Foods"),
            changed(2, "contact_cadence_days", "14"),
            changed(3, "name", "Harbour Food"),
        ]
    )
    assert apply_webhook(store, message, at=NOW).outcomes == ("stored", "stored", "outdated")
    customer = store.customers.get("harbour")
    assert (customer.name, customer.contact_cadence_days) == ("Harbour Foods", 14.0)
    assert apply_webhook(store, message, at=NOW).outcomes == ("repeated", "repeated", "outdated")


def test_fields_of_what_is_not_stored_have_to_be_fetched() -> None:
    """A change of a company that the store does not know asks for the company, and of a deleted one for nothing."""
    store = MemoryStore()
    message = hubspot.webhook([changed(5, "name", "Harbour Foods")])
    applied = apply_webhook(store, message, at=NOW)
    assert applied.outcomes == ("fetch",)
    assert applied.fetch[0].ref.key == "7"
    gone = {"eventId": 1, "occurredAt": ms(6), "subscriptionType": "company.deletion", "objectId": 7}
    apply_webhook(store, hubspot.webhook([gone]), at=NOW)
    assert apply_webhook(store, message, at=NOW).outcomes == ("outdated",)
    made = {"eventId": 2, "occurredAt": ms(1), "subscriptionType": "company.creation", "objectId": 7}
    assert apply_webhook(store, hubspot.webhook([made]), at=NOW).outcomes == ("outdated",)


def page(name: str, **more: str) -> dict[str, Any]:
    """A page of HubSpot's API with company 7."""
    properties = {"name": name, "domain": "harbour.example", **more}
    return {"companies": {"results": [{"id": "7", "properties": properties, "archived": False}]}}


def test_an_export_and_webhooks_agree_on_what_is_newer() -> None:
    """An export keeps what webhooks told of later moments, and what is older than the export is outdated."""
    store = with_company()
    apply_webhook(store, hubspot.webhook([changed(30, "name", "Newest")]), at=NOW)
    exported = START + timedelta(minutes=20)
    load(store, hubspot.read(page("Exported", contact_cadence_days="10")), at=NOW, as_of=exported)
    customer = store.customers.get("harbour")
    assert (customer.name, customer.contact_cadence_days) == ("Newest", 10.0)
    late = apply_webhook(store, hubspot.webhook([changed(10, "contact_cadence_days", "99")]), at=NOW)
    assert late.outcomes == ("outdated",)
    later = apply_webhook(store, hubspot.webhook([changed(25, "contact_cadence_days", "5")]), at=NOW)
    assert later.outcomes == ("stored",)


def test_an_old_export_does_not_bring_back_the_deleted() -> None:
    """A record that was deleted after the export was written is left out, and counted."""
    store = with_company()
    gone = {"eventId": 1, "occurredAt": ms(30), "subscriptionType": "company.deletion", "objectId": 7}
    apply_webhook(store, hubspot.webhook([gone]), at=NOW)
    loaded = load(store, hubspot.read(page("Exported")), at=NOW, as_of=START + timedelta(minutes=20))
    assert (loaded.run.outdated, loaded.outdated) == (1, (("customers", "hubspot:company:7"),))
    assert store.customers.find() == ()
    load(store, hubspot.read(page("Restored")), at=NOW, as_of=START + timedelta(minutes=40))
    assert [one.name for one in store.customers.find()] == ["Restored"]


def test_a_changed_reference_leads_or_is_asked_for() -> None:
    """A contact that moved to another account points there when it is stored, and asks for it when it is not."""
    store = MemoryStore()
    header = {
        "entityName": "Contact",
        "recordIds": ["003A"],
        "changeType": "CREATE",
        "transactionKey": "1",
        "sequenceNumber": 1,
        "commitTimestamp": ms(1),
    }
    name = {"Name": {"FirstName": "Ana", "LastName": "Berg"}}
    account = {**header, "entityName": "Account", "recordIds": ["001A"]}
    for body in ({"ChangeEventHeader": account, "Name": "Harbour"}, {"ChangeEventHeader": header, **name}):
        assert apply_webhook(store, salesforce.webhook({"payload": body}), at=NOW).added == 1
    for minute, key, leads in ((2, "001A", "salesforce:account:001A"), (3, "001B", None)):
        moved = {**header, "changeType": "UPDATE", "commitTimestamp": ms(minute)}
        message = salesforce.webhook({"payload": {"ChangeEventHeader": moved, "AccountId": key}})
        applied = apply_webhook(store, message, at=NOW)
        assert store.contacts.get("salesforce:contact:003A").customer_id == leads
        assert [need.ref.key for need in applied.fetch] == ([] if leads else ["001B"])


def test_a_page_of_records_is_judged_record_by_record() -> None:
    """Of a message with several records, those that are outdated are left out and the others taken."""
    mine = parse_preset(
        """
        system = "till"
        [tables.shop]
        format = "json"
        rows = "shops"
        key = "id"
        requires = ["id", "name"]
        shape = ["id", "name"]
        becomes = "customers"
        [tables.shop.fields]
        name = "name"
        """
    )
    store = MemoryStore()
    old = webhook(mine, {"shops": [{"id": 1, "name": "One"}, {"id": 2, "name": "Two"}]})
    new = webhook(mine, {"shops": [{"id": 1, "name": "Uno"}]})
    apply_webhook(store, new, at=NOW)
    assert apply_webhook(store, old, at=NOW - timedelta(hours=1)).outcomes == ("stored",)
    assert sorted(shop.name for shop in store.customers.find()) == ["Two", "Uno"]


def test_what_has_to_wait_may_come_again() -> None:
    """A contribution whose project is not there is not stored; the same message is taken once it is."""
    mine = parse_preset(
        """
        system = "okr"
        [tables.serves]
        format = "json"
        key = "id"
        requires = ["id", "project", "goal"]
        shape = ["id", "project", "goal"]
        becomes = "contributions"
        [tables.serves.fields]
        project_id = { columns = "project", reference = "project", system = "jira" }
        objective_id = { columns = "goal", reference = "goal", system = "goals" }
        """
    )
    store = MemoryStore()
    message = webhook(mine, {"id": 1, "project": "HM", "goal": "G"})
    assert apply_webhook(store, message, at=NOW).outcomes == ("skipped",)
    refs = (ExternalRef("jira", "project", "HM"),)
    facts: list[Entity] = [
        Project(id="jira:project:HM", name="Harbour", external_refs=refs),
        Objective(id="goals:goal:G", title="Warm"),
    ]
    store.upsert(facts, at=NOW)
    assert apply_webhook(store, message, at=NOW).outcomes == ("stored",)


def test_the_moment_of_receipt_must_be_aware() -> None:
    """A naive moment is refused before anything is stored."""
    store = MemoryStore()
    with pytest.raises(ValidationError):
        apply_webhook(store, issue(1), at=NOW.replace(tzinfo=None))
    assert store.given == frozenset()


def _facts(store: MemoryStore) -> dict[str, dict[str, Any]]:
    return {name: dict(store.records(name)) for name in store.given if name != "changes"}


ISSUES = st.lists(
    st.tuples(st.integers(0, 59), st.sampled_from(["Fit", "Test", "Paint"]), st.sampled_from(["new", "done"])),
    min_size=1,
    max_size=6,
    unique_by=lambda told: told[0],
)


@settings(max_examples=80)
@given(ISSUES, st.data())
def test_any_order_and_any_repetition_end_the_same(told: list[tuple[int, str, str]], data: st.DataObject) -> None:
    """Messages about an issue, shuffled and repeated, leave what they leave in order and once."""
    messages = [
        issue(minute, title, status={"name": "x", "statusCategory": {"key": status}}) for minute, title, status in told
    ]
    in_order, shuffled = MemoryStore(), MemoryStore()
    for message in sorted(messages, key=lambda one: one.events[0].moment):
        apply_webhook(in_order, message, at=NOW)
    for message in _shuffled(messages, data):
        apply_webhook(shuffled, message, at=NOW)
    assert _facts(shuffled) == _facts(in_order)


def _shuffled(messages: Sequence[Any], data: st.DataObject) -> list[Any]:
    repeated = data.draw(st.lists(st.sampled_from(list(messages)), max_size=4))
    order: list[Any] = data.draw(st.permutations([*messages, *repeated]))
    return order


@settings(max_examples=80)
@given(st.lists(st.sampled_from(["change", "delete"]), min_size=1, max_size=6), st.data())
def test_deletions_and_returns_end_the_same(actions: list[str], data: st.DataObject) -> None:
    """Changes, deletions and restorations of a deal, shuffled and repeated, leave what they leave in order."""
    messages = [deal(minute, action, f"Boiler {minute}") for minute, action in enumerate(actions)]
    in_order, shuffled = MemoryStore(), MemoryStore()
    for message in messages:
        apply_webhook(in_order, message, at=NOW)
    for message in _shuffled(messages, data):
        apply_webhook(shuffled, message, at=NOW)
    expected = {deal.id: deal for deal in in_order.opportunities.find()}
    assert {deal.id: deal for deal in shuffled.opportunities.find()} == expected


PROPERTIES = st.lists(
    st.tuples(st.integers(0, 59), st.sampled_from(["name", "contact_cadence_days"]), st.integers(1, 99)),
    min_size=1,
    max_size=7,
    unique_by=lambda told: (told[0], told[1]),
)


@settings(max_examples=80)
@given(PROPERTIES, st.data())
def test_properties_in_any_order_end_the_same(told: list[tuple[int, str, int]], data: st.DataObject) -> None:
    """Changes of single properties, shuffled and repeated, leave the newest value of each."""
    bodies = [changed(minute, name, str(value)) for minute, name, value in told]
    store = with_company()
    for body in _shuffled(bodies, data):
        apply_webhook(store, hubspot.webhook([body]), at=NOW)
    newest: dict[str, str] = {}
    for body in sorted(bodies, key=lambda one: one["occurredAt"]):
        newest[body["propertyName"]] = body["propertyValue"]
    customer = store.customers.get("harbour")
    assert customer.name == newest.get("name", "Harbour")
    cadence = newest.get("contact_cadence_days")
    assert customer.contact_cadence_days == (None if cadence is None else float(cadence))


@pytest.mark.parametrize("reverse", [False, True])
def test_real_bodies_end_the_same(shared_data: Path, reverse: bool) -> None:
    """All real bodies of Jira, twice over: the second time nothing is stored, and no late one wins."""
    store = MemoryStore()
    paths = sorted((shared_data / "payloads" / "jira_webhooks").iterdir(), reverse=reverse)
    messages = [jira.webhook(path.read_bytes()) for path in paths]
    for message in messages:
        apply_webhook(store, message, at=NOW)
    count = entries(store)
    again = [outcome for message in messages for outcome in apply_webhook(store, message, at=NOW).outcomes]
    assert set(again) == {"repeated", "outdated", "skipped"}
    assert entries(store) == count
    known = {state.ref: state for task in store.tasks.find() for state in store.runs.states(task.external_refs[0])}
    for message in messages:
        for event in message:
            for task in event.imported.entities.get("tasks", ()) if event.imported else ():
                state = known.get(task.external_refs[0])  # type: ignore[union-attr]
                assert event.moment is not None
                assert state is None or state.moment is None or event.moment <= state.moment


def test_a_message_without_a_moment_counts_as_of_its_receipt() -> None:
    """An event that names no moment is as new as its receipt."""
    store = with_company()
    (event,) = hubspot.webhook([changed(5, "name", "Now")])
    apply_webhook(store, attrs.evolve(event, moment=None), at=NOW)
    (state,) = store.runs.states(ExternalRef("hubspot", "company", "7"))
    assert (state.field, state.moment) == ("name", NOW)
