"""The hostile corpus: its facts as a portfolio, its rules as a policy, and the moments at which they are judged."""

from __future__ import annotations

import functools
import textwrap
import tomllib
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import alignkit as ak
from alignkit.domain import COLLECTIONS, Money

from ...expressions.rule_text import load

DIMENSIONS = 24
EXCHANGE = ak.Exchange("EUR", {"USD": "0.9137"})
HERE = Path(__file__).parent
MOMENTS = (
    datetime(2026, 3, 29, 1, tzinfo=timezone.utc),  # the clocks of Europe go forward
    datetime(2026, 10, 25, 1, 30, tzinfo=timezone.utc),  # half an hour after they went back
    datetime(2026, 3, 28, 23, 59, 59, 999_999, tzinfo=timezone.utc),
    datetime(1970, 1, 1, tzinfo=timezone.utc),
)


@functools.cache
def portfolio() -> ak.Portfolio:
    """The facts."""
    found: dict[str, Any] = {}
    for name, rows in tomllib.loads((HERE / "rows.toml").read_text(encoding="utf-8")).items():
        found[name] = [COLLECTIONS[name](**{field: _value(value) for field, value in row.items()}) for row in rows]
    return ak.Portfolio(**found)


def _value(value: Any) -> Any:
    if isinstance(value, str) and value.endswith((" EUR", " USD")):
        return Money(*value.split())
    return value


@functools.cache
def texts() -> dict[str, str]:
    """The functions by name, such as `project_7`."""
    lines = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))
    return {
        f"{kind}_{number:03}": function(kind, f"{kind}_{number:03}", text)
        for kind in ("objective", "project", "customer", "portfolio")
        for number, text in enumerate(lines[kind])
    }


def function(kind: str, name: str, text: str) -> str:
    """The text of a rule of these lines."""
    head = f"def {name}({kind}: ak.{kind.title()}View, now: datetime, today: date) -> ak.Score:\n"
    return head + textwrap.indent(textwrap.dedent(text).strip(), "    ") + "\n"


@functools.cache
def policy(*markers: str) -> ak.Policy:
    """
    All rules, or those whose text holds one of the markers.

    They are spread over many dimensions, because running weights within one make a statement grow faster than its rules.
    """
    helpers: str = tomllib.loads((HERE / "rules.toml").read_text(encoding="utf-8"))["helpers"]
    names = load(helpers + "\n".join(texts().values()))
    rules: list[Any] = [
        ak.rule(dimension=f"d{number % DIMENSIONS}", weight=1 + number % 7)(names[name])
        for number, (name, text) in enumerate(texts().items())
        if not markers or any(marker in text for marker in markers)
    ]
    dimensions = {f"d{number}": 1 + number % 3 for number in range(DIMENSIONS)}
    return ak.Policy(rules, dimensions=dimensions, exchange=EXCHANGE)
