"""The kinds of facts that stores keep: which collection a fact belongs to, and how it is given its version."""

from __future__ import annotations

import functools
from typing import Any, Final, TypeVar

import attrs

from alignkit.domain import COLLECTIONS
from alignkit.errors import ValidationError

__all__ = ["JOURNAL", "KIND_OF", "REPOSITORIES", "at_version", "collection_of"]

JOURNAL: Final = "changes"
"""The collection that the journal fills."""

REPOSITORIES: Final = tuple(name for name in COLLECTIONS if name not in (JOURNAL, "duplicates"))
"""The collections that a store has a repository for."""

KIND_OF: Final[dict[str, str]] = {
    name: "opportunity" if name == "opportunities" else name.removesuffix("s") for name in COLLECTIONS
}
"""The kind that each collection holds."""

_COLLECTION_OF: Final[dict[type, str]] = {cls: name for name, cls in COLLECTIONS.items()}

F = TypeVar("F")


def collection_of(fact: object) -> str:
    """
    The collection that a fact belongs to.

    Raises:
        ValidationError: It is no fact.
    """
    found = _COLLECTION_OF.get(type(fact))
    if found is None:
        raise ValidationError(f"expected a fact, such as a Customer, got {type(fact).__name__} {fact!r}", value=fact)
    return found


def at_version(fact: F, version: int) -> F:
    """The same fact at a version. What was checked is not checked again: `attrs.evolve` takes twice as long."""
    cls: Any = type(fact)
    made: F = object.__new__(cls)
    keep = object.__setattr__
    for name in _names(cls):
        keep(made, name, getattr(fact, name))
    keep(made, "version", version)
    return made


@functools.cache
def _names(cls: type) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls))
