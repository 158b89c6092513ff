"""What the checker carries along: names in scope, what is known so far, and the faults found."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NoReturn, Protocol

import attrs

from alignkit.expressions import ir
from alignkit.expressions import types as t
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.model import Kind, Model
from alignkit.expressions.written import Sort, Written

__all__ = [
    "MISSING",
    "Context",
    "Declared",
    "Exhausted",
    "Fault",
    "FunctionText",
    "Language",
    "Local",
    "Own",
    "Report",
    "Scope",
    "nearest",
]

MISSING: Final = object()

_SORTS: Final[dict[type[ast.AST], Sort]] = {ast.If: "if", ast.IfExp: "choice", ast.Call: "call"}


class Scope(Protocol):
    """Where names that the text itself does not bind come from."""

    def lookup(self, name: str) -> Any:
        """The object a name stands for; `MISSING` where there is none."""

    def member(self, base: Any, name: str) -> Any:
        """An attribute of a namespace (such as `ak.latest`); `MISSING` where it may not be read."""

    def names(self) -> Iterable[str]:
        """Names to suggest from."""


@attrs.frozen
class FunctionText:
    """
    A function of which the text is known.

    Attributes:
        name: Its name.
        text: Its source, from `def`.
        scope: Where its free names come from.
        parameters: Values of thresholds that differ from the defaults.
    """

    name: str
    text: str
    scope: Scope = attrs.field(eq=False, repr=False)
    parameters: Mapping[str, Any] = attrs.field(factory=dict, eq=False)


@attrs.frozen
class Language:
    """
    The model, and how objects found in a scope are understood.

    Attributes:
        model: Kinds of records with their fields.
        kind_of: The kind that a view class shows; None for anything else.
        function_of: The text behind a function object; None for anything that is not one. May raise `Fault`.
        standard: What the language itself calls an object, and the object; None for anything that is not of it.
        custom_of: The custom fields that a view class declares, as kind, name and type; and what is wrong with others.
    """

    model: Model
    kind_of: Callable[[Any], str | None]
    function_of: Callable[[Any], FunctionText | None]
    standard: Callable[[Any], tuple[str, Any] | None]
    custom_of: Callable[[Any], Declared] = attrs.field(default=lambda view: Declared())


@attrs.frozen
class Own:
    """
    A custom field.

    Attributes:
        type: What it gives; always possibly None.
        origin: Its declaration, which the language does not look into.
    """

    type: t.Type
    origin: Any = None


@attrs.frozen
class Declared:
    """
    The custom fields that a view declares.

    Attributes:
        fields: By kind and name.
        faults: What is wrong with a declaration.
    """

    fields: Mapping[tuple[str, str], Own] = attrs.field(factory=dict)
    faults: tuple[str, ...] = ()


class Fault(Exception):
    """Internal: lowering of one statement cannot go on. Carries the diagnostic, or None if it was told before."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


@attrs.frozen
class Local:
    """
    A named value of a rule: what an explanation shows.

    Attributes:
        name: As written.
        node: What it stands for.
    """

    name: str
    node: ir.Node


class Exhausted(Fault):
    """Internal: the text unfolds beyond the limits, so that lowering stops altogether."""


@attrs.frozen
class Kept:
    """
    A node with its measures.

    Attributes:
        node: The one node of its form in a rule.
        size: Number of nodes, shared ones as often as they occur; signals included.
        depth: Number of nodes from it to the innermost.
    """

    node: ir.Node
    size: int
    depth: int


