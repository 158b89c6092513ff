"""
How large a calculated number can get.

A whole number that could leave 2**53, or a float that could leave 1e-300..1e300, is refused: beyond these
Python and the databases no longer agree.
"""

from __future__ import annotations

from typing import Final

from alignkit.expressions import types as t
from alignkit.expressions.types import Type

__all__ = ["arithmetic_type", "clamped_type", "quotient_type"]

LARGEST: Final = 1e300
SMALLEST: Final = 1e-300
ULP: Final = 2.0**-53


def arithmetic_type(op: str, one: Type, other: Type) -> tuple[Type, str]:
    """The type of `one op other` for numbers, and a fault if it can get too large or too small (else empty)."""
    whole = one.base == other.base == "int" and op != "/"
    if op == "+":
        low, high = one.low + other.low, one.high + other.high
        tiny = min(one.tiny, other.tiny) * ULP
    elif op == "-":
        low, high = one.low - other.high, one.high - other.low
        tiny = min(one.tiny, other.tiny) * ULP
    elif op == "*":
        corners = [a * b for a in (one.low, one.high) for b in (other.low, other.high)]
        low, high = min(corners), max(corners)
        tiny = one.tiny * other.tiny
    else:
        corners = [a / other.low for a in (one.low, one.high)]
        low, high = min(corners), max(corners)
        tiny = one.tiny / other.largest
    if whole:
        if max(abs(low), abs(high)) > t.WHOLE_LIMIT:
            return t.INT, f"a whole number here can reach {max(abs(low), abs(high)):.3g}, beyond 2**53; clamp it first"
        return t.int_type(low, high), ""
    return t.float_type(low, high, tiny), _fault(low, high, tiny)


def quotient_type(part: Type, whole: Type) -> tuple[Type, str]:
    """The type of `ratio(part, whole)`, which is None for a divisor closer to zero than a billionth."""
    largest = part.largest / max(whole.tiny, 1e-9)
    low = 0.0 if part.low >= 0 and whole.low >= 0 else -largest
    high = largest
    tiny = part.tiny / max(whole.largest, 1e-9)
    return t.float_type(low, high, tiny).optional(), _fault(low, high, tiny)


def clamped_type(x: Type, low: Type, high: Type) -> Type:
    """The type of a number held within two bounds."""
    base: t.Base = "int" if x.base == low.base == high.base == "int" else "float"
    lowest, highest = max(min(x.low, high.low), low.low), min(max(x.high, low.high), high.high)
    return Type(base, low=min(lowest, highest), high=max(lowest, highest), tiny=min(x.tiny, low.tiny, high.tiny))


def _fault(low: float, high: float, tiny: float) -> str:
    if max(abs(low), abs(high)) > LARGEST:
        return "a number here can grow beyond 1e300; clamp it first"
    if tiny < SMALLEST:
        return "a number here can shrink below 1e-300 without being zero; clamp it first"
    return ""
