"""The record of one rule: what both teams can read, store and argue about."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked, number, optional, whole
from alignkit.domain.custom import CustomField

__all__ = ["AlignmentRule", "ParameterValue"]

ParameterValue = bool | int | float | str
"""What a threshold of a rule, or a constant it captures, may be."""


def _mapping(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return MappingProxyType(dict(sorted((value or {}).items())))


@attrs.frozen(kw_only=True)
class AlignmentRule:
    """
    One test of one fact, as text.

    Attributes:
        id: Unique in a policy; the name of the function.
        kind: Kind of subject it judges (`alignkit.domain.vocabulary.Kind`).
        dimension: The dimension it counts in; empty for a gate.
        weight: Relative weight within the dimension, a positive whole number; 0 for a gate.
        text: Source of the function: the meaning of the rule.
        parameters: Thresholds that differ from the text's own defaults.
        constants: Values the text reads by name from where it was written.
        helpers: Source of the functions the text calls, by name.
        message: What to say when points are lost; `{name}` stands for a piece of evidence.
        action: What would win the points back.
        team: The team whose move it is.
        custom_fields: The custom fields that the text reads, by kind and name such as `"project.risk"`.
        cap: For a gate: the highest score a subject may have while the condition holds; else None.
    """

    id: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED)
    dimension: str = checked(checks.TEXT, "")
    weight: int = checked(whole(0, 1_000_000), 1)
    text: str = checked(checks.FILLED)
    parameters: Mapping[str, ParameterValue] = attrs.field(default=None, converter=_mapping)
    constants: Mapping[str, object] = attrs.field(default=None, converter=_mapping)
    helpers: Mapping[str, str] = attrs.field(default=None, converter=_mapping)
    custom_fields: Mapping[str, CustomField] = attrs.field(default=None, converter=_mapping)
    message: str = checked(checks.TEXT, "")
    action: str = checked(checks.TEXT, "")
    team: str = checked(checks.TEXT, "")
    cap: float | None = checked(optional(number(0.0, 100.0)), None)

    def __getstate__(self) -> dict[str, object]:
        return {
            name: dict(value) if isinstance(value, MappingProxyType) else value
            for name, value in attrs.asdict(self, recurse=False).items()
        }

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__init__(**state)  # type: ignore[misc]
