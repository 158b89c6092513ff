"""
Rules alone, on signals that are ready: the language's generated function, a hand-written one, and other engines.

The language is used without customers or portfolios here: a model of one kind, whose fields are the signals.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import floor
from typing import Final, Protocol

import attrs
from baseline import Shares, customer_signals, project_signals, shares_of
from workload import NOW, TODAY, PlainTables

import alignkit as ak
from alignkit.expressions import types as t
from alignkit.expressions.context import FunctionText, Report
from alignkit.expressions.lower import lower_rule
from alignkit.expressions.model import Field, Kind, Model
from alignkit.expressions.python.program import Program, Task, write_scores
from alignkit.expressions.python.render import Variant
from alignkit.expressions.source import read_source
from alignkit.policy.scopes import FunctionScope, language

__all__ = ["Row", "by_hand", "generated", "rows_of", "run_generated"]


@attrs.define(eq=False)
class Row:
    """The signals of one project."""

    id: str
    status: str
    tier: str
    silent: float | None
    recent: int
    balance: float | None
    mails: int
    hours: float | None
    waiting: int
    complaints: int
    resolving: float | None
    overdue: float | None
    pace: float | None
    late: float
    earned: float | None
    elapsed: float
    spending: float | None
    value: float
    agreed: float | None
    reached: float | None
    serving: float | None
    linked: float | None
    satisfaction: float | None
    mood: float | None


class RowView(Protocol):
    """What a rule reads of a row; the annotation that stands for the kind."""


COUNT: Final = t.int_type(0, 2**53)
NUMBER: Final = t.float_type(-1e6, 1e6)
SHARE: Final = t.float_type(0, 1).optional()
TYPES: Final = {
    "id": t.TEXT,
    "status": t.TEXT,
    "tier": t.TEXT,
    "silent": NUMBER.optional(),
    "recent": COUNT,
    "balance": SHARE,
    "mails": COUNT,
    "hours": NUMBER.optional(),
    "waiting": COUNT,
    "complaints": COUNT,
    "resolving": NUMBER.optional(),
    "overdue": SHARE,
    "pace": NUMBER.optional(),
    "late": t.float_type(0, 1e6),
    "earned": SHARE,
    "elapsed": t.float_type(0, 1),
    "spending": NUMBER.optional(),
    "value": t.float_type(0, 1e12),
    "agreed": SHARE,
    "reached": NUMBER.optional(),
    "serving": SHARE,
    "linked": SHARE,
    "satisfaction": NUMBER.optional(),
    "mood": NUMBER.optional(),
}
MODEL: Final = Model(
    kinds={
        "row": Kind("row", "rows", {name: Field(name, kind) for name, kind in TYPES.items()}, {}, {}, is_scored=True)
    },
    order=("row",),
)


def r01(row: RowView) -> ak.Score:
    if row.silent is None:
        return 0.0 if row.status == "active" else None
    return ak.decay(row.silent, half_life=30)


def r02(row: RowView) -> ak.Score:
    if row.status != "active":
        return None
    return ak.clamp(ak.ratio(row.recent, 6.0 if row.tier in ("A", "B") else 3.0))


def r03(row: RowView) -> ak.Score:
    if row.balance is None:
        return None
    return ak.clamp(2.5 * min(row.balance, 1 - row.balance))


def r04(row: RowView) -> ak.Score:
    return ak.decay(row.mails, half_life=2)


def r05(row: RowView) -> ak.Score:
    return ak.ramp(row.hours, best=4, worst=72)


def r06(row: RowView) -> ak.Score:
    return ak.clamp(1 - 0.25 * row.waiting)


def r07(row: RowView) -> ak.Score:
    return ak.decay(row.complaints, half_life=1 if row.tier == "A" else 2)


def r08(row: RowView) -> ak.Score:
    return ak.ramp(row.resolving, best=24, worst=240)


def r09(row: RowView) -> ak.Score:
    if row.overdue is None:
        return None
    return 1 - ak.clamp(1.5 * row.overdue)


def r10(row: RowView) -> ak.Score:
    if row.pace is None:
        return None
    return ak.clamp(1 + 2 * row.pace)


def r11(row: RowView) -> ak.Score:
    return ak.decay(row.late, half_life=20)


def r12(row: RowView) -> ak.Score:
    if row.earned is None:
        return None
    return ak.ramp(row.earned - 0.5 * row.elapsed, best=0.5, worst=-0.5)


def r13(row: RowView) -> ak.Score:
    return ak.ramp(row.spending, best=0, worst=0.3)


def r14(row: RowView) -> ak.Score:
    if row.overdue is None:
        return None
    return 1 - ak.clamp(row.value / 500_000) * row.overdue


def r15(row: RowView) -> ak.Score:
    return row.agreed


def r16(row: RowView) -> ak.Score:
    return ak.clamp(row.reached)


def r17(row: RowView) -> ak.Score:
    return ak.ramp(row.serving, best=0.9, worst=0.2)


def r18(row: RowView) -> ak.Score:
    return ak.ramp(row.linked, best=0.5, worst=0)


def r19(row: RowView) -> ak.Score:
    return ak.ramp(row.satisfaction, best=9, worst=4)


def r20(row: RowView) -> ak.Score:
    if row.mood is None:
        return None
    return ak.clamp(0.5 + 0.5 * row.mood)


RULES: Final = (
    r01, r02, r03, r04, r05, r06, r07, r08, r09, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19, r20,
)  # fmt: skip


def rows_of(tables: PlainTables) -> list[Row]:
    """The signals of every project."""
    rows = []
    for customer in tables.customers:
        shared = customer_signals(customer)
        rows.extend(
            Row(id=f"P-{project.id}", **project_signals(project, customer, shared)) for project in customer.projects
        )
    return rows


def generated() -> Program:
    """The function that the language makes of the rules."""
    speaks = attrs.evolve(language(), model=MODEL, kind_of=lambda found: "row" if found is RowView else None)
    tasks = []
    for function in RULES:
        report = Report(function.__name__)
        text = FunctionText(function.__name__, read_source(function).text, FunctionScope(function))
        lowered = lower_rule(text, speaks, report)
        if lowered is None:
            raise ValueError("; ".join(map(str, report.diagnostics)))
        tasks.append(Task(function.__name__, lowered.outcome))
    return write_scores(
        MODEL,
        "row",
        tasks,
        variant=Variant(),
        signals={},
        missing_is_zero=False,
        keeps_bands=False,
    )


def run_generated(program: Program, rows: Iterable[Row], cache: Shares) -> dict[str, tuple[int, ...]]:
    """Rows of results by id."""
    out: dict[str, tuple[int, ...]] = {}

    def allocate(pattern: int) -> tuple[int, ...]:
        absent = sum(1 << place for place in range(len(RULES)) if pattern >> 2 * place & 3)
        cache[pattern] = (0, 1, *shares_of(absent))
        return cache[pattern]

    program.function(rows, out, NOW, TODAY, {}, cache, allocate, None, None, {})
    return out


def by_hand(rows: Iterable[Row], shares: Shares) -> dict[str, tuple[int, ...]]:
    """The same, as one would write it for speed."""
    out: dict[str, tuple[int, ...]] = {}
    for x in rows:
        absent = 0
        tier = x.tier
        active = x.status == "active"
        v = x.silent
        if v is not None:
            r0 = 1000000 if v <= 0 else floor(30.0 / (30.0 + v) * 1e6 + 0.5)
        elif active:
            r0 = 0
        else:
            r0 = -2
            absent |= 1
        if active:
            v = x.recent / (6.0 if tier == "A" or tier == "B" else 3.0)
            r1 = 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r1 = -2
            absent |= 2
        v = x.balance
        if v is not None:
            v = min(v, 1 - v)
            v *= 2.5
            r2 = 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r2 = -2
            absent |= 4
        v = x.mails
        r3 = floor(2.0 / (2.0 + v) * 1e6 + 0.5) if v else 1000000
        v = x.hours
        if v is not None:
            v = (v - 72.0) / -68.0
            r4 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r4 = -2
            absent |= 16
        v = 1 - 0.25 * x.waiting
        r5 = 0 if v <= 0.0 else floor(v * 1e6 + 0.5)
        half_life = 1 if tier == "A" else 2
        v = x.complaints
        r6 = floor(half_life / (half_life + v) * 1e6 + 0.5) if v else 1000000
        v = x.resolving
        if v is not None:
            v = (v - 240.0) / -216.0
            r7 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r7 = -2
            absent |= 128
        overdue = x.overdue
        if overdue is not None:
            v = 1.5 * overdue
            r8 = 0 if v >= 1.0 else floor((1 - v) * 1e6 + 0.5)
            v = x.value / 500000
            r13 = floor((1 - (1.0 if v > 1.0 else v) * overdue) * 1e6 + 0.5)
        else:
            r8 = r13 = -2
            absent |= 8448
        v = x.pace
        if v is not None:
            v = 1 + 2 * v
            r9 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r9 = -2
            absent |= 512
        v = x.late
        r10 = 1000000 if v <= 0 else floor(20.0 / (20.0 + v) * 1e6 + 0.5)
        v = x.earned
        if v is not None:
            v = v - 0.5 * x.elapsed + 0.5
            r11 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r11 = -2
            absent |= 2048
        v = x.spending
        if v is not None:
            v = (v - 0.3) / -0.3
            r12 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r12 = -2
            absent |= 4096
        v = x.agreed
        if v is not None:
            r14 = floor(v * 1e6 + 0.5)
        else:
            r14 = -2
            absent |= 16384
        v = x.reached
        if v is not None:
            r15 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r15 = -2
            absent |= 32768
        v = x.serving
        if v is not None:
            v = (v - 0.2) / 0.7
            r16 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r16 = -2
            absent |= 65536
        v = x.linked
        if v is not None:
            v /= 0.5
            r17 = 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r17 = -2
            absent |= 131072
        v = x.satisfaction
        if v is not None:
            v = (v - 4.0) / 5.0
            r18 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r18 = -2
            absent |= 262144
        v = x.mood
        if v is not None:
            v = 0.5 + 0.5 * v
            r19 = 0 if v <= 0.0 else 1000000 if v >= 1.0 else floor(v * 1e6 + 0.5)
        else:
            r19 = -2
            absent |= 524288
        parts = shares.get(absent)
        if parts is None:
            parts = shares[absent] = shares_of(absent)
        w0, w1, w2, w3, w4, w5, w6, w7, w8, w9, w10, w11, w12, w13, w14, w15, w16, w17, w18, w19 = parts
        total = (
            w0 * r0 // 1000000
            + w1 * r1 // 1000000
            + w2 * r2 // 1000000
            + w3 * r3 // 1000000
            + w4 * r4 // 1000000
            + w5 * r5 // 1000000
            + w6 * r6 // 1000000
            + w7 * r7 // 1000000
            + w8 * r8 // 1000000
            + w9 * r9 // 1000000
            + w10 * r10 // 1000000
            + w11 * r11 // 1000000
            + w12 * r12 // 1000000
            + w13 * r13 // 1000000
            + w14 * r14 // 1000000
            + w15 * r15 // 1000000
            + w16 * r16 // 1000000
            + w17 * r17 // 1000000
            + w18 * r18 // 1000000
            + w19 * r19 // 1000000
        )
        out[x.id] = (
            total, r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, r12, r13, r14, r15, r16, r17, r18, r19,
        )  # fmt: skip
    return out
