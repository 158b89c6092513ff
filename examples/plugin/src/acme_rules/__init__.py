"""Acme's plugin for alignkit."""

from __future__ import annotations

from importlib.resources import files

from acme_rules.functions import saturation
from acme_rules.lines import lines
from acme_rules.rules import risk_is_low, risky_value_is_small
from acme_rules.views import AcmeCustomer, AcmeProject
from alignkit.plugins import Plugin

__all__ = ["AcmeCustomer", "AcmeProject", "plugin", "risk_is_low", "risky_value_is_small", "saturation"]


def plugin() -> Plugin:
    """What alignkit gets of this distribution."""
    return Plugin(
        rules=(risk_is_low, risky_value_is_small),
        functions=(saturation,),
        policies={"acme": _text("policy.toml")},
        importers={"planit": _text("planit.toml")},
        renderers={"lines": lines},
    )


def _text(name: str) -> str:
    return files("acme_rules").joinpath(name).read_text(encoding="utf-8")
