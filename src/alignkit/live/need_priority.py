"""
Priority by rules over needs, each of which says what it gave and why.

Owns how rules of the language are bound to needs and how their answers become points: 100 x (sum of weight x answer)
/ (sum of the weights of all rules that apply), in whole millionths. Policies judge subjects; a need is none, so these
rules stand in a value of their own. Their text is data like any other rule's: it is checked and lowered, never run.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, Self

import attrs

from alignkit.display import Displayed, Shown, Table
from alignkit.domain import AlignmentRule
from alignkit.domain.rule import ParameterValue
from alignkit.errors import NotFoundError, PolicyError
from alignkit.expressions.context import FunctionText, Language, Report, nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.functions import NOT_APPLICABLE, micro
from alignkit.expressions.lower import Lowered, lower_rule
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.rule import Rule
from alignkit.policy.scopes import FunctionScope, TextScope, language
from alignkit.policy.wording import filled, inert, label_of

__all__ = ["NeedRule", "Priority", "Reason"]

NEED: Final = "need"
MILLION: Final = 1_000_000
_QUIET: Final = {"no_data": "no data", "not_applicable": "does not apply", "error": "its answer lies outside 0..1"}


@attrs.frozen
class Reason:
    """
    What one rule said of one need.

    Attributes:
        rule_id: The rule.
        points: Points of priority it gave, 0..100; those of all rules add up to the priority.
        most: Points it could have given.
        state: `"scored"`, `"no_data"`, `"not_applicable"`, or `"error"` for an answer outside 0..1.
        text: Its message with the evidence; that it gave nothing, where it gave nothing.
        action: What would settle it; empty when the rule names nothing.
        team: Whose move that is.
    """

    rule_id: str
    points: float
    most: float
    state: str
    text: str
    action: str
    team: str

    @property
    def is_move(self) -> bool:
        """Whether there is something to do about it."""
        return self.points > 0 and bool(self.action)


@attrs.frozen(slots=False)
class NeedRule:
    """
    A rule over needs in its checked form.

    Attributes:
        record: What is stored of it.
        lowered: Its checked form.
    """

    record: AlignmentRule
    lowered: Lowered = attrs.field(eq=False, repr=False)

    @property
    def id(self) -> str:
        """Id of the rule."""
        return self.record.id

    @functools.cached_property
    def collections(self) -> frozenset[str]:
        """The collections without which it has no data."""
        return frozenset(KINDS[kind] for kind in self.lowered.kinds)

    def answer(self, view: Any, now: datetime, today: date) -> tuple[int | None, str]:
        """Its answer in millionths, and the state of it."""
        if not all(map(view.knows, self.collections)):
            return None, "no_data"
        outcome = evaluate(self.lowered.outcome, Place(view, now, today))
        if outcome is NOT_APPLICABLE:
            return None, "not_applicable"
        score = micro(outcome)
        if score is None:
            return None, "no_data"
        return (score, "scored") if 0 <= score <= MILLION else (None, "error")

    def said(self, view: Any, now: datetime, today: date) -> str:
        """Its message with the evidence."""
        if "{" not in self.record.message:
            return inert(self.record.message)
        place = Place(view, now, today)
        evidence = {one.name: one.value for one in self.lowered.parameters}
        evidence |= {one.name: evaluate(one.node, place) for one in self.lowered.locals}
        return filled(self.record.message, {name: value for name, value in evidence.items() if _is_plain(value)})


def _is_plain(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool, date))


@functools.cache
def _language() -> Language:
    """The rule language with needs as what is judged; scores of subjects come later and cannot be read."""
    known = language()
    return attrs.evolve(known, model=attrs.evolve(known.model, order=(NEED, *SUBJECTS)))


def _compiled(given: Rule[..., Any] | AlignmentRule | NeedRule) -> NeedRule:
    if isinstance(given, NeedRule):
        return given
    report = Report(given.id)
    if isinstance(given, AlignmentRule):
        text = FunctionText(given.id, given.text, TextScope(given.constants, given.helpers), given.parameters)
    elif given.source is None:
        raise PolicyError([Diagnostic("Opaque", f"{given.fault}; a rule over needs must be readable", given.id)])
    else:
        text = FunctionText(given.id, given.source.text, FunctionScope(given.function), {})
    lowered = lower_rule(text, _language(), report)
    faults = [one for one in report.diagnostics if one.severity == "error"]
    if lowered is not None and lowered.kind != NEED:
        message = f"the rule judges a {lowered.kind}; priority is judged on a need: def name(need: NeedView)"
        faults.append(Diagnostic("RuleShape", message, given.id))
    if given.weight < 1:
        faults.append(Diagnostic("PolicyInvalid", f"weight is a positive whole number, got {given.weight}", given.id))
    if faults or lowered is None:
        raise PolicyError(faults)
    if isinstance(given, AlignmentRule):
        record = given
    else:
        record = AlignmentRule(
            id=given.id,
            kind=NEED,
            dimension=given.dimension,
            weight=given.weight,
            text=text.text,
            constants=lowered.constants,
            helpers=lowered.helpers,
            message=given.message,
            action=given.action,
            team=given.team,
        )
    if not record.message and lowered.doc:
        record = attrs.evolve(record, message=" ".join(lowered.doc.split("\n\n")[0].split()))
    return NeedRule(record, lowered)


def _all(given: Iterable[Rule[..., Any] | AlignmentRule | NeedRule]) -> tuple[NeedRule, ...]:
    found = tuple(map(_compiled, given))
    twice = sorted({one.id for one in found if sum(other.id == one.id for other in found) > 1})
    if twice:
        raise PolicyError([Diagnostic("PolicyInvalid", "there are two rules of this id", id) for id in twice])
    return found


@attrs.frozen
class Priority(Displayed):
    """
    The rules by which needs are ranked.

    Attributes:
        rules: Decorated functions over a `NeedView`, or stored rules of kind `"need"`; the order is that of reasons.

    Raises:
        PolicyError: A rule is not one that can judge needs, or two have one id.
    """

    rules: tuple[NeedRule, ...] = attrs.field(converter=_all)

    @classmethod
    def default(cls) -> Priority:
        """The rules that alignkit ships; see `alignkit.live.need_rules`."""
        return _default()

    def with_rules(self, *rules: Rule[..., Any] | AlignmentRule) -> Self:
        """With more rules; one of a known id takes the place of the old one."""
        added = _all(rules)
        ids = {rule.id for rule in added}
        return attrs.evolve(self, rules=(*(rule for rule in self.rules if rule.id not in ids), *added))

    def without(self, *ids: str) -> Self:
        """
        Without some rules.

        Raises:
            NotFoundError: There is no rule of an id.
        """
        for id in ids:
            self._rule(id)
        return attrs.evolve(self, rules=tuple(rule for rule in self.rules if rule.id not in ids))

    def with_params(self, rule_id: str, /, **thresholds: ParameterValue) -> Self:
        """
        With other thresholds of one rule.

        Raises:
            NotFoundError: There is no such rule.
            PolicyError: It has no such threshold, or the value does not fit.
        """
        old = self._rule(rule_id)
        record = attrs.evolve(old.record, parameters={**old.record.parameters, **thresholds})
        return attrs.evolve(self, rules=tuple(_compiled(record) if rule is old else rule for rule in self.rules))

    def with_weight(self, rule_id: str, weight: int, /) -> Self:
        """
        With another weight of one rule, a positive whole number.

        Raises:
            NotFoundError: There is no such rule.
            PolicyError: The weight is not positive.
        """
        old = self._rule(rule_id)
        changed = _compiled(attrs.evolve(old.record, weight=weight))
        return attrs.evolve(self, rules=tuple(changed if rule is old else rule for rule in self.rules))

    def _rule(self, id: str) -> NeedRule:
        for rule in self.rules:
            if rule.id == id:
                return rule
        near = nearest(id, [rule.id for rule in self.rules])
        raise NotFoundError("rule", id, (near,) if near else ())

    def reasons(self, view: Any, now: datetime, today: date) -> tuple[Reason, ...]:
        """What every rule says of a need, given as a view as of `now`, in the order of the rules."""
        answers = [(rule, *rule.answer(view, now, today)) for rule in self.rules]
        whole = sum(rule.record.weight for rule, _, state in answers if state != "not_applicable")
        found = []
        for rule, score, state in answers:
            record = rule.record
            most = 0.0 if state == "not_applicable" else 100 * record.weight / whole
            points = 0.0 if score is None else 100 * record.weight * score / (whole * MILLION)
            text = rule.said(view, now, today) if score else f"{label_of(rule.id)}: {_QUIET.get(state, 'no')}"
            found.append(Reason(rule.id, points, most, state, text, record.action, record.team))
        return tuple(found)

    def _shown(self) -> Shown:
        rows = ((label_of(r.id), str(r.record.weight), r.record.action, r.record.team) for r in self.rules)
        table = Table.first(("rule", "weight#", "next", "team"), rows, len(self.rules))
        return Shown("Priority of needs", (f"{len(self.rules)} rules",), (table,))


@functools.cache
def _default() -> Priority:
    from alignkit.live.need_rules import RULES

    return Priority(RULES)
