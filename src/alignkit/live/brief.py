"""
The brief: how things stand for one customer, said to one audience, deny by default.

A brief is a value: it is read, sent as Markdown or HTML, or taken apart as a dictionary, and it says which changes it
tells, so that sending it can be written down (`UnitOfWork.told`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import attrs

from alignkit.display import Displayed, Note, Shown
from alignkit.display.blocks import Details
from alignkit.domain import Customer
from alignkit.errors import NotFoundError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.live.audiences import ASSESSMENT, Audience, Projection, audience_of
from alignkit.live.brief_news import news_section
from alignkit.live.brief_parts import BriefItem, BriefSection, Scene, name_of, plain_facts, sections_of
from alignkit.live.brief_text import html_of, markdown_of
from alignkit.live.sources import Source, known, moment_of, reading
from alignkit.live.told import told_entries
from alignkit.live.told_policy import ToldPolicy
from alignkit.live.words import count_of
from alignkit.policy.policy import Policy
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import score_text
from alignkit.portfolio.names import nearest

__all__ = ["Brief", "BriefItem", "BriefSection", "brief"]

MOST_ACTIONS = 5


@attrs.frozen(eq=False)
class Brief(Displayed, Tabular):
    """
    How things stand for a customer. Iterating gives the sections.

    Attributes:
        customer_id: About whom; not part of what is said.
        audience: For whom.
        now: As of when.
        title: Its title.
        lead: What matters most, in sentences.
        sections: What is said, in reading order; those with nothing to say are absent.
        tells: Ids of the changes that it tells: pass them to `UnitOfWork.told` when it was sent. Not part of what is
            said.
    """

    customer_id: str = attrs.field(repr=False)
    audience: str
    now: datetime
    title: str
    lead: tuple[str, ...]
    sections: tuple[BriefSection, ...]
    tells: tuple[str, ...] = attrs.field(repr=False)

    def __iter__(self) -> Iterator[BriefSection]:
        return iter(self.sections)

    def __len__(self) -> int:
        return len(self.sections)

    def __bool__(self) -> bool:
        return True

    def section(self, key: str) -> BriefSection:
        """
        One section.

        Raises:
            NotFoundError: The audience does not see it, or there is nothing to say.
        """
        for one in self.sections:
            if one.key == key:
                return one
        raise NotFoundError("section", key, [one.key for one in self.sections])

    def markdown(self) -> str:
        """As CommonMark. Text from facts is escaped: it brings no link, picture, tag or heading with it."""
        return markdown_of(self.title, self.lead, self.sections)

    def html(self) -> str:
        """As a fragment of HTML without style, script or link. Text from facts is escaped."""
        return html_of(self.title, self.lead, self.sections)

    def as_dict(self) -> dict[str, Any]:
        """As plain dictionaries and lists that JSON can write. Text stands there as it is, for the host to escape."""
        return {
            "audience": self.audience,
            "as_of": self.now.isoformat(),
            "title": self.title,
            "lead": list(self.lead),
            "sections": [
                {
                    "key": section.key,
                    "title": section.title,
                    "items": [{"text": item.text, "facts": dict(item.facts)} for item in section.items],
                }
                for section in self.sections
            ],
        }

    @property
    def table_names(self) -> tuple[str, ...]:
        return ("items",)

    def _table_of(self, name: str) -> DataTable:
        columns = (Column("section", str), Column("text", str))
        rows = ((section.key, item.text) for section in self.sections for item in section.items)
        return DataTable.of_rows(name, columns, rows)

    def _shown(self) -> Shown:
        notes = [Note(text) for text in self.lead]
        parts = [Details(one.title, map(_note, one.items), is_open=True) for one in self.sections]
        return Shown(self.title, (f"for {self.audience}",), (*notes, *parts))


def _note(item: BriefItem) -> Note:
    return Note(item.text)


def brief(
    source: Source,
    *,
    customer: str,
    audience: Audience | str,
    now: datetime,
    told: ToldPolicy | None = None,
    policy: Policy | None = None,
) -> Brief:
    """
    How things stand for a customer, as an audience may read it.

    Args:
        source: A portfolio, or a store; of a database only what concerns the customer is read.
        customer: Id of the customer.
        audience: `"customer"`, `"crm"`, `"pmo"`, `"executive"`, or one of the host's own. It sees the fields that it
            lists and nothing else.
        now: An aware moment; what lies later had not happened.
        told: What counts as news, and what tells it; None for the policy that alignkit ships.
        policy: To say the score and what would help, to audiences that see it.

    Raises:
        NotFoundError: There is no such customer or audience.
        PolicyError: Amounts are in several currencies and the policy has no exchange.
        ValidationError: `now` is not an aware datetime, or the source is neither a portfolio nor a store.
    """
    moment, reader = moment_of(now), audience_of(audience)
    with reading(source, customer, one_currency=policy is not None and policy.exchange is None) as facts:
        scene = Scene(facts, reader, customer, moment)
        return _brief(scene, ToldPolicy() if told is None else told, policy)


def _brief(scene: Scene, told: ToldPolicy, policy: Policy | None) -> Brief:
    customer, reader, moment = scene.customer_id, scene.audience, scene.now
    customers = known(scene.facts, Customer)
    if customer not in customers:
        raise NotFoundError("customer", customer, nearest(customer, customers))
    seen = reader.of("customer", customers[customer])
    news, tells = news_section(scene, told_entries(scene.facts, moment, told, customer))
    sections = [] if news is None else [news]
    sections += sections_of(scene)
    result = None
    if policy is not None and reader.sees(ASSESSMENT):
        result = policy.assess(scene.facts, now=moment, customers=[customer]).of("customer", customer)
        sections += _actions(reader, result)
    lead = tuple(_lead(scene, seen, result))
    about = _about(seen)
    if about is not None:
        sections.insert(0, about)
    title = f"Status for {name_of(seen['name'], 'the customer')}"
    return Brief(customer, reader.name, moment, title, lead, tuple(sections), tells)


def _lead(scene: Scene, seen: Projection, result: SubjectAssessment | None) -> Iterator[str]:
    yield f"As of {scene.day(scene.today)} {scene.today.year}."
    if scene.audience.sees("project", "status"):
        states = Counter(_standing(scene))
        known_ones = sum(states.values())
        said = [state if known_ones == 1 else f"{count} {state}" for state, count in sorted(states.items())]
        if known_ones:
            yield f"{count_of(known_ones, 'project')}: {', '.join(said)}."
        elif "projects" in scene.facts.given:
            yield "No project is running."
    if result is not None and scene.audience.sees(ASSESSMENT, "score"):
        band = f" ({result.band})" if scene.audience.sees(ASSESSMENT, "band") else ""
        yield f"Alignment {score_text(result.score_micro)}{band}."


def _standing(scene: Scene) -> Iterator[str]:
    for project in scene.projects():
        seen = scene.audience.of("project", project)
        health = seen["health"] if project.status == "active" and project.health != "unknown" else None
        state = health or seen["status"]
        if state is not None:
            yield name_of(state, "")


def _about(seen: Projection) -> BriefSection | None:
    """The customer itself, where more than its name is seen."""
    parts = []
    for field, said in (("tier", "tier {}"), ("stage", "{}"), ("annual_value", "worth {} a year"), ("owner", "{}")):
        if seen[field] is not None:
            parts.append(said.format(name_of(str(seen[field]), "")))
    if seen["contract_end_on"] is not None:
        parts.append(f"contract ends on {seen['contract_end_on'].isoformat()}")
    if not parts:
        return None
    return BriefSection("customer", "Customer", (BriefItem(", ".join(parts), plain_facts(seen)),))


def _actions(reader: Audience, result: SubjectAssessment) -> list[BriefSection]:
    """What would win most points back."""
    if not reader.sees(ASSESSMENT, "actions"):
        return []
    lost = [one for one in result.findings if one.lost_micro > 0 and one.action]
    lost.sort(key=lambda one: (-one.lost_micro, one.rule_id))
    items = [BriefItem(f"{one.action} ({one.team}): {one.message}") for one in lost[:MOST_ACTIONS]]
    return [BriefSection("actions", "What would help", tuple(items))] if items else []
