"""The form in which importers hand facts to linking and linking hands them on: lists by collection."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Protocol

from alignkit.domain import COLLECTIONS
from alignkit.errors import DuplicateError, LinkingError
from alignkit.portfolio import Portfolio
from alignkit.stores.decisions import DecisionLog

__all__ = ["Entities", "HasPortfolio", "checked_entities", "decisions_of", "entities_of"]

Entities = Mapping[str, Sequence[Any] | None]
"""Facts by collection, with the names and types of `alignkit.domain.COLLECTIONS`; None means unknown, not empty."""


class HasPortfolio(Protocol):
    """What a store is to linking: something that gives its facts as one snapshot."""

    def portfolio(self) -> Portfolio:
        """Everything that is stored."""


def decisions_of(facts: object) -> DecisionLog | tuple[()]:
    """Give the log of people's decisions that a store keeps; empty where there is none."""
    found: DecisionLog | tuple[()] = getattr(facts, "link_decisions", ())
    return found


def entities_of(facts: Entities | Portfolio | HasPortfolio) -> Entities:
    """
    Give facts by collection, whatever holds them.

    Raises:
        LinkingError: It is neither a portfolio, nor a store, nor a mapping.
    """
    if isinstance(facts, Mapping):
        return facts
    portfolio = facts if isinstance(facts, Portfolio) else getattr(facts, "portfolio", lambda: None)()
    if not isinstance(portfolio, Portfolio):
        raise LinkingError(f"expected a portfolio, a store or facts by collection, got {type(facts).__name__}")
    return {name: getattr(portfolio, name) for name in COLLECTIONS}


def checked_entities(entities: Entities) -> dict[str, tuple[Any, ...] | None]:
    """
    Give the facts in a dict of its own.

    Raises:
        LinkingError: A collection is not one of a portfolio, or holds a fact of another kind.
        DuplicateError: Two customers have one id.
    """
    facts: dict[str, tuple[Any, ...] | None] = {}
    for name, given in entities.items():
        kind = COLLECTIONS.get(name)
        if kind is None:
            near = get_close_matches(name, COLLECTIONS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(COLLECTIONS)}"
            raise LinkingError(f"no collection {name!r}; {hint}")
        facts[name] = None if given is None else tuple(given)
        for fact in facts[name] or ():
            if not isinstance(fact, kind):
                raise LinkingError(f"{name} holds a {type(fact).__name__}; expected {kind.__name__}")
    seen: set[str] = set()
    for customer in facts.get("customers") or ():
        if customer.id in seen:
            raise DuplicateError("customer", customer.id)
        seen.add(customer.id)
    return facts
