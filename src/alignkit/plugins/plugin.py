"""What one plugin brings: a frozen value that says everything, so that nothing is registered by being imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import attrs

from alignkit.errors import ValidationError
from alignkit.expressions.registered import Function
from alignkit.importers.preset import Preset
from alignkit.importers.preset_toml import parse_preset
from alignkit.policy.policy import Policy
from alignkit.policy.rule import Rule

__all__ = ["API", "PARTS", "Plugin"]

API: Final = 1
"""The contract between alignkit and plugins; a plugin says for which it was made."""

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "rules": "rule",
        "functions": "function",
        "policies": "policy",
        "importers": "importer",
        "stores": "store",
        "renderers": "renderer",
    }
)
"""What a plugin may bring, and the word for one of it."""


def _named(value: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return MappingProxyType(dict(value or {}))


def _rules(given: Iterable[Rule[..., Any]]) -> tuple[Rule[..., Any], ...]:
    return tuple(given)


def _functions(given: Iterable[Function[Any]]) -> tuple[Function[Any], ...]:
    return tuple(given)


@attrs.frozen(kw_only=True)
class Plugin:
    """
    What a plugin brings. Names are its own: nothing of alignkit is replaced.

    Attributes:
        api: The contract it was made for, `alignkit.plugins.API` of that time.
        rules: Decorated functions; policy documents take them by `use = "id"`.
        functions: Functions of the rule language, made by `alignkit.plugins.function`.
        policies: Whole policies by name: TOML text, or what makes a `Policy`.
        importers: Mappings by name of the tool: a `Preset`, its TOML text, or what makes either.
        stores: Factories by name: `make(url, **options)` gives a store.
        renderers: Writers by name: `render(result, **options)` gives text.

    Raises:
        ValidationError: A part is not what it should be.
    """

    api: int = API
    rules: tuple[Rule[..., Any], ...] = attrs.field(default=(), converter=_rules)
    functions: tuple[Function[Any], ...] = attrs.field(default=(), converter=_functions)
    policies: Mapping[str, str | Callable[[], Policy]] = attrs.field(default=None, converter=_named)
    importers: Mapping[str, Preset | str | Callable[[], Preset | str]] = attrs.field(default=None, converter=_named)
    stores: Mapping[str, Callable[..., Any]] = attrs.field(default=None, converter=_named)
    renderers: Mapping[str, Callable[..., str]] = attrs.field(default=None, converter=_named)

    def __attrs_post_init__(self) -> None:
        for fault in self._faults():
            raise ValidationError(fault, entity="Plugin")

    def _faults(self) -> Iterator[str]:
        for part, cls in (("rules", Rule), ("functions", Function)):
            ids = []
            for one in getattr(self, part):
                if isinstance(one, cls):
                    ids.append(one.id)
                else:
                    yield f"{part} holds {one!r}, which is no {PARTS[part]}"
            yield from (f"{part}: {id!r} is there twice" for id in sorted({id for id in ids if ids.count(id) > 1}))
        for part in ("policies", "importers", "stores", "renderers"):
            for name, made in getattr(self, part).items():
                may_be_data = part in ("policies", "importers") and isinstance(made, (str, Preset))
                if not isinstance(name, str) or not name or not (callable(made) or may_be_data):
                    yield f"{part}: {name!r} is {made!r:.60}"

    def names(self) -> Iterator[tuple[str, str]]:
        """Sort and name of everything it brings, in order."""
        for part, sort in PARTS.items():
            for one in getattr(self, part):
                yield sort, one if isinstance(one, str) else one.id

    def policy(self, name: str) -> Policy:
        """Make one of its policies."""
        made = self.policies[name]
        return Policy.from_toml(f"{made}\n") if isinstance(made, str) else made()

    def importer(self, name: str) -> Preset:
        """Make one of its mappings."""
        made = self.importers[name]
        found = made() if callable(made) else made
        return parse_preset(found, source=f"{name}.toml") if isinstance(found, str) else found
