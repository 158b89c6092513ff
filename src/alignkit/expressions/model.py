"""
The shape of a model that rules speak about: kinds of records, their fields, hops and relations.

The language knows no more of the world than this table; the policy layer fills it from its views.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from alignkit.expressions.types import Type

__all__ = ["CUSTOM", "Field", "Hop", "Kind", "Model", "Relation", "custom_name"]

CUSTOM = "custom."
"""What the name of a node begins with that reads a custom field: it is not of the model, its type says all."""


def custom_name(name: str) -> str | None:
    """The name of the custom field that a node of this name reads; None where it reads a field of the model."""
    return name[len(CUSTOM) :] if name.startswith(CUSTOM) else None


@attrs.frozen
class Field:
    """
    A stored value of a record.

    Attributes:
        name: As rules write it, and as the record stores it.
        type: What it gives.
        is_money: Stored as an amount with currency; read as major units in the common currency.
        is_cut: A moment that may be unknown: it reads None while it lies after `now`.
    """

    name: str
    type: Type
    is_money: bool = False
    is_cut: bool = False


@attrs.frozen
class Hop:
    """
    The way from a record to one other.

    Attributes:
        name: As rules write it.
        key: The field of the record that holds the other's id.
        kind: Kind of the other.
        nullable: Whether there may be none.
    """

    name: str
    key: str
    kind: str
    nullable: bool


@attrs.frozen
class Relation:
    """
    The way from a record to many others.

    Attributes:
        name: As rules write it.
        kind: Kind of the others.
        key: The field of the others that holds this record's id; empty for all records of the kind.
        back: The hop of the others that leads back here; empty where there is none.
        is_upcoming: Holds the records that lie after `now` instead of those up to it.
    """

    name: str
    kind: str
    key: str
    back: str = ""
    is_upcoming: bool = False


@attrs.frozen
class Kind:
    """
    One kind of record.

    Attributes:
        name: Singular, such as `"project"`.
        collection: Plural, such as `"projects"`; empty for the whole itself.
        fields: Stored values by name.
        hops: Ways to one other record by name.
        relations: Ways to many by name.
        moment: The field that says when such a record came to be; empty where there is none.
        is_scored: Whether it gets a score, so that `score` and `band` can be read.
    """

    name: str
    collection: str
    fields: Mapping[str, Field]
    hops: Mapping[str, Hop]
    relations: Mapping[str, Relation]
    moment: str = ""
    is_scored: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that can be written after the dot."""
        scored = ("score", "band") if self.is_scored else ()
        return (*self.fields, *self.hops, *self.relations, *scored)


@attrs.frozen
class Model:
    """
    All kinds of records.

    Attributes:
        kinds: By name.
        order: The kinds that are judged, in the order in which they are.
        bands: Names of the bands a score may fall into, where they are fixed.
    """

    kinds: Mapping[str, Kind]
    order: tuple[str, ...]
    bands: frozenset[str] | None = None
