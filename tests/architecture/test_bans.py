"""What must not stand in the package: code from text, unsafe readers, clocks, printing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import alignkit

PACKAGE = Path(alignkit.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def places(banned: set[str]) -> set[str]:
    """The modules that use one of the names, given as `name` or `module.name`."""
    return {
        module.relative_to(PACKAGE).as_posix()
        for module in MODULES
        for name in used(ast.parse(module.read_text(encoding="utf-8")))
        if name in banned
    }


def used(tree: ast.AST) -> Iterator[str]:
    """Names called or imported anywhere in a module: `eval`, `datetime.now`, `pickle`."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                yield name
            case ast.Attribute(value=ast.Name(id=owner), attr=name):
                yield f"{owner}.{name}"
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(source), names=names):
                yield source
                yield from (f"{source}.{alias.name}" for alias in names)


def test_no_text_becomes_code() -> None:
    """`eval` stands nowhere, and `exec` in one module only: the one that emits the code of checked rules."""
    assert places({"eval"}) == set()
    assert places({"exec"}) == {"expressions/python/program.py"}


def test_no_unsafe_readers() -> None:
    """Nothing that runs code, or can be made to explode, when it reads: pickle, marshal, shelve, YAML, plain XML."""
    assert (
        places({"pickle", "marshal", "shelve", "yaml", "xml.etree.ElementTree", "xml.dom.minidom", "xml.sax"}) == set()
    )


def test_no_processes() -> None:
    """The library starts no process and opens no socket."""
    assert places({"subprocess", "os.system", "os.popen", "socket", "urllib.request", "http.client"}) == set()


def test_no_clock() -> None:
    """The time is handed in: nothing in the package asks the clock, but for the command line where none is given."""
    clocks = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time", "time.time"}
    assert places(clocks) <= {"commands/main.py"}


def test_only_the_command_prints() -> None:
    """`print` stands in the command line's module only."""
    assert places({"print"}) <= {"commands/main.py"}
