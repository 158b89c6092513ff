"""
The way from one assessment to another in steps with one origin each: time passes, facts change, the policy changes.

Owns judging again what lies between two assessments. The order is fixed: first the earlier facts at the later moment,
then the later facts, then the later policy. What happened between the two moments counts as changed facts, also where
the earlier facts already held it. Where the facts that were judged are not at hand there is one step of unknown origin.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.policy.assessment import Assessment
from alignkit.policy.engine import Run, run
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import Facts, shape_of
from alignkit.policy.findings import Explainer
from alignkit.policy.model import KINDS as COLLECTION_OF
from alignkit.policy.model import MOMENTS, SUBJECTS
from alignkit.policy.plan import make_plan
from alignkit.policy.question import LaterExplainer
from alignkit.policy.scoring import NO_DATA, subject_total
from alignkit.policy.subject import Row, SubjectAssessment

__all__ = ["Origin", "Step", "data_first", "steps_between"]

Origin = Literal["evidence", "time", "policy", "missing_data", "unknown"]
"""
What made points move: facts changed; only time passed; the policy is another; data came or went, so that a rule can
judge now and could not, or the reverse; or the facts that were judged are not at hand to tell.
"""


@attrs.frozen(eq=False)
class Step:
    """
    A part of the way between two assessments.

    Attributes:
        origin: What changes in it.
        before: The assessment at its beginning.
        after: The assessment at its end.
        unsure: Kind and id of subjects that other facts were judged for than are at hand.
    """

    origin: Origin
    before: Assessment
    after: Assessment
    unsure: frozenset[tuple[str, str]] = frozenset()


class _Cuttable(Facts, Protocol):
    def without(self, *, dangling: Any, **ids: Any) -> _Cuttable: ...


def steps_between(
    before: Assessment, after: Assessment, facts: tuple[Facts | None, Facts | None] = (None, None)
) -> tuple[Step, ...]:
    """
    The steps from one assessment to another, at least one; their rows follow on one another.

    Args:
        before: The earlier assessment.
        after: The later one.
        facts: What each was made of, where the assessments do not hold it themselves.
    """
    origins: list[Origin] = ["time"] if before.now != after.now else []
    is_same_policy = before.plan == after.plan
    mine, theirs = _explainer(before.explainer, facts[0]), _explainer(after.explainer, facts[1])
    if not origins and is_same_policy:
        origin: Origin = "unknown" if mine is None or theirs is None else "evidence"
        return (Step(origin, before, after),)
    if mine is None or theirs is None:
        return (Step("unknown", before, after),)
    points = [before]
    unsure: set[tuple[str, str]] = set() if facts[0] is None else _unlike(before, _judged(mine, mine.facts, before.now))
    if origins:
        rows = _judged(mine, _without_news(mine.facts, before.now, after.now), after.now)
        points.append(_between(before, rows, after.now))
    if not is_same_policy:
        origins.append("evidence")
        if theirs.facts is mine.facts and len(points) == 1:
            origins.pop()
        else:
            points.append(_between(before, _judged(mine, theirs.facts, after.now), after.now))
        if facts[1] is not None:
            unsure |= _unlike(after, _judged(theirs, theirs.facts, after.now))
    origins.append("evidence" if is_same_policy else "policy")
    points.append(after)
    return tuple(
        Step(origin, *pair, frozenset(unsure)) for origin, pair in zip(origins, itertools.pairwise(points), strict=True)
    )


def data_first(before: SubjectAssessment, after: SubjectAssessment) -> SubjectAssessment:
    """The first subject with only those outcomes of the second where data came or went; both under one plan."""
    codes = tuple(
        new if (old == NO_DATA) != (new == NO_DATA) else old for old, new in zip(before.codes, after.codes, strict=True)
    )
    if codes == before.codes:
        return before
    if codes == after.codes:
        return after
    row: Row = (subject_total(before.plan, before.kind, codes), *codes)
    return attrs.evolve(before, row=row)


def _explainer(explainer: Explainer, facts: Facts | None) -> FactsExplainer | None:
    """Who can judge again; None where the facts are not at hand."""
    if isinstance(explainer, LaterExplainer):
        asked = explainer.question
        if facts is None:
            return explainer.ready
        held = getattr(facts, "portfolio", None)
        known = facts if held is None else held()
        rules, rows = explainer.rules, explainer.answer.rows
        return FactsExplainer(known, rules, asked.scoring, rows, asked.now, asked.today, asked.exchange, asked.zone)
    if not isinstance(explainer, FactsExplainer) or not hasattr(explainer.facts, "without"):
        return None
    return explainer if facts is None else attrs.evolve(explainer, facts=facts)


def _judged(explainer: FactsExplainer, facts: Facts, now: datetime) -> Mapping[str, Mapping[str, Row]]:
    """The rows of other facts or of another moment, under the policy that the explainer explains."""
    plan = make_plan(tuple(explainer.rules.values()), explainer.scoring.missing == "zero")
    today = now.astimezone(ZoneInfo(explainer.zone)).date()
    facts = facts.plain()
    compiled = plan.compiled_for(shape_of(facts), now, explainer.exchange)
    caches: dict[str, dict[int, tuple[int, ...]]] = {kind: {} for kind in SUBJECTS}
    prepared = Run(plan, explainer.scoring, facts, now, today, explainer.exchange, False, caches, compiled)
    run(prepared)
    return prepared.rows


def _between(before: Assessment, rows: Mapping[str, Mapping[str, Row]], now: datetime) -> Assessment:
    return attrs.evolve(before, rows=rows, now=now)


def _unlike(assessment: Assessment, rows: Mapping[str, Mapping[str, Row]]) -> set[tuple[str, str]]:
    """The subjects that other facts than these were judged for."""
    return {
        (kind, id)
        for kind in SUBJECTS
        for id, row in assessment.rows.get(kind, {}).items()
        if rows.get(kind, {}).get(id) != row
    }


def _without_news(facts: Facts, since: datetime, until: datetime) -> Facts:
    """The facts without what happened after one moment and until another; what is planned for later stays."""
    gone: dict[str, list[str]] = {}
    changed: dict[str, list[Any]] = {}
    for kind, name in COLLECTION_OF.items():
        if name not in facts.given:
            continue
        own, later = MOMENTS.get(kind), _later_moments(name)
        for fact in facts.records(name).values() if own or later else ():
            moment = getattr(fact, own) if own else None
            if moment is not None and since < moment <= until:
                gone.setdefault(name, []).append(fact.id)
            elif later:
                hidden = dict(_hidden(fact, later, since, until))
                if hidden:
                    changed.setdefault(name, []).append(attrs.evolve(fact, **hidden))
    if changed:
        facts = facts.with_(**changed)
    known: _Cuttable = facts  # type: ignore[assignment]  # `_explainer` saw that it can
    return known.without(dangling="unlink", **gone) if gone else facts


def _hidden(fact: Any, fields: Sequence[str], since: datetime, until: datetime) -> Iterator[tuple[str, None]]:
    for field in fields:
        moment = getattr(fact, field)
        if moment is not None and since < moment <= until:
            yield field, None


@functools.cache
def _later_moments(collection: str) -> tuple[str, ...]:
    """The fields that say when something happened to a fact after it began; they may be unknown."""
    own = {name for kind, name in MOMENTS.items() if COLLECTION_OF[kind] == collection}
    fields = attrs.fields(COLLECTIONS[collection])
    return tuple(f.name for f in fields if f.name.endswith("_at") and f.default is None and f.name not in own)
