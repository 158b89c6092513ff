"""
What people's decisions come to: which records are one, which are two, and where decisions contradict each other.

Owns the words for deciding. The newest decision on two records stands; that two records are two outweighs older ones that
would join them over others.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import combinations

import attrs

from alignkit.domain import ExternalRef
from alignkit.errors import LinkingError
from alignkit.linking.records import Record
from alignkit.stores.decisions import DecisionLog, LinkDecision, Verdict

__all__ = ["Heard", "confirm", "heard", "key_of", "merge", "reject", "split"]

Pair = tuple[ExternalRef, ExternalRef]


@attrs.frozen
class Heard:
    """
    What the decisions that stand come to.

    Attributes:
        same: Decisions that join two records, in the order in which they are carried out.
        different: Pairs that are two customers.
        refused: Decisions that were not carried out: newer ones say that they would join two customers.
    """

    same: tuple[LinkDecision, ...] = ()
    different: frozenset[Pair] = frozenset()
    refused: tuple[LinkDecision, ...] = ()


def confirm(
    left: Record | ExternalRef, right: Record | ExternalRef, *, actor: str, at: datetime, reason: str | None = None
) -> LinkDecision:
    """
    Say that two records are one customer.

    Args:
        left: A record, as an answer names it, or its system, kind and id.
        right: The other.
        actor: Who decides.
        at: When, an aware moment.
        reason: Why.

    Returns:
        The decision; keep it in a `DecisionLog`, or hand it to `link`.
    """
    return _decision("same", left, right, actor, at, reason)


def reject(
    left: Record | ExternalRef, right: Record | ExternalRef, *, actor: str, at: datetime, reason: str | None = None
) -> LinkDecision:
    """Say that two records are two customers; as `confirm` otherwise."""
    return _decision("different", left, right, actor, at, reason)


def merge(
    records: Iterable[Record | ExternalRef], *, actor: str, at: datetime, reason: str | None = None
) -> tuple[LinkDecision, ...]:
    """
    Say that several records are one customer.

    Raises:
        LinkingError: Fewer than two records are named.
    """
    keys = _several(records)
    return tuple(_decision("same", keys[0], other, actor, at, reason) for other in keys[1:])


def split(
    records: Iterable[Record | ExternalRef],
    others: Iterable[Record | ExternalRef] | None = None,
    *,
    actor: str,
    at: datetime,
    reason: str | None = None,
) -> tuple[LinkDecision, ...]:
    """
    Say that records are not one customer.

    Args:
        records: Records of which each is a customer of its own; or, with `others`, those on the one side.
        others: Those on the other side. What is on one side may be one customer.
        actor: Who decides.
        at: When.
        reason: Why.

    Raises:
        LinkingError: Fewer than two records are named.
    """
    if others is None:
        pairs = list(combinations(_several(records), 2))
    else:
        pairs = [(key_of(one), key_of(other)) for other in tuple(others) for one in tuple(records)]
    return tuple(_decision("different", one, other, actor, at, reason) for one, other in pairs)


def heard(decisions: Iterable[LinkDecision] | DecisionLog) -> Heard:
    """
    Draw the conclusions of decisions; those revoked count for nothing.

    Args:
        decisions: In any order; of two on one pair, the newer stands, at one moment the one that parts.
    """
    given = decisions if isinstance(decisions, Iterable) else decisions.list()
    newest: dict[Pair, LinkDecision] = {}
    for decision in sorted((each for each in given if each.revoked is None), key=_age):
        newest[decision.pair] = decision
    different = frozenset(pair for pair, each in newest.items() if each.verdict == "different")
    parted: defaultdict[ExternalRef, set[ExternalRef]] = defaultdict(set)
    for one, other in different:
        parted[one].add(other)
        parted[other].add(one)
    group_of: dict[ExternalRef, set[ExternalRef]] = {}
    same: list[LinkDecision] = []
    refused: list[LinkDecision] = []
    for decision in sorted((each for each in newest.values() if each.verdict == "same"), key=_age, reverse=True):
        mine, theirs = (group_of.get(key, {key}) for key in decision.pair)
        if any(not parted[key].isdisjoint(theirs) for key in mine if key in parted):
            refused.append(decision)
            continue
        same.append(decision)
        joined = mine | theirs
        group_of.update(dict.fromkeys(joined, joined))
    return Heard(tuple(same), different, tuple(refused))


def key_of(record: Record | ExternalRef) -> ExternalRef:
    """Give a record's system, kind and id."""
    return record if isinstance(record, ExternalRef) else ExternalRef(record.system, record.kind, record.id)


def _age(decision: LinkDecision) -> tuple[datetime, bool, Pair, str]:
    return decision.at, decision.verdict == "different", decision.pair, decision.id


def _several(records: Iterable[Record | ExternalRef]) -> Sequence[ExternalRef]:
    keys = list(dict.fromkeys(map(key_of, records)))
    if len(keys) < 2:
        raise LinkingError(f"name at least two records, not {len(keys)}")
    return keys


def _decision(
    verdict: Verdict,
    left: Record | ExternalRef,
    right: Record | ExternalRef,
    actor: str,
    at: datetime,
    reason: str | None,
) -> LinkDecision:
    one, other = sorted((key_of(left), key_of(right)))
    parts = (verdict, *attrs.astuple(one), *attrs.astuple(other), actor, at.isoformat())
    id = hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
    return LinkDecision(id=id, verdict=verdict, left=one, right=other, actor=actor, at=at, reason=reason)
