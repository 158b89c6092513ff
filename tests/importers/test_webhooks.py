"""
Webhooks read as values. Bodies of Jira, GitHub, GitLab and Trello are real ones; those of HubSpot, Pipedrive, Zendesk,
Salesforce and Asana are made here from the documented shapes.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.domain import Customer, ExternalRef, Money, Need, Opportunity, Project, Task
from alignkit.errors import AlignkitError, ImporterError, ImportRefusedError
from alignkit.importers import (
    Webhook,
    asana,
    github,
    gitlab,
    hubspot,
    jira,
    parse_preset,
    pipedrive,
    salesforce,
    trello,
    webhook,
    zendesk,
)

UTC = timezone.utc
PAYLOADS = Path(__file__).resolve().parents[1] / "data" / "payloads"
AT = 1_772_443_800_000
"""2026-03-02 09:30 UTC in milliseconds."""
MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
TOOLS = (asana, github, gitlab, hubspot, jira, pipedrive, salesforce, trello, zendesk)


def only(message: Webhook) -> Any:
    """The one event of a message."""
    (event,) = message
    return event


def property_change(name: str, value: str | None, word: str = "company", id: int = 7, at: int = AT) -> dict[str, Any]:
    """An event of HubSpot about one property."""
    return {
        "eventId": 100,
        "subscriptionId": 25,
        "portalId": 33,
        "appId": 1160452,
        "occurredAt": at,
        "subscriptionType": f"{word}.propertyChange",
        "attemptNumber": 0,
        "objectId": id,
        "changeSource": "CRM_UI",
        "propertyName": name,
        "propertyValue": value,
    }


@pytest.mark.parametrize(
    ("module", "folder", "counts"),
    [
        (jira, "jira_webhooks", {"facts": 24, "nothing: about a comment": 3, "deletion": 1}),
        (
            github,
            "github_webhooks",
            {
                "facts": 13,
                "deletion": 2,
                "nothing: about a comment": 1,
                "nothing: a pull request": 2,
                "nothing: no fact of alignkit holds it": 7,
            },
        ),
        (gitlab, "gitlab_webhooks", {"facts": 1, "nothing: about a comment": 1}),
    ],
)
def test_every_real_body_is_accounted_for(shared_data: Path, module: Any, folder: str, counts: dict[str, int]) -> None:
    """Of the real bodies, so many hold a record, so many tell of a deletion, and of the rest is said why."""
    found: Counter[str] = Counter()
    for path in sorted((shared_data / "payloads" / folder).iterdir()):
        for event in module.webhook(path.read_bytes()):
            found[f"{event.outcome}: {event.skipped}" if event.skipped else event.outcome] += 1
    assert found == counts


def test_jira_tells_the_issue_and_what_changed(shared_data: Path) -> None:
    """The issue is read as the preset reads a page; the change log is told in Jira's words."""
    body = (shared_data / "payloads" / "jira_webhooks" / "webhook-cloud-issue-updated-custom-field.json").read_bytes()
    event = only(jira.webhook(body, headers={"X-Atlassian-Webhook-Identifier": "9d1f"}))
    assert (event.kind, event.delivery) == ("jira:issue_updated", "9d1f")
    assert event.moment == datetime(2019, 8, 12, 1, 49, 13, 414_000, tzinfo=UTC)
    (task,) = event.imported.entities["tasks"]
    assert isinstance(task, Task)
    assert task.external_refs[0] == ExternalRef("jira", "issue", "TES-14")
    (change,) = event.changes
    assert (change.ref.key, change.field, change.before, change.after) == ("TES-14", "MJK - Number Field", "1", "12")


def test_jira_projects_are_read_too() -> None:
    """A project that was made is a fact, one that was deleted a tombstone."""
    project = {"self": "https://x.example/1", "id": 10000, "key": "HM", "name": "Harbour"}
    made = only(jira.webhook({"timestamp": AT, "webhookEvent": "project_created", "project": project}))
    (fact,) = made.imported.entities["projects"]
    assert isinstance(fact, Project)
    assert (fact.name, fact.key) == ("Harbour", "HM")
    gone = only(jira.webhook({"timestamp": AT, "webhookEvent": "project_soft_deleted", "project": project}))
    assert [ref.key for ref in gone.tombstones[0].refs] == ["HM", "10000"]
    assert gone.tombstones[0].moment == MOMENT


def test_github_deletions_are_final(shared_data: Path) -> None:
    """An issue that was deleted never comes back, whatever its moment says; a moved one is deleted and made."""
    folder = shared_data / "payloads" / "github_webhooks"
    gone = only(github.webhook((folder / "issues__deleted.payload.json").read_bytes()))
    assert gone.tombstones[0].moment is None
    assert gone.tombstones[0].refs[0] == ExternalRef("github", "issue", "444500041")
    first, second = github.webhook((folder / "issues__transferred.payload.json").read_bytes())
    assert first.tombstones[0].refs[0].key == "512748900"
    assert second.imported is not None
    assert second.imported.entities["tasks"][0].id == "github:issue:444500041"


