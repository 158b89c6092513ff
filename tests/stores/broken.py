"""Stores that are broken on purpose, each in one way, to see that the contract notices."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import timezone
from typing import Any

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.errors import AlignkitError
from alignkit.portfolio import Portfolio
from alignkit.stores import MemoryStore
from alignkit.stores import memory as module
from alignkit.stores.memory_state import Write
from alignkit.stores.memory_unit import MemoryReader, MemoryUnitOfWork


class CommitsOnLeaving(MemoryStore):
    """Takes leaving a unit of work for committing it."""

    def unit_of_work(self, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(**options)
        unit.rollback = lambda: None if unit._is_over else unit.commit()  # type: ignore[method-assign]
        return unit


class LosesUpdates(MemoryStore):
    """Lets the last writer win."""

    def unit_of_work(self, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(**options)
        for repository in (unit.customers, unit.objectives):
            repository.update = _forced(repository)  # type: ignore[attr-defined]
        return unit

    def _settle(self, unit: MemoryUnitOfWork) -> None:
        with self._lock:
            unit._state = self._state
            super()._settle(unit)


class ShowsOpenUnits(MemoryStore):
    """Lets readers see what is not committed."""

    def unit_of_work(self, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(**options)
        write = unit.write

        def leak(collection: str, before: Any, after: Any) -> None:
            write(collection, before, after)
            self._state = self._state.after(Write({collection: {after.id: after}} if after else {}))

        unit.write = leak  # type: ignore[method-assign]
        return unit


class StoresHalf(MemoryStore):
    """Stores the facts before it finds out that the laws do not hold."""

    def _settle(self, unit: MemoryUnitOfWork) -> None:
        for name, changes in unit.edits.items():
            try:
                self._state = self._state.after(Write({name: changes}))
            except AlignkitError:
                continue
        own = tuple(self._entries(unit.steps, unit.stamp))
        self._state = self._state.after(Write(unit.edits, own))


class KnowsNoLaws(MemoryStore):
    """Takes references that lead nowhere and parents in a circle."""

    def _settle(self, unit: MemoryUnitOfWork) -> None:
        super()._settle(unit) if not unit.edits else None


class KeepsVersions(MemoryStore):
    """Never counts versions on."""

    def unit_of_work(self, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(**options)
        write = unit.write
        unit.write = lambda name, before, after: write(name, before, after and _at_one(after))  # type: ignore[method-assign]
        return unit


class FindsInAnyOrder(MemoryStore):
    """Gives facts as they come."""

    def _make_repositories(self) -> None:
        super()._make_repositories()
        self.projects = _Unordered("projects", self._look)


class _Unordered(MemoryReader[Any]):
    def find(self, *conditions: Any, order_by: str | None = None, limit: int | None = None) -> tuple[Any, ...]:
        found = super().find(*conditions, order_by=order_by)
        return tuple(reversed(found))[:limit]


class GivesNone(MemoryStore):
    """Answers None where there is nothing."""

    def _make_repositories(self) -> None:
        super()._make_repositories()
        customers = self.customers
        get = customers.get
        customers.get = lambda id: get(id) if customers.find("id == x", {"x": id}) else None  # type: ignore[method-assign,assignment,return-value]


class SkipsEntries(MemoryStore):
    """Leaves a gap after every page of the journal."""

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> Any:
        page = super().changes(after, limit=limit)
        place = int(page.cursor.removeprefix(module.CURSOR))
        return attrs.evolve(page, cursor=f"{module.CURSOR}{min(place + 1, self._state.journal.count)}")


class RepeatsEntries(MemoryStore):
    """Begins every page with the last entry of the one before."""

    def changes(self, after: str | None = None, *, limit: int = 1_000) -> Any:
        page = super().changes(after, limit=limit)
        place = int(page.cursor.removeprefix(module.CURSOR))
        return attrs.evolve(page, cursor=f"{module.CURSOR}{max(place - (len(page.changes) > 1), 0)}")


class JournalsWhatFailed(MemoryStore):
    """Writes the journal of a unit of work also where it is not committed."""

    def unit_of_work(self, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(**options)
        rollback = unit.rollback

        def journal() -> None:
            if not unit._is_over:
                own = self._entries(unit.steps, unit.stamp)
                self._state = attrs.evolve(self._state, journal=self._state.journal.grown(own))
            rollback()

        unit.rollback = journal  # type: ignore[method-assign]
        return unit


class UpsertsById(MemoryStore):
    """Looks at no external reference."""

    def _upsert(self, facts: Any, *rest: Any) -> Any:
        batch = [fact for name in facts.given for fact in facts.records(name).values()] if _is(facts) else list(facts)
        return super()._upsert([_without_refs(fact) for fact in batch], *rest)


class UpsertsAgain(MemoryStore):
    """Takes every fact of an upsert for a changed one."""

    def _upsert(self, facts: Any, stamp: Any, dangling: Any) -> Any:
        done = super()._upsert(facts, stamp, dangling)
        own = self._entries([("customers", None, fact) for fact in self.customers.find()], stamp)
        self._state = attrs.evolve(self._state, journal=self._state.journal.grown(own))
        return done


class ErasesFactsOnly(MemoryStore):
    """Forgets the journal when it erases a person."""

    def erase(self, *who: Any, **options: Any) -> None:
        journal = copy.copy(self._state.journal).rewritten(lambda entry: entry)
        super().erase(*who, **options)
        self._state = attrs.evolve(self._state, journal=journal)


class KnowsEverything(MemoryStore):
    """Takes unknown collections for empty ones."""

    def portfolio(self) -> Portfolio:
        known: dict[str, Any] = {name: self.records(name).values() for name in self.given}
        return Portfolio(**{name: known.get(name, ()) for name in COLLECTIONS}, dangling="unlink")


class ForgetsScores(MemoryStore):
    """Keeps the scores of the last assessment only."""

    def record(self, assessment: Any, /) -> None:
        self._scores = module.Scores()
        super().record(assessment)


class Careless(MemoryStore):
    """Takes anything: moments without zone, facts of any kind, units that nobody entered, any kind of subject."""

    def unit_of_work(self, *, at: Any, **options: Any) -> MemoryUnitOfWork:
        unit = super().unit_of_work(at=at.replace(tzinfo=timezone.utc), **options)
        unit._state = self._state
        unit.customers._check = lambda fact: None  # type: ignore[method-assign]
        return _Entered(unit)  # type: ignore[return-value]

    def upsert(self, facts: Any, /, **options: Any) -> Any:
        known = facts if _is(facts) else [fact for fact in facts if attrs.has(type(fact))]
        return super().upsert(known, **{**options, "journal": True, "dangling": "refuse"})

    def history(self, kind: str, id: str, /) -> Any:
        return super().history("project", id)

    def close(self) -> None:
        if self.__dict__.setdefault("is_closed", False):
            raise RuntimeError("closed already")
        self.__dict__["is_closed"] = True


class _Entered:
    def __init__(self, unit: MemoryUnitOfWork) -> None:
        self._unit = unit

    def __enter__(self) -> MemoryUnitOfWork:
        return self._unit

    def __exit__(self, *error: object) -> None:
        self._unit.rollback()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)


def _forced(repository: Any) -> Callable[[Any], Any]:
    update = repository.update
    return lambda fact: update(attrs.evolve(fact, version=repository.get(fact.id).version))


def _at_one(fact: Any) -> Any:
    return attrs.evolve(fact, version=1)


def _is(facts: Any) -> bool:
    return isinstance(facts, Portfolio)


def _without_refs(fact: Any) -> Any:
    return attrs.evolve(fact, external_refs=()) if hasattr(fact, "external_refs") else fact


BROKEN: dict[type[MemoryStore], set[str]] = {
    CommitsOnLeaving: {"test_leaving_without_commit_stores_nothing", "test_an_error_rolls_back"},
    LosesUpdates: {"test_of_two_units_on_one_fact_the_second_is_refused", "test_no_update_is_lost"},
    ShowsOpenUnits: {"test_readers_see_nothing_of_an_open_unit", "test_leaving_without_commit_stores_nothing"},
    StoresHalf: {"test_what_is_referred_to_stays"},
    KnowsNoLaws: {"test_references_lead_somewhere", "test_parents_form_no_cycle"},
    KeepsVersions: {"test_an_update_leaves_the_next_version", "test_a_stale_update_is_a_conflict"},
    FindsInAnyOrder: {
        "test_find_gives_facts_by_id",
        "test_unknown_comes_last_either_way",
        "test_limit_takes_the_first",
    },
    GivesNone: {"test_get_of_nothing_is_an_error"},
    SkipsEntries: {"test_pages_give_each_entry_once", "test_a_reader_sees_each_change_once"},
    RepeatsEntries: {"test_pages_give_each_entry_once"},
    JournalsWhatFailed: {"test_what_changes_nothing_is_not_journaled"},
    UpsertsById: {"test_a_fact_is_known_by_its_first_reference"},
    UpsertsAgain: {"test_the_same_batch_again_changes_nothing"},
    ErasesFactsOnly: {"test_nothing_names_the_person_any_more"},
    KnowsEverything: {"test_a_new_store_knows_nothing", "test_a_portfolio_comes_back_equal"},
    ForgetsScores: {"test_scores_are_remembered"},
    Careless: {
        "test_moments_are_aware",
        "test_facts_of_another_kind_are_refused",
        "test_a_unit_must_be_entered",
        "test_what_is_no_fact_is_refused",
        "test_the_journal_tells_an_upsert_like_other_writes",
        "test_what_cannot_be_unlinked_is_left_out",
        "test_a_subject_never_recorded_has_no_history",
        "test_no_score_is_remembered_as_none",
        "test_closing_twice_is_closing_once",
    },
}
"""Broken stores, and laws that each of them must break."""

Make = Callable[[], MemoryStore]
