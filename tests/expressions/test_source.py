"""The text that is read is the code that runs, wherever a function stands; anything else is told and never guessed."""

from __future__ import annotations

import ast
import functools
import importlib
import linecache
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import alignkit as ak
from alignkit.expressions.source import SourceFault, read_source
from alignkit.testing import NOW, portfolio_of, project, task

HEAD = "from __future__ import annotations\nimport alignkit as ak\n\n"
RULE = '''def judged(project: ak.ProjectView, *, limit: int = 1) -> ak.Score:
    """How many."""
    return ak.count(t for t in project.tasks) > limit
'''


def run(text: str, name: str, **names: Any) -> dict[str, Any]:
    """Run text whose source is in `linecache` under a name, as notebooks do."""
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    namespace = {"__name__": "cells", "ak": ak, **names}
    exec(compile(text, name, "exec", dont_inherit=True), namespace)
    return namespace


def imported(folder: Path, text: str, monkeypatch: pytest.MonkeyPatch, name: str = "source_module") -> ModuleType:
    """A module with this text, imported from a file."""
    (folder / f"{name}.py").write_bytes(text.encode())
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
    return importlib.import_module(name)


def test_reads_a_function_of_this_file() -> None:
    """A function in a file that a test runner rewrites is read like any other."""

    def judged(project: ak.ProjectView) -> ak.Score:
        # a comment stays
        return project.status == "active"

    assert read_source(judged).text == (
        'def judged(project: ak.ProjectView) -> ak.Score:\n    # a comment stays\n    return project.status == "active"\n'
    )


def test_a_closure_captures_its_cell() -> None:
    """A function made inside another reads what it closed over, each its own."""

    def make(limit: int) -> ak.Rule[..., Any]:
        @ak.rule(dimension="one")
        def judged(project: ak.ProjectView) -> ak.Score:
            return ak.count(t for t in project.tasks) > limit

        return judged

    world = portfolio_of(project(tasks=[task(), task()]))
    for limit, code in ((1, 1_000_000), (2, 0)):
        policy = ak.Policy([make(limit)], dimensions={"one": 1})
        assert policy.rules[0].record.constants == {"limit": limit}
        assert policy.assess(world, now=NOW).rows["project"]["P-1"][1] == code


def test_reads_conditional_definitions() -> None:
    """Of two definitions of one name, the one that ran is read."""
    text = "if FIRST:\n    def judged(project): return 1.0\nelse:\n    def judged(project): return 0.5\n"
    for first, value in ((True, "1.0"), (False, "0.5")):
        function = run(text, f"<conditional {first}>", FIRST=first)["judged"]
        assert read_source(function).text == f"def judged(project): return {value}\n"


def test_reads_the_last_of_two_of_one_name() -> None:
    """The same name defined twice: each function has its own text."""
    text = "def judged(project): return 1.0\nfirst = judged\ndef judged(project): return 0.5\n"
    names = run(text, "<twice>")
    assert [read_source(names[name]).text[-4:-1] for name in ("first", "judged")] == ["1.0", "0.5"]


def test_reads_inside_try() -> None:
    """A definition behind `try / except ImportError` is read."""
    text = "try:\n    import nothing_of_the_kind\nexcept ImportError:\n    def judged(project):\n        return 1.0\n"
    assert read_source(run(text, "<try>")["judged"]).text == "def judged(project):\n    return 1.0\n"


def test_moves_text_to_the_left() -> None:
    """Text is moved to the left, but not the inside of a text, whose blanks mean something."""
    text = 'class Rules:\n    def judged(project):\n        """Doc\nover lines."""\n        return project.name == """a\n      b"""\n'
    found = read_source(run(text, "<class>")["Rules"].judged).text
    assert found == 'def judged(project):\n    """Doc\nover lines."""\n    return project.name == """a\n      b"""\n'
    assert ast.literal_eval(ast.parse(found).body[0].body[1].value.comparators[0]) == "a\n      b"  # type: ignore[attr-defined]


