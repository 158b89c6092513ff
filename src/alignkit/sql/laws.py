"""
The laws between facts, judged on the rows that a transaction touched.

Called when a unit of work commits and nobody else can: what holds then, holds. The database watches references too
where it can wait for the commit with that; here they get an error that says which, and cycles are found at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from operator import attrgetter
from typing import Any, Final

from alignkit.domain import REFERENCES
from alignkit.errors import AlignkitError, DanglingReferenceError
from alignkit.portfolio.laws import PARENTS, cycles
from alignkit.sql.lookups import Scope
from alignkit.stores.kinds import KIND_OF, REPOSITORIES

__all__ = ["faults", "loose"]

Written = Mapping[str, Mapping[str, Any]]
"""Facts as they are stored now, by collection and id."""

Removed = Mapping[str, set[str]]

_POINTING: Final = {
    target: [(name, field) for name in REPOSITORIES for field, at in REFERENCES[name].items() if at == target]
    for target in REPOSITORIES
}


def faults(scope: Scope, written: Written, removed: Removed) -> list[AlignkitError]:
    """References that lead nowhere and cycles of parents, after these writes."""
    found: list[AlignkitError] = [*loose(scope, written), *_left_behind(scope, written, removed)]
    for name in PARENTS:
        facts = written.get(name, {})
        if any(fact.parent_id is not None for fact in facts.values()):
            found.extend(cycles(KIND_OF[name], _upwards(scope, name, facts)))
    return found


def loose(scope: Scope, written: Written) -> list[DanglingReferenceError]:
    """The references of facts that lead nowhere."""
    asked: dict[str, set[str]] = {}
    for name, facts in written.items():
        for field, target in REFERENCES[name].items():
            keys = set(map(attrgetter(field), facts.values())) - {None} - written.get(target, {}).keys()
            asked.setdefault(target, set()).update(keys)
    missing = {target: keys - scope.present(target, sorted(keys)) for target, keys in asked.items() if keys}
    found = []
    for name, facts in written.items():
        fields = [(field, missing[target]) for field, target in REFERENCES[name].items() if missing.get(target)]
        for fact in facts.values() if fields else ():
            for field, keys in fields:
                if getattr(fact, field) in keys:
                    found.append(_error(name, fact.id, field, getattr(fact, field)))
    return found


def _left_behind(scope: Scope, written: Written, removed: Removed) -> list[DanglingReferenceError]:
    """References to the removed facts from those that were not written."""
    found = {}
    for target, ids in removed.items():
        for name, field in _POINTING[target]:
            for id, key in scope.referring(name, field, sorted(ids)) if ids else ():
                if id not in written.get(name, {}):
                    found[name, id, field] = _error(name, id, field, key)
    return [found[place] for place in sorted(found)]


def _error(name: str, id: str, field: str, key: str) -> DanglingReferenceError:
    return DanglingReferenceError(KIND_OF[name], id, field, KIND_OF[REFERENCES[name][field]], key)


def _upwards(scope: Scope, name: str, facts: Mapping[str, Any]) -> dict[str, str]:
    """Parents of the facts, and of those above them."""
    found = {id: fact.parent_id for id, fact in facts.items() if fact.parent_id is not None}
    known = set(facts)
    wanted = set(found.values()) - known
    while wanted:
        known |= wanted
        above = scope.parents(name, sorted(wanted))
        found |= above
        wanted = set(above.values()) - known
    return found
