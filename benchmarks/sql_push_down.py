"""
Prints what scoring in the database costs beside fenced SQL written by hand for the same policy, in one run.

    python benchmarks/sql_push_down.py [--sizes 1000,10000] [--engines sqlite,duckdb,postgresql] [--rounds N] [--orm]

Answers are compared before anything is timed. On SQLite and DuckDB, which run in this process, processor time is
measured; on PostgreSQL the time that passes, which other work on the machine disturbs. PostgreSQL is found by
`ALIGNKIT_POSTGRESQL_URL`; an empty database is made there and dropped again.
"""

from __future__ import annotations

import argparse
import gc
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final, NamedTuple

import baseline
from measure import Line, Table
from psycopg import IsolationLevel
from sql_baseline import hand_written
from sqlalchemy import ForeignKey, create_engine, make_url, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship, selectinload
from workload import NOW, TODAY, domain_facts, plain_tables

import alignkit as ak
from alignkit.sql import SqlStore
from alignkit.sql.types import Day, Moment
from policy import make_policy

POSTGRESQL: Final = os.environ.get("ALIGNKIT_POSTGRESQL_URL", "postgresql+psycopg://root@127.0.0.1:5432/test")
BLOCK: Final = 2_000

Rows = dict[str, dict[str, tuple[int, ...]]]


@contextmanager
def database(engine: str) -> Iterator[str]:
    """The URL of an empty database."""
    if engine != "postgresql":
        with tempfile.TemporaryDirectory() as directory:
            yield f"{engine}:///{Path(directory) / 'bench.db'}"
        return
    name = f"alignkit_bench_{uuid.uuid4().hex[:8]}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    try:
        yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


def filled(url: str, customers: int) -> None:
    """Put the facts there, and let the engine look at them as it would by itself overnight."""
    with SqlStore.open(url) as store:
        store.upsert(ak.Portfolio(**domain_facts(plain_tables(customers))), at=NOW, journal=False)
    engine = create_engine(url, isolation_level="AUTOCOMMIT") if "postgresql" in url else create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ANALYZE"))
    engine.dispose()


class ByHand:
    """The hand-written statement on a driver's connection, collected as an assessment holds it."""

    def __init__(self, engine: str, url: str) -> None:
        self.hand = hand_written(engine, NOW)
        self.connection: Any = create_engine(url).raw_connection()
        if engine == "postgresql":
            self.connection.cursor().execute("SET jit = off")

    def __call__(self) -> Rows:
        rows: Rows = {"project": {}, "customer": {}}
        cursor = self.connection.cursor()
        cursor.execute(self.hand.text, self.hand.values)
        while block := cursor.fetchmany(BLOCK):
            for row in block:
                end = None if row[0] == "project" else 4
                rows[row[0]][row[1]] = tuple(row[2:end])
        cursor.close()
        return rows


def alternately(
    one: Callable[[], object], other: Callable[[], object], rounds: int, clock: Callable[[], float]
) -> tuple[float, float]:
    """Median seconds of both, each run once before the clock starts."""
    taken: tuple[list[float], list[float]] = ([], [])
    one(), other()
    for _ in range(rounds):
        for place, subject in enumerate((one, other)):
            gc.collect()
            start = clock()
            subject()
            taken[place].append(clock() - start)
    return median(taken[0]), median(taken[1])


def push_down(table: Table, engine: str, customers: int, rounds: int, url: str) -> None:
    """The statement beside the hand-written one, the first call, and one customer by key."""
    policy = make_policy()
    clock = time.perf_counter if engine == "postgresql" else time.process_time
    with SqlStore.open(url) as store:
        start = time.process_time()
        first = policy.assess(store, now=NOW)
        took = time.process_time() - start
        by_hand = ByHand(engine, url)
        expected = by_hand()
        for kind, rows in expected.items():
            assert rows == dict(first.rows[kind]), f"{engine}: {kind} rows differ"
        hand, ours = alternately(by_hand, lambda: policy.assess(store, now=NOW), rounds, clock)
        note = f"{ours:.3f} s; the first call {took - (ours if engine != 'postgresql' else 0):.2f} s more"
        table.add(Line(f"{engine}, {customers:,} customers / fenced SQL by hand", ours / hand, 1.10, note))
        by_key(table, policy, store, engine, customers)


