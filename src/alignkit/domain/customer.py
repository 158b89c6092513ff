"""Whom we serve, and the people there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, instance, instances, number, optional
from alignkit.domain.custom import CustomValue, custom
from alignkit.domain.money import Money
from alignkit.domain.reference import ExternalRef

__all__ = ["Contact", "Customer"]


@attrs.frozen(kw_only=True)
class Customer:
    """
    An organisation we serve or hope to serve.

    Attributes:
        id: Unique among customers.
        name: As people call it.
        tier: The host's own ranking, such as `"A"`; None when not ranked.
        stage: Where it stands with us (`alignkit.domain.vocabulary.Stage`); other source values are kept.
        annual_value: Worth of a year of business.
        owner: Who looks after the relation.
        domains: Web and e-mail domains, lower case, without `www.`.
        contract_end_on: Last day of the running contract.
        contact_cadence_days: Longest time the two sides mean to go without talking, in days.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    name: str = checked(checks.FILLED)
    tier: str | None = checked(optional(checks.FILLED), None)
    stage: str | None = checked(optional(checks.FILLED), None)
    annual_value: Money | None = checked(optional(instance(Money)), None)
    owner: str | None = checked(optional(checks.FILLED), None)
    domains: tuple[str, ...] = checked(checks.TEXTS, ())
    contract_end_on: date | None = checked(optional(checks.DAY), None)
    contact_cadence_days: float | None = checked(optional(number(0.01, 3_660)), None)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class Contact:
    """
    A person at a customer.

    Attributes:
        id: Unique among contacts.
        name: Personal data: removed by erasure.
        email: Personal data: removed by erasure.
        customer_id: Where the person works.
        external_refs: Identities in other systems.
        custom: Values of your own, by name.
        version: Set by stores; not part of equality.
    """

    id: str = checked(checks.FILLED)
    name: str | None = checked(optional(checks.FILLED), None)
    email: str | None = checked(optional(checks.FILLED), None)
    customer_id: str | None = checked(optional(checks.FILLED), None)
    external_refs: tuple[ExternalRef, ...] = checked(instances(ExternalRef), ())
    custom: Mapping[str, CustomValue] = custom()
    version: int = attrs.field(default=0, eq=False, repr=False)