@attrs.define
class Report:
    """What lowering one rule gathers beside the node itself."""

    rule_id: str
    diagnostics: list[Diagnostic] = attrs.field(factory=list)
    locals: list[Local] = attrs.field(factory=list)
    constants: dict[str, Any] = attrs.field(factory=dict)
    helpers: dict[str, str] = attrs.field(factory=dict)
    meanings: dict[str, tuple[str, Any]] = attrs.field(factory=dict)
    kinds: set[str] = attrs.field(factory=set)
    written: list[Written] = attrs.field(factory=list)
    custom: dict[tuple[str, str], Own] = attrs.field(factory=dict)
    custom_read: set[tuple[str, str]] = attrs.field(factory=set)
    steps: int = 0
    _kept: dict[ir.Node, Kept] = attrs.field(factory=dict)

    def keep(self, node: ir.Node) -> Kept:
        """
        The node as it is kept: equal nodes are one object, so that comparing two of them never looks inside, and
        each is measured once.
        """
        found = self._kept.get(node)
        if found is None:
            inner = (*ir.children(node), *((node.expression,) if isinstance(node, ir.Signal) else ()))
            parts = [self.keep(part) for part in inner]
            size = 1 + sum(part.size for part in parts)
            found = self._kept[node] = Kept(node, size, 1 + max((part.depth for part in parts), default=0))
        return found

    def name_local(self, name: str, node: ir.Node, path: tuple[ir.Node, ...]) -> None:
        """Keep a named value; one that is assigned on several ways is that of the way taken."""
        for place, local in enumerate(self.locals):
            if local.name == name:
                if local.node != node and path:
                    kind = t.unify(node.type, local.node.type) or node.type
                    test = path[0] if len(path) == 1 else ir.And(path)
                    self.locals[place] = Local(name, ir.If(test, node, local.node, kind.optional()))
                return
        self.locals.append(Local(name, node))

    def add(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic, once."""
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)


Binding = ir.Node | None
"""A node; None for a name whose statement had a fault."""


@attrs.frozen
class Context:
    """
    One place in the text.

    Attributes:
        language: The model.
        scope: Where free names come from.
        report: Where faults go.
        names: Locals and parameters.
        known: Nodes that are surely not None here.
        lines: The text, for columns.
        depth: How many aggregates are around.
        backs: For an item, the way back and where it leads.
        stack: Functions being inlined, to refuse recursion.
        path: The conditions that led here.
        assigned: Names that are locals of the text, with or without a value here.
        is_helper: Whether this is the text of a helper, whose locals are not evidence.
        is_lenient: Whether a comparison with something unknown fails instead of being refused, as in filters.
    """

    language: Language
    scope: Scope
    report: Report
    lines: tuple[str, ...]
    names: dict[str, Binding]
    known: frozenset[ir.Node] = frozenset()
    depth: int = 0
    backs: Mapping[ir.Item, tuple[str, ir.Node]] = attrs.field(factory=dict)
    stack: tuple[FunctionText, ...] = ()
    path: tuple[ir.Node, ...] = ()
    assigned: frozenset[str] = frozenset()
    is_helper: bool = False
    is_lenient: bool = False

    def kind(self, node: ir.Node) -> Kind:
        """The kind of record that a node gives."""
        return self.language.model.kinds[node.type.kind]

    def is_known(self, node: ir.Node) -> bool:
        """Whether a node is surely not None here."""
        return not node.type.nullable or node in self.known or self.is_lenient

    def type_of(self, node: ir.Node) -> t.Type:
        """The type of a node here, where tests may have made it known."""
        return node.type.known() if node in self.known else node.type

    def knowing(self, test: ir.Node, holds: bool) -> Context:
        """The context in which a test came out one way; names assigned there stay there."""
        return attrs.evolve(self, known=self.known | ir.known_when(test, holds), names=dict(self.names))

    def note_written(self, syntax: ast.AST, node: ir.Node) -> None:
        """Keep where a choice or a call stands."""
        sort = _SORTS.get(type(syntax))
        if sort is not None:
            place = self.diagnostic(syntax, "", "")
            helper = self.stack[-1].name if self.is_helper and self.stack else ""
            self.report.written.append(Written(node, sort, place.line, place.column, helper, self.path))

    def refuse(self, node: ast.AST, code: str, message: str, suggestion: str = "") -> NoReturn:
        """Stop this statement with a fault."""
        raise Fault(self.diagnostic(node, code, message, suggestion))

    def warn(self, node: ast.AST, code: str, message: str, suggestion: str = "") -> None:
        """Note a warning and go on."""
        self.report.add(attrs.evolve(self.diagnostic(node, code, message, suggestion), severity="warning"))

    def diagnostic(self, node: ast.AST, code: str, message: str, suggestion: str = "") -> Diagnostic:
        """A diagnostic at the place of a syntax node; columns count characters."""
        line = getattr(node, "lineno", 0)
        column = 0
        if 0 < line <= len(self.lines):
            prefix = self.lines[line - 1].encode()[: getattr(node, "col_offset", 0)]
            column = len(prefix.decode(errors="replace")) + 1
        where = f" (in helper {self.stack[-1].name!r})" if self.is_helper and self.stack else ""
        return Diagnostic(code, message + where, self.report.rule_id, line, column, suggestion)


def nearest(name: str, names: Iterable[str]) -> str:
    """The name that looks most like the one written; empty where none does."""
    found = difflib.get_close_matches(name, sorted(set(names)), n=1, cutoff=0.6)
    return found[0] if found else ""
