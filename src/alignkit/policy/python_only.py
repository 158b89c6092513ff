"""
Rules that call a function without a spelling on some engine: there they are judged natively, like opaque ones.

In memory such a rule is generated like any other.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import attrs

from alignkit.expressions import ir
from alignkit.expressions.registered import Function
from alignkit.policy.compiled import PolicyRule

__all__ = ["functions_of", "on_engine"]


@functools.lru_cache(maxsize=16_384)
def functions_of(node: ir.Node) -> frozenset[Function[Any]]:
    """The functions of others that a node calls, in signals too."""
    return frozenset(_called(node))


def _called(node: ir.Node) -> Iterator[Function[Any]]:
    for part in ir.walk(node):
        if isinstance(part, ir.Call) and part.function is not None:
            yield part.function
        elif isinstance(part, ir.Signal):
            yield from functions_of(part.expression)


def on_engine(rule: PolicyRule, engine: str) -> PolicyRule:
    """The rule as an engine takes it: itself, or one that only runs natively where it calls what has no spelling there."""
    if rule.lowered is None or all(one.spelling(engine) for one in functions_of(rule.lowered.outcome)):
        return rule
    native: Any = rule.native or _Text(rule)
    return attrs.evolve(rule, lowered=None, native=native)


class _Text:
    """A rule that came as text, called as the function of a decorated rule is."""

    def __init__(self, rule: PolicyRule) -> None:
        self._rule = rule
        assert rule.lowered is not None
        names = ("subject", *rule.lowered.takes)
        self.function = SimpleNamespace(__code__=SimpleNamespace(co_varnames=names, co_argcount=len(names)))

    def __call__(self, subject: Any, *moments: Any, **thresholds: Any) -> Any:
        return self._rule(subject, *moments)  # the text has the thresholds of its policy already
