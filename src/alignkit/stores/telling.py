"""Writing down what a customer was told: a touch that names changes and needs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import attrs

from alignkit.domain import Change, Interaction, Need
from alignkit.errors import ValidationError

if TYPE_CHECKING:
    from alignkit.stores.protocols import UnitOfWork

__all__ = ["tell"]


def tell(work: UnitOfWork, *, changes: Iterable[Change | Need | str], by: Interaction | str) -> Interaction:
    """
    Store that a touch told a customer of changes or needs. What it names already stays; telling twice is telling once.

    Args:
        work: An entered unit of work; it is not committed here.
        changes: Journal entries, needs, or ids of either.
        by: The touch. One that was never stored (version 0) is added, a stored one updated; an id names a stored one.

    Returns:
        The touch as the unit of work now has it.

    Raises:
        ConflictError: The touch was written by someone else since it was read.
        DuplicateError: The touch is new and there is one of its id.
        NotFoundError: There is no touch of the id.
        ValidationError: The touch is internal, so it tells a customer nothing; or a change is neither of these.
    """
    touch = work.interactions.get(by) if isinstance(by, str) else by
    if touch.direction == "internal":
        reason = "an internal touch tells a customer nothing; name an outbound one"
        raise ValidationError(reason, entity="Interaction", field="direction", value=touch.direction)
    named = tuple(dict.fromkeys((*touch.told, *map(_id, changes))))
    touch = attrs.evolve(touch, told=named)
    return work.interactions.update(touch) if touch.version else work.interactions.add(touch)


def _id(change: Change | Need | str) -> str:
    if isinstance(change, str):
        return change
    if not isinstance(change, (Change, Need)):
        raise ValidationError(f"expected a Change, a Need or an id, got {change!r:.60}", field="changes", value=change)
    return change.id
