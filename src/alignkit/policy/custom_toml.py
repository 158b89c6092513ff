"""
Custom fields in a policy document: `[custom.project]` with a line for each field.

A field is written as its type, such as `segment = "text"`, or as a table with its bounds, unit or usual values.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from alignkit.domain import CustomField
from alignkit.errors import ValidationError
from alignkit.expressions.context import nearest
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.policy.custom import kinds_with_custom
from alignkit.policy.model import model

__all__ = ["read_custom", "written_custom"]

KEYS: Final = ("type", "low", "high", "unit", "values")


def written_custom(fields: Iterable[CustomField]) -> dict[str, dict[str, Any]]:
    """Declarations as a document has them, by kind and name."""
    found: dict[str, dict[str, Any]] = {}
    for field in sorted(fields, key=lambda field: field.path):
        entry: dict[str, Any] = {"type": field.type}
        entry.update({key: getattr(field, key) for key in ("low", "high") if getattr(field, key) is not None})
        if field.unit:
            entry["unit"] = field.unit
        if field.vocabulary is not None:
            entry["values"] = sorted(field.vocabulary)
        found.setdefault(field.kind, {})[field.name] = entry["type"] if len(entry) == 1 else entry
    return found


def read_custom(document: Any, faults: list[Diagnostic]) -> dict[str, CustomField]:
    """Declarations of a document by kind and name; what is wrong goes to the faults."""
    found: dict[str, CustomField] = {}
    if not isinstance(document, dict):
        faults.append(Diagnostic("PolicyInvalid", "custom fields are tables by kind: [custom.project]"))
        return found
    kinds = kinds_with_custom()
    for kind, fields in document.items():
        if kind not in kinds or not isinstance(fields, dict):
            message = f"custom.{kind} is not a table of fields of a kind of fact"
            faults.append(Diagnostic("PolicyInvalid", message, suggestion=nearest(kind, kinds)))
            continue
        for name, entry in fields.items():
            try:
                field = _field(kind, name, entry)
            except ValueError as error:
                reason = error.reason if isinstance(error, ValidationError) else str(error)
                faults.append(Diagnostic("PolicyInvalid", f"custom.{kind}.{name}: {reason}"))
            else:
                found[field.path] = field
    return found


def _field(kind: str, name: str, entry: Any) -> CustomField:
    if name in model().kinds[kind].names:
        raise ValueError(f"{kind} has a field of this name already")
    given = entry if isinstance(entry, dict) else {"type": entry}
    for key in given:
        if key not in KEYS:
            near = nearest(key, KEYS)
            raise ValueError(f"{key!r} is not part of a field" + (f"; did you mean {near!r}?" if near else ""))
    values = given.get("values")
    if values is not None and not (isinstance(values, list) and all(isinstance(value, str) for value in values)):
        raise ValueError(f"values is a list of texts, got {values!r:.60}")
    return CustomField(
        kind=kind,
        name=name,
        type=given.get("type", ""),
        low=given.get("low"),
        high=given.get("high"),
        unit=given.get("unit", ""),
        vocabulary=None if values is None else frozenset(values),
    )
