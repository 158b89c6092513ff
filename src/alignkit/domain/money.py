"""Amounts of money: exact, each with its currency, and the rates between currencies."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

import attrs

from alignkit.domain.checks import LARGEST_AMOUNT
from alignkit.errors import ValidationError

__all__ = ["Exchange", "Money"]


def _amount(value: Decimal | int | str) -> Decimal:
    if isinstance(value, (bool, float)) or not isinstance(value, (Decimal, int, str)):
        raise ValidationError(
            f"expected a Decimal, a whole number or decimal text, got {value!r}",
            entity="Money",
            field="amount",
            value=value,
        )
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValidationError(
            f"expected a decimal number, got {value!r}", entity="Money", field="amount", value=value
        ) from None
    if not amount.is_finite() or abs(amount) > Decimal(LARGEST_AMOUNT):
        raise ValidationError(
            f"expected a finite amount within {LARGEST_AMOUNT:g}, got {amount}",
            entity="Money",
            field="amount",
            value=value,
        )
    return amount


def _currency(value: str) -> str:
    if not (isinstance(value, str) and len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise ValidationError(
            f"expected an ISO 4217 code such as 'EUR', got {value!r}", entity="Money", field="currency", value=value
        )
    return value


@attrs.frozen(order=False)
class Money:
    """
    An exact amount in one currency.

    Attributes:
        amount: Major units (euros, not cents), at most 1e12 either way.
        currency: ISO 4217 code.
        major: The amount as the nearest float, which is what rules calculate with.

    Example:
        >>> Money("1200.50", "EUR").major
        1200.5
    """

    amount: Decimal = attrs.field(converter=_amount)
    currency: str = attrs.field(converter=_currency)
    major: float = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "major", float(self.amount))

    def __str__(self) -> str:
        return f"{self.amount:,.2f} {self.currency}"


def _rates(value: Mapping[str, Decimal | int | str] | None) -> Mapping[str, Decimal]:
    rates = {_currency(code): Decimal(rate) for code, rate in sorted((value or {}).items())}
    for code, rate in rates.items():
        if not rate.is_finite() or rate <= 0:
            raise ValidationError(
                f"expected a positive rate for {code}, got {rate}", entity="Exchange", field="rates", value=rate
            )
    return MappingProxyType(rates)


@attrs.frozen
class Exchange:
    """
    The currency that rules calculate in, and what one unit of another is worth in it.

    Attributes:
        currency: ISO 4217 code of the common currency.
        rates: Units of the common currency for one unit of another, by code. From the host; never fetched.

    Example:
        >>> Exchange("EUR", {"USD": "0.92"}).major(Money("100", "USD"))
        92.0
    """

    currency: str = attrs.field(converter=_currency)
    rates: Mapping[str, Decimal] = attrs.field(default=None, converter=_rates, hash=False)

    def major(self, money: Money | None) -> float | None:
        """Give the amount in the common currency; None where it is unknown or has no rate."""
        if money is None:
            return None
        if money.currency == self.currency:
            return money.major
        rate = self.rates.get(money.currency)
        return None if rate is None else float(money.amount * rate)

    def __reduce__(self) -> tuple[type[Exchange], tuple[str, dict[str, Decimal]]]:
        return Exchange, (self.currency, dict(self.rates))
