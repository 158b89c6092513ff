"""Everything there is to use, by name, and where it comes from: alignkit's own and what plugins bring."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from alignkit.expressions import functions
from alignkit.expressions.registered import registered
from alignkit.importers.registry import SHIPPED, importers
from alignkit.plugins.entry_points import available
from alignkit.plugins.loaded import fault_log, loaded
from alignkit.policy.defaults import GATES, RULES
from alignkit.policy.registered import known_rules

__all__ = ["Described", "Description", "describe"]


@attrs.frozen
class Described:
    """
    One thing that can be used by name.

    Attributes:
        sort: `"rule"`, `"policy"`, `"importer"`, `"store"`, `"function"` or `"renderer"`.
        name: As it is called.
        distribution: Who brings it.
        version: Version of that distribution.
        about: What it is, in a line.
    """

    sort: str
    name: str
    distribution: str
    version: str
    about: str = ""

    def __str__(self) -> str:
        about = f": {self.about}" if self.about else ""
        return f"{self.sort} {self.name} ({self.distribution} {self.version}){about}"


@attrs.frozen
class Description:
    """
    What there is.

    Attributes:
        items: By sort and name.
        waiting: Installed plugins that are not loaded, as distribution, version and name; none of them was imported.
        faults: What is wrong with plugins that were asked for.
    """

    items: tuple[Described, ...]
    waiting: tuple[tuple[str, str, str], ...]
    faults: tuple[str, ...]

    def of(self, sort: str) -> tuple[Described, ...]:
        """The items of one sort."""
        return tuple(item for item in self.items if item.sort == sort)

    def __str__(self) -> str:
        lines = [str(item) for item in self.items]
        lines += [f"not loaded: {name} ({distribution} {version})" for distribution, version, name in self.waiting]
        return "\n".join([*lines, *(f"fault: {fault}" for fault in self.faults)])


def describe() -> Description:
    """
    List rules, policies, importers, stores, functions and renderers by name, each with the distribution and version it
    comes from; then what is installed and not loaded, and what could not be.
    """
    items = sorted({*_own(), *_of_plugins(), *_of_the_host()}, key=lambda item: (item.sort, item.name))
    used = {(one.info.distribution, one.info.name) for one in loaded()}
    waiting = tuple(
        (info.distribution, info.version, info.name)
        for info in available()
        if (info.distribution, info.name) not in used
    )
    return Description(tuple(items), waiting, tuple(map(str, fault_log())))


def _own() -> Iterator[Described]:
    import alignkit

    def own(sort: str, name: str, about: str = "") -> Described:
        return Described(sort, name, "alignkit", alignkit.__version__, about)

    yield from (own("rule", rule.id, _line(rule.__doc__)) for rule in (*RULES, *GATES))
    yield own("policy", "default", "the measures of the trade in six dimensions")
    tools = {info.name: info for info in importers()}
    yield from (own("importer", name, f"{tools[name].tool}, {tools[name].side}") for name in SHIPPED)
    yield own("store", "memory", "in memory")
    yield own("store", "sql", "SQLite, PostgreSQL, MariaDB, DuckDB")
    for name in functions.__all__:
        function = getattr(functions, name)
        if callable(function) and not isinstance(function, type):
            yield own("function", name, _line(function.__doc__))
    yield own("renderer", "text", "for terminals and logs")
    yield own("renderer", "html", "for notebooks")


def _of_plugins() -> Iterator[Described]:
    for one in loaded():
        about = {("rule", rule.id): _line(rule.__doc__) for rule in one.plugin.rules}
        about |= {("function", made.id): _about(made.python.__doc__, made.sql) for made in one.plugin.functions}
        for sort, name in one.plugin.names():
            yield Described(sort, name, one.info.distribution, one.info.version, about.get((sort, name), ""))


def _of_the_host() -> Iterator[Described]:
    """Functions and rules that the host made known itself."""
    brought = {name for one in loaded() for name in one.plugin.names()}
    for id, made in registered().items():
        if ("function", id) not in brought:
            yield Described("function", id, made.provider or "the host", "", _about(made.python.__doc__, made.sql))
    for id, rule in known_rules().items():
        if ("rule", id) not in brought:
            yield Described("rule", id, "the host", "", _line(rule.__doc__))


def _about(doc: str | None, sql: object) -> str:
    return f"{_line(doc)} ({'Python and SQL' if sql else 'Python only'})".strip()


def _line(doc: str | None) -> str:
    return (doc or "").strip().partition("\n")[0]
