"""What the language refuses, each with its code."""

from __future__ import annotations

import pytest

from .rule_text import body, codes, compile_rule, python_rule, stored

CORRELATED = """
n = ak.count(project.needs)
return ak.exists(c for c in project.contributions if ak.exists(t for t in c.objective.tasks if n > 1))
"""

REFUSED = {
    "an unknown field": ("return project.progres", "UnknownField"),
    "an unknown function": ("return avrage(t.effort_hours for t in project.tasks)", "UnknownName"),
    "an unknown name": ("return LIMIT", "UnknownName"),
    "arithmetic with what may be None": ("return project.progress * 1", "MaybeUnknown"),
    "order with what may be None": ("return project.progress > 0.5", "MaybeUnknown"),
    "a hop that may lead nowhere": ('return project.customer.tier == "A"', "MaybeUnknown"),
    "a number as a condition": ("return 1.0 if project.progress else 0.0", "NotACondition"),
    "or as a default": ("return project.progress or 0.0", "NotACondition"),
    "not of a text": ("return not project.name", "NotACondition"),
    "a date against a moment": ("return project.due_on is not None and project.due_on < now", "TypeMismatch"),
    "a number against a text": ('return project.name == 3 or project.status == "active"', "TypeMismatch"),
    "order of texts": ('return project.name < "a"', "TypeMismatch"),
    "a comparison with True": (
        "return ak.exists(i for i in project.interactions if i.needs_answer == True)",
        "TypeMismatch",
    ),
    "a comparison of records": ("return project.customer == project.customer", "TypeMismatch"),
    "== None": ("return project.progress == None", "RuleSyntax"),
    "is with a value": ('return project.status is "active"', "RuleSyntax"),
    "the builtin sum": ("return sum(t.effort_hours for t in project.tasks)", "RuleSyntax"),
    "the builtin any": ('return any(t.status == "done" for t in project.tasks)', "RuleSyntax"),
    "max over many": ("return max(t.weight for t in project.contributions)", "RuleSyntax"),
    "round": ("return round(0.5)", "RuleSyntax"),
    "floor division": ("return 3 // 2", "RuleSyntax"),
    "modulo": ("return 3 % 2", "RuleSyntax"),
    "power": ("return 2 ** 3", "RuleSyntax"),
    "division by a field": ("return ak.count(t for t in project.tasks) / ak.count(project.tasks)", "TypeMismatch"),
    "division by zero": ("return 1 / 0", "TypeMismatch"),
    "a slice": ("return project.name[0]", "RuleSyntax"),
    "an f-string": ('return f"{project.name}" == "x"', "RuleSyntax"),
    "a method": ("return project.name.lower() == 'x'", "RuleSyntax"),
    "a lambda": ("return (lambda: 1)()", "RuleSyntax"),
    "a list": ("found = [t for t in project.tasks]\nreturn 1.0", "RuleSyntax"),
    "a generator kept": ("found = (t for t in project.tasks)\nreturn 1.0", "RuleSyntax"),
    "a walrus": ("return (x := 1.0)", "RuleSyntax"),
    "two for": ("return ak.count(i for t in project.tasks for i in project.interactions)", "RuleSyntax"),
    "a loop": ("for t in project.tasks:\n    pass\nreturn 1.0", "RuleSyntax"),
    "an import": ("import os\nreturn 1.0", "RuleSyntax"),
    "a chain with ==": ("return 0 < 1 == 1", "RuleSyntax"),
    "a local assigned twice": ("x = 1\nx = 2\nreturn x / 2", "AssignedTwice"),
    "a loop variable that hides a local": (
        "t = 1\nreturn ak.exists(t for t in project.tasks) and t > 0",
        "AssignedTwice",
    ),
    "a path without return": ("if project.progress is None:\n    return None", "MissingReturn"),
    "no return at all": ("x = 1", "MissingReturn"),
    "a line after return": ("return 1.0\nx = 2", "RuleSyntax"),
    "a relation as a value": ("return project.tasks is None", "TypeMismatch"),
    "a mean of conditions": ('return ak.mean(t.status == "done" for t in project.tasks)', "TypeMismatch"),
    "the latest of numbers": ("return ak.latest(t.effort_hours for t in project.tasks) is None", "TypeMismatch"),
    "a ramp without a slope": ("return ak.ramp(0.5, best=1, worst=1)", "NumberRange"),
    "a half-life of zero": ("return ak.decay(1, half_life=0)", "NumberRange"),
    "a whole number beyond 2**53": ("return 9007199254740993 > 1", "NumberRange"),
    "a float that is infinite": ("return 1e999 > 1", "NumberRange"),
    "bytes": ("return project.name == b'x'", "RuleSyntax"),
    "an ellipsis": ("return ...", "RuleSyntax"),
    "a number that is imaginary": ("return 1j", "RuleSyntax"),
    "None in a list": ('return project.health in ("on_track", None)', "RuleSyntax"),
    "in with a name": ("return project.status in project.name", "RuleSyntax"),
    "a score of a later kind": (
        "return project.customer is not None and project.customer.score is None",
        "EarlierKindsOnly",
    ),
    "its own score": ("return project.score is None", "EarlierKindsOnly"),
    "NOT_APPLICABLE kept": ("x = ak.NOT_APPLICABLE\nreturn x", "TypeMismatch"),
    "a text as answer": ("return project.name", "TypeMismatch"),
    "a date as answer": ("return today", "TypeMismatch"),
    "an aggregate that reads outer locals in an inner one": (CORRELATED, "Correlated"),
    "hours between dates": ("return ak.hours_between(today, today) > 1", "TypeMismatch"),
    "days between a date and a moment": ("return ak.days_between(today, now) > 1", "TypeMismatch"),
    "micro": ("return ak.micro(0.5) > 1", "RuleSyntax"),
    "a name that is not ASCII": ("gr\u00f6\u00dfe = 1\nreturn gr\u00f6\u00dfe / 2", "RuleSyntax"),
    "text that runs backwards": ('return project.name == "\u202eabc"', "RuleSyntax"),
    "a starred argument": ("return ak.count(*project.tasks) > 1", "RuleSyntax"),
    "an unknown argument": ("return ak.ramp(0.5, bestt=1, worst=0)", "TypeMismatch"),
    "a number that can shrink to nothing": (
        "a = ak.default(project.progress, 0.5)\nb = a * a\nc = b * b\nd = c * c\ne = d * d\nf = e * e\ng = f * f\nreturn g",
        "NumberRange",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refuses(what: str) -> None:
    """What is not part of the language is refused with a stable code and a place."""
    lines, code = REFUSED[what]
    found = stored(body(lines)).diagnostics
    assert [d.code for d in found if d.severity == "error"] == [code], found
    assert found[0].line > 1 or code in ("TypeMismatch", "MissingReturn")
    assert found[0].rule_id == "judged"


SHAPES = {
    "no view": "def judged() -> float:\n    return 1.0\n",
    "a view without annotation": "def judged(project) -> float:\n    return 1.0\n",
    "a strange annotation": "def judged(project: int) -> float:\n    return 1.0\n",
    "a view that is no subject": "def judged(task: TaskView) -> float:\n    return 1.0\n",
    "a threshold without a star": "def judged(project: ProjectView, best: float = 3) -> float:\n    return 1.0\n",
    "a threshold without default": "def judged(project: ProjectView, *, best: float) -> float:\n    return 1.0\n",
    "stars": "def judged(project: ProjectView, *rest, **more) -> float:\n    return 1.0\n",
    "two functions": "def judged(project: ProjectView): return 1.0\ndef other(project: ProjectView): return 1.0\n",
    "not a function": "x = 1\n",
    "async": "async def judged(project: ProjectView): return 1.0\n",
    "a class": "class judged: pass\n",
    "nothing": "\n# nothing\n",
}


@pytest.mark.parametrize("what", SHAPES)
def test_refuses_other_shapes(what: str) -> None:
    """A rule is one function over the view of a subject, then now and today, then thresholds."""
    assert codes(SHAPES[what]) == ["RuleShape"]


def test_names_the_nearest_field() -> None:
    """A misspelt field is told with the right one, at its line and column."""
    [fault] = stored(body("done = project.progess\nreturn done")).diagnostics
    assert (fault.code, fault.suggestion, fault.line, fault.column) == ("UnknownField", "progress", 2, 12)
    assert str(fault) == ("judged:2:12: UnknownField: a project has no 'progess' (did you mean 'progress'?)")


def test_columns_count_characters() -> None:
    """A column counts characters, not bytes."""
    [fault] = stored(body('return project.name == "\u00e9\u00e9" and project.x is None')).diagnostics
    assert fault.column == len('    return project.name == "\u00e9\u00e9" and ') + 1


def test_tells_all_faults() -> None:
    """One fault does not hide the next."""
    text = body("a = project.x\nb = project.y\nreturn a + project.progress")
    assert codes(text) == ["UnknownField", "UnknownField"]


def test_warns_of_unusual_values() -> None:
    """A comparison with text outside the vocabulary is a warning that names the nearest value."""
    rule = stored(body('return project.status == "actve"'))
    [warning] = rule.diagnostics
    assert (warning.code, warning.severity, warning.suggestion) == ("UnusualValue", "warning", "active")
    assert rule.lowered is not None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (body("return 1.0") + "#" * 5_000, "RuleTooLarge"),
        (body("return " + " + ".join(["1"] * 400) + " > 1"), "RuleTooLarge"),
        (body("return " + "(" * 60 + "1" + ")" * 60 + " > 0"), None),
        (body("return " + "-" * 60 + "1 > 0"), "RuleTooLarge"),
        (body("return " + "(" * 1_500 + "1" + ")" * 1_500), "RuleSyntax"),
        (body(f'return project.name == "{"x" * 1_001}"'), "RuleTooLarge"),
        (body("return " + "9" * 3_900 + " > 1"), "NumberRange"),
        (body("return 0x" + "f" * 3_900 + " > 1"), "NumberRange"),
    ],
)
def test_bounds_the_size(text: str, code: str | None) -> None:
    """Text beyond the limits of size, depth or number is refused before it can cost anything."""
    assert codes(text) == ([] if code is None else [code])


