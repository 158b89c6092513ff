"""The small values a mapping is made of: ways to get a field, conditions on rows, further names of records."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Money

__all__ = ["CONVERTERS", "Alias", "KeepWhen", "Lookup", "SkipWhen", "Take", "folded", "kind_of_field"]

Unknown = Literal["keep", "blank", "refuse", "next"]

CONVERTERS: Final = (
    "text",
    "line",
    "texts",
    "number",
    "whole",
    "flag",
    "money",
    "date",
    "moment",
    "domains",
    "email",
)
"""Names a `Take` may convert by; `alignkit.importers.convert` says what each does."""


def folded(value: object) -> str:
    """A value as choices and conditions compare it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).strip().casefold()


@attrs.frozen(kw_only=True)
class Lookup:
    """
    Reads a value from another table of the same import.

    Attributes:
        table: A table of role `lookup`.
        key: Columns of *this* row that hold the other row's key, in the order of that table's key.
        values: Columns of the other row; several are joined by a space. None are needed for a condition that asks
            only whether there is such a row.
    """

    table: str
    key: tuple[str, ...]
    values: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class Take:
    """
    One way to get a value for a field out of a row.

    Attributes:
        columns: Where to look; the first that is filled counts.
        join: Columns whose filled values are joined by a space, instead of `columns`.
        value: A constant, instead of a column; it is assumed.
        is_assumed: Whether the value gives way to whatever another row states about the record.
        compute: An expression of the rule language over the names in `given`, instead of `columns`; nothing when one of
            them is unknown.
        given: For each name in `compute`, the way to get it; read as a number where it does not say `convert`.
        filled: A constant that stands when the column is filled at all.
        lookup: Where to read the value instead.
        item: In a list of objects: the member to read; with dots, a member of a member.
        prefix: In a list of texts: read those that start so, without the start.
        starts: Read only what starts with one of these, as it stands: ids that say by their start what they name.
        remove: Texts to take out before reading, such as the `$` and `,` of `$1,200`.
        before: Text to put in front of each text.
        separator: Splits one text into several.
        convert: How to read it; the field's own kind when empty.
        choices: Our value for each of theirs; case does not count.
        otherwise: Our value for any of theirs that is not among the choices.
        unknown: Without `otherwise`: keep theirs, leave the field unknown, refuse the row (all three with an issue),
            or try the next way quietly.
        divide: Divides a number, such as 3600 from seconds to hours.
        formats: How days and moments are written.
        zone: Zone of moments without one; the table's or the caller's when empty.
        currency: Column of the ISO 4217 code of an amount.
        reference: Record kind that the value is the key of.
        system: System of that record; the preset's own when empty.
        only_if: Fields and the values one of which they must have got for this way to be taken.
    """

    columns: tuple[str, ...] = ()
    join: tuple[str, ...] = ()
    value: Any = None
    is_assumed: bool = False
    compute: str = ""
    given: Mapping[str, Take] = attrs.field(factory=dict)
    filled: Any = None
    lookup: Lookup | None = None
    item: str = ""
    prefix: str = ""
    starts: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    before: str = ""
    separator: str = ""
    convert: str = ""
    choices: Mapping[str, Any] = attrs.field(factory=dict)
    otherwise: Any = None
    unknown: Unknown = "keep"
    divide: float = 1.0
    formats: tuple[str, ...] = ("iso",)
    zone: str = ""
    currency: str = ""
    reference: str = ""
    system: str = ""
    only_if: Mapping[str, tuple[str, ...]] = attrs.field(factory=dict)
    folded: Mapping[str, Any] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "folded", {folded(key): value for key, value in self.choices.items()})

    @property
    def narrows(self) -> bool:
        """Whether it picks among several values."""
        return bool(self.item or self.prefix or self.separator or self.starts)

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column of the row that this way looks at."""
        key = self.lookup.key if self.lookup else ()
        given = (column for take in self.given.values() for column in take.reads)
        return (*self.columns, *self.join, *key, *given, *((self.currency,) if self.currency else ()))

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """The names in `compute`, each with the converter that reads it."""
        return tuple((name, take.convert or "number") for name, take in self.given.items())


@attrs.frozen(kw_only=True)
class KeepWhen:
    """
    A condition on a row.

    Attributes:
        column: The column looked at.
        lookup: What is looked at instead, in another table; without `values` of its own, whether it has such a row.
        values: Values that meet it, case aside; with none given, any filled value does.
        negated: Whether meeting it means the opposite.
    """

    column: str = ""
    lookup: Lookup | None = None
    values: tuple[str, ...] = ()
    negated: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """Every column of the row that it looks at."""
        return self.lookup.key if self.lookup else (self.column,)


@attrs.frozen(kw_only=True)
class SkipWhen:
    """
    Rows that are left out on purpose.

    Attributes:
        column: The column looked at.
        values: Values that mean it, case aside; with none given, any filled value does.
        negated: Whether meeting it means that the row stays and all others go.
        reason: Why, for the report.
    """

    column: str
    values: tuple[str, ...] = ()
    negated: bool = False
    reason: str


@attrs.frozen(kw_only=True)
class Alias:
    """
    Another name that the source gives to a record.

    Attributes:
        column: Where it stands.
        system: Whose name it is; the preset's own when empty.
        kind: Kind of record there; this record's when empty.
        is_shared: Whether two records may have it, as with a name. It then leads references of this import to the
            record where only one has it, and is no identity of the fact.
    """

    column: str
    system: str = ""
    kind: str = ""
    is_shared: bool = False


@lru_cache(maxsize=256)
def kind_of_field(collection: str, field: str) -> str:
    """The converter that suits a field of a fact, read from its type."""
    if field in REFERENCES[collection] or field not in attrs.fields_dict(COLLECTIONS[collection]):
        return "text"
    annotation = str(attrs.fields_dict(COLLECTIONS[collection])[field].type)
    kinds = {
        "tuple": "texts",
        "datetime": "moment",
        "date": "date",
        Money.__name__: "money",
        "float": "number",
        "int": "whole",
        "bool": "flag",
    }
    return next((kind for name, kind in kinds.items() if annotation.startswith(name)), "text")