def test_github_names_events_by_the_header() -> None:
    """The header says what a body is about; without it the members do, with the same result."""
    body = (PAYLOADS / "github_webhooks" / "issues__opened.payload.json").read_bytes()
    headers = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958"}
    event = only(github.webhook(body, headers=headers))
    assert (event.kind, event.delivery) == ("issues.opened", "72d3162e-cc78-11e3-81ab-4c9367dc0958")
    assert only(github.webhook(body)).imported.entities == event.imported.entities


def test_gitlab_tells_what_changed() -> None:
    """The issue is there as it is now, with each field that changed before and after."""
    event = only(gitlab.webhook((PAYLOADS / "gitlab_webhooks" / "issue.json").read_bytes()))
    assert event.kind == "issue.open"
    changes = {change.field: (change.before, change.after) for change in event.changes}
    assert changes["title"] == (None, "New title")
    assert changes["labels"] == ("API", "Platform")


def test_trello_and_asana_say_what_to_fetch() -> None:
    """Messages with ids only ask for the record, and tell of deletions by themselves."""
    real = (PAYLOADS / "trello_api" / "webhooks__webhook-to-board-updateCard.json").read_bytes()
    (need,) = trello.webhook(real).fetch
    assert (need.ref.system, need.ref.kind) == ("trello", "card")
    resource = {"gid": "1200", "resource_type": "task"}
    change = {"field": "due_on", "action": "changed"}
    events = [
        {"action": "changed", "resource": resource, "created_at": "2026-03-02T09:30:00.000Z", "change": change},
        {"action": "added", "resource": resource, "parent": {"gid": "5", "resource_type": "section"}},
        {"action": "deleted", "resource": {"gid": "1201", "resource_type": "task"}},
        {"action": "added", "resource": {"gid": "9", "resource_type": "story"}},
    ]
    message = asana.webhook({"events": events})
    assert [event.outcome for event in message] == ["fetch", "fetch", "deletion", "nothing"]
    assert [str(need) for need in message.fetch] == ["asana task 1200: a webhook of Asana holds ids only"]
    assert message.events[0].moment == MOMENT
    assert len(asana.webhook({"events": []})) == 0


def test_hubspot_takes_what_one_property_decides() -> None:
    """A field that one property decides is taken; one that depends on others too has to be fetched."""
    message = hubspot.webhook(
        [
            property_change("name", "Harbour Foods"),
            property_change("contact_cadence_days", "14"),
            property_change("domain", "harbour.example"),
            property_change("hs_city", "Aarhus"),
            property_change("dealstage", "closedwon", "deal"),
            property_change("contract_end_date", "2026-12-31"),
            property_change("contract_end_date", ""),
            property_change("contact_cadence_days", ""),
        ]
    )
    taken = [None if event.patch is None else dict(event.patch.values) for event in message]
    assert taken[:5] == [{"name": "Harbour Foods"}, {"contact_cadence_days": 14.0}, None, None, None]
    outcomes = [event.outcome for event in message]
    assert outcomes[:5] == ["fields", "fields", "fetch", "nothing", "fetch"]
    assert taken[5:] == [{"contract_end_on": date(2026, 12, 31)}, None, {"contact_cadence_days": None}]
    assert message.events[3].skipped == "no field of alignkit reads it"
    assert "website" in message.events[2].fetch[0].reason


def test_hubspot_tells_deletions_and_merges() -> None:
    """A deleted company is gone; of merged ones only the one that is left has to be fetched."""
    base = {"occurredAt": AT, "eventId": 1}
    gone = only(hubspot.webhook([{**base, "subscriptionType": "company.deletion", "objectId": 7}]))
    assert gone.tombstones[0].refs == (ExternalRef("hubspot", "company", "7"),)
    assert gone.tombstones[0].moment == MOMENT
    merge = {"subscriptionType": "company.merge", "primaryObjectId": 1, "mergedObjectIds": [2, 3], "newObjectId": 1}
    event = only(hubspot.webhook([{**base, **merge}]))
    assert [stone.refs[0].key for stone in event.tombstones] == ["2", "3"]
    assert [need.ref.key for need in event.fetch] == ["1"]
    generic = {"subscriptionType": "object.creation", "objectTypeId": "0-3", "objectId": 5}
    assert only(hubspot.webhook([{**base, **generic}])).fetch[0].ref.kind == "deal"


def pipedrive_body(action: str, data: dict[str, Any] | None, at: str = "2026-03-02T09:30:00.000Z") -> dict[str, Any]:
    """A message of Pipedrive's version 2 about a deal."""
    meta = {"action": action, "entity": "deal", "entity_id": "5", "timestamp": at, "version": "2.0", "id": "e-1"}
    return {"meta": meta, "data": data, "previous": {"status": "open"}}


