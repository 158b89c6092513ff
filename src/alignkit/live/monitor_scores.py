"""
The outcomes of every subject, kept up to date: all of them at once, or those that a change can have affected.

An outcome is right for the moment at which it was found. What a subject rests on is judged again at the new moment
when it is read, so that whatever is judged is exactly what a full assessment of that moment would give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from alignkit.live.affected import WHOLE, Affected
from alignkit.live.monitor_mirror import Mirror
from alignkit.policy.engine import Run, run
from alignkit.policy.horizon import Horizon, clock_of
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.plan import Compiled, variant_of
from alignkit.policy.policy import Policy
from alignkit.policy.scoring import allocate, band_of

__all__ = ["Changed", "Row", "Scores"]

MANY: Final = 32
"""From so many subjects on, what they rest on is computed for all of them."""

Row = tuple[int, ...]

Rows = dict[str, dict[str, Row]]


class Changed(NamedTuple):
    """
    One subject whose outcomes are others now.

    Attributes:
        kind: Kind of the subject.
        id: Its id.
        before: Micro-points and outcome codes as they were; None when it is new.
        after: As they are; None when it is gone.
    """

    kind: str
    id: str
    before: Row | None
    after: Row | None


class _Computed(dict[str, Any]):
    """Values by id that are computed when first read."""

    __slots__ = ("compute",)

    compute: Callable[[str], None]

    def __missing__(self, key: str) -> Any:
        self.compute(key)
        return dict.__getitem__(self, key)


class Scores:
    """
    Outcomes by kind and id, under one policy.

    Attributes:
        rows: Micro-points and outcome codes by kind and id.
        as_of: The moment of the last full pass; None before the first.
        judged: How many subjects were judged by the last pass, by kind.
    """

    def __init__(self, policy: Policy, mirror: Mirror, rows: Rows | None = None) -> None:
        self._policy = policy
        self._mirror = mirror
        self._zone = ZoneInfo(policy.zone)
        self._caches: Mapping[str, dict[int, tuple[int, ...]]] = {kind: {} for kind in SUBJECTS}
        self._clock = clock_of(policy.plan, policy.zone)
        self._timeless = self._clock.timeless
        self._quiet_until: datetime | None = None
        self._is_asked = False
        self._is_whole_old = False
        self._open: Run | None = None
        self._settled: tuple[int, Compiled] | None = None
        self._later: dict[str, dict[str, datetime]] = {kind: {} for kind in SUBJECTS}
        self.rows: Rows = rows if rows is not None else {kind: {} for kind in SUBJECTS}
        self.as_of: datetime | None = None
        self.judged: dict[str, int] = dict.fromkeys(SUBJECTS, 0)

    def everything(self, now: datetime) -> list[Changed]:
        """Judge every subject; gives those whose outcomes are others."""
        now = now.astimezone(UTC)
        prepared = self._prepared(now)
        run(prepared)
        found: list[Changed] = []
        for kind in SUBJECTS:
            before, after = self.rows.get(kind, {}), prepared.rows[kind]
            found.extend(Changed(kind, id, before.get(id), row) for id, row in after.items() if before.get(id) != row)
            if len(before) + sum(one.kind == kind and one.before is None for one in found) > len(after):
                found.extend(Changed(kind, id, row, None) for id, row in before.items() if id not in after)
        self.rows = prepared.rows
        self.judged = {kind: len(rows) for kind, rows in prepared.rows.items()}
        self.as_of = now
        self._is_asked = self._is_whole_old = False
        for later in self._later.values():
            later.clear()
        prepared.bands.clear()
        prepared.signals.clear()
        return found

    def some(self, affected: Affected, now: datetime) -> list[Changed]:
        """
        Judge the subjects affected, and those that read a score which changed by it; then also what they rest on.

        Returns:
            Those whose outcomes are others. The portfolio as a whole is left to the next full pass.
        """
        now = now.astimezone(UTC)
        self.judged = dict.fromkeys(SUBJECTS, 0)
        self._is_asked = False
        prepared = self._opened(now)
        self._signal_many(prepared, affected)
        found: list[Changed] = []
        for kind in SUBJECTS[:-1]:
            wanted = affected.subjects[kind]
            if wanted:
                self._judge(prepared, kind, wanted)
                self._settle(prepared, kind, affected, found)
        for kind in SUBJECTS[:-1]:
            if prepared.rows[kind] or affected.subjects[kind]:
                self._keep(prepared, kind, affected, found)
        self._is_whole_old |= affected.is_whole
        return found

    def is_quiet(self, now: datetime) -> bool:
        """Whether surely no score changed by time alone since the last full pass, and the portfolio's is no older."""
        if self.as_of is None or now < self.as_of or self._is_whole_old:
            return False
        if not self._is_asked:
            self._quiet_until, self._is_asked = self._clock.quiet_until(self._mirror, self.as_of), True
        return self._quiet_until is None or now < self._quiet_until

    def next_change(self, kind: str, id: str, now: datetime) -> Horizon:
        """When the score of a subject can change next by time alone."""
        return self._clock.next_change(self._mirror, kind, id, now)

    def _judge(self, prepared: Run, kind: str, ids: Iterable[str]) -> None:
        if KINDS[kind] not in self._mirror.given:
            return
        records, done = self._mirror.records(KINDS[kind]), prepared.rows[kind]
        chosen = [records[id] for id in ids if id in records and id not in done]
        if not chosen:
            return
        self.judged[kind] += len(chosen)
        if self._policy.plan.rules[kind]:
            prepared.score(kind, chosen)
        else:
            for record in chosen:
                done[record.id] = (-1,)

    def _settle(self, prepared: Run, kind: str, affected: Affected, found: list[Changed]) -> None:
        stored, made = self.rows[kind], prepared.rows[kind]
        given = self._mirror.given
        readers = affected.reach.readers(kind, given)
        records = self._mirror.records(KINDS[kind]) if KINDS[kind] in given else {}
        for id in affected.subjects[kind]:
            before, after = stored.get(id), made.get(id)
            if before == after:
                continue
            found.append(Changed(kind, id, before, after))
            if readers and (before is None or after is None or _reads_otherwise(before, after)):
                affected.scored(id, records.get(id), kind, readers)

    def _keep(self, prepared: Run, kind: str, affected: Affected, found: list[Changed]) -> None:
        stored, later, now = self.rows[kind], self._later[kind], prepared.now
        made = prepared.rows[kind]
        wanted = affected.subjects[kind]
        for id, row in made.items():
            if id not in wanted and stored.get(id) != row:
                found.append(Changed(kind, id, stored.get(id), row))
            stored[id] = row
            later[id] = now
        for id in wanted:
            if id not in made and id in stored:
                del stored[id]
                later.pop(id, None)

    def day_of(self, now: datetime) -> date:
        """The day of a moment in the zone of the policy."""
        return now.astimezone(self._zone).date()

    # What the generated functions are given

    def _prepared(self, now: datetime) -> Run:
        policy = self._policy
        policy.check_unchanged()
        return Run(
            policy.plan,
            policy.scoring,
            self._mirror,
            now,
            self.day_of(now),
            policy.exchange,
            policy.strict,
            self._caches,
            self._compiled(now),
        )

    def _compiled(self, now: datetime) -> Compiled:
        """The generated functions; the same ones as long as nothing lies ahead and the frame is the same."""
        mirror, policy = self._mirror, self._policy
        is_settled = mirror.latest is None or mirror.latest <= now
        if self._settled is not None and is_settled and self._settled[0] == mirror.frame:
            return self._settled[1]
        found = policy.plan.compiled(variant_of(policy.plan, mirror, now, policy.exchange))
        if is_settled:
            self._settled = (mirror.frame, found)
        return found

    def _opened(self, now: datetime) -> Run:
        """A pass in which nothing is computed before it is read; the one of before, emptied, where there is one."""
        prepared = self._open
        if prepared is None:
            prepared = self._open = self._prepared(now)
            self._make_lazy(prepared)
            return prepared
        self._policy.check_unchanged()
        if prepared.now != now:
            prepared.now, prepared.today = now, self.day_of(now)
        prepared.compiled = self._compiled(now)
        kept: tuple[dict[str, Any], ...] = (
            *prepared.rows.values(),
            *prepared.bands.values(),
            *prepared.signals.values(),
        )
        for values in kept:
            values.clear()
        return prepared

    def _make_lazy(self, prepared: Run) -> None:
        plan = self._policy.plan
        for group in plan.groups:
            values = prepared.signals[group.name] = _Computed()
            values.compute = partial(self._signal, prepared, group.name, KINDS[group.kind])
        for kind in SUBJECTS[:-1]:
            rows = prepared.rows[kind] = _Computed()
            rows.compute = partial(self._row, prepared, kind)
            bands = prepared.bands[kind] = _Computed()
            bands.compute = partial(self._band, prepared, kind)
        prepared.rows[WHOLE], prepared.bands[WHOLE] = {}, {}

    def _signal(self, prepared: Run, group: str, collection: str, id: str) -> None:
        prepared.signal(group, (self._mirror.records(collection)[id],))

    def _signal_many(self, prepared: Run, affected: Affected) -> None:
        """What many subjects rest on is computed at once rather than one by one when it is read."""
        for group in self._policy.plan.groups:
            wanted = affected.subjects.get(group.kind, {})
            if len(wanted) > MANY and not group.stage and KINDS[group.kind] in self._mirror.given:
                known = self._mirror.records(KINDS[group.kind])
                prepared.signal(group.name, [known[id] for id in wanted if id in known])

    def _row(self, prepared: Run, kind: str, id: str) -> None:
        row = self._still_right(kind, id, prepared.now)
        if row is None:
            self._judge(prepared, kind, (id,))
        else:
            prepared.rows[kind][id] = row

    def _band(self, prepared: Run, kind: str, id: str) -> None:
        row = prepared.rows[kind][id]
        scoring = self._policy.scoring
        prepared.bands[kind][id] = band_of(scoring, row[0], allocate(scoring, kind, row[1:]).coverage_micro)

    def _still_right(self, kind: str, id: str, now: datetime) -> Row | None:
        if kind in self._timeless or self._later[kind].get(id, self.as_of) == now:
            return self.rows[kind].get(id)
        return None


def _reads_otherwise(before: Row, after: Row) -> bool:
    """Whether score or band can differ: the points do, or which rules were scored."""
    if before[0] != after[0]:
        return True
    return any(one != other and (one < 0 or other < 0) for one, other in zip(before, after, strict=True))
