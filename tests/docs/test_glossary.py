"""One word for one thing: the glossary has every term once, and every noun of the front door."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

import alignkit

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "glossary.md"
SPOKEN = {"AlignmentChanged": "event", "CaughtUp": "catch up, tick"}
"""Classes whose term is another word."""

pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documents are not part of this distribution")


def entries() -> list[tuple[str, str]]:
    """Terms and definitions, in the order of the page."""
    blocks = re.findall(r"```\{glossary\}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return re.findall(r"^(\S[^\n]*)\n((?:  [^\n]+\n)+)", "\n".join(blocks), re.MULTILINE)


def words_of(name: str) -> set[str]:
    """How a class may be called: `NeedsQueue` is "needsqueue", "needs queue", "needs-queue" or a "queue"."""
    spoken = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return {SPOKEN.get(name, name.lower()), spoken, spoken.replace(" ", "-"), spoken.split()[-1]}


def nouns() -> list[str]:
    """Public classes but for errors and views, which have pages of their own."""
    found = {name: getattr(alignkit, name) for name in alignkit.__all__ if not name.endswith("View")}
    return sorted(name for name, kind in found.items() if isinstance(kind, type) and not issubclass(kind, Exception))


def test_each_term_stands_once() -> None:
    """No term has two definitions, and none is without one."""
    terms = [term for term, _ in entries()]
    assert [term for term, count in Counter(terms).items() if count > 1] == []
    assert all(definition.strip() for _, definition in entries())


@pytest.mark.parametrize("name", nouns())
def test_public_nouns_are_terms(name: str) -> None:
    """Every public class of the front door is a word of the glossary."""
    assert words_of(name) & {term.lower() for term, _ in entries()}
