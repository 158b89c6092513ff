"""
What people declare beside what was computed: both are shown, and neither changes the other.

Owns the view that puts them side by side, now and in the recorded past. What is declared is kept by the store
(`alignkit.stores.overrides`); an override that expired or was withdrawn has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, Protocol

from attrs import frozen

from alignkit.display import Displayed, Note, Shown, Table
from alignkit.display.blocks import Block
from alignkit.errors import NotFoundError
from alignkit.frames import Column, DataTable, Tabular
from alignkit.policy.assessment import Assessment
from alignkit.policy.scoring import UNKNOWN
from alignkit.policy.wording import score_text
from alignkit.stores.overrides import Override, OverrideLog, in_force_at
from alignkit.stores.values import RecordedScore

__all__ = ["Declared", "DeclaredRecord", "Standing", "declared", "declared_history"]

COLUMNS: Final = (
    Column("kind", str),
    Column("id", str),
    Column("name", str),
    Column("score", float, "points, 0 to 100"),
    Column("computed_band", str),
    Column("declared_health", str),
    Column("override_band", str),
    Column("override_health", str),
    Column("reason", str),
    Column("author", str),
    Column("expires_at", datetime),
    Column("disagrees", bool),
)


class KeepsOverrides(Protocol):
    """A store, as far as overrides need one."""

    @property
    def overrides(self) -> OverrideLog: ...

    def history(self, kind: str, id: str, /) -> tuple[RecordedScore, ...]: ...


@frozen
class Standing:
    """
    One subject with what was computed and what is declared.

    Attributes:
        kind: Kind of the subject.
        id: Its id.
        name: Its display name.
        score_micro: Micro-points that were computed; None when nothing was scored.
        computed_band: The band that was computed.
        declared_health: What the project's own record says; None for other kinds and when it says nothing.
        divergence: How much rosier that is than what was computed, in bands, -2..2; None where it cannot be told.
        override: What someone declared that holds now; None when nobody did.
    """

    kind: str
    id: str
    name: str
    score_micro: int | None
    computed_band: str
    declared_health: str | None
    divergence: int | None
    override: Override | None

    @property
    def score(self) -> float | None:
        """0..100 as computed; None when nothing was scored."""
        return None if self.score_micro is None else self.score_micro / 1e6

    @property
    def disagrees(self) -> bool:
        """Whether people and evidence say different things; where the evidence says nothing, they do not."""
        band = None if self.override is None else self.override.band
        if band is not None and UNKNOWN not in (band, self.computed_band) and band != self.computed_band:
            return True
        return bool(self.divergence)


@frozen(eq=False)
class Declared(Displayed, Tabular):
    """
    An assessment and what is declared against it; iterating gives the subjects of which something is declared.

    Attributes:
        assessment: What was computed. Nothing in it is changed.
        standings: Subjects with a declared health or an override, in the order of scoring and of their ids.
        strays: Overrides that hold, of subjects that were not assessed.
    """

    assessment: Assessment
    standings: tuple[Standing, ...]
    strays: tuple[Override, ...]

    def __iter__(self) -> Iterator[Standing]:
        return iter(self.standings)

    def __len__(self) -> int:
        return len(self.standings)

    def __bool__(self) -> bool:
        return True

    @property
    def disagreeing(self) -> tuple[Standing, ...]:
        """Those on which people and evidence say different things."""
        return tuple(one for one in self.standings if one.disagrees)

    def of(self, kind: str, id: str) -> Standing:
        """
        One subject, also when nothing is declared of it.

        Raises:
            NotFoundError: It was not assessed.
        """
        for one in self.standings:
            if (one.kind, one.id) == (kind, id):
                return one
        return _standing(self.assessment, kind, id, None)

    @property
    def table_names(self) -> tuple[str, ...]:
        """`"declared"`: a row for each subject of which something is declared."""
        return ("declared",)

    def _table_of(self, name: str) -> DataTable:
        rows = map(_row, self.standings)
        return DataTable.of_rows(name, COLUMNS, rows)

    def _shown(self) -> Shown:
        rows = (
            (
                one.name,
                f"{score_text(one.score_micro)} {one.computed_band}",
                one.declared_health or "",
                "" if one.override is None else " ".join(filter(None, (one.override.band, one.override.health))),
                "" if one.override is None else f"{one.override.reason} ({one.override.author})",
                "" if one.override is None else one.override.ends_at.date().isoformat(),
                "yes" if one.disagrees else "",
            )
            for one in self.standings
        )
        titles = ("name", "computed", "declared", "override", "because", "until", "disagrees")
        blocks: list[Block] = [Table.first(titles, rows, len(self.standings))]
        if self.strays:
            blocks.append(Note(f"{len(self.strays)} overrides are of subjects that were not assessed"))
        return Shown("Declared and computed", (f"{len(self.disagreeing)} disagree",), blocks)


def _row(one: Standing) -> tuple[Any, ...]:
    said = one.override
    declared = (None,) * 5 if said is None else (said.band, said.health, said.reason, said.author, said.expires_at)
    known = (one.kind, one.id, one.name, one.score, one.computed_band, one.declared_health)
    return (*known, *declared, one.disagrees)


@frozen
class DeclaredRecord:
    """
    A recorded score with what was declared at that moment.

    Attributes:
        recorded: The score as it was computed and recorded.
        override: What held then; None when nothing did.
    """

    recorded: RecordedScore
    override: Override | None


def declared(assessment: Assessment, store: KeepsOverrides) -> Declared:
    """
    Put what is declared beside what was computed, at the moment of the assessment.

    Args:
        assessment: What was computed.
        store: Whose `overrides` are looked at; those that hold at `assessment.now` count.
    """
    held = in_force_at(store.overrides.list(), assessment.now)
    found = []
    for kind in assessment.kinds:
        for subject in assessment.subjects(kind):
            override = held.pop((kind, subject.id), None)
            if override is not None or subject.declared_health is not None:
                found.append(_standing(assessment, kind, subject.id, override))
    return Declared(assessment, tuple(found), tuple(held[key] for key in sorted(held)))


def declared_history(store: KeepsOverrides, kind: str, id: str) -> tuple[DeclaredRecord, ...]:
    """
    What a subject scored in the recorded assessments and what was declared of it then, the earliest first.

    Raises:
        NotFoundError: There is no such kind of subject.
    """
    overrides = store.overrides.list()
    return tuple(
        DeclaredRecord(recorded, in_force_at(overrides, recorded.at).get((kind, id)))
        for recorded in store.history(kind, id)
    )


def _standing(assessment: Assessment, kind: str, id: str, override: Override | None) -> Standing:
    if kind == "portfolio" and id != "portfolio":
        raise NotFoundError(kind, id)
    subject = assessment.portfolio if kind == "portfolio" else assessment.of(kind, id)
    return Standing(
        kind=kind,
        id=id,
        name=subject.name,
        score_micro=subject.score_micro,
        computed_band=subject.band,
        declared_health=subject.declared_health,
        divergence=subject.divergence,
        override=override,
    )
