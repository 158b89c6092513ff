"""
A policy: rules with the weights of their dimensions, the bands, and what is done where data is missing.

A frozen value. Every change makes another policy; the version is a hash of everything that can change a score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, Self, cast
from zoneinfo import ZoneInfo

import attrs

from alignkit.display import Displayed, Shown
from alignkit.domain import AlignmentRule
from alignkit.domain.money import Exchange
from alignkit.domain.rule import ParameterValue
from alignkit.errors import NotFoundError, PolicyError, RuleFailedError, ValidationError
from alignkit.expressions.context import nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.fingerprint import fingerprint
from alignkit.expressions.source import code_digest
from alignkit.policy.assessment import Assessment
from alignkit.policy.cases import Case, as_cases, case_diagnostics, without_rules
from alignkit.policy.compare import Comparison, compare
from alignkit.policy.compiled import PolicyRule, compile_record, compile_rule
from alignkit.policy.engine import Run, run, run_customers, run_subjects
from alignkit.policy.evidence import FactsExplainer
from alignkit.policy.facts import Facts, KeepsFacts, shape_of
from alignkit.policy.faulty import FaultyRows
from alignkit.policy.model import SUBJECTS
from alignkit.policy.plan import Plan, make_plan
from alignkit.policy.policy_faults import policy_faults, strictly
from alignkit.policy.python_only import on_engine
from alignkit.policy.question import Answer, JudgesItself, JudgesRules, LaterExplainer, Question, ReadsByKey
from alignkit.policy.rule import Rule
from alignkit.policy.scoring import ERROR, Missing, RuleSpec, ScoringPlan
from alignkit.policy.sensitivity import Sensitivity, measure
from alignkit.policy.spans import NOW
from alignkit.policy.stream import needs_memory
from alignkit.policy.subject import Basis, SubjectAssessment
from alignkit.policy.untouched import Untouched
from alignkit.policy.verify import Verification, chosen, compared

if TYPE_CHECKING:
    from alignkit.policy.cases_run import CaseReport, MakesFacts
    from alignkit.policy.lint import LintFinding
    from alignkit.policy.replay import Remembers, Replay

__all__ = ["LANGUAGE_VERSION", "Policy"]

LANGUAGE_VERSION: Final = "1"
DEFAULT_BANDS: Final[Mapping[str, float]] = {"green": 70.0, "amber": 40.0, "red": 0.0}
MICRO_PER_POINT: Final = 1_000_000
EARLIEST_YEAR: Final = 1001
LATEST_YEAR: Final = 8999


def _compiled(rules: Iterable[Rule[..., Any] | AlignmentRule | PolicyRule]) -> tuple[PolicyRule, ...]:
    found = []
    for given in rules:
        if isinstance(given, PolicyRule):
            found.append(given)
        elif isinstance(given, AlignmentRule):
            found.append(compile_record(given))
        elif isinstance(given, Rule):
            found.append(compile_rule(given))
        else:
            raise ValidationError(
                f"expected a function decorated with @rule or @gate, or an AlignmentRule, got {given!r}",
                entity="Policy",
                field="rules",
            )
    return tuple(sorted(found, key=lambda rule: rule.id))


def _plain(mapping: Mapping[str, Any] | None) -> dict[str, Any]:
    return dict(mapping or {})


@attrs.frozen(slots=False, repr=False)
class Policy(Displayed):
    """
    Rules that judge how well promise and delivery are aligned.

    Attributes:
        rules: Rules and gates in id order.
        dimensions: Weight of each dimension, whole numbers, in the order in which they are shown.
        bands: Lower edge (points, inclusive) of each band; one of them is 0.
        minimum_coverage: Coverage, 0..1, under which a subject's band is `"unknown"`.
        missing: `"renormalise"` leaves rules without data out of the score, `"zero"` counts them as nothing won.
        exchange: The currency that rules calculate in, with rates; None where all amounts are in one.
        zone: IANA name of the time zone in which `today` begins.
        name: What people call the policy; not part of the version.
        strict: Whether opaque rules are refused and failing rules raise.
        cases: What rules are to say of small facts, run by `test`; not part of the version.
    """

    rules: tuple[PolicyRule, ...] = attrs.field(converter=_compiled)
    dimensions: Mapping[str, int] = attrs.field(factory=dict, converter=_plain, kw_only=True)
    bands: Mapping[str, float] = attrs.field(factory=lambda: DEFAULT_BANDS, converter=_plain, kw_only=True)
    minimum_coverage: float = attrs.field(default=0.5, kw_only=True)
    missing: Missing = attrs.field(default="renormalise", kw_only=True)
    exchange: Exchange | None = attrs.field(default=None, kw_only=True)
    zone: str = attrs.field(default="UTC", kw_only=True)
    name: str = attrs.field(default="", kw_only=True, eq=False)
    strict: bool = attrs.field(default=False, kw_only=True, eq=False)
    cases: tuple[Case, ...] = attrs.field(default=(), converter=as_cases, kw_only=True, eq=False)

    def __attrs_post_init__(self) -> None:
        faults = [d for d in self.check() if d.severity == "error"]
        if faults:
            raise PolicyError(faults)

    @classmethod
    def default(cls, *, strict: bool = False) -> Policy:
        """The policy that alignkit ships: the measures of the trade in six dimensions, every rule readable."""
        from alignkit.policy.defaults import DIMENSIONS, GATES, RULES

        return Policy([*RULES, *GATES], dimensions=DIMENSIONS, name="alignkit default", strict=strict)

    @classmethod
    def from_toml(cls, source: str | Path) -> Policy:
        """
        Read a policy from a TOML file, or from TOML text.

        Args:
            source: A path, or text with at least one line break.

        Raises:
            PolicyError: With every fault of every rule.
        """
        from alignkit.policy.toml import read_policy

        return read_policy(source)

    def to_toml(self) -> str:
        """The policy as TOML text, from which `from_toml` makes an equal one."""
        from alignkit.policy.toml import write_policy

        return write_policy(self)

    @staticmethod
    def toml_schema() -> dict[str, Any]:
        """The JSON Schema (draft 2020-12) of policy files, for editors that check and complete TOML."""
        from alignkit.policy.toml_schema import shipped_schema

        return shipped_schema()

    def __reduce__(self) -> tuple[Any, ...]:
        state = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(Policy)
            if field.init and field.name != "rules"
        }
        return _rebuilt, (list(self.rules), state)

    def __repr__(self) -> str:
        return f"<Policy {self.name or 'without a name'}: {len(self.rules)} rules, version {self.version[:12]}>"

    def __iter__(self) -> Any:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, id: object) -> bool:
        return any(rule.id == id for rule in self.rules)

    def rule(self, id: str) -> PolicyRule:
        """
        Give a rule by id.

        Raises:
            NotFoundError: There is none of that id.
        """
        for found in self.rules:
            if found.id == id:
                return found
        near = nearest(id, [rule.id for rule in self.rules])
        raise NotFoundError("rule", id, (near,) if near else ())

    @cached_property
    def version(self) -> str:
        """Hash of everything that can change a score: rules as checked, thresholds, weights, bands, the language."""
        rates = None if self.exchange is None else {c: str(r.normalize()) for c, r in self.exchange.rates.items()}
        content = {
            "language": LANGUAGE_VERSION,
            "rules": [_identity(rule) for rule in self.rules],
            "dimensions": sorted(self.dimensions.items()),
            "bands": sorted((name, float(edge)) for name, edge in self.bands.items()),
            "minimum_coverage": float(self.minimum_coverage),
            "missing": self.missing,
            "exchange": None if self.exchange is None else [self.exchange.currency, rates],
            "zone": self.zone,
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def check(self) -> tuple[Diagnostic, ...]:
        """Every fault and warning of the policy, in the order of rules and places."""
        found: list[Diagnostic] = []
        for rule in self.rules:
            found.extend(strictly(rule.diagnostics) if self.strict else rule.diagnostics)
        found.extend(policy_faults(self))
        found.extend(case_diagnostics(self))
        return tuple(found)

    def with_rules(self, *rules: Rule[..., Any] | AlignmentRule | PolicyRule, replace: bool = False) -> Self:
        """
        The policy with more rules. A dimension that is new gets weight 1.

        Args:
            *rules: Decorated functions or stored rules.
            replace: Whether a rule of a known id takes the place of the old one.

        Raises:
            PolicyError: An id is known and `replace` is not set, or a rule has faults.
        """
        added = _compiled(rules)
        known = {rule.id for rule in self.rules}
        clashes = [rule.id for rule in added if rule.id in known]
        if clashes and not replace:
            raise PolicyError(
                [
                    Diagnostic(
                        "PolicyInvalid",
                        "there is a rule of this id; pass replace=True to put this one in its place",
                        id,
                    )
                    for id in clashes
                ]
            )
        kept = [rule for rule in self.rules if rule.id not in clashes]
        dimensions = dict(self.dimensions)
        for rule in added:
            if rule.record.dimension:
                dimensions.setdefault(rule.record.dimension, 1)
        return attrs.evolve(self, rules=[*kept, *added], dimensions=dimensions)

    def without(self, *ids: str) -> Self:
        """
        The policy without some rules; a dimension that is left without rules goes too.

        Raises:
            NotFoundError: There is no rule of an id.
        """
        for id in ids:
            self.rule(id)
        kept = [rule for rule in self.rules if rule.id not in ids]
        used = {rule.record.dimension for rule in kept}
        dimensions = {name: weight for name, weight in self.dimensions.items() if name in used}
        return attrs.evolve(self, rules=kept, dimensions=dimensions, cases=without_rules(self.cases, ids))

    def with_weights(self, weights: Mapping[str, int]) -> Self:
        """
        The policy with other weights of rules (by id) or dimensions (by name).

        Raises:
            PolicyError: A name is neither, or a weight is not a positive whole number.
        """
        dimensions = dict(self.dimensions)
        changed: dict[str, PolicyRule] = {}
        faults = []
        for name, weight in weights.items():
            if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= 1_000_000:
                faults.append(
                    Diagnostic("PolicyInvalid", f"weight is a whole number from 1 to 1000000, got {weight!r}", name)
                )
            elif name in dimensions:
                dimensions[name] = weight
            elif name in self and not self.rule(name).is_gate:
                rule = self.rule(name)
                changed[name] = attrs.evolve(rule, record=attrs.evolve(rule.record, weight=weight))
            else:
                near = nearest(name, [*dimensions, *(rule.id for rule in self.rules)])
                faults.append(
                    Diagnostic(
                        "PolicyInvalid", f"{name!r} is neither a rule with a weight nor a dimension", suggestion=near
                    )
                )
        if faults:
            raise PolicyError(faults)
        return attrs.evolve(self, rules=[changed.get(rule.id, rule) for rule in self.rules], dimensions=dimensions)

    def with_params(self, parameters: Mapping[str, ParameterValue]) -> Self:
        """
        The policy with other thresholds.

        Args:
            parameters: Values by `"rule_id.threshold"`.

        Raises:
            PolicyError: There is no such rule or threshold, or a value does not fit.
        """
        chosen: dict[str, dict[str, ParameterValue]] = {}
        faults = []
        for path, value in parameters.items():
            id, _, name = path.partition(".")
            if path not in self._thresholds():
                near = nearest(
                    path, [known for known in self._thresholds() if id not in self or known.startswith(f"{id}.")]
                )
                message = f"{id!r} has no threshold {name!r}" if id in self else f"there is no rule {id!r} in {path!r}"
                faults.append(Diagnostic("PolicyInvalid", message, id if id in self else "", suggestion=near))
            else:
                chosen.setdefault(id, {})[name] = value
        if faults:
            raise PolicyError(faults)
        return attrs.evolve(self, rules=[_with_parameters(rule, chosen.get(rule.id, {})) for rule in self.rules])

    def with_exchange(self, exchange: Exchange | None) -> Self:
        """The policy calculating in another currency; None where all amounts are in one."""
        return attrs.evolve(self, exchange=exchange)

    def _thresholds(self) -> list[str]:
        return [f"{rule.id}.{name}" for rule in self.rules for name in rule.thresholds]

    @cached_property
    def plan(self) -> Plan:
        """What is computed, in which order."""
        return make_plan(self.rules, self.missing == "zero")

    @cached_property
    def scoring(self) -> ScoringPlan:
        """How outcomes become points."""
        edges = sorted(
            ((name, round(edge * MICRO_PER_POINT)) for name, edge in self.bands.items()), key=lambda b: -b[1]
        )
        return ScoringPlan(
            dimensions=self.dimensions,
            rules={kind: [_spec(rule) for rule in rules] for kind, rules in self.plan.rules.items()},
            bands=edges,
            minimum_coverage_micro=round(self.minimum_coverage * 100 * MICRO_PER_POINT),
            missing=self.missing,
            policy_version=self.version,
        )

    def assess(
        self, facts: Facts | JudgesItself, *, now: datetime, customers: Sequence[str] | None = None
    ) -> Assessment:
        """
        Judge facts at a moment.

        Args:
            facts: A `Portfolio`, or a store.
            now: An aware moment; what lies after it had not happened.
            customers: Ids of the only customers to judge, with their projects and what these rest on; the portfolio
                as a whole is then not judged. The cost follows what is judged, not the size of the portfolio.

        Returns:
            The assessment of every subject. Explanations are worked out when they are looked at.

        Raises:
            PolicyError: Amounts are in several currencies and the policy has no exchange.
            RuleChangedError: Something that a rule reads changed since the policy was made.
            RuleFailedError: A rule failed and the policy is strict.
            ValidationError: `now` is not an aware datetime, or so far away that rules cannot count from it.
        """
        now = self._checked(now)
        # not isinstance: testing for a protocol costs more than judging a customer
        if hasattr(facts, "judge"):
            return self._assess_elsewhere(cast("JudgesItself", facts), now, customers)
        if hasattr(facts, "portfolio"):
            facts = cast("KeepsFacts", facts).portfolio()
        prepared = self._prepared(facts if customers is not None else facts.plain(), now)
        if customers is None:
            run(prepared)
        else:
            run_customers(prepared, customers)
        if self.strict:
            self._raise_errors(prepared)
        explainer = FactsExplainer.of(prepared, self._by_id, self.zone)
        rows = prepared.rows if customers is None else {kind: rows for kind, rows in prepared.rows.items() if rows}
        return Assessment(self.scoring, now, rows, explainer, self._opaque)

    def _checked(self, now: datetime) -> datetime:
        """The moment in UTC, after a look at what rules read from the host."""
        if not isinstance(now, datetime) or now.utcoffset() is None:
            raise ValidationError(f"expected an aware datetime, got {now!r}", entity="assess", field="now", value=now)
        if not EARLIEST_YEAR <= now.year <= LATEST_YEAR:
            reason = f"expected a moment between the years {EARLIEST_YEAR} and {LATEST_YEAR}, got {now.isoformat()}"
            raise ValidationError(reason, entity="assess", field="now", value=now)
        self.check_unchanged()
        return now.astimezone(UTC)

    def check_unchanged(self) -> None:
        """
        Make sure that what the rules read still is what it was when the policy was made.

        Raises:
            RuleChangedError: A captured value or the code of a function is another one now.
        """
        if not self._watched.is_untouched():
            for rule in self.rules:
                rule.check_unchanged()

    @cached_property
    def _watched(self) -> Untouched:
        return Untouched.of(watch for rule in self.rules for watch in rule.watches)

    def _assess_elsewhere(self, facts: JudgesItself, now: datetime, customers: Sequence[str] | None) -> Assessment:
        if customers is not None and hasattr(facts, "by_key"):
            reads = cast("ReadsByKey", facts)
            with reads.by_key(one_currency=self.exchange is None, customers=customers) as near:
                return self.assess(near, now=now, customers=customers)
        if customers is not None or not self._is_judged_there(facts):
            return self.assess(facts.portfolio(), now=now, customers=customers)
        question = self._question_for(facts, now)
        answer = facts.judge(question)
        if self.strict:
            self._refuse_errors(answer.rows, answer.faults)
        later = answer.explainer
        explainer = LaterExplainer(question, answer, self._by_id) if later is None else later(self._by_id)
        return Assessment(self.scoring, now, answer.rows, explainer, self._opaque, faults=answer.faults)

    def _is_judged_there(self, facts: JudgesItself) -> bool:
        plan = self._plan_for(facts)
        is_plain = plan is self.plan and not self._opaque
        return is_plain or (getattr(facts, "judges_opaque", False) and not needs_memory(plan))

    def _plan_for(self, facts: object) -> Plan:
        """The plan, rules that the engine of these facts cannot say being judged natively."""
        engine = getattr(facts, "engine", "")
        if engine not in self._plans:
            rules = tuple(on_engine(rule, engine) for rule in self.rules)
            same = all(one is other for one, other in zip(rules, self.rules, strict=True))
            self._plans[engine] = self.plan if same else make_plan(rules, self.missing == "zero")
        return self._plans[engine]

    @cached_property
    def _plans(self) -> dict[str, Plan]:
        return {}

    def _question_for(self, facts: object, now: datetime) -> Question:
        question, plan = self._question(now), self._plan_for(facts)
        if plan is self.plan:
            return question
        # other statements than those of the policy itself, and so kept under another name
        scoring = attrs.evolve(self.scoring, policy_version=f"{self.version} on {getattr(facts, 'engine', '')}")
        return attrs.evolve(question, plan=plan, scoring=scoring)

    def _refuse_errors(
        self, rows: Mapping[str, Mapping[str, tuple[int, ...]]], faults: Sequence[FaultyRows] = ()
    ) -> None:
        for kind, found in rows.items():
            if not self.plan.rules[kind] or ERROR not in chain.from_iterable(found.values()):
                continue
            id, row = next((id, row) for id, row in found.items() if ERROR in row)
            failed = self.plan.rules[kind][row.index(ERROR) - 1]
            reason = "answered a number outside 0..1"
            if faults:
                reason = f"reads rows that are refused ({'; '.join(map(str, faults[:3]))}), or {reason}"
            raise RuleFailedError(failed.id, kind, id, reason)

    def iter_assess(self, facts: Facts | JudgesItself, *, now: datetime) -> Iterator[SubjectAssessment]:
        """
        Judge facts at a moment, one subject after another.

        A store hands subjects out while it finds them, so that the memory taken does not grow with their number; its
        snapshot stays open until the last one is taken or the iterator is closed. Policies with opaque rules, and
        facts in memory, are judged at once and then handed out.

        Args:
            facts: A `Portfolio`, or a store.
            now: An aware moment; what lies after it had not happened.

        Returns:
            The subjects, kind by kind in the order of scoring, in any order within a kind.

        Raises:
            The same as `assess`, when the first subject is asked for.
        """
        if self._opaque or not hasattr(facts, "judged") or self._plan_for(facts) is not self.plan:
            yield from self.assess(facts, now=now)
            return
        now = self._checked(now)
        store = cast("JudgesRules", facts)
        question = self._question(now)
        rows: dict[str, dict[str, tuple[int, ...]]] = {kind: {} for kind in SUBJECTS}
        basis = Basis(self.scoring, now, LaterExplainer(question, Answer(rows, store.portfolio), self._by_id))
        for kind, id, row in store.judged(question):
            if self.strict:
                self._refuse_errors({kind: {id: row}})
            yield SubjectAssessment(basis, kind, id, row)

    def verify(self, facts: JudgesItself, *, now: datetime, sample: int | None = 500) -> Verification:
        """
        Compare what a store says of its facts with what the native engine says.

        Args:
            facts: A store.
            now: An aware moment.
            sample: How many subjects are compared, always the same ones of the same ids; only their facts are read.
                None compares all of them and the portfolio as a whole, which loads everything.

        Returns:
            The differences, true in a condition when there is none. Facts that change meanwhile can show as some.
        """
        now = self._checked(now)
        question = self._question_for(facts, now)
        stored = facts.judge(question).rows if self._is_judged_there(facts) else self.assess(facts, now=now).rows
        ids = chosen(stored, sample)
        subjects = sum(map(len, ids.values()))
        everything = sum(map(len, stored.values()))
        if subjects == everything or not hasattr(facts, "by_key"):
            native = self.assess(facts.portfolio(), now=now).rows
        else:
            with cast("ReadsByKey", facts).by_key(one_currency=self.exchange is None) as near:
                prepared = self._prepared(near, now)
                run_subjects(prepared, ids)
                native = prepared.rows
        found = tuple(compared(self.scoring, ids, native, stored))
        return Verification(now, subjects, everything, found)

    @cached_property
    def _by_id(self) -> Mapping[str, PolicyRule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def _opaque(self) -> tuple[str, ...]:
        return tuple(rule.id for rule in self.rules if rule.is_opaque)

    def question(self, now: datetime) -> Question:
        """
        What is asked of facts that judge themselves.

        Raises:
            RuleChangedError: Something that a rule reads changed since the policy was made.
            ValidationError: `now` is not an aware datetime, or so far away that rules cannot count from it.
        """
        return self._question(self._checked(now))

    def _question(self, now: datetime) -> Question:
        return Question(self.plan, self.scoring, now, self._day(now), self.exchange, self.strict, self.zone)

    def _prepared(self, facts: Facts, now: datetime) -> Run:
        plan = self.plan
        compiled = plan.compiled_for(shape_of(facts), now, self.exchange)
        return Run(plan, self.scoring, facts, now, self._day(now), self.exchange, self.strict, self._patterns, compiled)

    def _day(self, now: datetime) -> date:
        return (now if self.zone == "UTC" else now.astimezone(self._zone)).date()

    @cached_property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def _patterns(self) -> dict[str, dict[int, tuple[int, ...]]]:
        return {kind: {} for kind in SUBJECTS}

    def _raise_errors(self, prepared: Run) -> None:
        for kind, program in prepared.compiled.scores.items():
            for id, row in prepared.rows[kind].items() if program.may_fail else ():
                if ERROR in row:
                    failed = self.plan.rules[kind][row.index(ERROR) - 1]
                    raise RuleFailedError(failed.id, kind, id, "answered a number outside 0..1")

    def sensitivity(
        self, facts: Facts | KeepsFacts, *, now: datetime, change: float = 0.2, worst: int = 10
    ) -> Sensitivity:
        """
        Say how much the result rests on each weight, by moving it and judging everything again.

        Args:
            facts: A `Portfolio`, or a store.
            now: An aware moment.
            change: How far each weight is moved, up and down; 0.2 is a fifth.
            worst: How many of the worst customers are followed.

        Returns:
            The effect of each weight. It takes two passes over the facts for each.

        Raises:
            ValidationError: `change` is not between 0 and 1, or `worst` below 1.
        """
        now = self._checked(now)
        kept = cast("KeepsFacts", facts).portfolio() if hasattr(facts, "portfolio") else facts
        plain = kept.plain()

        def judge(scoring: ScoringPlan) -> dict[str, dict[str, tuple[int, ...]]]:
            caches: dict[str, dict[int, tuple[int, ...]]] = {kind: {} for kind in SUBJECTS}
            prepared = attrs.evolve(self._prepared(plain, now), scoring=scoring, caches=caches)
            run(prepared)
            return prepared.rows

        return measure(self.scoring, judge, change=change, worst=worst)

    def what_if(self, facts: Facts, *, changes: Sequence[Any], now: datetime) -> Comparison:
        """
        Say what a change of facts would do to every score.

        Args:
            facts: A `Portfolio`.
            changes: Facts as they would be, such as `attrs.evolve(project, progress=0.9)`; new ones are added.
            now: An aware moment.

        Returns:
            The difference by subject and rule.
        """
        from alignkit.domain import COLLECTIONS

        collections = {cls: name for name, cls in COLLECTIONS.items()}
        changed: dict[str, list[Any]] = {}
        for fact in changes:
            if type(fact) not in collections:
                raise ValidationError(f"expected facts, got {fact!r}", entity="what_if", field="changes", value=fact)
            changed.setdefault(collections[type(fact)], []).append(fact)
        return compare(self.assess(facts, now=now), self.assess(facts.with_(**changed), now=now))

    def test(self, facts: MakesFacts | None = None) -> CaseReport:
        """
        Run the cases of the policy, all of them.

        Args:
            facts: What makes facts of collections, such as a function that fills a store and gives it; the policy
                then assesses these. None makes a `Portfolio`, and calls each rule by itself.

        Returns:
            What passed, what failed, with what was expected and found, and which branches of rules the cases took.
        """
        from alignkit.policy.cases_run import run_cases

        if facts is not None:
            return run_cases(self, facts, through_engine=True)
        import alignkit  # the front door knows which facts the library ships; policies do not

        return run_cases(self, alignkit.Portfolio, through_engine=False)

    def replay(
        self,
        store: Remembers,
        *,
        at: Iterable[datetime],
        view: Literal["happened", "known"] = "happened",
        assume_unchanged: bool = False,
    ) -> Replay:
        """
        Judge the past, such as to try this policy on it before it is adopted.

        Facts are brought back to each moment by the store's journal and by the histories of other tools in it. A rule
        that reads how something stood (a status, a due date) before there is history of that has no data then; names,
        kinds, references and moments are taken as they became known.

        Args:
            store: A store with a journal.
            at: Aware moments, in any order.
            view: `"happened"` for how things stood, `"known"` for what the store knew.
            assume_unchanged: Whether what has no history is taken as it first became known, instead of no data.

        Returns:
            An assessment for each moment, and from when each field has history.

        Raises:
            ValidationError: A moment is not an aware datetime, or `view` is no such word.
        """
        from alignkit.policy.replay import replay

        return replay(self, store, at, view=view, assume_unchanged=assume_unchanged)

    def lint(
        self, facts: Facts | JudgesItself | None = None, *, now: datetime = NOW, ignore: Iterable[str] = ()
    ) -> tuple[LintFinding, ...]:
        """
        Look for what is probably not meant, such as rules that always answer the same and bands that nobody can meet.

        Args:
            facts: A `Portfolio`, or a store, that is looked at too: what the rules say of it, of a kind with at least
                20 subjects. `alignkit.testing.made_up_portfolio` makes one.
            now: The moment at which the facts are judged; not read without facts.
            ignore: What is meant: codes, or codes of one rule such as `"ConstantRule:always_wins"`.

        Returns:
            The findings in the order of rules, then those of the policy as a whole, then those on the facts.
        """
        from alignkit.policy.lint import lint

        rows = None if facts is None else self.assess(facts, now=now).rows
        return lint(self, rows=rows, ignore=ignore)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_policy

        return show_policy(self)


def _rebuilt(rules: list[PolicyRule], state: dict[str, Any]) -> Policy:
    return Policy(rules, **state)


def _with_parameters(rule: PolicyRule, chosen: Mapping[str, ParameterValue]) -> PolicyRule:
    if not chosen:
        return rule
    parameters = {**rule.record.parameters, **chosen}
    if rule.native is not None:
        made = compile_rule(rule.native, parameters, rule.record.weight)
        return attrs.evolve(made, record=attrs.evolve(made.record, weight=rule.record.weight))
    return compile_record(attrs.evolve(rule.record, parameters=parameters))


def _spec(rule: PolicyRule) -> RuleSpec:
    record = rule.record
    cap = None if record.cap is None else round(record.cap * MICRO_PER_POINT)
    return RuleSpec(
        record.id, record.kind, record.dimension, record.weight, record.message, record.action, record.team, cap
    )


def _identity(rule: PolicyRule) -> list[Any]:
    record, lowered = rule.record, rule.lowered
    meaning = [record.id, record.kind, record.dimension, record.weight, record.cap]
    if lowered is not None:
        return [*meaning, fingerprint(lowered.outcome), sorted(lowered.kinds)]
    code = getattr(getattr(rule.native, "function", None), "__code__", None)
    return [*meaning, "" if code is None else code_digest(code), sorted(record.parameters.items())]
