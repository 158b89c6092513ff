"""No text, however written, takes long, nests too deeply for Python, or leaves the range in which nothing raises."""

from __future__ import annotations

import pytest

import alignkit as ak

from .rule_text import body, codes, stored

DOUBLED = [f"a{i} = a{i - 1} + a{i - 1}" for i in range(1, 40)]
TREE = {
    f"h{k}": f"def h{k}(project: ak.ProjectView) -> bool:\n    return "
    + " or ".join([f"h{k - 1}(project)"] * 20)
    + "\n"
    for k in range(1, 8)
} | {"h0": "def h0(project: ak.ProjectView) -> bool:\n    return project.progress is None\n"}
CHAINED = {
    f"h{k}": f"def h{k}(project: ak.ProjectView) -> bool:\n    return h{k - 1}(project)\n" for k in range(1, 10)
} | {"h0": TREE["h0"]}
COMPARED = "1"
for _ in range(9):
    COMPARED = f"(2 if 0 < {COMPARED} < 3 else 4)"


@pytest.mark.parametrize(
    "lines",
    [
        "\n".join(["if project.progress is None:\n    pass"] * 60) + "\nreturn 1.0",
        "\n".join(f"if project.progress is None:\n    a{i} = 1\nelse:\n    a{i} = 2" for i in range(30))
        + "\nreturn 1.0",
        "a0 = ak.default(project.progress, 0.5)\n" + "\n".join(DOUBLED) + "\nreturn a39 / 1e20",
        "b = project.progress is None\n" + "\n".join(["if b:\n    return 0"] * 110) + "\nreturn 1.0",
        "return ak.exists(t for t in project.tasks " + " ".join(["if t.is_milestone"] * 100) + ")",
        "return h7(project)",
    ],
    ids=["branches", "branches with locals", "doubling", "a deep chain", "conditions", "a tree of helpers"],
)
def test_refuses_what_unfolds_too_far(lines: str) -> None:
    """Short text that unfolds into much is refused with one diagnostic, at a place, and at once."""
    [fault] = [d for d in stored(body(lines), helpers=TREE).diagnostics if d.severity == "error"]
    assert fault.code == "RuleTooLarge"
    assert fault.line > 1


def test_helpers_nest_so_far_only() -> None:
    """Helpers may call helpers eight deep."""
    assert codes(body("return h7(project)"), helpers=CHAINED) == []
    assert codes(body("return h8(project)"), helpers=CHAINED) == ["RuleTooLarge"]


def test_a_helper_never_calls_itself() -> None:
    """Recursion, direct or over another helper, is refused."""
    one = "def one(project: ak.ProjectView) -> bool:\n    return two(project)\n"
    two = "def two(project: ak.ProjectView) -> bool:\n    return one(project)\n"
    assert codes(body("return one(project)"), helpers={"one": one, "two": two}) == ["RuleSyntax"]


def test_takes_a_long_chain_of_comparisons() -> None:
    """A comparison inside the middle of a comparison, nine times, is looked at twice each time and no more."""
    assert codes(body(f"return {COMPARED} > 3")) == []


@pytest.mark.parametrize("annotation", ["-" * 3_000 + "1", "a" + ".b" * 1_500, "(" * 3_000, "a." * 3, ""])
def test_bounds_the_text_of_an_annotation(annotation: str) -> None:
    """The annotation of a view may be text, which is bounded like the rest."""
    assert codes(f"def judged(project: '{annotation}') -> float:\n    return 1.0\n") == ["RuleShape"]


SPANS = {
    "farther than a thousand years": ("now - timedelta(days=400_000) < now", "NumberRange"),
    "far by two steps": ("now - timedelta(days=300_000) - timedelta(days=300_000) < now", "NumberRange"),
    "a span that no calendar has": ("now - timedelta(days=1e12) < now", "NumberRange"),
    "a stored day": ("project.due_on is not None and project.due_on + timedelta(days=1) < today", "TypeMismatch"),
    "a stored moment": (
        "ak.exists(i for i in project.interactions if i.occurred_at + timedelta(days=1) < now)",
        "TypeMismatch",
    ),
    "a span that is not constant": (
        "ak.exists(i for i in project.interactions if now - (now - i.occurred_at) < now)",
        "TypeMismatch",
    ),
    "a day by hours": ("today - timedelta(hours=3) < today", "TypeMismatch"),
}


@pytest.mark.parametrize("what", SPANS)
def test_only_the_present_moves(what: str) -> None:
    """Adding to a stored moment could leave the calendar, and Python raises there; so only now and today move."""
    condition, code = SPANS[what]
    assert codes(body(f"return {condition}")) == [code]


def test_the_present_moves_by_spans() -> None:
    """`now` and `today` move by constant spans, also by several."""
    assert codes(body("return now - timedelta(days=30) + timedelta(hours=2) < now")) == []
    assert (
        codes(body("start = today - timedelta(weeks=2)\nreturn project.due_on is not None and project.due_on > start"))
        == []
    )


@pytest.mark.parametrize("year", [1, 999, 9001, 9999])
def test_the_present_is_a_year_of_people(year: int) -> None:
    """A `now` from which a span could leave the calendar is refused."""
    from datetime import datetime, timezone

    with pytest.raises(ak.ValidationError, match="between the years"):
        ak.Policy([]).assess(ak.Portfolio(), now=datetime(year, 6, 1, tzinfo=timezone.utc))


def test_a_helper_threshold_is_a_number_of_the_language() -> None:
    """A default of a helper that is not finite is told like any other number."""
    text = "def far(project: ak.ProjectView, *, limit: float = 1e999) -> bool:\n    return 1 > limit\n"
    assert codes(body("return far(project)"), helpers={"far": text}) == ["NumberRange"]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("return valued(customer=project.customer)", "MaybeUnknown"),
        ("return valued(project.customer)", "MaybeUnknown"),
        (
            "return ak.exists(t for t in project.tasks if ak.exists(n for n in project.needs if n.task_id == t.id))",
            "Correlated",
        ),
    ],
)
def test_refuses_what_only_the_caller_knows(lines: str, code: str) -> None:
    """A record that may not be there is no argument, and an inner aggregate does not see the outer item."""
    valued = "def valued(customer: ak.CustomerView) -> bool:\n    return ak.exists(p for p in customer.projects)\n"
    assert codes(body(lines), helpers={"valued": valued}) == [code]
