"""The course of talk with each customer: scripted moments, and ordinary ones in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sample_company.chance import NOW, Chance, ago, at_work
from sample_company.plans import PARTS, PROJECTS, ProjectSpec
from sample_company.script import SCRIPTED
from sample_company.stories import CONTACTS, CUSTOMERS, CustomerSpec
from sample_company.wants import NEEDS

__all__ = ["Touch", "contacts_of", "touches"]

GENERAL: Final = ("framework contract", "yearly plan", "price list", "offer", "data protection annex")
SUBJECTS: Final = {
    ("email", "out"): (
        "Minutes of our call: {}",
        "Next steps: {}",
        "Test access: {}",
        "Your question on the {}",
        "Release note: {}",
        "Dates for the {}",
    ),
    ("email", "in"): (
        "Question on the {}",
        "Please check the {}",
        "Remarks on the {}",
        "When can we see the {}?",
        "A wish for the {}",
    ),
    ("call", "in"): ("Question on the {}", "Trouble with the {}", "Short call on the {}"),
    ("call", "out"): ("Status of the {}", "Planning of the {}", "Follow-up on the {}"),
    ("meeting", ""): ("Review of the {}", "Workshop: {}", "Demonstration: {}", "Acceptance of the {}"),
    ("message", "in"): ("Thanks, the {} works", "Can you call me on the {}?", "Photo of the {} attached"),
    ("message", "out"): ("The {} is ready to try", "On my way, ten minutes. We start with the {}"),
    ("note", "internal"): (
        "<p>Asks for a date for the {}.</p>",
        "<p>Likes the {}; invoice address changes.</p>",
        "<p>Prefers calls on Tuesday. Next: {}</p>",
        "<p>Compare the {} with the contract.</p>",
    ),
}


@dataclass(frozen=True)
class Touch:
    """One engagement, before it takes the shape of HubSpot."""

    customer: str
    at: datetime
    kind: str
    direction: str
    subject: str
    project: str
    ticket: str
    waits: bool
    answered: datetime | None
    mood: int | None
    team: str
    contact: int


def contacts_of(customer: str) -> list[int]:
    """Positions in the table of contacts."""
    return [position for position, row in enumerate(CONTACTS) if row[0] == customer]


def _running(customer: str, at: datetime) -> list[ProjectSpec]:
    found: list[ProjectSpec] = []
    for project in PROJECTS:
        if project.customer == customer and project.start:
            end = project.completed or (project.due if project.status == "Cancelled" else "2026-12-31")
            lead_in = date.fromisoformat(project.start) - timedelta(days=10)
            if lead_in <= at.date() <= date.fromisoformat(end) and project.status != "Planned":
                found.append(project)
    return found


def _scripted() -> list[Touch]:
    tickets = {need.title: need.ticket_id for need in NEEDS}
    found: list[Touch] = []
    for row in SCRIPTED:
        customer, days, kind, direction, subject, project, need, waits, answered, mood, team = row
        at = ago(int(days), hour=9 + len(found) % 7, minute=5 * (len(found) % 12))
        if at.weekday() >= 5:
            at += timedelta(days=(7 - at.weekday()) if int(days) < 0 else 4 - at.weekday())
        found.append(
            Touch(
                customer=customer,
                at=at,
                kind=kind,
                direction=direction,
                subject=subject,
                project=project,
                ticket=tickets[need] if need else "",
                waits=waits == "yes",
                answered=at + timedelta(hours=int(answered)) if answered else None,
                mood=int(mood) if mood else None,
                team=team,
                contact=contacts_of(customer)[0],
            )
        )
    return found


class _Talk:
    """The ordinary touches with one customer."""

    def __init__(self, spec: CustomerSpec) -> None:
        self.spec = spec
        self.chance = Chance("touches", spec.key)
        self.people = contacts_of(spec.key)
        self.found: list[Touch] = []

    def _kinds(self) -> list[str]:
        spec = self.spec
        kinds = ["email"] * spec.emails + ["call"] * spec.calls + ["meeting"] * spec.meetings
        kinds += ["note"] * spec.notes + ["message"] * spec.messages
        for position in range(len(kinds) - 1, 0, -1):
            other = self.chance.below(position + 1)
            kinds[position], kinds[other] = kinds[other], kinds[position]
        return kinds

    def _direction(self, kind: str) -> str:
        if kind == "meeting":
            return ""
        if kind == "note":
            return "internal"
        return "in" if self.chance.percent(self.spec.inbound) else "out"

    def _mood(self, part: float) -> int | None:
        low, high = self.spec.mood_first, self.spec.mood_last
        if (low, high) == (0, 0) or not self.chance.percent(45):
            return None
        return max(-95, min(95, round(low + (high - low) * part) + self.chance.between(-15, 15)))

    def _add(self, kind: str, at: datetime, part: float) -> None:
        direction = self._direction(kind)
        running = _running(self.spec.key, at)
        project = self.chance.pick(running) if running else None
        topic = self.chance.pick(PARTS[project.key] if project else GENERAL)
        waits = direction == "in" and kind in ("email", "call", "message") and self.chance.percent(65)
        hours = max(1, self.spec.answer_hours * self.chance.between(50, 150) // 100)
        answered = at + timedelta(hours=hours, minutes=self.chance.below(60)) if waits else None
        noted = project is not None and self.chance.percent(self.spec.noted)
        self.found.append(
            Touch(
                customer=self.spec.key,
                at=at,
                kind=kind,
                direction=direction,
                subject=self.chance.pick(SUBJECTS[kind, direction]).format(topic),
                project=project.key if project and noted else "",
                ticket="",
                waits=waits,
                answered=answered if answered and answered < NOW else None,
                mood=self._mood(part) if direction in ("in", "") else None,
                team="pmo" if noted and self.chance.percent(30) else "crm",
                contact=self.chance.pick(self.people),
            )
        )

    def touches(self) -> list[Touch]:
        spec = self.spec
        kinds = self._kinds()
        for position, kind in enumerate(kinds):
            part = position / max(1, len(kinds) - 1)
            days = spec.first - (spec.first - spec.last) * part
            if 0 < position < len(kinds) - 1:
                days += self.chance.between(-20, 20) / 10
            at = at_work((NOW - timedelta(days=max(days, spec.last))).date(), self.chance)
            self._add(kind, at, part)
        return self._leave_open()

    def _leave_open(self) -> list[Touch]:
        left = self.spec.open_tail
        for position in range(len(self.found) - 1, -1, -1):
            touch = self.found[position]
            if left and touch.waits:
                self.found[position] = Touch(**{**touch.__dict__, "answered": None})
                left -= 1
        return self.found


def touches() -> list[Touch]:
    """Every engagement with every customer, oldest first."""
    found = _scripted()
    for spec in CUSTOMERS:
        found += _Talk(spec).touches()
    return sorted(found, key=lambda touch: (touch.at, touch.customer, touch.kind, touch.subject))
