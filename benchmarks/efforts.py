"""
Prints what looking for double effort costs beside one scoring pass over the same facts.

    python benchmarks/efforts.py [--tasks 200000] [--rounds 3]
"""

from __future__ import annotations

import argparse
import random
from functools import partial

import attrs
from measure import Line, Table, interleaved
from workload import NOW, domain_facts, plain_tables

import alignkit as ak
from alignkit.linking.efforts import duplicates
from policy import make_policy

VERBS = [
    "migrate",
    "review",
    "prepare",
    "order",
    "design",
    "import",
    "clean",
    "audit",
    "connect",
    "translate",
    "renew",
    "analyse",
    "test",
    "plan",
    "collect",
    "write",
    "extend",
    "repair",
    "replace",
    "measure",
    "document",
    "simplify",
]
THINGS = [
    "customer",
    "supplier",
    "address",
    "price",
    "portal",
    "shop",
    "invoice",
    "ledger",
    "scanner",
    "warehouse",
    "driver",
    "training",
    "manual",
    "server",
    "mail",
    "gateway",
    "certificate",
    "campaign",
    "landing",
    "loyalty",
    "booking",
    "contract",
    "winter",
    "summer",
    "north",
    "south",
    "pump",
    "valve",
    "meter",
    "tariff",
    "roof",
    "cellar",
    "ticket",
    "season",
    "menu",
    "recipe",
    "label",
    "printer",
    "badge",
    "visitor",
    "payroll",
    "leave",
    "travel",
    "fleet",
    "pallet",
    "dock",
    "crane",
]
PARTS = [
    "list",
    "page",
    "report",
    "file",
    "form",
    "card",
    "link",
    "plan",
    "map",
    "key",
    "chart",
    "index",
    "sheet",
    "board",
    "rule",
    "frame",
    "node",
    "cache",
    "feed",
    "queue",
]


def facts(tasks: int, seed: int = 7) -> ak.Portfolio:
    """The workload of the scoring benchmark with about so many tasks, under titles that people could have written."""
    draw = random.Random(seed)
    few = domain_facts(plain_tables(100))
    found = domain_facts(plain_tables(max(100, 100 * tasks // len(few["tasks"]))))
    things = [f"{thing}{part}" for thing in THINGS for part in PARTS]
    titles = [
        f"{draw.choice(VERBS)} {' '.join(draw.sample(things, draw.randint(1, 3)))}" for _ in range(max(99, tasks // 10))
    ]
    found["tasks"] = [attrs.evolve(one, title=draw.choice(titles)) for one in found["tasks"]]
    return ak.Portfolio(**found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--tasks", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    portfolio, policy = facts(given.tasks), make_policy()
    default = ak.Policy.default().with_exchange(ak.Exchange("EUR"))
    table = Table()
    table.head()
    pairs = len(duplicates(portfolio, now=NOW))
    taken = interleaved(
        {
            "scoring": partial(policy.assess, portfolio, now=NOW),
            "default": partial(default.assess, portfolio, now=NOW),
            "looking": partial(duplicates, portfolio, now=NOW),
        },
        given.rounds,
    )
    note = f"{pairs} pairs; {taken['looking'] / len(portfolio.tasks or ()) * 1e6:.1f} us a task"
    name = f"looking for double effort, {len(portfolio.tasks or ()):,} tasks / pass of the "
    table.add(Line(name + "default policy", taken["looking"] / taken["default"], 3, note))
    table.add(Line(name + "benchmark policy", taken["looking"] / taken["scoring"], 3))


if __name__ == "__main__":
    main()
