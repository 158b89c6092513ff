"""
Which projects serve which objectives, read out of what their people wrote down.

Draws an edge only where a rule finds the same word on both sides, and says which. Guesses nothing: a word that may
mean two objectives is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import attrs

from alignkit.domain import Contribution, Objective, Project, Task
from alignkit.linking.contribution_rules import CONTRIBUTION_RULES, ContributionRule

__all__ = ["AmbiguousContribution", "Contributions", "ProjectServes", "TaskServes", "contributions_by"]


@attrs.frozen
class ProjectServes:
    """
    A new edge, and why it was drawn.

    Attributes:
        contribution: The edge.
        reasons: Why, strongest rule first; at most one of them speaks for all of the project's tasks.
    """

    contribution: Contribution
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        edge = self.contribution
        return f"project {edge.project_id} serves {edge.objective_id}: {'; '.join(self.reasons)}"


@attrs.frozen
class TaskServes:
    """
    A task that got its objective, and why.

    Attributes:
        task_id: The task.
        objective_id: The objective.
        reason: Why.
    """

    task_id: str
    objective_id: str
    reason: str

    def __str__(self) -> str:
        return f"task {self.task_id} serves {self.objective_id}: {self.reason}"


@attrs.frozen
class AmbiguousContribution:
    """
    Work whose words name more than one objective.

    Attributes:
        kind: `"project"` or `"task"`.
        id: The project or task.
        words: The words, folded.
        objective_ids: What they may mean, ids ascending.
        rule_id: The rule that found them.
    """

    kind: str
    id: str
    words: tuple[str, ...]
    objective_ids: tuple[str, ...]
    rule_id: str

    def __str__(self) -> str:
        words = ", ".join(repr(word) for word in self.words)
        return f"{self.kind} {self.id}: {words} may mean {', '.join(self.objective_ids)} ({self.rule_id})"


@attrs.frozen
class Contributions:
    """
    What the rules found.

    Attributes:
        contributions: The edges known before, then the new ones by project and objective.
        tasks: All tasks, in the order given, with the objectives that were found; None when tasks are unknown.
        projects_served: The new edges, with reasons.
        tasks_served: The tasks that got an objective, with reasons.
        ambiguous: What was not decided.
    """

    contributions: tuple[Contribution, ...]
    tasks: tuple[Task, ...] | None
    projects_served: tuple[ProjectServes, ...]
    tasks_served: tuple[TaskServes, ...]
    ambiguous: tuple[AmbiguousContribution, ...]

    def __str__(self) -> str:
        lines = [*self.projects_served, *self.tasks_served, *(f"undecided: {each}" for each in self.ambiguous)]
        return "\n".join(map(str, lines)) or "nothing found"


@attrs.frozen
class _Match:
    """What one rule read on one piece of work: the words that name objectives, and which."""

    rule: ContributionRule
    named: Mapping[str, tuple[str, ...]]

    @property
    def objective_ids(self) -> tuple[str, ...]:
        return tuple(sorted({objective_id for ids in self.named.values() for objective_id in ids}))


class _Reader:
    """The rules of one kind of work with the objectives' words looked up once."""

    def __init__(self, rules: Iterable[ContributionRule], objectives: Sequence[Objective]) -> None:
        self._rules = tuple((rule, _index(rule, objectives)) for rule in rules)

    def project(self, project: Project) -> list[_Match]:
        return self._matches([(rule, index, rule.words_of_project(project)) for rule, index in self._rules])

    def task(self, task: Task, above: Sequence[Task]) -> list[_Match]:
        return self._matches([(rule, index, rule.words_of_task(task, above)) for rule, index in self._rules])

    @staticmethod
    def _matches(
        read: Iterable[tuple[ContributionRule, Mapping[str, tuple[str, ...]], tuple[str, ...]]],
    ) -> list[_Match]:
        """A word that a stronger rule understood is not asked again of a weaker one."""
        understood: set[tuple[str, str]] = set()
        matches = []
        for rule, index, words in read:
            named = {word: index[word] for word in words if word in index and (rule.place, word) not in understood}
            if named:
                understood.update((rule.place, word) for word in named)
                matches.append(_Match(rule, named))
        return matches


