"""Finds effort that is spent twice, with the evidence for each pair and whose it might be."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from attrs import frozen

from alignkit.display import Displayed, Shown, Table
from alignkit.domain import Duplicate
from alignkit.errors import ValidationError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.linking.efforts.pairs import candidates, is_same_effort, likeness_of
from alignkit.linking.efforts.titles import rapidfuzz
from alignkit.linking.efforts.work import Work, Works
from alignkit.portfolio import Portfolio

__all__ = ["DoubleEffort", "Efforts", "duplicates"]

ALIKE: Final = 0.82
TOUCH_DAYS: Final = 3
"""Two teams that write of one thing within so many days (measure E2)."""
TELLING: Final = math.log(4)
"""What the shared words must say together: as much as one word that a quarter of all customers have."""


@frozen
class DoubleEffort:
    """
    Two pieces of work that look like one.

    Attributes:
        duplicate: The finding as a fact, for a portfolio's `duplicates`.
        left: Title of the first.
        right: Title of the second.
        reasons: Why they look like one.
        teams: The teams that do them, without those that are unknown.
        suggested_owner: The team or person who should go on with it: of the one that is further, else of the one that
            began first; None when neither is known.
    """

    duplicate: Duplicate
    left: str
    right: str
    reasons: tuple[str, ...]
    teams: tuple[str, ...]
    suggested_owner: str | None

    def __str__(self) -> str:
        pair = self.duplicate
        hours = "" if pair.hours is None else f", {pair.hours:g} hours at stake"
        owner = "" if self.suggested_owner is None else f"; {self.suggested_owner} could go on with it"
        titles = f"{pair.kind} {self.left!r} ({pair.left_id}) = {self.right!r} ({pair.right_id})"
        return f"{titles}: {'; '.join(self.reasons)}{hours}{owner}"


@frozen
class Efforts(Displayed, Tabular):
    """
    All that was found; iterating gives the pairs, most hours first, then the most alike, then by id.

    Attributes:
        pairs: The pairs.
    """

    pairs: tuple[DoubleEffort, ...]

    def __iter__(self) -> Iterator[DoubleEffort]:
        return iter(self.pairs)

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def duplicates(self) -> tuple[Duplicate, ...]:
        """The findings as facts: `portfolio.with_(duplicates=efforts.duplicates)` lets the rules see them."""
        return tuple(pair.duplicate for pair in self.pairs)

    @property
    def hours(self) -> float:
        """Hours at stake over all pairs; where one piece of work is in several, they count for each."""
        return sum(pair.duplicate.hours or 0.0 for pair in self.pairs)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"pairs"`: a row for each pair."""
        return ("pairs",)

    def _table_of(self, name: str) -> DataTable:
        columns = (
            Column("kind", str),
            Column("left_id", str),
            Column("left", str),
            Column("right_id", str),
            Column("right", str),
            Column("customer_id", str),
            Column("objective_id", str),
            Column("similarity", float, "share, 0 to 1"),
            Column("hours", float),
            Column("is_across_teams", bool),
            Column("reasons", str),
            Column("suggested_owner", str),
        )
        return DataTable.of_rows(name, columns, map(_row, self.pairs))

    def _shown(self) -> Shown:
        rows = ((one.duplicate.kind, one.left, one.right, "; ".join(one.reasons), _hours(one)) for one in self.pairs)
        table = Table.first(("kind", "one", "other", "why", "hours#"), rows, len(self.pairs))
        return Shown("Effort spent twice", (f"{len(self.pairs):,} pairs, {self.hours:,.0f} hours at stake",), (table,))


def _hours(one: DoubleEffort) -> str:
    return "" if one.duplicate.hours is None else f"{one.duplicate.hours:g}"


def _row(one: DoubleEffort) -> tuple[str | float | bool | None, ...]:
    pair = one.duplicate
    return (
        pair.kind, pair.left_id, one.left, pair.right_id, one.right, pair.customer_id, pair.objective_id,
        pair.similarity, pair.hours, pair.is_across_teams, "; ".join(one.reasons), one.suggested_owner,
    )  # fmt: skip


