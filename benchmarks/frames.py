"""
How long it takes to score Arrow tables in place, beside making a portfolio of them and scoring that; and in what memory.

Both start from the same Arrow tables on disk and score the same rules, each in a process of its own, so that the peak
of resident memory is each one's. Reading the files is part of neither time, and of both memories.

Usage: python benchmarks/frames.py [customers] [rounds]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import pyarrow as pa
from pyarrow import feather
from workload import NOW, Facts, domain_facts, plain_tables

import alignkit as ak
from alignkit.domain import COLLECTIONS, Money
from alignkit.sql import bind_frames
from alignkit.sql.bound.layout import slots_of
from policy import make_policy

WAYS = ("portfolio", "frames")


def written(facts: Facts, directory: Path) -> None:
    """The facts as Arrow files, one for each collection."""
    for name, records in facts.items():
        columns: dict[str, list[Any]] = {}
        for slot in slots_of(name).values():
            field = slot.name.removesuffix("_currency")
            values = [getattr(record, field) for record in records]
            if slot.sort == "amount":
                values = [None if value is None else value.amount for value in values]
            elif slot.sort == "currency":
                values = [None if value is None else value.currency for value in values]
            columns[slot.name] = values
        feather.write_feather(pa.table(columns), str(directory / f"{name}.arrow"), compression="uncompressed")


def read(directory: Path) -> dict[str, pa.Table]:
    """The Arrow tables."""
    return {path.stem: feather.read_table(str(path)) for path in sorted(directory.glob("*.arrow"))}


def by_portfolio(tables: dict[str, pa.Table], policy: ak.Policy) -> ak.Assessment:
    """Facts made of every row, then a pass over them."""
    facts: dict[str, Any] = {name: [_fact(name, row) for row in table.to_pylist()] for name, table in tables.items()}
    return policy.assess(ak.Portfolio(**facts), now=NOW)


def by_frames(tables: dict[str, pa.Table], policy: ak.Policy) -> ak.Assessment:
    """The tables as they are."""
    given: dict[str, Any] = dict(tables)
    with bind_frames(**given) as bound:
        return policy.assess(bound, now=NOW)


def _fact(name: str, row: dict[str, Any]) -> Any:
    for slot in slots_of(name).values():
        if slot.sort == "amount":
            amount, code = row[slot.name], row.pop(f"{slot.name}_currency")
            row[slot.name] = None if amount is None else Money(amount, code)
    made: Any = COLLECTIONS[name]
    return made(**row)


def measured(way: str, directory: Path, rounds: int) -> dict[str, Any]:
    """Seconds of each round, the peak of memory in megabytes, and a digest of the rows to compare."""
    tables, policy = read(directory), make_policy()
    run: Callable[[dict[str, pa.Table], ak.Policy], ak.Assessment] = by_portfolio if way == "portfolio" else by_frames
    seconds, sums = [], 0
    for _ in range(rounds):
        start = time.process_time()
        assessment = run(tables, policy)
        seconds.append(time.process_time() - start)
        sums = sum(sum(row) for rows in assessment.rows.values() for row in rows.values())
        del assessment
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"seconds": seconds, "peak": peak, "sums": sums}


def main(customers: int, rounds: int) -> None:
    """Write the tables, measure each way in a process of its own, and say the ratios."""
    with tempfile.TemporaryDirectory() as name:
        written(domain_facts(plain_tables(customers)), Path(name))
        found: dict[str, dict[str, Any]] = {}
        for way in WAYS:
            command = [sys.executable, __file__, way, name, str(rounds)]
            found[way] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    times = {way: median(found[way]["seconds"]) for way in WAYS}
    assert found["portfolio"]["sums"] == found["frames"]["sums"], "the two ways differ"
    print(f"{customers} customers, processor time, medians of {rounds} rounds")
    for way in WAYS:
        print(f"{way:10} {times[way]:7.2f} s   peak {found[way]['peak']:5} MB")
    ratio = times["frames"] / times["portfolio"]
    memory = found["frames"]["peak"] / found["portfolio"]["peak"]
    print(f"frames / portfolio: {ratio:.2f} of the time, {memory:.2f} of the memory")


if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WAYS:
        print(json.dumps(measured(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else 10_000, int(sys.argv[2]) if sys.argv[2:] else 3)
