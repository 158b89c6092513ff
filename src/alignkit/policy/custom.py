"""
Custom fields in rules: a view class of the host's own says which there are, and of what type.

A class that extends one of alignkit's views declares a field with each property it adds; `Unit` says what a number
counts and within which bounds it lies. The declaration is data (`CustomField`), so that rules as text have it too.
"""

from __future__ import annotations

import functools
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeVar

import attrs

from alignkit.domain import COLLECTIONS, CustomField
from alignkit.domain.custom import CustomType
from alignkit.errors import ValidationError
from alignkit.expressions import types as t
from alignkit.expressions.context import Declared, Own
from alignkit.policy.model import KINDS, VIEWS, model

__all__ = [
    "CustomTypes",
    "Unit",
    "annotated_types",
    "custom_fields",
    "custom_type",
    "declared_by",
    "known_by",
    "types_of",
    "view_as",
]

CustomTypes = Mapping[tuple[str, str], t.Type]
"""Types of custom fields by kind and name."""

V = TypeVar("V")

_SORTS: Final[dict[Any, CustomType]] = {
    str: "text",
    float: "number",
    int: "whole",
    bool: "flag",
    date: "day",
    datetime: "moment",
}
_SPAN: Final = re.compile(r"(-?[0-9]+(?:\.[0-9]+)?)\.\.(-?[0-9]+(?:\.[0-9]+)?)")


@attrs.frozen
class Unit:
    """
    What a number of a custom field counts, for `Annotated`.

    Attributes:
        name: Such as `"days"`; `"0..1"` says the bounds as well.
        low: Smallest number; smaller ones read as None.
        high: Largest number; larger ones read as None.
    """

    name: str
    low: float | None = None
    high: float | None = None

    def __attrs_post_init__(self) -> None:
        span = _SPAN.fullmatch(self.name)
        if span is not None and self.low is None and self.high is None:
            object.__setattr__(self, "low", float(span[1]))
            object.__setattr__(self, "high", float(span[2]))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValidationError(f"{self.low:g} is above {self.high:g}", entity="Unit", field="low", value=self.low)


def kinds_with_custom() -> tuple[str, ...]:
    """Kinds of facts that keep custom values."""
    return tuple(kind for kind, name in KINDS.items() if name and hasattr(COLLECTIONS[name], "custom"))


def declared_by(view: Any) -> Declared:
    """The custom fields that a view class adds to one of alignkit's, and to the views that it leads to."""
    if not isinstance(view, type) or view in VIEWS:
        return Declared()
    fields, faults = _declared(view)
    return Declared(known_by(fields), faults)


def known_by(fields: Iterable[CustomField]) -> dict[tuple[str, str], Own]:
    """Declared fields as the language knows them."""
    return {(field.kind, field.name): Own(custom_type(field), field) for field in fields}


def custom_fields(*classes: type) -> dict[str, CustomField]:
    """
    The custom fields that view classes declare, by kind and name such as `"project.risk"`.

    Raises:
        ValidationError: A class is not a view, or declares what cannot be a custom field.
    """
    found: dict[str, CustomField] = {}
    for view in classes:
        if _base_of(view) is None:
            raise ValidationError(f"{view!r} does not extend a view such as ProjectView", entity="custom field")
        fields, faults = _declared(view)
        if faults:
            raise ValidationError(faults[0], entity="custom field")
        for field in fields:
            if found.setdefault(field.path, field) != field:
                raise ValidationError(f"{field.path} is declared in two ways", entity="custom field")
    return found


def custom_type(field: CustomField) -> t.Type:
    """What a declared field gives in a rule; it may always be None."""
    match field.type:
        case "number":
            found = t.float_type(field.lowest, field.highest)
        case "whole":
            found = t.int_type(field.lowest, field.highest)
        case "text":
            found = t.text_type(field.vocabulary)
        case sort:
            found = {"flag": t.BOOL, "day": t.DATE, "moment": t.MOMENT}[sort]
    return found.optional()


def types_of(fields: Iterable[CustomField]) -> CustomTypes:
    """The types of declared fields by kind and name."""
    return {(field.kind, field.name): custom_type(field) for field in fields}


def annotated_types(function: Any) -> CustomTypes:
    """What the first parameter of a function declares; nothing where its annotation cannot be resolved."""
    try:
        hints = typing.get_type_hints(function)
    except (NameError, TypeError):
        return {}
    view = next(iter(hints.values()), None)
    return {path: own.type for path, own in declared_by(view).fields.items()}


