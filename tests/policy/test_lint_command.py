"""`check` prints faults, findings and failed cases of policy files, and fails when there is any."""

from __future__ import annotations

from pathlib import Path

import pytest

from alignkit.commands import main

POLICY = """
alignkit_policy = 1
dimensions = { one = 1 }
[[rules]]
id = "is_done"
kind = "project"
dimension = "one"
text = '''
def is_done(project: ProjectView) -> Score:
    if project.status == "cancelled":
        return NOT_APPLICABLE
    return project.progress
'''
"""

CASES = """
[[cases]]
name = "half"
rule = "is_done"
given = { project = { progress = 0.5 } }
expect = { score = 0.5 }
"""

CANCELLED = """
[[cases]]
name = "cancelled"
rule = "is_done"
given = { project = { status = "cancelled" } }
expect = { state = "not_applicable" }
"""


@pytest.fixture
def check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> object:
    """Runs the command on a text; gives its code and what it printed, without the path."""

    def run(text: str, *more: str) -> tuple[int, list[str]]:
        path = tmp_path / "policy.toml"
        path.write_text(text, encoding="utf-8")
        code = main(["check", str(path), *more])
        return code, [line.removeprefix(f"{path}: ") for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.mark.parametrize(
    ("text", "more", "code", "said"),
    [
        (POLICY + CASES, [], 0, "1 case: 1 passed, 0 failed; rules 1 of 1, branches 1 of 2"),
        (POLICY + CASES, ["--complete"], 1, "is_done:2:5: the condition is never true"),
        (POLICY + CASES + CANCELLED, ["--complete"], 0, "2 cases: 2 passed, 0 failed; rules 1 of 1, branches 2 of 2"),
        (POLICY, ["--complete"], 1, "is_done: never judged"),
        (POLICY + CASES.replace("score = 0.5", "score = 0.6"), [], 1, "  is_done: score: expected 0.6, found 0.5"),
        (
            POLICY + CASES.replace("progress =", "progres ="),
            [],
            1,
            "cases[1].given.project.progres:18:23: PolicyInvalid: case 'half': 'progres' is no field, hop or relation",
        ),
        (
            POLICY.replace("project.progress", "0.5"),
            [],
            1,
            "is_done: ConstantRule: every subject that is judged scores 0.5;",
        ),
        (POLICY.replace("project.progress", "1.0"), ["--ignore", "ConstantRule:is_done", "--ignore", "BandNeverMet"], 0, "1 rule"),
    ],
)  # fmt: skip
def test_what_is_found_is_printed(text: str, more: list[str], code: int, said: str, check: object) -> None:
    """The exit code is 1 for a fault, a finding, a failed case and, where asked for, a branch without a case."""
    found, lines = check(text, *more)  # type: ignore[operator]
    assert found == code
    assert any(line.startswith(said) for line in lines)
