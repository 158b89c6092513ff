"""
What alignkit costs beside the same work written by hand, as ratios of medians from interleaved rounds of one run.

    python benchmarks/run.py [--sizes 1000,10000] [--rounds 7] [--quick]

Exits with 1 only where results differ: figures are for people to read, on a machine they know.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import itertools
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import baseline
import portfolio_build
import ready
from workload import NOW, TODAY, domain_facts, plain_tables

import alignkit as ak
import policy

Work = Callable[[], Any]
POLICY: Final = ak.Policy(policy.RULES, dimensions=policy.DIMENSIONS, strict=True)


def medians(works: dict[str, Work], rounds: int) -> dict[str, float]:
    """Median seconds of each, taken in turns with the collector off."""
    taken: dict[str, list[float]] = {name: [] for name in works}
    for work in works.values():
        work()
    gc.collect()
    gc.freeze()
    gc.disable()
    for _ in range(rounds):
        for name, work in works.items():
            start = time.perf_counter()
            work()
            taken[name].append(time.perf_counter() - start)
    gc.enable()
    gc.unfreeze()
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def show(what: str, seconds: float, beside: float, against: str) -> None:
    """One line of the table."""
    print(f"  {what:44} {seconds * 1e3:10.3f} ms {seconds / beside:7.2f}x {against}")


def whole_job(customers: int, rounds: int) -> tuple[float, bool]:
    """All rules over all subjects, from linked objects to every score."""
    tables = plain_tables(customers)
    facts = ak.Portfolio(**domain_facts(tables))
    shares: baseline.Shares = {}
    rows = POLICY.assess(facts, now=NOW).rows
    projects, results = baseline.fused(facts, NOW, TODAY, shares)
    agrees = rows["project"] == projects and rows["customer"] == results
    scores, _ = baseline.plain(tables.customers)
    furthest = max(abs(projects[f"P-{id}"][0] / 1e6 - score) for id, score in scores.items())
    took = medians(
        {
            "ours": lambda: POLICY.assess(facts, now=NOW),
            "by hand": lambda: baseline.fused(facts, NOW, TODAY, shares),
            "plain": lambda: baseline.plain(tables.customers),
        },
        rounds,
    )
    print(
        f"whole job, {customers:,} customers, {len(projects):,} projects; agrees: {agrees}, plain within {furthest:.1e}"
    )
    show("generated function", took["ours"], took["by hand"], "the fused pass by hand")
    show("generated function", took["ours"], took["plain"], "the plain pass (whole seconds, not quantised)")
    _one_customer(facts, shares, rounds)
    return took["ours"], agrees


def _one_customer(facts: ak.Portfolio, shares: baseline.Shares, rounds: int) -> None:
    assert facts.customers is not None
    ids = [customer.id for customer in facts.customers[:: max(1, len(facts.customers) // 200)]]
    projects = facts.children("projects", "customer_id")
    touches = [
        ak.Interaction(
            id=f"new-{id}",
            customer_id=id,
            project_id=projects[id][0].id,
            occurred_at=NOW - timedelta(hours=1),
            kind="email",
            direction="inbound",
        )
        for id in ids
    ]

    def ours() -> None:
        for id, touch in zip(ids, touches, strict=True):
            POLICY.assess(facts.with_(interactions=[touch]), now=NOW, customers=[id])

    def by_hand() -> None:
        for id, touch in zip(ids, touches, strict=True):
            changed = _Appended(facts, touch)
            baseline.rescored(changed, [id], NOW, TODAY, shares)

    took = medians({"ours": ours, "by hand": by_hand}, rounds)
    show("one touch to its customer's scores (each)", took["ours"] / len(ids), took["by hand"] / len(ids), "by hand")


class _Appended:
    """Indexes with one interaction more, the way one would write it by hand: copy two lists."""

    def __init__(self, facts: ak.Portfolio, touch: ak.Interaction) -> None:
        self.records = facts.records
        self._facts = facts
        self._touch = touch

    def children(self, collection: str, field: str) -> Any:
        found = self._facts.children(collection, field)
        if collection != "interactions":
            return found
        key = getattr(self._touch, field)
        return _With(found, key, [*found.get(key, ()), self._touch])


class _With:
    def __init__(self, found: Any, key: str, changed: list[Any]) -> None:
        self._found, self._key, self._changed = found, key, changed

    def get(self, key: str, missing: Any = None) -> Any:
        return self._changed if key == self._key else self._found.get(key, missing)


def ready_signals(customers: int, rounds: int) -> bool:
    """The twenty rules on signals that are ready, beside a function by hand and other engines."""
    rows = ready.rows_of(plain_tables(customers))
    program = ready.generated()
    cache: baseline.Shares = {}
    shares: baseline.Shares = {}
    ours = {id: row[:21] for id, row in ready.run_generated(program, rows, cache).items()}
    agrees = ours == ready.by_hand(rows, shares)
    works: dict[str, Work] = {
        "ours": lambda: ready.run_generated(program, rows, cache),
        "by hand": lambda: ready.by_hand(rows, shares),
    }
    took = medians(works, rounds)
    print(f"rules on ready signals, {len(rows):,} rows of 20 rules; agrees: {agrees}")
    show("generated function", took["ours"], took["by hand"], "by hand")
    few = rows[:300]
    for name, work in _others(few).items():
        start = time.perf_counter()
        work()
        each = (time.perf_counter() - start) / len(few) / len(CURVES)
        mine = took["ours"] / len(rows) / 20
        print(f"  {name:44} {each * 1e6:10.3f} us a rule {each / mine:7.1f}x the generated function")
    return agrees


CURVES: Final = {
    "1 - 0.25 * waiting < 0 ? 0.0 : 1 - 0.25 * waiting": "1 - 0.25 * waiting < 0 ? 0 : 1 - 0.25 * waiting",
    "2.0 / (2.0 + mails)": "2.0 / (2.0 + mails)",
    "20.0 / (20.0 + late)": "20.0 / (20.0 + late)",
}
"""Three of the rules that need no test for None, as the other engines write them."""


def _others(rows: list[Any]) -> dict[str, Work]:
    found: dict[str, Work] = {}
    facts = [{"waiting": float(r.waiting), "mails": float(r.mails), "late": float(r.late)} for r in rows]
    if importlib.util.find_spec("cel"):
        import cel

        programs = [cel.compile(text.replace("1 -", "1.0 -").replace("< 0 ?", "< 0.0 ?")) for text in CURVES]
        found["common-expression-language (CEL, Rust)"] = lambda: [p.execute(f) for f in facts for p in programs]
    if importlib.util.find_spec("rule_engine"):
        import rule_engine

        engines = [rule_engine.Rule(text) for text in CURVES.values()]
        found["rule-engine"] = lambda: [e.evaluate(f) for f in facts for e in engines]
    for name in ("common-expression-language (CEL, Rust)", "rule-engine"):
        if name not in found:
            print(f"  {name}: not installed, left out")
    return found


def imports() -> None:
    """`import alignkit` beside `import attrs`, each in a fresh interpreter."""

    def fresh(statement: str) -> float:
        times = []
        for _ in range(7):
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", statement], check=True)
            times.append(time.perf_counter() - start)
        return statistics.median(times)

    bare, attrs, ours = fresh("pass"), fresh("import attrs"), fresh("import alignkit")
    print("import, the bare interpreter taken off")
    show("import alignkit", ours - bare, attrs - bare, "import attrs")


def main() -> int:
    """Run and print everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,10000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--quick", action="store_true", help="small and short, for a gate")
    chosen = parser.parse_args()
    sizes = [200, 1000] if chosen.quick else [int(size) for size in chosen.sizes.split(",")]
    rounds = 3 if chosen.quick else chosen.rounds
    taken = {}
    agrees = ready_signals(sizes[0], rounds)
    for size in sizes:
        taken[size], right = whole_job(size, rounds)
        agrees = agrees and right
    for small, large in itertools.pairwise(sizes):
        growth = math.log(taken[large] / taken[small]) / math.log(large / small)
        print(f"growth exponent of the whole job, {small:,} to {large:,} customers: {growth:.2f}")
    imports()
    portfolio_build.main(sizes[0], 3)
    return 0 if agrees else 1


if __name__ == "__main__":
    sys.exit(main())