def duplicates(
    portfolio: Portfolio,
    *,
    now: datetime,
    alike: float = ALIKE,
    touch_days: int = TOUCH_DAYS,
) -> Efforts:
    """
    Find tasks, projects and touches that do the same for one customer or objective at one time.

    Two pieces of planned work are a pair when their titles are alike, they overlap in time, and neither is part of
    the other, nor are both one person's in one project. Two touches are a pair when two teams told the customer of
    the same thing in the same way within a few days. Titles with different numbers are different things, and words
    that most customers have in their titles ("Kickoff") are no evidence by themselves.

    Args:
        portfolio: Projects, tasks and interactions, whichever are known.
        now: An aware moment; later touches are planned and not looked at.
        alike: How alike titles must be, 0..1.
        touch_days: How many days two touches may lie apart.

    Returns:
        The pairs with their evidence. Hours at stake are those of the smaller piece of work.

    Raises:
        MissingExtraError: rapidfuzz (extra `names`) is not installed.
        ValidationError: `alike` is no share, or `now` no aware datetime.

    Example:
        >>> import alignkit as ak
        >>> from datetime import datetime, timezone
        >>> world = ak.Portfolio(
        ...     customers=[ak.Customer(id="C", name="Harbour Foods")],
        ...     projects=[ak.Project(id="P", name="Shop", customer_id="C"),
        ...               ak.Project(id="Q", name="Care", customer_id="C")],
        ...     tasks=[ak.Task(id="T1", title="Migrate the price list", project_id="P", team="pmo", effort_hours=8),
        ...            ak.Task(id="T2", title="Price list migration", project_id="Q", team="crm", effort_hours=5)])
        >>> print(*duplicates(world, now=datetime(2026, 3, 1, tzinfo=timezone.utc), alike=0.7))
        task 'Migrate the price list' (T1) = 'Price list migration' (T2): titles 89 % alike; same customer C; two teams: crm, pmo, 5 hours at stake; pmo could go on with it
    """
    if not 0 < alike <= 1:
        raise ValidationError(
            f"expected a share above 0 and up to 1, got {alike!r}", entity="duplicates", field="alike"
        )
    if now.utcoffset() is None:
        raise ValidationError(f"expected an aware datetime, got {now!r}", entity="duplicates", field="now", value=now)
    fuzz = rapidfuzz()
    works = Works(portfolio, now)
    groups = works.grouped()
    rarity = works.rarity()
    telling = min(TELLING, math.log(1 + len(portfolio.customers or ())))
    alike_ones: dict[tuple[str, str, str], tuple[Work, Work, float]] = {}
    for left, right in candidates(works, groups, rarity):
        if is_same_effort(left, right, touch_days=touch_days):
            similarity = likeness_of(fuzz, left, right, rarity, alike, telling)
            if similarity >= alike:
                alike_ones[left.kind, left.id, right.id] = (left, right, similarity)
    found = [_pair(*one) for one in alike_ones.values()]
    found.sort(key=lambda one: (-(one.duplicate.hours or 0.0), -(one.duplicate.similarity or 0.0), one.duplicate.id))
    return Efforts(tuple(found))


def _pair(left: Work, right: Work, similarity: float) -> DoubleEffort:
    customer = left.customer_id if left.customer_id == right.customer_id else None
    objective = min(left.objectives & right.objectives, default=None)
    teams = tuple(sorted({team for team in (left.team, right.team) if team is not None}))
    hours = [one.hours for one in (left, right) if one.hours is not None]
    reasons = [f"titles {similarity * 100:.0f} % alike" if similarity < 1 else "same title"]
    reasons += [f"same customer {customer}"] if customer else []
    reasons += [f"same objective {objective}"] if objective else []
    reasons += [f"two teams: {', '.join(teams)}"] if len(teams) > 1 else []
    if left.kind == "interaction":
        reasons.append(f"{abs(left.start - right.start)} days apart")
    duplicate = Duplicate(
        id=f"{left.kind}/{left.id}/{right.id}",
        kind=left.kind,
        left_id=left.id,
        right_id=right.id,
        customer_id=customer,
        project_id=left.project_id,
        objective_id=objective,
        hours=min(hours) if len(hours) == 2 else None,
        similarity=similarity,
        is_across_teams=len(teams) > 1,
    )
    return DoubleEffort(duplicate, left.text, right.text, tuple(reasons), teams, _owner(left, right))


def _owner(left: Work, right: Work) -> str | None:
    further = max((left, right), key=lambda one: (one.spent or 0.0, -one.start, one.hours or 0.0, one.id == left.id))
    other = right if further is left else left
    return further.team or further.person or other.team or other.person
