"""Data frames of every make, scored by DuckDB in process with the result of memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import PortfolioError
from alignkit.portfolio import Portfolio
from alignkit.sql import bind_frames
from alignkit.sql.bound.layout import slots_of
from alignkit.testing import NOW
from alignkit.testing.strategies import portfolios

from .policies import POLICY

pd = pytest.importorskip("pandas")
pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
pytest.importorskip("duckdb_engine")

EUROS = ak.Exchange("EUR")
UTC = timezone.utc
DRAWN = settings(suppress_health_check=list(HealthCheck), phases=[Phase.generate], max_examples=2, database=None)


class Capsule:
    """An object of nobody's that only has the Arrow PyCapsule interface."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)


LIBRARIES: dict[str, Callable[[dict[str, list[Any]]], Any]] = {
    "pandas": pd.DataFrame,
    "polars": lambda columns: pl.DataFrame(columns, strict=False, infer_schema_length=None),
    "pyarrow": pa.table,
    "capsule": lambda columns: Capsule(pa.table(columns)),
}


def columns_of(portfolio: Portfolio, collection: str) -> dict[str, list[Any]]:
    """The facts of a collection, column by column."""
    facts = list(portfolio.records(collection).values())
    found: dict[str, list[Any]] = {}
    for slot in slots_of(collection).values():
        money = slot.name.removesuffix("_currency")
        values = [getattr(fact, money) for fact in facts]
        if slot.sort == "amount":
            values = [None if value is None else value.amount for value in values]
        elif slot.sort == "currency":
            values = [None if value is None else value.currency for value in values]
        found[slot.name] = values
    return found


def frames(portfolio: Portfolio, make: Callable[[dict[str, list[Any]]], Any]) -> dict[str, Any]:
    """Every collection as a frame."""
    return {name: make(columns_of(portfolio, name)) for name in portfolio.given}


@pytest.mark.parametrize("library", LIBRARIES)
def test_judges_the_sample_company(library: str, company: Portfolio) -> None:
    """The default policy over frames of each library: no integer differs from memory."""
    policy = ak.Policy.default().with_exchange(EUROS)
    there = policy.assess(bind_frames(**frames(company, LIBRARIES[library])), now=sample.NOW)
    assert there.faults == ()
    assert there.rows == policy.assess(company, now=sample.NOW).rows


def test_libraries_may_be_mixed(company: Portfolio) -> None:
    """Each collection may come from another library, and explanations are those of memory."""
    makes = list(LIBRARIES.values())
    given = {
        name: makes[place % len(makes)](columns_of(company, name)) for place, name in enumerate(sorted(company.given))
    }
    policy = POLICY.with_exchange(EUROS)
    there, native = policy.assess(bind_frames(**given), now=sample.NOW), policy.assess(company, now=sample.NOW)
    assert there.rows == native.rows
    worst = native.subjects("project", worst_first=True)[0]
    assert str(there.of("project", worst.id).explain()) == str(worst.explain())


@seed(20261124)
@given(data=st.data())
@DRAWN
def test_judges_generated_portfolios(data: st.DataObject) -> None:
    """Generated facts in frames: no integer differs."""
    policy = ak.Policy.default().with_exchange(EUROS)
    portfolio = data.draw(portfolios(now=NOW))
    make = data.draw(st.sampled_from(list(LIBRARIES.values())))
    there = policy.assess(bind_frames(**frames(portfolio, make)), now=NOW)
    assert there.faults == ()
    assert there.rows == policy.assess(portfolio, now=NOW).rows


def loaded(**frame: Any) -> Any:
    """The projects of one frame."""
    return (bind_frames(projects=frame.pop("frame"), **frame).portfolio().projects or ())[0]


def test_unknown_has_many_names() -> None:
    """NaN, NaT, NA and None are unknown, in every library."""
    base = {"id": ["P-1"], "name": ["x"]}
    nothing = pd.DataFrame({**base, "progress": [float("nan")], "due_on": [pd.NaT], "owner": [pd.NA], "key": [None]})
    assert loaded(frame=nothing) == ak.Project(id="P-1", name="x")
    polars = pl.DataFrame({**base, "progress": [float("nan")], "owner": pl.Series([None], dtype=pl.Categorical)})
    assert loaded(frame=polars) == ak.Project(id="P-1", name="x")


