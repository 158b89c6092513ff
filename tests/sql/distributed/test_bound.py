"""What a session's tables may hold, how they are read, and what is said of those that cannot be."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pyarrow as pa
import pytest

import alignkit as ak
from alignkit.errors import PortfolioError, StoreError, ValidationError
from alignkit.policy.faulty import FaultyRows
from alignkit.portfolio import Portfolio
from alignkit.sql.distributed import SparkRunner, Statement, bind_runner, bind_spark
from alignkit.sql.distributed.tables import LOST
from alignkit.testing import NOW

from ...expressions.three_ways import policy_of
from .comparing import differences, landed
from .landed import arrow_tables, frames_of

ERROR = -3
POLICY = policy_of("""
def rule_touched(project: ak.ProjectView, now: datetime) -> ak.Score:
    last = ak.latest(i.occurred_at for i in project.interactions)
    return None if last is None else ak.decay(ak.days_between(last, now), half_life=7)

def rule_progress(project: ak.ProjectView) -> ak.Score:
    return project.progress

def rule_known(customer: ak.CustomerView) -> ak.Score:
    return customer.name in ("One", "it's `one`; -- \\\\' OR 1=1", ":ak_text_0", "?")

def rule_worth(customer: ak.CustomerView) -> ak.Score:
    return ak.ramp(customer.annual_value, best=100, worst=0)
