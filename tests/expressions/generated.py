"""Generates rules as text: everything a rule may contain, typed, so that the checker lets it through."""

from __future__ import annotations

from hypothesis import strategies as st

NUMBERS = {
    "project": [
        "ak.default(project.progress, 0.5)",
        "ak.default(project.budget, 10)",
        "ak.default(project.spent, 0)",
        "ak.default(ak.days_between(project.start_on, today), 0)",
        "ak.default(ak.days_between(project.due_on, today), 7)",
    ],
    "customer": ["ak.default(customer.annual_value, 1)", "ak.default(customer.contact_cadence_days, 30)"],
    "objective": [
        "ak.default(objective.confidence, 0.3)",
        "objective.weight",
        "ak.default(ak.ratio(objective.current_value, objective.target_value), 0.25)",
    ],
    "portfolio": ["ak.count(portfolio.customers)"],
}
CONDITIONS = {
    "project": [
        'project.status == "active"',
        'project.status not in ("planned", "cancelled")',
        "project.progress is not None and project.progress > 0.5",
        "project.due_on is not None and project.due_on < today",
        "project.customer is None",
        'project.customer is not None and project.customer.tier == "A"',
        'project.health != "on_track"',
        "project.budget is not None",
    ],
    "customer": [
        'customer.stage == "active"',
        "customer.tier is None",
        "customer.contract_end_on is not None and today <= customer.contract_end_on",
    ],
    "objective": [
        'objective.kind in ("reach", "increase")',
        "objective.acknowledged_at is None",
        "objective.parent is not None and objective.parent.weight > 1",
    ],
    "portfolio": ["ak.exists(c for c in portfolio.customers if c.annual_value is not None)"],
}
RELATIONS = {
    "project": {"interactions": "interaction", "needs": "need", "tasks": "task", "contributions": "contribution",
                "upcoming": "interaction"},
    "customer": {"projects": "project", "interactions": "interaction", "needs": "need", "opportunities": "opportunity"},
    "objective": {"contributions": "contribution", "tasks": "task", "children": "objective", "check_ins": "check_in"},
    "portfolio": {"customers": "customer", "projects": "project", "tasks": "task", "needs": "need"},
}  # fmt: skip
ITEM_NUMBERS = {
    "interaction": ["x.satisfaction", "x.sentiment", "ak.hours_between(x.occurred_at, x.answered_at)",
                    "ak.days_between(x.occurred_at, now)"],
    "need": ["x.severity", "x.importance", "ak.days_between(x.raised_at, x.resolved_at)"],
    "task": ["x.effort_hours", "x.spent_hours", "ak.days_between(x.due_on, today)", "ak.ratio(x.spent_hours, x.effort_hours)",
             "ak.default(x.effort_hours, x.spent_hours)", "(x.effort_hours if x.is_milestone else None)",
             "ak.ramp(ak.days_between(x.created_at, now), best=0, worst=30)"],
    "contribution": ["x.weight", "x.weight * x.objective.weight", "x.project.progress", "x.objective.score"],
    "project": ["x.progress", "x.budget", "x.score", "ak.ratio(x.spent, x.budget)"],
    "opportunity": ["x.amount"],
    "objective": ["x.weight", "x.confidence"],
    "check_in": ["x.confidence", "x.value"],
    "customer": ["x.annual_value", "x.score"],
}  # fmt: skip
KNOWABLE = {"project": "project.progress", "customer": "customer.annual_value", "objective": "objective.confidence"}
ITEM_TIMES = {
    "interaction": ["x.occurred_at", "x.answered_at"],
    "need": ["x.raised_at", "x.told_at"],
    "task": ["x.completed_at", "x.created_at"],
    "check_in": ["x.occurred_at"],
    "opportunity": ["x.closed_at"],
}
ITEM_TESTS = {
    "interaction": ['x.kind == "email"', 'x.direction == "inbound"', "x.needs_answer", "x.answered_at is None",
                    "x.answered_at is not None", "x.occurred_at > now - timedelta(days=90)", 'x.kind in ("call", "note")',
                    'x.project is not None and x.project.status == "active"', "not x.needs_answer", 'x.team != "crm"',
                    "x.satisfaction is not None and x.satisfaction >= 3", "x.sentiment == 0.5", "x.satisfaction in (1, 4, 5)",
                    "x.project is not None and busy(x.project)", "not (x.satisfaction is None or x.sentiment is None)",
                    ("x.project is not None and x.project.customer is not None"
                     " and ak.default(valued(x.project.customer), False)")],
    "need": ['x.kind == "complaint"', "x.resolved_at is None", 'x.kind == "promise" or x.severity is None',
             "x.due_on is not None and x.due_on < today", "x.severity is not None and x.severity >= 4",
             "x.task is not None and x.task.completed_at is not None and x.task.completed_at < x.raised_at",
             "x.severity in (1, 2)", "not (x.severity == 4)", "x.kind is not None", "x.importance == x.severity",
             "ak.default(x.severity, x.importance) is None", "False or x.told_at is not None", "ak.days_between(x.raised_at, x.told_at) is None"],
    "task": ['x.status == "done"', 'x.status != "cancelled"', "x.due_on is not None and x.due_on < today", "x.is_milestone",
             "x.objective is not None and x.objective.weight > 1", "x.objective_id is None",
             "x.effort_hours == x.spent_hours", "ak.default(x.effort_hours, 1) > ak.default(x.spent_hours, 2)",
             "(x.effort_hours if x.is_milestone else x.spent_hours) is not None",
             "x.parent is not None and x.parent.status == 'done'", "late(x, today)"],
    "contribution": ['x.kind == "contribute"', "x.weight > 1", 'x.project.status == "active"',
                     "x.objective.acknowledged_at is not None", "x.objective.score is not None and x.objective.score > 40"],
    "project": ['x.status == "active"', 'x.band == "red"', "x.score is not None", "busy(x)", "open_tasks(x) > 1",
                "ak.exists(t for t in x.tasks if t.status == 'done')"],
    "opportunity": ['x.stage == "won"', "x.closed_at is not None and x.closed_at > now - timedelta(days=30)"],
    "objective": ["x.confidence is not None", "x.parent is None"],
    "check_in": ["x.confidence is not None and x.confidence < 0.5"],
    "customer": ['x.tier == "A"', 'x.band != "green"', "ak.count(p for p in x.projects) > 1", "x.score is not None"],
}  # fmt: skip
HELPERS = """
def open_tasks(project: ak.ProjectView) -> int:
    return ak.count(t for t in project.tasks if t.status not in ("done", "cancelled"))

def busy(project: ak.ProjectView) -> bool:
    return project.status == "active" and open_tasks(project) > 0

def valued(customer: ak.CustomerView) -> bool | None:
    if customer.annual_value is None:
        return None
    return ak.exists(p for p in customer.projects if busy(p)) and customer.annual_value > 10

def late(task: ak.TaskView, today: date) -> bool:
    return task.due_on is not None and task.due_on < today and task.status != "done"

def served(customer: ak.CustomerView) -> ak.Score:
    if customer.tier is None:
        return ak.NOT_APPLICABLE
    return ak.share(busy(p) for p in customer.projects)
"""


