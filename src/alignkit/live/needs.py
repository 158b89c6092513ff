"""
The needs queue: what customers want, mind and were promised, the most urgent first, the same list for both teams.

Open needs are in it, and settled ones that the customer was not told about. Priority is judged by rules that explain
themselves (`need_priority`); a request of many customers is one entry that keeps what each of them said.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

import attrs

from alignkit.display import Displayed, Shown
from alignkit.domain import Customer, Exchange, Interaction, Need
from alignkit.errors import NotFoundError
from alignkit.frames import DataTable, Tabular
from alignkit.live.need_priority import Priority, Reason
from alignkit.live.need_trace import Trace, is_open, trace_of
from alignkit.live.sources import Source, facts_of, known, moment_of, related
from alignkit.portfolio import Portfolio

__all__ = ["NeedsQueue", "QueuedNeed", "Request", "needs"]


@attrs.frozen
class QueuedNeed:
    """
    One need of one customer.

    Attributes:
        need: The need; its title is what the customer said.
        customer_name: What people call the customer; empty when it has none.
        priority: 0..100; the points of the reasons add up to it.
        reasons: What each rule gave, in the order of the rules.
        trace: To which work and objective it leads.
        days_late: Days past the promised day; negative before it, None without one.
        is_open: Whether it still waits; else it is settled and the customer was not told.
    """

    need: Need
    customer_name: str
    priority: float
    reasons: tuple[Reason, ...]
    trace: Trace
    days_late: int | None
    is_open: bool

    @property
    def is_overdue(self) -> bool:
        """Whether the promised day is over and it still waits."""
        return self.is_open and self.days_late is not None and self.days_late > 0

    @property
    def is_answered(self) -> bool:
        """Whether the customer got a reply."""
        return self.need.answered_at is not None

    @property
    def moves(self) -> tuple[Reason, ...]:
        """What can be done and by whom, the most points first, then by rule."""
        found = [reason for reason in self.reasons if reason.is_move]
        return tuple(sorted(found, key=lambda reason: (-reason.points, reason.rule_id)))


@attrs.frozen
class Request:
    """
    An entry of the queue: one need, or those of many customers that are one request.

    Attributes:
        group: What they share; None for a need that stands alone.
        needs: The needs in it, the most urgent first.
    """

    group: str | None
    needs: tuple[QueuedNeed, ...]

    @property
    def title(self) -> str:
        """What the most urgent customer said."""
        return self.needs[0].need.title

    @property
    def priority(self) -> float:
        """0..100: that of its most urgent need."""
        return self.needs[0].priority

    @property
    def due_on(self) -> date | None:
        """The earliest day that any of them was promised for."""
        return min((one.need.due_on for one in self.needs if one.need.due_on is not None and one.is_open), default=None)

    @property
    def customers(self) -> tuple[str, ...]:
        """Ids of the customers who ask, in the order of the needs."""
        return tuple(dict.fromkeys(one.need.customer_id for one in self.needs if one.need.customer_id is not None))

    @property
    def moves(self) -> tuple[Reason, ...]:
        """What can be done for the most urgent need, and then for the others; each action of a team once."""
        found: dict[tuple[str, str], Reason] = {}
        for one in self.needs:
            for reason in one.moves:
                found.setdefault((reason.team, reason.action), reason)
        return tuple(found.values())


@attrs.frozen(eq=False)
class NeedsQueue(Displayed, Tabular):
    """
    What is asked for, the most urgent first; equal ones by how many customers ask, promised day, age and id.

    Attributes:
        team: Who looks.
        now: The moment of the question.
        requests: The entries.
        is_known: Whether needs were given at all.
    """

    team: str
    now: datetime
    requests: tuple[Request, ...]
    is_known: bool

    def __iter__(self) -> Iterator[Request]:
        return iter(self.requests)

    def __len__(self) -> int:
        return len(self.requests)

    def __bool__(self) -> bool:
        return True

    @cached_property
    def needs(self) -> tuple[QueuedNeed, ...]:
        """All needs, in the order of the entries."""
        return tuple(one for request in self.requests for one in request.needs)

    @cached_property
    def ours(self) -> tuple[Request, ...]:
        """The entries in which the team has a move."""
        return tuple(one for one in self.requests if any(move.team == self.team for move in one.moves))

    @property
    def overdue(self) -> tuple[QueuedNeed, ...]:
        """The needs whose promised day is over."""
        return tuple(one for one in self.needs if one.is_overdue)

    @property
    def untold(self) -> tuple[QueuedNeed, ...]:
        """The needs that are settled and not told."""
        return tuple(one for one in self.needs if not one.is_open)

    def of(self, need_id: str) -> QueuedNeed:
        """
        One need of the queue.

        Raises:
            NotFoundError: It is not in the queue.
        """
        for one in self.needs:
            if one.need.id == need_id:
                return one
        raise NotFoundError("need in the queue", need_id)

    @property
    def table_names(self) -> tuple[str, ...]:
        return ("needs", "reasons")

    def _table_of(self, name: str) -> DataTable:
        from alignkit.live.needs_pages import needs_table, reasons_table

        return reasons_table(self) if name == "reasons" else needs_table(self)

    def _shown(self) -> Shown:
        from alignkit.live.needs_pages import show_needs

        return show_needs(self)


def needs(
    source: Source,
    *,
    team: str,
    now: datetime,
    priority: Priority | None = None,
    exchange: Exchange | None = None,
) -> NeedsQueue:
    """
    What customers want, mind and were promised, the most urgent first.

    Args:
        source: A portfolio, or a store.
        team: Who looks; the list is the same for all, `ours` is the team's part.
        now: An aware moment; needs raised later are not there yet.
        priority: The rules that rank; None for those that alignkit ships.
        exchange: The currency that rules read amounts in. Without it amounts in several currencies are unknown.

    Raises:
        ValidationError: `now` is not an aware datetime, or the source is neither a portfolio nor a store.
    """
    facts, moment = facts_of(source), moment_of(now)
    judge = _Judge(facts, moment, Priority.default() if priority is None else priority, exchange)
    groups: dict[str, list[QueuedNeed]] = {}
    alone: list[Request] = []
    for need in known(facts, Need).values():
        if (found := judge.queued(need)) is not None:
            if need.group is None:
                alone.append(Request(None, (found,)))
            else:
                groups.setdefault(need.group, []).append(found)
    shared = [Request(group, tuple(sorted(found, key=_urgency))) for group, found in groups.items()]
    requests = sorted([*alone, *shared], key=lambda one: (-one.priority, -len(one.customers), *_urgency(one.needs[0])))
    return NeedsQueue(team, moment, tuple(requests), "needs" in facts.given)


def _urgency(one: QueuedNeed) -> tuple[float, date, datetime, str]:
    return -one.priority, one.need.due_on or date.max, one.need.raised_at, one.need.id


class _Judge:
    """What is asked of every need."""

    def __init__(self, facts: Portfolio, now: datetime, priority: Priority, exchange: Exchange | None) -> None:
        self._facts, self._now, self._priority = facts, now, priority
        several = exchange is None and len(facts.currencies) > 1
        self._exchange = Exchange("XXX") if several else exchange  # the code for no currency: no amount has a rate
        self._customers = known(facts, Customer)

    def queued(self, need: Need) -> QueuedNeed | None:
        """The need as it stood; None when it does not belong in the queue."""
        if need.raised_at > self._now:
            return None
        need = self._as_of_now(need)
        waits = is_open(need)
        if not waits and (need.told_at is not None or self._was_told(need)):
            return None
        view = self._facts.view("need", need.id, now=self._now, exchange=self._exchange)
        today = self._now.date()
        reasons = self._priority.reasons(view, self._now, today)
        customer = self._customers.get(need.customer_id or "")
        return QueuedNeed(
            need=need,
            customer_name="" if customer is None else customer.name,
            priority=sum(reason.points for reason in reasons),
            reasons=reasons,
            trace=trace_of(self._facts, need),
            days_late=None if need.due_on is None else (today - need.due_on).days,
            is_open=waits,
        )

    def _as_of_now(self, need: Need) -> Need:
        """Without the moments that lie ahead."""
        moments = (need.answered_at, need.resolved_at, need.told_at)
        if all(at is None or at <= self._now for at in moments):
            return need
        answered, resolved, told = (None if at is None or at > self._now else at for at in moments)
        return attrs.evolve(need, answered_at=answered, resolved_at=resolved, told_at=told)

    def _was_told(self, need: Need) -> bool:
        """Whether a touch told it, by name or by being about it after it was settled."""
        for touch in related(self._facts, Interaction, "need_id", need.id):
            is_after = touch.occurred_at <= self._now and touch.occurred_at >= (need.resolved_at or self._now)
            if is_after and touch.direction == "outbound" and not touch.told:
                return True
        customer = related(self._facts, Interaction, "customer_id", need.customer_id)
        return any(
            need.id in touch.told and touch.direction != "internal" and touch.occurred_at <= self._now
            for touch in customer
        )
