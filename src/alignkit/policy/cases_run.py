"""Runs the cases of a policy, all of them, and says what was expected and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.errors import AlignkitError
from alignkit.expressions import ir
from alignkit.expressions.evaluate import Place
from alignkit.expressions.functions import NOT_APPLICABLE, micro
from alignkit.policy.assessment import Assessment
from alignkit.policy.cases import OF_SUBJECTS, Case
from alignkit.policy.cases_given import read_given, span_of
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.coverage import Coverage, Tracer, Way, coverage_of, nodes_below
from alignkit.policy.drafted import Made, records_of
from alignkit.policy.engine import Results
from alignkit.policy.evidence import named, value_of
from alignkit.policy.findings import Finding
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import EvidenceValue

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["CaseReport", "CaseResult", "MakesFacts", "Mismatch", "run_cases"]

FULL: Final = 1_000_000

MakesFacts = Callable[..., Any]
"""Takes facts by collection, such as `Portfolio` does, and gives what a policy assesses: a portfolio or a store."""


@attrs.frozen
class Mismatch:
    """
    One expectation that was not met.

    Attributes:
        rule_id: The rule; empty for the subject as a whole.
        what: What was expected, such as `"score"` or `"evidence.told"`.
        expected: As written in the case.
        found: What came out.
    """

    rule_id: str
    what: str
    expected: Any
    found: Any

    def __str__(self) -> str:
        of = f"{self.rule_id}: " if self.rule_id else ""
        return f"{of}{self.what}: expected {_said(self.expected)}, found {_said(self.found)}"


@attrs.frozen
class CaseResult:
    """
    What came of one case.

    Attributes:
        case: The case.
        number: Its place among the cases, from 1.
        mismatches: What was not met; empty when the case passed or could not be judged.
        error: Why it could not be judged; empty where it could.
    """

    case: Case
    number: int
    mismatches: tuple[Mismatch, ...] = ()
    error: str = ""

    @property
    def has_passed(self) -> bool:
        """Whether everything was as expected."""
        return not self.mismatches and not self.error

    def __str__(self) -> str:
        head = f"{'passed' if self.has_passed else 'FAILED'} cases[{self.number}] {self.case.name}"
        return "\n".join([head, *(f"  {line}" for line in (*self.mismatches, self.error) if line)])


@attrs.frozen
class CaseReport:
    """
    What came of all cases. True in a condition when every case passed.

    Attributes:
        results: The results, in the order of the cases.
        coverage: The rules and branches that the cases went through.
    """

    results: tuple[CaseResult, ...]
    coverage: Coverage

    @property
    def failures(self) -> tuple[CaseResult, ...]:
        """The results of the cases that failed."""
        return tuple(result for result in self.results if not result.has_passed)

    def __bool__(self) -> bool:
        return not self.failures

    @property
    def summary(self) -> str:
        """The numbers on one line."""
        number, failed = len(self.results), len(self.failures)
        cases = f"{number} case{'' if number == 1 else 's'}"
        return f"{cases}: {number - failed} passed, {failed} failed; {self.coverage.summary}"

    def __str__(self) -> str:
        return "\n".join([self.summary, *map(str, self.failures), *self.coverage.gaps])


def run_cases(policy: Policy, facts: MakesFacts, *, through_engine: bool) -> CaseReport:
    """
    Run every case of a policy.

    Args:
        policy: The policy.
        facts: Makes facts of collections.
        through_engine: Whether rules are judged by assessing the facts, not by calling each rule.
    """
    results = []
    judged: set[str] = set()
    taken: set[Way] = set()
    tracers: dict[str, Tracer] = {}
    for number, case in enumerate(policy.cases, 1):
        try:
            run = _Run.of(policy, case, facts, through_engine, tracers)
            found = tuple(run.mismatches())
        except AlignkitError as error:
            results.append(CaseResult(case, number, error=str(error)))
            continue
        judged |= run.judged
        taken |= run.taken
        results.append(CaseResult(case, number, found))
    return CaseReport(tuple(results), coverage_of(policy.rules, judged, taken))


@attrs.define(slots=False)
class _Run:
    policy: Policy
    case: Case
    facts: Any
    made: Made
    now: datetime
    today: date
    through_engine: bool
    tracers: dict[str, Tracer]
    judged: set[str] = attrs.field(factory=set)
    taken: set[Way] = attrs.field(factory=set)

    @classmethod
    def of(
        cls, policy: Policy, case: Case, facts: MakesFacts, through_engine: bool, tracers: dict[str, Tracer]
    ) -> _Run:
        draft = read_given(case.given, case.now, [])
        assert draft is not None, "a policy does not hold faulty cases"
        made = records_of(draft)
        collections = {name: found for name, found in made.collections.items() if name not in draft.unknown}
        asked = policy.question(case.now)
        through_engine = through_engine and not made.scores
        return cls(policy, case, facts(**collections), made, asked.now, asked.today, through_engine, tracers)

    def mismatches(self) -> Iterator[Mismatch]:
        expect = self.case.expect
        for id in self.case.rules:
            yield from self._of_rule(self.policy.rule(id), expect)
        for word in OF_SUBJECTS:
            if word in expect and not (word == "points" and self.case.rules):
                found = self._points_of(self.subject.score_micro) if word == "points" else getattr(self.subject, word)
                if not _is_same(expect[word], found, self.now):
                    yield Mismatch("", word, expect[word], found)
        if not self.case.rules:
            self._follow_all()

    @cached_property
    def assessment(self) -> Assessment:
        return self.policy.assess(self.facts, now=self.now)

    @cached_property
    def subject(self) -> SubjectAssessment:
        return self.assessment.of(*self.made.subjects[0])

    def _finding(self, id: str) -> Finding:
        return next(one for one in (*self.subject.findings, *self.subject.gates) if one.rule_id == id)

    def _of_rule(self, rule: PolicyRule, expect: Mapping[str, Any]) -> Iterator[Mismatch]:
        state, score_micro, evidence = self._judged(rule)
        if "score" in expect:
            found = None if score_micro is None else score_micro / FULL
            if micro(float(expect["score"])) != score_micro:
                yield Mismatch(rule.id, "score", expect["score"], state if found is None else found)
        elif "state" in expect and expect["state"] != state:
            yield Mismatch(rule.id, "state", expect["state"], state)
        if "points" in expect:
            points = self._points_of(self._finding(rule.id).points_micro)
            if not _is_same(expect["points"], points, self.now):
                yield Mismatch(rule.id, "points", expect["points"], points)
        for name, wanted in expect.get("evidence", {}).items():
            if not _is_same(wanted, evidence.get(name), self.now):
                yield Mismatch(rule.id, f"evidence.{name}", wanted, evidence.get(name))

    def _points_of(self, points_micro: int | None) -> float | None:
        return None if points_micro is None else points_micro / FULL

    def _judged(self, rule: PolicyRule) -> tuple[str, int | None, Mapping[str, EvidenceValue]]:
        self.judged.add(rule.id)
        if rule.lowered is None or self.through_engine:
            finding = self._finding(rule.id)
            if rule.lowered is not None:
                self._follow(rule)
            return finding.state, finding.score_micro, {**finding.parameters, **finding.evidence}
        place, answer = self._follow(rule)
        shown = {name: value_of(node, place) for name, node in named(rule.lowered).items()}
        limits = {parameter.name: parameter.value for parameter in rule.lowered.parameters}
        return *_judged(answer), {**limits, **shown}

    def _place(self, rule: PolicyRule) -> Place:
        kept = self.facts.portfolio() if hasattr(self.facts, "portfolio") else self.facts
        kind, id = self.made.subjects[0]
        scores: Any = self.made.scores
        if not scores and _reads_scores(rule):
            scores = Results(self.policy.scoring, self.assessment.rows)
        view = kept.view(kind, id, now=self.now, exchange=self.policy.exchange, scores=scores)
        return Place(view, self.now, self.today)

    def _follow(self, rule: PolicyRule) -> tuple[Place, Any]:
        """Judge a rule on the subject, and note the branches that it took."""
        place = self._place(rule)
        if not all(map(place.subject.knows, rule.collections)):
            return place, None
        tracer = self.tracers.get(rule.id)
        if tracer is None:
            tracer = self.tracers[rule.id] = Tracer.of(rule)
        answer, ways = tracer(place)
        self.taken |= ways
        return place, answer

    def _follow_all(self) -> None:
        """A case of a whole subject goes through every rule of its kind."""
        for rule in self.policy.rules:
            if rule.record.kind == self.case.kind:
                self.judged.add(rule.id)
                if rule.lowered is not None:
                    self._follow(rule)


def _reads_scores(rule: PolicyRule) -> bool:
    return rule.lowered is not None and any(isinstance(node, ir.Score) for node in nodes_below(rule.lowered.outcome))


def _judged(answer: Any) -> tuple[str, int | None]:
    if answer is None:
        return "no_data", None
    if answer is NOT_APPLICABLE:
        return "not_applicable", None
    score = micro(answer)
    return ("scored", score) if score is not None and 0 <= score <= FULL else ("error", None)


def _is_same(wanted: Any, found: Any, now: datetime) -> bool:
    """Whether a value is the one written: numbers to six decimals, moments as moments or relative to now."""
    if isinstance(wanted, Mapping):
        return _is_described(wanted, found, now)
    if isinstance(wanted, bool) or isinstance(found, bool):
        return wanted is found
    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)):
        return micro(float(wanted)) == micro(float(found))
    if isinstance(wanted, datetime) and isinstance(found, datetime):
        return wanted == found
    return type(wanted) is type(found) and bool(wanted == found)


def _is_described(wanted: Mapping[str, Any], found: Any, now: datetime) -> bool:
    """`{ unknown = true }` for None, or a place in time such as `{ days_ago = 3 }`."""
    match list(wanted.items()):
        case [("unknown", True)]:
            return found is None
        case [(str(word), int() | float() as number)] if isinstance(found, date):
            span = span_of({word: number})
            return span is not None and found == (span.moment(now) if isinstance(found, datetime) else span.day(now))
    return False


def _said(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return "nothing known" if value is None else str(value)
