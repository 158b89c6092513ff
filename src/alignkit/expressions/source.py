"""
Reads the source of a function, and proves that it is the code that runs.

The whole file is taken from `linecache` and compiled as Python would; the `def` whose compiled code equals the
function's is the one. So a moved function is found, and an edited one, a lambda or a function without a file is not.
"""

from __future__ import annotations
import __future__

import ast
import functools
import hashlib
import inspect
import linecache
import operator
import warnings
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import Any, Final

import attrs

__all__ = ["Source", "SourceFault", "code_digest", "read_source"]

COMPILE_FLAGS: Final = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
FUTURE: Final = functools.reduce(
    operator.or_, (getattr(__future__, n).compiler_flag for n in __future__.all_feature_names)
)
"""Flags that a notebook or a doctest may hand on from an earlier cell; they change no code of a plain function."""


@attrs.frozen
class Source:
    """
    Text of one function.

    Attributes:
        text: From `def` to the end of the body, decorators left out, not indented.
        filename: Where it stands.
        line: Line of the `def` in that file, from 1.
    """

    text: str
    filename: str
    line: int


class SourceFault(Exception):
    """Internal: the source cannot be read; the message says why. Never leaves the package."""


@functools.lru_cache(maxsize=256)
def _compiled(filename: str, text: str) -> tuple[ast.Module, tuple[CodeType, ...]]:
    tree = _compile(text, filename, ast.PyCF_ONLY_AST)
    assert isinstance(tree, ast.Module)
    return tree, tuple(_code_objects(_compile(text, filename)))


def _compile(source: str | ast.Module, filename: str, flags: int = 0) -> Any:
    """Compile without the warnings that the file itself causes: they were told when it was imported."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compile(source, filename, "exec", flags=COMPILE_FLAGS | flags, dont_inherit=True)


def _code_objects(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _code_objects(constant)


def read_source(function: FunctionType) -> Source:
    """
    Find the text of a function.

    Raises:
        SourceFault: There is no text, or it is not the code that runs.
    """
    code = function.__code__
    if function.__name__ == "<lambda>":
        raise SourceFault("a lambda cannot be told apart from others on its line; write a def")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise SourceFault("a rule is a plain def, not async and not a generator")
    linecache.checkcache(code.co_filename)
    text = "".join(linecache.getlines(code.co_filename, function.__globals__))
    if not text:
        raise SourceFault(
            f"the source is not there ({code.co_filename}); put the function into a file or a notebook cell"
        )
    try:
        tree, codes = _compiled(code.co_filename, text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SourceFault(f"the source no longer compiles ({error})") from None
    for candidate in (*codes, *_alone(tree, code)):
        if candidate.co_name == code.co_name and _same(candidate, code):
            found = _definition(tree, candidate)
            if found is not None and _defaults(found) == (function.__kwdefaults__ or {}):
                return _cut(found, text, code.co_filename)
    raise SourceFault(f"the source in {code.co_filename} is not the code that runs; import it again")


def _alone(tree: ast.Module, code: CodeType) -> Iterator[CodeType]:
    """
    The code of a top-level function when its statement is compiled by itself, as notebooks do.

    What a file imports changes how its functions are compiled (a call of an imported module's function is no method
    call), so that code of a statement alone can differ from its code within the file.
    """
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            alone = ast.Module([node], [])
            yield from _code_objects(_compile(alone, code.co_filename))


def _same(one: CodeType, other: CodeType) -> bool:
    return (
        one.co_code == other.co_code
        and one.co_names == other.co_names
        and one.co_varnames == other.co_varnames
        and one.co_freevars == other.co_freevars
        and one.co_cellvars == other.co_cellvars
        and one.co_argcount == other.co_argcount
        and one.co_kwonlyargcount == other.co_kwonlyargcount
        and one.co_posonlyargcount == other.co_posonlyargcount
        and one.co_flags & ~FUTURE == other.co_flags & ~FUTURE
        and len(one.co_consts) == len(other.co_consts)
        and all(map(_same_constant, one.co_consts, other.co_consts))
    )


def _same_constant(one: object, other: object) -> bool:
    if isinstance(one, CodeType) and isinstance(other, CodeType):
        return one.co_name == other.co_name and _same(one, other)
    return _constant_key(one) == _constant_key(other)


def code_digest(code: CodeType) -> str:
    """A hash of what a function does, the same wherever it stands; not the same in every version of Python."""
    return hashlib.sha256(repr(_code_key(code)).encode()).hexdigest()[:32]


def _code_key(code: CodeType) -> tuple[object, ...]:
    constants = tuple(
        _code_key(value) if isinstance(value, CodeType) else _constant_key(value) for value in code.co_consts
    )
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars


def _constant_key(value: object) -> tuple[str, object]:
    if isinstance(value, frozenset):
        return "frozenset", tuple(sorted(repr(_constant_key(item)) for item in value))
    if isinstance(value, tuple):
        return "tuple", tuple(_constant_key(item) for item in value)
    return type(value).__name__, repr(value)


def _definition(tree: ast.Module, code: CodeType) -> ast.FunctionDef | None:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno:
                return node
    return None


def _defaults(node: ast.FunctionDef) -> dict[str, object]:
    """The defaults of keyword-only parameters as the text has them; those that are no literals stand for themselves."""
    found: dict[str, object] = {}
    for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True):
        if default is not None:
            try:
                found[argument.arg] = ast.literal_eval(default)
            except ValueError:
                found[argument.arg] = Ellipsis
    return found


def _cut(node: ast.FunctionDef, text: str, filename: str) -> Source:
    """The lines of a definition, moved to the left except where a line begins inside of a text."""
    inside = {
        line
        for part in ast.walk(node)
        if isinstance(part, (ast.Constant, ast.JoinedStr)) and part.end_lineno is not None
        for line in range(part.lineno + 1, part.end_lineno + 1)
    }
    lines = []
    for number, line in enumerate(text.split("\n")[node.lineno - 1 : node.end_lineno], node.lineno):
        blanks = 0 if number in inside else min(node.col_offset, len(line) - len(line.lstrip()))
        lines.append(line[blanks:])
    return Source("\n".join(lines).strip("\n") + "\n", filename, node.lineno)
