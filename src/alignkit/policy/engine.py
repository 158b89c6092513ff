"""
Scores facts in memory with the generated functions of a plan.

A full pass goes through signals and kinds in order. A pass over a few customers computes what they rest on when it
is first read, so that its cost does not depend on the size of the portfolio.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, Final

import attrs

from alignkit.domain.money import Exchange
from alignkit.errors import NotFoundError, RuleFailedError
from alignkit.expressions.context import nearest
from alignkit.expressions.functions import State, micro
from alignkit.expressions.python.outcomes import ERROR, NO_DATA, NOT_APPLICABLE
from alignkit.expressions.python.program import Program
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.facts import Facts
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Compiled, Plan
from alignkit.policy.scoring import UNKNOWN, ScoringPlan, allocate, band_of

__all__ = ["WHOLE", "Run", "Whole", "native_judge", "run", "run_customers", "run_subjects"]

WHOLE: Final = "portfolio"
LARGEST_CACHE: Final = 4_000_000
"""How many shares are kept, over all patterns of outcomes of a kind."""

Row = tuple[int, ...]

NOT_JUDGED: Final[Row] = (-1,)
"""The row of a subject for whose kind there is no rule."""


@attrs.frozen
class Whole:
    """The portfolio as a subject: there is one, and it has no fields."""

    id: str = WHOLE


class _OnDemand(dict[str, Any]):
    """Values by id that are computed when first read."""

    __slots__ = ("compute",)

    compute: Callable[[str], None]

    def __missing__(self, key: str) -> Any:
        self.compute(key)
        return super().__getitem__(key)


@attrs.define(eq=False)
class Run:
    """
    One pass over facts.

    Attributes:
        plan: What is computed.
        scoring: How outcomes become points.
        facts: What is judged.
        now: The moment of the question.
        today: Its day in the zone of the policy.
        exchange: The common currency; None when there is only one.
        strict: Whether a failing rule raises.
        rows: Results by kind and id.
        bands: Bands by kind and id, where a rule reads them.
        signals: Values by group and id.
    """

    plan: Plan
    scoring: ScoringPlan
    facts: Facts
    now: datetime
    today: date
    exchange: Exchange | None
    strict: bool
    caches: Mapping[str, dict[int, tuple[int, ...]]]
    compiled: Compiled
    rows: dict[str, dict[str, Row]] = attrs.field(factory=dict)
    bands: dict[str, dict[str, str]] = attrs.field(factory=dict)
    signals: dict[str, dict[str, tuple[Any, ...]]] = attrs.field(factory=dict)

    def score(self, kind: str, subjects: Iterable[Any]) -> None:
        """Score some subjects of a kind."""
        program = self.compiled.scores[kind]
        cache = self.caches[kind]
        program.function(
            subjects,
            self.rows[kind],
            self.now,
            self.today,
            self.bands[kind],
            cache,
            partial(_allocated, self.scoring, kind, cache),
            partial(band_of, self.scoring),
            self._major,
            self._natives(kind, program) if program.natives else None,
            *self._needed(program),
        )

    def signal(self, group: str, records: Iterable[Any]) -> None:
        """Compute the signals of a group for some records."""
        program = self.compiled.signals[group]
        program.function(records, self.signals[group], self.now, self.today, self._major, *self._needed(program))

    def _needed(self, program: Program) -> list[Any]:
        found: list[Any] = []
        facts = self.facts
        for sort, name, key in program.reads:
            if sort == "children":
                found.append(facts.children(name, key))
            elif sort == "records":
                found.append(facts.records(name))
            else:
                found.append(getattr(self, sort)[name])
        return found

    @property
    def _major(self) -> Callable[[Any], float | None] | None:
        return None if self.exchange is None else self.exchange.major

    def _natives(self, kind: str, program: Program) -> dict[int, Callable[[Any], int]]:
        return {index: self._native(kind, self.plan.rules[kind][index]) for index in program.natives}

    def _native(self, kind: str, rule: PolicyRule) -> Callable[[Any], int]:
        judge = native_judge(
            self.facts, self.scoring, self.rows, self.now, self.today, self.exchange, kind, rule, strict=self.strict
        )
        return lambda subject: judge(subject.id)


def native_judge(
    facts: Facts,
    scoring: ScoringPlan,
    rows: Mapping[str, Mapping[str, Row]],
    now: datetime,
    today: date,
    exchange: Exchange | None,
    kind: str,
    rule: PolicyRule,
    *,
    strict: bool,
) -> Callable[[str], int]:
    """
    Make the function that gives the outcome code of a rule that only runs natively, by the id of a subject.

    Args:
        facts: What views read.
        scoring: How outcomes become points.
        rows: Results of the kinds before; read when asked.
        now: The moment of the question.
        today: Its day.
        exchange: The common currency; None when there is only one.
        kind: Kind of the subjects.
        rule: The rule.
        strict: Whether a failing rule raises `RuleFailedError` instead of giving the code of an error.
    """
    assert rule.native is not None
    native, parameters = rule.native, dict(rule.record.parameters)
    given = [now if name == "now" else today for name in _moments_taken(native.function)]
    scores = Results(scoring, rows)

    def judge(id: str) -> int:
        view = facts.view(kind, id, now=now, exchange=exchange, scores=scores)
        try:
            return _code(native(view, *given, **parameters))
        except Exception as error:
            if strict:
                raise RuleFailedError(rule.id, kind, id, f"{type(error).__name__}: {error}") from error
            return ERROR

    return judge


@attrs.frozen(eq=False)
class Results(Mapping[tuple[str, str], tuple[float | None, str]]):
    """
    Score (0..100, or None) and band by kind and id, as views read them.

    Attributes:
        scoring: How outcomes became points.
        rows: Results by kind and id; read when asked.
        coverages: Coverage by kind and pattern of what was scored, worked out once for each.
    """

    scoring: ScoringPlan
    rows: Mapping[str, Mapping[str, Row]]
    coverages: dict[tuple[str, Row], int] = attrs.field(factory=dict, repr=False)

    def __getitem__(self, key: tuple[str, str]) -> tuple[float | None, str]:
        kind, id = key
        row = self.rows[kind][id]
        pattern = (kind, tuple([code if code < 0 else 0 for code in row[1:]]))
        coverage = self.coverages.get(pattern)
        if coverage is None:
            coverage = self.coverages[pattern] = allocate(self.scoring, *pattern).coverage_micro
        return None if row[0] < 0 else row[0] / 1e6, band_of(self.scoring, row[0], coverage)

    def __contains__(self, key: object) -> bool:
        if not isinstance(key, tuple) or len(key) != 2 or key[0] not in self.rows:
            return False
        try:
            return self.rows[key[0]][key[1]] is not None
        except KeyError:
            return False

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return ((kind, id) for kind, rows in self.rows.items() for id in rows)

    def __len__(self) -> int:
        return sum(map(len, self.rows.values()))


def _moments_taken(function: Any) -> list[str]:
    code = getattr(function, "__code__", None)
    names = () if code is None else code.co_varnames[1 : code.co_argcount]
    return [name for name in names if name in ("now", "today")]


def _code(outcome: Any) -> int:
    if isinstance(outcome, State):
        return NOT_APPLICABLE
    if outcome is None:
        return NO_DATA
    found: int = micro(float(outcome))
    if not 0 <= found <= 1_000_000:
        raise ValueError(f"answered {outcome!r}, outside 0..1")
    return found


def _allocated(scoring: ScoringPlan, kind: str, cache: dict[int, tuple[int, ...]], pattern: int) -> tuple[int, ...]:
    codes = [(0, NOT_APPLICABLE, NO_DATA)[pattern >> (2 * index) & 3] for index in range(len(scoring.rules[kind]))]
    found = allocate(scoring, kind, codes)
    scored = sum(not rule.is_gate for rule in scoring.rules[kind])
    if len(cache) * len(codes) > LARGEST_CACHE:
        cache.clear()
    entry = cache[pattern] = (found.coverage_micro, int(found.is_scored), *found.shares[:scored])
    return entry


def _prepared(run: Run) -> None:
    for kind in SUBJECTS:
        run.rows[kind] = {}
        run.bands[kind] = {}
    for group in run.plan.groups:
        run.signals[group.name] = {}


def run(prepared: Run) -> None:
    """Score every subject."""
    _prepared(prepared)
    facts = prepared.facts
    for stage, kind in enumerate((*SUBJECTS, "")):
        for group in prepared.plan.groups:
            if group.stage == stage and KINDS[group.kind] in facts.given:
                prepared.signal(group.name, facts.records(KINDS[group.kind]).values())
        if kind == WHOLE:
            prepared.score(kind, (Whole(),))
        elif kind and KINDS[kind] in facts.given:
            _score_all(prepared, kind)


def _score_all(prepared: Run, kind: str) -> None:
    records = prepared.facts.records(KINDS[kind])
    if prepared.plan.rules[kind]:
        prepared.score(kind, records.values())
    else:
        prepared.rows[kind] = dict.fromkeys(records, NOT_JUDGED)
        prepared.bands[kind] = dict.fromkeys(records, UNKNOWN)


def run_customers(prepared: Run, customers: Sequence[str]) -> None:
    """Score some customers with their projects; objectives and signals when something reads them."""
    facts = prepared.facts
    known = facts.records("customers")
    chosen = [known.get(id) for id in customers]
    if None in chosen:
        missing = customers[chosen.index(None)]
        near = nearest(missing, known)
        raise NotFoundError("customer", missing, (near,) if near else ())
    _prepared_on_demand(prepared)
    if "projects" in facts.given:
        projects = facts.children("projects", "customer_id")
        for id in customers:
            prepared.score("project", projects.get(id, ()))
    prepared.score("customer", chosen)
    _let_go(prepared)


def run_subjects(prepared: Run, chosen: Mapping[str, Sequence[str]]) -> None:
    """Score some subjects, by kind; the portfolio as a whole is left out."""
    _prepared_on_demand(prepared)
    for kind in SUBJECTS[:-1]:
        if chosen.get(kind):
            if prepared.plan.rules[kind]:
                records = prepared.facts.records(KINDS[kind])
                prepared.score(kind, [records[id] for id in chosen[kind]])
            else:
                prepared.rows[kind].update(dict.fromkeys(chosen[kind], NOT_JUDGED))
    _let_go(prepared)


def _prepared_on_demand(prepared: Run) -> None:
    read = prepared.compiled.scores_read
    for group in prepared.plan.groups:
        values = prepared.signals[group.name] = _OnDemand()
        values.compute = partial(_signal_on_demand, prepared, group.name, KINDS[group.kind])
    for kind in SUBJECTS:
        rows: dict[str, Any] = {}
        bands: dict[str, Any] = {}
        if kind in read and kind != WHOLE:
            compute = partial(_row_on_demand, prepared, kind)
            rows, bands = _OnDemand(), _OnDemand()
            rows.compute = bands.compute = compute
        prepared.rows[kind], prepared.bands[kind] = rows, bands


def _let_go(prepared: Run) -> None:
    """Keep the rows alone: what computes on demand and the pass hold each other, and would wait for the collector."""
    prepared.rows = {kind: rows if type(rows) is dict else dict(rows) for kind, rows in prepared.rows.items()}
    prepared.bands.clear()
    prepared.signals.clear()


def _signal_on_demand(prepared: Run, group: str, collection: str, id: str) -> None:
    prepared.signal(group, (prepared.facts.records(collection)[id],))


def _row_on_demand(prepared: Run, kind: str, id: str) -> None:
    prepared.score(kind, (prepared.facts.records(KINDS[kind])[id],))
