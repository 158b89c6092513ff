"""Charts of all customers: score against value, and customers by dimensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from alignkit.domain.money import Exchange
from alignkit.policy.assessment import Assessment
from alignkit.policy.subject import SubjectAssessment
from alignkit.policy.wording import counted, label_of
from alignkit.portfolio import Portfolio
from alignkit.reports.charts.base import LONGEST, altair, band_scale, chart_of, safe, titled

if TYPE_CHECKING:
    from altair import TopLevelMixin

__all__ = ["dimension_map", "score_by_value"]

MOST_POINTS: Final = 1_000
"""More customers are counted in cells instead of drawn one by one."""
CELLS: Final = 20


def score_by_value(assessment: Assessment, portfolio: Portfolio, *, exchange: Exchange | None = None) -> TopLevelMixin:
    """
    Where the customers stand against what they are worth; the lower right is where most is at risk.

    Above 1,000 customers the chart shows how many there are in each cell.

    Args:
        assessment: Scores of customers.
        portfolio: Their values; customers without one, or with 0, are left out, and the subtitle says how many.
        exchange: The currency to show values in. Without it all values must be in one.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    rows: list[dict[str, Any]] = []
    currencies: set[str] = set()
    customers = assessment.subjects("customer")
    for one in customers:
        money = portfolio.customer(one.id).annual_value if exchange is None else _in(exchange, portfolio, one)
        if money is None or money <= 0 or one.score is None:
            continue
        rows.append({"name": one.name, "value": money, "score": one.score, "band": one.band, "known": one.coverage})
    currencies = set(portfolio.currencies) if exchange is None else {exchange.currency}
    unit = f" ({next(iter(currencies))})" if len(currencies) == 1 else ""
    worst = assessment.plan.bands[-1][0]
    at_risk = sum(row["value"] for row in rows if row["band"] == worst)
    whole = sum(row["value"] for row in rows) or 1.0
    title = f"{at_risk / whole:.0%} of the yearly value is with customers in {worst}"
    left_out = len(customers) - len(rows)
    subtitle = f"{counted(left_out, 'customer')} without value or score left out" if left_out else ""
    x = alt.X("value:Q", title=f"value of a year{unit}", scale=alt.Scale(type="log"))
    y = alt.Y("score:Q", title="score", scale=alt.Scale(domain=[0, 100]))
    if len(rows) > MOST_POINTS:
        cells = _cells(rows)
        drawn = chart_of(cells).mark_rect()
        drawn = drawn.encode(
            alt.X("value:Q", title=f"value of a year{unit}", bin=alt.Bin(binned=True)),
            x2="value_to",
            y=alt.Y("score:Q", title="score", bin=alt.Bin(binned=True)),
            y2="score_to",
            color=alt.Color("customers:Q", scale=alt.Scale(scheme="cividis", reverse=True)),
            tooltip=["customers:Q", "score:Q", "value:Q"],
        )
        return titled(drawn, title, subtitle, width=480, height=320)
    names, colours, shapes = band_scale(assessment.plan)
    drawn = chart_of(rows).mark_point(filled=True, size=80)
    drawn = drawn.encode(
        x,
        y,
        color=alt.Color("band:N", scale=alt.Scale(domain=names, range=colours)),
        shape=alt.Shape("band:N", scale=alt.Scale(domain=names, range=shapes)),
        opacity=alt.Opacity(
            "known:Q", scale=alt.Scale(domain=[0, 1], range=[0.25, 1]), legend=alt.Legend(format=".0%")
        ),
        tooltip=[
            "name:N",
            "value:Q",
            alt.Tooltip("score:Q", format=".1f"),
            "band:N",
            alt.Tooltip("known:Q", format=".0%"),
        ],
    )
    return titled(drawn, title, subtitle, width=480, height=320)


def _in(exchange: Exchange, portfolio: Portfolio, one: SubjectAssessment) -> float | None:
    record: Any = portfolio.records("customers")[one.id]
    return None if record.annual_value is None else exchange.major(record.annual_value)


def _cells(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """How many customers there are in each cell of score and value."""
    highest = max(row["value"] for row in rows) or 1.0
    width, height = highest / CELLS, 100 / CELLS
    found: dict[tuple[int, int], int] = {}
    for row in rows:
        place = (min(int(row["value"] / width), CELLS - 1), min(int(row["score"] / height), CELLS - 1))
        found[place] = found.get(place, 0) + 1
    return [
        {
            "value": x * width,
            "value_to": (x + 1) * width,
            "score": y * height,
            "score_to": (y + 1) * height,
            "customers": number,
        }
        for (x, y), number in sorted(found.items())
    ]


def dimension_map(assessment: Assessment, *, most: int = 40) -> TopLevelMixin:
    """
    Customers by dimensions, the worst customers on top: where the same dimension is low for many.

    Args:
        assessment: Scores of customers.
        most: Most customers to show.

    Raises:
        MissingExtraError: Altair (extra `charts`) is not installed.
    """
    alt = altair()
    ranked = assessment.subjects("customer", worst_first=True)
    rows = [
        {
            "customer": _unique(one, ranked[:most]),
            "dimension": label_of(name),
            "score": result.score,
            "band": result.band,
        }
        for one in ranked[:most]
        for name, result in one.dimensions.items()
    ]
    lowest = _lowest(assessment)
    title = f"{label_of(lowest).capitalize()} is lowest across customers" if lowest else "No customer was scored"
    rest = len(ranked) - most
    subtitle = f"the {most} worst of {len(ranked):,} customers" if rest > 0 else ""
    order = list(dict.fromkeys(str(row["customer"]) for row in rows))
    base = chart_of(rows).encode(
        alt.X("dimension:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, orient="top")),
        alt.Y("customer:N", title=None, sort=_safe_all(order)),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("score:Q", scale=alt.Scale(scheme="cividis", domain=[0, 100])),
        tooltip=["customer:N", "dimension:N", alt.Tooltip("score:Q", format=".1f"), "band:N"],
    )
    texts = base.mark_text(fontSize=11).encode(
        text=alt.Text("score:Q", format=".0f"),
        color=alt.condition("datum.score > 55", alt.value("black"), alt.value("white")),
    )
    return titled(alt.layer(cells, texts), title, subtitle, width=480, height=max(60, 22 * len(order)))


def _unique(one: SubjectAssessment, shown: tuple[SubjectAssessment, ...]) -> str:
    """The name, with the id where two customers share it."""
    if sum(other.name[:LONGEST] == one.name[:LONGEST] for other in shown) == 1:
        return one.name
    return f"{one.id}: {one.name}"


def _safe_all(texts: list[str]) -> list[str]:
    return [safe(text) for text in texts]


def _lowest(assessment: Assessment) -> str | None:
    sums: dict[str, list[float]] = {}
    for one in assessment.subjects("customer"):
        for name, result in one.dimensions.items():
            if result.score is not None:
                sums.setdefault(name, []).append(result.score)
    return min(sums, key=lambda name: (sum(sums[name]) / len(sums[name]), name), default=None)
