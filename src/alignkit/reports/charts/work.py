"""Charts of the work itself: objectives with what serves them, time to answer, effort spent twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from alignkit.domain import Duplicate, Objective
from alignkit.policy.assessment import Assessment
from alignkit.policy.scoring import UNKNOWN
from alignkit.policy.wording import counted, score_text
from alignkit.portfolio import Portfolio
from alignkit.reports.charts.base import altair, band_scale, chart_of, titled

if TYPE_CHECKING:
    from altair import TopLevelMixin

__all__ = ["duplicate_effort", "objective_tree", "time_to_answer"]

HOUR: Final = 3600.0
BINS: Final = ((4, "under 4 h"), (24, "4 to 24 h"), (72, "1 to 3 days"), (168, "3 to 7 days"))
LATER: Final = "over 7 days"
WAITING: Final = "still waiting"


def objective_tree(portfolio: Portfolio, assessment: Assessment, *, most: int = 60) -> TopLevelMixin:
    """
    Objectives below their parents, with how they do and how many projects serve each.

    Args:
        portfolio: Objectives, and contributions where they are known.
        assessment: Scores of objectives.
        most: Most objectives to show, in the order of the tree.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
        UnknownCollectionError: The portfolio knows no objectives.
    """
    alt = altair()
    ordered = list(_tree(portfolio))
    served: dict[str, int] = {}
    for edge in portfolio.contributions or ():
        served[edge.objective_id] = served.get(edge.objective_id, 0) + 1
    rows: list[dict[str, Any]] = []
    for place, (objective, depth) in enumerate(ordered[:most]):
        result = (
            assessment.of("objective", objective.id) if objective.id in assessment.rows.get("objective", {}) else None
        )
        rows.append(
            {
                "row": place,
                "depth": depth,
                "title": objective.title,
                "score": None if result is None else result.score,
                "band": UNKNOWN if result is None else result.band,
                "said": "unknown" if result is None else score_text(result.score_micro),
                "projects": served.get(objective.id, 0),
                "team": objective.team or "",
            }
        )
    unserved = sum(objective.id not in served for objective, _ in ordered)
    title = f"{counted(unserved, 'objective')} of {len(ordered)} {'has' if unserved == 1 else 'have'} no project"
    if portfolio.contributions is None:
        title = f"{counted(len(ordered), 'objective')}; which projects serve them is not known"
    subtitle = f"the first {most} of {len(ordered):,}" if len(ordered) > most else ""
    names, colours, shapes = band_scale(assessment.plan)
    base = chart_of(rows).encode(
        alt.Y("row:O", axis=None), alt.X("depth:Q", axis=None, scale=alt.Scale(domain=[0, 12]))
    )
    marks = base.mark_point(filled=True).encode(
        color=alt.Color("band:N", scale=alt.Scale(domain=names, range=colours)),
        shape=alt.Shape("band:N", scale=alt.Scale(domain=names, range=shapes)),
        size=alt.Size("projects:Q", scale=alt.Scale(range=[40, 260]), legend=alt.Legend(tickMinStep=1, format="d")),
        tooltip=["title:N", "team:N", "said:N", "band:N", "projects:Q"],
    )
    texts = base.mark_text(align="left", dx=14).encode(text="title:N")
    return titled(alt.layer(marks, texts), title, subtitle, width=640, height=22 * max(1, len(rows)))


def _tree(portfolio: Portfolio) -> Iterable[tuple[Objective, int]]:
    """Every objective after its parent, siblings by id, with how deep it lies."""
    known: Any = portfolio.records("objectives")
    children: dict[str | None, list[Objective]] = {}
    for one in sorted(known.values(), key=lambda objective: objective.id):
        children.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    waiting = [(one, 0) for one in reversed(children.get(None, []))]
    while waiting:
        one, depth = waiting.pop()
        yield one, depth
        waiting += [(child, depth + 1) for child in reversed(children.get(one.id, []))]


def time_to_answer(portfolio: Portfolio, *, now: datetime) -> TopLevelMixin:
    """
    How long customers wait for an answer, by team, with those who still wait.

    Args:
        portfolio: Interactions, of which those count that need an answer and took place by `now`.
        now: An aware moment.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
        UnknownCollectionError: The portfolio knows no interactions.
    """
    alt = altair()
    counts: dict[tuple[str, str], int] = {}
    waiting = total = 0
    touches: Any = portfolio.records("interactions").values()
    for touch in touches:
        if touch.needs_answer and touch.direction != "outbound" and touch.occurred_at <= now:
            answered = touch.answered_at if touch.answered_at is not None and touch.answered_at <= now else None
            total += 1
            waiting += answered is None
            key = (touch.team or "no team", _bin(touch.occurred_at, answered))
            counts[key] = counts.get(key, 0) + 1
    order = [name for _, name in BINS] + [LATER, WAITING]
    rows = [{"team": team, "wait": wait, "touches": number} for (team, wait), number in sorted(counts.items())]
    title = f"{waiting} of {counted(total, 'question')} still {'waits' if waiting == 1 else 'wait'} for an answer"
    drawn = chart_of(rows).mark_bar()
    drawn = drawn.encode(
        alt.X("wait:N", title="time to the answer", sort=order, axis=alt.Axis(labelAngle=0)),
        alt.Y("touches:Q", title="questions"),
        alt.Row("team:N", title=None, header=alt.Header(labelOrient="top", labelAnchor="start")),
        tooltip=["team:N", "wait:N", "touches:Q"],
    )
    return titled(drawn, title, width=480, height=110)


def _bin(asked: datetime, answered: datetime | None) -> str:
    if answered is None:
        return WAITING
    hours = (answered - asked).total_seconds() / HOUR
    return next((name for edge, name in BINS if hours < edge), LATER)


def duplicate_effort(duplicates: Iterable[Duplicate], portfolio: Portfolio, *, most: int = 20) -> TopLevelMixin:
    """
    Hours at stake where two pieces of work look like one, by customer.

    Args:
        duplicates: What was found, such as `portfolio.duplicates`.
        portfolio: Names of customers.
        most: Most customers to show; the others are one bar.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    hours: dict[str, float] = {}
    pairs = across = 0
    for found in duplicates:
        pairs += 1
        across += found.is_across_teams
        key = found.customer_id or ""
        hours[key] = hours.get(key, 0.0) + (found.hours or 0.0)
    known = portfolio.records("customers") if portfolio.customers is not None else {}
    ranked = sorted(hours.items(), key=lambda item: (-item[1], item[0]))
    rows = [{"customer": _name(known, id), "hours": amount} for id, amount in ranked[:most]]
    if len(ranked) > most:
        rows.append({"customer": f"{len(ranked) - most} others", "hours": sum(a for _, a in ranked[most:])})
    title = f"{sum(hours.values()):,.0f} hours may be spent twice, in {counted(pairs, 'pair')}"
    subtitle = f"{across} of them across teams" if pairs else ""
    drawn = chart_of(rows).mark_bar()
    drawn = drawn.encode(
        alt.X("hours:Q", title="hours at stake"),
        alt.Y("customer:N", title=None, sort=None),
        tooltip=["customer:N", alt.Tooltip("hours:Q", format=".1f")],
    )
    return titled(drawn, title, subtitle, width=480, height=24 * max(1, len(rows)))


def _name(known: Any, id: str) -> str:
    record = known.get(id)
    return "no customer" if not id else id if record is None else f"{record.name} ({id})"
