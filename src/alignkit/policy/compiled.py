"""
One rule inside a policy: its record, its checked form where it can be read, and the function where there is one.

Made from a decorated function or from a stored record; both end in the same form.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

import attrs

from alignkit.display import Displayed, Shown
from alignkit.domain import AlignmentRule, CustomField
from alignkit.domain.rule import ParameterValue
from alignkit.errors import RuleChangedError
from alignkit.expressions import ir
from alignkit.expressions.context import MISSING, FunctionText, Report, nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.evaluate import Place, evaluate
from alignkit.expressions.limits import LARGEST_RULE
from alignkit.expressions.lower import Lowered, lower_rule
from alignkit.policy.custom import known_by
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.rule import Rule
from alignkit.policy.scopes import FunctionScope, TextScope, Watch, Watches, language

__all__ = ["PolicyRule", "collections_read", "compile_record", "compile_rule", "size"]

PLACEHOLDER: Final = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")


@attrs.frozen
class PolicyRule(Displayed):
    """
    A rule as a policy holds it.

    Attributes:
        record: What is stored of it.
        lowered: Its checked form; None when it is opaque or faulty.
        native: The decorated function; None for a rule that came as text.
        diagnostics: Faults and warnings.
        watches: What it reads from the host.
    """

    record: AlignmentRule
    lowered: Lowered | None
    native: Rule[..., Any] | None = attrs.field(eq=False)
    diagnostics: tuple[Diagnostic, ...]
    watches: tuple[Watch, ...] = attrs.field(eq=False)

    @property
    def id(self) -> str:
        """Id of the rule."""
        return self.record.id

    @property
    def is_opaque(self) -> bool:
        """Whether it only runs natively, because its text could not be read."""
        return self.lowered is None and self.native is not None

    @property
    def collections(self) -> frozenset[str]:
        """The collections without which the rule has no data; empty for an opaque rule."""
        kinds = () if self.lowered is None else self.lowered.kinds
        return frozenset(KINDS[kind] for kind in kinds)

    @property
    def is_gate(self) -> bool:
        """Whether it caps instead of earning points."""
        return self.record.cap is not None

    @property
    def thresholds(self) -> tuple[str, ...]:
        """Names of the parameters that a policy can set."""
        if self.lowered is not None:
            return tuple(parameter.name for parameter in self.lowered.parameters)
        return tuple(getattr(getattr(self.native, "function", None), "__kwdefaults__", None) or ())

    def __call__(self, subject: Any, *moments: datetime | date, **named: datetime | date) -> Any:
        """
        Judge one subject with the text of the rule.

        Args:
            subject: A view, such as `portfolio.project("P-1")`.
            *moments: What the rule takes after the subject: now, today, or both.
            **named: The same by name.

        Returns:
            A number, a bool, None (no data) or `NOT_APPLICABLE`, as the function would.
        """
        if self.lowered is None:
            assert self.native is not None
            return self.native(subject, *moments, **named)
        given = {**dict(zip(self.lowered.takes, moments, strict=False)), **named}
        if len(given) != len(moments) + len(named) or set(given) != set(self.lowered.takes):
            wanted = ", ".join((self.lowered.subject, *self.lowered.takes))
            raise TypeError(f"{self.id} takes ({wanted}); thresholds are set by the policy")
        now, today = given.get("now"), given.get("today")
        if isinstance(now, datetime):
            now = now.astimezone(UTC)
            subject = subject.at(now)
        if not all(map(subject.knows, self.collections)):
            return None
        return evaluate(self.lowered.outcome, Place(subject, now if isinstance(now, datetime) else None, today))

    def check_unchanged(self) -> None:
        """
        Make sure that what the rule reads still is what it was.

        Raises:
            RuleChangedError: A captured value or the code of a function is another one now.
        """
        for watch in self.watches:
            if watch.has_changed():
                raise RuleChangedError(self.id, watch.name, _shown(watch.value), _shown(watch.current()))

    def __reduce__(self) -> tuple[Any, ...]:
        if self.is_opaque:
            return compile_rule, (self.native, dict(self.record.parameters), self.record.weight)
        return compile_record, (self.record,)

    def _shown(self) -> Shown:
        from alignkit.policy.showing import show_rule

        return show_rule(self)


def _shown(value: Any) -> str:
    return "nothing" if value is MISSING else f"{value!r:.60}"


def compile_rule(
    rule: Rule[..., Any], parameters: Mapping[str, ParameterValue] | None = None, weight: int | None = None
) -> PolicyRule:
    """Read, check and lower a decorated function."""
    given = dict(parameters or {})
    report = Report(rule.id)
    watches: tuple[Watch, ...] = ()
    lowered = None
    if rule.source is None:
        report.add(Diagnostic("Opaque", f"{rule.fault}; the rule runs natively only", rule.id, severity="warning"))
        known = getattr(rule.function, "__kwdefaults__", None) or {}
        for name in sorted(set(given) - set(known)):
            message = f"{rule.id} has no threshold {name!r}"
            report.add(Diagnostic("PolicyInvalid", message, rule.id, suggestion=nearest(name, known)))
    else:
        read: Watches = {}
        scope = FunctionScope(rule.function, read)
        lowered = lower_rule(FunctionText(rule.id, rule.source.text, scope, given), language(read), report)
        code = getattr(rule.function, "__code__", None)
        own = Watch(rule.id, rule.function, functools.partial(getattr, rule, "function"), code, (id(rule), "function"))
        watches = (own, *read.values())
    record = AlignmentRule(
        id=rule.id,
        kind=lowered.kind if lowered is not None else _kind_of_signature(rule),
        dimension=rule.dimension,
        weight=rule.weight if weight is None else weight,
        text=rule.source.text if rule.source is not None else f"# {rule.fault}",
        parameters=given,
        constants=lowered.constants if lowered is not None else {},
        helpers=lowered.helpers if lowered is not None else {},
        custom_fields=_read_custom(lowered) if lowered is not None else {},
        message=rule.message,
        action=rule.action,
        team=rule.team,
        cap=rule.cap,
    )
    return _finished(record, lowered, rule, report, watches)


def _read_custom(lowered: Lowered) -> dict[str, CustomField]:
    return {own.origin.path: own.origin for own in lowered.custom.values()}


def compile_record(record: AlignmentRule) -> PolicyRule:
    """Check and lower a stored rule. Its text is data: it is never run as it stands."""
    report = Report(record.id, custom=known_by(record.custom_fields.values()))
    scope = TextScope(record.constants, record.helpers)
    lowered = lower_rule(FunctionText(record.id, record.text, scope, record.parameters), language(), report)
    if lowered is not None:
        record = attrs.evolve(_agreeing(record, lowered, report), custom_fields=_read_custom(lowered))
    return _finished(record, lowered, None, report, ())


def _agreeing(record: AlignmentRule, lowered: Lowered, report: Report) -> AlignmentRule:
    if lowered.name != record.id:
        report.add(
            Diagnostic(
                "PolicyInvalid", f"the id is {record.id!r}, but the function is called {lowered.name!r}", record.id
            )
        )
    if record.kind != lowered.kind:
        report.add(
            Diagnostic("PolicyInvalid", f"the kind is {record.kind!r}, but the text judges a {lowered.kind}", record.id)
        )
    return record


def _finished(
    record: AlignmentRule,
    lowered: Lowered | None,
    native: Rule[..., Any] | None,
    report: Report,
    watches: tuple[Watch, ...],
) -> PolicyRule:
    if lowered is not None:
        _check_outcome(record, lowered, report)
        if not record.message and lowered.doc:
            record = attrs.evolve(record, message=" ".join(lowered.doc.split("\n\n")[0].split()))
        _check_message(record, lowered, report)
    if record.cap is None and record.weight < 1:
        report.add(Diagnostic("PolicyInvalid", f"weight is a positive whole number, got {record.weight}", record.id))
    if record.cap is None and not record.dimension:
        report.add(Diagnostic("PolicyInvalid", "a rule counts in a dimension; name one", record.id))
    faulty = any(d.severity == "error" for d in report.diagnostics)
    return PolicyRule(record, None if faulty else lowered, native, tuple(report.diagnostics), watches)


def _check_outcome(record: AlignmentRule, lowered: Lowered, report: Report) -> None:
    base = lowered.outcome.type.base
    allowed = ("bool", "none", "state", "outcome") if record.cap is not None else None
    if allowed is not None and base not in allowed:
        report.add(Diagnostic("TypeMismatch", f"a gate answers a condition, not {lowered.outcome.type}", record.id))
    elif base not in ("bool", "int", "float", "none", "state", "outcome"):
        report.add(
            Diagnostic(
                "TypeMismatch", f"a rule answers a number in 0..1 or a condition, not {lowered.outcome.type}", record.id
            )
        )
    for answer in _answers(lowered.outcome):
        _check_constant(answer, record, report)
        if record.cap is not None and answer.type.is_number and base == "outcome":
            report.add(Diagnostic("TypeMismatch", f"a gate answers a condition, not {answer.type}", record.id))
    if size(lowered.outcome) > LARGEST_RULE:
        report.add(Diagnostic("RuleTooLarge", f"the rule unfolds to more than {LARGEST_RULE} nodes", record.id))


def _answers(node: ir.Node) -> Iterator[ir.Node]:
    """What an outcome can come down to."""
    if isinstance(node, ir.If):
        yield from _answers(node.then)
        yield from _answers(node.other)
    else:
        yield node


def _check_constant(node: ir.Node, record: AlignmentRule, report: Report) -> None:
    if isinstance(node, ir.Const) and node.type.is_number and not -4e-7 <= node.value <= 1.0000004:
        report.add(Diagnostic("OutsideScore", f"{node.value!r} lies outside 0..1", record.id, severity="warning"))


def _check_message(record: AlignmentRule, lowered: Lowered, report: Report) -> None:
    known = {local.name for local in lowered.locals} | {parameter.name for parameter in lowered.parameters}
    for name in PLACEHOLDER.findall(record.message):
        if name not in known:
            report.add(
                Diagnostic(
                    "UnknownName",
                    f"the message shows {{{name}}}, which is neither a local nor a threshold of the rule",
                    record.id,
                    suggestion=nearest(name, known),
                )
            )


def _kind_of_signature(rule: Rule[..., Any]) -> str:
    """Kind of an opaque rule, from the annotation of its first parameter."""
    annotations = getattr(rule.function, "__annotations__", {})
    first = next(iter(annotations.values()), "")
    name = first if isinstance(first, str) else getattr(first, "__name__", "")
    word = name.strip("'\"").rpartition(".")[2].removesuffix("View").lower()
    return word if word in SUBJECTS else "project"


@functools.lru_cache(maxsize=16_384)
def size(node: ir.Node) -> int:
    """Number of nodes, shared ones as often as they occur; signals included."""
    inner = size(node.expression) if isinstance(node, ir.Signal) else 0
    return 1 + inner + sum(map(size, ir.children(node)))


@functools.lru_cache(maxsize=16_384)
def collections_read(node: ir.Node) -> frozenset[str]:
    """The collections that must be given for a node to have a value."""
    kinds = language().model.kinds
    found: set[str] = set()
    for part in ir.walk(node):
        match part:
            case ir.Agg(item=item):
                found.add(kinds[item.type.kind].collection)
            case ir.Hop(type=kind):
                found.add(kinds[kind.kind].collection)
            case ir.Signal(expression=expression):
                found |= collections_read(expression)
    return frozenset(found)
