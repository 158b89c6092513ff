"""
Prints what alignkit costs beside code written by hand for the same job, as ratios within one run.

    python benchmarks/run.py [--sizes 1000,10000] [--rounds N] [--quick] [--memory]

Answers are compared before anything is timed: a wrong one stops the run. A missed goal does not, since a loaded
machine can cause it; the table says so.
"""

from __future__ import annotations

import argparse
import gc
import math
import random
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import pairwise
from statistics import median
from typing import Any, Final

import baseline
import engines
import portfolio_build
import ready
from measure import Line, Table, interleaved, seconds
from workload import NOW, TODAY, PlainTables, domain_facts, plain_tables

import alignkit as ak
from policy import make_policy

INDEXES: Final = (
    ("projects", "customer_id"),
    ("needs", "customer_id"),
    ("interactions", "customer_id"),
    ("interactions", "project_id"),
    ("tasks", "project_id"),
    ("contributions", "project_id"),
)
CLOSE: Final = 1e-6
"""Points by which a pass over floats may differ from one that counts in millionths, per point."""


def check_agreement(policy: ak.Policy, portfolio: ak.Portfolio, tables: PlainTables) -> float:
    """Make sure that all three passes say the same; gives the largest difference from floats, in points."""
    rows = policy.assess(portfolio, now=NOW).rows
    projects, customers = baseline.fused(portfolio, NOW, TODAY, {})
    assert rows["project"] == projects, "projects differ from the pass written by hand"
    assert rows["customer"] == customers, "customers differ from the pass written by hand"
    plain, plain_customers = baseline.plain(tables.customers)
    worst = max(abs(row[0] / 1e6 - plain[int(id[2:])]) for id, row in projects.items())
    for id, row in customers.items():
        expected = plain_customers[int(id[2:])]
        assert (expected is None) == (row[0] < 0), id
        if expected is not None:
            worst = max(worst, abs(row[0] / 1e6 - expected))
    assert worst <= 100 * CLOSE, f"scores differ by {worst} points from the pass over floats"
    return worst


