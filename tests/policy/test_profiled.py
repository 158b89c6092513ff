"""Each customer judged by the policy of its profile."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

import alignkit as ak
from alignkit.testing import NOW


@ak.rule(dimension="visibility")
def spoken(customer: ak.CustomerView, now: datetime, *, best: float = 0, worst: float = 28) -> ak.Score:
    """We talked lately."""
    last = ak.latest(i.occurred_at for i in customer.interactions)
    if last is None:
        return 0.0
    return ak.ramp(ak.days_between(last, now), best=best, worst=worst)


QUICK = ak.Profile(name="quick", stages=("onboarding",), parameters={"spoken.worst": 14})
POLICY = ak.Policy([spoken], dimensions={"visibility": 1})


def facts() -> ak.Portfolio:
    """A new and an old customer, both heard from a week ago."""
    return ak.Portfolio(
        customers=[
            ak.Customer(id="C-1", name="New", stage="onboarding"),
            ak.Customer(id="C-2", name="Old", stage="active"),
        ],
        interactions=[
            ak.Interaction(id=f"I-{n}", customer_id=f"C-{n}", occurred_at=NOW - timedelta(days=7)) for n in (1, 2)
        ],
    )


def test_each_customer_gets_its_profile() -> None:
    """Seven days are half of the fourteen that the new customer is given, and a quarter of the twenty-eight."""
    found = ak.assess_by_profile(POLICY, facts(), now=NOW, profiles=[QUICK])
    assert (found.of("customer", "C-1").score, found.of("customer", "C-2").score) == (50.0, 75.0)
    assert found.profiles == {"C-1": "quick"}
    assert found.base.of("customer", "C-1").score == 75.0


def test_lists_all_in_order_of_need() -> None:
    """Subjects of all profiles stand in one list, the worst first."""
    found = ak.assess_by_profile(POLICY, facts(), now=NOW, profiles=[QUICK])
    assert [s.id for s in found.subjects("customer", worst_first=True)] == ["C-1", "C-2"]
    assert [s.id for s in found.subjects("customer")] == ["C-1", "C-2"]


def test_refuses_profiles_of_one_name() -> None:
    """Two profiles of one name could not be told apart."""
    with pytest.raises(ak.ValidationError, match="different names"):
        ak.assess_by_profile(POLICY, facts(), now=NOW, profiles=[QUICK, QUICK])


def test_the_shipped_profiles_fit_the_default_policy() -> None:
    """Every threshold and weight of the shipped profiles is one of the default policy."""
    found = ak.assess_by_profile(ak.Policy.default(), facts(), now=NOW)
    assert found.profiles == {"C-1": "onboarding"}
