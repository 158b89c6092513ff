"""Laws of `find`: which facts, in which order."""

from __future__ import annotations

from datetime import date

import attrs

from alignkit.domain import Customer, Project
from alignkit.errors import ExpressionError, ValidationError
from alignkit.stores import Store
from alignkit.testing.store_laws.base import Laws, refused, same
from alignkit.testing.store_laws.facts import ACME, ALL, APOLLO, CALL

__all__ = ["FindingLaws"]


def _projects() -> list[Project]:
    days = {"b": 3, "a": 3, "A": 1, "d": None, "\u00e9": 2, "c": None}
    return [Project(id=id, name=id, due_on=None if day is None else date(2026, 1, day)) for id, day in days.items()]


def _ids(store: Store, text: str | None = None, names: dict[str, str] | None = None, **options: object) -> list[str]:
    return [found.id for found in store.projects.find(text, names, **options)]  # type: ignore[arg-type]


class FindingLaws(Laws):
    """Conditions bind values, and every order is total."""

    def test_find_gives_facts_by_id(self) -> None:
        """Without an order facts come by id, by code point."""
        with self.opened(*_projects()) as store:
            same(_ids(store), ["A", "a", "b", "c", "d", "\u00e9"], "ids found")

    def test_unknown_comes_last_either_way(self) -> None:
        """Sorted upwards or downwards, facts without the field come last, and equal ones by id."""
        with self.opened(*_projects()) as store:
            same(_ids(store, order_by="due_on"), ["A", "\u00e9", "a", "b", "c", "d"], "ids upwards")
            same(_ids(store, order_by="-due_on"), ["a", "b", "\u00e9", "A", "c", "d"], "ids downwards")

    def test_limit_takes_the_first(self) -> None:
        """`limit` gives the first facts of the order; 0 gives none, more than there are gives all."""
        with self.opened(*_projects()) as store:
            same(_ids(store, order_by="-id", limit=2), ["\u00e9", "d"], "the first two")
            same((len(_ids(store, limit=0)), len(_ids(store, limit=99))), (0, 6), "numbers found")

    def test_nothing_fits_is_an_empty_tuple(self) -> None:
        """Where nothing is stored or nothing fits, `find` gives an empty tuple."""
        with self.opened(ACME) as store:
            same((store.tasks.find(), store.customers.find(limit=0)), ((), ()), "what is found")

    def test_bad_options_are_refused(self) -> None:
        """A field that does not sort, or a negative limit, is a `ValidationError`."""
        with self.opened(APOLLO, ACME) as store:
            for options in ({"order_by": "budget"}, {"order_by": "labels"}, {"order_by": "due"}, {"limit": -1}):
                with refused(ValidationError):
                    _ids(store, **options)

    def test_a_condition_chooses(self) -> None:
        """`find` gives exactly the facts for which the condition holds; unknown values fit no comparison."""
        self.needs("has_filters")
        with self.opened(*_projects()) as store:
            same(_ids(store, "due_on > day", {"day": date(2026, 1, 1)}), ["a", "b", "\u00e9"], "ids due later")  # type: ignore[dict-item]
            same(_ids(store, "due_on is None"), ["c", "d"], "ids without a day")
            same(_ids(store, "name == 'a' or name == 'A'"), ["A", "a"], "ids by name")

    def test_conditions_follow_what_facts_lead_to(self) -> None:
        """A condition may go on to the fact that is referred to."""
        self.needs("has_filters")
        with self.opened(*ALL, Project(id="P-2", name="Inside")) as store:
            same(_ids(store, "customer.tier == 'A' and progress < done", {"done": 0.5}), ["P-1"], "ids found")  # type: ignore[dict-item]
            same(store.interactions.find("project.customer.stage == 'active'"), (CALL,), "interactions found")

    def test_values_are_bound(self) -> None:
        """A name stands for its value, whatever the value looks like."""
        self.needs("has_filters")
        hostile = ["x' or 1 == 1 --", '"; drop table customers', "%", "_", "\\", ":name", "{name}", "\u0130"]
        with self.opened(*(Customer(id=text, name=text) for text in hostile)) as store:
            for text in hostile:
                found = store.customers.find("name == given", {"given": text})
                same([customer.id for customer in found], [text], "ids by a hostile name")

    def test_a_condition_that_cannot_be_judged_is_refused(self) -> None:
        """Text that is no condition, or names no field, is an `ExpressionError`."""
        self.needs("has_filters")
        with self.opened(APOLLO, ACME) as store:
            for text in ("progres < 1", "progress", "progress <", "__import__('os')"):
                with refused(ExpressionError):
                    _ids(store, text)

    def test_a_unit_finds_its_own_writes(self) -> None:
        """Inside a unit of work conditions are judged on what it wrote."""
        self.needs("has_filters")
        with self.opened(ACME, APOLLO) as store, self.unit(store) as unit:
            unit.customers.update(attrs.evolve(unit.customers.get("C-1"), tier="B"))
            same(len(unit.projects.find("customer.tier == 'B'")), 1, "how many projects the unit finds")
