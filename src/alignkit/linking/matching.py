"""
What two records weigh for being one customer, feature by feature.

Owns the sum; each feature's outcomes are in `weights`, and names are compared in `likeness`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final

import attrs

from alignkit.linking.evidence import Evidence
from alignkit.linking.likeness import NameScale
from alignkit.linking.party import Card, Spelling
from alignkit.linking.weights import Weights

__all__ = ["Scale"]

SHARED: Final = frozenset({"email", "email_domain", "phone", "address"})
"""What people and firms of one house share."""


class Scale:
    """
    Weighs two records.

    Args:
        weights: What each outcome weighs.
        common: Values that too many records have to say anything, such as `("domain", "portal.example")`. Looked at
            with every comparison, so that the owner may add to it.
        ignored: Domains that never count.
    """

    def __init__(self, weights: Weights, common: Collection[tuple[str, str]], ignored: Collection[str]) -> None:
        self._weights = weights
        self._names = NameScale(weights)
        self._common = common
        self._ignored = ignored

    def bits(self, left: Card, right: Card, *, alike: bool) -> float:
        """
        The weight of two records, in bits; swapping them gives the same.

        Args:
            left: A record.
            right: The other.
            alike: Whether names that are not equal are compared word by word.
        """
        if left.has_only_name and right.has_only_name:
            return round(self._name_bits(left, right, alike=alike), 6) if left.forms and right.forms else 0.0
        found = self._features(left, right, alike=alike, explain=False)
        return round(sum(each.weight for each in self._once(found)), 6)

    def evidence(self, left: Card, right: Card, *, alike: bool) -> tuple[tuple[Evidence, ...], tuple[Evidence, ...]]:
        """Why: what speaks for them and what against, the heaviest first."""
        features = self._features(left, right, alike=alike, explain=True)
        found = [each for each in self._once(features) if each.weight]
        found.sort(key=lambda each: (-abs(each.weight), each))
        return tuple(e for e in found if e.weight > 0), tuple(e for e in found if e.weight < 0)

    def exact(self, form: str) -> float:
        """What two equal names weigh, given their normal form."""
        return self._names.exact(Spelling(tuple(form.split()), frozenset(), frozenset()))

    def _once(self, features: Iterable[Evidence]) -> list[Evidence]:
        """Where the names speak against, what people of one house share counts together up to a limit."""
        found = list(features)
        if all(each.weight >= 0 for each in found if each.kind == "name"):
            return found
        shared = sum(each.weight for each in found if each.kind in SHARED and each.weight > 0)
        if shared <= self._weights.most_by_contact:
            return found
        part = self._weights.most_by_contact / shared
        return [
            attrs.evolve(each, weight=each.weight * part) if each.kind in SHARED and each.weight > 0 else each
            for each in found
        ]

    def _features(self, left: Card, right: Card, *, alike: bool, explain: bool) -> Iterator[Evidence]:
        one, other = left.party, right.party
        if one.refs and other.refs:
            for ref in sorted(one.refs & other.refs):
                yield Evidence(
                    "reference", f"same reference {ref.system}/{ref.kind}/{ref.key}", self._weights.reference.bits
                )
        if one.registrations and other.registrations:
            yield from self._registrations(left, right)
        if (one.domains or one.emails) and (other.domains or other.emails):
            yield from self._domains(left, right)
        if one.phones and other.phones:
            yield from self._phones(left, right)
        if one.addresses and other.addresses:
            yield from self._addresses(left, right)
        if left.forms and right.forms:
            yield self._name(left, right, alike=alike, explain=explain)

    def _registrations(self, left: Card, right: Card) -> Iterator[Evidence]:
        for kind in sorted(left.registrations.keys() & right.registrations.keys()):
            mine, theirs = left.registrations[kind], right.registrations[kind]
            if both := mine & theirs:
                yield Evidence("registration", f"same {kind} {min(both)}", self._weights.registration.bits)
            else:
                told = f"{kind} differs: {', '.join(sorted(mine))} and {', '.join(sorted(theirs))}"
                yield Evidence("registration", told, self._weights.registration_differs.bits)

    def _domains(self, left: Card, right: Card) -> Iterator[Evidence]:
        weights = self._weights
        for mail in sorted(left.emails & right.emails):
            if ("email", mail) not in self._common:
                yield Evidence("email", f"same e-mail address {mail}", weights.email.bits)
                return
        mine, theirs = (card.domains(self._ignored) for card in (left, right))
        if both := sorted(self._uncommon("domain", mine & theirs)):
            yield Evidence("domain", f"same domain {both[0]}", weights.domain.bits)
            return
        all_mine, all_theirs = mine | left.mail_domains(self._ignored), theirs | right.mail_domains(self._ignored)
        if both := sorted(self._uncommon("domain", all_mine & all_theirs)):
            yield Evidence("email_domain", f"same e-mail domain {both[0]}", weights.email_domain.bits)
        elif mine and theirs and not mine & theirs:
            told = f"domains differ: {', '.join(sorted(mine))} and {', '.join(sorted(theirs))}"
            yield Evidence("domain", told, weights.domain_differs.bits)

    def _phones(self, left: Card, right: Card) -> Iterator[Evidence]:
        if not (left.phones and right.phones):
            return
        if both := sorted(self._uncommon("phone", left.phones & right.phones)):
            yield Evidence("phone", f"same phone number ...{both[0]}", self._weights.phone.bits)
        elif not left.phones & right.phones:
            yield Evidence("phone", "phone numbers differ", self._weights.phone_differs.bits)

    def _addresses(self, left: Card, right: Card) -> Iterator[Evidence]:
        if not (left.addresses and right.addresses):
            return
        nearest = max(_nearness(one, other) for one in left.addresses for other in right.addresses)
        outcome, told = (
            (self._weights.address_differs, "addresses differ"),
            (None, ""),
            (self._weights.address_near, "addresses nearly the same"),
            (self._weights.address, "same address"),
        )[nearest]
        if outcome is not None:
            yield Evidence("address", told, outcome.bits)

    def _name(self, left: Card, right: Card, *, alike: bool, explain: bool) -> Evidence:
        if not explain:
            return Evidence("name", "", self._name_bits(left, right, alike=alike))
        reasons: list[str] = []
        if best := self._same(left, right):
            reasons.append(f"same name {best!r}")
            legal = self._names.legal(left.spellings[0], right.spellings[0], reasons)
            return Evidence("name", ", ".join(reasons), self.exact(best) + legal)
        if not alike:
            return Evidence("name", "names differ")
        found = [self._names.weigh(a, b, explain=True) for a in left.spellings for b in right.spellings]
        likest = max(found, key=lambda each: (each.bits, each.reasons))
        return Evidence("name", f"names: {', '.join(likest.reasons)}", likest.bits)

    def _name_bits(self, left: Card, right: Card, *, alike: bool) -> float:
        if best := self._same(left, right):
            return self.exact(best) + self._names.legal(left.spellings[0], right.spellings[0], [])
        if not alike:
            return 0.0
        if len(left.forms) == 1 == len(right.forms):
            return self._names.weigh(left.spellings[0], right.spellings[0]).bits
        return max(self._names.weigh(a, b).bits for a in left.spellings for b in right.spellings)

    def _same(self, left: Card, right: Card) -> str:
        """The normal form that two records share, the one that weighs most of several; empty when there is none."""
        if len(left.forms) == 1 == len(right.forms):
            return left.forms[0] if left.forms == right.forms else ""
        same = [form for form in left.forms if form in right.forms]
        return max(same, key=lambda form: (self.exact(form), form), default="")

    def _uncommon(self, kind: str, values: frozenset[str]) -> Iterator[str]:
        return (value for value in values if (kind, value) not in self._common)


def _nearness(one: frozenset[str], other: frozenset[str]) -> int:
    """0 for different addresses, 1 when nothing can be said, 2 for near ones, 3 for the same."""
    numbers, others = (frozenset(w for w in words if w[0].isdigit()) for words in (one, other))
    mine, theirs = one - numbers, other - others
    if not (mine and theirs):
        return 1
    share = len(mine & theirs) / min(len(mine), len(theirs))
    if numbers and others and not numbers & others:
        return 0
    if not (numbers and others):
        return 2 if share == 1 else 1
    return 3 if share >= 0.6 else 2 if share >= 0.3 else 0
