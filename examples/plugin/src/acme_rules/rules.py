"""Acme's measures."""

from __future__ import annotations

import alignkit as ak
from acme_rules.functions import saturation
from acme_rules.views import AcmeCustomer, AcmeProject

__all__ = ["risk_is_low", "risky_value_is_small"]


@ak.rule(dimension="delivery_risk", weight=2, action="Agree on what would halve the risk", team="pmo")
def risk_is_low(project: AcmeProject, *, half: float = 0.4) -> ak.Score:
    """The delivery risk is low: half the points are gone at `half`."""
    if project.status in ("completed", "cancelled"):
        return ak.NOT_APPLICABLE
    if project.risk is None:
        return None
    return 1 - saturation(project.risk, half=half)


@ak.rule(dimension="delivery_risk", action="Tell the customer about the risk and the plan", team="crm")
def risky_value_is_small(customer: AcmeCustomer, *, risky: float = 0.6) -> ak.Score:
    """Few of the customer's running projects are at risk."""
    return ak.share(p.risk is None or p.risk < risky for p in customer.projects if p.status == "active")
