"""Names from where a rule was written: captured values, helpers and other names of the language, also once stored."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from alignkit.testing import NOW, customer, interaction, portfolio_of, project, task

from .three_ways import judged, policy_of, rule

SIGNALS = """
import alignkit as ak

LIMIT = 1

class Deep:
    class Inner:
        MOST = 2

def open_tasks(project: ak.ProjectView) -> int:
    return ak.count(t for t in project.tasks if t.status != "done")

def many(project: ak.ProjectView) -> bool:
    return open_tasks(project) > LIMIT

class Signals:
    @staticmethod
    def few(project: ak.ProjectView, *, limit: int = 5) -> bool:
        return open_tasks(project) < limit
"""
RULES = '''
from __future__ import annotations

import datetime as dt
from enum import Enum, IntEnum
from typing import Protocol

import alignkit
import written_signals
from alignkit import NOT_APPLICABLE as NA, ProjectView as PV, latest as last
from written_signals import Signals, many as lots

class Status(str, Enum):
    DONE = "done"
    LATE = "late"

class Most(IntEnum):
    TASKS = 3

OPEN = ("open", Status.LATE, "in_progress")
WEEK = dt.timedelta(days=7)

class AcmeProject(alignkit.ProjectView, Protocol):
    """A project with fields of the house's own."""

@alignkit.rule(dimension="one")
def told(project: PV, now: dt.datetime) -> alignkit.Score:
    at = last(i.occurred_at for i in project.interactions if i.occurred_at > now - dt.timedelta(days=30) - WEEK)
    if at is None:
        return NA
    return alignkit.count(t for t in project.tasks if t.status in OPEN) > written_signals.LIMIT

@alignkit.rule(dimension="one")
def busy(project: AcmeProject) -> alignkit.Score:
    return written_signals.open_tasks(project) > written_signals.Deep.Inner.MOST or not lots(project)

@alignkit.rule(dimension="one")
def calm(customer: "alignkit.CustomerView") -> alignkit.Score:
    few = alignkit.count(p for p in customer.projects if Signals.few(p, limit=2) and p.status != Status.DONE)
    return few / Most.TASKS

class Rules:
    @staticmethod
    @alignkit.rule(dimension="one")
    def named(project: PV) -> alignkit.Score:
        """The name is as expected,
also over lines.
        """
        return project.name == """two
    lines"""
