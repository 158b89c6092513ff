"""
Cases: facts small enough to read, and what rules are to say of them. Kept with the policy, run by `policy.test()`.

Owns the value, and what can be told wrong about it without judging anything. Running is `cases_run`, the document
`cases_toml`, the facts `cases_given`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, Final

import attrs

from alignkit.errors import ValidationError
from alignkit.expressions.context import nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.cases_given import CaseFault, read_given, span_of
from alignkit.policy.compiled import PolicyRule
from alignkit.policy.drafted import records_of
from alignkit.policy.evidence import named
from alignkit.policy.spans import NOW

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = [
    "EXPECTED",
    "MOST_CASES",
    "OF_SUBJECTS",
    "STATES",
    "Case",
    "as_cases",
    "case_diagnostics",
    "case_faults",
    "diagnostic",
    "without_rules",
]

MOST_CASES: Final = 5_000
DEEPEST: Final = 40
STATES: Final = ("scored", "not_applicable", "no_data", "error")
OF_SUBJECTS: Final = ("points", "band", "coverage")
"""What can be expected of the subject as a whole."""
EXPECTED: Final = ("score", "state", "points", "evidence", "band", "coverage")

Rules = Mapping[str, PolicyRule | None]


def _ids(value: object) -> tuple[str, ...]:
    found = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Sequence) else None
    if found is None or not all(isinstance(id, str) for id in found):
        raise ValidationError("expected the id of a rule, or a list of them", entity="Case", field="rules", value=value)
    return found


def _plain(value: Any, depth: int = 0) -> Any:
    """A copy in plain tables and lists, so that equal cases are equal however they were read."""
    if depth > DEEPEST:
        raise ValidationError(f"is nested more than {DEEPEST} deep", entity="Case")
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value.astimezone(UTC)
    if isinstance(value, float) and not isfinite(value):
        raise ValidationError("holds a number that is not finite", entity="Case", value=value)
    if isinstance(value, (bool, int, float, str, date)):
        return value
    reason = f"holds tables, lists, text, numbers, flags, days and moments; got {type(value).__name__} {value!r:.60}"
    raise ValidationError(reason, entity="Case", value=value)


def _table(value: object) -> Any:
    return _plain(value)


def _moment(value: object) -> datetime:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise ValidationError(f"expected an aware datetime, got {value!r}", entity="Case", field="now", value=value)
    return value.astimezone(UTC)


@attrs.frozen
class Case:
    """
    Facts, and what is expected of them.

    Attributes:
        name: What people call the case; it stands in reports.
        given: One subject under the name of its kind, as a table of fields, hops and relations; and `unknown`, a list
            of the collections that are not known. All others are known, most of them empty.
        expect: What is expected: `score` (0..1, or true and false), `state`, `evidence` (a table by name) and
            `points` of each rule; `points`, `band` and `coverage` of the subject, judged by the whole policy.
        rules: Ids of the rules that must all meet it; none where the subject as a whole is judged.
        now: The moment of the question, aware; 2 March 2026, 09:00 UTC unless said otherwise.
    """

    name: str
    given: Mapping[str, Any] = attrs.field(converter=_table)
    expect: Mapping[str, Any] = attrs.field(converter=_table)
    rules: tuple[str, ...] = attrs.field(default=(), converter=_ids)
    now: datetime = attrs.field(default=NOW, converter=_moment)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name.strip():
            raise ValidationError(f"expected text, got {self.name!r:.60}", entity="Case", field="name")

    @property
    def kind(self) -> str:
        """Kind of the subject; empty where there is none."""
        return next((word for word in self.given if word != "unknown"), "")


def case_faults(
    rules: Iterable[PolicyRule], bands: Iterable[str], cases: Sequence[Case], *, refused: Iterable[str] = ()
) -> Iterator[tuple[int, CaseFault]]:
    """
    Every fault of the cases of a policy, with the number of the case, from 1.

    Args:
        rules: The rules of the policy.
        bands: Names of its bands.
        cases: The cases.
        refused: Ids of rules that are there, but so wrong that they could not be made.
    """
    if len(cases) > MOST_CASES:
        yield 1, CaseFault("", f"{len(cases)} cases; at most {MOST_CASES} are allowed")
        return
    known: dict[str, PolicyRule | None] = dict.fromkeys(refused)
    known.update({rule.id: None if _is_faulty(rule) else rule for rule in rules})
    names: dict[str, int] = {}
    for number, case in enumerate(cases, 1):
        first = names.setdefault(case.name, number)
        if first != number:
            yield number, CaseFault("name", f"case {first} has this name too; give each its own")
        for fault in _faults(case, known, tuple(bands)):
            yield number, fault


def _is_faulty(rule: PolicyRule) -> bool:
    return any(found.severity == "error" for found in rule.diagnostics)


def _faults(case: Case, rules: Rules, bands: tuple[str, ...]) -> list[CaseFault]:
    faults: list[CaseFault] = []
    for id in case.rules:
        if id not in rules:
            faults.append(CaseFault("rule", f"there is no rule {id!r}", nearest(id, rules)))
        elif (rule := rules[id]) is not None and case.kind and case.kind != rule.record.kind:
            faults.append(CaseFault("given", f"{id} judges a {rule.record.kind}, not a {case.kind}"))
    draft = read_given(case.given, case.now, faults)
    if draft is not None:
        scored = False
        try:
            scored = bool(records_of(draft).scores)
        except ValidationError as error:
            faults.append(CaseFault("given", str(error)))
        if scored and any(word in case.expect for word in OF_SUBJECTS):
            faults.append(CaseFault("given", "a given score stands in for rules, so points and bands cannot be judged"))
    faults.extend(_expectation_faults(case, rules, bands))
    return faults


def _expectation_faults(case: Case, rules: Rules, bands: tuple[str, ...]) -> Iterator[CaseFault]:
    if not isinstance(case.expect, Mapping) or not case.expect:
        yield CaseFault("expect", f"needs at least one of {', '.join(EXPECTED)}")
        return
    for word, value in case.expect.items():
        if word not in EXPECTED:
            yield CaseFault(f"expect.{word}", f"{word!r} is nothing that can be expected", nearest(word, EXPECTED))
        elif not case.rules and word not in OF_SUBJECTS:
            yield CaseFault(f"expect.{word}", f"{word} is expected of a rule; say of which: rule = ...")
        elif word == "evidence":
            yield from _evidence_faults(case, value, rules)
        else:
            yield from _value_faults(word, value, bands)
    if "score" in case.expect and case.expect.get("state", "scored") != "scored":
        yield CaseFault("expect.state", "what has a score is scored; leave one of them out")


def _value_faults(word: str, value: Any, bands: tuple[str, ...]) -> Iterator[CaseFault]:
    most = {"score": 1, "points": 100, "coverage": 1}
    path = f"expect.{word}"
    if word in most:
        number = isinstance(value, (int, float)) and (word == "score" or not isinstance(value, bool))
        if not number or not 0 <= value <= most[word]:
            yield CaseFault(path, f"lies in 0..{most[word]}, got {value!r:.60}")
    elif word == "state" and value not in STATES:
        yield CaseFault(path, f"is one of {', '.join(STATES)}, got {value!r:.60}", nearest(str(value), STATES))
    elif word == "band" and value not in (*bands, "unknown"):
        yield CaseFault(
            path, f"is one of {', '.join((*bands, 'unknown'))}, got {value!r:.60}", nearest(str(value), bands)
        )


def _evidence_faults(case: Case, value: Any, rules: Rules) -> Iterator[CaseFault]:
    if not isinstance(value, Mapping):
        yield CaseFault("expect.evidence", f"is a table by name, got {value!r:.60}")
        return
    for id in case.rules:
        rule = rules.get(id)
        if rule is None:
            continue
        if rule.lowered is None:
            yield CaseFault("expect.evidence", f"{id} cannot be read, so that it shows no evidence")
            continue
        known = {**named(rule.lowered), **{parameter.name: None for parameter in rule.lowered.parameters}}
        for name in value:
            if isinstance(value[name], Mapping) and value[name] != {"unknown": True} and span_of(value[name]) is None:
                message = "is a value, { unknown = true }, or a place in time such as { days_ago = 3 }"
                yield CaseFault(f"expect.evidence.{name}", message)
            if name not in known:
                message = f"{id} shows no {name!r}; evidence is what the rule names"
                yield CaseFault(f"expect.evidence.{name}", message, nearest(name, known))


def as_cases(given: Iterable[Case]) -> tuple[Case, ...]:
    """
    The cases of a policy as it keeps them.

    Raises:
        ValidationError: One is no case.
    """
    found = tuple(given)
    for one in found:
        if not isinstance(one, Case):
            raise ValidationError(f"expected a Case, got {one!r:.60}", entity="Policy", field="cases")
    return found


def without_rules(cases: Iterable[Case], ids: Iterable[str]) -> tuple[Case, ...]:
    """The cases without some rules; those of these rules only are gone."""
    gone = set(ids)
    left = []
    for case in cases:
        rules = tuple(id for id in case.rules if id not in gone)
        if rules or not case.rules:
            left.append(attrs.evolve(case, rules=rules))
    return tuple(left)


def case_diagnostics(policy: Policy) -> Iterator[Diagnostic]:
    """The faults of the cases that a policy holds."""
    for number, fault in case_faults(policy.rules, policy.bands, policy.cases):
        yield diagnostic(policy.cases[number - 1], number, fault)


def diagnostic(case: Case, number: int, fault: CaseFault, line: int = 0, column: int = 0) -> Diagnostic:
    """A fault of a case, with its path and, where there is a document, its place."""
    where = f"cases[{number}]" + (f".{fault.path}" if fault.path else "")
    return Diagnostic("PolicyInvalid", f"case {case.name!r}: {fault.message}", where, line, column, fault.suggestion)
