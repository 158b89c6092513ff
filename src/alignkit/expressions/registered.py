"""
Functions that others bring into the language: a typed signature, a Python implementation, and perhaps a spelling in SQL.

A function takes numbers and gives a number. None in is None out: it is never called with an unknown number. It is
trusted code: a policy as text can only name it, by an id that the host made known.
"""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar, overload

from alignkit.errors import FunctionFailedError, PluginConflictError, ValidationError
from alignkit.expressions.source import code_digest

__all__ = ["EVERYWHERE", "Aggregate", "Function", "aggregate", "function", "make_known", "make_unknown", "registered"]

EVERYWHERE: Final = "*"
"""The spelling of all engines that have none of their own."""

LARGEST: Final = 1e15
_ALIKE: Final = ("mariadb", "mysql")

R = TypeVar("R", bound="float | None")

Spelling = Callable[..., Any]
"""Makes an SQLAlchemy expression of those of the arguments, which are doubles."""


class Function(Generic[R]):
    """
    A function of the language that a plugin or the host brings.

    Attributes:
        id: What text rules call it; the name of the Python function.
        python: The implementation.
        positional: Names of its numbers, in order; any of them may be unknown in a rule.
        settings: Names of its keyword-only numbers, which must be known.
        defaults: Values of the settings that have one.
        low: Smallest answer.
        high: Largest answer.
        may_be_none: Whether it may answer None though all its numbers are known.
        sql: Spellings by engine (`"sqlite"`, `"postgresql"`, `"mariadb"`, `"duckdb"`, `"spark"`, or `"*"` for the
            others); none where it runs in Python only.
        provider: The distribution and version it came with; empty when the host made it itself.
        identity: A text that is another one when the function means something else.
    """

    def __init__(
        self,
        python: Callable[..., R],
        *,
        low: float,
        high: float,
        may_be_none: bool,
        sql: Mapping[str, Spelling],
        version: str,
    ) -> None:
        functools.update_wrapper(self, python)
        self.python: Callable[..., R] = python
        self._path = python.__qualname__
        self.id: str = python.__name__
        self.low, self.high = float(low), float(high)
        self.may_be_none = may_be_none
        self.sql: Mapping[str, Spelling] = MappingProxyType(dict(sql))
        self.provider = ""
        self.positional, self.settings, self.defaults = _signature(python)
        if not -LARGEST <= self.low <= self.high <= LARGEST:
            raise ValidationError(
                f"bounds lie in +-{LARGEST:g}, the lower first, got {low!r} and {high!r}", entity=self.id, field="gives"
            )
        self.identity = f"{self.id} {version} {code_digest(python.__code__)} {self.low!r} {self.high!r}"

    @overload
    def __call__(self, /, *numbers: float, **settings: float) -> R: ...
    @overload
    def __call__(self, /, *numbers: float | None, **settings: float) -> R | None: ...
    def __call__(self, /, *numbers: float | None, **settings: float) -> float | None:
        """
        Compute natively; None where a positional number is None.

        Raises:
            FunctionFailedError: It raised, or answered what its declaration rules out.
        """
        found = {**self.defaults, **settings}
        if len(numbers) != len(self.positional) or set(found) != set(self.settings):
            inspect.signature(self.python).bind(*numbers, **settings)  # Python says best what is wrong
        return self.value(*numbers, *(found[name] for name in self.settings))

    def value(self, *numbers: Any) -> float | None:
        """The answer to numbers in order, settings last; None where one of them is."""
        return None if None in numbers else self._answer(tuple(map(float, numbers)))

    def _answer(self, given: tuple[Any, ...]) -> float | None:
        count = len(self.positional)
        try:
            found: Any = self.python(*given[:count], **dict(zip(self.settings, given[count:], strict=True)))
        except Exception as error:
            raise self._fault(given, f"{type(error).__name__}: {error}") from error
        if found is None and self.may_be_none:
            return None
        if isinstance(found, bool) or not isinstance(found, (int, float)) or not math.isfinite(found):
            raise self._fault(given, f"answered {found!r}, which is no finite number")
        if not self.low <= found <= self.high:
            reason = f"answered {found!r}, outside {self.low:g}..{self.high:g}"
            raise self._fault(given, reason)
        return float(found)

    def _fault(self, given: tuple[Any, ...], reason: str) -> FunctionFailedError:
        numbers = [f"{len(one)} values" if isinstance(one, tuple) else f"{one:g}" for one in given]
        return FunctionFailedError(self.id, self.provider, numbers, reason)

    def spelling(self, engine: str) -> Spelling | None:
        """What makes its SQL on an engine; None where it has no spelling there."""
        names = (*_ALIKE, EVERYWHERE) if engine in _ALIKE else (engine, EVERYWHERE)
        return next((self.sql[name] for name in names if name in self.sql), None)

    def __repr__(self) -> str:
        numbers = ", ".join((*self.positional, *(f"{name}=" for name in self.settings)))
        return f"<function {self.id}({numbers}){f' of {self.provider}' if self.provider else ''}>"

    def __reduce__(self) -> str:
        return self._path


