"""The schema of policy files takes what the library writes, and refuses what it would refuse."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import alignkit as ak
from alignkit.errors import PolicyError
from alignkit.policy.toml_schema import made_schema

GOOD = """
alignkit_policy = 1
name = "by hand"
dimensions = { visibility = 2 }
bands = { green = 70, red = 0 }
exchange = { currency = "EUR", rates = { USD = "0.9" } }

[custom.project]
risk = "text"
size = { type = "number", low = 0, high = 9 }

[[rules]]
id = "is_told"
kind = "project"
dimension = "visibility"
weight = 2
parameters = { best = 2 }
constants = { LIMIT = 3, LIST = ["a", "b"], SPAN = { days = 3 }, NOT = { name = "NOT_APPLICABLE" } }
text = '''
def is_told(project: ProjectView, now: datetime, *, best: float = 3, worst: float = 21) -> Score:
    told = latest(i.occurred_at for i in project.interactions)
    return ramp(days_between(told, now), best=best, worst=worst)
'''

[[rules]]
id = "is_stuck"
kind = "project"
cap = 40
text = '''
def is_stuck(project: ProjectView) -> bool:
    return project.progress == 0
'''

[[cases]]
name = "told yesterday"
rule = "is_told"
now = 2026-03-01T09:00:00Z
expect = { score = 1, evidence = { told = { days_ago = 1 }, best = 2 } }
[cases.given.project]
due_on = 2026-03-03
start_on = { days_ago = 9 }
budget = "120.50 EUR"
status = "our own word"
custom = { risk = "high" }
customer = { name = "Acme", tier = "A" }
interactions = [{ days_ago = 1 }, { at = 2026-01-01T00:00:00Z, kind = "call" }]

[[cases]]
name = "as a whole"
rule = []
given = { project = {}, unknown = ["tasks"] }
expect = { band = "unknown" }
"""

WRONG = [
    ("alignkit_policy = 1", "alignkit_policy = 2"),
    ("name = ", "nam = "),
    ("visibility = 2", "visibility = 0"),
    ("green = 70", "green = 170"),
    ('"EUR", rates', '"Eur", rates'),
    ("[custom.project]", "[custom.projct]"),
    ('risk = "text"', 'risk = "texts"'),
    ('kind = "project"', 'kind = "task"'),
    ("weight = 2", "wieght = 2"),
    ("parameters = { best = 2 }", "parameters = { best = [2] }"),
    ("SPAN = { days = 3 }", "SPAN = { weeks = 3 }"),
    ("cap = 40", "cap = 140"),
    ('dimension = "visibility"\nweight', "weight"),
    ("due_on = 2026-03-03", "due_on = 3"),
    ("days_ago = 9", "day_ago = 9"),
    ('"120.50 EUR"', '"120.50"'),
    ("tier =", "teir ="),
    ("{ days_ago = 1 }, {", '{ days_ago = "1" }, {'),
    ('unknown = ["tasks"]', 'unknown = ["task"]'),
    ("given = { project = {}", "given = { project = {}, customer = {}"),
    ("score = 1", "score = 7"),
    ("expect = { band", "expct = { band"),
    ('expect = { band = "unknown" }', "expect = {}"),
]


def parsed(text: str) -> Any:
    """A document as JSON tools see it: days and moments as text."""
    return json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """The shipped schema, checked to be one."""
    schema = ak.Policy.toml_schema()
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def test_the_shipped_schema_is_the_one_made_from_the_model() -> None:
    """The file in the package says what the model says; `tools/make_policy_schema.py` writes it anew."""
    assert ak.Policy.toml_schema() == made_schema()


def test_what_the_library_writes_is_valid(validator: Draft202012Validator) -> None:
    """The default policy's document has no fault."""
    assert list(validator.iter_errors(parsed(ak.Policy.default().to_toml()))) == []


def test_what_people_write_is_valid(validator: Draft202012Validator) -> None:
    """Every key and every short form is known to the schema, and the library reads the file too."""
    assert [error.message for error in validator.iter_errors(parsed(GOOD))] == []
    policy = ak.Policy.from_toml(GOOD)
    assert policy.test(), str(policy.test())
    assert list(validator.iter_errors(parsed(policy.to_toml()))) == []


@pytest.mark.parametrize(("right", "wrong"), WRONG)
def test_what_is_wrong_is_refused(validator: Draft202012Validator, right: str, wrong: str) -> None:
    """What the schema refuses, the library refuses, too."""
    assert GOOD.count(right) >= 1
    text = GOOD.replace(right, wrong, 1)
    assert not validator.is_valid(parsed(text))
    with pytest.raises(PolicyError):
        ak.Policy.from_toml(text)


def test_days_are_read_from_toml() -> None:
    """A TOML day in a case is a day, not text."""
    given = ak.Policy.from_toml(GOOD).cases[0].given
    assert given["project"]["due_on"] == date(2026, 3, 3)
