"""A comparison as plain text: who moved, by how much, and why, in lines that add up as they are printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from alignkit.display.layout import joined, page_width, row, wrapped
from alignkit.policy.scoring import UNKNOWN
from alignkit.policy.wording import HUNDREDTH, counted, inert, label_of, points_text, rounded_down

if TYPE_CHECKING:
    from alignkit.policy.compare import Comparison, Difference, SubjectDifference

__all__ = ["comparison_text"]

_CAUSES: Final = {
    "share": "its part of the score changed",
    "gate": "gate",
    "appeared": "is scored now",
    "disappeared": "is no longer scored",
}


_ORIGINS: Final = {
    "evidence": "facts changed",
    "time": "time passed",
    "policy": "the policy changed",
    "missing_data": "data came or went",
    "unknown": "",
}


def comparison_text(comparison: Comparison, *, width: int, most: int) -> str:
    """The whole comparison; see `Comparison.text`."""
    width = page_width(width)
    told = len(comparison.origins) > 1
    others = [subject for subject in comparison.changed if subject.kind != "portfolio"]
    lines = _subject_lines(comparison.portfolio, width, told)
    if not others:
        lines += ["", *wrapped("No other subject changed.", width)]
    else:
        shown = f"; the {most} that moved most" if len(others) > most else ""
        lines += ["", *wrapped(f"{counted(len(others), 'subject')} changed{shown}:", width)]
    for subject in others[:most]:
        lines += ["", *_subject_lines(subject, width, told)]
    return joined(lines)


def _signed(hundredths: int) -> str:
    return points_text(hundredths) if hundredths < 0 else f"+{points_text(hundredths)}"


def _score(micro: int | None) -> str:
    return UNKNOWN if micro is None else points_text(micro // HUNDREDTH)


def _subject_lines(subject: SubjectDifference, width: int, told: bool) -> list[str]:
    label, name = inert(subject.id), inert(subject.name)
    title = f"{subject.kind.capitalize()} {label}" + (f", {name}" if name != label else "")
    if subject.kind == "portfolio":
        title = "Portfolio"
    before, after = subject.before_micro or 0, subject.after_micro or 0
    facts = f"{_score(subject.before_micro)} -> {_score(subject.after_micro)}"
    if subject.before_band != subject.after_band:
        facts += f", {subject.before_band or 'not there'} -> {subject.after_band or 'not there'}"
    total = _signed(after // HUNDREDTH - before // HUNDREDTH)
    lines = row(f"{title}: {facts}", total, width)
    parts = rounded_down([line.difference_micro for line in subject.lines], start=before)
    for line, part in zip(subject.lines, parts, strict=True):
        lines += row(f"{label_of(line.rule_id)}: {_cause(line, told)}", _signed(part), width, indent="  ")
    return lines


def _cause(line: Difference, told: bool) -> str:
    better = "judged better" if line.difference_micro > 0 else "judged worse"
    cause = better if line.cause == "score" else _CAUSES[line.cause]
    origin = _ORIGINS[line.origin] if told else ""
    return f"{cause} ({origin})" if origin else cause
