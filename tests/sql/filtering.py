"""Generates filters as text: conditions on one record, with what it leads to and what it has many of."""

from __future__ import annotations

from hypothesis import strategies as st

from ..expressions.generated import ITEM_NUMBERS, ITEM_TESTS, RELATIONS

FIELDS = {
    "projects": [
        "status == 'active'", "progress < done", "progress >= 0.5", "customer.tier == 'A'", "customer is None",
        "customer.tier == customer.stage", "due_on > day", "due_on == start_on", "owner != who", "name == owner",
        "health in ('on_track', 'unknown')", "days_between(start_on, due_on) > 3", "customer.contract_end_on is not None",
        "progress + 0.25 > done", "abs(default(progress, 0) - 0.5) < 0.3", "ramp(progress, best=1, worst=0) > 0.4",
        "(progress if customer.tier == 'A' else 0.2) > 0.1", "ratio(progress, done) is None", "default(progress, done) == done",
        "key is None or key == who", "max(default(progress, 0), done) > 0.6",
        "total(o.amount for o in opportunities) > 2000000000000", "mean(o.amount for o in opportunities) < 0.5",
    ],
    "interactions": [
        "kind == 'email'", "direction == 'inbound'", "needs_answer", "answered_at is None", "occurred_at > moment",
        "hours_between(occurred_at, answered_at) < 5", "project.status == 'active'", "project.customer.tier == 'A'",
        "satisfaction in (1, 4)", "sentiment < 0", "need.task.is_milestone", "subject == ''", "subject != who", "contact.customer.tier == who",
        "need.task.effort_hours > 1", "scale_low == scale_high", "answered_at >= occurred_at",
    ],
    "needs": [
        "severity == importance", "task.is_milestone", "task.completed_at < raised_at", "due_on < day", "title != who",
        "severity / 2 > 1.5", "severity * 2 - 1 > importance", "objective.parent.weight > 1", "min(default(severity, 3), 2) == 2",
        "clamp(severity, 2, 3) == 2", "default(severity, importance) is None", "steps(severity, (2, 1.0), otherwise=0) > 0.5",
    ],
}  # fmt: skip
OF = {"projects": "project", "interactions": "interaction", "needs": "need"}
NAMES = {"done": 0.5, "who": "a"}


@st.composite
def _aggregates(draw: st.DrawFn) -> str:
    relation = draw(st.sampled_from(["interactions", "needs", "tasks", "contributions"]))
    item = RELATIONS["project"][relation]
    plain = [
        t
        for t in ITEM_TESTS[item]
        if not any(w in t for w in ("now", "today", "busy", "valued", "late", "score", "ak."))
    ]
    numbers = [n for n in ITEM_NUMBERS[item] if not any(w in n for w in ("now", "today", "score", "ak."))]
    where = "".join(f" if {test}" for test in draw(st.lists(st.sampled_from(plain), max_size=2, unique=True)))
    over = f"for x in {relation}{where}"
    number, test = draw(st.sampled_from(numbers)), draw(st.sampled_from(plain))
    return draw(
        st.sampled_from(
            [
                f"count(x {over}) > 1",
                f"exists(x {over})",
                f"every({test} {over})",
                f"default(share({test} {over}), 0) >= 0.5",
                f"total({number} {over}) > 2",
                f"mean({number} {over}) is not None",
                f"default(maximum({number} {over}), 1) == default(minimum({number} {over}), 1)",
            ]
        )
    )


def conditions(collection: str) -> st.SearchStrategy[str]:
    """Conditions on the facts of a collection; they use the names done, who, day and moment."""
    leaf = st.sampled_from(FIELDS[collection])
    if collection == "projects":
        leaf = leaf | _aggregates()
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda p: f"({p[0]} {p[1]} {p[2]})"),
            inner.map(lambda c: f"(not ({c}))"),
        ),
        max_leaves=4,
    )
