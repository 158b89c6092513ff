"""
What the past would have scored under a policy, as far as there is history of it.

Owns which rules may speak of which moment. Going back itself is the store's (`alignkit.stores.past`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, Protocol

import attrs
from attrs import frozen

from alignkit.display import Displayed, Note, Shown, Table
from alignkit.errors import NotFoundError, ValidationError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.policy.assessment import Assessment
from alignkit.policy.compiled import PolicyRule, compile_record
from alignkit.policy.facts import Facts
from alignkit.policy.model import KINDS, VIEWS
from alignkit.policy.reach import Walk
from alignkit.policy.scoring import UNKNOWN
from alignkit.policy.wording import coverage_text, label_of, score_text

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["Moment", "PastFacts", "Remembers", "Replay", "ReplayedScore", "replay"]

View = Literal["happened", "known"]
"""
`"happened"` is how things stood, with what other tools' histories tell of the time before a fact was stored; `"known"`
is what the store knew.
"""

STATE: Final[Mapping[str, frozenset[str]]] = {
    "customers": frozenset({"tier", "stage", "annual_value", "owner", "contract_end_on"}),
    "projects": frozenset(
        {"status", "health", "start_on", "due_on", "completed_on", "progress", "budget", "spent", "owner"}
    ),
    "objectives": frozenset(
        {"status", "current_value", "target_value", "confidence", "owner", "start_on", "due_on", "acknowledged_by"}
    ),
    "needs": frozenset({"status", "severity", "importance", "due_on"}),
    "opportunities": frozenset({"stage", "amount"}),
    "tasks": frozenset({"status", "assignee", "start_on", "due_on", "effort_hours", "spent_hours"}),
}
"""
The fields that say how a fact stands, which change: a rule that reads one needs its history. The others say what a fact is
(names, kinds, references, baselines) or when something happened (moments), and are taken as they became known.
"""

WHOLE: Final = "*"


class PastFacts(Protocol):
    """Facts that can be had of any moment."""

    def at(self, moment: datetime, /) -> Facts: ...

    def known_at(self, moment: datetime, /) -> Facts: ...

    def since(self) -> Mapping[tuple[str, str], datetime]: ...


class Remembers(Protocol):
    """A store that can be asked for the past."""

    def past(self) -> PastFacts: ...


@frozen
class ReplayedScore:
    """
    What one subject would have scored at one moment.

    Attributes:
        at: The moment.
        score: 0..100; None when nothing could be scored.
        band: Such as `"green"`, or `"unknown"`.
        coverage: Part of the policy that could be decided, 0..1.
    """

    at: datetime
    score: float | None
    band: str
    coverage: float


@frozen(eq=False)
class Moment:
    """
    The past at one moment.

    Attributes:
        at: The moment.
        assessment: What the policy says of it.
        without_history: Rules that had no data because the history of what they read begins later, by id: the fields
            (`"tasks.status"`) that it misses.
    """

    at: datetime
    assessment: Assessment
    without_history: Mapping[str, tuple[str, ...]]


@frozen(eq=False)
class Replay(Displayed, Tabular):
    """
    Scores of the past; iterating gives the moments, the earliest first.

    Attributes:
        policy_version: `Policy.version` of the policy that judged.
        moments: One for each moment that was asked for.
        since: From when there is history of each field, such as `"tasks.status"`; a field that is missing has none.
    """

    policy_version: str
    moments: tuple[Moment, ...]
    since: Mapping[str, datetime]

    def __iter__(self) -> Iterator[Moment]:
        return iter(self.moments)

    def __len__(self) -> int:
        return len(self.moments)

    def history(self, kind: str, id: str) -> tuple[ReplayedScore, ...]:
        """
        What a subject would have scored, the earliest first; moments at which it was not there are left out.

        Raises:
            NotFoundError: It was there at none of the moments.
        """
        found = []
        for moment in self.moments:
            if kind == "portfolio" or id in moment.assessment.rows.get(kind, {}):
                one = moment.assessment.portfolio if kind == "portfolio" else moment.assessment.of(kind, id)
                found.append(ReplayedScore(moment.at, one.score, one.band, one.coverage))
        if not found:
            raise NotFoundError(kind, id)
        return tuple(found)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"scores"` of every subject at every moment, and `"history"`: from when there is history of a field."""
        return ("scores", "history")

    def _table_of(self, name: str) -> DataTable:
        if name == "history":
            starts = (Column("field", str), Column("since", datetime))
            return DataTable.of_rows(name, starts, iter(self.since.items()))
        columns = (
            Column("at", datetime),
            Column("kind", str),
            Column("id", str),
            Column("score", float, "points, 0 to 100"),
            Column("band", str),
            Column("coverage", float, "share, 0 to 1"),
        )
        rows = (
            (moment.at, one.kind, one.id, one.score, one.band, one.coverage)
            for moment in self.moments
            for one in moment.assessment
        )
        return DataTable.of_rows(name, columns, rows)

    def _shown(self) -> Shown:
        wholes = [(moment, moment.assessment.portfolio) for moment in self.moments]
        rows = (
            (
                moment.at.date().isoformat(),
                score_text(one.score_micro),
                one.band,
                coverage_text(one.coverage_micro),
                str(len(moment.without_history)),
            )
            for moment, one in wholes
        )
        table = Table.first(("day", "score#", "band", "known#", "rules without history#"), rows, len(wholes))
        lacking = sorted({label_of(rule) for moment in self.moments for rule in moment.without_history})
        notes = (Note("no history at some moments: " + ", ".join(lacking)),) if lacking else ()
        last = wholes[-1][1] if wholes else None
        lead = f"{len(wholes)} moments" if last is None else f"{len(wholes)} moments, last {last.band or UNKNOWN}"
        return Shown("Replay", (lead,), (table, *notes))


