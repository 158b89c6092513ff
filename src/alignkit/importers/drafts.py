"""Records while an import runs, before they are facts: what rows said about each, and what others add to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.domain.reference import ExternalRef
from alignkit.importers.custom import gathered_custom
from alignkit.importers.report import Tally
from alignkit.importers.row import Row, place_of
from alignkit.importers.take import Found
from alignkit.importers.versions import Rank

__all__ = ["Addition", "Draft", "Part", "join_additions", "ref_id", "unshared"]

Refuse = Callable[[Tally, Row, str, str], None]
"""Counts a row as refused, with a code and a reason."""


def ref_id(ref: ExternalRef) -> str:
    """The id of the fact that a reference names: stable, and readable."""
    return f"{ref.system}:{ref.kind}:{ref.key}"


class Part:
    """
    What one row said about one record.

    Attributes:
        found: The fields.
        table: Name of the table in the preset.
        tally: Counts of the row's source.
        number: Row of a file, or line of JSON lines.
        path: Path in a JSON source.
        place: Place of this state among the record's, for tables that tell which is the latest.
        counts: Whether the row's fate is this part's fate (not so for records a row only mentions).
    """

    __slots__ = ("counts", "found", "number", "path", "place", "table", "tally")

    def __init__(self, found: Found, table: str, tally: Tally, row: Row, *, counts: bool, place: Rank = (0, 0)) -> None:
        self.found = found
        self.table = table
        self.tally = tally
        self.number = row.number
        self.path = row.path
        self.counts = counts
        self.place = place

    @property
    def where(self) -> str:
        """The place in words."""
        return f"{self.tally.source} {place_of(self.number, self.path)}"


class Draft:
    """
    One record before it is a fact.

    Attributes:
        collection: Where it will go.
        ref: Its identity in the source.
        aliases: Its further names.
        shared: Names that other records may have too.
        parts: What rows said, in order; the mentions (of embedded records) come first.
        values: Fields, once `settle` has joined the parts.
        links: References, once joined; resolved ones leave for `values`.
    """

    __slots__ = ("aliases", "collection", "links", "parts", "ref", "shared", "values")

    def __init__(self, collection: str, ref: ExternalRef) -> None:
        self.collection = collection
        self.ref = ref
        self.aliases: dict[ExternalRef, None] = {}
        self.shared: dict[ExternalRef, None] = {}
        self.parts: list[Part] = []
        self.values: dict[str, object] = {}
        self.links: dict[str, ExternalRef] = {}

    @property
    def id(self) -> str:
        """Id of the fact it becomes."""
        return ref_id(self.ref)

    @property
    def stated(self) -> frozenset[str]:
        """Fields that the source has columns for."""
        return frozenset().union(*(part.found.stated for part in self.parts))

    def settle(self) -> None:
        """Join the parts: lists add up, else later rows win over earlier ones, and the stated over the assumed."""
        for part in self.parts:
            self.values.update(part.found.weak)
        for part in self.parts:
            for field, value in part.found.values.items():
                held = self.values.get(field)
                if isinstance(held, tuple) and isinstance(value, tuple):
                    value = tuple(dict.fromkeys((*held, *value)))  # noqa: PLW2901 (the joined list is the value)
                self.values[field] = value
            self.links.update(part.found.links)

    def build(self) -> Entity:
        """
        Make the fact.

        Raises:
            ValidationError: The domain does not accept it.
        """
        refs = (self.ref, *self.aliases)
        known = attrs.fields_dict(COLLECTIONS[self.collection])
        values = {name: value for name, value in gathered_custom(self.values).items() if name in known}
        return COLLECTIONS[self.collection](id=self.id, external_refs=refs, **values)  # type: ignore[call-arg,arg-type]


class Addition:
    """
    What one row adds to records that other rows make.

    Attributes:
        row: The row.
        tally: Counts of the row's source.
        counts: Whether the row's fate is this one's, and not that of a record of its own.
        parts: For each record: its collection, its identity, and what the row says of it.
    """

    __slots__ = ("counts", "parts", "row", "tally")

    def __init__(self, row: Row, tally: Tally, *, counts: bool) -> None:
        self.counts = counts
        self.row = row
        self.tally = tally
        self.parts: list[tuple[str, ExternalRef, Part]] = []


def join_additions(additions: list[Addition], drafts: Mapping[str, Draft], refuse: Refuse) -> None:
    """Give every record what rows add to it, the earliest row first; a row that finds no record is refused."""
    joined: dict[str, Part] = {}
    for addition in additions:
        found = [(drafts.get(ref_id(ref)), collection, part) for collection, ref, part in addition.parts]
        fitting = [(draft, part) for draft, collection, part in found if draft and draft.collection == collection]
        for draft, part in fitting:
            if draft.id in joined:
                joined[draft.id].found.fill(part.found)
            else:
                joined[draft.id] = part
                draft.parts.insert(0, part)
        if addition.counts and not fitting:
            _drop(addition, refuse, is_other=any(draft for draft, _, _ in found))


def _drop(addition: Addition, refuse: Refuse, *, is_other: bool) -> None:
    if is_other:
        addition.tally.skip_used("of no mapped kind")
        return
    code = "DanglingReference" if addition.parts else "MissingKey"
    missing = " or ".join(dict.fromkeys(f"{ref.kind} {ref.key}" for _, ref, _ in addition.parts))
    reason = f"{missing} was not imported" if missing else "no key; nobody can tell what it adds to"
    addition.tally.used -= 1
    refuse(addition.tally, addition.row, code, reason)


def unshared(drafts: Mapping[str, Draft]) -> dict[tuple[str, ExternalRef], Draft]:
    """Records by the names that others may have too, where no other has."""
    count: Counter[tuple[str, ExternalRef]] = Counter()
    found: dict[tuple[str, ExternalRef], Draft] = {}
    for draft in drafts.values():
        for name in draft.shared:
            count[draft.collection, name] += 1
            found[draft.collection, name] = draft
    return {name: draft for name, draft in found.items() if count[name] == 1}
