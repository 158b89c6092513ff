"""Every trouble and every story that the sample company promises is really in its files."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from alignkit.sample import NOW, jira_files, objective_files

if TYPE_CHECKING:
    from tests.sample.conftest import Files

TODAY = NOW.date()


def test_three_projects_are_silent(files: Files) -> None:
    """The last status update of three running or resting projects is more than a month old."""
    for project in ("MSO", "MSW", "KEF"):
        assert files.last_update(project) > 30


def test_the_model_customer_hears_every_week(files: Files) -> None:
    """Lumen & Marée was told this week, and each of the last ten updates was sent to the client."""
    assert files.last_update("LUM") < 7
    updates = sorted(files.issues("LUM", "Status Update"), key=lambda row: files.moment(row["Created"]))
    assert all(row["Labels"] == "client" for row in updates[-10:])


def test_the_model_customer_has_nothing_late(files: Files) -> None:
    """No open work of Lumen & Marée is past its day, and its survey answers are high."""
    for project in ("LUM", "LUS"):
        assert not files.overdue(project)
    assert files.answers_of("Lumen & Marée S.A.", "NPS") == [10, 9]


def test_green_is_declared_where_all_is_late(files: Files) -> None:
    """Both running projects of Nordlicht are declared green with over a third of the open work overdue, over cost."""
    sheet = files.sheet()
    for project in ("NLE", "NLC"):
        row, opened = sheet[project], [row for row in files.work(project) if row["Status"] != "Done"]
        assert row["Health"] == "Green"
        assert len(files.overdue(project)) / len(opened) > 1 / 3
        earned = float(row["Budget"]) * int(row["Progress"]) / 100
        assert float(row["Spent"]) > 1.5 * earned


def test_complaints_wait_for_weeks(files: Files) -> None:
    """Two complaints of Müller & Söhne have no reply after two weeks."""
    waiting = [
        row
        for row in files.tickets_of("Müller & Söhne GmbH", "complaint")
        if row["first_agent_reply_date"] is None and str(row["createdate"]) < "2026-02-16T"
    ]
    assert len(waiting) == 2


def test_a_promise_is_past_its_day(files: Files) -> None:
    """The go-live promised to Müller & Söhne was due in January and is still open."""
    (row,) = (row for row in files.tickets_of("Müller & Söhne GmbH") if str(row["subject"]).startswith("Go-live"))
    assert row["need_kind"] == "promise"
    assert str(row["promise_due_date"]) < "2026-02-01"
    assert row["hs_pipeline_stage"] != "4"


def test_some_promises_are_kept_and_told(files: Files) -> None:
    """Zinnober and Lumen got what was promised by the day, and were told."""
    kept = [
        row
        for name in ("Brasserie Zinnober Sàrl", "Lumen & Marée S.A.")
        for row in files.tickets_of(name, "promise")
        if row["closed_date"] and str(row["closed_date"])[:10] <= str(row["promise_due_date"]) and row["told_at"]
    ]
    assert len(kept) >= 3


def test_work_serves_no_objective(files: Files) -> None:
    """Æther's running projects name no objective, in tasks or in edges."""
    served = {project for project, _ in files.edges()}
    for project in ("AET", "AEL", "WEB"):
        assert project not in served
        assert not any(row["Custom field (Objective)"] for row in files.work(project))


def test_objectives_have_no_project(files: Files) -> None:
    """Some open objectives are served by no project at all."""
    served = {objective for _, objective in files.edges()}
    lonely = {key for key, row in files.objectives().items() if row["Status"] == "open" and key not in served}
    assert {"O-11", "O-12", "O-13", "O-22", "O-25", "O-33"} <= lonely


def test_both_teams_prepare_one_workshop(files: Files) -> None:
    """The onboarding workshop of Tanuki is a Jira task and two planned meetings in HubSpot, days apart."""
    tasks = [row for row in files.work("TAN") if "Onboarding workshop" in row["Summary"]]
    meetings = [
        row
        for row in files.properties("meetings")
        if row["project_key"] == "TAN" and "onboarding workshop" in str(row["hs_meeting_title"]).lower()
    ]
    assert len(tasks) == 1
    assert {row["performed_by_team"] for row in meetings} == {None, "pmo"}
    due = files.day(tasks[0]["Due date"])
    assert due is not None
    assert all(
        abs(due - datetime.fromisoformat(str(row["hs_timestamp"])).date()) <= timedelta(days=3) for row in meetings
    )


def test_the_same_story_is_planned_twice(files: Files) -> None:
    """Two projects of Kestrel & Finch plan the same log-in for the same objective."""
    twins = [row for row in files.work() if row["Summary"].startswith("Single sign-on for")]
    assert {row["Project key"] for row in twins} == {"KES", "KEF"}
    assert {row["Custom field (Objective)"] for row in twins} == {"O-28"}