def by_key(table: Table, policy: ak.Policy, store: SqlStore, engine: str, customers: int) -> None:
    """
    One customer's scores from rows by key, beside the same queries and the hand-written pass.

    Both read a customer in one transaction on one snapshot; the one by hand keeps its connection and never asks which
    collections are known, and reads the touches of a customer once, because it knows that none of its projects has
    another customer's.
    """
    ids = [f"C-{number}" for number in range(1, customers, max(1, customers // 50))]
    connection: Any = store._database.engine.raw_connection()
    if engine == "postgresql":
        driver = connection.driver_connection
        driver.isolation_level, driver.read_only = IsolationLevel.REPEATABLE_READ, True

    def hand(id: str) -> None:
        if engine != "postgresql":  # whose driver begins by itself
            connection.cursor().execute("BEGIN")
        baseline_by_key(connection, engine, id)
        connection.rollback()

    def ours(id: str) -> None:
        policy.assess(store, now=NOW, customers=[id])

    one, other = by_turns(hand, ours, ids)
    connection.close()
    note = f"{other / len(ids) * 1e6:,.0f} us a customer"
    table.add(Line(f"{engine}, {customers:,}: one customer by key / by hand", other / one, 1.3, note))


def by_turns(one: Callable[[str], None], other: Callable[[str], None], ids: list[str]) -> tuple[float, float]:
    """Seconds of both for all ids: of each the least of many turns, for a millisecond is easily disturbed."""
    best: dict[tuple[int, str], float] = {}
    for _ in range(17):
        for id in ids:
            for place, subject in enumerate((one, other)):
                start = time.perf_counter()
                subject(id)
                taken = time.perf_counter() - start
                best[place, id] = min(best.get((place, id), taken), taken)
    return sum(best[0, id] for id in ids), sum(best[1, id] for id in ids)


def baseline_by_key(connection: Any, engine: str, id: str) -> None:
    """The rows by key, as domain values, and the hand-written pass over them."""
    from alignkit.sql.rows import Rows as Reader

    cursor = connection.cursor()
    mark = "%s" if engine == "postgresql" else "?"

    def facts(collection: str, field: str, keys: list[str]) -> list[Any]:
        if not keys:
            return []
        reader = Reader.of(collection, engine)
        names = ", ".join(f'"{column.name}"' for column in reader.selected)
        marks = ", ".join([mark] * len(keys))
        cursor.execute(
            f"SELECT {names} FROM ak_{collection} WHERE tenant_id = '' AND {field} IN ({marks})", tuple(keys)
        )
        return reader.facts(cursor.fetchall())

    def grouped(found: list[Any], field: str) -> Callable[..., Any]:
        groups: dict[str, list[Any]] = {}
        for fact in found:
            groups.setdefault(getattr(fact, field), []).append(fact)
        return groups.get

    chosen = facts("customers", "id", [id])
    projects = facts("projects", "customer_id", [id])
    touches = facts("interactions", "customer_id", [id])
    keys = [project.id for project in projects]
    contributions = facts("contributions", "project_id", keys)
    objectives = facts("objectives", "id", list({edge.objective_id for edge in contributions}))
    parents = facts("objectives", "id", list({o.parent_id for o in objectives if o.parent_id is not None}))
    baseline.score(
        chosen, grouped(projects, "customer_id"), grouped(facts("needs", "customer_id", [id]), "customer_id"),
        grouped(touches, "customer_id"), grouped(touches, "project_id"),
        grouped(facts("tasks", "project_id", keys), "project_id"), grouped(contributions, "project_id"),
        {objective.id: objective for objective in (*objectives, *parents)}, NOW, TODAY, {},
    )  # fmt: skip


class Base(DeclarativeBase):
    """Mapped classes over the store's tables, as an application of its own would have."""


class Amount(NamedTuple):
    """What rules read of an amount of money."""

    major: float


def amount_of(major: float | None) -> Amount | None:
    return None if major is None else Amount(major)


class OrmProject(Base):
    __tablename__ = "ak_projects"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("ak_customers.id"))
    status: Mapped[str]
    progress: Mapped[float | None]
    start_on: Mapped[date | None] = mapped_column(Day())
    due_on: Mapped[date | None] = mapped_column(Day())
    completed_on: Mapped[date | None] = mapped_column(Day())
    budget_major: Mapped[float | None]
    spent_major: Mapped[float | None]
    interactions: Mapped[list[OrmInteraction]] = relationship(viewonly=True)
    tasks: Mapped[list[OrmTask]] = relationship(viewonly=True)
    contributions: Mapped[list[OrmContribution]] = relationship(viewonly=True)

    @property
    def budget(self) -> Amount | None:
        return amount_of(self.budget_major)

    @property
    def spent(self) -> Amount | None:
        return amount_of(self.spent_major)


class OrmCustomer(Base):
    __tablename__ = "ak_customers"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    tier: Mapped[str | None]
    annual_value_major: Mapped[float | None]
    projects: Mapped[list[OrmProject]] = relationship(viewonly=True)
    interactions: Mapped[list[OrmInteraction]] = relationship(viewonly=True)
    needs: Mapped[list[OrmNeed]] = relationship(viewonly=True)

    @property
    def annual_value(self) -> Amount | None:
        return amount_of(self.annual_value_major)


class OrmInteraction(Base):
    __tablename__ = "ak_interactions"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("ak_customers.id"))
    project_id: Mapped[str | None] = mapped_column(ForeignKey("ak_projects.id"))
    kind: Mapped[str]
    direction: Mapped[str | None]
    occurred_at: Mapped[datetime] = mapped_column(Moment())
    answered_at: Mapped[datetime | None] = mapped_column(Moment())
    team: Mapped[str | None]
    needs_answer: Mapped[bool]
    satisfaction: Mapped[float | None]
    sentiment: Mapped[float | None]


class OrmNeed(Base):
    __tablename__ = "ak_needs"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ForeignKey("ak_customers.id"))
    kind: Mapped[str]
    raised_at: Mapped[datetime] = mapped_column(Moment())
    resolved_at: Mapped[datetime | None] = mapped_column(Moment())


