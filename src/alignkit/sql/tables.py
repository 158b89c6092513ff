"""
The tables, one per collection and a few of the store's own; names start with `ak_`, keys with the tenant.

What is written here is the schema of the newest release. A fact's field has one column of its name, but for amounts of
money, which have three: `<field>_amount` (the exact decimal as text), `<field>_currency`, and `<field>_major`, the float that rules read.
"""

from __future__ import annotations

from typing import Any, Final

import attrs
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, MetaData, Table

from alignkit.domain import REFERENCES
from alignkit.sql import types as t

__all__ = [
    "ACTIONS",
    "DELIVERIES",
    "EXTERNAL_REFS",
    "FIELDS",
    "GIVEN",
    "HEAD",
    "IMPORT_RUNS",
    "LINK_DECISIONS",
    "META",
    "MONITORS",
    "OUTCOMES",
    "OVERRIDES",
    "PREFIX",
    "REWRITES",
    "SCORES",
    "SEQUENCES",
    "SOURCE_STATES",
    "SUBSCRIBERS",
    "TABLES",
    "Field",
    "create_tables",
    "metadata",
]

PREFIX: Final = "ak_"
HEAD: Final = "0006"
"""Revision of this schema."""


@attrs.frozen
class Field:
    """
    How a field of a fact is kept.

    Attributes:
        name: Of the field.
        sort: `key`, `text`, `moment`, `day`, `flag`, `number`, `whole`, `money`, `texts`, `refs` or `custom`.
        nullable: Whether None is a value.
    """

    name: str
    sort: str
    nullable: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns."""
        if self.sort == "money":
            return f"{self.name}_amount", f"{self.name}_currency", f"{self.name}_major"
        return (self.name,)


def _fields(layout: str) -> tuple[Field, ...]:
    """Fields from lines of `sort: name name?`, where `?` marks those that may be unknown, in the order of the fact."""
    found: list[Field] = []
    for line in layout.strip().splitlines():
        sort, _, names = line.partition(":")
        found.extend(Field(name.rstrip("?"), sort.strip(), name.endswith("?")) for name in names.split())
    return tuple(found)


FIELDS: Final[dict[str, tuple[Field, ...]]] = {
    "customers": _fields("""
        key: id
        text: name
        key: tier? stage?
        money: annual_value?
        key: owner?
        texts: domains
        day: contract_end_on?
        number: contact_cadence_days?
        refs: external_refs
        custom: custom
    """),
    "contacts": _fields("""
        key: id
        text: name? email?
        key: customer_id?
        refs: external_refs
        custom: custom
    """),
    "projects": _fields("""
        key: id
        text: name
        key: customer_id? status health?
        day: start_on? due_on? baseline_due_on? completed_on?
        number: progress?
        money: budget? spent?
        key: owner? key?
        texts: labels
        refs: external_refs
        custom: custom
    """),
    "objectives": _fields("""
        key: id
        text: title
        key: kind team? owner? customer_id? parent_id? cycle? status
        number: start_value? current_value? target_value?
        key: unit?
        number: weight confidence?
        day: start_on? due_on?
        key: acknowledged_by?
        moment: acknowledged_at?
        number: check_in_days?
        texts: labels
        refs: external_refs
        custom: custom
    """),
    "contributions": _fields("""
        key: id project_id objective_id kind
        number: weight
        refs: external_refs
        custom: custom
    """),
    "check_ins": _fields("""
        key: id objective_id
        moment: occurred_at
        number: value? confidence?
        key: team?
        refs: external_refs
        custom: custom
    """),
    "interactions": _fields("""
        key: id
        moment: occurred_at
        key: kind direction? customer_id? contact_id? project_id? objective_id? need_id? team?
        text: subject?
        flag: needs_answer
        moment: answered_at?
        number: satisfaction? scale_low? scale_high?
        key: survey?
        number: sentiment?
        texts: told
        refs: external_refs
        custom: custom
    """),
    "needs": _fields("""
        key: id
        text: title
        key: kind status customer_id? project_id? task_id? objective_id?
        whole: severity? importance?
        moment: raised_at
        day: due_on?
        moment: answered_at? resolved_at? told_at?
        key: group?
        refs: external_refs
        custom: custom
    """),
    "opportunities": _fields("""
        key: id
        text: name
        key: customer_id? stage
        money: amount?
        moment: opened_at? closed_at?
        key: project_id?
        refs: external_refs
        custom: custom
    """),
    "tasks": _fields("""
        key: id
        text: title
        key: project_id? objective_id? need_id? parent_id? status
        flag: is_milestone
        key: team? assignee?
        moment: created_at? started_at? completed_at?
        day: start_on? due_on? baseline_due_on?
        number: effort_hours? spent_hours?
        texts: labels
        refs: external_refs
        custom: custom
    """),
    "changes": _fields("""
        key: id kind subject_id field
        text: before? after?
        moment: occurred_at
        key: actor? team? customer_id? project_id?
        moment: told_at?
    """),
    "duplicates": _fields("""
        key: id kind left_id right_id customer_id? project_id? objective_id?
        number: hours? similarity?
        flag: is_across_teams
    """),
}
"""How each field of each fact is kept, in the order of the fields; `version` is the store's own."""