def replay(
    policy: Policy, store: Remembers, at: Iterable[datetime], *, view: View = "happened", assume_unchanged: bool = False
) -> Replay:
    """
    Judge the past under a policy; see `Policy.replay`.

    Raises:
        ValidationError: A moment is not an aware datetime, or `view` is no such word.
    """
    if view not in ("happened", "known"):
        reason = f"expected 'happened' or 'known', got {view!r}"
        raise ValidationError(reason, entity="replay", field="view", value=view)
    past = store.past()
    since = past.since()
    found = []
    judges = {frozenset[str](): policy}
    for moment in sorted({_checked(moment) for moment in at}):
        facts = past.at(moment) if view == "happened" else past.known_at(moment)
        lacking = {} if view == "known" or assume_unchanged else _lacking(policy, since, moment)
        silent = frozenset(lacking)
        if silent not in judges:
            judges[silent] = policy.with_rules(*(_silent(policy.rule(id)) for id in sorted(silent)), replace=True)
        assessment = judges[silent].assess(facts, now=moment)
        # Rules that may not speak are the same rules without data, under the same policy.
        found.append(Moment(moment, attrs.evolve(assessment, plan=policy.scoring), lacking))
    starts = {f"{collection}.{field}": began for (collection, field), began in sorted(since.items())}
    return Replay(policy.version, tuple(found), starts)


def _checked(moment: datetime) -> datetime:
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ValidationError(f"expected an aware datetime, got {moment!r}", entity="replay", field="at", value=moment)
    return moment.astimezone(UTC)


def _lacking(policy: Policy, since: Mapping[tuple[str, str], datetime], moment: datetime) -> dict[str, tuple[str, ...]]:
    found = {}
    for rule in policy.rules:
        missing = [
            f"{collection}.{field}"
            for collection, field in sorted(_needs(rule))
            if not any(key in since and since[key] <= moment for key in ((collection, field), (collection, WHOLE)))
        ]
        if missing:
            found[rule.id] = tuple(missing)
    return found


def _needs(rule: PolicyRule) -> frozenset[tuple[str, str]]:
    """The fields, with their collections, of which the rule needs history."""
    kind = rule.record.kind
    if rule.lowered is None:
        return frozenset({(KINDS[kind], WHOLE)} if KINDS[kind] else ())
    read = ((KINDS[of], field) for _, of, field in Walk().reads(kind, rule.lowered.outcome))
    return frozenset((name, field) for name, field in read if field in STATE.get(name, ()))


_VIEW_OF: Final = {kind: view.__name__ for view, kind in VIEWS.items()}


def _silent(rule: PolicyRule) -> PolicyRule:
    """The rule without an answer: no data, whatever the facts."""
    record = rule.record
    text = f"def {record.id}({record.kind}: {_VIEW_OF[record.kind]}) -> Score:\n    return None\n"
    return compile_record(
        attrs.evolve(record, text=text, parameters={}, constants={}, helpers={}, custom_fields={}, message="")
    )
