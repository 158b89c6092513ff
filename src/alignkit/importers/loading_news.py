"""Exports and webhooks brought in order: an export does not undo what a webhook told of a later moment."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from alignkit.importers.bringing import Item, own_refs
from alignkit.stores.runs import SourceState, Stored

__all__ = ["News"]


class News:
    """
    What the store knows of the sources of a batch, and what of the batch is older than that.

    Args:
        stored: What is stored.
        items: The batch.
        as_of: When the tool wrote the export.

    Attributes:
        items: What is to be stored.
        outdated: What is not, because a later state is known, or a deletion.
    """

    def __init__(self, stored: Stored, items: Sequence[Item], as_of: datetime) -> None:
        refs = {(name, fact.id): own_refs(fact) for name, fact in items}
        self._known = stored.states(dict.fromkeys(ref for some in refs.values() for ref in some))
        self._refs = refs
        self._as_of = as_of
        self.items: list[Item] = []
        self.outdated: list[Item] = []
        for item in items:
            (self.outdated if self._is_outdated(item) else self.items).append(item)

    def _of(self, name: str, fact: Any) -> list[SourceState]:
        return [state for ref in self._refs[name, fact.id] for state in self._known.get(ref, ())]

    def _is_outdated(self, item: Item) -> bool:
        whole = [state for state in self._of(*item) if not state.field]
        return any(
            state.moment is None or state.moment > self._as_of or (state.is_deleted and state.moment == self._as_of)
            for state in whole
        )

    def kept(self, name: str, fact: Any) -> Collection[str]:
        """Fields of which a later state is known."""
        return {
            state.field
            for state in self._of(name, fact)
            if state.field and state.moment is not None and state.moment > self._as_of
        }

    def states(self, mentioned: Collection[str]) -> tuple[SourceState, ...]:
        """What is known of the sources once the batch is stored."""
        made: dict[tuple[Any, str], SourceState] = {}
        for name, fact in self.items:
            if not fact.external_refs or fact.id in mentioned:
                continue
            new = SourceState(ref=fact.external_refs[0], moment=self._as_of)
            made[new.key] = new
            for state in self._of(name, fact):
                if state.field and state.field in self.kept(name, fact):
                    made[state.key] = state
        return tuple(made.values())