def test_refuses_text_that_no_fact_equals() -> None:
    """Facts are in composed form, so a text in another form, which looks the same, is refused in a function."""
    for text, expected in (("caf\u00e9", []), ("cafe\u0301", ["RuleSyntax"])):
        found = compile_rule(python_rule(body(f'return project.name == "{text}"'))).diagnostics
        assert [fault.code for fault in found] == expected


def test_adds_small_whole_numbers_freely() -> None:
    """A sum of small whole numbers is a number to calculate with, one of large ones is not."""
    assert codes(body("return ak.total(n.severity for n in project.needs if n.severity is not None) + 1 > 3")) == []
    assert codes(body("return ak.total(9007199254740991 for n in project.needs) + 1 > 3")) == ["NumberRange"]


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        ("return project.\uff53tatus == 'active'", (2, 20)),
        ("\uff4e = 1\nreturn n > 0", (2, 5)),
        ("return project.name == 'x'  # \u202e backwards", (2, 33)),
    ],
)
def test_refuses_text_that_reads_otherwise(lines: str, place: tuple[int, int]) -> None:
    """Letters that Python folds into plain ones, and characters that turn the text around, are refused anywhere."""
    [fault] = stored(body(lines)).diagnostics
    assert (fault.code, (fault.line, fault.column)) == ("RuleSyntax", place)