def test_pipedrive_holds_the_record() -> None:
    """Both versions hold the record, and tell of deletions."""
    data = {"id": 5, "title": "Boiler", "status": "won", "value": 900, "currency": "EUR", "org_id": 7}
    deal = {**data, "add_time": "2026-02-01T10:00:00Z", "won_time": "2026-03-02T09:30:00Z", "custom_fields": {}}
    event = only(pipedrive.webhook(pipedrive_body("change", deal)))
    (fact,) = event.imported.entities["opportunities"]
    assert isinstance(fact, Opportunity)
    assert (fact.stage, fact.amount) == ("won", Money("900", "EUR"))
    assert [(change.field, change.before, change.after) for change in event.changes] == [("status", "open", "won")]
    assert only(pipedrive.webhook(pipedrive_body("delete", None))).tombstones[0].refs[0].key == "5"
    old = {"v": 1, "meta": {"action": "updated", "object": "deal", "id": 5, "timestamp": AT // 1000}, "current": deal}
    assert only(pipedrive.webhook(old)).moment == MOMENT


def test_zendesk_holds_the_ticket() -> None:
    """The ticket is under `detail`; its words in capitals are the same words."""
    detail = {
        "id": "35436",
        "created_at": "2026-02-20T22:55:29Z",
        "updated_at": "2026-03-02T09:30:00Z",
        "status": "HOLD",
        "priority": "URGENT",
        "type": "PROBLEM",
        "subject": "The boiler is cold",
        "organization_id": "10002",
        "requester_id": "77",
    }
    body = {
        "type": "zen:event-type:ticket.status_changed",
        "id": "cbe4028c",
        "time": "2026-03-02T09:30:00Z",
        "subject": "zen:ticket:35436",
        "detail": detail,
        "event": {"current": "HOLD", "previous": "OPEN"},
    }
    event = only(zendesk.webhook(body))
    (need,) = event.imported.entities["needs"]
    assert isinstance(need, Need)
    assert (need.status, need.severity, need.kind) == ("accepted", 5, "complaint")
    assert event.imported.pending[0].ref == ExternalRef("zendesk", "organization", "10002")
    assert (event.changes[0].field, event.changes[0].before) == ("status", "OPEN")
    gone = only(zendesk.webhook({**body, "type": "zen:event-type:ticket.soft_deleted"}))
    assert gone.tombstones[0].moment == MOMENT
    user = {**body, "type": "zen:event-type:user.created", "detail": {"id": "9", "role": "end-user"}}
    assert only(zendesk.webhook(user)).outcome == "fetch"


def change_event(kind: str, entity: str = "Account", **fields: Any) -> dict[str, Any]:
    """A change event of Salesforce."""
    header = {
        "entityName": entity,
        "recordIds": ["001xx000003DGb0AAG"],
        "changeType": kind,
        "transactionKey": "0002343d",
        "sequenceNumber": 1,
        "commitTimestamp": AT,
        "commitNumber": 271_321_693_010_6,
        "commitUser": "005xx",
    }
    return {"schema": "x", "payload": {"ChangeEventHeader": header, **fields}, "event": {"replayId": 6}}


def test_salesforce_holds_new_records_and_changed_fields() -> None:
    """A new account is a customer, a changed one the fields that changed, and a gap has to be fetched."""
    made = only(salesforce.webhook(change_event("CREATE", Name="Harbour Foods", Website="harbour.example")))
    (customer,) = made.imported.entities["customers"]
    assert isinstance(customer, Customer)
    assert (customer.name, customer.domains) == ("Harbour Foods", ("harbour.example",))
    changed = only(salesforce.webhook(change_event("UPDATE", Name="Harbour", LastModifiedDate="2026-03-02T09:30:00Z")))
    assert changed.patch.values == {"name": "Harbour"}
    assert only(salesforce.webhook(change_event("UPDATE", StageName="Closed Won", entity="Opportunity"))).fetch
    assert only(salesforce.webhook(change_event("GAP_UPDATE"))).outcome == "fetch"
    assert only(salesforce.webhook(change_event("DELETE"))).tombstones[0].moment == MOMENT


def test_the_same_message_gives_the_same_value() -> None:
    """Reading is a function: bytes, text and parsed bodies give equal events, with one delivery."""
    body = (PAYLOADS / "github_webhooks" / "issues__opened.payload.json").read_bytes()
    one, two, three = github.webhook(body), github.webhook(body.decode()), github.webhook(json.loads(body))
    assert one == two
    assert one.events[0].delivery == three.events[0].delivery
    assert one.facts == three.facts


def test_other_systems_are_read_as_pages() -> None:
    """A message of a tool with a mapping of the user's own is a page of its records."""
    mine = parse_preset(
        """
        system = "till"
        [tables.shop]
        format = "json"
        key = "id"
        requires = ["id", "name"]
        shape = ["id", "name"]
        becomes = "customers"
        [tables.shop.fields]
        name = "name"
        """
    )
    event = only(webhook(mine, b'{"id": 4, "name": "Harbour"}'))
    assert [fact.id for fact in event.imported.entities["customers"]] == ["till:shop:4"]


@pytest.mark.parametrize(
    ("module", "body", "code", "where"),
    [
        (jira, b"", "EmptyFile", ""),
        (jira, b"{", "JsonSyntax", "line 1 column 2"),
        (jira, b"\xff\xfe", "WrongEncoding", "byte 0"),
        (jira, b"[]", "WebhookShape", "$"),
        (jira, b'{"webhookEvent": "jira:issue_updated", "timestamp": 1}', "WebhookShape", "$.issue"),
        (jira, b'{"webhookEvent": 5}', "WebhookShape", "$.webhookEvent"),
        (jira, b'{"webhookEvent": "jira:issue_updated", "timestamp": "soon"}', "DateRejected", "$.timestamp"),
        (jira, b'{"timestamp": NaN, "webhookEvent": "x"}', "WebhookShape", "$.timestamp"),
        (github, b'{"action": "edited", "issue": {"id": {}}}', "WebhookShape", "$.issue.id"),
        (hubspot, b'[{"subscriptionType": "company.deletion"}, 5]', "WebhookShape", "$[0].objectId"),
        (asana, b'{"events": {}}', "WebhookShape", "$.events"),
        (pipedrive, b'{"data": {}}', "WebhookShape", "$.meta"),
        (salesforce, b'{"payload": {}}', "WebhookShape", "$.payload.ChangeEventHeader"),
        (zendesk, b"[" * 99 + b"]" * 99, "TooDeep", ""),
    ],
)
def test_what_is_no_message_is_refused(module: Any, body: bytes, code: str, where: str) -> None:
    """A body of another shape is refused with its code, and the part that is wrong."""
    with pytest.raises(ImporterError) as refused:
        module.webhook(body)
    assert (refused.value.code, refused.value.where) == (code, where)
    assert refused.value.source == f"{module.__name__.rpartition('.')[2]} webhook"


def test_a_message_of_endless_size_is_refused() -> None:
    """A body beyond what any tool sends is not even parsed."""
    with pytest.raises(ImporterError, match="TooLarge"):
        jira.webhook(b" " * (25 * 1024 * 1024 + 1))


def test_a_record_that_cannot_be_used_is_refused() -> None:
    """A ticket raised on no day is refused with the report, so that the receiver can say no."""
    detail = {"id": "1", "created_at": "2026-02-30T00:00:00Z", "status": "OPEN", "subject": "x"}
    body = {"type": "zen:event-type:ticket.created", "id": "1", "time": "2026-03-02T09:30:00Z", "detail": detail}
    with pytest.raises(ImportRefusedError, match="DateRejected"):
        zendesk.webhook(body)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**13), 10**13) | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
