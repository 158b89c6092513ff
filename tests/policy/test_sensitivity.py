"""What a weight does is what a policy with that weight says."""

from __future__ import annotations

import pytest

import alignkit as ak
from alignkit.errors import ValidationError
from alignkit.testing import NOW, customer, interaction, need, portfolio_of, project

POLICY = ak.Policy.default()
WORLD = portfolio_of(
    *(
        customer(
            id=f"C-{number:02}",
            projects=[
                project(
                    progress=number / 12,
                    interactions=[interaction("status_update", direction="outbound", days_ago=3 * number)],
                    needs=[need("complaint", severity=1 + number % 5)],
                )
            ],
        )
        for number in range(12)
    )
)
FOUND = POLICY.sensitivity(WORLD, now=NOW)


def scores(policy: ak.Policy) -> dict[str, float]:
    """Scores of customers, those that have one."""
    return {one.id: one.score for one in policy.assess(WORLD, now=NOW).subjects("customer") if one.score is not None}


@pytest.mark.parametrize("name", ["visibility", "satisfaction", "status_is_fresh", "customer_projects_do_well"])
def test_effects_are_those_of_a_policy_with_other_weights(name: str) -> None:
    """The mean move and the kept worst are what assessing with the moved weight gives."""
    thousand = {rule.id: rule.record.weight * 1000 for rule in POLICY.rules if not rule.is_gate}
    thousand |= {dimension: weight * 1000 for dimension, weight in POLICY.dimensions.items()}
    effect = next((one for one in FOUND if one.name == name), None)
    if effect is None:
        pytest.fail(f"there is no weight {name}; there are {[one.name for one in FOUND]}")
    before = scores(POLICY)
    moves, kept = [], []
    for factor in (1.2, 0.8):
        after = scores(POLICY.with_weights({**thousand, name: round(thousand[name] * factor)}))
        moves.append(sum(abs(after[id] - score) for id, score in before.items()) / len(before))
        worst = [sorted(side, key=lambda id, of=side: (of[id], id))[:10] for side in (before, after)]
        kept.append(len(set(worst[0]) & set(worst[1])) / 10)
    assert effect.mean_move == pytest.approx(max(moves))
    assert effect.worst_kept == min(kept)


def test_every_weight_is_there_once_the_largest_first() -> None:
    """Each dimension and each rule that earns points has one effect; they come by how far they move customers."""
    names = [one.name for one in FOUND]
    assert sorted(names) == sorted([*POLICY.dimensions, *(rule.id for rule in POLICY.rules if not rule.is_gate)])
    assert [one.mean_move for one in FOUND] == sorted((one.mean_move for one in FOUND), reverse=True)
    assert FOUND.worst_kept == min(one.worst_kept for one in FOUND if one.worst_kept is not None)
    assert list(FOUND.table()["name"]) == names


def test_a_rule_nobody_was_scored_on_moves_nothing() -> None:
    """Weights of rules without data have no effect, and say that they judged nobody."""
    silent = [one for one in FOUND if one.sort == "rule" and one.judged == 0]
    assert silent
    assert {(one.mean_move, one.mean_lost) for one in silent} == {(0.0, None)}


@pytest.mark.parametrize(("change", "worst"), [(0.0, 10), (1.0, 10), (-0.2, 10), (0.2, 0)])
def test_refuses_what_makes_no_sense(change: float, worst: int) -> None:
    """A change outside of 0..1 and an empty list of the worst are refused."""
    with pytest.raises(ValidationError, match="expected"):
        POLICY.sensitivity(WORLD, now=NOW, change=change, worst=worst)
