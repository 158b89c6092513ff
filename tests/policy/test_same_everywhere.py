"""One policy is the same in every process, thread and order of facts; its version follows its meaning and no more."""

from __future__ import annotations

import copy
import os
import pickle
import random
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import alignkit as ak
from alignkit.domain import COLLECTIONS
from alignkit.testing import NOW, customer, interaction, need, objective, portfolio_of, project, task

WORLD = portfolio_of(
    *(
        customer(
            annual_value=ak.Money(10 * number, "EUR"),
            tier="A" if number % 3 else None,
            projects=[
                project(
                    progress=number % 11 / 10,
                    interactions=[interaction(days_ago=day, direction="inbound") for day in range(number % 4)],
                    tasks=[task(status="done" if day % 2 else "open", days_ago=day) for day in range(number % 5)],
                    needs=[need("complaint", severity=1 + number % 5)],
                )
            ],
        )
        for number in range(1, 40)
    ),
    objective(),
)

SCRIPT = """
import hashlib, json
import alignkit as ak
from alignkit.expressions.python.render import Variant
policy = ak.Policy.default()
compiled = policy.plan.compiled(Variant(unsettled=frozenset({"tasks", "interactions", "needs"}), missing=frozenset({"changes"})))
code = [program.source for program in (*compiled.scores.values(), *compiled.signals.values())]
print(policy.version, hashlib.sha256(json.dumps([code, policy.to_toml()]).encode()).hexdigest())
"""


def test_hashing_does_not_matter() -> None:
    """Under any hash seed the default policy has the same version, the same document and the same generated code."""
    said = set()
    for seed in ("0", "4242"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        said.add(done.stdout)
    assert len(said) == 1


def shuffled(portfolio: ak.Portfolio, seed: int) -> ak.Portfolio:
    """The same facts in another order."""
    draw = random.Random(seed)
    given: dict[str, Any] = {}
    for name in COLLECTIONS:
        if name in portfolio.given:
            records = list(portfolio.records(name).values())
            draw.shuffle(records)
            given[name] = records
    return ak.Portfolio(**given)


def test_the_order_of_facts_does_not_matter() -> None:
    """Shuffled facts give the same rows and the same evidence."""
    policy = few()
    first = policy.assess(WORLD, now=NOW)
    second = policy.assess(shuffled(WORLD, 3), now=NOW)
    assert first.rows == second.rows
    for one, other in zip(first.of("project", "P-7").findings, second.of("project", "P-7").findings, strict=True):
        assert dict(one.evidence) == dict(other.evidence)


def few() -> ak.Policy:
    """A part of the default policy, made anew."""
    policy = ak.Policy.default()
    return ak.Policy(policy.rules[::6], dimensions=policy.dimensions)


def test_threads_share_a_policy() -> None:
    """Eight threads that judge by one new policy, each at its own moment, get what one thread gets."""
    moments = [NOW - timedelta(days=3 * number) for number in range(8)]
    expected = [few().assess(WORLD, now=moment).rows for moment in moments]
    policy = few()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda moment: policy.assess(WORLD, now=moment).rows, moments))
    assert found == expected


def _pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


def test_everything_can_be_copied() -> None:
    """Policies, their rules, plans and assessments are equal to their pickled and deep-copied selves."""
    policy = few()
    assessment = policy.assess(WORLD, now=NOW)
    for copied in (_pickled, copy.deepcopy, copy.copy):
        again = copied(policy)
        assert again == policy
        assert again.version == policy.version
        assert again.scoring == policy.scoring
        assert copied(policy.rules[0]) == policy.rules[0]
        assert copied(assessment).rows == assessment.rows
        assert copied(policy.plan).groups == policy.plan.groups
    assert _pickled(_pickled(policy)).assess(WORLD, now=NOW).rows == assessment.rows


def version(text: str, **fields: Any) -> str:
    """The version of a policy of one stored rule."""
    record = ak.AlignmentRule(id="judged", kind="project", dimension="x", text=textwrap.dedent(text), **fields)
    return ak.Policy([record], dimensions={"x": 1}).version


