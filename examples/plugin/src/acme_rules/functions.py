"""Acme's own curve."""

from __future__ import annotations

from typing import Any

from alignkit.plugins import function

__all__ = ["saturation"]


def _in_sql(x: Any, half: Any) -> Any:
    from sqlalchemy import case

    return case((x <= 0.0, 0.0), else_=(x * x) / (x * x + half * half))


@function(gives=(0.0, 1.0), sql=_in_sql)
def saturation(x: float, /, *, half: float = 0.5) -> float:
    """0 at 0 and below, one half at `half`, slowly towards 1."""
    return 0.0 if x <= 0.0 else (x * x) / (x * x + half * half)
