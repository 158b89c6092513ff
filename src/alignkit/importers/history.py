"""
The histories that tools export, as changes with the tool's own moments: Jira's changelog, HubSpot's property history.

Owns how past values become `Change` records of facts that were imported. Values are read by the same mapping as the
facts themselves, so that a status of the past is one of ours. A field that the mapping does not know, or one of whose
past values it has no word for, keeps the tool's own name and words, such as `"jira.Sprint"`; a row that belongs to no
imported fact is counted, not lost.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Change, Entity
from alignkit.errors import ImporterError
from alignkit.importers import moments
from alignkit.importers.history_files import (
    TABLES,
    Lookups,
    PastValue,
    changelogs,
    issues_of,
    lookups_of,
    moment_of,
    rows_of,
)
from alignkit.importers.imported import Import
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Preset
from alignkit.importers.preset_toml import shipped
from alignkit.importers.recognise import load_page
from alignkit.importers.sources import Given, sources_of
from alignkit.importers.ways import Lookup, Take, folded

__all__ = ["History", "history"]

NOT_IMPORTED: Final = "of no imported fact"
NO_MOMENT: Final = "without a moment"
SAME: Final = "says what was so already"


@attrs.frozen
class History:
    """
    The changes of a tool's histories, ready for `store.upsert` together with or after the facts.

    Attributes:
        changes: By moment, then in the order of the source.
        read: How many past values there were.
        skipped: How many of them are no change, by reason.
        foreign: How often a field was changed that the mapping has no words for, by the tool's name of it; such changes
            keep that name, behind the tool's (`"jira.customfield_10104"`).
    """

    changes: tuple[Change, ...]
    read: int
    skipped: Mapping[str, int]
    foreign: Mapping[str, int]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)


def history(
    tool: str,
    given: Given,
    imported: Import,
    *,
    mapping: Preset | None = None,
    words: Mapping[str, Mapping[str, str]] | None = None,
    options: ReadOptions | None = None,
) -> History:
    """
    Read a tool's histories.

    Jira: issues of REST answers with their changelog (`expand=changelog`), and the table `issue_field_history`.
    HubSpot: the tables `company_`, `contact_`, `deal_` and `ticket_property_history`, and `deal_stage`. Other files are
    passed over, so the folder that the facts came from will do.

    Args:
        tool: `"jira"` or `"hubspot"`.
        given: A folder, files, or parsed pages.
        imported: The facts whose histories they are.
        mapping: The preset that the facts were read by, where it is not the shipped one.
        words: Our words for the tool's, by field of the fact, such as `{"status": {"In QA": "in_progress"}}`, beside
            those of the mapping. The categories of statuses that Jira's issues name are learned from them.
        options: Limits and text format.

    Returns:
        The changes. Reading the same again gives the same ids, so that storing them twice changes nothing.

    Raises:
        ImporterError: The tool has no history that is known (code `UnknownTool`), or a file cannot be read.
    """
    tables = TABLES.get(tool)
    if tables is None:
        raise ImporterError("UnknownTool", f"expected one of {', '.join(TABLES)}, got {tool!r}", source=str(tool))
    preset = mapping or shipped(tool)
    chosen = options or ReadOptions()
    sources, _ = sources_of(given, chosen, members=("issues", "values", "changelog", "results"))
    rows: list[PastValue] = []
    lookups: dict[str, dict[str, Mapping[str, Any]]] = {}
    known = {field: {folded(word): ours for word, ours in given.items()} for field, given in (words or {}).items()}
    for source in sources:
        if source.format == "json" and tool == "jira":
            issues = issues_of(source.page if source.page is not None else load_page(source, chosen))
            rows += changelogs(issues)
            known["status"] = {**_learned(issues, preset), **known.get("status", {})}
        else:
            rows += rows_of(source, tables, chosen)
            lookups.update(lookups_of(source, preset, chosen))
    return _Changes(preset, imported, known, lookups).of(rows)


def _learned(issues: Iterable[Mapping[str, Any]], preset: Preset) -> dict[str, str]:
    """Our word for each status that the issues name, by its category."""
    takes = [take for record in preset.records_of("issue") for take in record.fields.get("status", ())]
    categories = [take for take in takes if any(column.endswith("statusCategory.key") for column in take.columns)]
    found: dict[str, str] = {}
    for issue in issues:
        status = (issue.get("fields") or {}).get("status") or {}
        category = folded((status.get("statusCategory") or {}).get("key", ""))
        ours = next((take.choices[category] for take in categories if category in take.choices), None)
        if ours is not None and status.get("name"):
            found[folded(status["name"])] = str(ours)
    return found


class _Changes:
    """Ties past values to the facts that were imported."""

    def __init__(
        self, preset: Preset, imported: Import, words: Mapping[str, Mapping[str, str]], lookups: Lookups
    ) -> None:
        self._preset = preset
        self._words = words
        self._lookups = lookups
        self._facts: dict[tuple[str, str], tuple[str, Entity]] = {}
        for collection, facts in imported.entities.items():
            for fact in facts:
                for ref in getattr(fact, "external_refs", ()):
                    if ref.system == preset.system:
                        self._facts[ref.kind, ref.key] = (collection, fact)

    def of(self, rows: Iterable[PastValue]) -> History:
        """The changes of some past values."""
        read = 0
        skipped: Counter[str] = Counter()
        foreign: Counter[str] = Counter()
        runs: dict[tuple[str, str, str], list[PastValue]] = defaultdict(list)
        for row in rows:
            read += 1
            if (row.record, row.key) not in self._facts:
                skipped[NOT_IMPORTED] += 1
            elif row.at is None:
                skipped[NO_MOMENT] += 1
            else:
                runs[row.record, row.key, row.field].append(row)
        found: list[Change] = []
        for (record, key, name), run in runs.items():
            collection, fact = self._facts[record, key]
            field, takes = _known_field(self._preset, record, collection, name)
            is_landed = not run[0].has_before
            told = _Words(collection, field, takes, self._words.get(field, {}), self._lookups, is_landed)
            if not all(told.has(value) for row in run for value in (row.before, row.after)):
                field, told = "", _Words(collection, "", (), {}, {}, is_landed)
            made = list(
                _chain(self._preset.system, collection, fact, field or f"{self._preset.system}.{name}", told, run)
            )
            skipped[SAME] += len(run) - len(made)
            foreign[name] += 0 if field else len(made)
            found += made
        found.sort(key=lambda change: change.occurred_at)
        kept = {reason: count for reason, count in skipped.items() if count}
        return History(tuple(found), read, kept, {name: count for name, count in foreign.items() if count})


def _chain(
    system: str, collection: str, fact: Entity, field: str, told: _Words, run: list[PastValue]
) -> Iterator[Change]:
    """The changes of one field of one fact, each beginning where the one before it ended."""
    run.sort(key=lambda row: row.at or datetime.min.replace(tzinfo=UTC))
    held: str | None = None
    kind = _KINDS[collection]
    at_once: Counter[datetime] = Counter()
    for row in run:
        before = told.of(row.before) if row.has_before else held
        after = told.of(row.after)
        held = after
        assert row.at is not None
        number = at_once[row.at]
        at_once[row.at] += 1
        if before == after:
            continue
        yield Change(
            id=f"{system}:history:{fact.id}:{field}:{row.at.isoformat()}:{number}",
            kind=kind,
            subject_id=fact.id,
            field=field,
            before=before,
            after=after,
            occurred_at=row.at,
            actor=row.author,
            customer_id=fact.id if collection == "customers" else getattr(fact, "customer_id", None),
            project_id=fact.id if collection == "projects" else getattr(fact, "project_id", None),
        )


_KINDS: Final = {name: "opportunity" if name == "opportunities" else name.removesuffix("s") for name in COLLECTIONS}


def _known_field(preset: Preset, record: str, collection: str, name: str) -> tuple[str, tuple[Take, ...]]:
    """The field of the fact that the tool's field becomes, and the ways it is read; nothing where there is none."""
    wanted = _bare(name)
    known = attrs.fields_dict(COLLECTIONS[collection])
    for mapped in preset.records_of(record):
        for field, takes in mapped.fields.items():
            fitting = tuple(take for take in takes if any(_bare(column) == wanted for column in _columns(take)))
            # A column that only decides in some cases (a resolution that means cancelled) is not the field itself.
            is_whole = any(take.unknown != "next" and not take.only_if for take in fitting)
            if is_whole and field in known and field not in REFERENCES[collection] and _is_simple(known[field]):
                return field, fitting
    return "", ()


