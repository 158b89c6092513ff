"""What is loaded, what is not, and what a fault says."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest

import alignkit as ak
from alignkit import plugins
from alignkit.errors import NotFoundError, PluginConflictError, PluginError, PolicyError
from tests.plugins.conftest import Install

GOOD = """
import alignkit as ak
from alignkit.plugins import Plugin, function

@ak.rule(dimension="good")
def named(project: ak.ProjectView, *, wanted: str = "x") -> ak.Score:
    "The project has the name."
    return project.name == wanted

@function()
def half(x: float, /) -> float:
    "One half of it."
    return x / 2

def broken():
    raise ValueError("no such company")

def plugin():
    return Plugin(
        rules=[named], functions=[half], policies={"good": lambda: ak.Policy([named], dimensions={"good": 1}), "bad": broken},
        importers={"tool": "system = 'tool'\\n[tables.things]\\nbecomes = 'customers'\\nkey = 'id'\\n[tables.things.fields]\\nname = 'n'"},
        stores={"shelf": lambda url: ("shelf", url)}, renderers={"short": lambda result: f"{result.score:.0f}"},
    )
"""


def test_alignkit_loads_no_plugin_by_itself() -> None:
    """Importing alignkit neither reads entry points nor imports the machinery that would."""
    code = "import sys, alignkit; print([m for m in sys.modules if m.startswith(('alignkit.plugins', 'importlib.metadata'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_only_what_the_host_names_is_imported(install: Install) -> None:
    """Listing imports nothing; loading imports the plugins named and no others."""
    one, two = (
        install("good-one", GOOD),
        install("other-one", "raise SystemExit('must not be imported')", entry="other"),
    )
    listed = {(info.distribution, info.name, info.version) for info in plugins.available()}
    assert {("good-one", "main", "1.0"), ("other-one", "other", "1.0")} <= listed
    assert one not in sys.modules
    assert plugins.load(["Good_One"])
    assert one in sys.modules
    assert two not in sys.modules


def test_an_allow_list_passes_over_what_is_not_installed(install: Install) -> None:
    """What may be loaded need not be there; what was asked for must."""
    install("good-one", GOOD)
    allowed = plugins.load(allow=["good-one", "not-there"])
    assert [one.provider for one in allowed.plugins] == ["good-one 1.0"]
    assert not allowed.faults
    (fault,) = plugins.load(["god-one"]).faults
    assert "did you mean 'good-one'" in str(fault)


def test_what_a_plugin_brings_is_there_by_name(install: Install) -> None:
    """Policies, mappings, stores and renderers are made when asked for."""
    install("good-one", GOOD)
    plugins.load(["good-one"])
    assert len(plugins.policy("good")) == 1
    assert plugins.importer("tool").system == "tool"
    assert plugins.store("shelf", "here") == ("shelf", "here")
    assert callable(plugins.renderer("short"))
    with pytest.raises(NotFoundError, match="good"):
        plugins.policy("god")
    with pytest.raises(PluginError, match=r"good-one 1\.0: policy 'bad' failed: ValueError: no such company"):
        plugins.policy("bad")


def test_documents_take_rules_by_id_and_never_by_path(install: Install) -> None:
    """`use` names a rule of a loaded plugin, with its weight and thresholds; a path of a module is nothing."""
    module = install("good-one", GOOD)
    text = 'alignkit_policy = 1\ndimensions = {good = 1}\n[[rules]]\nuse = "named"\nweight = 3\nparameters = {wanted = "p"}\n'
    with pytest.raises(PolicyError, match="load that first"):
        ak.Policy.from_toml(text)
    plugins.load(["good-one"])
    (rule,) = ak.Policy.from_toml(text)
    assert (rule.id, rule.record.weight, dict(rule.record.parameters)) == ("named", 3, {"wanted": "p"})
    with pytest.raises(PolicyError, match="there is no rule"):
        ak.Policy.from_toml(text.replace('"named"', f'"{module}:named"'))
    with pytest.raises(PolicyError, match="nothing else"):
        ak.Policy.from_toml(text + 'text = "x"\n')


@pytest.mark.parametrize(
    ("source", "says"),
    [
        ("import not_there_at_all", "ModuleNotFoundError"),
        ("1 / 0", "ZeroDivisionError"),
        ("def plugin():\n    raise KeyError('x')", "failed: KeyError"),
        ("plugin = 7", "expected a Plugin"),
        ("x = 1", "cannot be imported"),
        ("from alignkit.plugins import Plugin\nplugin = Plugin(api=99)", "contract 99"),
        ("from alignkit.plugins import Plugin\ndef plugin():\n    return Plugin(rules=[len])", "is no rule"),
    ],
)
def test_a_broken_plugin_stops_nothing_and_is_named(install: Install, source: str, says: str) -> None:
    """The fault names distribution and version; what else was asked for is loaded."""
    install("bad-one", source, version="0.3", entry="bad")
    install("good-one", GOOD)
    found = plugins.load(["bad-one", "good-one"])
    assert [one.provider for one in found.plugins] == ["good-one 1.0"]
    (fault,) = found.faults
    assert (fault.distribution, fault.version) == ("bad-one", "0.3")
    assert says in str(fault)
    assert "bad-one 0.3" in str(fault)
    assert str(pickle.loads(pickle.dumps(fault))) == str(fault)
    assert str(fault) in plugins.describe().faults
    with pytest.raises(PluginError):
        plugins.load(["bad-one"], strict=True)


@pytest.mark.parametrize(
    "part", ["rules=[named]", "functions=[half]", "policies={'good': broken}", "stores={'shelf': print}"]
)
def test_a_clash_names_both(install: Install, part: str) -> None:
    """Two plugins with one name: the second is not taken, and the error says whose both are."""
    install("good-one", GOOD)
    install("late-one", GOOD.partition("def plugin")[0] + f"\nplugin = Plugin({part})", version="2.0", entry="late")
    with pytest.raises(PluginConflictError, match=r"good-one 1\.0 and from late-one 2\.0"):
        plugins.load(["good-one", "late-one"])
    assert [one.provider for one in plugins.loaded()] == ["good-one 1.0"]


def test_nothing_of_alignkit_is_replaced(install: Install) -> None:
    """A plugin cannot bring another `ramp`, `jira` or `default`."""
    install("bold-one", "from alignkit.plugins import Plugin\nplugin = Plugin(importers={'jira': 'x'})")
    with pytest.raises(PluginConflictError, match="alignkit"):
        plugins.load(["bold-one"])


def test_describe_lists_everything_with_its_origin(install: Install) -> None:
    """Own and foreign things by sort and name, and what is installed but not loaded."""
    install("good-one", GOOD)
    install("other-one", "x", entry="other")
    plugins.load(["good-one"])
    found = plugins.describe()
    assert {item.sort for item in found.items} == {"rule", "policy", "importer", "store", "function", "renderer"}
    brought = {
        (item.sort, item.name) for item in found.items if item.distribution == "good-one" and item.version == "1.0"
    }
    assert brought == {
        ("rule", "named"), ("function", "half"), ("policy", "good"), ("policy", "bad"), ("importer", "tool"),
        ("store", "shelf"), ("renderer", "short"),
    }  # fmt: skip
    assert ("other-one", "1.0", "other") in found.waiting
    assert "function half (good-one 1.0): One half of it. (Python only)" in str(found)
    assert any(item.name == "jira" and item.distribution == "alignkit" for item in found.of("importer"))


def test_unloading_takes_it_back(install: Install) -> None:
    """What a plugin brought is gone, and it can be loaded again."""
    install("good-one", GOOD)
    plugins.load(["good-one"])
    plugins.unload("good-one")
    assert not plugins.loaded()
    with pytest.raises(NotFoundError):
        plugins.unload("good-one")
    assert plugins.load(["good-one"])
