"""The converters one by one, on what JSON and parsed pages may hold."""

from __future__ import annotations

from decimal import Decimal

import pytest

from alignkit.importers import Take
from alignkit.importers.convert import Refused, Setting, convert
from alignkit.importers.preset_toml import shipped
from alignkit.importers.row import BadValue, shortened
from alignkit.importers.ways import CONVERTERS

JSON = Setting(is_text=False, zone="UTC", currency="EUR", clock_change="error", months=())
TEXT = Setting(is_text=True, zone="UTC", currency="EUR", clock_change="error", months=())


@pytest.mark.parametrize("name", CONVERTERS)
@pytest.mark.parametrize("empty", ["", "  ", " \n"])
def test_nothing_is_nothing(name: str, empty: str) -> None:
    """Empty text is no value, for every converter."""
    assert convert(name, empty, Take(), TEXT) in (None, ())


@pytest.mark.parametrize("name", CONVERTERS)
def test_what_the_format_could_not_carry(name: str) -> None:
    """A value that was bad already at parsing keeps its code."""
    with pytest.raises(Refused) as caught:
        convert(name, BadValue("NumberTooLong", "5000 digits"), Take(), JSON)
    assert caught.value.code == "NumberTooLong"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("flag", True, True),
        ("number", Decimal("0.10"), 0.1),
        ("number", 3, 3.0),
        ("whole", 3, 3),
        ("whole", -3, -3),
        ("text", 12, "12"),
        ("texts", ["a", " b ", "a", ""], ("a", "b")),
        ("email", "Ana@Seven.EXAMPLE", "Ana@seven.example"),
    ],
)
def test_json_values(name: str, value: object, expected: object) -> None:
    """JSON's own types are taken as what they are."""
    assert convert(name, value, Take(), JSON) == expected


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("flag", "true", "TypeRejected"),
        ("flag", 1, "TypeRejected"),
        ("number", "3", "TypeRejected"),
        ("number", True, "TypeRejected"),
        ("number", Decimal("1e400"), "ValueRejected"),
        ("whole", Decimal("3.0"), "TypeRejected"),
        ("whole", 2**63, "NumberOutOfRange"),
        ("text", Decimal("1.5"), "TypeRejected"),
        ("text", True, "TypeRejected"),
        ("text", ["a"], "TypeRejected"),
        ("money", 10**13, "ValueRejected"),
        ("email", "nobody", "TypeRejected"),
        ("email", "a b@c.example", "TypeRejected"),
        ("domains", "a@b.example", "TypeRejected"),
    ],
)
def test_json_values_of_the_wrong_kind(name: str, value: object, code: str) -> None:
    """Nothing is turned into something else in silence."""
    with pytest.raises(Refused) as caught:
        convert(name, value, Take(), JSON)
    assert caught.value.code == code


def test_one_text_of_several() -> None:
    """A separator splits one text; text may be put in front of each part."""
    assert convert("texts", "a; b", Take(separator=";", before="x:"), TEXT) == ("x:a", "x:b")


def test_values_are_shown_shortened() -> None:
    """What a report shows fits in a line and can always be written."""
    assert shortened("x" * 200) == "x" * 77 + "..."
    assert shortened(10**6000) == "a whole number of thousands of digits"
    assert shortened("\ud800\0") == "\\ud800\\0"


def test_every_way_of_the_shipped_presets_has_a_converter() -> None:
    """No shipped preset names a converter that does not exist, or one that fails on empty text."""
    for name in ("hubspot", "jira", "objectives"):
        ways = [take for record in shipped(name).records.values() for takes in record.fields.values() for take in takes]
        assert {take.convert for take in ways} <= {"", *CONVERTERS}
