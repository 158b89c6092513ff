"""Laws of finding out which work serves which objective."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from alignkit.domain import Contribution, ExternalRef, Objective, Project, Task
from alignkit.errors import ValidationError
from alignkit.linking import CONTRIBUTION_RULES, ContributionRule, contributions_by


def objective(id: str = "O-1", title: str = "Grow exports", **facts: Any) -> Objective:
    """An objective."""
    return Objective(id=id, title=title, **facts)


def project(id: str = "P1", **facts: Any) -> Project:
    """A project."""
    return Project(id=id, name="Shop", **facts)


def task(id: str = "T1", **facts: Any) -> Task:
    """A task of the project."""
    return Task(id=id, title=facts.pop("title", "Build"), project_id=facts.pop("project_id", "P1"), **facts)


@pytest.mark.parametrize(
    ("work", "aim", "rule"),
    [
        (project(key="APX"), objective(labels=("project:APX",)), "objective_lists_key"),
        (project(), objective(labels=("Project-P1",)), "objective_lists_id"),
        (project(labels=("o-1",)), objective(), "project_label_is_id"),
        (project(labels=("objective:O-1",)), objective(), "project_label_is_id"),
        (
            project(labels=("KR7",)),
            objective(external_refs=(ExternalRef("okr", "key", "KR7"),)),
            "project_label_is_key",
        ),
        (project(labels=("grow_exports",)), objective(), "project_label_is_title"),
        (project(labels=("exports",)), objective(labels=("Exports",)), "project_label_is_label"),
    ],
)
def test_a_project_names_its_objective(work: Project, aim: Objective, rule: str) -> None:
    """A list at the objective, or a label that is its id, key, title or label, gives an edge and its reason."""
    found = contributions_by([work], [aim])
    assert [(each.project_id, each.objective_id, each.kind) for each in found.contributions] == [
        ("P1", "O-1", "contribute")
    ]
    assert rule in found.projects_served[0].reasons[0]
    assert found.tasks is None


def test_a_reference_of_both_is_an_edge() -> None:
    """An objective that refers to the project's record in its own tool lists it."""
    ref = ExternalRef("jira", "project", "APX")
    found = contributions_by([project(external_refs=(ref,))], [objective(external_refs=(ref,))])
    assert str(found) == "project P1 serves O-1: 'jira/project/APX' (objective_lists_reference)"


def test_two_objectives_may_list_one_project() -> None:
    """A list kept at each objective is no contradiction."""
    aims = [objective(f"O-{number}", f"Aim {number}", labels=("project:APX",)) for number in (1, 2)]
    found = contributions_by([project(key="APX")], aims)
    assert [each.objective_id for each in found.contributions] == ["O-1", "O-2"]
    assert found.ambiguous == ()


def test_a_word_of_two_objectives_is_ambiguous() -> None:
    """A label that two objectives bear is listed with both, for projects and for tasks."""
    aims = [objective(f"O-{number}", f"Aim {number}", labels=("growth",)) for number in (1, 2)]
    found = contributions_by([project(labels=("growth",))], aims, [task(labels=("growth",))])
    assert found.contributions == ()
    assert found.tasks is not None
    assert found.tasks[0].objective_id is None
    assert [str(each) for each in found.ambiguous] == [
        "project P1: 'growth' may mean O-1, O-2 (project_label_is_label)",
        "task T1: 'growth' may mean O-1, O-2 (task_label_is_label)",
    ]


def test_a_stronger_rule_settles_a_word() -> None:
    """A label that is one objective's id is not asked again as another's label."""
    aims = [
        objective("O-1", "Aim"),
        objective("O-2", "Other", labels=("o-1",)),
        objective("O-3", "More", labels=("o-1",)),
    ]
    found = contributions_by([project(labels=("O-1",))], aims)
    assert [each.objective_id for each in found.contributions] == ["O-1"]
    assert found.ambiguous == ()


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"labels": ("objective-O-1",)}, "task_label_is_id"),
        ({"labels": ("Grow-Exports",)}, "task_label_is_title"),
        ({"parent_id": "E"}, "epic_is_title"),
        ({"parent_id": "S"}, "epic_is_title"),
    ],
)
def test_a_task_gets_its_objective(facts: dict[str, Any], rule: str) -> None:
    """A label of its own, or the title of an epic anywhere above it, fills the objective and gives the project an edge."""
    epic, story = task("E", title="Grow exports"), task("S", title="Some story", parent_id="E")
    given = [epic, story, task("T", **facts)]
    found = contributions_by([project()], [objective()], given)
    assert found.tasks is not None
    assert found.tasks[2].objective_id == "O-1"
    assert [each.objective_id for each in found.contributions] == ["O-1"]
    assert rule in str({each.task_id: each for each in found.tasks_served}["T"])


