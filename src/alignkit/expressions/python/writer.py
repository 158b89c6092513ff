"""Lines of generated code, fresh names, constants by index, and which nodes already stand in a local."""

from __future__ import annotations

import keyword
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import attrs

from alignkit.expressions import ir

__all__ = ["Needs", "State", "Writer", "checked_name"]

State = tuple[dict[ir.Node, str], frozenset[ir.Node]]
"""Nodes that stand in a local, and nodes that are surely not None."""


def checked_name(name: str) -> str:
    """A name of the model, fit to stand in code; anything else is a bug and raises."""
    if not (name.isidentifier() and name.isascii()) or keyword.iskeyword(name) or name.startswith("_"):
        raise ValueError(f"{name!r} cannot stand in generated code")
    return name


@attrs.frozen(order=True)
class Needs:
    """
    Something the code reads from the facts.

    Attributes:
        sort: `"records"` by id, `"children"` by parent, `"rows"`, `"bands"` or `"signals"` of a kind by id.
        name: The collection, or the kind.
        key: The field that holds the parent's id, for children.
    """

    sort: str
    name: str
    key: str = ""

    @property
    def variable(self) -> str:
        """The name of the parameter that brings it."""
        return "_".join(checked_name(part) for part in (self.sort, self.name, self.key) if part)


@attrs.define
class Writer:
    """
    Gathers the text of one function.

    Attributes:
        lines: Finished lines.
        constants: Values that the code refers to as `c0`, `c1`, ...
        needs: What it reads from the facts.
        bound: Nodes that stand in a local here.
        known: Nodes that are surely not None here.
        rows: Locals that hold the signals of another record, by the node that gives it and the group.
        may_fail: Whether some code written here can be that of an error.
    """

    lines: list[str] = attrs.field(factory=list)
    constants: list[Any] = attrs.field(factory=list)
    needs: set[Needs] = attrs.field(factory=set)
    bound: dict[ir.Node, str] = attrs.field(factory=dict)
    known: frozenset[ir.Node] = frozenset()
    rows: dict[tuple[ir.Node, str], str] = attrs.field(factory=dict)
    may_fail: bool = False
    _indent: int = 1
    _fresh: int = 0

    def line(self, text: str) -> None:
        """Add a line at the present depth."""
        self.lines.append("    " * self._indent + text)

    def fresh(self, prefix: str = "t") -> str:
        """A local name that nothing else uses."""
        self._fresh += 1
        return f"{prefix}{self._fresh}"

    def constant(self, value: Any) -> str:
        """The name under which a constant reaches the code."""
        for index, known in enumerate(self.constants):
            if type(known) is type(value) and known == value:
                return f"c{index}"
        self.constants.append(value)
        return f"c{len(self.constants) - 1}"

    def need(self, sort: str, name: str, key: str = "") -> str:
        """The name of a parameter that brings facts."""
        needed = Needs(sort, name, key)
        self.needs.add(needed)
        return needed.variable

    @property
    def depth(self) -> int:
        """How many blocks are around the next line."""
        return self._indent

    def open(self, head: str) -> None:
        """Begin a block that lasts to the end of the function."""
        self.line(head)
        self._indent += 1

    @property
    def state(self) -> State:
        """What stands in locals here and what is known; for `state = ...` at a place where the same holds."""
        return dict(self.bound), self.known

    @state.setter
    def state(self, state: State) -> None:
        self.bound, self.known = dict(state[0]), state[1]

    @contextmanager
    def block(self, head: str, known: frozenset[ir.Node] = frozenset()) -> Iterator[None]:
        """An indented block; what is bound or known inside ends with it."""
        self.line(head)
        before = self.state
        self.known = self.known | known
        self._indent += 1
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.line("pass")
        self._indent -= 1
        self.state = before