TYPES = [
    ("status", lambda: pa.array(["active"]).dictionary_encode(), "active"),
    ("status", lambda: pa.array(["active"], pa.large_string()), "active"),
    ("status", lambda: pa.array(["active"], pa.string_view()), "active"),
    ("progress", lambda: pa.array([0.25], pa.float32()), 0.25),
    ("progress", lambda: pa.array([1], pa.uint8()), 1.0),
    ("progress", lambda: pa.array([Decimal("0.1")], pa.decimal128(5, 4)), 0.1),
    ("budget", lambda: pa.array([Decimal("1200.50")], pa.decimal256(40, 2)), ak.Money("1200.5", "EUR")),
    ("budget", lambda: pa.array([123456789012.1234], pa.float64()), ak.Money("123456789012.1234", "EUR")),
    ("due_on", lambda: pa.array([date(2026, 3, 2)], pa.date32()), date(2026, 3, 2)),
    ("due_on", lambda: pa.array([date(2026, 3, 2)], pa.date64()), date(2026, 3, 2)),
    ("due_on", lambda: pa.array([datetime(2026, 3, 2)], pa.timestamp("ns")), date(2026, 3, 2)),
    ("due_on", lambda: pa.array([datetime(1926, 3, 2)], pa.timestamp("s")), date(1926, 3, 2)),
    ("customer_id", lambda: pa.array([7], pa.int64()), "7"),
]


@pytest.mark.parametrize(("field", "make", "value"), TYPES)
def test_types_that_lose_nothing(field: str, make: Callable[[], Any], value: Any) -> None:
    """Each Arrow type that a field can be read from exactly is."""
    table = pa.table({"id": ["P-1"], "name": ["x"], field: make()})
    assert getattr(loaded(frame=table, currency="EUR"), field) == value


def test_whole_numbers_that_became_fractions() -> None:
    """Floats that pandas makes of whole numbers, because one is missing, are whole again; others are faults."""
    frame = pd.DataFrame(
        {"id": ["N-1", "N-2", "N-3"], "title": ["x"] * 3, "raised_at": [AT] * 3, "severity": [3.0, float("nan"), 4.5]}
    )
    assert [str(fault) for fault in bind_frames(needs=frame).check()] == [
        "needs: 1 row whose severity is not a whole number"
    ]
    found = bind_frames(needs=frame.iloc[:2]).portfolio().needs or ()
    assert [(need.severity, type(need.severity)) for need in found] == [(3, int), (None, type(None))]


AT = datetime(2026, 3, 2, 9, 30, 15, tzinfo=UTC)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", ["UTC", "Asia/Kathmandu", "+02:00"])
def test_moments_of_any_unit_and_zone(unit: str, zone: str) -> None:
    """A timestamp is the moment it is, whatever its unit and zone."""
    table = pa.table({"id": ["I-1"], "occurred_at": pa.array([AT]).cast(pa.timestamp(unit, zone))})
    found = bind_frames(interactions=table).portfolio().interactions or ()
    assert [interaction.occurred_at for interaction in found] == [AT]


def test_moments_without_zone_need_one() -> None:
    """Naive timestamps are refused with the column and its type, unless the zone is said."""
    table = pa.table({"id": ["I-1"], "occurred_at": pa.array([AT.replace(tzinfo=None)])})
    with pytest.raises(PortfolioError, match=r"occurred_at \(timestamp\[us\]\) has no time zone; say which"):
        bind_frames(interactions=table)
    found = bind_frames(interactions=table, zone="Europe/Berlin").portfolio().interactions or ()
    assert [interaction.occurred_at for interaction in found] == [AT - timedelta(hours=1)]


REFUSED = [
    ("progress", lambda: pa.array(["0.5"]), "progress is of type String, not a number"),
    ("progress", lambda: pa.array([True]), "progress is of type Boolean, not a number"),
    ("customer_id", lambda: pa.array([7.0]), "customer_id is of type Double, not text"),
    ("owner", lambda: pa.array([[1]]), r"owner \(list<item: int64>\) is of a type that no field has"),
    ("start_on", lambda: pa.array([timedelta(1)]), r"start_on \(duration\[us\]\) is of a type that no field has"),
    (
        "due_on",
        lambda: pa.array([86_400_001], pa.int64()).cast(pa.date64(), safe=False),
        r"due_on \(date64\[ms\]\) cannot be read as date32\[day\] without a loss",
    ),
    ("due_on", lambda: pa.array([datetime(2026, 3, 2, 1)]), r"due_on \(timestamp\[us\]\) holds times of day"),
    ("colour", lambda: pa.array(["red"]), "there is no 'colour'"),
]


