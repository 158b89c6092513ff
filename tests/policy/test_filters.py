"""Filters name fields without their record, and say what a mistyped one was meant to be."""

from __future__ import annotations

import pytest

from alignkit.errors import ExpressionError
from alignkit.policy.filters import compile_filter


@pytest.mark.parametrize(
    ("text", "meant"),
    [("progres < 1", "progress"), ("statuss == 'active'", "status"), ("custmer.tier == 'A'", "customer")],
)
def test_a_mistyped_field_is_told_what_it_was_meant_to_be(text: str, meant: str) -> None:
    """The nearest field or hop is suggested, with the place."""
    with pytest.raises(ExpressionError, match=rf"filter:1:1: UnknownName: .*did you mean '{meant}'"):
        compile_filter("project", text)