@pytest.mark.parametrize(
    "lines",
    [
        "found = count(project.tasks)\ncount = 3\nreturn found > count",
        "if project.progress is None:\n    limit = 1\nreturn limit > 2",
        "a = b\nb = 1\nreturn a > 0",
    ],
)
def test_a_local_is_local_everywhere(lines: str) -> None:
    """Python takes a name that is assigned anywhere for a local: without a value it is not looked up outside."""
    assert codes(body(lines), constants={"limit": 3, "b": 1}) == ["UnknownName"]


@pytest.mark.parametrize("text", [".days", ".total_seconds()", ".seconds"])
def test_names_what_to_use_for_spans(text: str) -> None:
    """Parts of a span are refused with the name of ours."""
    found = stored(
        body(f"return ak.exists(i for i in project.interactions if (now - i.occurred_at){text} > 3)")
    ).diagnostics
    assert "days_between" in found[0].message


def test_names_what_to_use_for_days() -> None:
    """The day of a moment is refused: it depends on a zone, and `today` is the day of the policy's."""
    [fault] = stored(body("return ak.exists(t for t in project.tasks if t.due_on == now.date())")).diagnostics
    assert "today" in fault.message


def test_spans_compare_with_spans() -> None:
    """A span compares with a span, and with nothing else."""
    span = "ak.exists(i for i in project.interactions if now - i.occurred_at > {})"
    assert codes(body(f"return {span.format('timedelta(days=3)')}")) == []
    assert codes(body(f"return {span.format('3')}")) == ["TypeMismatch"]
