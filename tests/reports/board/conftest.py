"""A browser for all tests of the board, and the boards they look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import alignkit as ak
from alignkit.policy.findings import RecordedExplainer
from alignkit.reports.board import board
from alignkit.sample.demo import Demo, run_demo
from alignkit.testing import NOW

from .browser import Browser, browser
from .worlds import PAYLOAD, hostile, hostile_rule, world


@pytest.fixture(scope="session")
def chrome() -> Iterator[Browser]:
    """A real browser."""
    with browser() as made:
        yield made


@pytest.fixture(scope="session")
def demo() -> Demo:
    """The sample company."""
    return run_demo()


@pytest.fixture(scope="session")
def company(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample company's board."""
    written = tmp_path_factory.mktemp("board") / "company.html"
    return board(demo.assessment, written, portfolio=demo.portfolio, audience="crm")


@pytest.fixture(scope="session")
def payloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board on which every text is a payload."""
    facts = hostile()
    assessment = ak.Policy.default().with_rules(hostile_rule).assess(facts, now=NOW)
    written = tmp_path_factory.mktemp("board") / "payloads.html"
    return board(assessment, written, portfolio=facts, audience="crm", title=PAYLOAD)


@pytest.fixture(scope="session")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A board of 5,000 customers."""
    small = ak.Policy.default().assess(world(), now=NOW)
    row = small.rows["customer"]["C-1"]
    rows = {"customer": {f"C-{place:04}": row for place in range(5_000)}}
    assessment = ak.Assessment(small.plan, NOW, rows, RecordedExplainer({}, {}, {}))
    return board(assessment, tmp_path_factory.mktemp("board") / "crowd.html")
