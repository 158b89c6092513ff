"""
Prints what a first load and reading everything back cost beside the same by hand, in one run.

    python benchmarks/storage.py [--customers N] [--engines sqlite,postgresql] [--rounds N]

By hand a load is one transaction of `executemany` (SQLite) or `COPY` (PostgreSQL) of rows that are ready as the driver
takes them, into the same tables with their keys, indexes and checks, which were empty before; ours starts from the
facts, without journal detail. By hand reading is a cursor over each table and, row by row, the constructor of the
class, which checks every value; ours is `store.portfolio()`, which also brings the facts together and tests that
references lead somewhere, without which nothing could be judged. SQLite is measured in processor time, PostgreSQL in
the time that passes.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median
from typing import Any, Final

import attrs
from measure import Line, Table
from sql_push_down import database
from sqlalchemy import create_engine
from workload import NOW, domain_facts, plain_tables

import alignkit as ak
from alignkit.domain import COLLECTIONS, Money
from alignkit.sql import SqlStore, types
from alignkit.sql.rows import Rows
from alignkit.sql.tables import FIELDS, TABLES

NAMES: Final = ("customers", "projects", "objectives", "contributions", "interactions", "needs", "tasks")

Ready = dict[str, tuple[tuple[str, ...], list[tuple[Any, ...]]]]


def ready_rows(facts: dict[str, list[Any]], engine: str) -> Ready:
    """Rows of each collection as the driver takes them."""
    found: Ready = {}
    for name in NAMES:
        reader = Rows.of(name, engine)
        rows = reader.rows("", [attrs.evolve(fact, version=1) for fact in facts[name]], [1] * len(facts[name]))
        found[name] = reader.names, rows
    return found


def by_hand(connection: Any, ready: Ready, engine: str) -> None:
    """Load by the driver's own fast path."""
    cursor = connection.cursor()
    for name, (names, rows) in ready.items():
        listed = ", ".join(f'"{one}"' for one in names)
        if engine == "postgresql":
            with cursor.copy(f"COPY ak_{name} ({listed}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join("?" * len(names))
            cursor.executemany(f"INSERT INTO ak_{name} ({listed}) VALUES ({marks})", rows)
    connection.commit()


def timed(run: Callable[[], object], clock: Callable[[], float]) -> float:
    """Seconds of one run, from a clean heap."""
    gc.collect()
    start = clock()
    run()
    return clock() - start


def load(table: Table, engine: str, customers: int, rounds: int, clock: Callable[[], float]) -> None:
    """A first load, each time into a database of its own."""
    facts = domain_facts(plain_tables(customers))
    portfolio = ak.Portfolio(**facts)
    ready = ready_rows(facts, engine)
    number = sum(len(rows) for _, rows in ready.values())
    hand, ours = [], []
    for _ in range(rounds):
        with database(engine) as url:
            SqlStore.open(url).close()
            made = create_engine(url)
            connection: Any = made.raw_connection()
            if engine == "sqlite":
                connection.cursor().execute("PRAGMA foreign_keys = ON")
            hand.append(timed(lambda connection=connection: by_hand(connection, ready, engine), clock))
            connection.close()
            made.dispose()
        with database(engine) as url, SqlStore.open(url) as store:
            ours.append(timed(lambda store=store: store.upsert(portfolio, at=NOW, journal=False), clock))
    ratio, goal = median(ours) / median(hand), 1.3 if engine == "postgresql" else 1.5
    way = "COPY" if engine == "postgresql" else "executemany"
    note = f"{median(ours) / number * 1e6:.1f} us a row, {number:,} rows"
    table.add(Line(f"{engine}, {customers:,}: first load / {way}", ratio, goal, note))


def made_by_hand(connection: Any, engine: str) -> int:
    """Every row by a cursor, then by the constructor."""
    cursor = connection.cursor()
    number = 0
    for name in NAMES:
        fields = [field for field in FIELDS[name] if field.sort != "custom"]  # of which there are none here
        makers = [_maker(field, engine) for field in fields]
        columns = [column for field in fields for column in field.columns if not column.endswith("_major")]
        listed = ", ".join(f'"{column}"' for column in (*columns, "version"))
        cursor.execute(f"SELECT {listed} FROM ak_{name} WHERE tenant_id = '' ORDER BY id")
        made: Any = COLLECTIONS[name]
        names = [*(field.name for field in fields), "version"]
        found = []
        while block := cursor.fetchmany(5_000):
            for row in block:
                cells = iter(row)
                found.append(made(**dict(zip(names, [*(make(cells) for make in makers), next(cells)], strict=True))))
        number += len(found)
    return number


def _maker(field: Any, engine: str) -> Callable[[Any], Any]:
    """How one value of a fact is made of the cells of a row."""
    convert = types.readers(engine).get("amount" if field.sort == "money" else field.sort)
    if field.sort == "money":

        def money(cells: Any) -> Any:
            amount, currency = next(cells), next(cells)
            return None if amount is None else Money(Decimal(amount), currency)

        return money
    if convert is None:
        return next

    def converted(cells: Any) -> Any:
        value = next(cells)
        return None if value is None else convert(value)

    return converted


def read(table: Table, engine: str, customers: int, rounds: int, clock: Callable[[], float]) -> None:
    """Everything back as domain values."""
    with database(engine) as url, SqlStore.open(url) as store:
        store.upsert(ak.Portfolio(**domain_facts(plain_tables(customers))), at=NOW, journal=False)
        made = create_engine(url)
        connection: Any = made.raw_connection()
        hand, ours = [], []
        for _ in range(rounds + 1):
            hand.append(timed(lambda: made_by_hand(connection, engine), clock))
            ours.append(timed(store.portfolio, clock))
        number = made_by_hand(connection, engine)
        connection.close()
        made.dispose()
    note = f"{median(ours[1:]) / number * 1e6:.1f} us a row, {number:,} rows"
    name = f"{engine}, {customers:,}: portfolio() / cursor and constructor"
    table.add(Line(name, median(ours[1:]) / median(hand[1:]), 1.3, note))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--customers", type=int, default=2_000, help="number of customers")
    parser.add_argument("--engines", default="sqlite,postgresql", help="engines, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="rounds")
    given = parser.parse_args()
    assert set(NAMES) <= set(TABLES)
    table = Table()
    table.head()
    for engine in given.engines.split(","):
        clock = time.perf_counter if engine == "postgresql" else time.process_time
        load(table, engine, given.customers, given.rounds, clock)
        read(table, engine, given.customers, given.rounds, clock)


if __name__ == "__main__":
    main()
