"""
What a field accepts. Each check is an attrs validator that also brings the value to its one form.

Normal forms: text is NFC without NUL or lone surrogates; moments are UTC; numbers of a `float` field are
floats, finite, within bounds, and 0.0 when smaller than a billionth; whole numbers stay within 2**53.
`check(value)` is the same rule without an instance, so that a record with five faults reports five.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timezone
from typing import Any, Final

import attrs

from alignkit.errors import ValidationError

__all__ = ["Bounds", "Check", "check_of", "checked", "optional", "text_form"]

LARGEST_WHOLE: Final = 2**53
SMALLEST: Final = 1e-9
LARGEST_AMOUNT: Final = 1e12

Normalise = Callable[[Any], Any]
Validator = Callable[[Any, "attrs.Attribute[Any]", Any], None]


@attrs.frozen
class Bounds:
    """
    The closed interval a number of a field lies in.

    Attributes:
        low: Smallest value, inclusive.
        high: Largest value, inclusive.
    """

    low: float
    high: float


class Check:
    """
    One field's law: normalises a value or raises `ValidationError`.

    Attributes:
        bounds: Interval of a numeric field, else None.
        nullable: Whether None (unknown) is accepted.
    """

    __slots__ = ("_normalise", "bounds", "nullable")

    def __init__(self, normalise: Normalise, *, nullable: bool = False, bounds: Bounds | None = None) -> None:
        self._normalise = normalise
        self.nullable = nullable
        self.bounds = bounds

    def __call__(self, instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
        self.validator(attrs.NOTHING)(instance, attribute, value)

    def validator(self, default: object) -> Validator:
        """
        The check as a plain function that lets `default` pass unseen.

        A record runs some twenty of them, most on their default, and Python calls a function in half the
        time it needs to call an object: together these halve the time to make a record.
        """
        normalise = self._normalise if default is None or not self.nullable else self.check

        def validate(instance: object, attribute: attrs.Attribute[Any], value: Any) -> None:
            if value is default:
                return
            try:
                normal = normalise(value)
            except ValueError as error:
                raise ValidationError(
                    str(error), entity=type(instance).__name__, field=attribute.name, value=value
                ) from None
            if normal is not value:
                object.__setattr__(instance, attribute.name, normal)

        return validate

    def check(self, value: Any) -> Any:
        """
        Give the normal form of `value`.

        Raises:
            ValueError: The value is refused; the message says why and what would be right.
        """
        return None if value is None and self.nullable else self._normalise(value)


def text_form(value: object) -> str:
    """
    Bring text to NFC.

    Raises:
        ValueError: Not text, or it holds a NUL character or an unpaired surrogate.
    """
    if not isinstance(value, str):
        raise ValueError(f"expected text, got {type(value).__name__} {value!r}")
    if "\0" in value:
        raise ValueError("holds a NUL character; remove it")
    if value.isascii():
        return str(value)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("holds an unpaired surrogate; read the source with the right encoding")
    return unicodedata.normalize("NFC", value)


def _text(value: object) -> str:
    if type(value) is str and value.isascii() and "\0" not in value:
        return value
    return text_form(value)


def _filled(value: object) -> str:
    if type(value) is str and value > "!" and value.isascii() and "\0" not in value:
        return value  # ASCII white space sorts before "!", so this text starts with something to see
    form = _text(value)
    if not form or form.isspace():
        raise ValueError("expected text, got nothing")
    return form


def _moment(value: object, _utc: timezone = timezone.utc) -> datetime:
    if type(value) is datetime and value.tzinfo is _utc:
        return value
    if not isinstance(value, datetime):
        raise ValueError(f"expected an aware datetime, got {type(value).__name__} {value!r}")
    if value.utcoffset() is None:
        raise ValueError(f"{value.isoformat()} has no time zone; give an aware datetime")
    try:
        return value.astimezone(_utc)
    except OverflowError:
        raise ValueError(f"{value.isoformat()} has no moment in UTC; the calendar ends there") from None


def _day(value: object) -> date:
    if type(value) is date:
        return value
    if isinstance(value, datetime) or not isinstance(value, date):
        raise ValueError(f"expected a date, got {type(value).__name__} {value!r}")
    return value


def _flag(value: object) -> bool:
    if value is True or value is False:
        return value
    raise ValueError(f"expected True or False, got {value!r}")


def _number(low: float, high: float) -> Normalise:
    def normalise(value: object) -> float:
        if type(value) is float and low <= value <= high and (value >= SMALLEST or value <= -SMALLEST):
            return value
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ValueError(f"expected a number, got {type(value).__name__} {value!r}")
        try:
            number = float(value)
        except OverflowError:
            raise ValueError(f"expected a number between {low:g} and {high:g}, got one too large") from None
        if not math.isfinite(number):
            raise ValueError(f"expected a finite number, got {number}")
        if not low <= number <= high:
            raise ValueError(f"expected a number between {low:g} and {high:g}, got {number:g}")
        return number if abs(number) >= SMALLEST else 0.0

    return normalise


def _whole(low: int, high: int) -> Normalise:
    def normalise(value: object) -> int:
        if type(value) is int and low <= value <= high:
            return value
        if isinstance(value, bool) or not isinstance(value, int):
            raise ValueError(f"expected a whole number, got {type(value).__name__} {value!r}")
        if not low <= value <= high:
            raise ValueError(f"expected a whole number from {low} to {high}, got {value}")
        return int(value)

    return normalise


def _tuple_of(normalise: Normalise) -> Normalise:
    def normalise_all(value: object) -> tuple[Any, ...]:
        if isinstance(value, (str, bytes)) or not isinstance(value, (tuple, list)):
            raise ValueError(f"expected a list, got {type(value).__name__} {value!r}")
        given = tuple(value)
        normal = tuple(normalise(item) for item in given)
        return value if type(value) is tuple and all(a is b for a, b in zip(normal, given, strict=True)) else normal

    return normalise_all


def _instance(cls: type) -> Normalise:
    def normalise(value: object) -> object:
        if not isinstance(value, cls):
            raise ValueError(f"expected {cls.__name__}, got {type(value).__name__} {value!r}")
        return value

    return normalise


TEXT: Final = Check(_text)
FILLED: Final = Check(_filled)
MOMENT: Final = Check(_moment)
DAY: Final = Check(_day)
FLAG: Final = Check(_flag)
TEXTS: Final = Check(_tuple_of(_filled))


def number(low: float, high: float) -> Check:
    """A finite `float` within the bounds; an `int` is taken as one."""
    return Check(_number(low, high), bounds=Bounds(low, high))


def whole(low: int = -LARGEST_WHOLE, high: int = LARGEST_WHOLE) -> Check:
    """An `int` within the bounds; a `bool` is refused."""
    return Check(_whole(low, high), bounds=Bounds(low, high))


def instance(cls: type) -> Check:
    """A value of one class."""
    return Check(_instance(cls))


def instances(cls: type) -> Check:
    """A tuple (or list) of values of one class."""
    return Check(_tuple_of(_instance(cls)))


def optional(check: Check) -> Check:
    """The same check, or None for unknown."""
    return Check(check._normalise, nullable=True, bounds=check.bounds)


def checked(check: Check, default: Any = attrs.NOTHING) -> Any:
    """An attrs field under a check; the check also stands in the metadata for the rule language to read."""
    if default is not attrs.NOTHING:
        default = check.check(default)
    return attrs.field(default=default, validator=check.validator(default), metadata={"check": check})


def check_of(attribute: attrs.Attribute[Any]) -> Check:
    """The check that a field was made with."""
    found = attribute.metadata["check"]
    assert isinstance(found, Check)
    return found
