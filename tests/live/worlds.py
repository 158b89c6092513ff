"""What tests of monitors share: random changes of a store, and the comparison with a full assessment."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import attrs
from hypothesis import strategies as st

import alignkit as ak
from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.errors import AlignkitError
from alignkit.live.monitor import Monitor
from alignkit.testing import strategies

__all__ = ["EXCHANGE", "later", "rows_of", "steps", "write", "wrong"]

EXCHANGE: Final = ak.Exchange("EUR", {"USD": "0.9", "GBP": "1.2", "JPY": "0.006", "CHF": "1.05"})
_IDS: Final = ("a", "b", "c")
_WRITTEN: Final = tuple(name for name in COLLECTIONS)
_NEEDED: Final = {
    name: {field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING}
    for name, cls in COLLECTIONS.items()
}


def _facts(name: str) -> st.SearchStrategy[Any]:
    ids = st.sampled_from(_IDS)
    references = {field: ids if field in _NEEDED[name] else st.none() | ids for field in REFERENCES[name]}
    made: st.SearchStrategy[Any] = getattr(strategies, name)(id=ids, **references)
    return made


def steps() -> st.SearchStrategy[tuple[Any, ...]]:
    """One thing that happens: facts are written or removed, a person is erased, time passes."""
    facts = st.one_of([_facts(name) for name in _WRITTEN])
    batch = st.lists(facts, min_size=1, max_size=5, unique_by=lambda fact: (type(fact), fact.id))
    removed = st.tuples(st.sampled_from(_WRITTEN[:10]), st.sampled_from(_IDS))
    hours = st.sampled_from((0, 0, 1, 30, 24 * 20))
    return st.one_of(
        st.tuples(st.just("write"), batch, st.sampled_from((True, True, True, False))),
        st.tuples(st.just("write"), batch, st.just(True)),
        st.tuples(st.just("remove"), removed),
        st.tuples(st.just("erase"), st.sampled_from(_IDS)),
        st.tuples(st.just("pass"), hours),
    )


def write(store: Any, step: tuple[Any, ...], now: datetime) -> None:
    """Do to a store what a step says, where the laws allow it."""
    try:
        match step:
            case "write", batch, journal:
                store.upsert(batch, at=now, team="pmo", journal=journal, dangling="unlink")
            case "remove", (name, id):
                with store.unit_of_work(at=now, team="crm") as unit:
                    getattr(unit, name).remove(id)
                    unit.commit()
            case "erase", id:
                store.erase(id, at=now)
    except AlignkitError:
        return


def rows_of(assessment: Any) -> dict[str, dict[str, tuple[int, ...]]]:
    """All outcomes, as plain dictionaries."""
    return {kind: dict(rows) for kind, rows in assessment.rows.items() if rows}


def wrong(monitor: Monitor, store: Any, now: datetime, kinds: tuple[str, ...]) -> list[Any]:
    """The subjects on which a monitor and a full assessment differ."""
    ours = rows_of(monitor.assessment)
    full = rows_of(monitor.policy.assess(store.portfolio(), now=now))
    return [
        (kind, id, ours.get(kind, {}).get(id), full.get(kind, {}).get(id))
        for kind in kinds
        for id in ours.get(kind, {}).keys() | full.get(kind, {}).keys()
        if ours.get(kind, {}).get(id) != full.get(kind, {}).get(id)
    ]


def later(now: datetime, hours: int) -> datetime:
    """So many hours later."""
    return now + timedelta(hours=hours)