_TYPES: Final[dict[str, Any]] = {
    "key": t.KEY,
    "text": t.TEXT,
    "moment": t.Moment(),
    "day": t.Day(),
    "flag": t.FLAG,
    "number": t.NUMBER,
    "whole": t.WHOLE,
    "texts": t.TEXT,
    "refs": t.TEXT,
    "custom": t.TEXT,
}

metadata: Final = MetaData()
"""The tables, for a host's own migrations to leave alone."""

_INNODB: Final[dict[str, Any]] = {
    f"{dialect}_{option}": value
    for dialect in ("mysql", "mariadb")
    for option, value in (("engine", "InnoDB"), ("default_charset", "utf8mb4"), ("collate", "utf8mb4_nopad_bin"))
}


def _table(name: str, *parts: Any, revision: str = "0001") -> Table:
    """A table of a tenant's, and the revision that made it."""
    tenant: Column[str] = Column("tenant_id", t.TENANT, primary_key=True)
    info = {"revision": revision}
    table: Table = Table(f"{PREFIX}{name}", metadata, tenant, *parts, info=info, **_INNODB)
    return table


def _columns(field: Field) -> list[Column[Any]]:
    types = (t.AMOUNT, t.CURRENCY, t.NUMBER) if field.sort == "money" else (_TYPES[field.sort],)
    return [
        Column(name, kind, nullable=field.nullable, primary_key=field.name == "id")
        for name, kind in zip(field.columns, types, strict=True)
    ]


def _facts(collection: str) -> Table:
    """The table of a collection, its references indexed; the journal's are words of the past and bind nothing."""
    fields = tuple(field for field in FIELDS[collection] if field.sort != "custom")
    parts: list[Any] = [column for field in fields for column in _columns(field)]
    if collection == "changes":
        parts.append(Column("sequence", BigInteger, nullable=False))
        parts.append(Index(f"{PREFIX}changes_sequence", "tenant_id", "sequence", unique=True))
    elif collection != "duplicates":
        parts.append(Column("version", t.WHOLE, nullable=False))
        parts.append(Column("custom", t.TEXT, info={"revision": "0005"}))
    for field in fields:
        if field.sort == "moment":
            text = f"length({field.name}) = 26"
            parts.append(CheckConstraint(text, f"{PREFIX}{collection}_{field.name}").ddl_if("sqlite"))
    for reference in REFERENCES[collection]:
        name = f"{PREFIX}{collection}_{reference}"
        parts.append(Index(name, "tenant_id", reference).ddl_if(callable_=_has_indexes))
    table = _table(collection, *parts)
    if collection not in ("changes", "duplicates"):
        for reference, target in REFERENCES[collection].items():
            table.append_constraint(_reference(collection, reference, target))
    return table


def _reference(collection: str, field: str, target: str) -> ForeignKeyConstraint:
    """A reference that the database watches too, where it can wait for the commit to judge."""
    key = ForeignKeyConstraint(
        ["tenant_id", field],
        [f"{PREFIX}{target}.tenant_id", f"{PREFIX}{target}.id"],
        f"{PREFIX}{collection}_{field}_fk",
        deferrable=True,
        initially="DEFERRED",
        use_alter=True,
    )
    return key.ddl_if(callable_=_can_defer)


