"""What holds for the rules that ship as a whole."""

from __future__ import annotations

import inspect
import re
from typing import Any

import pytest

from alignkit.policy.compiled import compile_rule
from alignkit.policy.defaults import DIMENSIONS, GATES, RULES
from alignkit.policy.rule import Rule

EVERYTHING: tuple[Rule[..., Any], ...] = (*RULES, *GATES)


def _kind(rule: Rule[..., Any]) -> str:
    return compile_rule(rule).record.kind


def test_ids_are_unique() -> None:
    """A policy refuses a second rule of one id."""
    ids = [rule.id for rule in EVERYTHING]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_rule_is_readable_text_without_fault_or_warning(rule: Rule[..., Any]) -> None:
    """Nothing that ships is opaque, and the checker has nothing to say about it."""
    compiled = compile_rule(rule)
    assert not compiled.is_opaque
    assert compiled.diagnostics == ()


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_rule_says_what_is_wrong_what_to_do_and_whose_move_it_is(rule: Rule[..., Any]) -> None:
    """A message with evidence in it, an action, a team, and a docstring of more than a line."""
    assert re.search(r"\{\w+\}", rule.message)
    assert rule.action[0].isupper()
    assert rule.team in ("pmo", "crm")
    assert len((rule.__doc__ or "").strip().splitlines()) > 2


@pytest.mark.parametrize("rule", EVERYTHING, ids=lambda rule: rule.id)
def test_rule_names_where_its_numbers_come_from(rule: Rule[..., Any]) -> None:
    """Every threshold is named in the docstring, which names a source or says that it is our proposal."""
    text = rule.__doc__ or ""
    thresholds = [p for p in inspect.signature(rule).parameters.values() if p.kind is p.KEYWORD_ONLY]
    assert [p.name for p in thresholds if f"`{p.name}`" not in text] == []
    assert not thresholds or re.search(r"our\s+proposal|\([A-Z][\w., ]+\)|Leantime|earned value|RAG", text)


def test_every_rule_counts_in_a_known_dimension_and_gates_in_none() -> None:
    """The six dimensions, with weights that add up to 100."""
    assert {rule.dimension for rule in RULES} == set(DIMENSIONS)
    assert {gate.dimension for gate in GATES} == {""}
    assert sum(DIMENSIONS.values()) == 100


@pytest.mark.parametrize(
    ("kind", "dimensions"),
    [
        ("objective", {"visibility", "efficiency", "completion", "strategy"}),
        ("project", {"visibility", "efficiency", "completion", "strategy", "satisfaction"}),
        ("customer", set(DIMENSIONS)),
        ("portfolio", set(DIMENSIONS)),
    ],
)
def test_every_kind_of_subject_is_seen_from_several_sides(kind: str, dimensions: set[str]) -> None:
    """Customers and the portfolio from all six."""
    assert {rule.dimension for rule in RULES if _kind(rule) == kind} == dimensions
