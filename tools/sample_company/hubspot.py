"""The CRM side, in the shape of answers of the HubSpot CRM API v3."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sample_company.chance import NOW, Chance, ago
from sample_company.jira import task_of_need
from sample_company.script import SURVEYS
from sample_company.stories import CONTACTS, CUSTOMERS, DEALS, OWNERS, CustomerSpec
from sample_company.touches import Touch, contacts_of, touches
from sample_company.wants import NEEDS, NeedSpec

__all__ = ["objects"]

Record = dict[str, Any]
Links = dict[str, list[str]]

FIRST_ENGAGEMENT: Final = 88010000001
SINGULAR: Final = {"companies": "company", "contacts": "contact", "deals": "deal", "tickets": "ticket"}
FILES: Final = {
    "call": "calls",
    "email": "emails",
    "meeting": "meetings",
    "note": "notes",
    "message": "communications",
}
DIRECTIONS: Final = {
    "call": {"in": "INBOUND", "out": "OUTBOUND"},
    "email": {"in": "INCOMING_EMAIL", "out": "EMAIL"},
    "message": {"in": "INBOUND", "out": "OUTBOUND"},
}
CONNECTED: Final = "f240bbac-87c9-4f6e-bf70-924b57d47db7"
CHANNELS: Final = ("WHATS_APP", "WHATS_APP", "SMS", "LINKED_IN_MESSAGE")


def _moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _record(key: str, kind: str, properties: dict[str, str | None], at: datetime, links: Links | None = None) -> Record:
    found: Record = {
        "id": key,
        "properties": {"hs_object_id": key, **properties},
        "createdAt": _moment(min(at, NOW)),
        "updatedAt": _moment(min(at + timedelta(minutes=12), NOW)),
        "archived": False,
    }
    if links is not None:
        found["associations"] = {
            target: {"results": [{"id": key, "type": f"{kind}_to_{SINGULAR[target]}"} for key in keys]}
            for target, keys in links.items()
        }
    return found


def _spec(key: str) -> CustomerSpec:
    return next(spec for spec in CUSTOMERS if spec.key == key)


def _contact_id(position: int) -> str:
    return str(301 + 50 * position)


def _links(customer: str, contacts: list[int], *, deals: tuple[str, ...] = (), tickets: tuple[str, ...] = ()) -> Links:
    return {
        "companies": [_spec(customer).company_id] if customer else [],
        "contacts": [_contact_id(position) for position in contacts],
        "deals": list(deals),
        "tickets": list(tickets),
    }


def _companies() -> Iterator[Record]:
    for position, spec in enumerate(CUSTOMERS):
        chance = Chance("company", spec.key)
        at = ago(spec.first + 20, hour=9, minute=position)
        yield _record(
            spec.company_id,
            "company",
            {
                "name": spec.name,
                "domain": spec.domain,
                "hs_additional_domains": "nordlicht.example" if spec.key == "NOR" else None,
                "country": spec.country,
                "industry": spec.industry,
                "numberofemployees": None if spec.tier == "C" else str(chance.between(4, 90) * 10),
                "lifecyclestage": spec.lifecycle,
                "account_status": spec.status,
                "customer_tier": spec.tier,
                "annualrevenue": None if spec.tier == "C" else str(chance.between(8, 400) * 1_000_000),
                "annual_contract_value": spec.value or None,
                "contract_end_date": spec.contract_end or None,
                "contact_cadence_days": spec.cadence or None,
                "hubspot_owner_id": spec.owner,
                "createdate": _moment(at),
            },
            at,
        )


def _mail_name(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.lower().replace("ø", "oe").replace("ł", "l").replace("æ", "ae"))
    return "".join(letter for letter in folded if letter.isascii() and letter.isalpha())


def _contacts() -> Iterator[Record]:
    for position, (customer, first, last, job) in enumerate(CONTACTS):
        spec = _spec(customer)
        at = ago(spec.first + 15, hour=11, minute=position)
        found = _record(
            _contact_id(position),
            "contact",
            {
                "email": f"{_mail_name(first)}.{_mail_name(last)}@{spec.domain}",
                "firstname": first,
                "lastname": last,
                "jobtitle": job,
                "associatedcompanyid": spec.company_id,
                "createdate": _moment(at),
            },
            at,
            {"companies": [spec.company_id]},
        )
        found["archived"] = (customer, first) == ("SNO", "Linnéa")
        yield found


def _deals() -> Iterator[Record]:
    for position, (customer, name, amount, currency, stage, created, closed, project) in enumerate(DEALS):
        at = ago(int(created), hour=10, minute=position)
        yield _record(
            str(7400000001 + 13 * position),
            "deal",
            {
                "dealname": f"{_spec(customer).name}: {name}",
                "amount": amount or None,
                "deal_currency_code": currency,
                "pipeline": "default",
                "dealstage": stage,
                "closedate": _moment(ago(int(closed), hour=15)),
                "createdate": _moment(at),
                "hubspot_owner_id": _spec(customer).owner,
                "project_key": project or None,
            },
            at,
            {key: keys for key, keys in _links(customer, contacts_of(customer)[:1]).items() if keys},
        )


def _own(touch: Touch, chance: Chance) -> dict[str, str | None]:
    at = _moment(touch.at)
    way = DIRECTIONS.get(touch.kind, {}).get(touch.direction)
    if touch.kind == "call":
        return {
            "hs_timestamp": at,
            "hs_call_title": touch.subject,
            "hs_call_direction": way,
            "hs_call_disposition": CONNECTED,
            "hs_call_duration": str(chance.between(3, 40) * 60_000),
            "hs_call_body": None,
        }
    if touch.kind == "email":
        return {
            "hs_timestamp": at,
            "hs_email_subject": touch.subject,
            "hs_email_direction": way,
            "hs_email_status": "SENT",
            "hs_email_text": None,
        }
    if touch.kind == "meeting":
        end = touch.at + timedelta(minutes=30 * chance.between(1, 4))
        return {
            "hs_timestamp": at,
            "hs_meeting_title": touch.subject,
            "hs_meeting_start_time": at,
            "hs_meeting_end_time": _moment(end),
            "hs_meeting_outcome": "SCHEDULED" if touch.at > NOW else "COMPLETED",
        }
    if touch.kind == "note":
        return {"hs_timestamp": at, "hs_note_body": touch.subject}
    return {
        "hs_timestamp": at,
        "hs_communication_channel_type": chance.pick(CHANNELS),
        "hs_communication_logged_from": "CRM",
        "hs_communication_body": touch.subject,
        "message_direction": way,
    }


def _engagement(number: int, touch: Touch) -> Record:
    chance = Chance("engagement", number)
    key = str(FIRST_ENGAGEMENT + 3 * number)
    properties = {
        **_own(touch, chance),
        "project_key": touch.project or None,
        "needs_answer": "true" if touch.waits else None,
        "answered_at": _moment(touch.answered),
        "sentiment": f"{touch.mood / 100:.2f}" if touch.mood is not None else None,
        "performed_by_team": "pmo" if touch.team == "pmo" else None,
        "hubspot_owner_id": _spec(touch.customer).owner,
    }
    by_contact_only = chance.percent(7) and touch.at <= NOW
    links = _links(touch.customer, [touch.contact], tickets=(touch.ticket,) if touch.ticket else ())
    if by_contact_only:
        links["companies"] = []
    kind = "communication" if touch.kind == "message" else touch.kind
    return _record(key, kind, properties, touch.at, links)


def _feedback(first: int) -> Iterator[Record]:
    for position, (customer, question, answer, days, project, followed, words) in enumerate(SURVEYS):
        at = ago(int(days), hour=12, minute=position)
        yield _record(
            str(FIRST_ENGAGEMENT + 3 * (first + position)),
            "feedback_submission",
            {
                "hs_submission_timestamp": _moment(at),
                "hs_survey_name": f"{question} {at.year}",
                "hs_survey_type": question,
                "hs_survey_channel": "EMAIL",
                "hs_value": answer,
                "hs_content": words or None,
                "project_key": project or None,
                "answered_at": _moment(at + timedelta(hours=int(followed))) if followed else None,
            },
            at,
            _links(customer, [contacts_of(customer)[-1 if position % 2 else 0]]),
        )


def _ticket(need: NeedSpec) -> Record:
    chance = Chance("ticket", need.number)
    at = ago(need.raised, hour=8 + need.number % 8, minute=need.number % 60)
    reply = at + timedelta(hours=int(need.answer_hours)) if need.answer_hours else None
    severity = int(need.severity) if need.severity else 0
    priority = {0: None, 1: "LOW", 2: "LOW", 3: "MEDIUM", 4: "HIGH"}.get(severity, "URGENT")
    due = (NOW + timedelta(days=int(need.due_in))).date().isoformat() if need.due_in else None
    return _record(
        need.ticket_id,
        "ticket",
        {
            "subject": need.title,
            "content": None,
            "hs_pipeline": "0",
            "hs_pipeline_stage": need.stage,
            "hs_ticket_priority": priority,
            "hs_ticket_category": need.category,
            "need_kind": need.kind,
            "severity": need.severity or None,
            "importance": need.importance or None,
            "createdate": _moment(at),
            "first_agent_reply_date": _moment(reply),
            "closed_date": _moment(ago(int(need.closed), hour=16)) if need.closed else None,
            "told_at": _moment(ago(int(need.told), hour=9, minute=30)) if need.told else None,
            "promise_due_date": due,
            "project_key": need.project or None,
            "jira_issue_key": task_of_need(need) if need.traced else None,
            "objective_id": need.objective or None,
            "need_group": need.group or None,
            "hubspot_owner_id": _spec(need.customer).owner,
        },
        at,
        _links(need.customer, [chance.pick(contacts_of(need.customer))]),
    )


def _owners() -> Iterator[Record]:
    for position, (key, (first, last)) in enumerate(OWNERS.items()):
        yield {
            "id": key,
            "email": f"{_mail_name(first)}.{_mail_name(last)}@fernweh-digital.example",
            "firstName": first,
            "lastName": last,
            "userId": 6100 + position,
            "archived": False,
        }


def _plant(found: dict[str, list[Record]]) -> None:
    """Add the records that people left half done."""
    stray = _record(
        str(FIRST_ENGAGEMENT - 30),
        "note",
        {"hs_timestamp": _moment(ago(77)), "hs_note_body": "<p>Met somebody at the fair, card is on my desk.</p>"},
        ago(77),
        _links("", []),
    )
    found["notes"].insert(0, stray)
    draft = _record(
        str(FIRST_ENGAGEMENT - 27),
        "email",
        {
            "hs_timestamp": None,
            "hs_email_subject": "Draft: offer",
            "hs_email_direction": "EMAIL",
            "hs_email_status": None,
        },
        ago(41),
        _links("OBU", contacts_of("OBU")),
    )
    found["emails"].insert(0, draft)


def objects() -> dict[str, list[Record]]:
    """The records of each HubSpot object, oldest first."""
    found: dict[str, list[Record]] = {
        "owners": list(_owners()),
        "companies": list(_companies()),
        "contacts": list(_contacts()),
        "deals": list(_deals()),
        **{name: [] for name in FILES.values()},
    }
    every = touches()
    for number, touch in enumerate(every):
        found[FILES[touch.kind]].append(_engagement(number, touch))
    found["feedback_submissions"] = list(_feedback(len(every)))
    found["tickets"] = [_ticket(need) for need in NEEDS]
    _plant(found)
    return found
