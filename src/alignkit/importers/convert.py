"""
Strict readings of single values, by converter name. Nothing is coerced that the mapping did not declare.

`text` one text, trimmed; `line` one line of text without markup; `texts` a tuple of texts; `number` a finite float;
`whole` an int; `flag` true or false; `money` an exact amount; `date` a day; `moment` an aware moment; `domains` web
domains; `email` an address.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Final

import attrs

from alignkit.domain import Money
from alignkit.domain.checks import text_form
from alignkit.errors import ImporterError, ValidationError
from alignkit.importers import moments
from alignkit.importers.options import ClockChange
from alignkit.importers.row import BadValue
from alignkit.importers.ways import Take

__all__ = ["Refused", "Setting", "convert", "key_text", "looks_misread"]

LONGEST_LINE: Final = 200
LARGEST_INTEGER: Final = 2**63 - 1

_NUMBER = re.compile(r"[+-]?(\d{1,400})(\.\d{1,400})?([eE][+-]?\d{1,4})?", re.ASCII)
_MOJIBAKE = re.compile("\u00c3[\u0080-\u00bf\u0152-\u017e\u2013-\u203a]|\u00e2\u20ac[\u0080-\u2122]")
_TRUE: Final = frozenset({"true", "1", "yes", "y", "t"})
_FALSE: Final = frozenset({"false", "0", "no", "n", "f"})


class Refused(Exception):
    """
    A value that cannot be taken.

    Attributes:
        code: Stable name of the fault.
        reason: What is wrong and what would be right.
    """

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        self.reason = reason
        super().__init__(code, reason)


@attrs.frozen(kw_only=True)
class Setting:
    """
    What a reading depends on besides the value.

    Attributes:
        is_text: Whether the source has only text, so that numbers and flags are parsed from it.
        zone: Zone of moments without one; empty when nobody declared one.
        currency: Code of amounts whose row names none; None when nobody declared one.
        clock_change: What ambiguous and skipped local times mean.
        months: Month names behind `%b`.
    """

    is_text: bool
    zone: str
    currency: str | None
    clock_change: ClockChange
    months: tuple[str, ...]


def convert(name: str, value: object, take: Take, setting: Setting) -> object:
    """
    Read one value.

    Returns:
        The value in the form the fact's field takes; None when there is nothing in it.

    Raises:
        Refused: It is not what the converter reads.
        ImporterError: A moment has no zone and nobody declared one (code `NaiveTime`).
    """
    if isinstance(value, BadValue):
        raise Refused(value.code, value.reason)
    return _CONVERTERS[name](value, take, setting)


def key_text(value: object) -> str | None:
    """
    Read a key: text, or a whole number as text. None when empty.

    Raises:
        Refused: It is something else.
    """
    if isinstance(value, BadValue):
        raise Refused(value.code, value.reason)
    if isinstance(value, str):
        if value.isascii() and "\0" not in value:
            return value.strip() or None
        try:
            return text_form(value).strip() or None
        except ValueError as error:
            raise Refused("InvalidText", str(error)) from None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if value is None:
        return None
    raise Refused("TypeRejected", f"expected text or a whole number, got {type(value).__name__}")


def _text(value: object, take: Take, setting: Setting) -> str | None:
    if isinstance(value, (Decimal, float, bool)):
        raise Refused("TypeRejected", f"expected text, got {str(value).lower()}")
    return key_text(value)


def looks_misread(text: str) -> bool:
    """Whether text looks like UTF-8 that was read in another encoding, such as `MÃ¼ller`."""
    return not text.isascii() and _MOJIBAKE.search(text) is not None


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_data(self, data: str) -> None:
        self.parts.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append(" ")


def _line(value: object, take: Take, setting: Setting) -> str | None:
    text = _text(value, take, setting)
    if text and "<" in text and ">" in text:
        words = _Words()
        words.feed(text[: 50 * LONGEST_LINE])
        words.close()
        text = "".join(words.parts)
    line = " ".join((text or "").split())
    if len(line) > LONGEST_LINE:
        line = f"{line[: LONGEST_LINE - 3].rstrip()}..."
    return line or None


def _items(value: object, take: Take) -> list[object]:
    if isinstance(value, (list, tuple)):
        return list(value)
    if take.separator and isinstance(value, str):
        return list(value.split(take.separator))
    return [value]


def _texts(value: object, take: Take, setting: Setting) -> tuple[str, ...]:
    texts = (_text(item, take, setting) for item in _items(value, take))
    return tuple(dict.fromkeys(f"{take.before}{text}" for text in texts if text))


def _decimal(value: object, setting: Setting, *, kind: str) -> Decimal | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, str)):
        raise Refused("TypeRejected", f"expected {kind}, got {type(value).__name__}")
    if isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        if not setting.is_text:
            raise Refused(
                "TypeRejected", f"expected {kind}, got the text {text[:40]!r}; let the table say text_numbers"
            )
        match = _NUMBER.fullmatch(text)
        if match is None:
            raise Refused("TypeRejected", f"expected {kind} in digits 0 to 9 with a point, got {text[:40]!r}")
        value = text
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise Refused("TypeRejected", f"expected {kind}, got {str(value)[:40]!r}") from None
    if not number.is_finite() or number.adjusted() > 308:
        raise Refused("ValueRejected", "not a finite number")
    return number


def _number(value: object, take: Take, setting: Setting) -> float | None:
    number = _decimal(value, setting, kind="a number")
    if number is None:
        return None
    if number == number.to_integral_value() and abs(number) > LARGEST_INTEGER and "e" not in str(value).lower():
        raise Refused("NumberOutOfRange", f"a whole number beyond {LARGEST_INTEGER}")
    return float(number) / take.divide if take.divide != 1.0 else float(number)


def _whole(value: object, take: Take, setting: Setting) -> int | None:
    number = _decimal(value, setting, kind="a whole number")
    if number is None:
        return None
    written = str(value).strip()
    if isinstance(value, (float, Decimal)) or not written.lstrip("+-").isdigit():
        raise Refused("TypeRejected", f"expected a whole number, got {written[:40]}")
    if abs(number) > LARGEST_INTEGER:
        raise Refused("NumberOutOfRange", f"a whole number beyond {LARGEST_INTEGER}")
    return int(number)


def _flag(value: object, take: Take, setting: Setting) -> bool | None:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and setting.is_text:
        word = value.strip().lower()
        if not word:
            return None
        if word in _TRUE or word in _FALSE:
            return word in _TRUE
    raise Refused("TypeRejected", f"expected true or false, got {str(value)[:40]!r}")


def _money(value: object, take: Take, setting: Setting) -> Money | None:
    number = _decimal(value, setting, kind="an amount")
    if number is None:
        return None
    if setting.currency is None:
        raise Refused("CurrencyUnknown", "the amount names no currency; pass currency='EUR' or the like")
    try:
        return Money(number, setting.currency.strip().upper())
    except ValidationError as error:
        raise Refused("ValueRejected", error.reason) from None


def _when(value: object, take: Take, setting: Setting) -> moments.Local | None:
    text = _text(value, take, setting)
    if text is None:
        return None
    try:
        return moments.parse(text, take.formats, setting.months or moments.MONTHS)
    except moments.DateRejected as error:
        raise Refused("DateRejected", str(error)) from None


def _date(value: object, take: Take, setting: Setting) -> date | None:
    if isinstance(value, date):
        return value.date() if isinstance(value, datetime) else value
    local = _when(value, take, setting)
    return None if local is None else moments.day_of(local)


def _moment(value: object, take: Take, setting: Setting) -> datetime | None:
    if isinstance(value, datetime) and value.utcoffset() is not None:
        return value
    if isinstance(value, datetime):
        local: moments.Local | None = moments.Local(value, None, has_time=True)
    else:
        local = _when(value, take, setting)
    if local is None:
        return None
    zone = take.zone or setting.zone
    if local.zone is None and not zone:
        raise ImporterError(
            "NaiveTime",
            f"{str(value)[:40]!r} names no time zone; pass zone='Europe/Berlin' or the like (the zone of whoever exported it)",
        )
    moment, code, reason = moments.at_zone(local, moments.zone_of(zone or "UTC"), setting.clock_change)
    if moment is None:
        raise Refused(code, reason)
    return moment


def _domains(value: object, take: Take, setting: Setting) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for text in _texts(value, take, setting):
        host = re.sub(r"^[a-z]+://", "", text.lower()).split("/")[0].split(":")[0].removeprefix("www.").strip(".")
        if not host or any(character.isspace() for character in host) or "@" in host:
            raise Refused("TypeRejected", f"expected a web domain such as 'example.org', got {text[:40]!r}")
        found[host] = None
    return tuple(found)


def _email(value: object, take: Take, setting: Setting) -> str | None:
    text = _text(value, take, setting)
    if text is None:
        return None
    name, at, host = text.rpartition("@")
    if not at or not name or not host or any(character.isspace() for character in text):
        raise Refused("TypeRejected", f"expected an e-mail address, got {text[:40]!r}")
    return f"{name}@{host.lower()}"


_CONVERTERS: Final[dict[str, Callable[[object, Take, Setting], object]]] = {
    "text": _text,
    "line": _line,
    "texts": _texts,
    "number": _number,
    "whole": _whole,
    "flag": _flag,
    "money": _money,
    "date": _date,
    "moment": _moment,
    "domains": _domains,
    "email": _email,
}
