"""Where the records of each collection are read from, and how moments are bound there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import attrs
from sqlalchemy import FromClause, literal
from sqlalchemy.types import TypeEngine

__all__ = ["Sources"]


@attrs.frozen
class Sources:
    """
    Selectables by collection.

    Attributes:
        tables: For each given collection, something to select from whose columns are named like the fields of the
            view; amounts of money are doubles in major units of the common currency.
        moment: Type with which moments are bound, so that they compare with the stored ones.
        day: Type with which dates are bound.
    """

    tables: Mapping[str, FromClause]
    moment: TypeEngine[Any]
    day: TypeEngine[Any]

    @property
    def given(self) -> frozenset[str]:
        """Names of the collections that can be read."""
        return frozenset(self.tables)

    def bind_moment(self, value: datetime) -> Any:
        """A moment as a bound value."""
        return literal(value, self.moment)

    def bind_day(self, value: date) -> Any:
        """A date as a bound value."""
        return literal(value, self.day)
