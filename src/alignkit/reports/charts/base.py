"""What all charts share: Altair when it is there, colours that everyone can tell apart, and text that is only text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from alignkit.display.inert import inert
from alignkit.errors import MissingExtraError
from alignkit.policy.scoring import UNKNOWN, ScoringPlan

if TYPE_CHECKING:
    from altair import TopLevelMixin

__all__ = ["LONGEST", "altair", "band_scale", "chart_of", "safe", "titled"]

LONGEST: Final = 60
"""Letters of a name that a chart shows."""

# Okabe and Ito, "Color Universal Design" (2008): told apart with every common kind of colour blindness.
BEST: Final = "#009E73"
BETWEEN: Final = ("#E69F00", "#F0E442", "#56B4E9")
WORST: Final = "#D55E00"
NOT_KNOWN: Final = "#999999"
SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross")


# What HTML takes for the beginning of a tag or a comment, also inside a script. An invisible joiner keeps it apart.
_TAG: Final = re.compile("<(?=[A-Za-z/!?])")


def altair() -> ModuleType:
    """
    The Altair library.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import altair as alt
    except ModuleNotFoundError as error:
        raise MissingExtraError("charts", "altair") from error
    return alt


def safe(text: str) -> str:
    """
    A name for a chart: controls inert, long ones cut, and nothing that could end a script it is written into.

    Example:
        >>> safe("</script>") == "</script>"
        False
    """
    short = inert(text)
    short = short if len(short) <= LONGEST else short[: LONGEST - 3].rstrip() + "..."
    return safe_line(short)


def chart_of(rows: Iterable[Mapping[str, Any]]) -> Any:
    """A chart on these rows; every text in them is made safe."""
    alt = altair()
    values = [{name: safe(v) if isinstance(v, str) else v for name, v in row.items()} for row in rows]
    return alt.Chart(alt.Data(values=values))


def titled(chart: Any, title: str, subtitle: str = "", **properties: Any) -> TopLevelMixin:
    """The chart with its finding above it, and the same for people who hear the page."""
    alt = altair()
    said = f"{title}. {subtitle}" if subtitle else title
    shown = alt.TitleParams(text=safe_line(title), subtitle=safe_line(subtitle), anchor="start", fontSize=15)
    made: TopLevelMixin = chart.properties(title=shown, description=safe_line(said), **properties)
    return made


def safe_line(text: str) -> str:
    """A sentence of ours with names in it: the same, but whole."""
    return _TAG.sub("<\u2060", inert(text))


def band_scale(plan: ScoringPlan) -> tuple[list[str], list[str], list[str]]:
    """Bands, best first and unknown last, with their colours and shapes."""
    names = [name for name, _ in plan.bands]
    middle = [BETWEEN[place % len(BETWEEN)] for place in range(max(0, len(names) - 2))]
    colours = [BEST, *middle, WORST][: len(names)] if len(names) > 1 else [BEST]
    shapes = [SHAPES[place % (len(SHAPES) - 1)] for place in range(len(names))]
    return [*names, UNKNOWN], [*colours, NOT_KNOWN], [*shapes, SHAPES[-1]]
