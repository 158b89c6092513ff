"""
The records of one import while it runs: what each row said about which record, and the rows' fate.

Several rows may speak of one record (an engagement and its details); two rows of one table may not.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from alignkit.domain import COLLECTIONS, Entity
from alignkit.domain.reference import ExternalRef
from alignkit.errors import ValidationError
from alignkit.importers.convert import Refused, key_text
from alignkit.importers.pick import holds
from alignkit.importers.preset import Record, Table
from alignkit.importers.report import ImportIssue, IssueLog, Severity, Tally
from alignkit.importers.row import Row, shortened
from alignkit.importers.take import Found, Reader, needed_fields

__all__ = ["Batch", "Draft", "Part", "ref_id"]

DELETED_WORDS = frozenset({"true", "1", "yes", "t"})


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
        number: Row in a CSV file.
        path: Path in a JSON file.
        counts: Whether the row's fate is this part's fate (not so for records a row only mentions).
    """

    __slots__ = ("counts", "found", "number", "path", "table", "tally")

    def __init__(self, found: Found, table: str, tally: Tally, row: Row, *, counts: bool) -> None:
        self.found = found
        self.table = table
        self.tally = tally
        self.number = row.number
        self.path = row.path
        self.counts = counts

    @property
    def where(self) -> str:
        """The place in words."""
        return f"{self.tally.source} {self.path or f'row {self.number}'}"


class Draft:
    """
    One record before it is a fact.

    Attributes:
        collection: Where it will go.
        ref: Its identity in the source.
        aliases: Its further names.
        parts: What rows said, in order; the mentions (of embedded records) come first.
        values: Fields, once `settle` has joined the parts.
        links: References, once joined; resolved ones leave for `values`.
    """

    __slots__ = ("aliases", "collection", "links", "parts", "ref", "values")

    def __init__(self, collection: str, ref: ExternalRef) -> None:
        self.collection = collection
        self.ref = ref
        self.aliases: dict[ExternalRef, None] = {}
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
        values = {name: value for name, value in self.values.items() if name in known}
        return COLLECTIONS[self.collection](id=self.id, external_refs=refs, **values)  # type: ignore[call-arg,arg-type]


class Batch:
    """
    Collects the rows of all sources of one import.

    Attributes:
        reader: Reads records out of rows.
        log: Issues so far.
        drafts: Records by id, in order of first mention.
        collections: Collections whose sources were read, even where they hold nothing.
    """

    def __init__(self, reader: Reader, log: IssueLog) -> None:
        self.reader = reader
        self.log = log
        self.drafts: dict[str, Draft] = {}
        self.collections: set[str] = set()

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
        if self.sieve(table, row, tally):
            return
        main_done = False
        for record_name in table.records:
            record = self.reader.preset.records[record_name]
            if not record.embedded and main_done:
                continue
            if not all(holds(condition, row) for condition in record.when):
                continue
            if record.embedded:
                self._mention(record, record_name, table, name, row, tally)
            else:
                main_done = True
                self._add(record, record_name, table, name, row, tally)
        if not main_done:
            tally.skipped["of no mapped kind"] += 1

    def sieve(self, table: Table, row: Row, tally: Tally) -> bool:
        """Count the row as read, and leave out bad, deleted and unwanted ones. True when it was left out."""
        tally.read += 1
        if table.role == "record" and not table.skip:
            for column in row.cells.keys() - tally.seen.keys():
                tally.seen[column] = row.label(column)
        if row.fault is not None:
            self.refuse(tally, row, row.fault.code, row.fault.reason)
            return True
        if table.skip:
            tally.skipped[table.skip] += 1
            return True
        if any(str(row.cells.get(column, "")).strip().lower() in DELETED_WORDS for column in table.deleted):
            tally.skipped["deleted"] += 1
            return True
        for rule in table.skip_when:
            if holds(rule, row):
                tally.skipped[rule.reason] += 1
                return True
        return False

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
        twin = next((part for part in draft.parts if part.table == name and part.counts), None)
        if twin is not None:
            if twin.found.says_the_same(found):
                tally.skipped["repeats an earlier row"] += 1
                return
            label = row.label(columns[0])
            reason = f"{draft.ref.system}/{draft.ref.kind}/{key} stands also in {twin.where}, which is kept"
            self.refuse(tally, row, "DuplicateSourceKey", reason, column=label, value=key)
            return
        tally.used += 1
        draft.parts.append(Part(found, name, tally, row, counts=True))
        self._alias(draft, record, row)

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
                draft.aliases[ref] = None

    def settle(self) -> None:
        """Join the parts of every record, and drop the ones that cannot become facts, with their rows refused."""
        for draft in list(self.drafts.values()):
            draft.settle()
            missing = [
                field
                for field in sorted(needed_fields(draft.collection))
                if field not in draft.values and field not in draft.links
            ]
            if missing:
                self.drop(draft, "MissingValue", f"{' and '.join(missing)} of {draft.id} is nowhere given")

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
