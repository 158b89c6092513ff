"""Charts of single subjects and of projects: where points went, how a score moved, what people declare."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Protocol

from alignkit.policy.assessment import Assessment
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import counted, label_of, score_text
from alignkit.reports.charts.base import BEST, NOT_KNOWN, WORST, altair, band_scale, chart_of, titled

if TYPE_CHECKING:
    from altair import TopLevelMixin

__all__ = ["declared_and_computed", "score_history", "waterfall"]

MOST_STEPS: Final = 25
HEALTHS: Final = ("on_track", "at_risk", "off_track")


class Scored(Protocol):
    """One point of a history, such as `RecordedScore`."""

    @property
    def at(self) -> datetime: ...
    @property
    def score(self) -> float | None: ...
    @property
    def band(self) -> str: ...
    @property
    def policy_version(self) -> str: ...


def waterfall(subject: SubjectAssessment, *, most: int = 15) -> TopLevelMixin:
    """
    From 100 down to the score of a subject, rule by rule, the largest loss first.

    Args:
        subject: The result to show.
        most: Most rules to show; the losses of the others are one step.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    lost = sorted((f for f in subject.findings if f.lost_micro), key=lambda f: (-f.lost_micro, f.rule_id))
    most = min(most, MOST_STEPS)
    steps = [(label_of(found.rule_id), found.lost_micro, found.team, found.message) for found in lost[:most]]
    rest = sum(found.lost_micro for found in lost[most:])
    if rest:
        steps.append((f"{len(lost) - most} others", rest, "", ""))
    rows: list[dict[str, Any]] = []
    level = 100.0
    for number, (name, micro, team, message) in enumerate(steps):
        below = level - micro / 1e6
        rows.append(
            {"n": number, "step": name, "from": level, "to": below, "lost": micro / 1e6, "team": team, "why": message}
        )
        level = below
    if subject.score is not None:
        rows.append(
            {"n": len(rows), "step": "score", "from": 0.0, "to": subject.score, "lost": None, "team": "", "why": ""}
        )
    first = f"most is lost by {steps[0][0]}" if steps else "nothing is lost"
    title = f"{subject.name}: {score_text(subject.score_micro)} of 100, {first}"
    order = [row["step"] for row in rows]
    base = chart_of(rows).encode(alt.Y("step:N", title=None, sort=order))
    bars = base.mark_bar().encode(
        alt.X("from:Q", title="points", scale=alt.Scale(domain=[0, 100])),
        x2="to",
        color=alt.condition("datum.lost == null", alt.value(BEST), alt.value(WORST)),
        tooltip=["step:N", alt.Tooltip("lost:Q", format=".2f"), "team:N", "why:N"],
    )
    texts = base.mark_text(align="left", dx=4).encode(
        alt.X("from:Q"),
        text=alt.Text("lost:Q", format="-.2f"),
        opacity=alt.condition("datum.lost == null", alt.value(0), alt.value(1)),
    )
    return titled(alt.layer(bars, texts), title, width=480, height=24 * max(1, len(rows)))


def score_history(
    history: Iterable[Scored], *, name: str = "", events: Mapping[datetime, str] | None = None
) -> TopLevelMixin:
    """
    How a score moved, with the events that may explain it.

    Args:
        history: What was recorded, such as `store.history("customer", "C-7")`; points without a score leave a gap.
        name: Whose score it is.
        events: What happened, by moment.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    points = sorted(history, key=lambda point: point.at)
    rows = [
        {"at": point.at.isoformat(), "score": point.score, "band": point.band, "policy": point.policy_version[:12]}
        for point in points
    ]
    known = [point.score for point in points if point.score is not None]
    moved = f"{known[-1] - known[0]:+.1f} points since {points[0].at.date()}" if known else "no score was recorded"
    x = alt.X("at:T", title=None)
    layers = [
        chart_of(rows)
        .mark_line(point=True)
        .encode(
            x,
            alt.Y("score:Q", scale=alt.Scale(domain=[0, 100])),
            tooltip=["at:T", alt.Tooltip("score:Q", format=".1f"), "band:N", "policy:N"],
        )
    ]
    versions = len({point.policy_version for point in points})
    if events:
        marks = chart_of({"at": at.isoformat(), "event": text} for at, text in sorted(events.items()))
        layers += [
            marks.mark_rule(color=NOT_KNOWN, strokeDash=[4, 3]).encode(x, tooltip=["at:T", "event:N"]),
            marks.mark_text(align="left", dx=4, baseline="top").encode(x, y=alt.value(2), text="event:N"),
        ]
    subtitle = f"judged by {versions} versions of the policy" if versions > 1 else ""
    title = f"{name}: {moved}" if name else moved
    return titled(alt.layer(*layers), title, subtitle, width=560, height=240)


def declared_and_computed(assessment: Assessment) -> TopLevelMixin:
    """
    What projects' own people declare against what the facts say: how many projects are in each pair.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    names, _, _ = band_scale(assessment.plan)
    found: dict[tuple[str, str], int] = {}
    hidden = 0
    best = names[0]
    for one in assessment.subjects("project"):
        declared = one.declared_health or "not declared"
        found[declared, one.band] = found.get((declared, one.band), 0) + 1
        hidden += declared == "on_track" and one.band not in (best, names[-1])
    rows: list[dict[str, Any]] = [
        {"declared": label_of(declared), "computed": band, "projects": number}
        for (declared, band), number in sorted(found.items())
    ]
    title = f"{counted(hidden, 'project')} declared on track {'is' if hidden == 1 else 'are'} below {best}"
    known = [label_of(health) for health in HEALTHS]
    others = sorted({row["declared"] for row in rows} - set(known))
    base = chart_of(rows).encode(
        alt.X("computed:N", title="computed from facts", sort=names, axis=alt.Axis(labelAngle=0)),
        alt.Y("declared:N", title="declared", sort=[*known, *others]),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("projects:Q", scale=alt.Scale(scheme="cividis", reverse=True), legend=None)
    )
    texts = base.mark_text(fontSize=13, fontWeight="bold").encode(
        text="projects:Q",
        color=alt.condition(
            f"datum.projects > {max(found.values(), default=0) / 2}", alt.value("white"), alt.value("black")
        ),
    )
    return titled(alt.layer(cells, texts), title, width=360, height=180)
