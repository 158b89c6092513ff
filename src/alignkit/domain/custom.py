"""
Values that a company keeps beside the fields of the trade: names to plain values, frozen and checked like any field.

A declaration (`CustomField`) says what rules may expect under a name. A stored value that does not fit its declaration
reads as None, in every engine: nothing is converted but a whole number to a number.
"""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final, Literal

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import Check, checked, optional

__all__ = ["EMPTY", "Custom", "CustomField", "CustomType", "CustomValue", "custom", "sort_of", "tagged"]

CustomValue = str | int | float | bool | date | datetime
"""What may be kept: text, a whole number, a number, a flag, a day, or an aware moment."""

CustomType = Literal["text", "number", "whole", "flag", "day", "moment"]

LARGEST: Final = 1e12
LARGEST_WHOLE: Final = 2**53
MOST: Final = 200
LONGEST_NAME: Final = 60

_NUMBER: Final = checks.number(-LARGEST, LARGEST)
_CHECKS: Final[Mapping[CustomType, Check]] = {
    "text": checks.TEXT,
    "number": _NUMBER,
    "whole": checks.whole(),
    "flag": checks.FLAG,
    "day": checks.DAY,
    "moment": checks.MOMENT,
}


def sort_of(value: object) -> CustomType:
    """
    Which sort of value this is.

    Raises:
        ValueError: It is none that can be kept.
    """
    if isinstance(value, bool):
        return "flag"
    for sort, cls in (("text", str), ("whole", int), ("number", float), ("moment", datetime), ("day", date)):
        if isinstance(value, cls):
            return sort  # type: ignore[return-value]  # the five names above
    raise ValueError(f"expected text, a number, True, False, a day or a moment, got {type(value).__name__} {value!r}")


def checked_field_name(name: object) -> str:
    """
    A name that a custom field may have.

    Raises:
        ValueError: It is not a plain lower-case name.
    """
    is_plain = isinstance(name, str) and name.isidentifier() and name.isascii() and name == name.lower()
    if not isinstance(name, str) or not is_plain or name.startswith("_") or keyword.iskeyword(name):
        raise ValueError(f"expected a name of lower-case letters, digits and underscores, got {name!r}")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"expected a name of at most {LONGEST_NAME} characters, got {len(name)}")
    return name


class Custom(Mapping[str, CustomValue]):
    """
    Custom values of one fact, in the order of their names. Frozen; equal where names, values and their types are.

    Args:
        values: By name; None, which means unknown, is left out. A day may be `{"day": "2026-03-31"}` and a moment
            `{"moment": "2026-03-31T09:30:00+02:00"}`, as in JSON.

    Raises:
        ValueError: A name or a value cannot be kept.
    """

    __slots__ = ("_values",)

    _values: dict[str, CustomValue]

    def __init__(self, values: Mapping[str, CustomValue | None] | None = None) -> None:
        found: dict[str, CustomValue] = {}
        for name, value in sorted((values or {}).items(), key=lambda item: str(item[0])):
            checked_field_name(name)
            if value is not None:
                try:
                    plain = _untagged(value)
                    found[name] = _CHECKS[sort_of(plain)].check(plain)
                except ValueError as error:
                    raise ValueError(f"{name}: {error}") from None
        if len(found) > MOST:
            raise ValueError(f"expected at most {MOST} custom values, got {len(found)}")
        object.__setattr__(self, "_values", found)

    def __getitem__(self, name: str) -> CustomValue:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _key(self) -> tuple[tuple[str, type, CustomValue], ...]:
        return tuple((name, type(value), value) for name, value in self._values.items())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Custom):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"cannot set {name!r}: custom values are frozen; make new ones")

    def __reduce__(self) -> tuple[Any, ...]:
        return Custom, (dict(self._values),)

    def __repr__(self) -> str:
        return repr(self._values)


def _untagged(value: object) -> object:
    """A value as JSON has it: days and moments are objects there, so that a text which looks like a date stays one."""
    if isinstance(value, Mapping):
        match list(value.items()):
            case [("day", str(day))]:
                return date.fromisoformat(day)
            case [("moment", str(moment))]:
                return datetime.fromisoformat(moment)
    return value


def tagged(values: Mapping[str, CustomValue]) -> dict[str, Any]:
    """Custom values as JSON has them; `Custom` takes them back."""
    return {name: _tagged(value) for name, value in values.items()}


def _tagged(value: CustomValue) -> Any:
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    return {"day": value.isoformat()} if isinstance(value, date) else value


EMPTY: Final = Custom()
"""No custom values."""


def _custom(value: object) -> Custom:
    if isinstance(value, Custom):
        return value or EMPTY
    if not isinstance(value, Mapping):
        raise ValueError(f"expected values by name, got {type(value).__name__} {value!r}")
    return Custom(value) or EMPTY


def custom() -> Any:
    """The attrs field that holds custom values; none by default."""
    return checked(Check(_custom), EMPTY)


def _type(value: object) -> str:
    if value not in _CHECKS:
        raise ValueError(f"expected one of {', '.join(_CHECKS)}, got {value!r}")
    return str(value)


@attrs.frozen(kw_only=True)
class CustomField:
    """
    What rules may expect of a custom value.

    Attributes:
        kind: Kind of fact that has it, such as `"project"`.
        name: As rules write it.
        type: `"text"`, `"number"`, `"whole"`, `"flag"`, `"day"` or `"moment"`.
        low: Smallest number; what lies below reads as None.
        high: Largest number; what lies above reads as None.
        unit: What a number counts, for people.
        vocabulary: The usual values of a text; None when it is free. Others are read all the same.
    """

    kind: str = checked(checks.FILLED)
    name: str = checked(Check(checked_field_name))
    type: CustomType = checked(Check(_type))
    low: float | None = checked(optional(_NUMBER), None)
    high: float | None = checked(optional(_NUMBER), None)
    unit: str = checked(checks.TEXT, "")
    vocabulary: frozenset[str] | None = None

    @property
    def path(self) -> str:
        """Kind and name, such as `"project.risk"`."""
        return f"{self.kind}.{self.name}"

    @property
    def lowest(self) -> float:
        """The smallest number that is read."""
        limit = -LARGEST_WHOLE if self.type == "whole" else -LARGEST
        return limit if self.low is None else self.low

    @property
    def highest(self) -> float:
        """The largest number that is read."""
        limit = LARGEST_WHOLE if self.type == "whole" else LARGEST
        return limit if self.high is None else self.high
