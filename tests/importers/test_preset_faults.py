"""What must not stand in a mapping, and what is said about it: everything, at once, with the nearest right name."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest

from alignkit.errors import PresetError
from alignkit.importers import Preset, Take, importers, parse_preset

GOOD = """
system = "tool"
[tables.users]
role = "lookup"
key = ["id"]
[tables.deals]
becomes = "opportunities"
key = "id"
[tables.deals.fields]
name = "title"
stage = { columns = "state", choices = { won = "won" } }
"""


def faults(text: str) -> tuple[str, ...]:
    """The faults of a mapping."""
    with pytest.raises(PresetError) as caught:
        parse_preset(text, source="mine.toml")
    assert caught.value.code == "PresetInvalid"
    return caught.value.faults


def test_all_faults_at_once() -> None:
    """A mapping with seven faults is told all seven, each with its place."""
    text = """
    system = "tool"
    [tables.deals]
    becomes = "opportunities"
    zone = "Europe/Berln"
    key = "id"
    [tables.deals.fields]
    nam = "title"
    stage = { columns = "state", convert = "txt" }
    amount = { columns = "sum", lookup = { table = "rates", key = "id", values = "rate" } }
    opened_at = { columns = "opened", formats = "%d.%Q" }
    customer_id = { columns = "company", reference = "company" }
    [[hops]]
    collection = "opportunities"
    field = "customer"
    through = "customer_id"
    """
    found = faults(text)
    assert len(found) == 8
    for start, part in (
        ("records.deals.fields.nam", "Opportunity has no field 'nam'; nearest 'name'"),
        ("records.deals.fields.stage", "no converter 'txt'; nearest 'text'"),
        ("records.deals.fields.amount", "lookup: no table 'rates'"),
        ("records.deals.fields.opened_at", "formats: '%d.%Q' holds '%Q'"),
        ("records.deals.fields.customer_id", "no record 'company'"),
        ("records.deals: nothing says", "'name'"),
        ("tables.deals: zone", "Europe/Berln"),
        ("hops[0]: field", "nearest 'customer_id'"),
    ):
        assert any(fault.startswith(start) and part in fault for fault in found), (start, found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('stage = { columns = "s", choices = { x = 1 } }', "choices.x: expected text"),
        ('stage = { columns = "s", otherwise = true }', "otherwise: expected text"),
        ("stage = {}", "say columns, join, lookup, compute or value"),
        ('amount = { columns = "s", divide = 0.0 }', "divide: not by zero"),
        ('stage = { columns = "s", only_if = { staage = "x" } }', "only_if: no field 'staage'; nearest 'stage'"),
        ('owner = "s"', "Opportunity has no field 'owner'"),
        ('id = "s"', "comes from the key; leave it out"),
        ('stage = { colums = "s" }', "no key 'colums'; nearest 'columns'"),
        ("stage = { columns = 3 }", "expected"),
        ('stage = { columns = "s", is_assumed = "no" }', "expected true or false, got 'no'"),
        ('project_id = { columns = "s", reference = "deals" }', "expects one of the projects"),
        ('stage = { lookup = { table = "users", key = ["a", "b"], values = "n" } }', "has a key of 1 columns, not 2"),
        ('stage = { lookup = { table = "deals", key = "a", values = "n" } }', "has the role 'record', not 'lookup'"),
    ],
)
def test_faults_of_a_field(line: str, said: str) -> None:
    """What a field cannot be got by, or cannot hold, is refused when the mapping is made."""
    text = GOOD.replace('stage = { columns = "state", choices = { won = "won" } }', line)
    assert any(said in fault for fault in faults(text)), faults(text)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('becomes = "opportunities"', 'becomes = "deals"', "no collection 'deals'"),
        ('key = "id"', "", "name the key of record 'deals'"),
        ('key = "id"', 'key = "id"\nalso = "lists"', "also: no table 'lists'"),
        ('key = "id"', 'key = "id"\nrows = "data"', "rows, marks and carry are for JSON"),
        ('key = ["id"]', "", "a lookup needs a key"),
        ('system = "tool"', 'system = ""', "give the tool a name"),
        ('system = "tool"', 'system = "tool"\nmonths = ["jan"]', "expected twelve names"),
        ('system = "tool"', 'system = "tool"\ntabels = 1', "no key 'tabels'; nearest 'tables'"),
    ],
)
def test_faults_of_a_table(old: str, new: str, said: str) -> None:
    """What a table cannot be read by is refused when the mapping is made."""
    text = GOOD.replace(old, new, 1)
    assert any(said in fault for fault in faults(text)), faults(text)


def test_keys_that_are_not_known_hide_no_other_fault() -> None:
    """A misspelt key and a misspelt field are told together."""
    found = faults(GOOD.replace('name = "title"', 'name = { column = "title" }\nnaem = "title"'))
    assert any("no key 'column'" in fault for fault in found)
    assert any("no field 'naem'" in fault for fault in found)


def test_the_error_pickles() -> None:
    """A fault found in a worker process arrives whole."""
    error = PresetError(["one", "two"], source="x.toml")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.faults, again.code) == (str(error), ("one", "two"), "PresetInvalid")


def test_changes_of_a_preset_are_judged_too() -> None:
    """A changed field or table has to fit as the first one had."""
    good = parse_preset(GOOD)
    changes: list[Callable[[], Preset]] = [
        lambda: good.with_fields("deals", nam="x"),
        lambda: good.with_fields("dels", name="x"),
        lambda: good.with_fields("deals", stage=Take(columns=("x",), convert="txt")),
        lambda: good.with_table("deals", keys=("id",)),
        lambda: good.with_table("dels", key=("id",)),
    ]
    for change in changes:
        with pytest.raises(PresetError):
            change()


def test_a_mapping_on_top_of_another() -> None:
    """A few lines of TOML change single fields and single parts of a table; the rest stays."""
    base = parse_preset(GOOD)
    top = """
    [tables.deals]
    zone = "Europe/Berlin"
    [records.deals.fields]
    stage = "phase"
    opened_at = "opened"
    """
    changed = parse_preset(top, base=base)
    assert changed.records["deals"].fields["name"] == base.records["deals"].fields["name"]
    assert changed.records["deals"].fields["stage"] == (Take(columns=("phase",)),)
    assert (changed.tables["deals"].zone, changed.tables["deals"].key) == ("Europe/Berlin", ("id",))
    assert parse_preset("", base=base) == base


@pytest.mark.parametrize("info", importers(), ids=lambda info: info.name)
def test_the_list_of_importers(info: object) -> None:
    """Every shipped importer says its tool, side, shapes and collections, and survives an empty change."""
    preset: Preset = info.preset  # type: ignore[attr-defined]
    assert info.name == preset.system  # type: ignore[attr-defined]
    assert preset.tool
    assert preset.shapes
    assert preset.side in {"crm", "pmo", "both"}
    assert info.collections  # type: ignore[attr-defined]
    assert parse_preset("", base=preset) == preset


def test_the_package_lists_its_importers() -> None:
    """`ak.importers()` is the list, whether or not the package was imported before."""
    import alignkit.importers

    assert alignkit.importers() == importers()  # type: ignore[operator]
    assert [info.name for info in importers()] == sorted(info.name for info in importers())
