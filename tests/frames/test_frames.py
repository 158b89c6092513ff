"""Results go to any data frame library and facts come from it, with nothing lost on the way."""

from __future__ import annotations

import csv
import subprocess
import sys
import textwrap
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.errors import MissingExtraError, NotFoundError, PortfolioError, ValidationError
from alignkit.frames import Column, DataTable, csv_text
from alignkit.sample.demo import run_demo
from alignkit.testing import NOW, customer, portfolio_of, project

pd = pytest.importorskip("pandas", reason="pandas is not installed")
pl = pytest.importorskip("polars", reason="polars is not installed")
pa = pytest.importorskip("pyarrow", reason="pyarrow is not installed")

LIBRARIES = ("pandas", "polars", "pyarrow")
DEMO = run_demo()


def plain(frame: Any) -> list[dict[str, Any]]:
    """The rows of a frame of any of the libraries."""
    if isinstance(frame, pa.Table):
        return frame.to_pylist()  # type: ignore[no-any-return]
    if isinstance(frame, pl.DataFrame):
        return frame.to_dicts()
    return [{k: None if pd.isna(v) else v for k, v in row.items()} for row in frame.to_dict("records")]


@pytest.mark.parametrize("like", LIBRARIES)
@pytest.mark.parametrize("name", ["subjects", "dimensions", "findings"])
def test_an_assessment_goes_to_every_library(like: str, name: str) -> None:
    """Each table has the same rows in pandas, polars and pyarrow as in plain Python."""
    table = DEMO.assessment.table(name)
    titles = [column.name for column in table.columns]
    rows = plain(DEMO.assessment.to_frame(like, table=name))
    assert [tuple(row[title] for title in titles) for row in rows] == list(table.rows())


def test_the_tables_say_what_the_assessment_says() -> None:
    """Points of the findings add up to the scores of the subjects table."""
    points: dict[tuple[Any, Any], float] = {}
    for kind, id, got in zip(*(DEMO.assessment.table("findings")[c] for c in ("kind", "id", "points")), strict=True):
        points[kind, id] = points.get((kind, id), 0.0) + float(got)  # type: ignore[arg-type]
    table = DEMO.assessment.table()
    for kind, id, score in zip(*(table[c] for c in ("kind", "id", "score")), strict=True):
        taken = sum(gate.lost for gate in DEMO.assessment.of(str(kind), str(id)).gates)
        assert score is None or points[kind, id] - taken == pytest.approx(score, abs=1e-4)
    assert len(table) == len(DEMO.assessment)


@pytest.mark.parametrize("like", LIBRARIES)
def test_a_portfolio_comes_back_from_frames(like: str) -> None:
    """The facts of the sample company are the same after a trip through data frames of each library."""
    given = DEMO.portfolio
    frames = {name: given.table(name).to_frame(like) for name in given.table_names}
    assert ak.Portfolio.from_frames(**frames, dangling="unlink") == given


def test_frames_with_gaps() -> None:
    """Numbers that a library made floats of, days it made midnights of, and every kind of nothing are read as meant."""
    needs = pd.DataFrame(
        {
            "id": ["N-1", "N-2"],
            "kind": ["complaint", "need"],
            "title": ["Late", "More"],
            "severity": [3, None],
            "due_on": pd.to_datetime(["2026-03-01", None]),
            "raised_at": pd.to_datetime(["2026-01-01T10:00:00Z", "2026-01-02T10:00:00Z"]),
            "resolved_at": pd.to_datetime(["2026-01-05T10:00:00Z", None]),
        }
    )
    found = ak.Portfolio.from_frames(needs=needs).needs
    assert found is not None
    assert [(n.severity, n.due_on, n.resolved_at) for n in found] == [
        (3, date(2026, 3, 1), datetime(2026, 1, 5, 10, tzinfo=UTC)),
        (None, None, None),
    ]


def test_faults_of_frames_name_their_row() -> None:
    """A moment without a zone, a wrong column and a half number are all refused at once, with their paths."""
    frame = pl.DataFrame(
        {"id": ["T-1"], "title": ["x"], "created_at": [datetime(2026, 1, 1)], "effort_hour": [1.0]},
    )
    with pytest.raises(PortfolioError) as raised:
        ak.Portfolio.from_frames(tasks=frame)
    said = str(raised.value)
    assert "$.tasks[0].created_at" in said
    assert "did you mean 'effort_hours'" in said