class Aggregate(Function[R]):
    """
    An aggregate of the language that a plugin or the host brings. It runs in Python only.

    It gets the known values, the smallest first, so that their order in the facts cannot matter; of nothing it is
    None, and it is not called.
    """

    @overload  # type: ignore[override]
    def __call__(self, values: Iterable[float], /, **settings: float) -> R | None: ...
    @overload
    def __call__(self, values: Iterable[float | None], /, **settings: float) -> R | None: ...
    def __call__(self, values: Iterable[float | None], /, **settings: float) -> float | None:
        """
        Compute natively, of the values that are known; None of nothing.

        Raises:
            FunctionFailedError: It raised, or answered what its declaration rules out.
        """
        found = {**self.defaults, **settings}
        if set(found) != set(self.settings):
            inspect.signature(self.python).bind((), **settings)  # Python says best what is wrong
        return self.value(values, *(found[name] for name in self.settings))

    def value(self, *numbers: Any) -> float | None:
        """The answer to the values, settings last."""
        values, *settings = numbers
        known = sorted(float(value) for value in values if value is not None)
        if not known or None in settings:
            return None
        return self._answer((tuple(known), *map(float, settings)))


def aggregate(
    *, gives: tuple[float, float] = (0.0, 1.0), may_be_none: bool = False, version: str = "1"
) -> Callable[[Callable[..., R]], Aggregate[R]]:
    """
    Make an aggregate of the rule language of a Python function of a tuple of numbers.

    Rules call it like the language's own: `median(p.progress for p in customer.projects)`. It runs in Python only, so
    that rules that call it are judged natively beside the statement of a database.

    Args:
        gives: Smallest and largest answer.
        may_be_none: Whether it may answer None though there are values.
        version: Give another one when the aggregate comes to mean something else by way of what it calls.

    Raises:
        ValidationError: It does not take one positional parameter, or the bounds are not in order.
    """

    def decorate(python: Callable[..., R]) -> Aggregate[R]:
        low, high = gives
        made = Aggregate(python, low=low, high=high, may_be_none=may_be_none, sql={}, version=version)
        if len(made.positional) != 1:
            raise ValidationError("an aggregate takes one tuple of numbers", entity=made.id)
        return made

    return decorate


def function(
    *,
    gives: tuple[float, float] = (0.0, 1.0),
    may_be_none: bool = False,
    sql: Mapping[str, Spelling] | Spelling | None = None,
    version: str = "1",
) -> Callable[[Callable[..., R]], Function[R]]:
    """
    Make a function of the rule language of a Python function of numbers.

    Its positional parameters are numbers that may be unknown in a rule (then the answer is None, and the function is
    not called); its keyword-only parameters are settings that must be known. Numbers arrive as floats.

    Args:
        gives: Smallest and largest answer.
        may_be_none: Whether it may answer None though all its numbers are known.
        sql: What makes an SQLAlchemy expression of those of the numbers (positional first, then settings in order):
            one for all engines, or one each by SQLAlchemy's name of the engine. Spell it with the same operations in the same
            order, so that the last digit agrees. None: it runs in Python only, and rules that call it are judged there.
        version: Give another one when the function comes to mean something else by way of what it calls.

    Raises:
        ValidationError: The parameters are not plain numbers, or the bounds are not in order.
    """
    spellings = {EVERYWHERE: sql} if callable(sql) else dict(sql or {})

    def decorate(python: Callable[..., R]) -> Function[R]:
        low, high = gives
        return Function(python, low=low, high=high, may_be_none=may_be_none, sql=spellings, version=version)

    return decorate


def _signature(python: Callable[..., Any]) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, float]]:
    positional, settings, defaults = [], [], {}
    for name, parameter in inspect.signature(python).parameters.items():
        if parameter.kind in (parameter.POSITIONAL_ONLY, parameter.POSITIONAL_OR_KEYWORD):
            if parameter.default is not parameter.empty:
                raise ValidationError(
                    "a number has no default; put settings after *", entity=python.__name__, field=name
                )
            positional.append(name)
        elif parameter.kind is parameter.KEYWORD_ONLY:
            settings.append(name)
            if parameter.default is not parameter.empty:
                defaults[name] = float(parameter.default)
        else:
            raise ValidationError("* and ** are not part of the language", entity=python.__name__, field=name)
    if not positional:
        raise ValidationError("a function takes at least one number", entity=python.__name__)
    return tuple(positional), tuple(settings), defaults


_known: dict[str, Function[Any]] = {}


def registered() -> Mapping[str, Function[Any]]:
    """The functions that text rules may call by id."""
    return MappingProxyType(_known)


def make_known(function: Function[Any], provider: str = "") -> None:
    """
    Let text rules call a function.

    Raises:
        PluginConflictError: Another function of this id is known.
    """
    held = _known.get(function.id)
    if held is not None and held is not function:
        raise PluginConflictError("function", function.id, held.provider or "the host", provider or "the host")
    function.provider = provider or function.provider
    _known[function.id] = function


def make_unknown(id: str) -> None:
    """Take a function away from text rules; policies that are made already keep it."""
    _known.pop(id, None)
