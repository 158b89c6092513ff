"""
The digest: what the other teams did, by customer, the most important first.

Owns the putting together; lines are `digest_edits`'s and `digest_dated`'s, the window is `digest_window`'s, the order is
`digest_ranking`'s. What a score lost is measured by undoing what happened and judging both at the same moment, so that
the passing of time is not counted as anybody's doing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Final

import attrs

from alignkit.display import Details, Displayed, Facts, Note, Shown, to_text
from alignkit.display.blocks import MOST_ROWS
from alignkit.domain import Change
from alignkit.errors import ValidationError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.live.digest_dated import Span, dated_lines
from alignkit.live.digest_edits import edit_lines
from alignkit.live.digest_line import DigestLine, Places
from alignkit.live.digest_ranking import CustomerNews, ranked, values_of
from alignkit.live.digest_window import Window, window_of
from alignkit.live.rewinding import undone
from alignkit.live.sources import Source, facts_of, moment_of
from alignkit.live.told import told_ledger
from alignkit.live.told_policy import ToldPolicy
from alignkit.live.words import count_of
from alignkit.policy.compare import SubjectDifference, compare
from alignkit.policy.policy import Policy
from alignkit.policy.wording import score_text
from alignkit.portfolio import Portfolio

__all__ = ["CustomerNews", "Digest", "DigestLine", "digest"]

_GRAVE: Final[Mapping[int, str]] = {5: "critical", 4: "serious", 3: "notable", 2: "minor", 1: "to know"}


@attrs.frozen(eq=False)
class Digest(Displayed, Tabular):
    """
    What the other teams did. Iterating gives the customers, the most important first; `str` gives it as text.

    Attributes:
        team: For whom.
        since: From when; None where a cursor or nothing was given.
        now: The moment of the question.
        customers: By customer; what concerns none comes last.
        cursor: To pass as `since` next time; None where that begins at the beginning.
    """

    team: str
    since: datetime | None
    now: datetime
    customers: tuple[CustomerNews, ...]
    cursor: str | None

    def __iter__(self) -> Iterator[CustomerNews]:
        return iter(self.customers)

    def __len__(self) -> int:
        return len(self.customers)

    def __bool__(self) -> bool:
        return True

    @cached_property
    def lines(self) -> tuple[DigestLine, ...]:
        """All lines, in the order of the customers."""
        return tuple(line for customer in self.customers for line in customer.lines)

    def __str__(self) -> str:
        return to_text(self._shown())

    @property
    def table_names(self) -> tuple[str, ...]:
        return ("lines", "customers")

    def _table_of(self, name: str) -> DataTable:
        columns: tuple[Column, ...]
        if name == "customers":
            columns = (
                Column("customer_id", str),
                Column("name", str),
                Column("tier", str),
                Column("importance", float, "points"),
                Column("severity", int, "1 to 5"),
                Column("lost", float, "points of score"),
                Column("lines", int),
            )
            groups = (
                (one.customer_id, one.name, one.tier, one.importance, one.severity, one.lost, len(one.lines))
                for one in self
            )
            return DataTable.of_rows(name, columns, groups)
        texts = ("key", "kind", "id", "customer_id", "project_id", "text", "before", "after")
        columns = (
            *(Column(text, str) for text in texts),
            Column("severity", int, "1 to 5"),
            Column("occurred_at", datetime),
            Column("teams", str),
            Column("told", bool),
        )
        rows = (
            (
                *(getattr(line, text) for text in texts),
                line.severity,
                line.occurred_at,
                " ".join(line.teams),
                line.is_told,
            )
            for line in self.lines
        )
        return DataTable.of_rows(name, columns, rows)

    def _shown(self) -> Shown:
        lead = f"{count_of(len(self.lines), 'thing')} happened for {count_of(len(self), 'customer')}"
        when = "" if self.since is None else f"since {self.since:%Y-%m-%d %H:%M} UTC"
        notes = [Note(when)] if when else []
        more = len(self) - MOST_ROWS
        rest = [Note(f"and {count_of(more, 'customer')} more")] if more > 0 else []
        groups = map(_shown_group, self.customers[:MOST_ROWS])
        return Shown(f"Digest for {self.team}", (lead,), (*notes, *groups, *rest))


def _shown_group(one: CustomerNews) -> Details:
    moved = one.impact
    score = "" if moved is None else f", score {score_text(moved.before_micro)} to {score_text(moved.after_micro)}"
    tier = f", tier {one.tier}" if one.tier else ""
    facts = Facts((_GRAVE[line.severity], _line_text(line)) for line in one.lines[:MOST_ROWS])
    more = len(one.lines) - MOST_ROWS
    rest = (Note(f"and {more:,} more"),) if more > 0 else ()
    return Details(f"{one.name}{tier}{score}", (facts, *rest), is_open=True)


def _line_text(line: DigestLine) -> str:
    return f"{line.text} (the customer was not told)" if line.is_told is False else line.text


def digest(
    source: Source,
    *,
    team: str,
    since: str | datetime | None = None,
    now: datetime,
    policy: Policy | None = None,
    told: ToldPolicy | None = None,
) -> Digest:
    """
    What the other teams did.

    After a cursor, it is everything that was written since, whenever it took place: each journal entry is in one
    digest. After a moment, it is what took place later and up to `now`, read from the journal and, for facts that
    came without one, from their own dates.

    Args:
        source: A store, or a portfolio (then a cursor is the text of a moment).
        team: For whom; what this team did itself is left out. Entries of nobody's team are others'.
        since: A cursor of an earlier digest, or an aware moment; None for everything.
        now: An aware moment.
        policy: To measure what customers' scores lost by it; without one they are ranked by value and severity.
        told: What counts as news to customers, and what tells it; None for the policy that alignkit ships.

    Raises:
        PolicyError: Amounts are in several currencies and the policy has no exchange.
        ValidationError: A moment is not aware, the cursor is none of this source, or the team is blank.
    """
    moment = moment_of(now)
    if not isinstance(team, str) or not team.strip():
        raise ValidationError(f"expected the name of a team, got {team!r}", entity="digest", field="team", value=team)
    window = window_of(source, since, moment)
    facts = facts_of(source)
    places = Places(facts)
    lines = edit_lines(window.changes, team, places, moment.date())
    if window.by_moment:
        journalled = {(change.kind, change.subject_id) for change in window.changes}
        span = Span(window.since, moment)
        found = (line for line in dated_lines(places, span, team) if (_kind(line.kind), line.id) not in journalled)
        lines += found
    impacts = _impacts(facts, window, team, moment, policy)
    lines = _with_told(lines, facts, moment, told)
    groups = ranked(lines, places, impacts, values_of(places.customers, policy))
    return Digest(team, window.since, moment, groups, window.cursor)


def _with_told(lines: list[DigestLine], facts: Portfolio, now: datetime, policy: ToldPolicy | None) -> list[DigestLine]:
    """The lines, those on news to customers with whether these were told of all of it."""
    entries = {entry.change.id: entry.is_told for entry in told_ledger(facts, now=now, policy=policy)}
    found = []
    for line in lines:
        states = [entries[id] for id in line.changes if id in entries]
        found.append(attrs.evolve(line, is_told=all(states)) if states else line)
    return found


def _kind(kind: str) -> str:
    return "task" if kind == "milestone" else kind


def _impacts(
    facts: Portfolio, window: Window, team: str, now: datetime, policy: Policy | None
) -> Mapping[str, SubjectDifference]:
    """How customers' scores moved by what others wrote."""
    others: Sequence[Change] = [change for change in window.changes if change.team != team]
    if policy is None or not others:
        return {}
    earlier = undone(facts, others)
    if earlier is None:
        return {}
    before, after = policy.assess(earlier, now=now), policy.assess(facts, now=now)
    return {one.id: one for one in compare(before, after) if one.kind == "customer" and one.difference_micro}
