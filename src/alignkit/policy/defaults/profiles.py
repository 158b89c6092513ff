"""
Profiles: which policy for which customer, by tier and stage.

A profile changes thresholds and weights of a policy, never its rules, so that findings stay comparable. It is data:
a host replaces `PROFILES` by its own. Which profile a customer gets has a stated precedence (`profile_of`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import attrs

from alignkit.domain import Customer
from alignkit.errors import ValidationError

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["PROFILES", "Profile", "customers_by_profile", "profile_of"]


Number = TypeVar("Number", int, float)


def _pairs(given: Mapping[str, Number] | Iterable[tuple[str, Number]]) -> tuple[tuple[str, Number], ...]:
    return tuple(sorted(dict(given).items()))


def _weights(given: Mapping[str, int] | Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return _pairs(given)


def _parameters(given: Mapping[str, float] | Iterable[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    return _pairs(given)


@attrs.frozen(kw_only=True)
class Profile:
    """
    What a policy does differently for some customers.

    Attributes:
        name: What people call it.
        stages: Stages it is for; empty for any.
        tiers: Tiers it is for; empty for any.
        weights: Other weights, by rule id or dimension.
        parameters: Other thresholds, by `"rule_id.threshold"`.

    Raises:
        ValidationError: It names neither a stage nor a tier, so that it would be for everybody.
    """

    name: str
    stages: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    weights: tuple[tuple[str, int], ...] = attrs.field(factory=dict, converter=_weights)
    parameters: tuple[tuple[str, float], ...] = attrs.field(factory=dict, converter=_parameters)

    def __attrs_post_init__(self) -> None:
        if not self.stages and not self.tiers:
            raise ValidationError(
                "names neither a stage nor a tier; change the policy itself for everybody",
                entity="Profile",
                field="stages",
            )

    def is_for(self, customer: Customer) -> bool:
        """Whether the customer has one of its stages and one of its tiers, where it names any."""
        return (not self.stages or customer.stage in self.stages) and (not self.tiers or customer.tier in self.tiers)

    def applied_to(self, policy: Policy) -> Policy:
        """
        The policy with the profile's weights and thresholds.

        Raises:
            PolicyError: The policy lacks a rule, dimension or threshold that the profile changes.
        """
        return policy.with_weights(dict(self.weights)).with_params(dict(self.parameters))


def profile_of(customer: Customer, profiles: Iterable[Profile]) -> Profile | None:
    """
    The profile a customer gets.

    Of those that are for the customer, one that names stage and tier goes before one that names a stage only, and
    that before one that names a tier only; among equals the first given wins. None means the policy as it is.
    """
    fitting = [profile for profile in profiles if profile.is_for(customer)]
    return max(fitting, key=lambda profile: 2 * bool(profile.stages) + bool(profile.tiers), default=None)


def customers_by_profile(
    customers: Iterable[Customer], profiles: Sequence[Profile]
) -> dict[Profile | None, tuple[str, ...]]:
    """
    Ids of customers by the profile they get, in the order given; None for those that get the policy as it is.

    Example:
        >>> groups = customers_by_profile([Customer(id="C-1", name="Ada", stage="renewal")], PROFILES)
        >>> [(profile.name, ids) for profile, ids in groups.items()]
        [('renewal', ('C-1',))]
    """
    found: dict[Profile | None, list[str]] = {}
    for customer in customers:
        found.setdefault(profile_of(customer, profiles), []).append(customer.id)
    return {profile: tuple(ids) for profile, ids in found.items()}


PROFILES: Final = (
    Profile(
        name="onboarding",
        stages=("onboarding",),
        weights={"visibility": 30, "growth": 5},
        parameters={
            "status_is_fresh.worst": 14,
            "touch_is_recent.usual": 7,
            "touch_is_recent.usual_worst": 28,
            "customer_answers_are_quick.best": 24,
            "customer_answers_are_quick.worst": 72,
        },
    ),
    Profile(
        name="renewal",
        stages=("renewal",),
        weights={"satisfaction": 30, "growth": 20},
        parameters={"renewal_is_safe.horizon": 120, "complaints_are_resolved.standard": 14},
    ),
    Profile(
        name="key account",
        tiers=("A", "Enterprise"),
        parameters={
            "touch_is_recent.usual": 14,
            "touch_is_recent.usual_worst": 60,
            "customer_answers_are_quick.best": 24,
            "customer_answers_are_quick.worst": 72,
        },
    ),
)
"""
Profiles to start from, our proposal: whoever is new hears more, whoever renews has less open, and large customers
wait less. Tiers are a host's own words; replace them.
"""
