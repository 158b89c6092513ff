"""
The ready-signal rules in two general rule engines, for scale: `rule-engine` and `cel-python`.

Both get the same twenty expressions in their own spelling; each answers a number, or -1 for no data. What is
compiled once is compiled before the clock starts; weights are put together in Python for both.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs
from ready import Row

__all__ = ["ENGINES", "Engine"]

UNKNOWN: Final = -1e9
"""Stands for no data where an engine cannot compare a number with null."""

Answers = list[float]
Engine = Callable[[Row], Answers]


def _clamp(x: str) -> str:
    return f"(({x}) < 0.0 ? 0.0 : (({x}) > 1.0 ? 1.0 : ({x})))"


def _ramp(x: str, best: float, worst: float) -> str:
    return _clamp(f"(({x}) - ({worst!r})) / ({best - worst!r})")


def _decay(x: str, half_life: str) -> str:
    return f"(({half_life}) / (({half_life}) + ({x})))"


def _known(x: str, answer: str) -> str:
    return f"({x} == {UNKNOWN!r} ? -1.0 : {answer})"


def expressions(word_or: str) -> list[str]:
    """The rules, for a language that spells `or` in this way."""
    active = 'status == "active"'
    wanted = f'((tier == "A" {word_or} tier == "B") ? 6.0 : 3.0)'
    half_life = '(tier == "A" ? 1.0 : 2.0)'
    lesser = "(balance < 1.0 - balance ? balance : 1.0 - balance)"
    return [
        f"(silent == {UNKNOWN!r} ? ({active} ? 0.0 : -1.0) : {_decay('silent', '30.0')})",
        f"({active} ? {_clamp(f'recent / {wanted}')} : -1.0)",
        _known("balance", _clamp(f"2.5 * {lesser}")),
        _decay("mails", "2.0"),
        _known("hours", _ramp("hours", 4.0, 72.0)),
        _clamp("1.0 - 0.25 * waiting"),
        _decay("complaints", half_life),
        _known("resolving", _ramp("resolving", 24.0, 240.0)),
        _known("overdue", f"1.0 - {_clamp('1.5 * overdue')}"),
        _known("pace", _clamp("1.0 + 2.0 * pace")),
        _decay("late", "20.0"),
        _known("earned", _ramp("earned - 0.5 * elapsed", 0.5, -0.5)),
        _known("spending", _ramp("spending", 0.0, 0.3)),
        _known("overdue", f"1.0 - {_clamp('value / 500000.0')} * overdue"),
        _known("agreed", "agreed"),
        _known("reached", _clamp("reached")),
        _known("serving", _ramp("serving", 0.9, 0.2)),
        _known("linked", _ramp("linked", 0.5, 0.0)),
        _known("satisfaction", _ramp("satisfaction", 9.0, 4.0)),
        _known("mood", _clamp("0.5 + 0.5 * mood")),
    ]


def _facts(row: Row) -> dict[str, Any]:
    found = {name: UNKNOWN if value is None else value for name, value in attrs.asdict(row).items()}
    return {name: value if isinstance(value, str) else float(value) for name, value in found.items()}


def rule_engine() -> Engine:
    """Rules of the `rule-engine` package."""
    module = importlib.import_module("rule_engine")
    rules: Sequence[Any] = [module.Rule(text) for text in expressions("or")]

    def judge(row: Row) -> Answers:
        facts = _facts(row)
        return [float(rule.evaluate(facts)) for rule in rules]

    return judge


def cel_python() -> Engine:
    """Programs of the `cel-python` package."""
    module = importlib.import_module("celpy")
    environment = module.Environment()
    programs: Sequence[Any] = [environment.program(environment.compile(text)) for text in expressions("||")]

    def judge(row: Row) -> Answers:
        facts = {name: module.json_to_cel(value) for name, value in _facts(row).items()}
        return [float(program.evaluate(facts)) for program in programs]

    return judge


ENGINES: Final[dict[str, Callable[[], Engine]]] = {"rule-engine": rule_engine, "cel-python": cel_python}
"""How to make each engine; `ModuleNotFoundError` where it is not installed."""
