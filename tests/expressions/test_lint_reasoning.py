"""What lint concludes from the text of generated rules holds for what these rules say of facts."""

from __future__ import annotations

from hypothesis import HealthCheck, Phase, given, settings

import alignkit as ak
from alignkit.policy.coverage import Coverage
from alignkit.policy.lint_ways import answers
from alignkit.policy.model import SUBJECTS
from alignkit.testing import NOW, made_up_portfolio
from alignkit.testing.cases import branch_coverage

from .test_one_meaning import Written, policies

FACTS = made_up_portfolio(12)


def _dead(policy: ak.Policy, seen: Coverage) -> set[str]:
    """Places where lint calls a way dead that was taken."""
    dead = {(f.rule_id, f.line, f.column, "always false" in f.message) for f in policy.lint() if f.code == "DeadBranch"}
    return {str(way) for way in seen.taken if (way.function, way.line, way.column, way.holds) in dead}


@given(policies())
@settings(
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    max_examples=25,
    deadline=None,
)
def test_lint_is_never_wrong_about_what_can_come(written: Written) -> None:
    """Every outcome lies among the answers that lint thinks possible, and no branch that it calls dead is taken."""
    policy = written.policy.with_exchange(ak.Exchange("EUR"))
    assert _dead(policy, branch_coverage(policy, FACTS, now=NOW)) == set()
    rows = policy.assess(FACTS, now=NOW).rows
    for kind in SUBJECTS:
        for place, rule in enumerate(policy.plan.rules[kind], 1):
            assert rule.lowered is not None
            said = answers(rule.lowered.outcome)
            low, high = said.scores or (1, 0)
            for row in rows[kind].values():
                code = row[place]
                assert code < 0 or low <= code <= high
                assert code != -1 or said.not_applicable
                assert code != -2 or said.no_data


def test_facts_reach_much_of_what_rules_can_say() -> None:
    """The facts behind the law above are not so poor that it says nothing."""
    seen = branch_coverage(ak.Policy.default(), FACTS, now=NOW)
    assert seen.share > 0.7
