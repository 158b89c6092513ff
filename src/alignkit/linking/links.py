"""
The answer of linking as a value: what belongs together and why, what is undecided, what stands alone.

Changes no fact; `apply` does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TypeVar

import attrs

from alignkit.display import Displayed, Shown
from alignkit.frames import DataTable, Tabular
from alignkit.linking.evidence import Evidence
from alignkit.linking.records import Record

__all__ = ["Ambiguous", "Link", "Links", "Shared", "groups_of"]

Value = TypeVar("Value", bound=Hashable)


@attrs.frozen(order=True)
class Link:
    """
    Two records of different systems that are, or in an `Ambiguous` may be, one customer.

    Attributes:
        left: The record of the system that comes first in `Links.systems`.
        right: The other.
        evidence: Why, strongest first.
        against: What contradicts it and, where it was weighed, what weighs against it.
        weight: The sum of what was weighed, in bits; None for a link that exact evidence or a person has made.
    """

    left: Record
    right: Record
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()
    weight: float | None = attrs.field(default=None, order=False)

    def __str__(self) -> str:
        reasons = "; ".join(str(each) for each in self.evidence)
        doubts = f", but {'; '.join(str(each) for each in self.against)}" if self.against else ""
        return f"{self.left} = {self.right}: {reasons}{doubts}"


@attrs.frozen(order=True)
class Ambiguous:
    """
    Pairs that hang together and that only a person can decide.

    Attributes:
        candidates: The possible links, in order.
        reason: Why they were not decided.
    """

    candidates: tuple[Link, ...]
    reason: str

    @property
    def records(self) -> tuple[Record, ...]:
        """Every record concerned, in order of first mention."""
        return tuple(dict.fromkeys(record for link in self.candidates for record in (link.left, link.right)))

    def __str__(self) -> str:
        return "\n".join([f"undecided, {self.reason}:", *(f"  {link}" for link in self.candidates)])


@attrs.frozen(order=True)
class Shared:
    """
    A value that too many records have for it to mean one customer. It counted as no evidence.

    Attributes:
        value: What they share.
        system: Where; empty when the records of all systems were counted together.
        count: How many records of that system have it.
    """

    value: str
    system: str
    count: int

    def __str__(self) -> str:
        where = f" of {self.system}" if self.system else ""
        return f"{self.value} stands in {self.count} records{where} and was not used"


@attrs.frozen
class Links(Displayed, Tabular):
    """
    Which records are one customer.

    Attributes:
        systems: The systems, the one whose word counts most first.
        links: Pairs that belong together.
        ambiguous: Cases for a person, never guessed.
        unlinked: Records in no link and in no ambiguous case.
        unused: Values that were too common to count.
        missing: What could not be compared because a library is not installed; empty when everything was.
    """

    systems: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    ambiguous: tuple[Ambiguous, ...] = ()
    unlinked: tuple[Record, ...] = ()
    unused: tuple[Shared, ...] = ()
    missing: str = ""

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"links"`: a row for each pair; `"undecided"`: a row for each candidate of an undecided case."""
        return ("links", "undecided")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.linking.links_page import links_table

        return links_table(self, name)

    def _shown(self) -> Shown:
        from alignkit.linking.links_page import show_links

        return show_links(self)

    @property
    def clusters(self) -> tuple[tuple[Record, ...], ...]:
        """Records that are one customer, two or more each; the record whose word counts most first."""
        groups = groups_of((link.left, link.right) for link in self.links)
        return tuple(sorted(tuple(sorted(group, key=self.rank)) for group in groups))

    def rank(self, record: Record) -> tuple[int, Record]:
        """Sort key of a record: its system's place, then customers before projects, then its id."""
        known = record.system in self.systems
        return (self.systems.index(record.system) if known else len(self.systems), record)

    def of(self, kind: str, id: str) -> tuple[Link, ...]:
        """Give the links of one record; `kind` is `"customer"` or `"project"`. Empty when it has none."""
        return tuple(link for link in self.links if any((r.kind, r.id) == (kind, id) for r in (link.left, link.right)))

    def __str__(self) -> str:
        counts = (
            f"{len(self.links)} linked, {len(self.ambiguous)} ambiguous, {len(self.unlinked)} unlinked "
            f"({', '.join(self.systems) or 'no system'})"
        )
        alone = (f"unlinked: {record}" for record in self.unlinked)
        missing = (self.missing,) if self.missing else ()
        told = (*map(str, self.links), *map(str, self.ambiguous), *alone, *map(str, self.unused), *missing)
        return "\n".join([counts, *told])


def groups_of(pairs: Iterable[tuple[Value, Value]]) -> list[set[Value]]:
    """Give the sets of values that pairs tie together, directly or through others."""
    ties: defaultdict[Value, set[Value]] = defaultdict(set)
    for left, right in pairs:
        ties[left].add(right)
        ties[right].add(left)
    groups: list[set[Value]] = []
    seen: set[Value] = set()
    for start in ties:
        if start in seen:
            continue
        group, waiting = {start}, [start]
        while waiting:
            fresh = ties[waiting.pop()] - group
            group |= fresh
            waiting.extend(fresh)
        seen |= group
        groups.append(group)
    return groups
