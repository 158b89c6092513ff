"""What every part of a board is made from, and how its texts, moments and numbers are written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs
from attrs import frozen

from alignkit.display.inert import inert
from alignkit.live.audiences import ASSESSMENT, Audience
from alignkit.policy.assessment import Assessment
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.findings import RecordedExplainer
from alignkit.policy.scoring import UNKNOWN, ScoringPlan
from alignkit.policy.subject import Basis
from alignkit.portfolio import Portfolio
from alignkit.reports.board.audiences import may_hear

__all__ = ["LONGEST", "Bounds", "Scene", "as_of", "day", "said", "tenths"]

LONGEST: Final = 240
"""Letters of one text that a board keeps; longer ones are cut, so that its size is bounded."""

R = TypeVar("R")


@frozen
class Bounds:
    """
    How much a board holds at most. What is left out is counted on the page.

    Attributes:
        customers: Customers in the list, the lowest scores first.
        explained: Customers, the lowest scores first, whose lost points come with evidence.
        projects: Projects on the page of one customer.
        needs: Needs on the page of one customer.
        changes: Untold changes on the page of one customer.
        objectives: Objectives in all.
        findings: Findings with evidence of one subject, the largest losses first.
    """

    customers: int = 5_000
    explained: int = 500
    projects: int = 20
    needs: int = 30
    changes: int = 20
    objectives: int = 5_000
    findings: int = 12


@frozen(slots=False, eq=False)
class Scene:
    """
    What a board shows.

    Attributes:
        assessment: Scores and findings.
        portfolio: The facts behind them; None when only scores are shown.
        audience: Who will look at it.
        known: The rules of the policy by id, as far as their text is known.
        bounds: How much is shown.
    """

    assessment: Assessment
    portfolio: Portfolio | None
    audience: Audience
    known: Mapping[str, PolicyRule]
    bounds: Bounds

    @property
    def plan(self) -> ScoringPlan:
        """The policy, as scoring sees it."""
        return self.assessment.plan

    @property
    def now(self) -> datetime:
        """The moment that was judged."""
        return self.assessment.now

    @cached_property
    def bands(self) -> Mapping[str, int]:
        """Place of each band: best first, unknown last."""
        names = [*(name for name, _ in self.plan.bands), UNKNOWN]
        return MappingProxyType({name: place for place, name in enumerate(names)})

    @cached_property
    def rules(self) -> Mapping[str, int]:
        """Place of each rule in the board's list of rules."""
        every = (rule.id for rules in self.plan.rules.values() for rule in rules)
        return MappingProxyType({id: place for place, id in enumerate(every)})

    @cached_property
    def audible(self) -> frozenset[str]:
        """Rules of which the audience may be told what they found."""
        return frozenset(id for id in self.rules if may_hear(self.audience, self.known.get(id)))

    @cached_property
    def silent(self) -> Basis:
        """The results without anyone to ask for evidence: for what is numbers only."""
        return Basis(self.plan, self.now, RecordedExplainer({}, {}, {}))

    @property
    def shows_actions(self) -> bool:
        """Whether the audience is told what to do."""
        return self.audience.sees(ASSESSMENT, "actions")

    def records(self, collection: str) -> Mapping[str, Any]:
        """Facts of a collection by id; none when they are not known."""
        facts = self.portfolio
        return facts.records(collection) if facts is not None and collection in facts.given else {}

    def children(self, collection: str, field: str, id: str) -> Sequence[Any]:
        """Facts of a collection whose reference leads to this id, as of the moment; none when they are not known."""
        facts = self.portfolio
        if facts is None or collection not in facts.given:
            return ()
        return [as_of(record, self.now) for record in facts.children(collection, field).get(id, ())]

    def value(self, kind: str, record: Any, field: str) -> Any:
        """A field for the audience; None when it or the record is unknown, or not theirs to see."""
        return getattr(record, field) if record is not None and self.audience.sees(kind, field) else None

    def read(self, kind: str, record: Any, field: str) -> str | None:
        """A field as text for the audience; None as for `value`."""
        value = self.value(kind, record, field)
        if isinstance(value, (date, datetime)):
            return day(value)
        return None if value is None else said(str(value))


def as_of(record: R, now: datetime) -> R:
    """The record without what had not happened yet: its later moments are None."""
    later = {
        field.name: None
        for field in attrs.fields(type(record))  # type: ignore[arg-type]
        if field.name.endswith("_at")
        and field.default is None
        and (moment := getattr(record, field.name)) is not None
        and moment > now
    }
    return attrs.evolve(record, **later) if later else record  # type: ignore[misc]


def said(text: str) -> str:
    """A text from outside, inert and cut."""
    short = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    return inert(short)


def day(moment: date | None) -> str | None:
    """A day as ISO text, moments as their day in UTC."""
    if isinstance(moment, datetime):
        return moment.astimezone(timezone.utc).date().isoformat()
    return None if moment is None else moment.isoformat()


def tenths(micro: int | None) -> int | None:
    """A score in tenths of a point, rounded down, so that nothing short of 100 is shown as 100."""
    return None if micro is None else micro // 100_000
