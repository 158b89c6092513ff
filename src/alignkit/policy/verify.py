"""
Checks that facts that judge themselves say what the native engine says, to the micro-point.

Owns which subjects are compared and the value that tells what differs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

import attrs

from alignkit.policy.model import SUBJECTS
from alignkit.policy.scoring import ScoringPlan
from alignkit.policy.wording import counted

__all__ = ["Difference", "Verification", "chosen", "compared"]

Rows = Mapping[str, Mapping[str, tuple[int, ...]]]

MOST_SHOWN = 20


@attrs.frozen
class Difference:
    """
    One whole number in which both engines differ.

    Attributes:
        kind: Kind of the subject.
        id: Its id.
        rule: Id of the rule; empty for the total of the subject.
        native: What the native engine says: a code, or for a total micro-points. None where it knows no such subject.
        stored: What the facts themselves say.
    """

    kind: str
    id: str
    rule: str
    native: int | None
    stored: int | None

    def __str__(self) -> str:
        return f"{self.kind} {self.id}, {self.rule or 'total'}: native {self.native}, stored {self.stored}"


@attrs.frozen
class Verification:
    """
    What a comparison found.

    Attributes:
        now: The moment that was judged.
        subjects: How many subjects were compared.
        of: How many there are.
        differences: Every whole number that differs, in the order of kinds and ids; empty when all agree.
    """

    now: datetime
    subjects: int
    of: int
    differences: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return not self.differences

    def __str__(self) -> str:
        head = f"{counted(self.subjects, 'subject')} of {self.of} compared at {self.now.isoformat()}: "
        if not self.differences:
            return head + "no difference"
        shown = [f"\n  {difference}" for difference in self.differences[:MOST_SHOWN]]
        rest = len(self.differences) - len(shown)
        more = f"\n  and {rest} more" if rest else ""
        return head + counted(len(self.differences), "difference") + "".join(shown) + more


def chosen(rows: Rows, sample: int | None) -> dict[str, list[str]]:
    """
    Ids by kind: all of them, or as many as asked, spread evenly and always the same ones.

    The portfolio as a whole rests on everything, so that it is only among all.
    """
    subjects = [(kind, id) for kind in SUBJECTS for id in rows.get(kind, ())]
    if sample is not None and sample < len(subjects):
        subjects = sorted((one for one in subjects if one[0] != SUBJECTS[-1]), key=_spread)[:sample]
    found: dict[str, list[str]] = {}
    for kind, id in sorted(subjects):
        found.setdefault(kind, []).append(id)
    return found


def _spread(subject: tuple[str, str]) -> bytes:
    return hashlib.sha256("\0".join(subject).encode()).digest()


def compared(scoring: ScoringPlan, ids: Mapping[str, list[str]], native: Rows, stored: Rows) -> Iterator[Difference]:
    """The differences between two sets of rows."""
    for kind in SUBJECTS:
        names = ["", *(rule.id for rule in scoring.rules[kind])]
        for id in ids.get(kind, ()):
            one, other = native.get(kind, {}).get(id), stored.get(kind, {}).get(id)
            if one is None or other is None:
                total = None if one is None else one[0], None if other is None else other[0]
                if one is not other:
                    yield Difference(kind, id, "", *total)
                continue
            for name, mine, theirs in zip(names, one, other, strict=True):
                if mine != theirs:
                    yield Difference(kind, id, name, mine, theirs)
