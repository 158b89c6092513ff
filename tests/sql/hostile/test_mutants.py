"""Every spelling of the kernel matters: a plausible wrong one, on any engine, turns a comparison with native red."""

from __future__ import annotations

import pytest

from alignkit.errors import StoreError
from alignkit.sql import SqlStore

from . import corpus
from .mutants import CUSTOM, ELSEWHERE, MUTANTS, elements, misspelt
from .test_hostile import differences

BAITS = {
    "usual": (
        'customer.tier == "A"', "last.confidence", "ak.share(i.needs_answer", "ak.ratio(ak.mean(p.score", "i.answered_at, now) for i",
        "n.resolved_at) for n", "best=-10, worst=1000", "progress, 0) - 0.0000006", "ak.mean(i.sentiment", "ak.total(i.sentiment",
        "customer.annual_value, 0)", "half_life=0.7", "p.progress for p in portfolio",
        "progress == 0.1", "best=87, worst", "* 1000000000", "ak.share(t.",
    ),
    "beyond 64 bits": ("c.value", "o.amount for o"),
}  # fmt: skip
"""Markers of the few rules that notice; those with sums beyond 64 bits apart, because there all sums are spelled otherwise."""


def found_with(store: SqlStore) -> list[str]:
    """What differs from native, by the rules of each bait."""
    found = []
    for markers in BAITS.values():
        policy, now = corpus.policy(*markers), corpus.MOMENTS[0]
        native = policy.assess(corpus.portfolio(), now=now)
        found += differences(policy, native, policy.assess(store, now=now))
    return found


def test_every_element_has_a_mutant() -> None:
    """A new element of the kernel asks for a wrong spelling on each engine, to prove that the corpus would notice."""
    assert set(MUTANTS) | set(CUSTOM) | set(ELSEWHERE) == set(elements())
    assert {frozenset(spellings) for spellings in (MUTANTS | CUSTOM).values()} == {
        frozenset({"sqlite", "postgresql", "mariadb", "duckdb"})
    }


@pytest.mark.parametrize("element", MUTANTS)
def test_a_wrong_spelling_is_noticed(element: str, engine: str, hostile_store: SqlStore) -> None:
    """With the wrong spelling at least one code differs, or the engine refuses the statement."""
    with misspelt(element, engine):
        try:
            found = found_with(hostile_store)
        except StoreError:
            return
    assert found


def test_the_right_spellings_are_not(hostile_store: SqlStore) -> None:
    """The rules that catch the wrong spellings agree when nothing is misspelt."""
    assert found_with(hostile_store) == []
