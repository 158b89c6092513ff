"""
A fictional consultancy that sells with HubSpot and delivers with Jira: files to try everything on.

Owns where the files are and the moment they speak of. Reads nothing: that is the importers' part.
`company/README.md` beside the files says what each column means and what is wrong in them on purpose.
"""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Final

from alignkit.errors import ImporterError, NotFoundError

__all__ = ["HUBSPOT_OBJECTS", "NOW", "company", "hubspot_pages", "jira_files", "objective_files"]

NOW: Final = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)
"""The moment at which the files were exported: hand it to `assess`."""

HUBSPOT_OBJECTS: Final = (
    "owners",
    "companies",
    "contacts",
    "deals",
    "tickets",
    "calls",
    "emails",
    "meetings",
    "notes",
    "communications",
    "feedback_submissions",
)
"""The CRM objects there are files of; what an object refers to comes before it."""


def company() -> Path:
    """
    The folder of the sample company's files.

    Raises:
        ImporterError: alignkit runs from an archive, so that its files have no path of their own.
    """
    from importlib.resources import files

    found = Path(str(files(__name__).joinpath("company")))
    if not found.is_dir():
        raise ImporterError("NotAFolder", "install alignkit unpacked to use its sample files", source=str(found))
    return found


def hubspot_pages(name: str) -> tuple[Path, ...]:
    """
    The pages of one CRM object, first page first.

    Args:
        name: One of `HUBSPOT_OBJECTS`.

    Raises:
        NotFoundError: There is no such object in the sample; its suggestions are those there are.
    """
    from difflib import get_close_matches

    if name not in HUBSPOT_OBJECTS:
        raise NotFoundError("HubSpot object", name, get_close_matches(name, HUBSPOT_OBJECTS, cutoff=0.0))
    folder = company() / "hubspot"
    more = sorted(folder.glob(f"{name}-*.json"), key=lambda path: int(path.stem.rpartition("-")[2]))
    return (folder / f"{name}.json", *more)


def jira_files() -> dict[str, Path]:
    """The files of the project side by role: `issues`, `projects`, `project_fields`."""
    folder = company() / "jira"
    return {
        "issues": folder / "issues.csv",
        "projects": folder / "projects.json",
        "project_fields": folder / "project_fields.csv",
    }


def objective_files() -> dict[str, Path]:
    """The files of the objectives by collection: `objectives`, `contributions`, `check_ins`."""
    folder = company() / "objectives"
    return {name: folder / f"{name}.csv" for name in ("objectives", "contributions", "check_ins")}