def _allowed(kind: str, text: str) -> bool:
    """Scores are read of earlier kinds only."""
    if kind == "objective":
        return "score" not in text and "band" not in text
    if kind == "project":
        return "x.score" not in text and "x.band" not in text
    return True


def _compared(numbers: list[str], names: dict[str, str]) -> list[str]:
    """Conditions on an item that look at what was found before."""
    known = [name for name, sort in names.items() if sort == "number"]
    return [f"ak.default({number}, 1) > {name}" for number in numbers[:2] for name in known]


@st.composite
def aggregates(draw: st.DrawFn, kind: str, names: dict[str, str]) -> tuple[str, str]:
    """An aggregate and its type: number, maybe (a number or None), condition, moment (or None), record (or None)."""
    relation = draw(st.sampled_from(sorted(RELATIONS[kind])))
    item = RELATIONS[kind][relation]
    numbers = [n for n in ITEM_NUMBERS[item] if _allowed(kind, n)]
    tests = [t for t in ITEM_TESTS[item] if _allowed(kind, t)]
    tests += _compared(numbers, names)
    chosen = draw(st.lists(st.sampled_from(tests), max_size=3, unique=True))
    where = "".join(f" if {test}" for test in chosen)
    ops = ["count", "exists", "every", "share", "total", "mean", "minimum", "maximum"]
    if item in ITEM_TIMES:
        ops += ["latest", "earliest"]
    if item == "interaction":
        ops += ["last", "first"]
    op = draw(st.sampled_from(ops))
    over = f"for x in {kind}.{relation}{where}"
    if op in ("count", "exists"):
        return f"ak.{op}(x {over})", "number" if op == "count" else "condition"
    if op in ("every", "share"):
        test = draw(st.sampled_from(tests))
        return f"ak.{op}({test} {over})", "condition" if op == "every" else "maybe"
    if op in ("last", "first"):
        return f"ak.{'latest' if op == 'last' else 'earliest'}(x {over})", "record"
    if op in ("latest", "earliest"):
        return f"ak.{op}({draw(st.sampled_from(ITEM_TIMES[item]))} {over})", "moment"
    number = draw(st.sampled_from(numbers))
    return f"ak.{op}({number} {over})", "number" if op == "total" else "maybe"


