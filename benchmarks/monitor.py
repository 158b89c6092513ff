"""
What a monitor costs beside code written by hand for the same job, as ratios within one run.

    python benchmarks/monitor.py [--sizes 1000,10000] [--rounds N]

One change: journal read, affected subjects found, scored, compared, stored, told; beside scoring the customer anew from
indexes that are kept by hand. Many changes at once: beside one fused pass over the customers they touch. A tick:
beside a full pass. Answers are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from statistics import median

import baseline
from measure import Line, Table, interleaved, seconds
from run import Index, events_for
from workload import NOW, TODAY, domain_facts, plain_tables

import alignkit as ak
from alignkit.live.events import AlignmentChanged
from alignkit.live.monitor import Monitor
from alignkit.stores import MemoryStore
from policy import make_policy


class Watched:
    """A store with its monitor, and the same facts in indexes kept by hand."""

    def __init__(self, policy: ak.Policy, portfolio: ak.Portfolio, *, min_drop: float | None = None) -> None:
        self.store = MemoryStore(portfolio)
        self.policy = policy
        self.index = Index(portfolio)
        self.rows: baseline.Rows = baseline.fused(portfolio, NOW, TODAY, {})
        self.told = 0
        self.monitor = Monitor(self.store, policy, name="benchmark")
        self.monitor.subscribe(self.hear, kinds=["project", "customer"], min_drop=min_drop)
        self.monitor.tick(now=NOW)

    def hear(self, event: AlignmentChanged) -> None:
        self.told += 1

    def write(self, events: list[ak.Interaction]) -> None:
        with self.store.unit_of_work(actor="ana", team="crm", at=NOW) as unit:
            for event in events:
                unit.interactions.add(event)
            unit.commit()

    def by_hand(self, event: ak.Interaction) -> int:
        """Score the customer of an interaction anew, and tell whose points differ from those known."""
        told = 0
        for known, found in zip(self.rows, self.index.take(event), strict=True):
            for id, row in found.items():
                if known[id][0] != row[0]:
                    told += 1
                known[id] = row
        return told

    def all_by_hand(self, events: list[ak.Interaction]) -> None:
        for event in events:
            self.by_hand(event)

    def check(self) -> None:
        """Make sure that the monitor has what a full assessment gives."""
        full = self.policy.assess(self.store, now=NOW).rows
        for kind in ("objective", "project", "customer"):
            assert dict(self.monitor.assessment.rows.get(kind, {})) == dict(full.get(kind, {})), kind
        projects, customers = self.rows
        assert projects == dict(full["project"]), "projects by hand differ"
        assert customers == dict(full["customer"]), "customers by hand differ"


def one_change(table: Table, policy: ak.Policy, sizes: list[int], rounds: int) -> None:
    """One new interaction after another, each caught up at once."""
    found: list[tuple[int, float]] = []
    for size in sizes:
        watched = Watched(policy, ak.Portfolio(**domain_facts(plain_tables(size))))
        times: dict[str, list[float]] = {"by hand": [], "monitor": []}
        for seed in range(rounds + 1):
            events = events_for(watched.store.portfolio(), 200, seed)
            spent = {"by hand": seconds(partial(watched.all_by_hand, events)), "monitor": _caught_up(watched, events)}
            if seed:
                for name, taken in times.items():
                    taken.append(spent[name] / len(events))
        watched.check()
        hand, monitor = median(times["by hand"]), median(times["monitor"])
        note = f"{monitor * 1e6:.0f} us beside {hand * 1e6:.0f}; {watched.told} events"
        table.add(Line(f"one change, {size:,} customers / recompute by hand", monitor / hand, 1.3, note))
        found.append((size, monitor))
    for (small, before), (large, after) in pairwise(found):
        growth = math.log(after / before) / math.log(large / small)
        table.add(Line(f"growth exponent of one change, {small:,} to {large:,}", growth, 0.1))


def _caught_up(watched: Watched, events: list[ak.Interaction]) -> float:
    """Processor time of the monitor alone; what the store needs to write is not the monitor's."""
    spent = 0.0
    catch_up = partial(watched.monitor.catch_up, now=NOW)
    for event in events:
        watched.write([event])
        spent += seconds_of(catch_up)
    return spent


def seconds_of(call: Callable[[], object]) -> float:
    """Processor time of a short call, without a collection before it."""
    start = time.process_time()
    call()
    return time.process_time() - start


def many_changes(table: Table, policy: ak.Policy, sizes: list[int], rounds: int) -> None:
    """Ten thousand new interactions, caught up in one call."""
    for size in sizes:
        watched = Watched(policy, ak.Portfolio(**domain_facts(plain_tables(size))))
        times: dict[str, list[float]] = {"by hand": [], "monitor": []}
        for seed in range(max(3, rounds // 3)):
            events = events_for(watched.store.portfolio(), 10_000, 1_000 + seed)
            watched.write(events)
            times["monitor"].append(seconds(partial(watched.monitor.catch_up, now=NOW)))
            ids = {event.customer_id or "" for event in events}
            facts = watched.store.portfolio().plain()
            times["by hand"].append(seconds(partial(baseline.rescored, facts, ids, NOW, TODAY, {})))
        hand, monitor = median(times["by hand"]), median(times["monitor"])
        note = f"{monitor * 1e3:.0f} ms beside {hand * 1e3:.0f}"
        table.add(Line(f"10,000 changes at once, {size:,} customers / fused pass", monitor / hand, 1.5, note))


def ticks(table: Table, policy: ak.Policy, sizes: list[int], rounds: int) -> None:
    """Time passes by an hour, again and again."""
    for size in sizes:
        watched = Watched(policy, ak.Portfolio(**domain_facts(plain_tables(size))), min_drop=5)
        facts = watched.store.portfolio().plain()
        draw = random.Random(1)
        moments = [NOW + timedelta(hours=number, minutes=draw.randrange(50)) for number in range(1, 200)]
        later, full = iter(moments), iter(moments)
        taken = interleaved(
            {"tick": partial(tick, watched, later), "pass": partial(judge, policy, facts, full)}, rounds
        )
        note = f"{taken['tick'] * 1e3:.0f} ms beside {taken['pass'] * 1e3:.0f}; {watched.told} events"
        table.add(Line(f"tick, {size:,} customers / full pass", taken["tick"] / taken["pass"], 1.1, note))


def tick(watched: Watched, moments: Iterator[datetime]) -> None:
    """Let time pass to the next moment."""
    watched.monitor.tick(now=next(moments))


def judge(policy: ak.Policy, facts: ak.Portfolio, moments: Iterator[datetime]) -> None:
    """Judge everything at the next moment."""
    policy.assess(facts, now=next(moments))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--sizes", default="1000,10000", help="numbers of customers, separated by commas")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds")
    given = parser.parse_args()
    sizes = [int(size) for size in given.sizes.split(",")]
    policy = make_policy()
    table = Table()
    table.head()
    one_change(table, policy, sizes, given.rounds)
    many_changes(table, policy, sizes, given.rounds)
    ticks(table, policy, sizes, given.rounds)


if __name__ == "__main__":
    main()
