"""
What speaks for and against two records being one customer.

Owns the kinds of evidence and their order of strength. Compares two records; does not choose between pairs.
"""

from __future__ import annotations

from typing import Final, Literal

import attrs

from alignkit.domain import ExternalRef
from alignkit.linking.records import Traits

__all__ = ["KINDS", "Comparison", "Evidence", "EvidenceKind", "are_at_odds", "compare"]

EvidenceKind = Literal[
    "reference", "registration", "domain", "email", "email_domain", "phone", "address", "name", "person"
]
"""
What two records have in common, or not: an external reference, a registration number, a stated domain, an e-mail
address, a domain by an e-mail address, a phone number, an address, a name; or what a person has decided.
"""

KINDS: Final[tuple[EvidenceKind, ...]] = ("reference", "domain", "email_domain", "name")
"""Kinds that decide without being weighed, strongest first."""

_STRENGTH: Final[dict[EvidenceKind, int]] = {kind: 2 ** (len(KINDS) - at) for at, kind in enumerate(KINDS)}


@attrs.frozen(order=True)
class Evidence:
    """
    One reason for a link, or against it.

    Attributes:
        kind: What it is about.
        detail: What is the same, or what differs.
        weight: In bits, as `alignkit.linking.Weights` has it; negative when it speaks against. 0 when it was not weighed.
    """

    kind: EvidenceKind
    detail: str
    weight: float = 0.0

    def __str__(self) -> str:
        return self.detail


@attrs.frozen
class Comparison:
    """
    Two records held side by side.

    Attributes:
        evidence: Reasons for, strongest first; empty when nothing speaks for it.
        against: What contradicts them and is stronger than the strongest of them.
        strength: To compare with other pairs: any stronger kind outweighs all weaker ones together. 0 for no evidence.
    """

    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...]
    strength: int


def compare(left: Traits, right: Traits) -> Comparison:
    """Hold two records side by side. Swapping them gives the same strength and the same kinds."""
    evidence = (
        *(Evidence("reference", f"same reference {_ref_text(ref)}") for ref in sorted(left.refs & right.refs)),
        *(Evidence("domain", f"same domain {domain}") for domain in sorted(left.domains & right.domains)),
        *_email_evidence(left, right),
        *_name_evidence(left, right),
    )
    strength = sum(_STRENGTH[kind] for kind in {each.kind for each in evidence})
    return Comparison(
        evidence, tuple(e for e in _contradictions(left, right) if _STRENGTH[e.kind] > strength), strength
    )


def are_at_odds(left: Traits, right: Traits) -> bool:
    """Say whether two records name different references, or different domains, where one would be expected."""
    return bool(_contradictions(left, right))


def _email_evidence(left: Traits, right: Traits) -> tuple[Evidence, ...]:
    shared = (left.domains | left.mail_domains) & (right.domains | right.mail_domains)
    by_mail = sorted(shared - (left.domains & right.domains))
    return tuple(Evidence("email_domain", f"same e-mail domain {domain} of a contact") for domain in by_mail)


def _name_evidence(left: Traits, right: Traits) -> tuple[Evidence, ...]:
    shared = [form for form in left.names if form in right.names]
    return (Evidence("name", f"same name {min(shared)!r}"),) if shared else ()


def _contradictions(left: Traits, right: Traits) -> tuple[Evidence, ...]:
    found: list[Evidence] = []
    if not left.refs & right.refs:
        for system, kind in sorted(_places(left, right) & _places(right, left)):
            mine, theirs = (_keys(traits, system, kind) for traits in (left, right))
            found.append(Evidence("reference", f"references differ: {system}/{kind} {mine} and {theirs}"))
    if left.domains and right.domains and not left.domains & right.domains:
        mine, theirs = (", ".join(sorted(traits.domains)) for traits in (left, right))
        found.append(Evidence("domain", f"domains differ: {mine} and {theirs}"))
    return tuple(found)


def _places(traits: Traits, other: Traits) -> set[tuple[str, str]]:
    """Where a record is known; many mentions of one system may mean one customer, so their own system says nothing."""
    silent = {each.record.system for each in (traits, other) if each.is_mention}
    return {(ref.system, ref.kind) for ref in traits.refs if ref.system not in silent}


def _keys(traits: Traits, system: str, kind: str) -> str:
    return ", ".join(sorted(ref.key for ref in traits.refs if (ref.system, ref.kind) == (system, kind)))


def _ref_text(ref: ExternalRef) -> str:
    return f"{ref.system}/{ref.kind}/{ref.key}"
