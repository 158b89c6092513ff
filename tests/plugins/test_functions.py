"""A function that others bring means the same natively, generated, as text and in SQL."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import case

import alignkit as ak
from alignkit.errors import FunctionFailedError, PluginConflictError, PolicyError, ValidationError
from alignkit.expressions.registered import aggregate, function, make_known, make_unknown
from alignkit.sql import SqlStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@function(
    sql=lambda x, y, middle: case((x <= 0, 1.0), else_=middle * middle / (middle * middle + x * x)) * (1.0 - y * y)
)
def hill(x: float, y: float, /, *, middle: float = 0.25) -> float:
    """A hill, less the square of another number."""
    return (1.0 if x <= 0 else middle * middle / (middle * middle + x * x)) * (1.0 - y * y)


@function()
def root(x: float, /) -> float:
    """The square root; no engine promises its last digit."""
    return float(abs(x) ** 0.5)


@function(sql={"sqlite": lambda x: x * x})
def squared(x: float, /) -> float:
    """Spelled for SQLite only."""
    return x * x


@function(gives=(0, 1))
def bad(x: float, /) -> float:
    """Answers what it must not."""
    return 1 / x if x else float("nan")


@aggregate()
def middle_of(values: tuple[float, ...], /, *, part: float = 0.5) -> float:
    """The value that a part of them lies below."""
    return values[min(len(values) - 1, int(len(values) * part))]


@ak.rule(dimension="d")
def middle_of_projects(customer: ak.CustomerView, *, part: float = 0.5) -> ak.Score:
    """An aggregate of the host's own, and the same of another record."""
    found = middle_of((p.progress for p in customer.projects if p.progress is None or p.progress > 0.1), part=part)
    return ak.default(found, 0.0)


def middle_around(customer: ak.CustomerView) -> float | None:
    """A helper."""
    return middle_of(p.progress for p in customer.projects)


@ak.rule(dimension="d")
def near_the_middle(project: ak.ProjectView) -> ak.Score:
    """The aggregate in a signal."""
    if project.customer is None:
        return None
    middle = middle_around(project.customer)
    if middle is None or project.progress is None:
        return None
    return 1 - abs(project.progress - middle)


@ak.rule(dimension="d")
def on_the_hill(project: ak.ProjectView, *, middle: float = 0.5) -> ak.Score:
    """Two numbers, either of which may be unknown."""
    return hill(project.progress, ak.ratio(project.spent, project.budget), middle=middle)


@ak.rule(dimension="d")
def known_root(project: ak.ProjectView) -> ak.Score:
    """A number that is known by then."""
    if project.progress is None:
        return ak.NOT_APPLICABLE
    return root(project.progress) * 0.5


@ak.rule(dimension="d")
def square_of_projects(customer: ak.CustomerView) -> ak.Score:
    """Inside an aggregate."""
    return ak.mean(squared(p.progress) for p in customer.projects)


RULES = (on_the_hill, known_root, square_of_projects, middle_of_projects, near_the_middle)


@pytest.fixture(autouse=True)
def _known() -> Iterator[None]:
    for one in (hill, root, squared, middle_of):
        make_known(one, "tests 1.0")
    yield
    for one in (hill, root, squared, middle_of):
        make_unknown(one.id)


def policy() -> ak.Policy:
    """All rules."""
    return ak.Policy(RULES, dimensions={"d": 1})


def rows(assessment: ak.Assessment) -> object:
    """Outcomes by subject and rule."""
    return {(s.id, f.rule_id): (f.state, f.score_micro) for s in assessment for f in s.findings}


def facts(progress: list[float | None]) -> ak.Portfolio:
    """A customer with projects of such progress."""
    projects = [
        ak.Project(
            id=f"P{n}", name="p", customer_id="C", progress=value,
            budget=ak.Money("100", "EUR"), spent=None if n % 3 == 0 else ak.Money(str(n), "EUR"),
        )
        for n, value in enumerate(progress)
    ]  # fmt: skip
    return ak.Portfolio(customers=[ak.Customer(id="C", name="c")], projects=projects)


@given(st.lists(st.none() | st.floats(0, 1), max_size=6))
def test_native_generated_and_text_agree(progress: list[float | None]) -> None:
    """The same outcomes by calling, by generated code, and of the text that names the functions by id."""
    portfolio, made = facts(progress), policy()
    found = rows(made.assess(portfolio, now=NOW))
    read = ak.Policy.from_toml(made.to_toml())
    assert (read, read.version) == (made, made.version)
    assert rows(read.assess(portfolio, now=NOW)) == found
    for rule in RULES:
        for kind, id in [("customer", "C"), *(("project", project) for project in portfolio.records("projects"))]:
            if (id, rule.id) in found:  # type: ignore[operator]
                view = portfolio.view(kind, id)
                assert ak.micro(rule(view)) == ak.micro(made.rule(rule.id)(view)) == found[id, rule.id][1]  # type: ignore[index]