@pytest.mark.parametrize(("field", "make", "reason"), REFUSED)
def test_types_that_lose_something(field: str, make: Callable[[], Any], reason: str) -> None:
    """What could only be read with a loss is refused, naming column and type."""
    table = pa.table({"id": ["P-1"], "name": ["x"], field: make()})
    with pytest.raises(PortfolioError, match=reason):
        bind_frames(projects=table)


def test_nanoseconds_that_count_are_refused() -> None:
    """A moment finer than a microsecond is refused, not cut."""
    fine = pa.array([1_000_000_001], pa.timestamp("ns", "UTC"))
    with pytest.raises(PortfolioError, match=r"occurred_at \(timestamp\[ns, tz=UTC\]\) cannot be read as"):
        bind_frames(interactions=pa.table({"id": ["I-1"], "occurred_at": fine}))


def test_what_is_no_frame() -> None:
    """A list, a lazy frame, a frame of mixed objects: each is refused by name, all at once."""
    mixed = pd.DataFrame({"id": ["P-1"], "name": [{"a": 1, "b": [2]}]}, dtype=object)
    mixed.loc[1] = ["P-2", 3]
    with pytest.raises(PortfolioError) as raised:
        bind_frames(customers=[1], projects=mixed, tasks=pl.DataFrame({"id": ["T-1"], "title": ["x"]}).lazy())
    assert [getattr(fault, "field", "") for fault in raised.value.faults] == ["customers", "projects", "tasks"]


def test_refused_rows_are_counted() -> None:
    """Rows that the domain would refuse are faults here too."""
    frame = pl.DataFrame({"id": ["P-1", "P-2", None], "name": ["x", "y", "z"], "progress": [1.7, float("inf"), 0.5]})
    there = POLICY.assess(bind_frames(projects=frame), now=NOW)
    assert [str(fault) for fault in there.faults] == [
        "projects: 1 row whose id is missing",
        "projects: 2 rows whose progress lies outside 0..1",
    ]
    assert {row[1] for row in there.rows["project"].values()} == {-3}


def test_duckdb_is_closed_off(tmp_path: Path) -> None:
    """Nothing can be read or written through it but the frames: no file, no network, no variable, no setting."""
    from sqlalchemy import exc

    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n")
    variable = pa.table({"a": [1]})
    tables = bind_frames(projects=pa.table({"id": ["P-1"], "name": ["x"]}))
    attempts = [
        f"SELECT * FROM '{secret}'",
        f"SELECT * FROM read_csv('{secret}')",
        f"SELECT * FROM read_text('{secret}')",
        f"COPY (SELECT 1) TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.db'}'",
        "SELECT * FROM read_parquet('https://example.com/x.parquet')",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM variable",
        "SET enable_external_access = true",
        "SET python_enable_replacements = true",
        "RESET lock_configuration",
    ]
    with tables._database.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM ak_frame_projects").scalar_one() == 1
    for attempt in attempts:
        with pytest.raises((exc.SQLAlchemyError, ak.AlignkitError)), tables._database.reading() as connection:
            connection.exec_driver_sql(attempt).fetchall()
    assert len(variable) == 1
    assert list(tmp_path.iterdir()) == [secret]


@pytest.mark.parametrize(
    ("lacking", "extra"), [("pyarrow", "frames"), ("duckdb_engine", "duckdb"), ("narwhals", "frames")]
)
def test_a_missing_library_is_named(lacking: str, extra: str) -> None:
    """Without a library that it takes, the error names the extra that brings it."""
    script = (
        f"import sys; sys.modules[{lacking!r}] = None\n"
        "import pandas\n"
        "from alignkit.errors import MissingExtraError\n"
        "from alignkit.sql import bind_frames\n"
        f"frame = {'object()' if lacking == 'narwhals' else 'pandas.DataFrame(dict(id=[1], name=[2]))'}\n"
        "try:\n    bind_frames(customers=frame)\n"
        "except MissingExtraError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith(f"is not installed; install alignkit[{extra}]")
