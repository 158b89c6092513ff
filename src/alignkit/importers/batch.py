"""
The records of one import while it runs: what each row said about which record, and the rows' fate.

Several rows may speak of one record (an engagement and its details); two rows of one table may not.
"""

from __future__ import annotations

from collections.abc import Iterator

from alignkit.domain import COLLECTIONS, Entity
from alignkit.domain.reference import ExternalRef
from alignkit.errors import ValidationError
from alignkit.importers.convert import Refused, key_text
from alignkit.importers.drafts import Addition, Draft, Part, join_additions, ref_id, unshared
from alignkit.importers.pick import holds
from alignkit.importers.preset import Record, Table
from alignkit.importers.report import ImportIssue, IssueLog, Severity, Tally
from alignkit.importers.row import Row, shortened
from alignkit.importers.take import Found, Reader, needed_fields
from alignkit.importers.versions import Rank, rank

__all__ = ["Batch"]

DELETED = "deleted"
DELETED_WORDS = frozenset({"true", "1", "yes", "t"})


class Batch:
    """
    Collects the rows of all sources of one import.

    Attributes:
        reader: Reads records out of rows.
        log: Issues so far.
        drafts: Records by id, in order of first mention.
        collections: Collections whose sources were read, even where they hold nothing.
        additions: What rows add to records that other rows make.
        buried: Places of deletions by id, from tables that tell which state is the latest.
    """

    def __init__(self, reader: Reader, log: IssueLog) -> None:
        self.reader = reader
        self.log = log
        self.drafts: dict[str, Draft] = {}
        self.collections: set[str] = set()
        self.additions: list[Addition] = []
        self.buried: dict[str, Rank] = {}

    def note(
        self,
        tally: Tally,
        part: Row | Part,
        severity: Severity,
        code: str,
        reason: str,
        *,
        column: str = "",
        value: object = None,
    ) -> None:
        """Add an issue about one row."""
        column = shortened(column)
        path = f"{part.path}.{column}" if part.path and column else part.path
        issue = ImportIssue(
            code=code,
            severity=severity,
            source=tally.source,
            table=tally.table,
            row=part.number,
            column=column,
            path=path,
            reason=reason,
            value=None if value is None else shortened(value),
        )
        self.log.add(issue)

    def refuse(self, tally: Tally, row: Row, code: str, reason: str, *, column: str = "", value: object = None) -> None:
        """Count a row as refused and say why."""
        tally.refused[code] += 1
        self.note(tally, row, "error", code, reason, column=column, value=value)

    def take(self, name: str, table: Table, row: Row, tally: Tally) -> None:
        """Use one row of a table of records, or say why not."""
        if reason := self.sieve(table, row, tally):
            if table.latest and reason == DELETED:
                self._bury(table, row, tally)
            return
        named = ((record_name, self.reader.preset.records[record_name]) for record_name in table.records)
        lookups = self.reader.lookups
        fitting = [pair for pair in named if all(holds(condition, row, lookups) for condition in pair[1].when)]
        main = next((pair for pair in fitting if not (pair[1].embedded or pair[1].adds)), None)
        for record_name, record in fitting:
            if record.embedded:
                self._mention(record, record_name, table, name, row, tally)
            elif main is not None and record is main[1]:
                self._add(record, record_name, table, name, row, tally)
        additions = [pair for pair in fitting if pair[1].adds]
        if additions:
            self._keep_addition(additions, table, name, row, tally, counts=main is None)
        elif main is None:
            tally.skipped["of no mapped kind"] += 1

    def sieve(self, table: Table, row: Row, tally: Tally) -> str:
        """Count the row as read, and leave out bad, deleted and unwanted ones; why, empty when it stays."""
        tally.read += 1
        if table.role == "record" and not table.skip:
            for column in row.cells.keys() - tally.seen.keys():
                tally.seen[column] = row.label(column)
        if row.fault is not None:
            self.refuse(tally, row, row.fault.code, row.fault.reason)
            return row.fault.code
        reason = table.skip
        if not reason and any(str(row.cells.get(c, "")).strip().lower() in DELETED_WORDS for c in table.deleted):
            reason = DELETED
        if not reason:
            reason = next((rule.reason for rule in table.skip_when if holds(rule, row)), "")
        if reason:
            tally.skipped[reason] += 1
        return reason

    def key_of(self, columns: tuple[str, ...], row: Row, tally: Tally) -> str | None:
        """The key of a row, parts joined by `/`; None when it has none, which is noted by the caller."""
        parts: list[str] = []
        for column in columns:
            try:
                part = key_text(row.cells.get(column))
            except Refused as refused:
                label = row.label(column)
                self.note(tally, row, "error", refused.code, refused.reason, column=label, value=row.cells.get(column))
                return None
            if part is None:
                return None
            parts.append(part)
        return "/".join(parts)

    def _found(self, record: Record, table: Table, row: Row, tally: Tally) -> Found:
        def note(severity: str, code: str, column: str, reason: str, value: object) -> None:
            kind: Severity = "warning" if severity == "warning" else "error"
            self.note(tally, row, kind, code, reason, column=row.label(column) if column else "", value=value)

        return self.reader.read(record, row, table.zone, note)

    def _add(self, record: Record, record_name: str, table: Table, name: str, row: Row, tally: Tally) -> None:
        columns = record.key or table.key
        key = self.key_of(columns, row, tally)
        if key is None:
            label = " and ".join(repr(row.label(column)) for column in columns)
            self.refuse(tally, row, "MissingKey", f"no key in {label}; a row without one cannot be found again")
            return
        found = self._found(record, table, row, tally)
        if found.fault:
            tally.refused[found.fault] += 1
            return
        draft = self._draft(record, record_name, key)
        place = rank(row.cells.get(table.latest)) if table.latest else rank(None)
        twin = next((part for part in draft.parts if part.table == name and part.counts), None)
        if twin is not None:
            if twin.found.says_the_same(found):
                tally.skipped["repeats an earlier row"] += 1
                twin.place = max(twin.place, place)
                return
            if max(place, twin.place) > rank(None):
                self._later(twin, Part(found, name, tally, row, counts=True, place=place))
                return
            label = row.label(columns[0])
            reason = f"{draft.ref.system}/{draft.ref.kind}/{key} stands also in {twin.where}, which is kept"
            self.refuse(tally, row, "DuplicateSourceKey", reason, column=label, value=key)
            return
        tally.used += 1
        draft.parts.append(Part(found, name, tally, row, counts=True, place=place))
        self._alias(draft, record, row)

    def _bury(self, table: Table, row: Row, tally: Tally) -> None:
        """Remember that a record was deleted, so that no earlier state of it comes back."""
        for name in table.records:
            record = self.reader.preset.records[name]
            key = None if record.embedded or record.adds else self.key_of(record.key or table.key, row, tally)
            if key is not None:
                id = ref_id(ExternalRef(self.reader.preset.system, record.kind or name, key))
                place = rank(row.cells.get(table.latest))
                self.buried[id] = max(self.buried.get(id, place), place)

    def _drop_buried(self) -> None:
        """Take out the records that were deleted after what is known of them."""
        for id, place in self.buried.items():
            draft = self.drafts.get(id)
            if draft is not None and all(part.place <= place for part in draft.parts):
                del self.drafts[id]
                for part in draft.parts:
                    if part.counts:
                        part.tally.skip_used(DELETED)

    def _later(self, held: Part, other: Part) -> None:
        """Keep the later of two states of one record, and count the earlier as left out."""
        if other.place < held.place:
            other.tally.skipped["an earlier state of the record"] += 1
            return
        held.tally.skip_used("an earlier state of the record")
        other.tally.used += 1
        held.found, held.tally, held.number, held.path, held.place = (
            other.found,
            other.tally,
            other.number,
            other.path,
            other.place,
        )

    def _mention(self, record: Record, record_name: str, table: Table, name: str, row: Row, tally: Tally) -> None:
        key = self.key_of(record.key or table.key, row, tally)
        if key is None:
            return
        found = self._found(record, table, row, tally)
        draft = self._draft(record, record_name, key)
        first = next((part for part in draft.parts if not part.counts), None)
        if first is None:
            draft.parts.insert(0, Part(found, name, tally, row, counts=False))
        else:
            first.found.values = {**found.values, **first.found.values}
            first.found.links = {**found.links, **first.found.links}
        self._alias(draft, record, row)

    def _keep_addition(
        self,
        records: list[tuple[str, Record]],
        table: Table,
        name: str,
        row: Row,
        tally: Tally,
        *,
        counts: bool,
    ) -> None:
        """Keep what a row adds to records, until all records are there."""
        addition = Addition(row, tally, counts=counts)
        self.additions.append(addition)
        tally.used += counts
        for record_name, record in records:
            key = self.key_of(record.key or table.key, row, tally)
            if key is not None:
                ref = ExternalRef(self.reader.preset.system, record.kind or record_name, key)
                found = self._found(record, table, row, tally)
                addition.parts.append((record.collection, ref, Part(found, name, tally, row, counts=False)))

    def _draft(self, record: Record, record_name: str, key: str) -> Draft:
        ref = ExternalRef(self.reader.preset.system, record.kind or record_name, key)
        return self.drafts.setdefault(ref_id(ref), Draft(record.collection, ref))

    def _alias(self, draft: Draft, record: Record, row: Row) -> None:
        for alias in record.aliases:
            value = row.cells.get(alias.column)
            if value is None or isinstance(value, (list, dict)):
                continue
            key = str(value).strip()
            ref = ExternalRef(alias.system or draft.ref.system, alias.kind or draft.ref.kind, key)
            if ref != draft.ref:
                (draft.shared if alias.is_shared else draft.aliases)[ref] = None

    def settle(self) -> None:
        """Join what rows said of every record, and drop the ones that cannot become facts, with their rows refused."""
        self._absorb()
        self._drop_buried()
        join_additions(self.additions, self.drafts, self.refuse)
        for draft in list(self.drafts.values()):
            draft.settle()
            missing = [
                field
                for field in sorted(needed_fields(draft.collection))
                if field not in draft.values and field not in draft.links
            ]
            if missing:
                self.drop(draft, "MissingValue", f"{' and '.join(missing)} of {draft.id} is nowhere given")

    def _absorb(self) -> None:
        """A record that is only mentioned, by a name that a full record has, is that record."""
        full = {draft.id: draft for draft in self.drafts.values() if any(part.counts for part in draft.parts)}
        names = {(draft.collection, alias) for draft in full.values() for alias in draft.aliases}
        names.update(unshared(self.drafts))
        for draft in list(self.drafts.values()):
            if draft.id not in full and (draft.collection, draft.ref) in names:
                del self.drafts[draft.id]

    def drop(self, draft: Draft, code: str, reason: str) -> None:
        """Take a record out again; the rows that made it are refused."""
        del self.drafts[draft.id]
        for part in draft.parts:
            self.note(part.tally, part, "error", code, reason)
            if part.counts:
                part.tally.refuse_used(code)

    def facts(self) -> dict[str, list[Entity]]:
        """Make the facts, by collection; a record that the domain does not accept is dropped."""
        facts: dict[str, list[Entity]] = {name: [] for name in COLLECTIONS if name in self.collections}
        for draft in list(self.drafts.values()):
            try:
                facts.setdefault(draft.collection, []).append(draft.build())
            except ValidationError as error:
                self.drop(draft, "ValueRejected", str(error))
        return {name: facts[name] for name in COLLECTIONS if name in facts}

    def of(self, collection: str) -> Iterator[Draft]:
        """Records of one collection, in order of first mention."""
        return (draft for draft in self.drafts.values() if draft.collection == collection)