class OrmTask(Base):
    __tablename__ = "ak_tasks"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str | None] = mapped_column(ForeignKey("ak_projects.id"))
    objective_id: Mapped[str | None]
    status: Mapped[str]
    due_on: Mapped[date | None] = mapped_column(Day())
    effort_hours: Mapped[float | None]


class OrmContribution(Base):
    __tablename__ = "ak_contributions"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("ak_projects.id"))
    objective_id: Mapped[str]


class OrmObjective(Base):
    __tablename__ = "ak_objectives"
    tenant_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    team: Mapped[str | None]
    parent_id: Mapped[str | None]
    target_value: Mapped[float | None]
    current_value: Mapped[float | None]
    weight: Mapped[float]
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment())


def scored_by_orm(url: str) -> baseline.Rows:
    """Load everything with what hangs on it, and pass over it by the function written by hand."""
    with Session(create_engine(url)) as session:
        of_project = selectinload(OrmCustomer.projects)
        ways = (
            selectinload(OrmCustomer.interactions),
            selectinload(OrmCustomer.needs),
            of_project.selectinload(OrmProject.interactions),
            of_project.selectinload(OrmProject.tasks),
            of_project.selectinload(OrmProject.contributions),
        )
        customers = session.scalars(select(OrmCustomer).options(*ways)).all()
        projects = [project for customer in customers for project in customer.projects]
        return baseline.score(
            customers,
            {one.id: one.projects for one in customers}.get,
            {one.id: one.needs for one in customers}.get,
            {one.id: one.interactions for one in customers}.get,
            {one.id: one.interactions for one in projects}.get,
            {one.id: one.tasks for one in projects}.get,
            {one.id: one.contributions for one in projects}.get,
            {one.id: one for one in session.scalars(select(OrmObjective))},
            NOW,
            TODAY,
            {},
        )


def orm(table: Table, url: str, customers: int) -> None:
    """Loading through an ORM and scoring in Python beside the statement, on the same engine; once each."""
    policy = make_policy()
    with SqlStore.open(url) as store:
        policy.assess(store, now=NOW)
        start = time.process_time()
        found = policy.assess(store, now=NOW)
        ours = time.process_time() - start
    gc.collect()
    start = time.process_time()
    rows = scored_by_orm(url)
    theirs = time.process_time() - start
    assert rows == (dict(found.rows["project"]), dict(found.rows["customer"]))
    note = f"{theirs:.1f} s beside {ours:.2f} s"
    name = f"{url.split(':', maxsplit=1)[0]}, {customers:,}: ORM and Python / ours"
    table.add(Line(name, theirs / ours, 30, note, at_least=True))


def peak(table: Table, url: str, customers: int) -> None:
    """Most memory of a fresh process that assesses the store, and of one that only takes subjects one by one (Linux)."""
    for name, call in (
        ("assess", "policy.assess(store, now=NOW)"),
        ("iter_assess", "sum(1 for _ in policy.iter_assess(store, now=NOW))"),
    ):
        code = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from workload import NOW\nfrom policy import make_policy\nfrom alignkit.sql import SqlStore\n"
            f"policy = make_policy(); store = SqlStore.open(sys.argv[2]); found = {call}\n"
            "print(next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
        )
        here = str(Path(__file__).parent)
        done = subprocess.run([sys.executable, "-c", code, here, url], capture_output=True, text=True, check=True)
        used = int(done.stdout) / 1e6
        table.add(Line(f"sqlite, {customers:,}: peak memory of {name}, GB", used, 0.6))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip().split("\n")[0])
    parser.add_argument("--sizes", default="1000,10000", help="numbers of customers, separated by commas")
    parser.add_argument("--engines", default="sqlite,duckdb,postgresql", help="engines, separated by commas")
    parser.add_argument("--rounds", type=int, default=5, help="alternating rounds")
    parser.add_argument("--orm", action="store_true", help="an ORM with scoring in Python as well, which takes a while")
    given = parser.parse_args()
    table = Table()
    table.head()
    for size in map(int, given.sizes.split(",")):
        for engine in given.engines.split(","):
            with database(engine) as url:
                filled(url, size)
                push_down(table, engine, size, given.rounds, url)
                if engine == "sqlite":
                    peak(table, url, size)
                if given.orm:
                    orm(table, url, size)


if __name__ == "__main__":
    main()
