"""Trello: the real export and answers, and shapes made by hand where no file exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from alignkit.domain import ExternalRef, Interaction, Project, Task
from alignkit.importers import Import, Take, trello

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]


def tasks(result: Import) -> dict[str, Task]:
    """Tasks by title."""
    return {fact.title: fact for fact in result["tasks"] if isinstance(fact, Task)}


def test_the_export_of_a_board(data: Path) -> None:
    """One file holds the board, its lists, members, actions and cards: all of them are read from it."""
    result = trello.read(data / "payloads" / "trello_export")
    (board,) = result["projects"]
    assert isinstance(board, Project)
    assert (board.name, board.status) == ("Project 100", "active")
    assert board.external_refs[1] == ExternalRef("trello", "board", "CsjMiavu")
    assert {title: (t.status, t.assignee) for title, t in tasks(result).items()} == {
        "Write code": ("todo", "Test User"),
        "Review code": ("todo", "Test User"),
        "Visualize code": ("in_progress", "Test User"),
    }
    card = tasks(result)["Write code"]
    assert card.project_id == board.id
    assert card.created_at == datetime(2020, 12, 5, 20, 23, 10, 484_000, tzinfo=UTC)
    assert result.report.issues == ()


def test_answers_by_name(data: Path) -> None:
    """Answers about lists and cards, given together, say how far each card is."""
    folder = data / "payloads" / "trello_api"
    files = [folder / "lists__board-lists-api-example.json", folder / "cards__list-cards-api-example.json"]
    lists = trello.read(files[1], dangling="stub")
    assert tasks(lists)["Finish my awesome application"].project_id == "trello:board:4eea4ffc91e31d1746000046"
    pages = {"lists": [{"id": "l", "name": "Blocked"}], "cards": [{"id": "c", "name": "T", "idList": "l"}]}
    assert tasks(trello.read(pages))["T"].status == "blocked"


@pytest.mark.parametrize(
    ("card", "status"),
    [
        ({"dueComplete": True}, "done"),
        ({"idList": "done"}, "done"),
        ({"idList": "done", "closed": True}, "done"),
        ({"closed": True}, "cancelled"),
        ({"idList": "doing"}, "in_progress"),
        ({"idList": "odd"}, "Someday"),
        ({"idList": "gone"}, "todo"),
    ],
)
def test_how_far_a_card_is(card: dict[str, Any], status: str) -> None:
    """Done is a completed due date or such a list; archived is cancelled unless done; an unknown list's name is kept."""
    lists = [{"id": "done", "name": "Done"}, {"id": "doing", "name": "Doing"}, {"id": "odd", "name": "Someday"}]
    result = trello.read({"lists": lists, "cards": [{"id": "c", "name": "T", "idList": "doing", **card}]})
    assert tasks(result)["T"].status == status


def test_comments_on_request() -> None:
    """Comments are internal notes on their board, read only where the preset is told so."""
    action = {
        "id": "a",
        "type": "commentCard",
        "date": "2026-01-02T09:00:00.000Z",
        "idMemberCreator": "m",
        "data": {"text": "Please\nhurry", "card": {"id": "c"}, "board": {"id": "b"}},
    }
    pages = {"actions": [action], "boards": [{"id": "b", "name": "Apex"}]}
    assert "interactions" not in trello.read(pages).entities
    (note,) = trello.read(pages, mapping=trello.preset().with_table("comments", skip=""), dangling="unlink")[
        "interactions"
    ]
    assert isinstance(note, Interaction)
    assert (note.kind, note.direction, note.subject, note.project_id) == (
        "note",
        "internal",
        "Please hurry",
        "trello:board:b",
    )


def test_webhooks_hold_no_card(data: Path) -> None:
    """A webhook body tells what was done, not what the card is: it is counted, with what to do."""
    result = trello.read(data / "payloads" / "trello_api" / "webhooks__webhook-to-board-updateCard.json")
    assert result.report.used == 0
    assert "fetch the card it names" in str(result.report)


def test_the_csv_export(write: Write) -> None:
    """The CSV export, made after the columns that Trello documents: the board comes with every row."""
    path = write(
        "board.csv",
        "Card ID,Card Name,Card URL,Card Description,Labels,Members,Due Date,Last Activity Date,List ID,List Name,"
        "Board ID,Board Name,Archived,Start Date,Due Complete\n"
        'c1,Order tiles,u,,"ui,objective-O-7",Ann,2026-10-09T08:00:00.000Z,2026-01-01,l,Doing,b,Apex,false,,false\n'
        "c2,Paint,u,,,,,2026-01-01,l,Doing,b,Apex,true,,\n"
        "c3,Clean,u,,,,,2026-01-01,l,Doing,b,Apex,false,,true\n",
    )
    result = trello.read(path)
    found = tasks(result)
    assert {title: task.status for title, task in found.items()} == {
        "Order tiles": "in_progress",
        "Paint": "cancelled",
        "Clean": "done",
    }
    tiles = found["Order tiles"]
    assert (tiles.due_on, tiles.assignee, tiles.labels) == (date(2026, 10, 9), "Ann", ("ui", "objective-O-7"))
    assert [board.name for board in result["projects"]] == ["Apex"]  # type: ignore[union-attr]


def test_wekan_boards(data: Path) -> None:
    """WeKan writes days the American way; a finish date is done, a stage with a name of its own is kept."""
    result = trello.read(data / "payloads" / "wekan_csv")
    found = tasks(result)
    assert len(found) == 25
    second = found["Test card 2"]
    assert (second.due_on, second.start_on, second.status) == (date(2020, 5, 11), date(2020, 4, 15), "done")
    assert found["Test card 4"].status == "Stage 4"


def test_stages_of_a_team(data: Path) -> None:
    """A team says what its own stages mean, for one field."""
    words = {"stage 1": "todo", "stage 2": "in_progress", "stage 3": "in_progress", "stage 4": "done"}
    mapping = trello.preset().with_fields("wekan_card", status=Take(columns=("Stage",), choices=words))
    result = trello.read(data / "payloads" / "wekan_csv", mapping=mapping)
    assert result.report.issues == ()
    assert {task.status for task in tasks(result).values()} == {"todo", "in_progress", "done"}