def test_what_is_no_frame_is_refused() -> None:
    """Lists, unknown libraries and unknown tables get an error that says what would be right."""
    with pytest.raises(ValidationError, match="expected a data frame, got list"):
        ak.Portfolio.from_frames(tasks=[{"id": "T-1"}])
    with pytest.raises(ValidationError, match="expected one of pandas, polars, pyarrow"):
        DEMO.assessment.to_frame("excel")
    with pytest.raises(ValidationError, match="or a data frame, got int"):
        DEMO.assessment.to_frame(3)  # type: ignore[arg-type]
    with pytest.raises(NotFoundError, match="findings"):
        DEMO.assessment.table("finding")


def test_like_takes_a_frame() -> None:
    """`like` may be a frame: the result is one of the same library."""
    assert isinstance(DEMO.assessment.to_frame(pl.DataFrame({"x": [1]})), pl.DataFrame)
    assert isinstance(DEMO.assessment.to_frame(pa.table({"x": [1]})), pa.Table)


def test_whatever_reads_arrow_reads_tables() -> None:
    """Assessments and tables are Arrow streams for anything that takes those."""
    assert pl.DataFrame(DEMO.assessment).height == len(DEMO.assessment)
    assert pa.table(DEMO.assessment.table("findings")).num_rows == len(DEMO.assessment.table("findings"))


def test_empty_tables_keep_their_types() -> None:
    """A table without rows still has its columns, each of its type."""
    empty = DataTable.of_rows("x", [Column("n", int), Column("at", datetime), Column("text", str)], [])
    assert pa.table(empty).schema.types == [pa.int64(), pa.timestamp("us", "UTC"), pa.large_string()] or [
        str(kind) for kind in pa.table(empty).schema.types
    ] == ["int64", "timestamp[us, tz=UTC]", "string"]


def test_csv_is_inert(tmp_path: Path) -> None:
    """A name that is a formula arrives in a spreadsheet as text; numbers stay numbers."""
    world = portfolio_of(customer(name='=cmd|" /C calc"!A0', projects=[project(name="@SUM(1)")]))
    assessment = ak.Policy.default().assess(world, now=NOW)
    target = tmp_path / "out.csv"
    text = assessment.to_csv(target)
    assert target.read_bytes().decode() == text
    rows = list(csv.DictReader(StringIO(text)))
    assert {row["name"][:2] for row in rows if row["kind"] in ("customer", "project")} == {"'=", "'@"}
    assert list(tmp_path.iterdir()) == [target]


@given(st.lists(st.text(), min_size=1, max_size=4))
@settings(max_examples=50)
def test_no_cell_of_csv_begins_a_formula(texts: list[str]) -> None:
    """For any texts the CSV reads back as the same texts, but for an apostrophe before those that are active."""
    (back,) = csv.reader(StringIO(csv_text(texts, []), newline=""))
    for text, found in zip(texts, back, strict=True):
        assert found in (text, f"'{text}")
        assert not found.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_without_the_extra() -> None:
    """Where narwhals is not installed the error names the extra that brings it."""
    code = """
        import sys
        sys.modules["narwhals"] = None
        import alignkit as ak
        from alignkit.errors import MissingExtraError
        try:
            ak.Portfolio(customers=[]).to_frame()
        except MissingExtraError as error:
            print(error)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "narwhals is not installed; install alignkit[frames]"
    assert issubclass(MissingExtraError, ImportError)


def test_a_comparison_is_tables() -> None:
    """What changed and why are tables whose differences agree."""
    policy, world = ak.Policy.default(), portfolio_of(project(id="P-1", progress=0.2))
    changed = [attrs.evolve(one, progress=0.9) for one in world.projects or ()]
    comparison = policy.what_if(world, changes=changed, now=NOW)
    moved = comparison.table("movements")
    total = sum(float(d) for d, id in zip(moved["difference"], moved["id"], strict=True) if id == "P-1")  # type: ignore[arg-type]
    assert total == pytest.approx(comparison.of("project", "P-1").difference)
    assert set(comparison.table()["id"]) == {one.id for one in comparison}