def view_as(view: Any, cls: Callable[..., V]) -> V:
    """
    The same fact seen through a view class of your own, so that its custom fields can be read.

    Args:
        view: What a portfolio gives, such as `portfolio.project("P-1")`.
        cls: Such as `AcmeProject`.

    Raises:
        ValidationError: The class does not show this kind of fact, or declares what cannot be a custom field.
    """
    if not isinstance(cls, type):
        raise ValidationError(f"expected a view class, got {cls!r}", entity="view_as", value=cls)
    types = types_of(custom_fields(cls).values())
    base = _base_of(cls)
    assert base is not None
    kind = getattr(getattr(view, "_kind", None), "name", "")
    if VIEWS[base] != kind:
        raise ValidationError(f"{cls.__name__} shows a {VIEWS[base]}, got {view!r}", entity="view_as", value=view)
    return typing.cast(V, view.with_custom(types))


def _base_of(view: Any) -> type | None:
    return next((base for base in getattr(view, "__mro__", ()) if base in VIEWS), None)


@functools.lru_cache(maxsize=512)
def _declared(view: type) -> tuple[tuple[CustomField, ...], tuple[str, ...]]:
    found: dict[tuple[str, str], CustomField] = {}
    faults: list[str] = []
    waiting, seen = [view], set()
    while waiting:
        cls = waiting.pop()
        base = _base_of(cls)
        if base is None or cls in seen or cls in VIEWS:
            continue
        seen.add(cls)
        kind = VIEWS[base]
        for name, written in _added(cls, faults).items():
            plain, nullable, unit = _unwrapped(written)
            if name in model().kinds[kind].names:
                waiting.extend(part for part in (plain, *typing.get_args(plain)) if isinstance(part, type))
            else:
                _add(found, faults, CustomDraft(f"{cls.__name__}.{name}", kind, name, plain, nullable, unit))
    return tuple(found.values()), tuple(faults)


def _added(cls: type, faults: list[str]) -> dict[str, Any]:
    """The annotations of the properties that a class and its own bases add to alignkit's view."""
    found: dict[str, Any] = {}
    for part in reversed([part for part in cls.__mro__ if part not in VIEWS]):
        for name, member in vars(part).items():
            if isinstance(member, property) and member.fget is not None:
                try:
                    found[name] = typing.get_type_hints(member.fget, include_extras=True)["return"]
                except (NameError, KeyError, TypeError) as error:
                    faults.append(f"{cls.__name__}.{name}: its annotation cannot be read: {error}")
    return found


def _unwrapped(written: Any) -> tuple[Any, bool, Unit | None]:
    """A type without its unit and without None."""
    unit = None
    if typing.get_origin(written) is typing.Annotated:
        written, *extras = typing.get_args(written)
        unit = next((extra for extra in extras if isinstance(extra, Unit)), None)
    if typing.get_origin(written) not in (types.UnionType, typing.Union):
        return written, False, unit
    parts = typing.get_args(written)
    rest = [part for part in parts if part is not type(None)]
    if len(rest) != 1:
        return written, False, unit
    inner, _, inner_unit = _unwrapped(rest[0])
    return inner, len(rest) < len(parts), unit or inner_unit


@attrs.frozen
class CustomDraft:
    """A property on its way to a declaration."""

    where: str
    kind: str
    name: str
    plain: Any
    nullable: bool
    unit: Unit | None


def _add(found: dict[tuple[str, str], CustomField], faults: list[str], draft: CustomDraft) -> None:
    vocabulary = None
    sort = _SORTS.get(draft.plain)
    if typing.get_origin(draft.plain) is typing.Literal:
        words = typing.get_args(draft.plain)
        if all(isinstance(word, str) for word in words):
            sort, vocabulary = "text", frozenset(words)
    if draft.kind not in kinds_with_custom():
        faults.append(f"{draft.where}: a {draft.kind} keeps no custom values")
    elif sort is None:
        faults.append(f"{draft.where}: a custom field is a str, float, int, bool, date, datetime or Literal of text")
    elif not draft.nullable:
        faults.append(f"{draft.where}: a fact may lack it; annotate it with `| None`")
    else:
        unit = draft.unit or Unit("")
        try:
            made = CustomField(
                kind=draft.kind, name=draft.name, type=sort, low=unit.low, high=unit.high, unit=unit.name,
                vocabulary=vocabulary,
            )  # fmt: skip
        except ValidationError as error:
            faults.append(f"{draft.where}: {error.reason}")
            return
        if found.setdefault((draft.kind, draft.name), made) != made:
            faults.append(f"{draft.where}: {made.path} is declared in two ways")
