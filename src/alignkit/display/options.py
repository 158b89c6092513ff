"""What a host or an analyst can choose about the display of results."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

import attrs

from alignkit.errors import ValidationError

__all__ = ["Options", "options"]

Form: TypeAlias = Literal["html", "text"]


def _known_form(instance: object, attribute: object, value: object) -> None:
    if value not in get_args(Form):
        reason = f"expected 'html' or 'text', got {value!r}"
        raise ValidationError(reason, entity="options", field="display", value=value)


@attrs.define
class Options:
    """
    Choices that hold for the whole process.

    Attributes:
        display: How notebooks show results: as `"html"`, or as the same in plain `"text"`.
    """

    display: Form = attrs.field(default="html", validator=_known_form, on_setattr=attrs.setters.validate)


options: Final = Options()
"""The choices of this process."""