def _columns(take: Take) -> tuple[str, ...]:
    return (*take.columns, *(take.lookup.key if take.lookup is not None else ()))


def _bare(column: str) -> str:
    """A column as tools name the field itself: without members, case and separators."""
    return column.split(".", maxsplit=1)[0].replace(" ", "").replace("_", "").lower()


def _is_simple(field: attrs.Attribute[Any]) -> bool:
    """Whether one text can hold its value: not a list, and not an amount, whose currency stands elsewhere."""
    kind = str(field.type)
    return not kind.startswith(("tuple", "Money", "Mapping"))


@attrs.frozen
class _Words:
    """
    How past values of one field read in our journal.

    Attributes:
        collection: Of the fact.
        field: The field of the fact; empty for one that the mapping does not know.
        takes: The ways the mapping reads it.
        known: Our words for the tool's, beside the mapping's.
        lookups: Rows of tables to look values up in, by table and key.
        is_landed: Whether values are ids where the tool has ids, and not what people read.
    """

    collection: str
    field: str
    takes: tuple[Take, ...]
    known: Mapping[str, str]
    lookups: Lookups
    is_landed: bool

    def has(self, value: str | None) -> bool:
        """Whether the value can be told in our words."""
        if value is None or not self.field or self._word(value) is not None:
            return True
        if any(take.choices or (take.lookup and self.is_landed) for take in self.takes):
            return False
        return self._normal(value) is not None

    def of(self, value: str | None) -> str | None:
        """The value in our words, else in the tool's."""
        if value is None or not self.field:
            return value
        word = self._word(value)
        return word if word is not None else self._normal(value)

    def _word(self, value: str) -> str | None:
        if folded(value) in self.known:
            return self.known[folded(value)]
        for take in self.takes:
            word = value if take.lookup is None else self._looked_up(take.lookup, value)
            if word is not None and folded(word) in take.choices:
                return str(take.choices[folded(word)])
            if word is not None and take.lookup is not None and not take.choices:
                return word
            if take.otherwise is not None:
                return str(take.otherwise)
        return None

    def _looked_up(self, lookup: Lookup, key: str) -> str | None:
        row = self.lookups.get(lookup.table, {}).get(key) if self.is_landed and len(lookup.key) == 1 else None
        if row is None:
            return None
        return " ".join(str(row[column]) for column in lookup.values if row.get(column)) or None

    def _normal(self, value: str) -> str | None:
        attribute = attrs.fields_dict(COLLECTIONS[self.collection])[self.field]
        divide = next((take.divide for take in self.takes if take.divide != 1.0), 1.0)
        try:
            return _normal(str(attribute.type).removesuffix(" | None"), value, divide)
        except (ValueError, moments.DateRejected):
            return None


def _normal(kind: str, value: str, divide: float) -> str | None:
    if kind == "date":
        return moments.day_of(moments.parse(value, ("iso",))).isoformat()
    if kind == "datetime":
        found = moment_of(value)
        return None if found is None else found.isoformat()
    if kind in ("float", "int"):
        number = float(value) / divide
        return repr(number) if kind == "float" else str(int(number))
    return value
