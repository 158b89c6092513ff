"""
Objectives: three CSV files whose columns alignkit defines, since no tool exports objectives with the projects that
serve them.

| file | columns |
|---|---|
| `objectives.csv` | Objective ID, Title, Kind, Team, Owner, Cycle, Status, Customer, HubSpot company id, Parent ID, Unit, Start value, Current value, Target value, Weight, Confidence, Start, Due, Acknowledged by, Acknowledged at, Check-in days, Labels |
| `contributions.csv` | Project key, Objective ID, Kind, Weight |
| `check_ins.csv` | Objective ID, Moment, Value, Confidence, Team |

Only the id and title of an objective, the two ends of a contribution, and objective and moment of a check-in are
needed. Kind is reach, increase, decrease, stay_above or stay_below (an objective), contribute or support (a
contribution). Days are `YYYY-MM-DD`, moments ISO 8601, confidence 0..1, labels joined by `;`. Project keys are
Jira's. The mapping itself is `presets/objectives.toml`.
"""

from __future__ import annotations

from alignkit.importers.imported import Import
from alignkit.importers.options import Dangling, ReadOptions
from alignkit.importers.preset import Preset
from alignkit.importers.preset_toml import shipped
from alignkit.importers.reading import Progress
from alignkit.importers.reading import read as read_by
from alignkit.importers.sources import Given

__all__ = ["preset", "read"]


def preset() -> Preset:
    """The mapping that `read` uses; change it with `with_fields` and `with_table`."""
    return shipped("objectives")


def read(
    given: Given,
    *,
    zone: str | None = None,
    mapping: Preset | None = None,
    dangling: Dangling = "unlink",
    strict: bool = False,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> Import:
    """
    Import objectives, contributions and check-ins.

    Args:
        given: A folder, a file, or several of either.
        zone: Zone of moments that name none.
        mapping: Another preset than `preset()`.
        dangling: What becomes of a reference to a record that was not imported.
        strict: Whether anything that could not be used raises, so that nothing is used.
        options: Limits and text format.
        progress: Called every 1,000 rows and after each source.

    Returns:
        The facts, and a report in which every row is accounted for. Contributions name projects by the id they get
        from Jira, whether or not those are imported.

    Raises:
        ImporterError: A source as a whole cannot be read; `code` says why.
        ImportRefusedError: Under `strict`, a row or value could not be used.
    """
    return read_by(
        mapping or preset(),
        given,
        zone=zone,
        dangling=dangling,
        strict=strict,
        options=options,
        progress=progress,
    )
