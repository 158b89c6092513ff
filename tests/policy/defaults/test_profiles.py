"""Which policy a customer gets."""

from __future__ import annotations

import attrs
import pytest

from alignkit.domain import Customer
from alignkit.errors import PolicyError, ValidationError
from alignkit.policy.defaults.profiles import PROFILES, Profile, customers_by_profile, profile_of
from alignkit.policy.policy import Policy
from alignkit.testing import NOW, customer, interaction, portfolio_of

STAGE = Profile(name="stage", stages=("renewal",))
TIER = Profile(name="tier", tiers=("A",))
BOTH = Profile(name="both", stages=("renewal",), tiers=("A",))


def _customer(stage: str | None, tier: str | None) -> Customer:
    return Customer(id=f"{stage}/{tier}", name="Ada", stage=stage, tier=tier)


def test_stage_with_tier_goes_before_stage_and_stage_before_tier() -> None:
    """Whatever the order in which they are given."""
    for profiles in ([STAGE, TIER, BOTH], [BOTH, TIER, STAGE]):
        assert profile_of(_customer("renewal", "A"), profiles) is BOTH
        assert profile_of(_customer("renewal", "B"), profiles) is STAGE
        assert profile_of(_customer("active", "A"), profiles) is TIER
        assert profile_of(_customer("active", None), profiles) is None
    assert profile_of(_customer("renewal", "A"), [TIER, STAGE]) is STAGE


def test_first_of_equal_profiles_wins() -> None:
    """Precedence is stated to the end."""
    other = Profile(name="other", stages=("renewal", "active"))
    assert profile_of(_customer("renewal", None), [other, STAGE]) is other


def test_profile_can_be_evolved() -> None:
    """It is a value like any other."""
    onboarding = attrs.evolve(PROFILES[0], name="first weeks")
    assert onboarding.parameters == PROFILES[0].parameters


def test_profile_for_everybody_is_refused() -> None:
    """That is what the policy itself is for."""
    with pytest.raises(ValidationError, match="neither a stage nor a tier"):
        Profile(name="all")


def test_customers_are_grouped_by_profile() -> None:
    """Each customer once, those without a profile under None."""
    everyone = [_customer("renewal", "A"), _customer("active", "B"), _customer("renewal", "C"), _customer(None, None)]
    assert customers_by_profile(everyone, [STAGE]) == {
        STAGE: ("renewal/A", "renewal/C"),
        None: ("active/B", "None/None"),
    }


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_shipped_profile_changes_the_default_policy(profile: Profile) -> None:
    """Every rule, dimension and threshold that it names is there."""
    policy = Policy.default()
    changed = profile.applied_to(policy)
    assert changed.version != policy.version
    assert changed.check() == ()


def test_profile_for_an_unknown_threshold_is_refused() -> None:
    """The policy says which one it does not have."""
    with pytest.raises(PolicyError, match="no threshold 'usually'"):
        Profile(name="typo", stages=("active",), parameters={"touch_is_recent.usually": 7}).applied_to(Policy.default())


def test_customer_in_onboarding_is_judged_by_its_profile() -> None:
    """Spoken to 17.5 days ago: in time for others (30 days), half lost here ((28 - 17.5) / 21 = 0.5)."""
    facts = portfolio_of(customer(stage="onboarding", interactions=[interaction("call", days_ago=17.5)]))
    groups = customers_by_profile(facts.customers or (), PROFILES)
    profile = next(iter(groups))
    assert profile is not None
    policy = Policy.default()
    scores = [
        next(
            f.score_micro
            for f in p.assess(facts, now=NOW).of("customer", "C-1").findings
            if f.rule_id == "touch_is_recent"
        )
        for p in (policy, profile.applied_to(policy))
    ]
    assert scores == [1_000_000, 500_000]
