"""
An import cut into steps that can be stored one after another: every fact after those that it refers to.

The same import gives the same steps, so that a run can go on where an earlier one stopped. Two records may refer to
each other; then the reference of the earlier one gets a step of its own at the end.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, ExternalRef
from alignkit.importers.bringing import Item
from alignkit.importers.imported import Import
from alignkit.portfolio.laws import PARENTS
from alignkit.stores.journal import document_of
from alignkit.stores.kinds import REPOSITORIES

__all__ = ["Steps", "steps_of"]


@attrs.frozen
class Steps:
    """
    What a run stores.

    Attributes:
        items: The steps; the facts, then those again whose references lead ahead.
        facts: How many of the steps are facts for the first time.
        others: Facts that are no records of tools, stored with the last step: changes and duplicates.
        given: Collections that become known, empty ones too.
        fingerprint: A hash of all of it, and of the size of batches.
    """

    items: tuple[Item, ...]
    facts: int
    others: Mapping[str, tuple[Any, ...]]
    given: tuple[str, ...]
    fingerprint: str


def steps_of(imports: Sequence[Import], batch_size: int) -> Steps:
    """
    Cut imports into steps.

    Args:
        imports: In the order of time; their facts are stored collection by collection.
        batch_size: How many steps are stored at once; a reference may lead ahead within a batch.
    """
    given = [name for name in COLLECTIONS if any(name in one.entities for one in imports)]
    facts = [item for name in given if name in REPOSITORIES for item in _in_order(name, imports)]
    places = {(name, fact.id): place for place, (name, fact) in enumerate(facts)}
    refs: dict[tuple[str, ExternalRef], int] = {}
    for place, (name, fact) in enumerate(facts):
        for ref in fact.external_refs:
            refs.setdefault((name, ref), place)
    pending: dict[tuple[str, str], list[tuple[str, ExternalRef]]] = {}
    for one in imports if len(imports) > 1 else ():
        for item in one.pending:
            target = (REFERENCES[item.collection][item.field], item.ref)
            pending.setdefault((item.collection, item.id), []).append(target)
    ahead: list[Item] = []
    for place, (name, fact) in enumerate(facts):
        targets = [places.get((target, getattr(fact, field)), -1) for field, target in REFERENCES[name].items()]
        targets += [refs.get(target, -1) for target in pending.get((name, fact.id), ())]
        if any(at // batch_size > place // batch_size for at in targets):
            ahead.append((name, fact))
    items = (*facts, *ahead)
    others = {
        name: tuple(fact for one in imports for fact in one.entities.get(name, ()))
        for name in given
        if name not in REPOSITORIES
    }
    return Steps(items, len(facts), others, tuple(given), _fingerprint(items, others, given, imports, batch_size))


def _in_order(name: str, imports: Sequence[Import]) -> Iterator[Item]:
    """The facts of a collection, parents before children."""
    facts: list[Any] = [fact for one in imports for fact in one.entities.get(name, ())]
    if name not in PARENTS:
        yield from ((name, fact) for fact in facts)
        return
    by_id: dict[str, list[Any]] = {}
    for fact in facts:
        by_id.setdefault(fact.id, []).append(fact)
    done: set[str] = set()
    for fact in facts:
        line: dict[str, None] = {}
        at: str | None = fact.id
        while at is not None and at in by_id and at not in done and at not in line:
            line[at] = None
            at = by_id[at][-1].parent_id
        for id in reversed(line):
            done.add(id)
            yield from ((name, one) for one in by_id[id])


def _fingerprint(
    items: Sequence[Item],
    others: Mapping[str, tuple[Any, ...]],
    given: Sequence[str],
    imports: Sequence[Import],
    batch_size: int,
) -> str:
    made = hashlib.sha256(f"{batch_size}\n{','.join(given)}\n".encode())
    for name, fact in (*items, *((name, fact) for name, facts in others.items() for fact in facts)):
        made.update(f"{name}\0{document_of(fact)}\n".encode("utf-8", "surrogatepass"))
    for one in imports:
        for id, stated in one.stated.items():
            made.update(f"{id}\0{','.join(sorted(stated))}\0{id in one.mentioned}\n".encode("utf-8", "surrogatepass"))
        for pending in one.pending:
            made.update(f"{pending}\n".encode("utf-8", "surrogatepass"))
    return made.hexdigest()[:32]
