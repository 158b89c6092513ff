"""
Types of the rule language: what a value can be, whether it may be unknown, and how large it can get.

Numbers carry an interval and the smallest non-zero magnitude they can have. With these the checker refuses,
at load, what could leave the whole numbers within 2**53 or the finite floats, so that no engine overflows.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

__all__ = [
    "BOOL",
    "DATE",
    "DURATION",
    "FLOAT",
    "INT",
    "MOMENT",
    "NONE",
    "OUTCOME",
    "STATE",
    "TEXT",
    "Base",
    "Type",
    "float_type",
    "int_type",
    "one",
    "record_type",
    "text_type",
    "unify",
]

Base = Literal["bool", "int", "float", "text", "date", "moment", "duration", "record", "none", "state", "outcome"]

WHOLE_LIMIT: Final = 2**53
INFINITE: Final = float("inf")

_WORDS: Final[dict[str, str]] = {
    "bool": "a condition",
    "int": "a whole number",
    "float": "a number",
    "text": "text",
    "date": "a date",
    "moment": "a moment",
    "duration": "a span of time",
    "record": "a record",
    "none": "None",
    "state": "NOT_APPLICABLE",
    "outcome": "an outcome",
}


def one(kind: str) -> str:
    """A kind of record with its article, such as `"an objective"`."""
    return f"{'an' if kind[:1] in 'aeiou' else 'a'} {kind}"


@attrs.frozen(cache_hash=True)
class Type:
    """
    What an expression gives.

    Attributes:
        base: The sort of value.
        nullable: Whether it may be None.
        low: Smallest value of a number.
        high: Largest value of a number.
        tiny: Smallest magnitude of a number that is not zero.
        vocabulary: The usual values of text; None when it is free.
        kind: Kind of a record.
    """

    base: Base
    nullable: bool = False
    low: float = -INFINITE
    high: float = INFINITE
    tiny: float = 0.0
    vocabulary: frozenset[str] | None = None
    kind: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number or a float."""
        return self.base in ("int", "float")

    @property
    def is_time(self) -> bool:
        """Whether it is a date or a moment."""
        return self.base in ("date", "moment")

    @property
    def largest(self) -> float:
        """Largest magnitude of a number."""
        return max(abs(self.low), abs(self.high))

    def optional(self) -> Type:
        """The same type, possibly None."""
        return self if self.nullable else attrs.evolve(self, nullable=True)

    def known(self) -> Type:
        """The same type, surely not None."""
        return attrs.evolve(self, nullable=False) if self.nullable else self

    def __str__(self) -> str:
        word = one(self.kind) if self.base == "record" else _WORDS[self.base]
        return f"{word} or None" if self.nullable and self.base != "none" else word


BOOL: Final = Type("bool")
INT: Final = Type("int", low=-WHOLE_LIMIT, high=WHOLE_LIMIT, tiny=1.0)
FLOAT: Final = Type("float")
TEXT: Final = Type("text")
DATE: Final = Type("date")
MOMENT: Final = Type("moment")
DURATION: Final = Type("duration")
NONE: Final = Type("none", nullable=True)
STATE: Final = Type("state")
OUTCOME: Final = Type("outcome", nullable=True)


def int_type(low: float, high: float) -> Type:
    """A whole number within the bounds."""
    return Type("int", low=low, high=high, tiny=1.0)


def float_type(low: float, high: float, tiny: float = 1e-9) -> Type:
    """A number within the bounds, not closer to zero than `tiny` unless zero."""
    return Type("float", low=low, high=high, tiny=tiny)


def text_type(vocabulary: frozenset[str] | None) -> Type:
    """Text, usually one of the vocabulary."""
    return Type("text", vocabulary=vocabulary)


def record_type(kind: str) -> Type:
    """A record of a kind."""
    return Type("record", kind=kind)


def unify(one: Type, other: Type) -> Type | None:
    """
    The type of a value that is either of the two; None where they do not go together.

    A whole number and a float are a float; None with anything is that thing, possibly None.
    """
    if one == other:
        return one
    nullable = one.nullable or other.nullable
    if one.base == "none":
        return other.optional()
    if other.base == "none":
        return one.optional()
    if "outcome" in (one.base, other.base) or "state" in (one.base, other.base):
        rest = {one.base, other.base} - {"outcome", "state"}
        return OUTCOME if rest <= {"bool", "int", "float"} else None
    if one.is_number and other.is_number:
        base: Base = "int" if one.base == other.base == "int" else "float"
        return Type(
            base,
            nullable,
            low=min(one.low, other.low),
            high=max(one.high, other.high),
            tiny=min(one.tiny, other.tiny),
        )
    if one.base != other.base or one.kind != other.kind:
        return None
    both = one.vocabulary is not None and other.vocabulary is not None
    vocabulary = (one.vocabulary or frozenset()) | (other.vocabulary or frozenset()) if both else None
    return attrs.evolve(one, nullable=nullable, vocabulary=vocabulary)