def contributions_by(
    projects: Sequence[Project],
    objectives: Sequence[Objective],
    tasks: Sequence[Task] | None = None,
    *,
    rules: Sequence[ContributionRule] = CONTRIBUTION_RULES,
    known: Sequence[Contribution] = (),
) -> Contributions:
    """
    Draw the edges from projects to objectives that the rules find, and give tasks their objective.

    A task keeps the objective that its source gave it. Else the first rule that finds anything decides; a project
    serves every objective that it, or one of its tasks, names.

    Args:
        projects: Projects, in any order.
        objectives: Objectives, in any order.
        tasks: Tasks of any projects; None when unknown.
        rules: Strongest first.
        known: Edges that exist; they are kept and not drawn again.

    Returns:
        All edges and tasks, the reasons for the new ones, and what is ambiguous.
    """
    reasons: dict[tuple[str, str], list[str]] = {}
    kinds: dict[tuple[str, str], str] = {}
    ambiguous: list[AmbiguousContribution] = []
    reader = _Reader([rule for rule in rules if rule.work == "project"], objectives)
    for project in sorted(projects, key=lambda each: each.id):
        for match in reader.project(project):
            for word, ids in match.named.items():
                if len(ids) > 1 and not match.rule.is_list:
                    ambiguous.append(AmbiguousContribution("project", project.id, (word,), ids, match.rule.id))
                    continue
                for objective_id in ids:
                    edge = (project.id, objective_id)
                    reasons.setdefault(edge, []).append(f"{word!r} ({match.rule.id})")
                    kinds.setdefault(edge, match.rule.kind)
    filled, served, unclear = _serving(tasks, objectives, rules)
    _add_task_edges(reasons, filled or (), projects, objectives)
    existing = {(each.project_id, each.objective_id) for each in known}
    new = tuple(
        ProjectServes(Contribution(project_id=p, objective_id=o, kind=kinds.get((p, o), "contribute")), tuple(told))
        for (p, o), told in sorted(reasons.items())
        if (p, o) not in existing
    )
    edges = (*known, *(each.contribution for each in new))
    return Contributions(edges, filled, new, served, (*ambiguous, *unclear))


def _serving(
    tasks: Sequence[Task] | None, objectives: Sequence[Objective], rules: Sequence[ContributionRule]
) -> tuple[tuple[Task, ...] | None, tuple[TaskServes, ...], tuple[AmbiguousContribution, ...]]:
    if tasks is None:
        return None, (), ()
    by_id = {task.id: task for task in tasks}
    reader = _Reader([rule for rule in rules if rule.work == "task"], objectives)
    filled: list[Task] = []
    served: list[TaskServes] = []
    unclear: list[AmbiguousContribution] = []
    for task in tasks:
        matches = reader.task(task, _above(task, by_id)) if task.objective_id is None else []
        found = matches[0] if matches else None
        if found is None or len(found.objective_ids) > 1:
            filled.append(task)
        else:
            filled.append(attrs.evolve(task, objective_id=found.objective_ids[0]))
            reason = f"{next(iter(found.named))!r} ({found.rule.id})"
            served.append(TaskServes(task.id, found.objective_ids[0], reason))
        if found is not None and len(found.objective_ids) > 1:
            unclear.append(
                AmbiguousContribution("task", task.id, tuple(found.named), found.objective_ids, found.rule.id)
            )
    served.sort(key=lambda each: each.task_id)
    unclear.sort(key=lambda each: each.id)
    return tuple(filled), tuple(served), tuple(unclear)


def _add_task_edges(
    reasons: dict[tuple[str, str], list[str]],
    tasks: Iterable[Task],
    projects: Sequence[Project],
    objectives: Sequence[Objective],
) -> None:
    """A project serves what its tasks serve; objectives and projects that are not there get no edge."""
    project_ids = {project.id for project in projects}
    objective_ids = {objective.id for objective in objectives}
    serving: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for task in tasks:
        if task.project_id in project_ids and task.objective_id in objective_ids:
            serving[str(task.project_id), str(task.objective_id)].append(task.id)
    for edge, ids in serving.items():
        more = f" and {len(ids) - 1} more" if len(ids) > 1 else ""
        reasons.setdefault(edge, []).append(f"task {min(ids)}{more}")


def _above(task: Task, by_id: Mapping[str, Task]) -> tuple[Task, ...]:
    """The tasks it is part of, nearest first; a cycle is walked once."""
    above: dict[str, Task] = {}
    parent_id = task.parent_id
    while parent_id is not None and parent_id in by_id and parent_id not in above and parent_id != task.id:
        above[parent_id] = by_id[parent_id]
        parent_id = by_id[parent_id].parent_id
    return tuple(above.values())


def _index(rule: ContributionRule, objectives: Sequence[Objective]) -> dict[str, tuple[str, ...]]:
    index: defaultdict[str, set[str]] = defaultdict(set)
    for objective in objectives:
        for word in rule.words_of_objective(objective):
            index[word].add(objective.id)
    return {word: tuple(sorted(ids)) for word, ids in index.items()}