REAL = sorted(PAYLOADS.glob("*_webhooks/*.json"))
MADE: list[tuple[Any, Any]] = [
    (hubspot, [property_change("name", "x")]),
    (pipedrive, pipedrive_body("change", {"id": 5, "title": "x", "status": "open"})),
    (salesforce, change_event("UPDATE", Name="x")),
    (asana, {"events": [{"action": "changed", "resource": {"gid": "1", "resource_type": "task"}}]}),
    (zendesk, {"type": "zen:event-type:ticket.created", "time": "2026-03-02T09:30:00Z", "detail": {"id": "1"}}),
    (trello, {"action": {"id": "1", "type": "updateCard", "data": {"card": {"id": "2"}}}}),
]


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, item in inner for found in _paths(item, (*path, key)))]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_any_shape_is_read_or_refused(data: st.DataObject) -> None:
    """Whatever stands in the place of any part of a message, it is read, or refused by an error of ours."""
    named = {"jira": jira, "github": github, "gitlab": gitlab}
    real = [(named[path.parent.name.removesuffix("_webhooks")], path) for path in REAL]
    module, body = data.draw(st.sampled_from([*real, *MADE, *MADE, *MADE]))
    body = json.loads(body.read_bytes() if isinstance(body, Path) else json.dumps(body))
    path = data.draw(st.sampled_from(_paths(body)))
    other = data.draw(ANYTHING)
    if not path:
        body = other
    else:
        around = body
        for key in path[:-1]:
            around = around[key]
        around[path[-1]] = other
    try:
        message = module.webhook(body)
    except AlignkitError:
        return
    assert all(event.skipped or event.outcome != "nothing" for event in message)