""")
HOSTILE = ("it's `one`; -- \\' OR 1=1", ":ak_text_0", "?", "x'); DROP VIEW src; --", "\\u0027", "a\nb", "\U0001f600")


def facts() -> Portfolio:
    """Two customers with a project each."""
    return Portfolio(
        customers=[
            ak.Customer(id="C-1", name="One", annual_value=ak.Money("12.34", "EUR")),
            ak.Customer(id="C-2", name="Two"),
        ],
        projects=[
            ak.Project(id="P-1", name="First", customer_id="C-1", progress=0.5),
            ak.Project(id="P-2", name="Second", customer_id="C-2", progress=0.25),
        ],
        interactions=[
            ak.Interaction(
                id="I-1", occurred_at=NOW - timedelta(days=3, microseconds=1), project_id="P-1", kind="call"
            ),
            ak.Interaction(id="I-2", occurred_at=NOW - timedelta(days=9), project_id="P-2", kind="call"),
        ],
    )


def replaced(table: pa.Table, name: str, values: list[Any], kind: pa.DataType) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, pa.array(values, kind))


def assess(session: Any, tables: dict[str, pa.Table], **options: Any) -> ak.Assessment:
    with bind_spark(session, **frames_of(session, tables), **options) as bound:
        return POLICY.assess(bound, now=NOW)


def test_hostile_text_stays_a_value(sail: Any) -> None:
    """Ids and names full of quotes, marks and comments are compared as they are, natively and there."""
    customers = [ak.Customer(id=f"C {text}", name=text) for text in HOSTILE]
    projects = [ak.Project(id=text, name=text, customer_id=f"C {text}", progress=0.5) for text in HOSTILE]
    portfolio = Portfolio(customers=customers, projects=projects)
    with landed(sail, portfolio) as tables:
        there = POLICY.assess(tables, now=NOW)
        assert differences(POLICY, POLICY.assess(portfolio, now=NOW), there) == []
        assert [subject.score for subject in there.subjects("customer")].count(100.0) == 3
        assert str(there.of("project", HOSTILE[0]).explain())


def test_reads_tables_by_name(sail: Any) -> None:
    """Names of views and tables do as well as data frames, quoted or not."""
    portfolio = facts()
    names = {name: f"`landed_{name}`" for name in portfolio.given}
    for name, table in arrow_tables(portfolio).items():
        sail.createDataFrame(table).createOrReplaceTempView(f"landed_{name}")
    with bind_spark(sail, **names) as tables:
        assert differences(POLICY, POLICY.assess(portfolio, now=NOW), POLICY.assess(tables, now=NOW)) == []


def test_leaves_nothing_behind(sail: Any) -> None:
    """After a question and `close`, the session has the views that it had before."""
    before = {table.name for table in sail.catalog.listTables()}
    with landed(sail, facts()) as tables:
        POLICY.assess(tables, now=NOW)
    assert {table.name for table in sail.catalog.listTables()} == before


def test_sees_the_tables_of_the_moment(sail: Any) -> None:
    """A question sees a table as it is then, not as it was when it was bound."""
    tables = arrow_tables(facts())
    sail.createDataFrame(tables["projects"]).createOrReplaceTempView("living")
    with bind_spark(sail, projects="living") as bound:
        first = POLICY.assess(bound, now=NOW)
        done = replaced(tables["projects"], "progress", [1.0, 1.0], pa.float64())
        sail.createDataFrame(done).createOrReplaceTempView("living")
        second = POLICY.assess(bound, now=NOW)
    assert first.of("project", "P-1").score == 50.0
    assert second.of("project", "P-1").score == 100.0


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Paris", "UTC"])
def test_no_zone_of_the_session_bends_moments(sail: Any, zone: str) -> None:
    """TIMESTAMP, TIMESTAMP_NTZ of a named zone and ISO text give the same result, whatever zone the session is in."""
    portfolio = facts()
    native = POLICY.assess(portfolio, now=NOW)
    table = arrow_tables(portfolio)["interactions"]
    moments = [fact.occurred_at for fact in portfolio.interactions or ()]
    before = sail.conf.get("spark.sql.session.timeZone")
    sail.conf.set("spark.sql.session.timeZone", zone)
    try:
        frames = {name: sail.createDataFrame(rows) for name, rows in arrow_tables(portfolio).items()}
        texts = replaced(table, "occurred_at", [moment.isoformat() for moment in moments], pa.string())
        walls = replaced(table, "occurred_at", [moment.isoformat()[:26] for moment in moments], pa.string())
        named = ", ".join(
            f"CAST(occurred_at AS TIMESTAMP_NTZ) AS {c}" if c == "occurred_at" else f"`{c}`" for c in table.column_names
        )
        sail.createDataFrame(walls).createOrReplaceTempView("walls")
        for rows in (frames["interactions"], sail.createDataFrame(texts), sail.sql(f"SELECT {named} FROM walls")):
            with bind_spark(sail, **{**frames, "interactions": rows}, zone="UTC") as tables:
                assert differences(POLICY, native, POLICY.assess(tables, now=NOW)) == []
    finally:
        sail.conf.set("spark.sql.session.timeZone", before)


def test_reads_wall_times_of_a_named_zone(sail: Any) -> None:
    """TIMESTAMP_NTZ is shifted by the clock of its zone, summer and winter; a time the clock never showed is a fault."""
    paris = ZoneInfo("Europe/Paris")
    facts_there = facts().with_(
        interactions=[
            ak.Interaction(id="I-3", occurred_at=NOW - timedelta(days=200), project_id="P-1", kind="call"),
            ak.Interaction(id="I-4", occurred_at=NOW - timedelta(days=20), project_id="P-2", kind="call"),
        ]
    )
    tables = arrow_tables(facts_there)
    walls = [
        fact.occurred_at.astimezone(paris).replace(tzinfo=None).isoformat() for fact in facts_there.interactions or ()
    ]
    frames = frames_of(sail, tables)
    for more, faults in (([], 0), (["2025-03-30T02:30:00"], 1)):
        written = [*walls[: len(walls) - len(more)], *more]
        rows = replaced(tables["interactions"], "occurred_at", written, pa.string())
        frame = sail.createDataFrame(rows)
        columns = [f"CAST({c} AS TIMESTAMP_NTZ) AS {c}" if c == "occurred_at" else c for c in rows.column_names]
        with bind_spark(sail, **{**frames, "interactions": frame.selectExpr(*columns)}, zone="Europe/Paris") as bound:
            found = POLICY.assess(bound, now=NOW)
        assert sum(fault.rows for fault in found.faults) == faults
        if not faults:
            assert differences(POLICY, POLICY.assess(facts_there, now=NOW), found) == []


def test_counts_rows_that_the_domain_refuses(sail: Any) -> None:
    """Progress of 1.7, NaN and a reference to nowhere: counted with a reason, errors for rules that read them."""
    tables = arrow_tables(facts())
    tables["projects"] = replaced(tables["projects"], "progress", [1.7, float("nan")], pa.float64())
    tables["interactions"] = replaced(tables["interactions"], "project_id", ["P-1", "gone"], pa.string())
    found = assess(sail, tables)
    assert found.faults == (
        FaultyRows("projects", "progress", "lies outside 0..1", 2),
        FaultyRows("interactions", "project_id", "names projects that are not there", 1),
    )
    assert set(found.rows["project"]["P-1"][1:]) == {ERROR}


def test_numbers_beyond_64_bits_are_no_errors_of_the_engine(sail: Any) -> None:
    """A double of 1e300 is counted, where a cast to whole numbers would raise."""
    tables = arrow_tables(facts())
    tables["projects"] = replaced(tables["projects"], "progress", [1e300, 0.25], pa.float64())
    found = assess(sail, tables)
    assert [(fault.field, fault.rows) for fault in found.faults] == [("progress", 1)]
    assert found.of("project", "P-2").score is not None


def test_decimals_become_the_nearest_double(sail: Any) -> None:
    """Amounts with more digits than a double has are read as Python reads them."""
    portfolio = Portfolio(customers=[ak.Customer(id="C", name="C", annual_value=ak.Money("99.123456789012", "EUR"))])
    rows = arrow_tables(portfolio)
    amounts = pa.array([Decimal("99.123456789012")], pa.decimal128(38, 20))
    rows["customers"] = rows["customers"].set_column(
        rows["customers"].column_names.index("annual_value"), "annual_value", amounts
    )
    assert assess(sail, rows).rows["customer"] == POLICY.assess(portfolio, now=NOW).rows["customer"]


def test_loads_what_only_memory_can_judge(sail: Any) -> None:
    """The portfolio of the tables is that of the facts, and an assessment survives pickling."""
    portfolio = facts()
    with landed(sail, portfolio) as tables:
        assert tables.portfolio() == portfolio
        kept = pickle.loads(pickle.dumps(POLICY.assess(tables, now=NOW)))
    assert kept.rows == POLICY.assess(portfolio, now=NOW).rows


@attrs.define(eq=False)
class Losing(SparkRunner):
    """Loses a stage as often as it is told to, as an engine does whose executors go."""

    losses: int = attrs.field(kw_only=True)

    def hold(self, name: str, statement: Statement, /) -> None:
        if self.losses:
            self.losses -= 1
            raise StoreError(f"SparkException: [{LOST}] block rdd_1_0 not found", operation="judge")
        super().hold(name, statement)


def test_asks_again_where_a_stage_was_lost(sail: Any) -> None:
    """A stage that was lost with its executors is worked out again, once; a second loss is an error."""
    frames = frames_of(sail, arrow_tables(facts()))
    with bind_runner(Losing(sail, losses=1), frames) as tables:
        assert differences(POLICY, POLICY.assess(facts(), now=NOW), POLICY.assess(tables, now=NOW)) == []
    with bind_runner(Losing(sail, losses=2), frames) as tables, pytest.raises(StoreError, match=LOST):
        POLICY.assess(tables, now=NOW)


def test_says_which_columns_do_not_fit(sail: Any) -> None:
    """Missing, unknown and unreadable columns are all named at once."""
    misspelt = pa.table({"id": ["P-1"], "progres": [0.5]})
    lists = pa.table({"id": ["P-1"], "name": ["P"], "start_on": pa.array([[1]], pa.list_(pa.int64()))})
    tasks = pa.table({"id": ["T-1"], "title": ["T"], "created_at": [1.5]})
    frames = frames_of(sail, {"projects": misspelt, "tasks": tasks})
    with pytest.raises(PortfolioError) as caught:
        bind_spark(sail, **frames)
    text = str(caught.value)
    assert "did you mean 'progress'" in text
    assert "name is missing" in text
    assert "tasks: created_at is of type Double, not a moment" in text
    with pytest.raises(PortfolioError, match="start_on"):
        bind_spark(sail, projects=sail.createDataFrame(lists))


@pytest.mark.parametrize(
    ("bind", "error", "words"),
    [
        (lambda session: bind_spark(session, projects="no_such_table"), StoreError, "no_such_table"),
        (lambda session: bind_spark(session, projects=7), ValidationError, "got int"),
        (lambda session: bind_spark(object(), projects="x"), ValidationError, "expected a SparkSession"),
        (lambda session: bind_spark(session, hold="shelf"), ValidationError, "executors, checkpoint, client"),
        (lambda session: bind_spark(session, currency="euro"), ValidationError, "ISO 4217"),
        (lambda session: bind_runner(session, {"progects": "x"}), TypeError, "projects"),
    ],
)
def test_says_what_was_wrong(sail: Any, bind: Callable[[Any], Any], error: type[Exception], words: str) -> None:
    """What cannot be bound is refused with its name and what would be right."""
    with pytest.raises(error, match=words):
        bind(sail)


def test_says_what_the_engine_lacks(sail: Any) -> None:
    """A way to hold stages that the session is not set up for is the engine's refusal, in its words."""
    with landed(sail, facts(), hold="checkpoint") as tables, pytest.raises(StoreError, match=r"[Cc]heckpoint"):
        POLICY.assess(tables, now=NOW)


def test_wants_an_exchange_for_several_currencies(sail: Any) -> None:
    """Amounts in two currencies are refused, as in memory."""
    customers = [ak.Customer(id=code, name=code, annual_value=ak.Money("1", code)) for code in ("EUR", "SEK")]
    with landed(sail, Portfolio(customers=customers)) as tables, pytest.raises(ak.PolicyError, match="EUR, SEK"):
        POLICY.assess(tables, now=NOW)


def test_asks_for_now_with_a_zone(sail: Any) -> None:
    """A naive moment is refused before anything runs."""
    with landed(sail, facts()) as tables, pytest.raises(ValidationError):
        POLICY.assess(tables, now=datetime(2026, 1, 1))
