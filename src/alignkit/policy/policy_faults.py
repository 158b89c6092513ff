"""What can be wrong with a policy as a whole: weights, bands, its zone, its size, and what it says of custom fields."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import attrs

from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.limits import MOST_POLICY_NODES, MOST_RULES
from alignkit.policy.compiled import size

if TYPE_CHECKING:
    from alignkit.policy.policy import Policy

__all__ = ["policy_faults", "strictly"]


def strictly(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """The diagnostics of a strict policy, for which a rule that cannot be read is an error."""
    return [attrs.evolve(d, severity="error") if d.code == "Opaque" else d for d in diagnostics]


def policy_faults(policy: Policy) -> list[Diagnostic]:
    """Every fault of the policy beside those of its rules."""
    found: list[str] = []
    ids = [rule.id for rule in policy.rules]
    found.extend(f"rule {id!r} appears twice" for id in sorted({id for id in ids if ids.count(id) > 1}))
    used = {rule.record.dimension for rule in policy.rules if rule.record.dimension}
    found.extend(
        f"dimension {name!r} has no weight; add it to dimensions" for name in sorted(used - set(policy.dimensions))
    )
    for name, weight in policy.dimensions.items():
        if isinstance(weight, bool) or not isinstance(weight, int) or not 1 <= weight <= 1_000_000:
            found.append(f"dimension {name!r}: weight is a whole number from 1 to 1000000, got {weight!r}")
    found.extend(_band_faults(policy.bands))
    if not 0 <= policy.minimum_coverage <= 1:
        found.append(f"minimum_coverage lies in 0..1, got {policy.minimum_coverage!r}")
    if policy.missing not in ("renormalise", "zero"):
        found.append(f"missing is 'renormalise' or 'zero', got {policy.missing!r}")
    try:
        ZoneInfo(policy.zone)
    except (ValueError, OSError, KeyError):
        found.append(f"zone {policy.zone!r} is not an IANA time zone")
    if len(policy.rules) > MOST_RULES:
        found.append(f"{len(policy.rules)} rules; at most {MOST_RULES} are allowed")
    nodes = sum(size(rule.lowered.outcome) for rule in policy.rules if rule.lowered is not None)
    if nodes > MOST_POLICY_NODES:
        found.append(f"the rules unfold to {nodes} nodes; at most {MOST_POLICY_NODES} are allowed")
    found.extend(_custom_faults(policy))
    return [Diagnostic("PolicyInvalid", message) for message in found]


def _custom_faults(policy: Policy) -> Iterator[str]:
    """One field means one thing in a policy."""
    declared: dict[str, tuple[str, Any]] = {}
    for rule in policy.rules:
        for path, field in rule.record.custom_fields.items():
            first, other = declared.setdefault(path, (rule.id, field))
            if other != field:
                yield f"the custom field {path} is declared otherwise in {first} than in {rule.id}; make them the same"


def _band_faults(bands: Mapping[str, float]) -> list[str]:
    edges = list(bands.values())
    if any(isinstance(edge, bool) or not isinstance(edge, (int, float)) or not 0 <= edge <= 100 for edge in edges):
        return [f"lower edges of bands lie in 0..100, got {edges}"]
    if 0 not in edges or len(set(edges)) < len(edges):
        return [f"bands need different lower edges, one of them 0, got {edges}"]
    return ["'unknown' is the band of subjects with too little data; choose another name"] if "unknown" in bands else []
