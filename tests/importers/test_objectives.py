"""The objectives sheet: objectives, contributions, check-ins."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timezone
from pathlib import Path

from alignkit.domain import CheckIn, Contribution, Customer, Objective
from alignkit.importers import objectives

UTC = timezone.utc
Write = Callable[[str, "str | bytes"], Path]


def test_objectives(write: Write) -> None:
    """Every column of the sheet lands in its field; only id and title are needed."""
    path = write(
        "objectives.csv",
        "Objective ID,Title,Kind,Team,Owner,Cycle,Status,Parent ID,Unit,Start value,Current value,Target value,Weight,"
        "Confidence,Start,Due,Acknowledged by,Acknowledged at,Check-in days,Labels\n"
        "O-1,Churn below 3,stay_below,crm,Ana,2026-Q1,open,,%,5,4,3,2,0.5,2026-01-05,2026-03-31,pmo,2026-01-09T13:15:00Z,14,a;b\n"
        "O-2,Just a title,,,,,,O-1,,,,,,,,,,,,\n",
    )
    first, second = objectives.read(path)["objectives"]
    assert isinstance(first, Objective)
    assert isinstance(second, Objective)
    assert (first.id, first.kind, first.team, first.unit) == ("objectives:objective:O-1", "stay_below", "crm", "%")
    assert (first.start_value, first.current_value, first.target_value, first.weight) == (5.0, 4.0, 3.0, 2.0)
    assert (first.start_on, first.due_on, first.confidence) == (date(2026, 1, 5), date(2026, 3, 31), 0.5)
    assert (first.acknowledged_by, first.acknowledged_at) == ("pmo", datetime(2026, 1, 9, 13, 15, tzinfo=UTC))
    assert (first.check_in_days, first.labels) == (14.0, ("a", "b"))
    assert (second.parent_id, second.kind, second.weight, second.target_value) == (first.id, "reach", 1.0, None)


def test_customers_of_objectives(write: Write) -> None:
    """A customer that is only named becomes a record of its own; one with the CRM's key waits for the CRM."""
    path = write(
        "objectives.csv",
        "Objective ID,Title,Customer,HubSpot company id\nO-1,A,Seven,\nO-2,B,Eight,8\n",
    )
    result = objectives.read(path)
    (customer,) = result["customers"]
    assert isinstance(customer, Customer)
    assert (customer.id, customer.name) == ("objectives:customer:Seven", "Seven")
    assert [objective.customer_id for objective in result["objectives"]] == [customer.id, None]  # type: ignore[union-attr]
    assert [item.ref.key for item in result.pending] == ["8"]


def test_contributions_and_check_ins(write: Write) -> None:
    """A contribution is one per project and objective, a check-in one per objective and moment."""
    write("objectives.csv", "Objective ID,Title\nO-1,A\n")
    write(
        "contributions.csv", "Project key,Objective ID,Kind,Weight\nAPX,O-1,support,2\nAPX,O-9,,\nAPX,O-1,support,2\n"
    )
    folder = write(
        "check_ins.csv",
        "Objective ID,Moment,Value,Confidence,Team\nO-1,2026-01-05T09:00:00Z,4,0.4,crm\nO-1,2026-02-05T09:00:00Z,n/a,,\n",
    ).parent
    result = objectives.read(folder)
    (edge,) = result["contributions"]
    assert isinstance(edge, Contribution)
    assert (edge.project_id, edge.objective_id) == ("jira:project:APX", "objectives:objective:O-1")
    assert (edge.kind, edge.weight) == ("support", 2.0)
    (table,) = result.report.of("contributions")
    assert (table.refused_by, table.skipped_by) == ({"DanglingReference": 1}, {"repeats an earlier row": 1})
    first, second = result["check_ins"]
    assert isinstance(first, CheckIn)
    assert (first.value, first.confidence, first.occurred_at) == (4.0, 0.4, datetime(2026, 1, 5, 9, 0, tzinfo=UTC))
    assert second.value is None  # type: ignore[union-attr]
    assert result.report.by_code == {"DanglingReference": 1, "TypeRejected": 1}


def test_parents_in_a_circle(write: Write) -> None:
    """Objectives that are each other's parents lose their parents, with an issue."""
    path = write("objectives.csv", "Objective ID,Title,Parent ID\nO-1,A,O-2\nO-2,B,O-1\n")
    result = objectives.read(path)
    assert [objective.parent_id for objective in result["objectives"]] == [None, None]  # type: ignore[union-attr]
    assert result.report.by_code == {"CycleError": 1}