'''
WORLD = portfolio_of(
    customer(
        projects=[
            project(
                id="P-1",
                name="two\n    lines",
                interactions=[interaction(days_ago=33)],
                tasks=[task(status="open"), task(status="late"), task(status="in_progress"), task(status="done")],
            ),
            project(id="P-2", name="x", interactions=[interaction(days_ago=50)], tasks=[task(status="open")]),
        ]
    )
)
EXPECTED = {
    ("told", "P-1"): 1_000_000,
    ("told", "P-2"): -1,
    ("busy", "P-1"): 1_000_000,
    ("busy", "P-2"): 1_000_000,
    ("named", "P-1"): 1_000_000,
    ("named", "P-2"): 0,
    ("calm", "C-1"): 333_333,
}


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ak.Policy]:
    """A policy of rules in a module, which read another module."""
    (tmp_path / "written_signals.py").write_text(SIGNALS)
    (tmp_path / "written_rules.py").write_text(RULES)
    monkeypatch.syspath_prepend(str(tmp_path))
    import written_rules as rules  # type: ignore[import-not-found]

    yield ak.Policy([rules.told, rules.busy, rules.calm, rules.Rules.named], dimensions={"one": 1})
    for name in ("written_rules", "written_signals"):
        sys.modules.pop(name, None)


def test_every_way_of_naming_means_the_same(policy: ak.Policy) -> None:
    """Aliases, modules, classes, enum members, tuples and spans: native, generated and stored rules agree."""
    assert judged(policy, WORLD) == EXPECTED


def test_copies_are_equal(policy: ak.Policy) -> None:
    """Pickled, deep-copied and written to TOML, the policy is the same, of the same version, with the same results."""
    rows = policy.assess(WORLD, now=NOW).rows
    for other in (pickle.loads(pickle.dumps(policy)), copy.deepcopy(policy), ak.Policy.from_toml(policy.to_toml())):
        assert other == policy
        assert other.version == policy.version
        assert other.assess(WORLD, now=NOW).rows == rows


def test_rules_pickle_by_name(policy: ak.Policy) -> None:
    """A decorated function of a module or of a class is the same object after pickling and deep-copying."""
    for one in policy.rules:
        assert pickle.loads(pickle.dumps(one.native)) is one.native
        assert copy.deepcopy(one.native) is one.native
        assert pickle.loads(pickle.dumps(one)) == one


def test_a_helper_may_have_the_name_of_another_inside() -> None:
    """Two functions of one name, seen under different names, are two helpers."""
    inner = "def size(project: ak.ProjectView) -> int:\n    return ak.count(t for t in project.tasks)\n"
    outer = "def size(project: ak.ProjectView) -> int:\n    return base.size(project) + 1\n"
    from .rule_text import load

    class Base:
        size = load(inner)["size"]

    found = load(outer, base=Base)
    policy = policy_of(rule("return other(project) / 5"), {"other": found["size"]})
    assert judged(policy, WORLD) == {("rule_one", "P-1"): 1_000_000, ("rule_one", "P-2"): 400_000}


CLASHES = {
    "a value": ("LIMIT = 3\n", "return LIMIT > 2 and far(project)"),
    "a function of the language": ("from alignkit import maximum as LIMIT\n", "return LIMIT(t.effort_hours for t in project.tasks) is None or far(project)"),
    "a helper": ("def LIMIT(project: ak.ProjectView) -> bool:\n    return True\n", "return LIMIT(project) and far(project)"),
}  # fmt: skip


@pytest.mark.parametrize("what", CLASHES)
def test_a_name_stands_for_one_thing(what: str) -> None:
    """Where rule and helper mean different things by one name, the stored text could not mean both: it is refused."""
    from .rule_text import load

    far = load("LIMIT = 9\ndef far(project: ak.ProjectView) -> bool:\n    return LIMIT > 8\n")["far"]
    head, line = CLASHES[what]
    with pytest.raises(ak.PolicyError, match="does not stand for the same"):
        policy_of(head + rule(line), {"far": far})


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ([1, 2], "NotCapturable"),
        ({"a": 1}, "NotCapturable"),
        (object(), "NotCapturable"),
        (float("nan"), "NotCapturable"),
        (2**60, "NotCapturable"),
        (NOW, "NotCapturable"),
        (("a", None), "NotCapturable"),
    ],
)
def test_refuses_to_capture(value: object, code: str) -> None:
    """Only numbers, text, True, False, spans and tuples of them can become part of a rule."""
    with pytest.raises(ak.PolicyError) as raised:
        policy_of(rule("return LIMIT == 3"), {"LIMIT": value})
    assert [d.code for d in raised.value.diagnostics] == [code]


def test_refuses_plain_enums() -> None:
    """A member of a plain Enum never equals text, and says so natively only by being wrong."""

    class Status(Enum):
        ACTIVE = "active"

    with pytest.raises(ak.PolicyError, match="can capture numbers, text"):
        policy_of(rule("return project.status == Status.ACTIVE"), {"Status": Status})


def test_a_closure_is_copied_as_its_record() -> None:
    """A rule that closes over a local cannot be named, but a policy of it can be copied: as text and values."""

    def make(limit: int) -> ak.Rule[..., Any]:
        @ak.rule(dimension="one")
        def closed(project: ak.ProjectView) -> ak.Score:
            return ak.count(t for t in project.tasks) > limit

        return closed

    policy = ak.Policy([make(3)], dimensions={"one": 1})
    for other in (pickle.loads(pickle.dumps(policy)), copy.deepcopy(policy)):
        assert other == policy
        assert other.rules[0].record.constants == {"limit": 3}
        assert other.assess(WORLD, now=NOW).rows == policy.assess(WORLD, now=NOW).rows


def test_a_captured_number_is_stored_plainly() -> None:
    """A number of another library is stored as the plain number that it is."""

    class Scalar(float):
        """As numpy's float64 is."""

    policy = policy_of(rule("return LIMIT"), {"LIMIT": Scalar(0.25)})
    assert type(policy.rules[0].record.constants["LIMIT"]) is float
    assert judged(policy, WORLD)["rule_one", "P-1"] == 250_000


def test_stored_text_cannot_name_the_host() -> None:
    """A document names things of the language only."""
    text = policy_of(rule("return LIMIT"), {"LIMIT": 0.5}).to_toml()
    for name in ("os", "ak", "__import__", "exec", ""):
        with pytest.raises(ak.PolicyError, match="the rule language has no"):
            ak.Policy.from_toml(text.replace("LIMIT = 0.5", f'LIMIT = {{name = "{name}"}}'))
