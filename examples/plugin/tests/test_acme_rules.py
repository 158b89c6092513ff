"""Acme's rules, on alignkit's own kit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from acme_rules import risk_is_low, saturation

import alignkit as ak
from alignkit import importers, plugins
from alignkit.testing import NOW, assert_rule, project


@pytest.fixture(autouse=True)
def _loaded() -> Iterator[None]:
    plugins.load(["acme-rules"], strict=True)
    yield
    plugins.unload("acme-rules")


def test_half_the_points_are_gone_at_half() -> None:
    """The curve is one half at `half`, whatever that is."""
    assert saturation(0.4, half=0.4) == 0.5
    assert saturation(None, half=0.4) is None


@pytest.mark.parametrize(("risk", "score"), [(0.0, 1.0), (0.4, 0.5), (1, 1 - 1 / 1.16)])
def test_a_low_risk_scores_high(risk: float, score: float) -> None:
    """More risk, fewer points."""
    assert_rule(risk_is_low, project(custom={"risk": risk}), score=score)


def test_an_unknown_risk_is_no_data() -> None:
    """What nobody said costs nothing."""
    assert_rule(risk_is_low, project(), state="no_data")


def test_from_the_export_to_the_score(tmp_path: Path) -> None:
    """The mapping, the policy and the renderer work together."""
    (tmp_path / "clients.json").write_text(json.dumps([{"client_no": 7, "client_name": "Nordwind"}]))
    jobs = [
        {"job_no": 1, "job_title": "Portal", "client_no": 7, "state": "running", "risk_percent": 80},
        {"job_no": 2, "job_title": "Pilot", "client_no": 7, "state": "running", "risk_percent": 20},
    ]
    (tmp_path / "jobs.json").write_text(json.dumps(jobs))
    found = importers.read(plugins.importer("planit"), tmp_path)
    assert not found.report.issues
    facts = ak.Portfolio(**importers.merge(found))
    assessment = plugins.policy("acme").assess(facts, now=NOW)
    assert plugins.renderer("lines")(assessment) == "Nordwind: 50.0 (amber)"