PLAIN = """
    def judged(project: ak.ProjectView, now, *, best: float = 3) -> ak.Score:
        n = ak.count(t for t in project.tasks if t.status == "done")
        return ak.ramp(n, best=best, worst=0)
"""
SAME = {
    "blanks and comments": PLAIN.replace(" == ", "==").replace("\n        n", "\n\n        # how many\n        n"),
    "a docstring": PLAIN.replace("        n =", '        """Work is done."""\n        n ='),
    "names": PLAIN.replace("n =", "done =")
    .replace("ramp(n", "ramp(done")
    .replace("(t for t", "(x for x")
    .replace("t.status", "x.status"),
    "annotations": PLAIN.replace("now, *, best: float", "now: datetime, *, best: 'float'").replace(" -> ak.Score", ""),
    "how a number is written": PLAIN.replace("worst=0", "worst=0").replace("= 3", "= 3.0"),
    "unused thresholds": PLAIN.replace("= 3)", "= 3, spare: int = 2)"),
    "how the language is named": PLAIN.replace("ak.count", "count").replace("ak.ramp", "ramp"),
}
OTHER = {
    "a threshold": PLAIN.replace("= 3", "= 4"),
    "a condition": PLAIN.replace('"done"', '"open"'),
    "a function": PLAIN.replace("ak.count(t for", "ak.total(1 for"),
    "what it reads without need": PLAIN.replace(
        "        return", "        m = ak.count(project.needs)\n        return"
    ),
    "the order of a choice": PLAIN.replace("worst=0)", "worst=0) if n > 1 else 0.5"),
}


@pytest.mark.parametrize("what", SAME)
def test_the_version_ignores(what: str) -> None:
    """White space, comments, docstrings and names are no part of the meaning."""
    assert version(SAME[what]) == version(PLAIN)


@pytest.mark.parametrize("what", OTHER)
def test_the_version_follows(what: str) -> None:
    """Whatever can change a score changes the version."""
    assert version(OTHER[what]) != version(PLAIN)


def test_the_version_takes_settings_by_value() -> None:
    """Equal settings are one version, however they are written; other weights, caps and bands are others."""
    assert version(PLAIN, parameters={"best": 4}) == version(OTHER["a threshold"])
    assert version(PLAIN, message="x", action="y", team="z") == version(PLAIN)
    assert version(PLAIN, weight=2) != version(PLAIN)

    def policy(**settings: Any) -> ak.Policy:
        return ak.Policy([], **settings)

    equal = [
        ({"minimum_coverage": 0}, {"minimum_coverage": 0.0}),
        ({"bands": {"a": 50, "b": 0}}, {"bands": {"b": 0.0, "a": 50.0}}),
        ({"exchange": ak.Exchange("EUR", {"USD": "0.9"})}, {"exchange": ak.Exchange("EUR", {"USD": "0.90"})}),
        ({"name": "a"}, {"name": "b"}),
        ({"strict": True}, {}),
    ]
    for one, other in equal:
        assert policy(**one) == policy(**other)
        assert policy(**one).version == policy(**other).version
    settings = [{}, {"zone": "Europe/Paris"}, {"missing": "zero"}, {"minimum_coverage": 0.25}, {"bands": {"all": 0}}]
    assert len({policy(**one).version for one in settings}) == len(settings)


@ak.rule(dimension="one")
def touched_within_a_day(project: ak.ProjectView, now: datetime) -> ak.Score:
    """Someone was in touch within the last 24 hours."""
    return ak.exists(i for i in project.interactions if i.occurred_at >= now - timedelta(days=1))


def test_a_day_has_24_hours_in_every_zone() -> None:
    """The moment counts, not the wall clock it is written in: summer time in between changes nothing."""
    berlin = datetime(2026, 3, 29, 12, tzinfo=ZoneInfo("Europe/Berlin"))  # the clocks went forward this morning
    told = interaction(occurred_at=datetime(2026, 3, 28, 10, 30, tzinfo=ZoneInfo("UTC")))  # 23.5 hours before
    world = portfolio_of(project(id="P-1", interactions=[told]))
    policy = ak.Policy([touched_within_a_day], dimensions={"one": 1})
    for now in (berlin, berlin.astimezone(ZoneInfo("UTC"))):
        assert touched_within_a_day(world.project("P-1"), now) is True
        assert policy.rules[0](world.project("P-1"), now) is True
        assert policy.assess(world, now=now).of("project", "P-1").score == 100
