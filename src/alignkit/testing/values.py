"""
Hypothesis strategies for the values that facts are made of, the awkward ones on purpose.

Text that is not in normal form, bounds of numbers and their neighbours, moments at and a microsecond around `now`,
at changes of the clock, in other zones, and the same one twice.
"""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from alignkit.domain import ExternalRef, Money
from alignkit.testing.clock import NOW

__all__ = ["days", "external_refs", "moments", "money", "numbers", "texts"]

_HOSTILE_TEXTS = [
    "Cafe\u0301",  # not in normal form
    "\u212bngstro\u0308m",
    "\ufb01 \u2126",
    "\U0001f469\u200d\U0001f680",
    "\u202etfel ot thgir",
    'it\'s "quoted"; -- %s {name} \\',
    "<b>&amp;</b>",
    "=1+1",
    " leading and trailing ",
    "line\nbreak\ttab",
    "active",
    "Active",
    "\u0130stanbul \u00df",
    "None",
]


@cache
def texts(*, empty: bool = False) -> st.SearchStrategy[str]:
    """Text that the domain accepts; with `empty` also none at all and blanks only."""
    alphabet = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
    drawn = st.sampled_from(_HOSTILE_TEXTS) | st.text(alphabet, max_size=12)
    return drawn if empty else drawn.filter(lambda text: bool(unicodedata.normalize("NFC", text).strip()))


def moments(now: datetime = NOW) -> st.SearchStrategy[datetime]:
    """Aware moments within three years of `now`: often `now` itself, its neighbours, or a change of the clock."""
    berlin, apia = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Apia")
    near = [now + timedelta(microseconds=shift) for shift in (-1, 0, 1)]
    steps = [now + timedelta(days=shift) for shift in (-365, -30, -21, -7, -1, 1, 7)]
    special = [
        datetime(now.year, 3, 29, 1, 0, tzinfo=timezone.utc),
        datetime(now.year, 10, 25, 2, 30, tzinfo=berlin),
        datetime(now.year, 10, 25, 2, 30, fold=1, tzinfo=berlin),
        now.astimezone(apia),
        now.astimezone(timezone(timedelta(hours=-11, minutes=-30))),
    ]
    span = 3 * 365 * 86_400 * 10**6
    others = st.integers(-span, span).map(lambda micro: now + timedelta(microseconds=micro))
    return st.sampled_from(near + steps + special) | others


def days(now: datetime = NOW) -> st.SearchStrategy[date]:
    """Days within three years of `now`: often that very day, its neighbours, or a leap day."""
    today = now.astimezone(timezone.utc).date()
    near = [today + timedelta(days=shift) for shift in (-365, -30, -1, 0, 1, 30)]
    others = st.integers(-3 * 365, 3 * 365).map(lambda shift: today + timedelta(days=shift))
    return st.sampled_from([*near, date(2024, 2, 29)]) | others


def money(currencies: tuple[str, ...] = ("EUR",)) -> st.SearchStrategy[Money]:
    """Amounts in one of the currencies: exact cents, both bounds, and none."""
    cents = st.integers(-(10**14), 10**14).map(lambda number: Decimal(number).scaleb(-2))
    amounts = st.sampled_from([Decimal(0), Decimal("0.1"), Decimal(10) ** 12, -(Decimal(10) ** 12)]) | cents
    return st.builds(Money, amounts, st.sampled_from(currencies))


def external_refs() -> st.SearchStrategy[ExternalRef]:
    """Identities in other systems, few enough to meet again."""
    return st.builds(
        ExternalRef, st.sampled_from(["hubspot", "jira"]), st.sampled_from(["company", "issue"]), st.sampled_from("123")
    )


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Finite numbers within the bounds: often the bounds, next to nothing, or a half millionth."""
    edges = [x for x in (low, high, 0.0, 1.0, 1e-9, 1e-10, -1e-10, 5e-7, 0.1 + 0.2, 0.5) if low <= x <= high]
    return st.sampled_from(edges) | st.floats(low, high, allow_nan=False, allow_infinity=False)
