"""
A rule of one's own: called, tested, put into the default policy, and written to TOML.

    python examples/own_rule.py
"""

from __future__ import annotations

from datetime import datetime

import alignkit as ak
from alignkit.testing import NOW, assert_rule, interaction, portfolio_of, project


@ak.rule(dimension="visibility", weight=2, action="Send the client a status update", team="crm")
def client_update_is_fresh(project: ak.ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> ak.Score:
    """The client has heard from us lately: full marks within `best` days, none after `worst`."""
    told = ak.latest(
        i.occurred_at for i in project.interactions if i.direction == "outbound" and i.kind == "status_update"
    )
    if told is None:
        return 0.0
    return ak.ramp(ak.days_between(told, now), best=best, worst=worst)


# A rule is a function: call it, and test each kind of answer.
view = project(interactions=[interaction("status_update", direction="outbound", days_ago=12)])
print("called:", client_update_is_fresh(view, NOW))
assert_rule(client_update_is_fresh, view, score=0.5)
assert_rule(client_update_is_fresh, view, score=0.25, worst=15)
assert_rule(client_update_is_fresh, project(interactions=[]), score=0.0)
assert_rule(client_update_is_fresh, project(unknown=["interactions"]), state="no_data")

# In a policy it gives the same, to the millionth, and shows its evidence.
policy = ak.Policy.default().with_rules(client_update_is_fresh)
one = policy.assess(portfolio_of(view), now=NOW).of("project", "P-1")
finding = next(finding for finding in one.findings if finding.rule_id == "client_update_is_fresh")
print("in the policy:", finding.score_micro, dict(finding.evidence))

# Thresholds and weights belong to the policy, and the policy to a file.
stricter = policy.with_params({"client_update_is_fresh.worst": 15}).with_weights({"client_update_is_fresh": 3})
text = stricter.to_toml()
print("from text:", ak.Policy.from_toml(text).version == stricter.version)