def test_a_tasks_own_label_outweighs_its_epic() -> None:
    """What the task says itself counts before what stands above it."""
    aims = [objective("O-1", "Aim"), objective("O-2", "Other")]
    given = [task("E", title="Other"), task("T", parent_id="E", labels=("O-1",))]
    found = contributions_by([project()], aims, given)
    assert [(each.task_id, each.objective_id) for each in found.tasks_served] == [("T", "O-1")]


def test_a_given_objective_stands_and_gives_an_edge() -> None:
    """What the source said about a task is kept, and its project serves that objective."""
    given = [task(objective_id="O-1", labels=("O-2",)), task("T2", objective_id="O-1")]
    found = contributions_by([project()], [objective(), objective("O-2", "Other")], given)
    assert found.tasks == tuple(given)
    assert str(found.projects_served[0]) == "project P1 serves O-1: task T1 and 1 more"


def test_edges_lead_nowhere_only_where_nothing_is() -> None:
    """A task of a project or objective that is not there draws no edge."""
    given = [task(objective_id="gone"), task("T2", project_id="gone", objective_id="O-1"), task("T3", project_id=None)]
    assert contributions_by([project()], [objective()], given).contributions == ()


def test_known_edges_are_kept_and_not_drawn_again() -> None:
    """An edge that exists keeps its kind and weight."""
    known = Contribution(project_id="P1", objective_id="O-1", kind="support", weight=3.0)
    found = contributions_by([project(labels=("O-1",))], [objective()], known=[known])
    assert found.contributions == (known,)
    assert str(found) == "nothing found"


def test_tasks_above_each_other_are_walked_once() -> None:
    """A cycle of parents does not hang."""
    given = [task("A", parent_id="B"), task("B", parent_id="A", title="Grow exports")]
    found = contributions_by([project()], [objective()], given)
    assert [each.task_id for each in found.tasks_served] == ["A"]


def test_finding_again_finds_nothing_new() -> None:
    """The result, given back, stays as it is."""
    first = contributions_by([project(labels=("O-1",))], [objective()], [task(labels=("O-1",))])
    again = contributions_by([project(labels=("O-1",))], [objective()], first.tasks, known=first.contributions)
    assert (again.contributions, again.tasks) == (first.contributions, first.tasks)
    assert (again.projects_served, again.tasks_served) == ((), ())


def test_the_order_of_input_does_not_matter() -> None:
    """Edges, reasons and cases come in the order of ids."""
    works = [project("P2", labels=("O-1",)), project("P1", labels=("O-1", "O-2"))]
    aims = [objective("O-2", "Other"), objective("O-1", "Aim")]
    assert contributions_by(works, aims) == contributions_by(works[::-1], aims[::-1])


def test_a_rule_of_ones_own() -> None:
    """A host's habit is one more value; nothing else applies when it is the only rule."""
    rule = ContributionRule("team_labels", "project", "labels", "labels", before=("aim/",), kind="support")
    found = contributions_by([project(labels=("aim/x", "O-1"))], [objective(labels=("x",))], rules=[rule])
    assert [(each.objective_id, each.kind) for each in found.contributions] == [("O-1", "support")]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"work": "team", "place": "labels", "objective_place": "id"}, "work"),
        ({"work": "task", "place": "key", "objective_place": "id"}, "place"),
        ({"work": "project", "place": "key", "objective_place": "name"}, "objective_place"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(facts: dict[str, Any], field: str) -> None:
    """A rule must name places that exist."""
    with pytest.raises(ValidationError) as caught:
        ContributionRule("mine", **facts)
    assert caught.value.field == field


def test_rules_and_answers_pickle() -> None:
    """Rules are values with ids of their own, and the answer survives pickling."""
    assert len({rule.id for rule in CONTRIBUTION_RULES}) == len(CONTRIBUTION_RULES)
    found = contributions_by([project(labels=("O-1",))], [objective()], [task(labels=("O-1",))])
    assert pickle.loads(pickle.dumps((CONTRIBUTION_RULES, found))) == (CONTRIBUTION_RULES, found)