def test_a_later_cell_keeps_the_future() -> None:
    """A cell that was compiled under an earlier cell's `from __future__` is read though its own text does not say so."""
    linecache.cache["<future>"] = (len(RULE), None, RULE.splitlines(keepends=True), "<future>")
    names: dict[str, Any] = {"ak": ak}
    code = compile("from __future__ import annotations\n", "<first>", "exec")
    exec(compile(RULE, "<future>", "exec", flags=code.co_flags & 0x1000000, dont_inherit=True), names)
    assert read_source(names["judged"]).text == RULE


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_reads_files_of_any_system(ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files with other line ends, tabs and a byte order mark are read, and the policy survives a document."""
    text = "\ufeff" + (HEAD + '@ak.rule(dimension="one")\n' + RULE.replace("    ", "\t")).replace("\n", ending)
    module = imported(tmp_path, text, monkeypatch)
    policy = ak.Policy([module.judged], dimensions={"one": 1})
    assert policy.rules[0].record.text == RULE.replace("    ", "\t")
    assert ak.Policy.from_toml(policy.to_toml()) == policy


def test_reads_from_a_zip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module inside a zip file is read through its loader."""
    with zipfile.ZipFile(tmp_path / "rules.zip", "w") as archive:
        archive.writestr("zipped_rules.py", HEAD + RULE)
    monkeypatch.syspath_prepend(str(tmp_path / "rules.zip"))
    module = importlib.import_module("zipped_rules")
    assert read_source(module.judged).text == RULE


def test_a_moved_function_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that was edited above a function still holds its code."""
    module = imported(tmp_path, HEAD + RULE, monkeypatch)
    (tmp_path / "source_module.py").write_text(HEAD + "# a new line\n\n" + RULE)
    found = read_source(module.judged)
    assert (found.text, found.line) == (RULE, 6)


@pytest.mark.parametrize(("old", "new"), [("> limit", ">= limit"), ("limit: int = 1", "limit: int = 2")])
def test_an_edited_function_is_not_read(old: str, new: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Text that was edited since it was imported, be it a threshold only, is not the code that runs."""
    module = imported(tmp_path, HEAD + RULE, monkeypatch)
    (tmp_path / "source_module.py").write_text(HEAD + RULE.replace(old, new))
    with pytest.raises(SourceFault, match="not the code that runs"):
        read_source(module.judged)


def test_a_reloaded_module_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a reload the new function is read, and the old one is told to be old."""
    module = imported(tmp_path, HEAD + RULE, monkeypatch)
    old = module.judged
    (tmp_path / "source_module.py").write_text(HEAD + RULE.replace("> limit", ">= limit + 10"))
    new = importlib.reload(module).judged
    assert ">= limit + 10" in read_source(new).text
    with pytest.raises(SourceFault):
        read_source(old)


def _wrapped(function: Any) -> Any:
    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **kwargs)

    return wrapper


def test_never_looks_through_a_decorator() -> None:
    """What a foreign decorator wraps is not what runs: the wrapper is read, and refused by the language."""
    one = ak.rule(dimension="one")(_wrapped(run(RULE, "<wrapped>")["judged"]))
    with pytest.raises(ak.PolicyError) as raised:
        ak.Policy([one], dimensions={"one": 1})
    assert [d.code for d in raised.value.diagnostics] == ["RuleShape"]


def test_never_looks_into_other_objects() -> None:
    """An object that happens to hold a function is not that function."""

    class Holder:
        function = staticmethod(run("def far(project: ak.ProjectView) -> bool:\n    return True\n", "<held>")["far"])

        def __call__(self, project: ak.ProjectView) -> bool:
            return False

    text = "def judged(project: ak.ProjectView) -> ak.Score:\n    return held(project)\n"
    one = ak.rule(dimension="one")(run(text, "<holding>", held=Holder())["judged"])
    with pytest.raises(ak.PolicyError, match="is not a function of the language"):
        ak.Policy([one], dimensions={"one": 1})


OPAQUE = {
    "text without a file": lambda: _executed("def judged(project): return 1.0"),
    "a lambda": lambda: lambda project: 1.0,
    "an async function": lambda: run("async def judged(project): return 1.0\n", "<async>")["judged"],
    "a generator": lambda: run("def judged(project):\n    yield 1.0\n", "<yield>")["judged"],
    "a bound method": lambda: run("class A:\n    def judged(self, project): return 1.0\n", "<bound>")["A"]().judged,
    "a partial": lambda: functools.partial(run("def judged(a, project): return a\n", "<partial>")["judged"], 1.0),
    "a builtin": lambda: len,
}


def _executed(text: str) -> Any:
    names: dict[str, Any] = {}
    exec(text, names)
    return names["judged"]


@pytest.mark.parametrize("what", OPAQUE)
def test_what_cannot_be_read_is_opaque(what: str) -> None:
    """A function without readable source is a rule all the same: it runs natively, with a warning that says why."""
    one = ak.rule(dimension="one")(OPAQUE[what]())
    assert one.source is None
    assert one.fault
    policy = ak.Policy([one], dimensions={"one": 1})
    [warning] = policy.check()
    assert (warning.code, warning.severity) == ("Opaque", "warning")
    assert one.fault in warning.message
