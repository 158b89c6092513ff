"""The rules that count survey answers, on answers few enough to count by hand."""

from __future__ import annotations

from typing import Any

import pytest

from alignkit.expressions.functions import NOT_APPLICABLE
from alignkit.policy.defaults import satisfaction_surveys as s
from alignkit.testing import NOW, customer, interaction, portfolio, project


def _marks(*marks: float, low: float = 1, high: float = 5, days: float = 10) -> list[Any]:
    scale = {"survey": "csat", "scale_low": low, "scale_high": high, "days_ago": days}
    return [interaction("survey", direction="inbound", satisfaction=mark, **scale) for mark in marks]


@pytest.mark.parametrize(
    ("marks", "score"), [([4, 5, 4, 5, 1], 1.0), ([4, 5, 4, 1, 3], 0.428571), ([4, 4, 1, 1, 1], 0.0)]
)
def test_satisfied_answers_are_four_and_five_of_five(marks: list[float], score: float) -> None:
    """3 of 5 are satisfied: (0.6 - 0.45) / 0.35 = 0.428571."""
    assert s.project_contacts_are_satisfied(project(interactions=_marks(*marks)), NOW) == pytest.approx(score, abs=1e-6)
    assert s.customer_is_satisfied(customer(interactions=_marks(*marks)), NOW) == pytest.approx(score, abs=1e-6)


def test_satisfied_is_read_on_the_answers_own_scale() -> None:
    """8.5 of 1 to 11 is 0.75, which is satisfied; 8.4 is not."""
    assert s.customer_is_satisfied(customer(interactions=_marks(8.5, low=1, high=11)), NOW) == 1.0
    assert s.customer_is_satisfied(customer(interactions=_marks(8.4, low=1, high=11)), NOW) == 0.0


def test_satisfaction_is_unknown_without_recent_answers_on_a_known_scale() -> None:
    """Old answers and answers without a scale are none."""
    no_scale = interaction("survey", survey="csat", satisfaction=5)
    assert s.project_contacts_are_satisfied(project(interactions=[no_scale]), NOW) is None
    assert s.customer_is_satisfied(customer(interactions=_marks(5, days=181)), NOW) is None
    assert s.project_contacts_are_satisfied(project(status="planned"), NOW) is NOT_APPLICABLE
    assert s.customer_is_satisfied(customer(stage="churned"), NOW) is NOT_APPLICABLE


def _grades(*grades: float, days: float = 10) -> list[Any]:
    return [interaction("survey", survey="nps", satisfaction=grade, days_ago=days) for grade in grades]


@pytest.mark.parametrize(
    ("grades", "score"),
    [([9, 10, 9, 7], 1.0), ([9, 10, 8, 6, 9, 10, 7, 6, 8, 9], 0.428571), ([9, 10, 0, 6], 0.0), ([0], 0.0)],
)
def test_promoters_less_detractors_recommend_us(grades: list[float], score: float) -> None:
    """5 promoters less 2 detractors are 0.3 of 10 answers: (0.3 - 0.15) / 0.35 = 0.428571."""
    assert s.customer_recommends_us(customer(interactions=_grades(*grades)), NOW) == pytest.approx(score, abs=1e-6)
    assert s.customers_recommend_us(portfolio(interactions=_grades(*grades)), NOW) == pytest.approx(score, abs=1e-6)


def test_recommendation_is_unknown_without_recent_answers() -> None:
    """Answers of more than a year ago, or to another question, are none."""
    others = [*_grades(10, days=366), *_marks(5)]
    assert s.customer_recommends_us(customer(interactions=others), NOW) is None
    assert s.customers_recommend_us(portfolio(interactions=others), NOW) is None
    assert s.customer_recommends_us(customer(stage="former"), NOW) is NOT_APPLICABLE
