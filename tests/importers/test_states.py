"""Several states of one record in one import: the latest counts, in whatever order they come, and a deletion too."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from alignkit.domain import Task
from alignkit.importers import Import, github, jira, trello

STATES = [("2026-01-01T09:00:00Z", "One"), ("2026-01-02T09:00:00Z", "Two"), ("2026-01-03T09:00:00Z", "One")]


def body(at: str, title: str, action: str = "edited") -> dict[str, Any]:
    """A webhook body about an issue."""
    issue = {"id": 7, "number": 1, "title": title, "state": "open", "updated_at": at}
    return {"action": action, "issue": issue, "repository": {"id": 5, "name": "r", "full_name": "o/r", "url": "u"}}


def read_bodies(*bodies: dict[str, Any]) -> Import:
    """An import of several bodies, in their order."""
    return github.read({f"event{index}": one for index, one in enumerate(bodies)})


def titles(result: Import) -> list[str]:
    """Titles of the tasks."""
    return [task.title for task in result["tasks"] if isinstance(task, Task)]


@pytest.mark.parametrize("order", list(itertools.permutations(STATES)))
def test_the_latest_state_counts(order: tuple[tuple[str, str], ...]) -> None:
    """Whatever the order, the state with the latest moment is the fact; the others are counted as left out."""
    result = read_bodies(*(body(at, title) for at, title in order))
    assert titles(result) == ["One"]
    assert (result.report.read, result.report.used, result.report.refused, result.report.skipped) == (3, 1, 0, 2)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_a_deletion_is_a_state(order: tuple[int, ...]) -> None:
    """A record that was deleted after all that is known of it is no fact, whatever the order."""
    bodies = [body("2026-01-01T09:00:00Z", "One"), body("2026-01-02T09:00:00Z", "Two")]
    bodies.append(body("2026-01-03T09:00:00Z", "Two", action="deleted"))
    result = read_bodies(*(bodies[index] for index in order))
    assert result.entities.get("tasks", []) == []
    assert (result.report.read, result.report.used, result.report.skipped) == (3, 0, 3)


def test_a_record_made_again() -> None:
    """A state after the deletion counts."""
    result = read_bodies(body("2026-01-02T09:00:00Z", "Old", "deleted"), body("2026-01-03T09:00:00Z", "New", "opened"))
    assert titles(result) == ["New"]


def test_moments_as_numbers() -> None:
    """Jira's moments of events are numbers; ten is after nine."""
    fields = {"issuetype": {"name": "Task"}, "project": {"key": "A", "name": "Apex"}}
    bodies = {
        f"event{at}": {
            "timestamp": at,
            "webhookEvent": "jira:issue_updated",
            "issue": {"id": "1", "key": "A-1", "fields": {**fields, "summary": f"S{at}"}},
        }
        for at in (10, 9)
    }
    assert titles(jira.read(bodies)) == ["S10"]


def test_states_that_cannot_be_told_apart() -> None:
    """Two rows of one key that both lack the moment contradict each other: the first is kept, the other refused."""
    cards = [{"id": "c", "name": name, "idList": "l"} for name in ("One", "Two")]
    result = trello.read({"cards": cards})
    assert titles(result) == ["One"]
    assert result.report.tables[0].refused_by == {"DuplicateSourceKey": 1}
