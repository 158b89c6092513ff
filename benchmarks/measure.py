"""
How times are taken: interleaved rounds, processor time, and the ratio of medians.

Every subject is measured once a round, right after the others and after a full garbage collection, so that what the
machine does meanwhile meets all of them alike. Processor time leaves out what other processes take.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

import attrs

__all__ = ["Line", "Table", "interleaved", "seconds"]


@attrs.frozen
class Line:
    """
    One ratio of the report.

    Attributes:
        name: What is compared with what.
        ratio: The ratio; None when it could not be measured.
        goal: What it should be at most (or at least, as `note` says); None without a goal.
        note: What else there is to say.
        at_least: Whether more is better.
    """

    name: str
    ratio: float | None
    goal: float | None = None
    note: str = ""
    at_least: bool = False

    @property
    def verdict(self) -> str:
        """Whether the goal was met."""
        if self.goal is None or self.ratio is None:
            return ""
        met = self.ratio >= self.goal if self.at_least else self.ratio <= self.goal
        return "ok" if met else "MISSED"

    def __str__(self) -> str:
        ratio = "-" if self.ratio is None else f"{self.ratio:.2f}"
        goal = "" if self.goal is None else f"{'>=' if self.at_least else '<='} {self.goal:g}"
        return f"{self.name:58} {ratio:>9} {goal:>9} {self.verdict:6} {self.note}".rstrip()


@attrs.define
class Table:
    """The report, line by line as it comes."""

    lines: list[Line] = attrs.field(factory=list)

    def head(self) -> None:
        """Print the titles."""
        print(f"{'ratio of processor time, medians of interleaved rounds':58} {'ratio':>9} {'goal':>9}")

    def add(self, line: Line) -> None:
        """Print a line and keep it."""
        self.lines.append(line)
        print(line, flush=True)


def interleaved(subjects: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Median seconds of each subject. Each runs once before the clock starts."""
    taken: dict[str, list[float]] = {name: [] for name in subjects}
    for subject in subjects.values():
        subject()
    for _ in range(rounds):
        for name, subject in subjects.items():
            taken[name].append(seconds(subject))
    return {name: median(times) for name, times in taken.items()}


def seconds(subject: Callable[[], object]) -> float:
    """Processor time of one run, from a clean heap."""
    gc.collect()
    start = time.process_time()
    subject()
    return time.process_time() - start