def _numbers(kind: str, names: dict[str, str]) -> st.SearchStrategy[str]:
    plain = [*NUMBERS[kind], "0.25", "3", *(name for name, sort in names.items() if sort == "number")]
    plain += [f"ak.default({name}, 0.5)" for name, sort in names.items() if sort == "maybe"]
    plain += [f"ak.default(ak.days_between({name}, now), 100)" for name, sort in names.items() if sort == "moment"]
    leaf = st.sampled_from(plain)
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-"), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            st.tuples(inner, st.sampled_from(["2", "0.1", "8"])).map(lambda p: f"({p[0]} / {p[1]})"),
            st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(lambda p: f"{p[0]}({p[1]}, {p[2]})"),
            st.tuples(inner, _conditions(kind, names), inner).map(lambda p: f"({p[0]} if {p[1]} else {p[2]})"),
            inner.map(lambda n: f"abs({n})"),
            inner.map(lambda n: f"ak.clamp({n}, -5, 50)"),
        ),
        max_leaves=4,
    )


def _conditions(kind: str, names: dict[str, str]) -> st.SearchStrategy[str]:
    plain = [*CONDITIONS[kind], *(name for name, sort in names.items() if sort == "condition")]
    for record in (name for name, sort in names.items() if sort == "record"):
        plain += [
            f"({record} is not None and ({test.replace('x.', f'{record}.')}))" for test in ITEM_TESTS["interaction"]
        ]
    plain += [f"{name} > 1" for name, sort in names.items() if sort == "number"]
    plain += [f"({name} is not None and {name} < 2)" for name, sort in names.items() if sort == "maybe"]
    plain += [
        f"({name} is not None and {name} > now - timedelta(days=30))" for name, s in names.items() if s == "moment"
    ]
    leaf = st.sampled_from(plain).map(lambda text: f"({text})")
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            inner.map(lambda c: f"(not {c})"),
        ),
        max_leaves=3,
    )


@st.composite
def outcomes(draw: st.DrawFn, kind: str, names: dict[str, str]) -> str:
    """What a return gives."""
    number = draw(_numbers(kind, names))
    condition = draw(_conditions(kind, names))
    maybe = [name for name, sort in names.items() if sort == "maybe"] or [number]
    choices = [
        number,
        condition,
        f"ak.clamp({number})",
        f"ak.ramp({number}, best=0, worst=3)",
        f"ak.ramp({draw(st.sampled_from(maybe))}, best=5, worst=0.5)",
        f"ak.decay({number}, half_life=2)",
        f"ak.steps({number}, (0.5, 1.0), (2, 0.5), otherwise=0.1)",
        f"ak.steps({draw(st.sampled_from(maybe))}, (3, 1), (1, 0.25), otherwise=0, when='at_least')",
        f"ak.ratio({number}, {draw(st.sampled_from(maybe))})",
        f"ak.default({draw(st.sampled_from(maybe))}, {draw(st.sampled_from(maybe))})",
        f"ak.ratio(ak.decay({draw(st.sampled_from(maybe))}, half_life=3), 1.5)",
        f"({condition}) if {condition} else None",
        f"0.5 if {condition} else ak.NOT_APPLICABLE",
        "None",
        "ak.NOT_APPLICABLE",
        "1.0",
    ]
    if kind == "project":
        choices += ["served(project.customer) if project.customer is not None else 0.5", "busy(project)"]
    if kind == "customer":
        choices += ["served(customer)", "valued(customer)"]
    return draw(st.sampled_from(choices))


@st.composite
def rules(draw: st.DrawFn, kind: str, name: str) -> str:
    """The text of a rule, helpers not included."""
    lines = []
    names: dict[str, str] = {}
    if kind in KNOWABLE and draw(st.booleans()):
        lines.append(f"if {KNOWABLE[kind]} is None:\n        return {draw(st.sampled_from(['None', '0.5']))}")
        names[KNOWABLE[kind]] = "number"
    for index in range(draw(st.integers(0, 4))):
        text, sort = draw(aggregates(kind, names))
        moments = [known for known, of in names.items() if of == "moment"]
        if moments and draw(st.booleans()):
            guard = draw(st.sampled_from(moments))
            lines.append(
                f"if {guard} is None:\n        return {draw(st.sampled_from(['None', '0.0', 'ak.NOT_APPLICABLE']))}"
            )
            names = {known: of for known, of in names.items() if known != guard}
            if kind in ("project", "customer"):
                text = f"ak.count(x for x in {kind}.interactions if x.occurred_at >= {guard})"
                sort = "number"
        lines.append(f"n{index} = {text}")
        names[f"n{index}"] = sort
    if draw(st.booleans()):
        lines.append(f"if {draw(_conditions(kind, names))}:\n        return {draw(outcomes(kind, names))}")
    lines.append(f"return {draw(outcomes(kind, names))}")
    return _function(kind, name, lines)


def _function(kind: str, name: str, lines: list[str]) -> str:
    head = f"def {name}({kind}: ak.{kind.title()}View, now: datetime, today: date) -> ak.Score:\n"
    return head + "".join(f"    {line}\n" for line in lines)


@st.composite
def gates(draw: st.DrawFn, kind: str) -> str:
    """The text of a gate."""
    text, sort = draw(aggregates(kind, {}))
    lines = [f"n0 = {text}", f"return {draw(_conditions(kind, {'n0': sort}))}"]
    return _function(kind, f"{kind}_shut", lines)
