"""
The decorators that make a rule or a gate of a plain function.

A decorated function is called like any other: the native answer is the meaning, and what every engine must give.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, ParamSpec, TypeVar, cast

from alignkit.display import Displayed, Shown
from alignkit.domain.checks import text_form
from alignkit.errors import UnknownCollectionError, ValidationError
from alignkit.expressions.functions import Score
from alignkit.expressions.source import Source, SourceFault, read_source
from alignkit.expressions.types import Type

if TYPE_CHECKING:
    from alignkit.policy.compiled import PolicyRule

__all__ = ["Rule", "gate", "rule"]

P = ParamSpec("P")
R = TypeVar("R", bound=Score, covariant=True)

LARGEST_WEIGHT = 1_000_000


class Rule(Displayed, Generic[P, R]):
    """
    A rule: a function with the facts that a policy needs of it.

    Attributes:
        id: Name of the function; unique in a policy.
        dimension: Where its points count; empty for a gate.
        weight: Relative weight within the dimension; 0 for a gate.
        message: What to say when points are lost; `{name}` shows a piece of evidence.
        action: What would win the points back.
        team: Whose move that is.
        cap: For a gate, the most points a subject can have while it holds; else None.
        function: The function as written.
        source: Its text; None where it cannot be read.
        fault: Why the text cannot be read; empty where it can.
    """

    def __init__(
        self,
        function: Callable[P, R],
        *,
        dimension: str,
        weight: int,
        message: str,
        action: str,
        team: str,
        cap: float | None,
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.id: str = getattr(function, "__name__", type(function).__name__)
        self.dimension = _text("dimension", dimension)
        self.weight = _weight(self.id, weight, cap)
        self.message = _text("message", message)
        self.action = _text("action", action)
        self.team = _text("team", team)
        self.cap = cap
        self.source: Source | None = None
        self.fault = ""
        try:
            if not isinstance(function, FunctionType):
                raise SourceFault(f"{type(function).__name__} is not a function; put the decorator directly above def")
            self.source = read_source(function)
        except SourceFault as fault:
            self.fault = str(fault)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """
        Judge one subject natively.

        The subject is seen as of the `now` that is passed along, which the function gets in UTC. A rule that reads a collection which was not
        given answers None.
        """
        if not args:
            first = getattr(getattr(self.function, "__code__", None), "co_varnames", ("",))[0]
            if first not in kwargs:
                return cast("Callable[..., R]", self.function)(**kwargs)  # Python says best what is missing
            args = (kwargs.pop(first),)  # type: ignore[assignment]
        subject, *rest = (_in_utc(value) for value in args)
        for name, value in kwargs.items():
            kwargs[name] = _in_utc(value)
        now = next((value for value in (*rest, kwargs.get("now")) if isinstance(value, datetime)), None)
        bind = getattr(subject, "at", None)
        if now is not None and bind is not None:
            subject = bind(now)
        widen = getattr(subject, "with_custom", None)
        if widen is not None and self._custom:
            subject = widen(self._custom)
        knows = getattr(subject, "knows", None)
        if knows is not None and not all(map(knows, self.collections)):
            return cast(R, None)
        try:
            return cast("Callable[..., R]", self.function)(subject, *rest, **kwargs)
        except UnknownCollectionError:
            return cast(R, None)

    @functools.cached_property
    def _compiled(self) -> PolicyRule:
        from alignkit.policy.compiled import compile_rule

        return compile_rule(self)

    @functools.cached_property
    def _custom(self) -> Mapping[tuple[str, str], Type]:
        """The custom fields that the rule reads, or its first parameter declares where its text cannot be read."""
        from alignkit.policy.custom import annotated_types, types_of

        if self._compiled.lowered is None:
            return annotated_types(self.function)
        return types_of(self._compiled.record.custom_fields.values())

    @functools.cached_property
    def collections(self) -> frozenset[str]:
        """The collections that must be known for the rule to say anything; empty when its text cannot be read."""
        return self._compiled.collections

    def __repr__(self) -> str:
        sort = "gate" if self.cap is not None else "rule"
        return f"<{sort} {self.id} ({self.dimension or f'cap {self.cap:g}'})>"

    def _shown(self) -> Shown:
        from alignkit.policy.compiled import compile_rule
        from alignkit.policy.showing import show_rule

        return show_rule(compile_rule(self))

    def __reduce__(self) -> str:
        return cast(str, getattr(self, "__qualname__", self.id))


def _in_utc(value: Any) -> Any:
    """A moment in UTC, where a day always has 24 hours; anything else as it is."""
    return value.astimezone(UTC) if isinstance(value, datetime) and value.tzinfo is not None else value


def _text(name: str, value: str) -> str:
    try:
        return text_form(value)
    except ValueError as error:
        raise ValidationError(str(error), entity="Rule", field=name, value=value) from None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _weight(rule_id: str, weight: int, cap: float | None) -> int:
    if cap is not None:
        if not _is_number(cap) or not 0 <= cap <= 100:
            raise ValidationError(f"gate {rule_id!r}: cap lies in 0..100, got {cap!r}", entity="Rule", field="cap")
        return 0
    if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= LARGEST_WEIGHT:
        raise ValidationError(
            f"rule {rule_id!r}: weight is a whole number from 1 to {LARGEST_WEIGHT}, got {weight!r}",
            entity="Rule",
            field="weight",
            value=weight,
        )
    return weight


def rule(
    *, dimension: str, weight: int = 1, message: str = "", action: str = "", team: str = ""
) -> Callable[[Callable[P, R]], Rule[P, R]]:
    """
    Make a rule of a function over a view.

    The function returns a number in 0..1, a bool, None (no data) or `NOT_APPLICABLE`. Its keyword-only parameters
    are thresholds that a policy can set; its locals are the evidence that an explanation shows.

    Args:
        dimension: Where its points count, such as `"visibility"`.
        weight: Relative weight within the dimension, a positive whole number.
        message: What to say when points are lost; `{name}` shows a local or threshold. The docstring when empty.
        action: What would win the points back.
        team: Whose move that is, such as `"pmo"` or `"crm"`.
    """

    def decorate(function: Callable[P, R]) -> Rule[P, R]:
        return Rule(function, dimension=dimension, weight=weight, message=message, action=action, team=team, cap=None)

    return decorate


def gate(*, cap: float, message: str = "", action: str = "", team: str = "") -> Callable[[Callable[P, R]], Rule[P, R]]:
    """
    Make a gate of a condition over a view: while it holds, the subject can have at most `cap` points.

    The function returns a bool, None (no data) or `NOT_APPLICABLE`; what it takes is a line of its own.

    Args:
        cap: The most points, 0..100.
        message: What to say when the gate takes points.
        action: What would open it.
        team: Whose move that is.
    """

    def decorate(function: Callable[P, R]) -> Rule[P, R]:
        return Rule(function, dimension="", weight=0, message=message, action=action, team=team, cap=cap)

    return decorate
