"""
The benchmark policy by hand: what the generated code is measured beside.

`fused` gives exactly what `Policy.assess` gives, to the micro-point, and is written for speed: one pass over each
collection, locals, no calls inside loops other than those that calculate. `plain` is the least that such a job can
be: whole seconds, linked objects, floats, nothing quantised and nothing kept but the scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import floor
from typing import Any, Final

from workload import DAY, PlainCustomer, PlainProject, T

from policy import DIMENSIONS

__all__ = ["Rows", "Shares", "fused", "plain", "rescored", "shares_of"]

Row = tuple[int, ...]
Rows = tuple[dict[str, Row], dict[str, Row]]
Children = Callable[[str, Sequence[Any]], Sequence[Any]]
Shares = dict[int, tuple[int, ...]]

WEIGHTS: Final = (2, 1, 1, 1, 2, 2, 3, 1, 2, 2, 1, 1, 2, 1, 2, 2, 1, 1, 2, 1)
DIMENSION_OF: Final = (
    *("communication",) * 4,
    *("responsiveness",) * 4,
    *("delivery",) * 4,
    *("budget",) * 2,
    *("objectives",) * 4,
    *("client",) * 2,
)
POINTS: Final = 100_000_000


def shares_of(absent: int) -> tuple[int, ...]:
    """Micro-points of each rule when those whose bit is set have no score."""
    groups: dict[str, list[int]] = {}
    for place, dimension in enumerate(DIMENSION_OF):
        if not absent >> place & 1:
            groups.setdefault(dimension, []).append(place)
    shares = [0] * len(WEIGHTS)
    whole, before = sum(DIMENSIONS[name] for name in groups), 0
    for name in sorted(groups):
        upto = before + DIMENSIONS[name]
        part = POINTS * upto // whole - POINTS * before // whole
        before = upto
        of_rules, running = sum(WEIGHTS[place] for place in groups[name]), 0
        for place in groups[name]:
            shares[place] = part * (running + WEIGHTS[place]) // of_rules - part * running // of_rules
            running += WEIGHTS[place]
    return tuple(shares)


def fused(facts: Any, now: datetime, today: date, shares: Shares) -> Rows:
    """Rows of projects and customers, `(total, *codes)` each, as an assessment holds them."""
    customers = facts.records("customers").values()
    return _scored(facts, customers, now, today, shares)


def rescored(facts: Any, ids: Iterable[str], now: datetime, today: date, shares: Shares) -> Rows:
    """The same for some customers."""
    records = facts.records("customers")
    return _scored(facts, [records[id] for id in ids], now, today, shares)


def _scored(facts: Any, customers: Iterable[Any], now: datetime, today: date, shares: Shares) -> Rows:
    return score(
        customers,
        facts.children("projects", "customer_id").get,
        facts.children("needs", "customer_id").get,
        facts.children("interactions", "customer_id").get,
        facts.children("interactions", "project_id").get,
        facts.children("tasks", "project_id").get,
        facts.children("contributions", "project_id").get,
        facts.records("objectives"),
        now,
        today,
        shares,
    )


def score(
    customers: Iterable[Any],
    projects_of: Children,
    needs_of: Children,
    customer_interactions: Children,
    project_interactions: Children,
    tasks_of: Children,
    contributions_of: Children,
    objectives: Mapping[str, Any],
    now: datetime,
    today: date,
    shares: Shares,
) -> Rows:
    """The pass itself. One function on purpose: a call costs as much as a rule."""
    project_rows: dict[str, Row] = {}
    customer_rows: dict[str, Row] = {}
    day2, day90, day180 = now - timedelta(days=2), now - timedelta(days=90), now - timedelta(days=180)
    this_day = today.toordinal()
    for c in customers:
        cid = c.id
        unsettled = resolving = resolved = 0
        for n in needs_of(cid, ()):
            if n.kind == "complaint":
                moment = n.resolved_at
                if moment is None:
                    unsettled += 1
                else:
                    d = moment - n.raised_at
                    micros = (d.days * 86400 + d.seconds) * 1000000 + d.microseconds
                    resolving += floor(micros / 3600000000.0 * 1e6 + 0.5)
                    resolved += 1
        liked = liking = after = of_after = before = of_before = 0
        for i in customer_interactions(cid, ()):
            moment = i.occurred_at
            if moment >= day180:
                x = i.satisfaction
                if x is not None:
                    liked += floor(x * 1e6 + 0.5)
                    liking += 1
                x = i.sentiment
                if x is not None:
                    if moment >= day90:
                        after += floor(x * 1e6 + 0.5)
                        of_after += 1
                    else:
                        before += floor(x * 1e6 + 0.5)
                        of_before += 1
        tier = c.tier
        annual = c.annual_value
        of_customer = 0
        half_life = 1 if tier == "A" else 2
        few_complaints = 1000000 if unsettled == 0 else floor(half_life / (half_life + unsettled) * 1e6 + 0.5)
        if resolved:
            x = (resolving / (resolved * 1e6) - 240.0) / -216.0
            resolution = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
        else:
            resolution = -2
            of_customer |= 1 << 7
        if liking:
            x = (liked / (liking * 1e6) - 4.0) / 5.0
            satisfaction = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
        else:
            satisfaction = -2
            of_customer |= 1 << 18
        if of_after and of_before:
            x = 0.5 + 0.5 * (after / (of_after * 1e6) - before / (of_before * 1e6))
            mood = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
        else:
            mood = -2
            of_customer |= 1 << 19
        wanted = 6.0 if tier == "A" or tier == "B" else 3.0
        if annual is not None:
            x = annual.major / 500000
            size = 0.0 if x < 0.0 else 1.0 if x > 1.0 else x
        won = whole = 0
        for p in projects_of(cid, ()):
            pid = p.id
            absent = of_customer
            last = None
            recent = ours = late_answers = mails = hours = answered = 0
            interactions = project_interactions(pid, ())
            for i in interactions:
                moment = i.occurred_at
                if moment >= day90:
                    recent += 1
                if i.direction == "outbound" and (last is None or moment > last):
                    last = moment
                if i.team == "crm":
                    ours += 1
                if i.needs_answer:
                    x = i.answered_at
                    if x is None:
                        if moment < day2:
                            late_answers += 1
                        if i.direction == "inbound" and i.kind == "email":
                            mails += 1
                    else:
                        d = x - moment
                        micros = (d.days * 86400 + d.seconds) * 1000000 + d.microseconds
                        hours += floor(micros / 3600000000.0 * 1e6 + 0.5)
                        answered += 1
            planned = done = dated = overdue = serving = 0
            tasks = tasks_of(pid, ())
            for k in tasks:
                status = k.status
                effort = k.effort_hours
                if status == "done":
                    if effort is not None:
                        micros = floor(effort * 1e6 + 0.5)
                        done += micros
                        planned += micros
                elif status != "cancelled":
                    if effort is not None:
                        planned += floor(effort * 1e6 + 0.5)
                    if status == "todo" or status == "in_progress":
                        due = k.due_on
                        if due is not None:
                            dated += 1
                            if due < today:
                                overdue += 1
                if k.objective_id is not None:
                    serving += 1
            shared = linked = reached = weights = 0
            contributions = contributions_of(pid, ())
            for e in contributions:
                o = objectives[e.objective_id]
                weight = o.weight
                weights += floor(weight * 1e6 + 0.5)
                if o.acknowledged_at is not None:
                    shared += 1
                target = o.target_value
                if target is not None and not -1e-09 < target < 1e-09:
                    x = o.current_value
                    if x is not None:
                        x /= target
                        reached += floor(weight * (0.0 if x < 0.0 else 1.0 if x > 1.0 else x) * 1e6 + 0.5)
                parent = o.parent_id
                if parent is not None and objectives[parent].team != o.team:
                    linked += 1
            active = p.status == "active"
            if last is not None:
                d = now - last
                x = ((d.days * 86400 + d.seconds) * 1000000 + d.microseconds) / 86400000000.0
                r0 = 1000000 if x <= 0 else floor(30.0 / (30.0 + x) * 1e6 + 0.5)
            elif active:
                r0 = 0
            else:
                r0 = -2
                absent |= 1
            if active:
                x = recent / wanted
                r1 = 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r1 = -2
                absent |= 2
            if interactions:
                x = ours / len(interactions)
                if 1 - x < x:  # noqa: PLR1730 - a call of min() takes longer
                    x = 1 - x
                x *= 2.5
                r2 = 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r2 = -2
                absent |= 4
            r3 = floor(2.0 / (2.0 + mails) * 1e6 + 0.5) if mails else 1000000
            if answered:
                x = (hours / (answered * 1e6) - 72.0) / -68.0
                r4 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r4 = -2
                absent |= 16
            x = 1 - 0.25 * late_answers
            r5 = 0 if x <= 0.0 else floor(x * 1e6 + 0.5)
            if dated:
                late = overdue / dated
                x = 1.5 * late
                r8 = 0 if x >= 1.0 else floor((1 - x) * 1e6 + 0.5)
                if annual is not None:
                    r13 = floor((1 - size * late) * 1e6 + 0.5)
                else:
                    r13 = -2
                    absent |= 8192
            else:
                r8 = r13 = -2
                absent |= 8448
            progress = p.progress
            start = p.start_on
            due = p.due_on
            elapsed = None
            if due is not None:
                due_day = due.toordinal()
                if start is not None:
                    start_day = start.toordinal()
                    if due_day != start_day:
                        x = (this_day - start_day) / (due_day - start_day)
                        elapsed = 0.0 if x < 0.0 else 1.0 if x > 1.0 else x
                x = (this_day if p.completed_on is None else p.completed_on.toordinal()) - due_day
                r10 = 1000000 if x <= 0 else floor(20.0 / (20.0 + x) * 1e6 + 0.5)
            else:
                r10 = -2
                absent |= 1024
            if active and progress is not None and elapsed is not None:
                x = 1 + 2 * (progress - elapsed)
                r9 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r9 = -2
                absent |= 512
            x = planned / 1e6
            if elapsed is not None and not -1e-09 < x < 1e-09:
                x = done / 1e6 / x - 0.5 * elapsed + 0.5
                r11 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r11 = -2
                absent |= 2048
            money = p.budget
            budget = None if money is None else money.major
            money = p.spent
            if budget is not None and money is not None and progress is not None and not -1e-09 < budget < 1e-09:
                x = (money.major / budget - progress - 0.3) / -0.3
                r12 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r12 = -2
                absent |= 4096
            if contributions:
                served = len(contributions)
                r14 = floor(shared / served * 1e6 + 0.5)
                x = reached / 1e6 / (weights / 1e6)
                r15 = 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
                x = linked / served / 0.5
                r17 = 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r14 = r15 = r17 = -2
                absent |= 180224
            if tasks:
                x = (serving / len(tasks) - 0.2) / 0.7
                r16 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            else:
                r16 = -2
                absent |= 65536
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
                + w6 * few_complaints // 1000000
                + w7 * resolution // 1000000
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
                + w18 * satisfaction // 1000000
                + w19 * mood // 1000000
            )
            project_rows[pid] = (
                total, r0, r1, r2, r3, r4, r5, few_complaints, resolution, r8, r9, r10, r11, r12, r13, r14, r15, r16,
                r17, satisfaction, mood,
            )  # fmt: skip
            if budget is not None:
                won += floor(budget * (total / 1e6) * 1e6 + 0.5)
                whole += floor(budget * 1e6 + 0.5)
        x = whole / 1e6
        if -1e-09 < x < 1e-09:
            customer_rows[cid] = (-1, -2)
        else:
            x = won / 1e6 / x / 100
            r0 = 0 if x <= 0.0 else 1000000 if x >= 1.0 else floor(x * 1e6 + 0.5)
            customer_rows[cid] = (100 * r0, r0)
    return project_rows, customer_rows


def plain(customers: Iterable[PlainCustomer]) -> tuple[dict[int, float], dict[int, float | None]]:
    """
    Scores of projects and customers, 0..100, over plain linked objects.

    In the steps in which such a job is commonly written: signals of a customer, signals of a project, rules.
    """
    projects: dict[int, float] = {}
    results: dict[int, float | None] = {}
    for customer in customers:
        shared = customer_signals(customer)
        won = whole = 0.0
        for project in customer.projects:
            score = projects[project.id] = points(project_signals(project, customer, shared))
            won += project.budget * score
            whole += project.budget
        results[customer.id] = won / whole if whole else None
    return projects, results


DAY2, DAY90, DAY180 = T - 2 * DAY, T - 90 * DAY, T - 180 * DAY


def customer_signals(c: PlainCustomer) -> tuple[int, float | None, float | None, float | None]:
    """Open complaints, hours to resolve one, satisfaction, and change of mood."""
    unsettled = resolving = resolved = liking = of_after = of_before = 0
    liked = after = before = 0.0
    for i in c.interactions:
        moment = i.occurred_at
        if i.kind == "complaint":
            end = i.resolved_at
            if end is None:
                unsettled += 1
            else:
                resolving += end - moment
                resolved += 1
        if moment >= DAY180:
            x = i.satisfaction
            if x is not None:
                liked += x
                liking += 1
            if moment >= DAY90:
                after += i.sentiment
                of_after += 1
            else:
                before += i.sentiment
                of_before += 1
    return (
        unsettled,
        resolving / 3600.0 / resolved if resolved else None,
        liked / liking if liking else None,
        after / of_after - before / of_before if of_after and of_before else None,
    )


def project_signals(p: PlainProject, c: PlainCustomer, shared: tuple[Any, ...]) -> dict[str, Any]:
    """The signals that rules read, by name."""
    last = None
    number = recent = ours = late_answers = mails = seconds = answered = 0
    for i in p.interactions:
        number += 1
        moment = i.occurred_at
        if i.direction == "out" and (last is None or moment > last):
            last = moment
        if moment >= DAY90:
            recent += 1
        if i.team == "crm":
            ours += 1
        if i.needs_response:
            end = i.responded_at
            if end is not None:
                seconds += end - moment
                answered += 1
            else:
                if moment < DAY2:
                    late_answers += 1
                if i.direction == "in" and i.kind == "email":
                    mails += 1
    dated = overdue = serving = 0
    done = planned = 0.0
    for k in p.tasks:
        status = k.status
        if status == "done":
            effort = k.effort
            done += effort
            planned += effort
        elif status != "cancelled":
            planned += k.effort
            dated += 1
            if k.due_at < T:
                overdue += 1
        if k.objective_id is not None:
            serving += 1
    served = len(p.objectives)
    agreed = linked = 0
    reached = heavy = 0.0
    if served:
        teams = {o.id: o.team for o in p.objectives}
        for o in p.objectives:
            agreed += o.acknowledged
            weight = o.weight
            x = o.current / o.target
            heavy += weight
            reached += weight * (x if x < 1.0 else 1.0)
            parent = o.parent_id
            if parent is not None and teams.get(parent, o.team) != o.team:
                linked += 1
    elapsed = (T - p.start_at) / (p.due_at - p.start_at)
    elapsed = 0.0 if elapsed < 0 else 1.0 if elapsed > 1 else elapsed
    late = ((T if p.completed_at is None else p.completed_at) - p.due_at) / DAY
    return {
        "status": p.status,
        "tier": c.tier,
        "silent": None if last is None else (T - last) / DAY,
        "recent": recent,
        "balance": ours / number if number else None,
        "mails": mails,
        "hours": seconds / 3600.0 / answered if answered else None,
        "waiting": late_answers,
        "complaints": shared[0],
        "resolving": shared[1],
        "overdue": overdue / dated if dated else None,
        "pace": p.progress - elapsed if p.status == "active" else None,
        "late": late if late > 0 else 0.0,
        "earned": done / planned if planned else None,
        "elapsed": elapsed,
        "spending": p.spent / p.budget - p.progress if p.budget else None,
        "value": c.annual_value,
        "agreed": agreed / served if served else None,
        "reached": reached / heavy if served else None,
        "serving": serving / len(p.tasks) if p.tasks else None,
        "linked": linked / served if served else None,
        "satisfaction": shared[2],
        "mood": shared[3],
    }


def points(x: Mapping[str, Any]) -> float:
    """The rules, over signals by name: 0..100."""
    status = x["status"]
    tier = x["tier"]
    overdue = x["overdue"]
    silent = x["silent"]
    active = status == "active"
    got, weight = 2.0 / (2.0 + x["mails"]), 1
    if silent is not None:
        got += 2 * (30.0 / (30.0 + silent))
        weight = 3
    elif active:
        weight = 3
    if active:
        r = x["recent"] / (6.0 if tier == "A" or tier == "B" else 3.0)
        got += r if r < 1.0 else 1.0
        weight += 1
    r = x["balance"]
    if r is not None:
        r = 2.5 * (r if r < 1.0 - r else 1.0 - r)
        got += r if r < 1.0 else 1.0
        weight += 1
    number, weights = 20 * got / weight, 60
    half_life = 1.0 if tier == "A" else 2.0
    got, weight = 3 * (half_life / (half_life + x["complaints"])), 5
    r = x["hours"]
    if r is not None:
        r = (r - 72.0) / -68.0
        got += 2 * (0.0 if r < 0.0 else 1.0 if r > 1.0 else r)
        weight = 7
    r = 1.0 - 0.25 * x["waiting"]
    if r > 0.0:
        got += 2 * r
    r = x["resolving"]
    if r is not None:
        r = (r - 240.0) / -216.0
        got += 0.0 if r < 0.0 else 1.0 if r > 1.0 else r
        weight += 1
    number += 20 * got / weight
    got, weight = 20.0 / (20.0 + x["late"]), 1
    if overdue is not None:
        r = 1.5 * overdue
        got += 2 * (1.0 - (r if r < 1.0 else 1.0))
        weight = 3
    r = x["pace"]
    if r is not None:
        r = 1.0 + 2.0 * r
        got += 2 * (0.0 if r < 0.0 else 1.0 if r > 1.0 else r)
        weight += 2
    r = x["earned"]
    if r is not None:
        r = r - 0.5 * x["elapsed"] + 0.5
        got += 0.0 if r < 0.0 else 1.0 if r > 1.0 else r
        weight += 1
    number += 20 * got / weight
    got, weight = 0.0, 0
    r = x["spending"]
    if r is not None:
        r = (r - 0.3) / -0.3
        got, weight = 2 * (0.0 if r < 0.0 else 1.0 if r > 1.0 else r), 2
    if overdue is not None:
        r = x["value"] / 500000.0
        got += 1.0 - (r if r < 1.0 else 1.0) * overdue
        weight += 1
    if weight:
        number += 10 * got / weight
        weights += 10
    got, weight = 0.0, 0
    r = x["agreed"]
    if r is not None:
        got, weight = 2 * r, 2
    r = x["reached"]
    if r is not None:
        got += 2 * (0.0 if r < 0.0 else 1.0 if r > 1.0 else r)
        weight += 2
    r = x["serving"]
    if r is not None:
        r = (r - 0.2) / 0.7
        got += 0.0 if r < 0.0 else 1.0 if r > 1.0 else r
        weight += 1
    r = x["linked"]
    if r is not None:
        r = r / 0.5
        got += r if r < 1.0 else 1.0
        weight += 1
    if weight:
        number += 20 * got / weight
        weights += 20
    got, weight = 0.0, 0
    r = x["satisfaction"]
    if r is not None:
        r = (r - 4.0) / 5.0
        got, weight = 2 * (0.0 if r < 0.0 else 1.0 if r > 1.0 else r), 2
    r = x["mood"]
    if r is not None:
        r = 0.5 + 0.5 * r
        got += 0.0 if r < 0.0 else 1.0 if r > 1.0 else r
        weight += 1
    if weight:
        number += 10 * got / weight
        weights += 10
    return 100.0 * number / weights
