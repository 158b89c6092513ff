"""Rule text is data: nothing in it can reach the host."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import alignkit as ak
from alignkit.expressions.diagnostics import CODES

from .rule_text import body, stored

ESCAPES = [
    "return __import__('os').system('true')",
    "return project.__class__",
    "return project.__class__.__mro__[1].__subclasses__()",
    "return ().__class__.__bases__[0]",
    "return '{0.__class__}'.format(project) == 'x'",
    "return '%s' % project == 'x'",
    "return getattr(project, 'name') == 'x'",
    "return globals()",
    "return vars(project)",
    "return eval('1')",
    "return exec('1')",
    "return open('/etc/passwd')",
    "return compile('1', '', 'eval')",
    "return (lambda f: f(f))(lambda f: f(f))",
    "return [c for c in ().__class__.__base__.__subclasses__()]",
    "return (yield)",
    "return (await project)",
    "return ak.count.__globals__",
    "return ak.__builtins__",
    "return ak.importlib",
    "return ak.count.__self__",
    "return datetime.now() > now",
    "return datetime.__subclasses__()",
    "return timedelta.__init__",
    "return ak.total.__wrapped__",
    "return ak.ProjectView._is_protocol",
    "return ak.latest(i for i in project.interactions).__class__",
    "return 9**9**9",
    "return 'a' * 10**9 == 'b'",
    "return project.name.__add__('x') == 'x'",
    "return ak.exists(i for i in (1).__class__.__bases__)",
    "return project['__class__']",
    "return print('x')",
    "return breakpoint()",
    "return help()",
    "return type(project)",
    "return super().x",
    "raise SystemExit",
    "assert False\nreturn 1.0",
    "try:\n    return 1.0\nexcept* Exception as e:\n    return e.obj",
    "with open('x') as f:\n    return 1.0",
    "global x\nreturn 1.0",
    "nonlocal x\nreturn 1.0",
    "del project\nreturn 1.0",
    "class A: pass\nreturn 1.0",
    "def f(): pass\nreturn f()",
    "match project:\n    case _:\n        return 1.0",
    "while True:\n    pass",
    "project.name = 'x'\nreturn 1.0",
    "now: __import__('os') = 1\nreturn 1.0",
    "import os\nreturn 1.0",
    "from os import system\nreturn 1.0",
    "x: int\nreturn 1.0",
    "x = y = 1\nreturn 1.0",
    "x += 1\nreturn 1.0",
    "(a, b) = 1, 2\nreturn 1.0",
]


@pytest.mark.parametrize("lines", ESCAPES)
def test_refuses_escapes(lines: str) -> None:
    """Known ways out of other evaluators end in a diagnostic, and no code is made."""
    rule = stored(body(lines))
    assert rule.lowered is None
    assert rule.diagnostics
    assert {d.code for d in rule.diagnostics} <= set(CODES)


HEADS = [
    "def judged(project: __import__('os').system('true')) -> float:\n    return 1.0\n",
    "def judged(project: ProjectView, *, best=__import__('os')) -> float:\n    return 1.0\n",
    "def judged(project: ProjectView, *, best=(lambda: 1)()) -> float:\n    return 1.0\n",
    "@__import__('os').system\ndef judged(project: ProjectView) -> float:\n    return 1.0\n",
    "def judged(project: 'ProjectView.__class__') -> float:\n    return 1.0\n",
]


@pytest.mark.parametrize("text", HEADS[:3] + HEADS[4:])
def test_runs_nothing_of_the_head(text: str) -> None:
    """Annotations and defaults are read, never evaluated."""
    assert stored(text).lowered is None


def test_takes_no_decorators() -> None:
    """Stored text has no decorators: they would be names of the host."""
    rule = stored(HEADS[3])
    assert [d.code for d in rule.diagnostics] == ["RuleShape"]


@given(st.text(max_size=300))
def test_any_text_gives_diagnostics(text: str) -> None:
    """Whatever is written, the answer is a rule or diagnostics, never another exception."""
    if not text.strip() or "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        text = "x" + "".join(c for c in text if c != "\0" and not "\ud800" <= c <= "\udfff")
    rule = stored(text)
    assert rule.lowered is not None or rule.diagnostics


TOKENS = st.sampled_from(
    [
        "project",
        "now",
        "today",
        "ak",
        ".",
        ",",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        "=",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "*",
        "/",
        "//",
        "%",
        "**",
        "not",
        "and",
        "or",
        "if",
        "else",
        "in",
        "is",
        "None",
        "True",
        "return",
        "for",
        "tasks",
        "interactions",
        "progress",
        "count",
        "exists",
        "total",
        "latest",
        "ramp",
        "best=",
        "worst=",
        "1",
        "0.5",
        "'x'",
        "lambda",
        "i",
        "t",
        "\n",
        "",
        "",
        "",
        "",
        "",
    ]
)


@given(st.lists(TOKENS, max_size=40))
def test_any_tokens_give_diagnostics(tokens: list[str]) -> None:
    """Text that looks like a rule is a rule or diagnostics, never another exception."""
    rule = stored(body("return " + " ".join(tokens)))
    assert rule.lowered is not None or rule.diagnostics


@given(st.text(max_size=200))
def test_any_document_gives_a_policy_error(text: str) -> None:
    """Whatever a TOML document holds, reading it gives a policy or a PolicyError."""
    with pytest.raises(ak.PolicyError):
        ak.Policy.from_toml("\n" + text)
