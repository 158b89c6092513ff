"""
Facts made up for looking at rules: every field with usual values and unusual ones, the same for the same seed.

They follow no company. What holds for all of them probably holds for all facts; what does not, does not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES, Entity, Money
from alignkit.domain.checks import check_of
from alignkit.errors import ValidationError
from alignkit.policy.drafts import COLLECTION_OF
from alignkit.policy.model import model
from alignkit.policy.spans import NOW
from alignkit.portfolio import Portfolio

__all__ = ["made_up", "made_up_portfolio"]

SIZES: Final[dict[str, float]] = {"customers": 0.5, "objectives": 0.5, "projects": 1, "contacts": 1}
"""Records of a collection for each project; three of any other."""

ORDER: Final = ("customers", "contacts", "objectives", "projects", "needs", "tasks", "opportunities")
NAMED: Final = ("pmo", "crm", "Ada", "Bea")
LONGEST: Final = 200
NEEDS_BOTH: Final = ("contributions", "check_ins")


def made_up(size: int, now: datetime, *, seed: int = 1) -> dict[str, list[Entity]]:
    """
    Facts by collection.

    Args:
        size: How many projects; the rest follows.
        now: The moment around which things happen, up to 200 days before and after.
        seed: Other numbers give other facts.
    """
    random = Random(seed)  # noqa: S311 - facts to look at rules with, no secrets
    ids: dict[str, list[str]] = {}
    found: dict[str, list[Entity]] = {}
    for name in sorted(COLLECTIONS, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name)):
        kept: dict[str, Entity] = {}
        ids[name] = []
        for place in range(max(2, round(size * SIZES.get(name, 3)))):
            record = _record(name, f"{name}-{place}", ids, now, random)
            if record is not None and record.id not in kept:
                kept[record.id] = record
                ids[name].append(record.id)
        found[name] = list(kept.values())
    return found


def _record(collection: str, id: str, ids: dict[str, list[str]], now: datetime, random: Random) -> Entity | None:
    cls = COLLECTIONS[collection]
    kind = next(kind for kind, name in COLLECTION_OF.items() if name == collection)
    values: dict[str, Any] = {}
    for field in attrs.fields(cls):
        target = REFERENCES[collection].get(field.name)
        if field.name in ("version", "external_refs", "custom"):
            continue
        if field.name == "id":
            if field.default is attrs.NOTHING or collection not in NEEDS_BOTH:
                values["id"] = id
        elif target is not None:
            known = ids[collection] if target == collection else ids.get(target, [])
            if known and (collection in NEEDS_BOTH or random.random() < 0.8):
                values[field.name] = random.choice(known)
        elif field.default is attrs.NOTHING or random.random() < 0.8:
            values[field.name] = _value(kind, field, now, random)
    values.update(_tied(collection, ids, random))
    try:
        record: Entity = cls(**values)
    except ValidationError:  # fields that do not go together; the next record is another draw
        return None
    return record


def _tied(collection: str, ids: dict[str, list[str]], random: Random) -> dict[str, str]:
    """Fields that name other records, though not as references of their collection."""
    if collection == "changes":
        field = random.choice(("due_on", "due_on", "status", "progress"))
        return {"kind": "project", "subject_id": random.choice(ids["projects"]), "field": field}
    if collection == "duplicates":
        kind = random.choice(("project", "task"))
        left, right = random.sample(ids[f"{kind}s"], 2)
        return {"kind": kind, "left_id": left, "right_id": right}
    return {}


def _value(kind: str, field: attrs.Attribute[Any], now: datetime, random: Random) -> Any:
    written = str(field.type).removesuffix(" | None")
    known = model().kinds[kind].fields.get(field.name)
    if known is not None and known.type.vocabulary is not None:
        return random.choice(sorted(known.type.vocabulary))
    moment = now + timedelta(days=random.uniform(-LONGEST, LONGEST) * random.random() ** 2)
    match written:
        case "bool":
            return random.random() < 0.5
        case "int" | "float":
            return _number(field, written, random)
        case "date":
            return moment.date()
        case "datetime":
            return moment
        case "Money":
            return Money(random.randrange(0, 200_000), "EUR")
        case "str":
            return random.choice(NAMED)
    return ()


def _number(field: attrs.Attribute[Any], written: str, random: Random) -> float:
    bounds = check_of(field).bounds
    low, high = (bounds.low, bounds.high) if bounds is not None else (0.0, 10.0)
    low, high = max(low, min(0.0, high)), min(high, max(low, 0.0) + (10.0 if written == "int" else 100.0))
    if written == "int":
        return random.randint(round(low), round(high))
    return random.choice((low, high)) if random.random() < 0.2 else random.uniform(low, high)


def made_up_portfolio(size: int = 200, *, now: datetime = NOW, seed: int = 1) -> Portfolio:
    """
    A portfolio of facts that follow no company, to look at rules with.

    Args:
        size: How many projects; customers and objectives are half as many, other facts more.
        now: The moment around which things happen, up to 200 days before and after.
        seed: Other numbers give other facts, the same number the same.

    Example:
        >>> from alignkit.testing import made_up_portfolio
        >>> len(made_up_portfolio(4).projects)
        4
    """
    made: dict[str, Any] = made_up(size, now, seed=seed)
    return Portfolio(**made, dangling="unlink")