def _has_indexes(ddl: Any, target: Any, bind: Any, *_: Any, dialect: Any, **__: Any) -> bool:
    # DuckDB reads columns faster than its indexes, and an indexed column makes each of its updates a new row.
    return bool(dialect.name != "duckdb")


def _can_defer(ddl: Any, target: Any, bind: Any, *_: Any, dialect: Any, **__: Any) -> bool:
    # MariaDB cannot wait for the commit, DuckDB refuses updates of what is pointed at, and on PostgreSQL the triggers
    # made a first load twenty times slower. There the store's own judgement, under one lock, has to do.
    return bool(dialect.name == "sqlite")


TABLES: Final[dict[str, Table]] = {collection: _facts(collection) for collection in FIELDS}
"""The table of each collection; that of `changes` is the journal."""

EXTERNAL_REFS: Final = _table(
    "external_refs",
    Column("collection", t.WORD, primary_key=True),
    Column("id", t.KEY, primary_key=True),
    Column("position", t.WHOLE, primary_key=True, autoincrement=False),
    Column("identity", t.KEY, nullable=False),
    Index(f"{PREFIX}external_refs_identity", "tenant_id", "collection", "identity"),
)
"""Who is who elsewhere, to look facts up by; the facts' own rows hold their references to read."""

GIVEN: Final = _table("given", Column("collection", t.WORD, primary_key=True))
"""Collections that are known, empty ones too."""

SEQUENCES: Final = _table("sequences", Column("value", BigInteger, nullable=False))
"""The number of the newest journal entry. Its row is the lock under which units of work commit, one after another."""

SCORES: Final = _table(
    "scores",
    Column("kind", t.WORD, primary_key=True),
    Column("subject_id", t.KEY, primary_key=True),
    Column("assessed_at", t.Moment(), primary_key=True),
    Column("policy_version", t.WORD, primary_key=True),
    Column("score_micro", BigInteger),
    Column("band", t.KEY, nullable=False),
    Column("coverage_micro", BigInteger, nullable=False),
)
"""What subjects scored in the recorded assessments."""

MONITORS: Final = _table(
    "monitors",
    Column("name", t.WORD, primary_key=True),
    Column("generation", BigInteger, nullable=False),
    Column("posted", BigInteger, nullable=False),
    Column("reached", t.KEY, nullable=False),
    Column("policy_version", t.WORD, nullable=False),
    Column("as_of", t.Moment(), nullable=False),
    revision="0002",
)
"""How far each monitor has read, and how many events it posted. Its row is the lock under which it advances."""

OUTCOMES: Final = _table(
    "monitor_outcomes",
    Column("monitor", t.WORD, primary_key=True),
    Column("subscriber", t.WORD, primary_key=True),
    Column("kind", t.WORD, primary_key=True),
    Column("subject_id", t.KEY, primary_key=True),
    Column("outcome", t.TEXT, nullable=False),
    revision="0002",
)
"""Outcomes of subjects as a monitor found them; with a subscriber, the earlier ones that this one knows of."""

SUBSCRIBERS: Final = _table(
    "monitor_subscribers",
    Column("monitor", t.WORD, primary_key=True),
    Column("subscriber", t.WORD, primary_key=True),
    Column("tries", t.WHOLE, nullable=False),
    Column("next_try_at", t.Moment()),
    Column("error", t.TEXT, nullable=False),
    Column("is_parked", t.FLAG, nullable=False),
    revision="0002",
)
"""How subscribers are doing that failed."""