def test_names_are_spelled_differently(files: Files) -> None:
    """The sheet writes most customers otherwise than HubSpot, and gives a domain or a reference for some."""
    names = {row["name"] for row in files.properties("companies")}
    other = {row["Customer"] for row in files.sheet().values() if row["Customer"]} - names
    assert {"Nordlicht", "Mueller und Soehne", "Transport Zubr", "Zinnober Brasserie SARL"} <= other
    assert files.sheet()["ZUB"]["HubSpot company id"] == files.company_id("Żubr Transport Sp. z o.o.")
    assert files.sheet()["MSO"]["Customer domain"] == "mueller-soehne.example"


def test_one_name_fits_two_companies(files: Files) -> None:
    """The sheet says "Aurora Systems" without domain or reference; HubSpot knows two."""
    row = files.sheet()["AUR"]
    assert (row["Customer"], row["Customer domain"], row["HubSpot company id"]) == ("Aurora Systems", "", "")
    names = [str(row["name"]) for row in files.properties("companies")]
    assert sum(name.startswith("Aurora Systems ") for name in names) == 2


def test_internal_projects_have_no_customer(files: Files) -> None:
    """Two projects are our own."""
    assert [key for key, row in files.sheet().items() if not row["Customer"]] == ["INT", "WEB"]


def test_a_contract_ends_soon(files: Files) -> None:
    """Kestrel & Finch decides within two months, while one project slips and one rests."""
    (company,) = (row for row in files.properties("companies") if row["name"] == "Kestrel & Finch Ltd")
    assert "2026-03-02" < str(company["contract_end_date"]) < "2026-05-01"
    assert (files.sheet()["KES"]["Health"], files.sheet()["KEF"]["Status"]) == ("Amber", "On hold")


def test_the_churned_customer_is_unhappy(files: Files) -> None:
    """Snöstorm left: churned, cancelled project, low answers, no touch for months."""
    (company,) = (row for row in files.properties("companies") if row["name"] == "Snöstorm Logistik AB")
    assert company["account_status"] == "churned"
    assert files.sheet()["SNO"]["Status"] == "Cancelled"
    assert max(files.answers_of("Snöstorm Logistik AB", "CSAT")) <= 2


def test_growth_wishes_have_no_deal(files: Files) -> None:
    """Moinho de Vento has open wishes with no project, and no open deal."""
    wishes = [row for row in files.tickets_of("Moinho de Vento Lda.", "need") if row["hs_pipeline_stage"] == "1"]
    assert [row["project_key"] for row in wishes] == [None, None, None]
    deals = [row for row in files.properties("deals") if str(row["dealname"]).startswith("Moinho")]
    assert {row["dealstage"] for row in deals} == {"closedwon"}


def test_the_new_customer_is_unknown(files: Files) -> None:
    """Papaya has no survey, no ticket, no dates: nothing to judge it by."""
    assert files.answers_of("Papaya Learning Ltd", "CSAT") == []
    assert files.tickets_of("Papaya Learning Ltd") == []
    assert not any(row["Due date"] for row in files.work("PAP"))
    assert (files.sheet()["PAP"]["Start"], files.sheet()["PAP"]["Due"]) == ("", "")


def test_rows_are_broken_as_documented(files: Files) -> None:
    """The slips that the description of the files lists are there."""
    assert sum(row["hs_timestamp"] is None for row in files.properties("emails")) == 1
    assert sum(record["archived"] for record in files.records("contacts")) == 1
    assert [row["severity"] for row in files.properties("tickets")].count("9") == 1
    assert sum(row["Due date"].startswith("31/Feb") for row in files.issues("WEB")) == 1
    assert [row["Issue key"] for row in files.table(jira_files()["issues"])].count("") == 1
    keys = [row["Issue key"] for row in files.issues()]
    assert len(keys) - len(set(keys)) == 1
    assert ("XXL", "O-19") in files.edges()
    assert "n/k" in {row["Value"] for row in files.table(objective_files()["check_ins"])}


def test_an_objective_stands_in_labels_only(files: Files) -> None:
    """The harvest calendar serves O-39, and only the labels of its issues say so."""
    assert "O-39" not in {objective for _, objective in files.edges()}
    assert all("objective-O-39" in row["Labels"] for row in files.work("GEM"))


def test_needs_lead_to_work_and_back(files: Files) -> None:
    """Where a ticket names an issue, that issue names the ticket."""
    named = {
        str(row["jira_issue_key"]): str(row["hs_object_id"])
        for row in files.properties("tickets")
        if row["jira_issue_key"]
    }
    found = {
        row["Issue key"]: row["Custom field (HubSpot ticket)"] for row in files.work() if row["Issue key"] in named
    }
    assert found == named
    assert len(named) > 30


def test_objectives_and_edges_name_what_there_is(files: Files) -> None:
    """Parents exist, customers exist, and all edges but the broken one join a project to an objective."""
    known = files.objectives()
    companies = {str(row["hs_object_id"]): row["name"] for row in files.properties("companies")}
    for row in known.values():
        assert row["Parent ID"] == "" or row["Parent ID"] in known
        assert companies.get(row["HubSpot company id"], "") == row["Customer"]
    assert [edge for edge in files.edges() if edge[0] not in files.sheet() or edge[1] not in known] == [("XXL", "O-19")]
