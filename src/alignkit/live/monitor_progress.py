"""
How far a monitor is, and one step further: news, outcomes, events, and all of it stored at once.

What is in memory is what is stored, or it is forgotten: any error in a step, and any step that another process took
first, makes the next call read everything again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import attrs

from alignkit.live.affected import Affected, Causes
from alignkit.live.monitor_mirror import LOOSE, Mirror, Touched
from alignkit.live.monitor_posts import Facing, Known, Step, posts
from alignkit.live.monitor_readers import Subscriber
from alignkit.live.monitor_scores import Changed, Scores
from alignkit.policy.model import SUBJECTS
from alignkit.policy.policy import Policy
from alignkit.policy.reach import Reach, reach_of
from alignkit.stores.monitoring import Advance, MonitorStates, News, Outcome, Reader

__all__ = ["CaughtUp", "Progress"]


@attrs.frozen
class CaughtUp:
    """
    What one call did.

    Attributes:
        changes: How many journal entries were read.
        judged: How many subjects were judged, by kind.
        changed: How many of them score otherwise, or came or went.
        delivered: How many events arrived, by subscriber.
        is_full: Whether every subject was judged.
    """

    changes: int
    judged: Mapping[str, int]
    changed: int
    delivered: Mapping[str, int]
    is_full: bool


class Progress:
    """
    What a monitor has in memory.

    Args:
        states: What the store keeps for monitors.
        policy: By which subjects are judged.
        name: Of the monitor.
        refresh: How long scores may stand before everything is judged again; None leaves that to ticks.

    Attributes:
        mirror: The facts; None before anything was read.
        scores: The outcomes; None before anything was judged or read.
        facing: The facts that were judged last, to explain outcomes on.
        cursor: How far was read.
        readers: How subscribers are doing.
    """

    def __init__(self, states: MonitorStates, policy: Policy, name: str, refresh: timedelta | None) -> None:
        self._states = states
        self._policy = policy
        self._name = name
        self._refresh = refresh
        self._reach: Reach | None = None
        self.forget()

    def forget(self) -> None:
        """What is in memory may not be what is stored: read it again when it is needed."""
        self.mirror: Mirror | None = None
        self.scores: Scores | None = None
        self.facing: Facing | None = None
        self.cursor = ""
        self._generation = 0
        self._known: Known = {}
        self.readers: dict[str, Reader] = {}

    def step(self, now: datetime, subscribers: Sequence[Subscriber], *, is_tick: bool) -> CaughtUp | None:
        """One step; None when another process took it."""
        try:
            if not self.load():
                return self._start(now)
            assert self.scores is not None, "loading gives scores"
            news = self._states.news(self.cursor)
            is_due = self._is_due(self.scores, now, is_tick=is_tick, is_news=news.cursor != self.cursor)
            assert self.mirror is not None, "loading gives facts"
            if not is_due and news.cursor == self.cursor and news.given == self.mirror.given:
                return CaughtUp(0, {}, 0, {}, is_full=False)
            return self._take(news, now, subscribers, is_due=is_due)
        except BaseException:
            self.forget()
            raise

    def _is_due(self, scores: Scores, now: datetime, *, is_tick: bool, is_news: bool) -> bool:
        """Whether everything has to be judged again."""
        if scores.as_of is None:
            return True
        if not is_tick and (self._refresh is None or now - scores.as_of < self._refresh):
            return False
        # A quiet time changes no score; with news the portfolio as a whole has to be judged all the same.
        return is_news or not scores.is_quiet(now)

    def load(self) -> bool:
        """Read what is stored, if it is not in memory; False when the monitor never advanced."""
        if self.scores is not None:
            return True
        kept = self._states.load(self._name)
        if kept is None or kept.policy_version != self._policy.version:
            self._generation = 0 if kept is None else kept.generation
            self.readers = {} if kept is None else dict(kept.readers)
            return False
        portfolio, _ = self._states.snapshot()
        self.mirror = Mirror(portfolio)
        rows = {kind: dict(kept.rows.get(kind, {})) for kind in SUBJECTS}
        self.scores = Scores(self._policy, self.mirror, rows)
        self.cursor, self._generation = kept.cursor, kept.generation
        self._known = {name: dict(known) for name, known in kept.told.items()}
        self.readers = dict(kept.readers)
        return True

    def _start(self, now: datetime) -> CaughtUp | None:
        """Judge everything for the first time, and tell nobody."""
        portfolio, cursor = self._states.snapshot()
        self.mirror = Mirror(portfolio)
        scores = Scores(self._policy, self.mirror)
        changed = scores.everything(now)
        self.facing = self._faced(scores, now)
        step = Advance(
            self._generation + 1, cursor, self._policy.version, now, scores.rows, (), (), (), is_restart=True
        )
        if not self._states.advance(self._name, step):
            return None
        self.scores, self.cursor, self._generation = scores, cursor, step.generation
        return CaughtUp(0, scores.judged, len(changed), {}, is_full=True)

    def _take(self, news: News, now: datetime, subscribers: Sequence[Subscriber], *, is_due: bool) -> CaughtUp | None:
        assert self.scores is not None and self.mirror is not None, "facts are loaded before news are taken"
        scores, mirror = self.scores, self.mirror
        if self.facing is not None:
            self.facing.is_current = False
        more = news.given ^ mirror.given
        # With one of these known, references that were kept may lead nowhere.
        if news.is_all or not more <= LOOSE:
            portfolio, cursor = self._states.snapshot()
            mirror = self.mirror = Mirror(portfolio)
            scores = self.scores = Scores(self._policy, mirror, scores.rows)
            news = attrs.evolve(news, facts={}, cursor=cursor, is_all=True)
        elif more:
            mirror.know(news.given)
        is_due = is_due or news.is_all or not more.isdisjoint(self._policy.plan.collections)
        affected = Affected(self._reached(), mirror)
        touched = mirror.take(news.facts)
        if scores.as_of is None:
            # Just loaded: the facts are there already, and only who has to thank them for what is not known yet.
            touched = [Touched(name, None, fact) for name, facts in news.facts.items() for fact in facts.values()]
        affected.by(touched)
        changed = scores.everything(now) if is_due else scores.some(affected, now)
        self.facing = self._faced(scores, now)
        if not self._advance(news, changed, affected.subjects, subscribers, now, is_all=is_due):
            return None
        return CaughtUp(len(news.changes), scores.judged, len(changed), {}, is_full=is_due)

    def _advance(
        self,
        news: News,
        changed: Sequence[Changed],
        causes: Mapping[str, Mapping[str, Causes]],
        subscribers: Sequence[Subscriber],
        now: datetime,
        *,
        is_all: bool,
    ) -> bool:
        assert self.scores is not None and self.facing is not None, "judging comes before advancing"
        generation = self._generation + 1
        shared = Step(self._name, generation, now, self._policy.scoring, self.facing, causes, news.changes)
        found = posts(shared, changed, subscribers, self._known)
        rows: Sequence[tuple[str, str, Outcome | None]] = [(one.kind, one.id, one.after) for one in changed]
        replaced = is_all and len(changed) * 2 > sum(map(len, self.scores.rows.values()))
        step = Advance(
            generation,
            news.cursor,
            self._policy.version,
            now,
            self.scores.rows if replaced else None,
            () if replaced else rows,
            found.told,
            found.letters,
        )
        if not self._states.advance(self._name, step):
            return False
        self._generation, self.cursor = generation, news.cursor
        return True

    def _faced(self, scores: Scores, now: datetime) -> Facing:
        assert self.mirror is not None, "facts are loaded before they are explained"
        return Facing(self._policy, self.mirror, scores.rows, now.astimezone(UTC), scores.day_of(now))

    def _reached(self) -> Reach:
        if self._reach is None:
            self._reach = reach_of(self._policy.plan)
        return self._reach