DELIVERIES: Final = _table(
    "monitor_deliveries",
    Column("monitor", t.WORD, primary_key=True),
    Column("subscriber", t.WORD, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("event", t.TEXT, nullable=False),
    revision="0002",
)
"""Events that are still to be told."""

REWRITES: Final = _table(
    "rewrites",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("collection", t.WORD, nullable=False),
    Column("fact_id", t.KEY, nullable=False),
    revision="0002",
)
"""Facts that were written without a journal entry, for monitors to look at again."""

LINK_DECISIONS: Final = _table(
    "link_decisions",
    Column("id", t.KEY, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("verdict", t.WORD, nullable=False),
    Column("left_system", t.KEY, nullable=False),
    Column("left_kind", t.KEY, nullable=False),
    Column("left_key", t.KEY, nullable=False),
    Column("right_system", t.KEY, nullable=False),
    Column("right_kind", t.KEY, nullable=False),
    Column("right_key", t.KEY, nullable=False),
    Column("actor", t.TEXT, nullable=False),
    Column("decided_at", t.Moment(), nullable=False),
    Column("reason", t.TEXT),
    Column("revoked_by", t.TEXT),
    Column("revoked_at", t.Moment()),
    Column("revoked_because", t.TEXT),
    revision="0003",
)
"""What people decided about records being one customer, in the order of `number`."""

IMPORT_RUNS: Final = _table(
    "import_runs",
    Column("name", t.KEY, primary_key=True),
    Column("number", t.WHOLE, primary_key=True, autoincrement=False),
    Column("fingerprint", t.WORD, nullable=False),
    Column("sources", t.TEXT, nullable=False),
    Column("started_at", t.Moment(), nullable=False),
    Column("touched_at", t.Moment(), nullable=False),
    Column("finished_at", t.Moment()),
    Column("done", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("added", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("unchanged", BigInteger, nullable=False),
    Column("waiting", BigInteger, nullable=False),
    Column("outdated", BigInteger, nullable=False),
    revision="0004",
)
"""Runs of imports: what their input was, how far they came, and what became of the facts."""

SOURCE_STATES: Final = _table(
    "source_states",
    Column("identity", t.KEY, primary_key=True),
    Column("field", t.WORD, primary_key=True),
    Column("system", t.KEY, nullable=False),
    Column("kind", t.KEY, nullable=False),
    Column("key", t.KEY, nullable=False),
    Column("moment", t.Moment()),
    Column("is_deleted", t.FLAG, nullable=False),
    Column("deliveries", t.TEXT, nullable=False),
    revision="0004",
)
"""How far the source of each record, or of one field of it, had come when it was last heard of."""

OVERRIDES: Final = _table(
    "overrides",
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", t.WORD, nullable=False),
    Column("subject_id", t.KEY, nullable=False),
    Column("band", t.KEY),
    Column("health", t.KEY),
    Column("reason", t.TEXT, nullable=False),
    Column("author", t.TEXT, nullable=False),
    Column("made_at", t.Moment(), nullable=False),
    Column("expires_at", t.Moment(), nullable=False),
    Column("withdrawn_by", t.TEXT),
    Column("withdrawn_at", t.Moment()),
    Column("withdrawn_because", t.TEXT),
    revision="0006",
)
"""What people declared against computed scores, in the order of `number`."""

ACTIONS: Final = _table(
    "actions",
    Column("rule_id", t.WORD, primary_key=True),
    Column("kind", t.WORD, primary_key=True),
    Column("subject_id", t.KEY, primary_key=True),
    Column("subject_name", t.TEXT, nullable=False),
    Column("teams", t.TEXT, nullable=False),
    Column("action", t.TEXT, nullable=False),
    Column("reason", t.TEXT, nullable=False),
    Column("severity", t.WORD, nullable=False),
    Column("is_open", t.FLAG, nullable=False),
    Column("history", t.TEXT, nullable=False),
    Column("sent", t.WHOLE, nullable=False),
    revision="0006",
)
"""Calls to action, one for each rule and subject, with what became of them."""

META: Final[Table] = Table(
    f"{PREFIX}meta",
    metadata,
    Column("name", t.WORD, primary_key=True),
    Column("value", t.KEY, nullable=False),
    info={"revision": "0001"},
    **_INNODB,
)
"""Facts about the database itself: `schema` (a revision), `tenancy` (`"one"` or `"many"`) and `store` (its own id)."""


def create_tables(bind: Any) -> None:
    """
    Make all tables on a connection (or a mock engine that only keeps the statements).

    SQLAlchemy notes on a reference that it was added by an ALTER, and then leaves it out of every later CREATE TABLE
    of the process, whatever the engine; the note is taken back, so that engines do not learn from each other.
    """
    constraints = [constraint for table in metadata.tables.values() for constraint in table.constraints]
    rules = [constraint._create_rule for constraint in constraints]
    try:
        metadata.create_all(bind, checkfirst=False)
    finally:
        for constraint, rule in zip(constraints, rules, strict=True):
            constraint._create_rule = rule