@pytest.mark.parametrize("engine", ["sqlite", "duckdb"])
def test_databases_agree(engine: str, tmp_path: Path) -> None:
    """Spelled functions are judged by the statement, others natively beside it; all outcomes are those in memory."""
    if engine == "duckdb":
        pytest.importorskip("duckdb_engine")
    portfolio = facts([None, *(n / 17 for n in range(18))])
    with SqlStore.open(f"{engine}:///{tmp_path / 'x.db'}") as store:
        store.upsert(portfolio, at=NOW)
        for made in (policy(), ak.Policy.from_toml(policy().to_toml())):
            expected = rows(made.assess(portfolio, now=NOW))
            assert rows(made.assess(store, now=NOW)) == expected
            assert rows(list(made.iter_assess(store, now=NOW))) == expected  # type: ignore[arg-type]
            assert made.verify(store, now=NOW)
        plain = ak.Policy([on_the_hill], dimensions={"d": 1})
        assert "CASE WHEN" in str(store.statement(plain, "project", now=NOW).compile(store._database.engine))


def test_a_function_in_python_only_is_told() -> None:
    """A rule that cannot run in a database carries a warning that says so."""
    assert [(d.rule_id, d.code) for d in policy().check()] == [
        ("known_root", "PythonOnly"),
        ("middle_of_projects", "PythonOnly"),
        ("near_the_middle", "PythonOnly"),
    ]


def test_generated_code_gets_the_function_as_a_constant() -> None:
    """No name of a function stands in generated code."""
    made = policy()
    made.assess(facts([0.5]), now=NOW)
    sources = [program.source for one in made.plan._variants.values() for program in one.scores.values()]
    assert sources
    assert not any(name in source for source in sources for name in ("hill", "root", "squared", "middle_of"))


def test_a_function_that_breaks_its_word_is_named() -> None:
    """Not a number, beyond its bounds, or an exception: the error names function, provider and numbers."""
    for number in (0.0, 0.5):
        with pytest.raises(FunctionFailedError, match=r"function bad\(0") as caught:
            bad(number)
        assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert bad(None) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hill(project.progress)", "needs 'y'"),
        ("hill(project.name, 1)", "takes numbers"),
        ("hill(1, 1, middle=project.progress)", "needs a known number"),
        ("hil(1, 1)", "did you mean 'hill'"),
        ("hill(1, 1, mid=1)", "has no 'mid'"),
        ("middle_of(project.progress)", "goes through a relation"),
        ("middle_of((t.title for t in project.tasks))", "takes numbers"),
        ("middle_of((t.effort_hours for t in project.tasks), prt=1)", "did you mean 'part'"),
    ],
)
def test_calls_are_checked(text: str, says: str) -> None:
    """Numbers, settings and names are checked when the policy is made."""
    record = ak.AlignmentRule(
        id="r", kind="project", dimension="d", text=f"def r(project: ProjectView):\n    return {text}"
    )
    with pytest.raises(PolicyError) as caught:
        ak.Policy([record], dimensions={"d": 1})
    assert says in str(caught.value)


def test_ids_are_one_functions() -> None:
    """A second function of an id is refused, with both providers."""

    def root(x: float, /) -> float:
        return x

    with pytest.raises(PluginConflictError, match=r"tests 1\.0 and from other 2\.0"):
        make_known(function()(root), "other 2.0")


def test_another_body_is_another_version() -> None:
    """The version of a policy changes with the code of a function that it calls, and with its declared version."""

    def made(body: str, version: str = "1") -> str:
        scope: dict[str, object] = {}
        exec(f"def own(x, /):\n    return {body}", scope)
        written: Any = scope["own"]
        own = function(version=version)(written)
        text = "def r(project: ProjectView):\n    return own(project.progress)"
        record = ak.AlignmentRule(id="r", kind="project", dimension="d", text=text, constants={"own": own})
        return ak.Policy([record], dimensions={"d": 1}).version

    assert len({made("x / 2"), made("x / 3"), made("x / 2", "2")}) == 3
    assert made("x / 2") == made("x / 2")


def test_signatures_are_plain() -> None:
    """Numbers have no defaults, and there is at least one."""
    wrong: tuple[Any, ...] = (lambda: 1.0, lambda x=1.0: x, lambda *x: 1.0)
    for one in wrong:
        with pytest.raises(ValidationError):
            function()(one)
    with pytest.raises(ValidationError, match="bounds"):
        function(gives=(1, 0))(lambda x: x)
