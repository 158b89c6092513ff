"""
The benchmark policy as SQL written by hand: what the statement of alignkit is measured beside.

One text for each engine, with every stage fenced, over the tables of a store of one company. It gives exactly what
`Policy.assess` gives: `(kind, id, total, codes...)`, to the micro-point. Names of an engine's functions are filled in;
everything else is the same text.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from baseline import DIMENSION_OF, WEIGHTS

from policy import DIMENSIONS

__all__ = ["Hand", "hand_written"]

POINTS: Final = 100_000_000


@attrs.frozen
class Words:
    """How an engine says a few things."""

    double: str
    whole: Callable[[str], str]
    floor: Callable[[str], str]
    micros: Callable[[str, str], str]
    days: Callable[[str, str], str]
    quotient: str
    mark: Callable[[str], str]


def _sqlite_micros(a: str, b: str) -> str:
    def one(x: str) -> str:
        return f"(CAST(strftime('%s', substr({x}, 1, 19)) AS INTEGER) * 1000000 + CAST(substr({x}, 21, 6) AS INTEGER))"

    return f"({one(b)} - {one(a)})"


WORDS: Final = {
    "sqlite": Words(
        double="REAL",
        whole=lambda x: x,
        floor=lambda x: f"(CAST({x} AS INTEGER) - (({x}) < CAST({x} AS INTEGER)))",
        micros=_sqlite_micros,
        days=lambda a, b: f"CAST(julianday({b}) - julianday({a}) AS INTEGER)",
        quotient="/",
        mark=lambda name: f":{name}",
    ),
    "postgresql": Words(
        double="DOUBLE PRECISION",
        whole=lambda x: f"CAST({x} AS BIGINT)",
        floor=lambda x: f"CAST(floor({x}) AS BIGINT)",
        micros=lambda a, b: f"CAST(EXTRACT(EPOCH FROM ({b}) - ({a})) * 1000000 AS BIGINT)",
        days=lambda a, b: f"(({b}) - ({a}))",
        quotient="/",
        mark=lambda name: f"CAST(%({name})s AS {'DATE' if name == 'today' else 'TIMESTAMPTZ'})",
    ),
    "duckdb": Words(
        double="DOUBLE",
        whole=lambda x: f"CAST({x} AS BIGINT)",
        floor=lambda x: f"CAST(floor({x}) AS BIGINT)",
        micros=lambda a, b: f"(epoch_us({b}) - epoch_us({a}))",
        days=lambda a, b: f"date_diff('day', {a}, {b})",
        quotient="//",
        mark=lambda name: f"CAST(${name} AS {'DATE' if name == 'today' else 'TIMESTAMP'})",
    ),
}


@attrs.frozen
class Hand:
    """A text with what to bind."""

    text: str
    values: dict[str, Any]


def hand_written(engine: str, now: datetime) -> Hand:
    """The statement for an engine as of a moment."""
    words = WORDS[engine]
    moments = {
        "now": now,
        "day2": now - timedelta(days=2),
        "day90": now - timedelta(days=90),
        "day180": now - timedelta(days=180),
    }
    values: dict[str, Any] = {"today": now.date(), **moments}
    if engine == "sqlite":
        values = {name: value.isoformat(" ", "microseconds")[:26] for name, value in moments.items()}
        values["today"] = now.date().isoformat()
    elif engine == "duckdb":
        values = {"today": now.date(), **{name: value.replace(tzinfo=None) for name, value in moments.items()}}
    return Hand(_text(words), values)


def _text(words: Words) -> str:
    stages = [*_aggregates(words), ("signals", _signals(words)), ("codes", _codes(words)), *_totals(words)]
    parts = ",\n".join(f"{name} AS MATERIALIZED (\n{text})" for name, text in stages)
    codes = ", ".join(f"r{place}" for place in range(1, 21))
    nothing = ", ".join("NULL" for _ in range(19))
    return (
        f"WITH {parts}\nSELECT 'project', id, total, {codes} FROM rows_p\nUNION ALL\n"
        f"SELECT 'customer', id, total, r1, {nothing} FROM rows_c"
    )


def _micro(words: Words, x: str) -> str:
    return words.floor(f"({x}) * CAST(1e6 AS {words.double}) + CAST(0.5 AS {words.double})")


def _aggregates(w: Words) -> list[tuple[str, str]]:
    now, day2, day90, day180, today = (w.mark(name) for name in ("now", "day2", "day90", "day180", "today"))

    def double(x: str) -> str:
        return f"CAST({x} AS {w.double})"

    def hours(a: str, b: str) -> str:
        return _micro(w, f"{double(w.micros(a, b))} / {double('3600000000')}")

    resolved = f"kind = 'complaint' AND resolved_at <= {now}"
    answered = f"needs_answer AND answered_at <= {now}"
    waits = f"needs_answer AND (answered_at IS NULL OR answered_at > {now})"
    reach = "o.current_value / o.target_value"
    some_target = "(o.target_value >= 1e-9 OR o.target_value <= -1e-9)"
    held = f"CASE WHEN {reach} < 0 THEN 0 WHEN {reach} > 1 THEN 1 ELSE {reach} END"
    return [
        (
            "needs_c",
            f"""
  SELECT customer_id, COUNT(CASE WHEN kind = 'complaint' AND (resolved_at IS NULL OR resolved_at > {now}) THEN 1 END) AS open,
    SUM(CASE WHEN {resolved} THEN {hours("raised_at", "resolved_at")} END) AS resolving,
    COUNT(CASE WHEN {resolved} THEN 1 END) AS resolved
  FROM ak_needs WHERE raised_at <= {now} AND customer_id IS NOT NULL GROUP BY customer_id""",
        ),
        (
            "touches_c",
            f"""
  SELECT customer_id, SUM(CASE WHEN occurred_at >= {day180} THEN {_micro(w, "satisfaction")} END) AS liked,
    COUNT(CASE WHEN occurred_at >= {day180} THEN satisfaction END) AS liking,
    SUM(CASE WHEN occurred_at >= {day90} THEN {_micro(w, "sentiment")} END) AS after,
    COUNT(CASE WHEN occurred_at >= {day90} THEN sentiment END) AS of_after,
    SUM(CASE WHEN occurred_at >= {day180} AND occurred_at < {day90} THEN {_micro(w, "sentiment")} END) AS before,
    COUNT(CASE WHEN occurred_at >= {day180} AND occurred_at < {day90} THEN sentiment END) AS of_before
  FROM ak_interactions WHERE occurred_at <= {now} AND customer_id IS NOT NULL GROUP BY customer_id""",
        ),
        (
            "touches_p",
            f"""
  SELECT project_id, COUNT(*) AS number, MAX(CASE WHEN direction = 'outbound' THEN occurred_at END) AS last,
    COUNT(CASE WHEN occurred_at >= {day90} THEN 1 END) AS recent, COUNT(CASE WHEN team = 'crm' THEN 1 END) AS ours,
    COUNT(CASE WHEN {waits} AND direction = 'inbound' AND kind = 'email' THEN 1 END) AS mails,
    COUNT(CASE WHEN {waits} AND occurred_at < {day2} THEN 1 END) AS waiting,
    SUM(CASE WHEN {answered} THEN {hours("occurred_at", "answered_at")} END) AS hours,
    COUNT(CASE WHEN {answered} THEN 1 END) AS answered
  FROM ak_interactions WHERE occurred_at <= {now} AND project_id IS NOT NULL GROUP BY project_id""",
        ),
        (
            "tasks_p",
            f"""
  SELECT project_id, COUNT(*) AS number, COUNT(objective_id) AS serving,
    COUNT(CASE WHEN status IN ('todo', 'in_progress') THEN due_on END) AS dated,
    COUNT(CASE WHEN status IN ('todo', 'in_progress') AND due_on < {today} THEN 1 END) AS overdue,
    SUM(CASE WHEN status = 'done' THEN {_micro(w, "effort_hours")} END) AS done,
    SUM(CASE WHEN status <> 'cancelled' THEN {_micro(w, "effort_hours")} END) AS planned
  FROM ak_tasks WHERE (created_at IS NULL OR created_at <= {now}) AND project_id IS NOT NULL GROUP BY project_id""",
        ),
        (
            "served_p",
            f"""
  SELECT c.project_id, COUNT(*) AS number, COUNT(CASE WHEN o.acknowledged_at <= {now} THEN 1 END) AS shared,
    COUNT(CASE WHEN p.id IS NOT NULL AND (p.team <> o.team OR (p.team IS NULL) <> (o.team IS NULL)) THEN 1 END) AS linked,
    SUM(CASE WHEN {some_target} THEN {_micro(w, f"o.weight * {held}")} END) AS reached,
    SUM({_micro(w, "o.weight")}) AS weights
  FROM ak_contributions c JOIN ak_objectives o ON o.id = c.objective_id LEFT JOIN ak_objectives p ON p.id = o.parent_id
  GROUP BY c.project_id""",
        ),
    ]


def _signals(w: Words) -> str:
    now, today = w.mark("now"), w.mark("today")

    def double(x: str) -> str:
        return f"CAST({x} AS {w.double})"

    def mean(total: str, number: str) -> str:
        return f"CASE WHEN {number} > 0 THEN {double(total)} / ({double(number)} * {double('1e6')}) END"

    def share(part: str, whole: str) -> str:
        return f"CASE WHEN {whole} > 0 THEN {double(part)} / {double(whole)} END"

    length = double(w.days("p.start_on", "p.due_on"))
    gone = f"{double(w.days('p.start_on', today))} / {length}"
    return f"""
  SELECT p.id, p.status, p.customer_id, p.progress, p.budget_major AS budget, c.tier, c.annual_value_major AS annual,
    {double(w.micros("ip.last", now))} / {double("86400000000")} AS silent,
    COALESCE(ip.recent, 0) AS recent, {share("ip.ours", "ip.number")} AS balance,
    {double("COALESCE(ip.mails, 0)")} AS mails, {mean("ip.hours", "ip.answered")} AS hours,
    {double("COALESCE(ip.waiting, 0)")} AS waiting, {double("COALESCE(nc.open, 0)")} AS complaints,
    {mean("nc.resolving", "nc.resolved")} AS resolving, {share("t.overdue", "t.dated")} AS overdue,
    CASE WHEN {length} <> 0 THEN {gone} END AS gone,
    {double(w.days("p.due_on", f"COALESCE(p.completed_on, {today})"))} AS late,
    CASE WHEN t.planned > 0 THEN ({double("COALESCE(t.done, 0)")} / {double("1e6")}) / ({double("t.planned")} / {double("1e6")}) END AS earned,
    CASE WHEN p.budget_major >= 1e-9 OR p.budget_major <= -1e-9 THEN p.spent_major / p.budget_major END AS used,
    {share("s.shared", "s.number")} AS agreed,
    CASE WHEN s.weights > 0 THEN ({double("s.reached")} / {double("1e6")}) / ({double("s.weights")} / {double("1e6")}) END AS reached,
    {share("t.serving", "t.number")} AS serving, {share("s.linked", "s.number")} AS linked,
    {mean("ic.liked", "ic.liking")} AS liking,
    CASE WHEN ic.of_after > 0 AND ic.of_before > 0
      THEN {mean("ic.after", "ic.of_after").removeprefix("CASE WHEN ic.of_after > 0 THEN ").removesuffix(" END")}
      - {mean("ic.before", "ic.of_before").removeprefix("CASE WHEN ic.of_before > 0 THEN ").removesuffix(" END")} END AS mood
  FROM ak_projects p LEFT JOIN ak_customers c ON c.id = p.customer_id LEFT JOIN touches_p ip ON ip.project_id = p.id
  LEFT JOIN tasks_p t ON t.project_id = p.id LEFT JOIN served_p s ON s.project_id = p.id
  LEFT JOIN needs_c nc ON nc.customer_id = p.customer_id LEFT JOIN touches_c ic ON ic.customer_id = p.customer_id"""


def _codes(w: Words) -> str:
    def d(x: float) -> str:
        return f"CAST({x!r} AS {w.double})"

    def clamp(x: str) -> str:
        return f"CASE WHEN {x} < {d(0.0)} THEN {d(0.0)} WHEN {x} > {d(1.0)} THEN {d(1.0)} ELSE {x} END"

    def ramp(x: str, best: float, worst: float) -> str:
        return clamp(f"({x} - {d(worst)}) / {d(best - worst)}")

    def decay(x: str, half: str) -> str:
        return f"CASE WHEN {x} <= 0 THEN {d(1.0)} ELSE {half} / ({half} + {x}) END"

    size = clamp(f"annual / {d(500000.0)}")
    gone = clamp("gone")
    half = f"CASE WHEN tier = 'A' THEN {d(1.0)} ELSE {d(2.0)} END"
    wanted = f"CASE WHEN tier IN ('A', 'B') THEN {d(6.0)} ELSE {d(3.0)} END"
    balance = f"{d(2.5)} * CASE WHEN {d(1.0)} - balance < balance THEN {d(1.0)} - balance ELSE balance END"
    rules = [
        f"CASE WHEN silent IS NULL THEN CASE WHEN status = 'active' THEN {d(0.0)} END ELSE {decay('silent', d(30.0))} END",
        f"CASE WHEN status = 'active' AND customer_id IS NOT NULL THEN {clamp(f'CAST(recent AS {w.double}) / {wanted}')} END",
        f"CASE WHEN balance IS NOT NULL THEN {clamp(balance)} END",
        decay("mails", d(2.0)),
        f"CASE WHEN hours IS NOT NULL THEN {ramp('hours', 4.0, 72.0)} END",
        clamp(f"{d(1.0)} - {d(0.25)} * waiting"),
        f"CASE WHEN customer_id IS NOT NULL THEN {decay('complaints', half)} END",
        f"CASE WHEN resolving IS NOT NULL THEN {ramp('resolving', 24.0, 240.0)} END",
        f"CASE WHEN overdue IS NOT NULL THEN {d(1.0)} - {clamp(f'{d(1.5)} * overdue')} END",
        (
            f"CASE WHEN status = 'active' AND progress IS NOT NULL AND gone IS NOT NULL "
            f"THEN {clamp(f'{d(1.0)} + {d(2.0)} * (progress - {gone})')} END"
        ),
        f"CASE WHEN late IS NOT NULL THEN {decay('late', d(20.0))} END",
        f"CASE WHEN earned IS NOT NULL AND gone IS NOT NULL THEN {ramp(f'(earned - {d(0.5)} * {gone})', 0.5, -0.5)} END",
        f"CASE WHEN used IS NOT NULL AND progress IS NOT NULL THEN {ramp('(used - progress)', 0.0, 0.3)} END",
        f"CASE WHEN annual IS NOT NULL AND overdue IS NOT NULL THEN {d(1.0)} - {size} * overdue END",
        "agreed",
        f"CASE WHEN reached IS NOT NULL THEN {clamp('reached')} END",
        f"CASE WHEN serving IS NOT NULL THEN {ramp('serving', 0.9, 0.2)} END",
        f"CASE WHEN linked IS NOT NULL THEN {ramp('linked', 0.5, 0.0)} END",
        f"CASE WHEN liking IS NOT NULL THEN {ramp('liking', 9.0, 4.0)} END",
        f"CASE WHEN mood IS NOT NULL THEN {clamp(f'{d(0.5)} + {d(0.5)} * mood')} END",
    ]
    inner = ", ".join(f"{text} AS v{place}" for place, text in enumerate(rules, 1))
    outer = ", ".join(
        f"COALESCE({_micro(w, f'v{place}')}, {w.whole('-2')}) AS r{place}" for place in range(1, len(rules) + 1)
    )
    return f"\n  SELECT id, customer_id, budget, {outer} FROM (SELECT id, customer_id, budget, {inner} FROM signals LIMIT {_ALL} OFFSET 0) v"


_ALL: Final = 1_000_000_000_000


def _totals(w: Words) -> list[tuple[str, str]]:
    """Shares of points over dimensions, then over rules, as the policy says."""
    dimensions = sorted(DIMENSIONS)
    members = {name: [place for place, of in enumerate(DIMENSION_OF) if of == name] for name in dimensions}
    passed = ", ".join(f"r{place}" for place in range(1, 21))
    running = []
    for name in dimensions:
        so_far: list[str] = []
        for place in members[name]:
            so_far.append(f"CASE WHEN r{place + 1} >= 0 THEN {w.whole(str(WEIGHTS[place]))} ELSE {w.whole('0')} END")
            running.append(f"{' + '.join(so_far)} AS c{place + 1}")
    upto: list[str] = []
    edges = []
    for number, name in enumerate(dimensions):
        whole = f"c{members[name][-1] + 1}"
        upto.append(f"CASE WHEN {whole} > 0 THEN {w.whole(str(DIMENSIONS[name]))} ELSE {w.whole('0')} END")
        edges.append(f"{' + '.join(upto)} AS u{number}")
    last = len(dimensions) - 1
    points = w.whole(str(POINTS))
    parts = []
    for number, name in enumerate(dimensions):
        whole = f"c{members[name][-1] + 1}"
        before = f" - (u{number - 1} * {points}) {w.quotient} u{last}" if number else ""
        parts.append(
            f"CASE WHEN {whole} > 0 THEN (u{number} * {points}) {w.quotient} u{last}{before} ELSE {w.whole('0')} END AS p{number}"
        )
    won = []
    for number, name in enumerate(dimensions):
        whole = f"c{members[name][-1] + 1}"
        for at, place in enumerate(members[name]):
            share = f"(p{number} * c{place + 1}) {w.quotient} {whole}"
            if at:
                share = f"({share} - (p{number} * c{members[name][at - 1] + 1}) {w.quotient} {whole})"
            won.append(
                f"CASE WHEN r{place + 1} > 0 THEN ({share} * r{place + 1}) {w.quotient} {w.whole('1000000')} ELSE 0 END"
            )
    some = " OR ".join(f"r{place} >= 0" for place in range(1, 21))
    all_c = ", ".join(f"c{place}" for place in range(1, 21))
    kept = f"id, customer_id, budget, {passed}"
    mean = f"(CAST(won AS {w.double}) / CAST(1e6 AS {w.double})) / (CAST(whole AS {w.double}) / CAST(1e6 AS {w.double})) / CAST(100 AS {w.double})"
    score = f"CAST(total AS {w.double}) / CAST(1e6 AS {w.double})"
    clamped = f"CASE WHEN {mean} < 0 THEN 0 WHEN {mean} > 1 THEN 1 ELSE {mean} END"
    return [
        ("weights_p", f"\n  SELECT {kept}, {', '.join(running)} FROM codes"),
        ("edges_p", f"\n  SELECT {kept}, {all_c}, {', '.join(edges)} FROM weights_p"),
        ("parts_p", f"\n  SELECT {kept}, {all_c}, {', '.join(parts)} FROM edges_p"),
        ("rows_p", f"\n  SELECT {kept}, CASE WHEN {some} THEN {' + '.join(won)} ELSE -1 END AS total FROM parts_p"),
        ("sums_c", f"""
  SELECT customer_id, SUM({_micro(w, f"budget * ({score})")}) AS won, SUM({_micro(w, "budget")}) AS whole
  FROM rows_p WHERE total >= 0 AND budget IS NOT NULL GROUP BY customer_id"""),
        ("codes_c", f"""
  SELECT c.id, COALESCE(CASE WHEN s.whole > 0 THEN {_micro(w, clamped)} END, {w.whole("-2")}) AS r1
  FROM ak_customers c LEFT JOIN sums_c s ON s.customer_id = c.id"""),
        ("rows_c", "\n  SELECT id, CASE WHEN r1 >= 0 THEN 100 * r1 ELSE -1 END AS total, r1 FROM codes_c"),
    ]  # fmt: skip