def whole_job(table: Table, policy: ak.Policy, sizes: list[int], rounds: int) -> None:
    """All customers, at several sizes."""
    growth: list[tuple[int, float]] = []
    for size in sizes:
        tables = plain_tables(size)
        portfolio = ak.Portfolio(**domain_facts(tables))
        worst = check_agreement(policy, portfolio, tables)
        runs: dict[str, Callable[[], object]] = {
            "generated": partial(policy.assess, portfolio, now=NOW),
            "by hand": partial(baseline.fused, portfolio, NOW, TODAY, {}),
            "plain": partial(baseline.plain, tables.customers),
        }
        taken = interleaved(runs, rounds if size < 50_000 else max(3, rounds // 3))
        each = f"{taken['generated'] / len(portfolio.projects or ()) * 1e6:.1f} us a project"
        name = f"whole job, {size:,} customers: generated / "
        table.add(Line(name + "hand-written", taken["generated"] / taken["by hand"], 1.10, each))
        difference = f"hand-written {taken['by hand'] / taken['plain']:.2f}; differs by {worst:.1e} points"
        table.add(Line(name + "plain floats", taken["generated"] / taken["plain"], 1.4, difference))
        growth.append((size, taken["generated"]))
    for (small, before), (large, after) in pairwise(growth):
        exponent = math.log(after / before) / math.log(large / small)
        table.add(Line(f"growth exponent, {small:,} to {large:,} customers", exponent, 1.1))


def explanations(table: Table, policy: ak.Policy, customers: int, rounds: int) -> None:
    """What an assessment costs beyond the scores, when nobody asks it for reasons."""
    portfolio = ak.Portfolio(**domain_facts(plain_tables(customers)))
    made = policy.assess(portfolio, now=NOW)
    runs: dict[str, Callable[[], object]] = {
        "whole job": lambda: policy.assess(portfolio, now=NOW),
        "assessment": lambda: [ak.Assessment(made.plan, NOW, made.rows, made.explainer) for _ in range(1000)],
    }
    taken = interleaved(runs, rounds)
    name = f"assessment without explanations / whole job, {customers:,}"
    table.add(Line(name, taken["assessment"] / 1000 / taken["whole job"], 0.01))


def ready_signals(table: Table, customers: int, rounds: int, engine_rows: int) -> None:
    """Rules alone, over signals that are there."""
    rows = ready.rows_of(plain_tables(customers))
    program, cache, shares = ready.generated(), {}, {}
    made = ready.run_generated(program, rows, cache)
    assert made == ready.by_hand(rows, shares), "rules on ready signals differ from those written by hand"
    runs: dict[str, Callable[[], object]] = {
        "generated": lambda: ready.run_generated(program, rows, cache),
        "by hand": lambda: ready.by_hand(rows, shares),
    }
    taken = interleaved(runs, rounds)
    each = taken["generated"] / len(rows)
    ratio = taken["generated"] / taken["by hand"]
    table.add(Line("ready signals: generated / hand-written", ratio, 1.10, f"{each * 1e6:.1f} us a row"))
    for name, make in engines.ENGINES.items():
        try:
            judge = make()
        except ModuleNotFoundError as error:
            table.add(Line(f"ready signals: {name} / generated", None, note=f"skipped: {error.name} is not installed"))
            continue
        few = rows[:engine_rows]
        for row in few:
            agree(name, judge(row), made[row.id])
        spent = interleaved({name: partial(judged, judge, few)}, 3)[name] / len(few)
        note = f"{spent * 1e6:,.0f} us a row"
        table.add(Line(f"ready signals: {name} / generated", spent / each, 10, note, at_least=True))


def judged(judge: engines.Engine, rows: list[ready.Row]) -> None:
    for row in rows:
        judge(row)


def agree(name: str, answers: list[float], row: tuple[int, ...]) -> None:
    """Make sure that an engine gives the codes of a row."""
    for place, (answer, code) in enumerate(zip(answers, row[1:], strict=True)):
        found = -2 if answer == -1.0 else round(answer * 1e6)
        assert abs(found - code) <= 1, f"{name} says {answer} for rule {place + 1}, expected {code}"


class Index:
    """What one would keep by hand: groups that grow in place, and the rows of the customers."""

    def __init__(self, portfolio: ak.Portfolio) -> None:
        self.groups = [
            {key: list(found) for key, found in portfolio.children(collection, field).items()}
            for collection, field in INDEXES
        ]
        self.customers = dict(portfolio.records("customers"))
        self.objectives = dict(portfolio.records("objectives"))
        self.interactions = dict(portfolio.records("interactions"))
        self.shares: baseline.Shares = {}

    def take(self, event: ak.Interaction) -> baseline.Rows:
        """Take in an interaction and score its customer anew."""
        self.interactions[event.id] = event
        self.groups[2].setdefault(event.customer_id, []).append(event)
        self.groups[3].setdefault(event.project_id, []).append(event)
        lookups = (group.get for group in self.groups)
        chosen = (self.customers[event.customer_id],)
        return baseline.score(chosen, *lookups, self.objectives, NOW, TODAY, self.shares)


def events_for(portfolio: ak.Portfolio, number: int, seed: int) -> list[ak.Interaction]:
    draw = random.Random(seed)
    projects = portfolio.projects or ()
    chosen = [draw.choice(projects) for _ in range(number)]
    return [
        ak.Interaction(
            id=f"event-{seed}-{place}",
            occurred_at=NOW - timedelta(minutes=draw.randrange(1, 100_000)),
            kind="email",
            direction=draw.choice(("inbound", "outbound")),
            customer_id=project.customer_id,
            project_id=project.id,
            team="crm",
            needs_answer=draw.random() < 0.5,
            sentiment=round(draw.uniform(-1, 1), 3),
        )
        for place, project in enumerate(chosen)
    ]


class Touches:
    """New interactions one after another, each followed by its customer's scores."""

    def __init__(self, policy: ak.Policy, portfolio: ak.Portfolio, seed: int) -> None:
        self.policy = policy
        self.portfolio = portfolio
        self.index = Index(portfolio)
        self.events = events_for(portfolio, 200, seed)

    def by_hand(self) -> None:
        for event in self.events:
            self.index.take(event)

    def changed(self) -> None:
        portfolio = self.portfolio
        for event in self.events:
            portfolio = portfolio.with_(interactions=[event])

    def changed_and_assessed(self) -> None:
        portfolio = self.portfolio
        for event in self.events:
            portfolio = portfolio.with_(interactions=[event])
            self.policy.assess(portfolio, now=NOW, customers=[event.customer_id or ""])

    def check(self) -> None:
        """Make sure that both ways give the same rows."""
        portfolio, index = self.portfolio, Index(self.portfolio)
        for event in self.events[:20]:
            projects, customers = index.take(event)
            portfolio = portfolio.with_(interactions=[event])
            rows = self.policy.assess(portfolio, now=NOW, customers=[event.customer_id or ""]).rows
            assert dict(rows["project"]) == projects, "projects differ after a new interaction"
            assert dict(rows["customer"]) == customers, "the customer differs after a new interaction"


def one_customer(table: Table, policy: ak.Policy, sizes: list[int], rounds: int) -> None:
    """One new interaction, and its customer scored anew; many in a row, each on the portfolio before."""
    found: list[tuple[int, float]] = []
    for size in sizes:
        portfolio = ak.Portfolio(**domain_facts(plain_tables(size)))
        policy.assess(portfolio, now=NOW)
        Touches(policy, portfolio, 0).check()
        times: dict[str, list[float]] = {"by hand": [], "changed": [], "all": []}
        for seed in range(rounds):
            touches = Touches(policy, portfolio, seed)
            each = len(touches.events)
            times["by hand"].append(seconds(touches.by_hand) / each)
            times["changed"].append(seconds(touches.changed) / each)
            times["all"].append(seconds(touches.changed_and_assessed) / each)
        hand, changed, everything = (median(taken) for taken in times.values())
        note = f"{everything * 1e6:.0f} us: with_ {changed / hand:.2f}, assess {(everything - changed) / hand:.2f}"
        table.add(Line(f"one new interaction, {size:,} customers / hand-written", everything / hand, 1.2, note))
        found.append((size, everything))
    for (small, before), (large, after) in pairwise(found):
        growth = math.log(after / before) / math.log(large / small)
        table.add(Line(f"growth exponent of one new interaction, {small:,} to {large:,}", growth, 0.1))


def imports(table: Table, rounds: int) -> None:
    """`import alignkit` beside `import attrs`, each in a fresh interpreter."""
    code = "import time; t = time.process_time(); import {}; print(time.process_time() - t)"
    times: dict[str, list[float]] = {"alignkit": [], "attrs": []}
    for _ in range(rounds):
        for name, found in times.items():
            done = subprocess.run([sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True)
            found.append(float(done.stdout))
    ours, theirs = median(times["alignkit"]), median(times["attrs"])
    note = f"{ours * 1e3:.0f} ms beside {theirs * 1e3:.0f} ms"
    table.add(Line("import alignkit / import attrs", ours / theirs, 2, note))


def building(table: Table, customers: int, rounds: int) -> None:
    """The indexed portfolio from shuffled lists."""
    facts = portfolio_build.world(customers)
    runs: dict[str, Callable[[], object]] = {
        "by hand": lambda: portfolio_build.by_hand(facts),
        "ours": lambda: portfolio_build.ours_indexed(facts),
    }
    taken = interleaved(runs, rounds)
    table.add(Line(f"building the portfolio, {customers:,} / hand-written", taken["ours"] / taken["by hand"], 1.3))


def memory(table: Table, policy: ak.Policy, customers: int) -> None:
    """Peak memory of bare facts, of the portfolio over them, and of an assessment of that."""
    tables = plain_tables(customers)
    gc.collect()
    tracemalloc.start()
    facts = domain_facts(tables)
    gc.collect()
    bare = tracemalloc.get_traced_memory()[0]
    tracemalloc.reset_peak()
    portfolio = ak.Portfolio(**facts)
    built = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    assessment: Any = policy.assess(portfolio, now=NOW)
    assessed = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(assessment) > 0
    note = f"{bare / 1e6:.0f} MB of facts"
    table.add(Line(f"peak memory, {customers:,}: portfolio / bare facts", built / bare, 1.3, note))
    table.add(Line(f"peak memory, {customers:,}: portfolio and assessment / bare facts", assessed / bare))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--sizes", default="1000,10000", help="numbers of customers, separated by commas")
    parser.add_argument("--rounds", type=int, default=9, help="interleaved rounds")
    parser.add_argument("--quick", action="store_true", help="small and short, for every change")
    parser.add_argument("--memory", action="store_true", help="peak memory as well, which takes a while")
    given = parser.parse_args()
    sizes = [300, 1000] if given.quick else [int(size) for size in given.sizes.split(",")]
    rounds = 5 if given.quick else given.rounds
    policy = make_policy()
    faults = [str(found) for found in policy.check() if found.severity == "error" or found.code == "Opaque"]
    assert not faults, faults
    table = Table()
    table.head()
    whole_job(table, policy, sizes, rounds)
    explanations(table, policy, sizes[0], rounds)
    ready_signals(table, 200 if given.quick else 2000, rounds, 10 if given.quick else 50)
    one_customer(table, policy, sizes, rounds)
    building(table, 1000 if given.quick else 5000, 3 if given.quick else 5)
    imports(table, 5 if given.quick else 15)
    if given.memory:
        memory(table, policy, 10_000)
    missed = [line.name for line in table.lines if line.verdict == "MISSED"]
    print(
        f"{len(missed)} of {sum(line.goal is not None for line in table.lines)} goals missed"
        if missed
        else "all goals met"
    )


if __name__ == "__main__":
    main()
