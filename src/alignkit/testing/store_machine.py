"""
A Hypothesis state machine that drives a store and a plain model of it side by side.

    class Machine(StoreMachine):
        def make_store(self):
            return MyStore()

    TestMachine = Machine.TestCase

Units of work with writes that fit and writes that do not, upserts, finds and the journal, in any sequence: whatever
the model expects, error or outcome, the store must show. Needs Hypothesis.
"""

from __future__ import annotations

from typing import Any, Final

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from alignkit.domain import COLLECTIONS, REFERENCES, Entity
from alignkit.errors import AlignkitError
from alignkit.portfolio import Portfolio
from alignkit.stores import Store, UnitOfWork
from alignkit.testing import strategies
from alignkit.testing.clock import NOW
from alignkit.testing.store_laws.base import holds, same
from alignkit.testing.store_model import NAMES, Model

__all__ = ["StoreMachine"]

_IDS: Final = ("a", "A", "\u00e9")
_ORDERS: Final = {"projects": "due_on", "tasks": "-created_at", "interactions": "occurred_at", "needs": "-severity"}
_NEEDED: Final = {
    name: {field.name for field in attrs.fields(COLLECTIONS[name]) if field.default is attrs.NOTHING} for name in NAMES
}


def _facts(name: str) -> st.SearchStrategy[Any]:
    """Facts of a collection, of few ids, most of which lead nowhere or to facts of the same few ids."""
    ids = st.sampled_from(_IDS)
    references = {field: ids if field in _NEEDED[name] else st.none() | st.none() | ids for field in REFERENCES[name]}
    made: st.SearchStrategy[Any] = getattr(strategies, name)(id=ids, **references)
    return made


_STEPS: Final = st.one_of(
    [
        st.tuples(st.just(name), st.sampled_from(["add", "add", "update", "update", "stale", "remove"]), _facts(name))
        for name in NAMES
    ]
)
_BATCHES: Final = st.lists(st.one_of([_facts(name) for name in NAMES]), max_size=4, unique_by=lambda f: (type(f), f.id))


class StoreMachine(RuleBasedStateMachine):
    """Fill `make_store`; `drop_store` closes what it made, unless more is needed."""

    def make_store(self) -> Store:
        """An empty store."""
        raise NotImplementedError("give an empty store of your own")

    def drop_store(self, store: Store) -> None:
        """Remove what `make_store` made."""
        store.close()

    @initialize()
    def start(self) -> None:
        """Begin with an empty store, and a reader at the start of its journal."""
        self.store = self.make_store()
        self.model = Model()
        self.cursor = self.store.changes().cursor
        self.ids: set[str] = set()

    @rule(
        steps=st.lists(_STEPS, min_size=1, max_size=4),
        ending=st.sampled_from(["commit", "commit", "rollback", "leave"]),
    )
    def work(self, steps: list[tuple[str, str, Any]], ending: str) -> None:
        """A unit of work: all of it is stored, or none."""
        draft = self.model.draft()
        expected: type[AlignkitError] | None = None
        raised: type[AlignkitError] | None = None
        try:
            with self.store.unit_of_work(actor="ana", at=NOW) as unit:
                for name, action, fact in steps:
                    call, expected = _planned(draft, action, name, fact)
                    getattr(getattr(unit, name), call[0])(*call[1:])
                    if expected is not None:
                        break
                    self._look_inside(draft, unit, name)
                if ending == "commit":
                    expected = expected or draft.lawless()
                    unit.commit()
                elif ending == "rollback":
                    unit.rollback()
        except AlignkitError as error:
            raised = type(error)
        if raised is not None or ending == "commit":
            same(raised, expected, "the error of the unit of work")
        self._settle(draft if ending == "commit" and expected is None else None)

    def _look_inside(self, draft: Model, unit: UnitOfWork, name: str) -> None:
        found = getattr(unit, name).find()
        wanted = [(fact, fact.version) for _, fact in sorted(draft.facts[name].items())]
        same([(fact, fact.version) for fact in found], wanted, f"the {name} that the unit of work sees")

    @rule(batch=_BATCHES)
    def upsert(self, batch: list[Entity]) -> None:
        """An upsert: all of it is stored, or none; and the same again is nothing."""
        draft = self.model.draft()
        expected = draft.upsert(batch)
        try:
            done = self.store.upsert(batch, at=NOW)
        except AlignkitError as error:
            same(type(error), expected, "the error of the upsert")
            self._settle(None)
            return
        same(None, expected, "the error of the upsert")
        same(done.added + done.updated + done.unchanged, len(batch), "how many facts were counted")
        self._settle(draft)

    @precondition(lambda self: self.model.given)
    @rule(name=st.sampled_from(sorted(_ORDERS)), limit=st.none() | st.integers(0, 3))
    def find(self, name: str, limit: int | None) -> None:
        """What is found comes in the order asked for."""
        order = _ORDERS[name]
        field, is_down = order.removeprefix("-"), order.startswith("-")
        facts = sorted(self.model.facts[name].values(), key=lambda fact: fact.id)
        known = sorted(
            (fact for fact in facts if getattr(fact, field) is not None),
            key=lambda fact: getattr(fact, field),
            reverse=is_down,
        )
        unknown = [fact for fact in facts if getattr(fact, field) is None]
        found = getattr(self.store, name).find(order_by=order, limit=limit)
        same(list(found), (known + unknown)[:limit], "what is found")

    def _settle(self, draft: Model | None) -> None:
        """Take the draft over, and read in the journal what it wrote and nothing else."""
        self.model = draft or self.model
        page = self.store.changes(self.cursor)
        told = sorted((_class(change.kind), change.subject_id, change.field) for change in page.changes)
        same(told, draft.told if draft else [], "what the journal tells of the last commit")
        holds(not self.ids & {change.id for change in page.changes}, "ids of journal entries are unique")
        self.ids |= {change.id for change in page.changes}
        self.cursor = page.cursor

    @invariant()
    def facts_are_those_of_the_model(self) -> None:
        """Facts, versions and what is given are those of the model."""
        if not hasattr(self, "model"):
            return
        found = self.store.portfolio()
        wanted = self.model.portfolio()
        same(self.store.given, found.given, "what is given")
        same(found.given - {"changes"}, wanted.given, "what is given of facts")
        same("changes" in found.given, self.model.changed, "whether changes are given")
        for name in wanted.given:
            stored = {id: (fact, fact.version) for id, fact in self.model.facts[name].items()}
            same({id: (fact, fact.version) for id, fact in _versions(found, name).items()}, stored, f"the {name}")

    def teardown(self) -> None:
        """Drop the store."""
        if hasattr(self, "store"):
            self.drop_store(self.store)


def _planned(draft: Model, action: str, name: str, fact: Any) -> tuple[tuple[Any, ...], type[AlignkitError] | None]:
    """The call of the repository, and the error that it must raise, now or when the unit commits."""
    stored = draft.facts[name].get(fact.id)
    if action == "add":
        return ("add", fact), draft.add(name, fact)
    if action == "remove":
        return ("remove", fact.id), draft.remove(name, fact.id, None)
    version = 0 if stored is None else stored.version + (action == "stale")
    changed = attrs.evolve(fact, version=version)
    return ("update", changed), draft.update(name, changed)


def _class(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))


def _versions(portfolio: Portfolio, name: str) -> dict[str, Any]:
    return dict(portfolio.records(name))
