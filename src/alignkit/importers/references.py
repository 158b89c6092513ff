"""
Ties the records of one import to each other: references, link rows, references by way of others, and cycles.

A reference to a record that is not there is never followed and never lost: it is reported, and kept for `merge`.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from alignkit.domain import REFERENCES
from alignkit.domain.reference import ExternalRef
from alignkit.errors import CycleError, DanglingReferenceError
from alignkit.importers.batch import Batch
from alignkit.importers.drafts import Draft, ref_id, unshared
from alignkit.importers.options import Dangling
from alignkit.importers.preset import Hop, LinkEnd, Table
from alignkit.importers.report import Tally
from alignkit.importers.row import Row
from alignkit.importers.take import needed_fields

__all__ = ["Pending", "Resolver"]

NAMED = {
    "customers": "name",
    "contacts": "name",
    "projects": "name",
    "objectives": "title",
    "tasks": "title",
    "opportunities": "name",
}
"""Collections whose facts can stand as a placeholder, and the field that names them."""


@attrs.frozen(kw_only=True)
class Pending:
    """
    A reference that could not be followed yet.

    Attributes:
        collection: Collection of the fact that refers.
        id: Its id.
        field: The field that is unknown for now.
        ref: What it refers to.
    """

    collection: str
    id: str
    field: str
    ref: ExternalRef


class Resolver:
    """
    Follows references within one batch.

    Attributes:
        pending: References to follow when the facts they name arrive.
        parked: Records set aside under the policy `"park"`.
    """

    def __init__(self, batch: Batch, dangling: Dangling) -> None:
        self.pending: list[Pending] = []
        self.parked: list[Draft] = []
        self._batch = batch
        self._dangling = dangling
        self._system = batch.reader.preset.system
        self._index: dict[tuple[str, ExternalRef], Draft] = {}

    def index(self) -> None:
        """Learn the names of all records; a record's own identity wins over another's alias."""
        self._index.clear()
        self._index.update(unshared(self._batch.drafts))
        for draft in self._batch.drafts.values():
            for alias in draft.aliases:
                self._index.setdefault((draft.collection, alias), draft)
        for draft in self._batch.drafts.values():
            self._index[draft.collection, draft.ref] = draft

    def find(self, collection: str, ref: ExternalRef) -> Draft | None:
        """The record of that name; None when there is none."""
        return self._index.get((collection, ref))

    def _collection_of(self, draft: Draft, field: str, ref: ExternalRef) -> str:
        known = REFERENCES[draft.collection].get(field)
        if known:
            return known
        able = [record.collection for record in self._batch.reader.preset.records_of(ref.kind)]
        return next((name for name in able if (name, ref) in self._index), able[0] if able else "")

    def link(self, table: Table, row: Row, tally: Tally) -> None:
        """Use one row of a link table, or say why not."""
        if self._batch.sieve(table, row, tally):
            return
        assert table.owner is not None
        assert table.target is not None
        owner = self._end(table.owner, row, tally)
        if owner is None:
            return
        target = self._end(table.target, row, tally, waiting=(owner, table.sets))
        if target is None:
            return
        held = owner.links.get(table.sets)
        if held is not None and self.find(target.collection, held) is not target:
            tally.skipped[f"already linked to another {target.ref.kind}"] += 1
            return
        owner.links[table.sets] = target.ref
        tally.used += 1

    def _end(self, end: LinkEnd, row: Row, tally: Tally, *, waiting: tuple[Draft, str] | None = None) -> Draft | None:
        """The record at one end of a link row; None when the row had to be refused."""
        record = self._batch.reader.preset.records[end.record]
        kind = record.kind or end.record
        label = row.label(end.column)
        key = self._batch.key_of((end.column,), row, tally)
        if key is None:
            self._batch.refuse(tally, row, "MissingKey", f"{label!r} is empty", column=label)
            return None
        ref = ExternalRef(self._system, kind, key)
        draft = self.find(record.collection, ref)
        if draft is None and waiting is not None and self._dangling == "stub" and record.collection in NAMED:
            return self._stub(record.collection, ref)
        if draft is None:
            self._batch.refuse(
                tally, row, "DanglingReference", f"{kind} {key} was not imported", column=label, value=key
            )
            if waiting is not None and waiting[1] not in waiting[0].links:
                self._wait(*waiting, ref)
        return draft

    def _wait(self, draft: Draft, field: str, ref: ExternalRef) -> None:
        if field in REFERENCES[draft.collection]:
            self.pending.append(Pending(collection=draft.collection, id=draft.id, field=field, ref=ref))

    def resolve(self, hops: Iterable[Hop]) -> None:
        """Follow every reference, then the hops, then cut cycles of parents."""
        is_settled = False
        while not is_settled:
            left = [draft for draft in list(self._batch.drafts.values()) if self._follow_all(draft)]
            is_settled = not left
            self.index()
            self.pending = [item for item in self.pending if item.id in self._batch.drafts]
        for draft in self._batch.drafts.values():
            self._settle_links(draft)
        for hop in hops:
            self._hop(hop)
        for collection in ("tasks", "objectives"):
            self._cut_cycles(collection)

    def _follow_all(self, draft: Draft) -> bool:
        """Apply the policy to a record's dangling references; True when the record was taken out."""
        for field, ref in list(draft.links.items()):
            if ref.system != self._system or self.find(self._collection_of(draft, field, ref), ref) is not None:
                continue
            is_needed = field in needed_fields(draft.collection)
            target = self._collection_of(draft, field, ref)
            if is_needed and target not in self._batch.collections:
                continue
            if self._dangling == "stub" and target in NAMED:
                self._stub(target, ref)
                self._report(draft, field, ref, "a placeholder stands for it")
                continue
            if self._dangling == "reject" or is_needed:
                self._batch.drop(draft, "DanglingReference", self._missing(draft, field, ref))
                return True
            if self._dangling == "park":
                self._park(draft, field, ref)
                return True
            self._report(draft, field, ref, "left unknown until it is")
            del draft.links[field]
            self._wait(draft, field, ref)
        return False

    def _missing(self, draft: Draft, field: str, ref: ExternalRef) -> str:
        return f"{draft.ref.kind} {draft.ref.key}: {field} names {ref.kind} {ref.key}, which was not imported"

    def _report(self, draft: Draft, field: str, ref: ExternalRef, outcome: str) -> None:
        part = next((part for part in draft.parts if field in part.found.links), None)
        if part is not None:
            reason = f"{self._missing(draft, field, ref)}; {outcome}"
            self._batch.note(part.tally, part, "warning", DanglingReferenceError.__name__.removesuffix("Error"), reason)

    def _stub(self, collection: str, ref: ExternalRef) -> Draft:
        stub = Draft(collection, ref)
        stub.values[NAMED[collection]] = f"{ref.kind} {ref.key} (not imported)"
        self._batch.drafts[stub.id] = stub
        self._index[collection, ref] = stub
        return stub

    def _park(self, draft: Draft, field: str, ref: ExternalRef) -> None:
        self._report(draft, field, ref, "the record is set aside until it is")
        del self._batch.drafts[draft.id]
        self.parked.append(draft)
        for part in draft.parts:
            if part.counts:
                part.tally.skip_used("set aside for a missing reference")

    def _settle_links(self, draft: Draft) -> None:
        """Turn followed references into ids; ones to other systems wait, unless the fact cannot be without."""
        needed = needed_fields(draft.collection)
        for field, ref in draft.links.items():
            target = self.find(self._collection_of(draft, field, ref), ref)
            if target is not None:
                draft.values[field] = target.id
            elif field in needed:
                draft.values[field] = ref_id(ref)
            else:
                self._wait(draft, field, ref)

    def _hop(self, hop: Hop) -> None:
        for draft in self._batch.of(hop.collection):
            if draft.values.get(hop.field) is not None:
                continue
            middle = self._batch.drafts.get(str(draft.values.get(hop.through)))
            if middle is None:
                continue
            if middle.values.get(hop.field) is not None:
                draft.values[hop.field] = middle.values[hop.field]

    def _cut_cycles(self, collection: str) -> None:
        parents = {
            draft.id: str(draft.values["parent_id"])
            for draft in self._batch.of(collection)
            if draft.values.get("parent_id")
        }
        done: set[str] = set()
        for start in list(parents):
            trail: dict[str, None] = {}
            at = start
            while at in parents and at not in done and at not in trail:
                trail[at] = None
                at = parents[at]
            if at in trail:
                names = list(trail)
                self._cut([*names[names.index(at) :], at])
            done.update(trail)

    def _cut(self, cycle: list[str]) -> None:
        for id in cycle[:-1]:
            draft = self._batch.drafts[id]
            draft.values.pop("parent_id", None)
            draft.links.pop("parent_id", None)
        first = self._batch.drafts[cycle[0]]
        part = first.parts[-1]
        reason = f"{CycleError(first.ref.kind, cycle)}; the parents of all of them are left unknown"
        self._batch.note(part.tally, part, "error", CycleError.__name__, reason)
