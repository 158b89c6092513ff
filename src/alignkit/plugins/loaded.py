"""
The plugins that the host loaded, and what they bring by name.

A plugin is taken as a whole or not at all. One that cannot be used is a fault that names its distribution and version;
the others are loaded all the same. Two that bring the same name are an error, because nobody could say which is meant.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import Any, Final

import attrs

from alignkit.errors import NotFoundError, PluginConflictError, PluginError
from alignkit.expressions.context import nearest
from alignkit.expressions.registered import make_known, make_unknown, registered
from alignkit.importers.preset import Preset
from alignkit.plugins.entry_points import EntryPointInfo, available, normal
from alignkit.plugins.plugin import API, PARTS, Plugin
from alignkit.policy.policy import Policy
from alignkit.policy.registered import known_rules, make_rule_known, make_rule_unknown, provider_of

__all__ = [
    "LoadedPlugin",
    "Loading",
    "fault_log",
    "importer",
    "load",
    "loaded",
    "policy",
    "renderer",
    "store",
    "unload",
]


@attrs.frozen
class LoadedPlugin:
    """
    A plugin that is in use.

    Attributes:
        info: Where it comes from.
        plugin: What it brings.
    """

    info: EntryPointInfo
    plugin: Plugin

    @property
    def provider(self) -> str:
        """Distribution and version."""
        return self.info.provider


@attrs.frozen
class Loading:
    """
    What a call of `load` did.

    Attributes:
        plugins: Those that are in use now, of the ones asked for.
        faults: What is wrong with the others.
    """

    plugins: tuple[LoadedPlugin, ...]
    faults: tuple[PluginError, ...]

    def __bool__(self) -> bool:
        return not self.faults


_loaded: Final[dict[tuple[str, str], LoadedPlugin]] = {}
_faults: Final[dict[tuple[str, str], PluginError]] = {}
_lock: Final = threading.RLock()


def load(names: Iterable[str] = (), *, allow: Iterable[str] | None = None, strict: bool = False) -> Loading:
    """
    Load plugins. Only what is named here is imported.

    Args:
        names: Entry points or distributions to load, such as `["acme-rules"]`.
        allow: Load, of all that are installed, those that are named here; `["*"]` loads all of them. What is named here
            and not installed is passed over, unlike in `names`.
        strict: Whether the first fault is raised instead of collected.

    Returns:
        What is in use now, and what is not. Loading a plugin again does nothing.

    Raises:
        PluginConflictError: Two plugins bring something of one sort and name; the second is not taken.
        PluginError: Under `strict`, a plugin is not installed or cannot be used.
    """
    if isinstance(names, str) or isinstance(allow, str):
        raise TypeError(f"pass a list of names, such as [{names or allow!r}]")
    installed = available()
    faults: list[PluginError] = []
    wanted = list(_allowed(installed, list(allow or ())))
    for name in names:
        found = [info for info in installed if _is_named(info, name)]
        if not found:
            faults.append(_missing(name, installed))
        wanted.extend(found)
    plugins: list[LoadedPlugin] = []
    with _lock:
        for info in dict.fromkeys(wanted):
            try:
                plugins.append(_take(info))
            except PluginError as error:
                _faults[_key(info)] = error
                faults.append(error)
    if strict and faults:
        raise faults[0]
    return Loading(tuple(plugins), tuple(faults))


def _key(info: EntryPointInfo) -> tuple[str, str]:
    return normal(info.distribution), info.name


def _is_named(info: EntryPointInfo, name: str) -> bool:
    return name == info.name or normal(name) == normal(info.distribution)


def _allowed(installed: Iterable[EntryPointInfo], allow: list[str]) -> Iterator[EntryPointInfo]:
    for info in installed:
        if "*" in allow or any(_is_named(info, name) for name in allow):
            yield info


def _missing(name: str, installed: Iterable[EntryPointInfo]) -> PluginError:
    known = sorted({part for info in installed for part in (info.name, info.distribution)})
    near = nearest(name, known)
    hint = f"; did you mean {near!r}?" if near else f"; there are {', '.join(known) or 'none'}"
    return PluginError(name, "", "", f"is not installed{hint}")


def _take(info: EntryPointInfo) -> LoadedPlugin:
    held = _loaded.get(_key(info))
    if held is not None:
        return held
    plugin = _made(info)
    _refuse_clashes(info, plugin)
    for rule in plugin.rules:
        make_rule_known(rule, info.provider)
    for function in plugin.functions:
        make_known(function, info.provider)
    found = _loaded[_key(info)] = LoadedPlugin(info, plugin)
    _faults.pop(_key(info), None)
    return found


def _made(info: EntryPointInfo) -> Plugin:
    given: Any = info.import_it()
    if callable(given) and not isinstance(given, Plugin):
        try:
            given = given()
        except Exception as error:
            raise info.fault(f"{info.target} failed: {type(error).__name__}: {error}") from error
    if not isinstance(given, Plugin):
        raise info.fault(f"{info.target} is {given!r:.60}; expected a Plugin, or a function that makes one")
    if given.api != API:
        raise info.fault(
            f"was made for contract {given.api} of plugins, this alignkit has {API}; install another version"
        )
    return given


def _refuse_clashes(info: EntryPointInfo, plugin: Plugin) -> None:
    held = {name: other.provider for other in _loaded.values() for name in other.plugin.names()}
    held.update((("function", id), one.provider or "the host") for id, one in registered().items())
    held.update((("rule", id), provider_of(id)) for id in known_rules())
    held.update((name, "alignkit") for name in _own_names())
    for sort, name in plugin.names():
        if (sort, name) in held:
            raise PluginConflictError(sort, name, held[sort, name], info.provider)


def _own_names() -> Iterator[tuple[str, str]]:
    """What alignkit itself has by these names."""
    from alignkit.expressions import functions
    from alignkit.importers.registry import SHIPPED

    yield from (("importer", name) for name in SHIPPED)
    yield from (("function", name) for name in (*functions.__all__, "min", "max", "abs"))
    yield from (("policy", name) for name in ("default",))
    yield from (("store", name) for name in ("memory", "sql"))


def unload(name: str) -> None:
    """
    Take plugins out of use, by the name of the entry point or distribution. Policies that are made already keep theirs.

    Raises:
        NotFoundError: No such plugin is loaded.
    """
    with _lock:
        found = [key for key, one in _loaded.items() if _is_named(one.info, name)]
        if not found:
            near = nearest(name, [one.info.name for one in _loaded.values()])
            raise NotFoundError("loaded plugin", name, (near,) if near else ())
        for key in found:
            gone = _loaded.pop(key).plugin
            for rule in gone.rules:
                make_rule_unknown(rule.id)
            for function in gone.functions:
                make_unknown(function.id)


def loaded() -> tuple[LoadedPlugin, ...]:
    """The plugins in use, in the order in which they were loaded."""
    return tuple(_loaded.values())


def fault_log() -> tuple[PluginError, ...]:
    """What is wrong with plugins that were asked for and are not in use."""
    return tuple(_faults.values())


def _by_name(part: str, name: str) -> LoadedPlugin:
    for one in _loaded.values():
        if name in getattr(one.plugin, part):
            return one
    near = nearest(name, [known for one in _loaded.values() for known in getattr(one.plugin, part)])
    raise NotFoundError(f"{PARTS[part]} of a loaded plugin", name, (near,) if near else ())


def _guarded(one: LoadedPlugin, what: str, make: Any, *args: Any, **options: Any) -> Any:
    try:
        return make(*args, **options)
    except Exception as error:
        raise one.info.fault(f"{what} failed: {type(error).__name__}: {error}") from error


def policy(name: str) -> Policy:
    """
    A policy that a loaded plugin brings.

    Raises:
        NotFoundError: None brings one of this name.
        PluginError: It cannot be made; the cause is chained.
    """
    one = _by_name("policies", name)
    made = _guarded(one, f"policy {name!r}", one.plugin.policy, name)
    if not isinstance(made, Policy):
        raise one.info.fault(f"policy {name!r} is {made!r:.60}; expected a Policy")
    return made


def importer(name: str) -> Preset:
    """
    A mapping that a loaded plugin brings, for `alignkit.importers.read`.

    Raises:
        NotFoundError: None brings one of this name.
        PluginError: It cannot be made; the cause is chained.
    """
    one = _by_name("importers", name)
    made = _guarded(one, f"importer {name!r}", one.plugin.importer, name)
    if not isinstance(made, Preset):
        raise one.info.fault(f"importer {name!r} is {made!r:.60}; expected a Preset")
    return made


def store(name: str, url: str, **options: Any) -> Any:
    """
    Open a store that a loaded plugin brings.

    Raises:
        NotFoundError: None brings one of this name.
        PluginError: It cannot be opened; the cause is chained.
    """
    one = _by_name("stores", name)
    return _guarded(one, f"store {name!r}", one.plugin.stores[name], url, **options)


def renderer(name: str) -> Any:
    """
    A renderer that a loaded plugin brings: called with a result, it gives text.

    Raises:
        NotFoundError: None brings one of this name.
    """
    return _by_name("renderers", name).plugin.renderers[name]
