"""
Which subjects have to be judged again when facts become others, and which facts each of them has to thank for it.

The ways are `alignkit.policy.reach`'s; here they are walked on the facts as they are now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, Final

import attrs

from alignkit.live.monitor_mirror import Mirror, Touched
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.reach import EXISTS, Reach, Route
from alignkit.stores.kinds import KIND_OF

__all__ = ["WHOLE", "Affected", "Cause", "Causes"]

WHOLE: Final = "portfolio"

Cause = tuple[str, str]
"""Kind and id of a fact that became another."""


Causes = AbstractSet[Cause]
"""The facts that led to a subject; shared between subjects, so only added to where it is a plain set."""

NOBODY: Final[Causes] = frozenset()


@attrs.define(eq=False)
class Affected:
    """
    Subjects to be judged again, and why.

    Attributes:
        reach: What the rules read.
        mirror: The facts, with the changes made.
        subjects: By kind and id, the facts that led there.
        is_whole: Whether the portfolio as a whole is among them.
    """

    reach: Reach
    mirror: Mirror
    subjects: dict[str, dict[str, Causes]] = attrs.field(factory=lambda: {kind: {} for kind in SUBJECTS[:-1]})
    is_whole: bool = False
    _ways: dict[tuple[Route, str], Collection[str]] = attrs.field(factory=dict)
    _read: dict[str, tuple[str, ...]] = attrs.field(factory=dict)

    def by(self, touched: Iterable[Touched]) -> None:
        """Add the subjects that read what became another."""
        for one in touched:
            if one.before is None and one.after is None:
                continue
            kind = KIND_OF[one.collection]
            fields = self._changed(kind, one)
            if fields:
                cause = frozenset({(kind, (one.before or one.after).id)})
                for route in self.reach.routes(kind, fields, self.mirror.given):
                    self._follow(route, one.before, cause)
                    self._follow(route, one.after, cause)
                if self.reach.unreadable:
                    self._everywhere(cause)

    def scored(self, id: str, record: Any, kind: str, readers: Sequence[Route]) -> None:
        """Add the subjects that read, on one of the ways, the score of a subject which scores otherwise now."""
        causes = self.subjects[kind].get(id, NOBODY)
        for route in readers:
            self._follow(route, record, causes)

    def _changed(self, kind: str, one: Touched) -> tuple[str, ...]:
        if one.before is None or one.after is None:
            return (EXISTS,)
        read = self._read.get(kind)
        if read is None:
            read = self._read[kind] = fields_read(self.reach, kind)
        before, after = one.before, one.after
        found = tuple([name for name in read if getattr(before, name) != getattr(after, name)])
        # A rule that only runs natively may read any field.
        return found or ((EXISTS,) if self.reach.unreadable else ())

    def _follow(self, route: Route, record: Any, causes: Causes) -> None:
        if record is None:
            return
        if route.subject == WHOLE:
            self.is_whole = True
            return
        key = route.key(record)
        if key is None:
            return
        ids: Collection[str] = (key,)
        if len(route.path) > 1 or (route.path and route.path[0].is_hop):
            # Many changes of one call may lead the same way.
            way = (route, key)
            ids = self._ways.get(way, ())
            if not ids:
                ids = self._ways[way] = route.subjects(key, self.mirror)
        found = self.subjects[route.subject]
        for id in ids:
            known = found.get(id)
            if known is None:
                found[id] = causes
            elif type(known) is set:
                known |= causes
            elif known is not causes:
                found[id] = {*known, *causes}

    def _everywhere(self, causes: Causes) -> None:
        """A rule that only runs natively may have read anything."""
        for kind in self.reach.unreadable:
            if kind == WHOLE:
                self.is_whole = True
            elif KINDS[kind] in self.mirror.given:
                found = self.subjects[kind]
                for id in self.mirror.records(KINDS[kind]):
                    found[id] = {*found.get(id, NOBODY), *causes}


def fields_read(reach: Reach, kind: str) -> tuple[str, ...]:
    """The fields of a kind of record that some rule reads, in a fixed order."""
    names: Mapping[str, None] = dict.fromkeys(
        sorted(read.field for read in reach.reads if read.kind == kind and read.field.isidentifier())
    )
    return tuple(names)
