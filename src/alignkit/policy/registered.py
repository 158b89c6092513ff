"""Rules that policy documents may take by id, because the host made them known."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from alignkit.errors import PluginConflictError
from alignkit.policy.rule import Rule

__all__ = ["known_rules", "make_rule_known", "make_rule_unknown", "provider_of"]

_known: dict[str, Rule[..., Any]] = {}
_providers: dict[str, str] = {}


def known_rules() -> Mapping[str, Rule[..., Any]]:
    """Rules by id."""
    return MappingProxyType(_known)


def provider_of(id: str) -> str:
    """Who brings a known rule."""
    return _providers[id]


def make_rule_known(rule: Rule[..., Any], provider: str) -> None:
    """
    Let policy documents take a rule by `use = "id"`.

    Raises:
        PluginConflictError: Another rule of this id is known.
    """
    held = _known.get(rule.id)
    if held is not None and held is not rule:
        raise PluginConflictError("rule", rule.id, _providers[rule.id], provider)
    _known[rule.id] = rule
    _providers[rule.id] = provider


def make_rule_unknown(id: str) -> None:
    """Take a rule away from documents; policies that are made already keep it."""
    _known.pop(id, None)
    _providers.pop(id, None)
