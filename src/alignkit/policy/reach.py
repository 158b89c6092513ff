"""
Which subjects a change can affect, from what the rules themselves read.

Every rule is walked once: each field, reference, relation and score that it reads lies at the end of a path that
starts at the subject. Turned round, such a path leads from a changed record to the subjects that have to be judged
again. It never leads to too few; it may lead to some whose score turns out to be the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias

import attrs

from alignkit.expressions import ir
from alignkit.expressions.model import Kind, custom_name
from alignkit.policy.model import KINDS, SUBJECTS, model
from alignkit.policy.plan import Plan

__all__ = ["EXISTS", "SCORE", "Path", "Reach", "Read", "Records", "Route", "Step", "Walk", "reach_of"]

EXISTS: Final = "*"
"""What changes of a record that is added or removed."""

SCORE: Final = "#score"
"""What changes of a subject that scores otherwise."""

WHOLE: Final = "portfolio"


@attrs.frozen(cache_hash=True)
class Step:
    """
    One step away from the subject.

    Attributes:
        collection: The collection that holds `field`: that of the record left at a hop, of those reached by a relation.
        field: The reference that is followed: at a hop forwards, at a relation backwards. Empty for all records.
        is_hop: Whether it leads to the one record that is named.
        kind: Kind of the record that is reached.
    """

    collection: str
    field: str
    is_hop: bool
    kind: str


Path: TypeAlias = tuple[Step, ...]


@attrs.frozen(cache_hash=True)
class Read:
    """
    Something that the rules of a kind of subject read.

    Attributes:
        subject: Kind of the subject.
        path: From the subject to the record.
        kind: Kind of the record.
        field: Of the record; `SCORE` for its score or band.
    """

    subject: str
    path: Path
    kind: str
    field: str


class Records(Protocol):
    """The part of facts that a way back needs."""

    def records(self, collection: str, /) -> Mapping[str, Any]:
        """Facts of a collection by id."""

    def children(self, collection: str, field: str, /) -> Mapping[str, Sequence[Any]]:
        """Facts of a collection by the id that a field of them holds."""


@attrs.frozen(cache_hash=True)
class Route:
    """
    The way back from a record to the subjects that read it.

    Attributes:
        subject: Kind of the subjects.
        path: From a subject to the record.
    """

    subject: str
    path: Path

    @property
    def collections(self) -> frozenset[str]:
        """The collections that the way leads through."""
        kinds = {step.kind for step in self.path} | {self.subject}
        return frozenset(KINDS[kind] for kind in kinds if kind != WHOLE)

    def key(self, record: Any) -> str | None:
        """
        The id on which it alone depends which subjects the way leads to.

        Returns:
            None when it leads nowhere.
        """
        if not self.path or self.path[-1].is_hop:
            return str(record.id)
        found: str | None = getattr(record, self.path[-1].field)
        return found

    def subjects(self, key: str, facts: Records) -> Collection[str]:
        """Ids of the subjects at the end of the way from a record of that `key`; of the portfolio, its id."""
        if self.subject == WHOLE:
            return (WHOLE,)
        rest = self.path if not self.path or self.path[-1].is_hop else self.path[:-1]
        reached: Collection[str] = (key,)
        for step in reversed(rest):
            if step.is_hop:
                groups = facts.children(step.collection, step.field)
                reached = {one.id for id in reached for one in groups.get(id, ())}
            else:
                known = facts.records(step.collection)
                keys = {getattr(known[id], step.field) for id in reached if id in known}
                reached = keys - {None}
        return reached


@attrs.frozen(eq=False)
class Reach:
    """
    What the rules of a policy read, and the ways back.

    Attributes:
        reads: Everything that is read.
        unreadable: Kinds with a rule that only runs natively: any change may affect any subject of them.
    """

    reads: frozenset[Read]
    unreadable: frozenset[str]
    _routes: dict[tuple[str, tuple[str, ...], frozenset[str]], tuple[Route, ...]] = attrs.field(
        factory=dict, repr=False
    )

    def routes(self, kind: str, fields: Collection[str], given: frozenset[str]) -> tuple[Route, ...]:
        """
        The ways from a record of a kind to the subjects that read one of these fields of it.

        Args:
            kind: Kind of the record.
            fields: What changed; with `EXISTS` in it, everything did.
            given: Names of the collections that are known; nobody is reached through others.
        """
        key = (kind, tuple(fields), given)
        found = self._routes.get(key)
        if found is None:
            is_any = EXISTS in fields
            wanted = {
                Route(read.subject, read.path)
                for read in self.reads
                if read.kind == kind and (read.field in fields or (is_any and read.field != SCORE))
            }
            found = self._routes[key] = _shortest([route for route in wanted if route.collections <= given])
        return found

    def readers(self, kind: str, given: frozenset[str]) -> tuple[Route, ...]:
        """The ways from a subject of a kind to those that read its score."""
        return self.routes(kind, (SCORE,), given)


def _shortest(routes: Collection[Route]) -> tuple[Route, ...]:
    """The portfolio once, and the rest in a fixed order."""
    whole = [Route(WHOLE, ())] if any(route.subject == WHOLE for route in routes) else []
    others = [route for route in routes if route.subject != WHOLE]
    others.sort(key=lambda route: (SUBJECTS.index(route.subject), len(route.path), repr(route.path)))
    return (*others, *whole)


def reach_of(plan: Plan) -> Reach:
    """What the rules of a plan read."""
    found: set[Read] = set()
    unreadable: set[str] = set()
    for kind, tasks in plan.tasks.items():
        for task in tasks:
            if task.outcome is None:
                unreadable.add(kind)
                continue
            found.update(Read(kind, path, of, field) for path, of, field in Walk().reads(kind, task.outcome))
        if tasks and kind != WHOLE:
            found.add(Read(kind, (), kind, EXISTS))
    return Reach(frozenset(found), frozenset(unreadable))


Place: TypeAlias = tuple[Path, str]
"""Where a record lies, and its kind."""


class Walk:
    """Goes through an expression and says where each record lies that it looks at."""

    def __init__(self) -> None:
        self._seen: set[tuple[ir.Node, Path, tuple[tuple[ir.Node, Path], ...]]] = set()

    def reads(self, kind: str, expression: ir.Node, prefix: Path = ()) -> Iterator[tuple[Path, str, str]]:
        """Everything that an expression about a record of a kind reads: path, kind and field."""
        for node, scope in self.nodes(kind, expression, prefix):
            match node:
                case ir.Field(base=base, name=name):
                    for path, of in scope.places(base):
                        yield path, of, name if custom_name(name) is None else "custom"
                case ir.Hop(base=base, name=name):
                    for path, of in scope.places(base):
                        yield path, of, scope.kinds[of].hops[name].key
                case ir.Score(base=base):
                    for path, of in scope.places(base):
                        yield path, of, SCORE
                case ir.Agg():
                    path, of = scope.inside(node)
                    yield path, of, path[-1].field or EXISTS
                    if scope.kinds[of].moment:
                        yield path, of, scope.kinds[of].moment

    def nodes(self, kind: str, expression: ir.Node, prefix: Path = ()) -> Iterator[tuple[ir.Node, Scope]]:
        """Every node with what its records are, also inside signals."""
        waiting: list[tuple[ir.Node, Scope]] = [(expression, Scope(kind, prefix, {}))]
        while waiting:
            node, scope = waiting.pop()
            mark = (node, scope.prefix, tuple(scope.items.items()))
            if mark in self._seen:
                continue
            self._seen.add(mark)
            yield node, scope
            if isinstance(node, ir.Agg):
                inner = attrs.evolve(scope, items={**scope.items, node.item: scope.inside(node)[0]})
                waiting.extend((child, inner) for child in ir.children(node))
                continue
            waiting.extend((child, scope) for child in ir.children(node))
            if isinstance(node, ir.Signal):
                waiting.extend((node.expression, Scope(of, path, {})) for path, of in scope.places(node.base))


@attrs.frozen
class Scope:
    """
    What the names of an expression stand for.

    Attributes:
        kind: Kind of the record that the expression is about.
        prefix: The way to it.
        items: The way to what each aggregate goes through.
    """

    kind: str
    prefix: Path
    items: Mapping[ir.Node, Path]

    @property
    def kinds(self) -> Mapping[str, Kind]:
        """The kinds of the model."""
        return model().kinds

    def inside(self, agg: ir.Agg) -> Place:
        """Where the records lie that an aggregate goes through."""
        relation = self.kinds[self.kind].relations[agg.relation]
        step = Step(KINDS[relation.kind], relation.key, False, relation.kind)
        return (*self.prefix, step), relation.kind

    def places(self, node: ir.Node) -> list[Place]:
        """Where the record that a node gives may lie."""
        match node:
            case ir.Subject():
                return [(self.prefix, self.kind)]
            case ir.Item(type=kind):
                return [(self.items[node], kind.kind)]
            case ir.Agg():
                return [self.inside(node)]
            case ir.Hop(base=base, name=name):
                return [self._hopped(path, kind, name) for path, kind in self.places(base)]
            case _:
                return [
                    place for child in ir.children(node) if child.type.base == "record" for place in self.places(child)
                ]

    def _hopped(self, path: Path, kind: str, name: str) -> Place:
        hop = self.kinds[kind].hops[name]
        return (*path, Step(KINDS[kind], hop.key, True, hop.kind)), hop.kind
