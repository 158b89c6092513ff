"""How values are said, and how lines are set."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.display.layout import bar, padded, row, width_of, wrapped
from alignkit.policy.wording import (
    EvidenceValue,
    coverage_text,
    filled,
    inert,
    points_text,
    rounded_down,
    score_text,
    some_of,
    value_text,
)

EAST = timezone(timedelta(hours=9))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "unknown"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (7.0, "7"),
        (7.126, "7.13"),
        (-0.001, "0"),
        (1200.5, "1200.5"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 2, tzinfo=EAST), "2026-02-28"),
        ("a\nb\x1b", "a b\\x1b"),
    ],
)
def test_values_are_said_in_one_form(value: EvidenceValue, said: str) -> None:
    """Each type of evidence has one form for people."""
    assert value_text(value) == said


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{days} days", "3.5 days"),
        ("{day} {days", "{day} {days"),
        ("{days.real} {days!r} {days:>9} {0} {}", "{days.real} {days!r} {days:>9} {0} {}"),
        ("{{days}}", "{3.5}"),
        ("{text}", "{days} \\u202e"),
    ],
)
def test_messages_take_names_only(template: str, said: str) -> None:
    """A placeholder is a name and nothing else; what a value says is never filled again."""
    assert filled(template, {"days": 3.5, "text": "{days} \u202e"}) == said


@given(text=st.text())
def test_inert_text_holds_no_control(text: str) -> None:
    """No control, override of direction or half of a surrogate pair is left, and a second pass changes nothing."""
    said = inert(text)
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") or c in "\u202e\u2066\u200f" for c in said)
    assert inert(said) == said


def test_display_never_rounds_up() -> None:
    """Nothing short of 100 is shown as 100."""
    assert (score_text(99_999_999), coverage_text(99_999_999), score_text(100_000_000)) == ("99.9", "99%", "100.0")
    assert (score_text(None), points_text(-1), bar(99_999_999, 4), bar(None, 4)) == ("unknown", "-0.01", "###.", "    ")


@given(pieces=st.lists(st.integers(-(10**8), 10**8)), start=st.integers(0, 10**8))
def test_rounded_pieces_add_up(pieces: list[int], start: int) -> None:
    """Pieces shown add up to the rounded ends, keep their sign, and are within a hundredth."""
    shown = rounded_down(pieces, start)
    assert sum(shown) == (start + sum(pieces)) // 10_000 - start // 10_000
    for piece, part in zip(pieces, shown, strict=True):
        assert abs(part * 10_000 - piece) < 10_000
        assert part * piece >= 0


def test_long_lists_are_counted() -> None:
    """A few names, then how many more; a list that was cut says at least."""
    names = [f"T-{n}" for n in range(20)]
    assert some_of(names[:3]) == "T-0, T-1, T-2"
    assert some_of(names, most=50) == "T-0, T-1, T-2 and 17 more"
    assert some_of(names, most=20) == "T-0, T-1, T-2 and at least 17 more"


@given(text=st.text().map(inert), width=st.integers(10, 60))
def test_wrapped_lines_fit(text: str, width: int) -> None:
    """No line is wider than the page, and no letter is lost."""
    lines = wrapped(text, width, indent="  ", hanging="    ")
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(text=st.text().map(inert), width=st.integers(4, 30))
def test_padded_text_has_its_width(text: str, width: int) -> None:
    """A column is as wide as it should be, wide letters counted as two."""
    assert width_of(padded(text, width)) == width


def test_wide_letters_take_two_columns() -> None:
    """Letters of East Asia take two columns, marks none."""
    assert (width_of("漢字"), width_of("e\u0301"), width_of("ab")) == (4, 1, 2)
    assert row("漢字", "1.00", 12) == ["漢字    1.00"]
