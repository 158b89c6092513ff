"""
How a project or task says which objective it serves: rules as values.

A rule names a place for words on each side; where two words are equal, the work serves the objective.
Owns the places and when two words are equal. `contributions` draws the edges.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

import attrs

from alignkit.domain import ExternalRef, Objective, Project, Task
from alignkit.errors import ValidationError

__all__ = ["CONTRIBUTION_RULES", "ContributionRule", "folded"]

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "project": ("id", "key", "labels", "reference"),
    "task": ("labels", "epic"),
    "objective": ("id", "key", "title", "labels", "reference"),
}


@attrs.frozen
class ContributionRule:
    """
    One way in which work names its objective, or an objective names its work.

    Attributes:
        id: Name of the rule, for the reasons it gives.
        work: `"project"` or `"task"`.
        place: Where the work's words stand. On a project: `id`, `key`, `labels`, or `reference` (its external
            references as a whole). On a task: `labels`, or `epic`: id, title and reference keys of the tasks above it.
        objective_place: Where the objective's words stand: `id`, `key` (keys of its external references), `title`,
            `labels`, or `reference`.
        before: What may stand in front of the work's word and is taken off; `""` stands for nothing in front.
        objective_before: The same on the objective's side.
        is_list: Whether each objective keeps a list of its work, so that two may name the same word. Where it is
            False, a word that names two objectives is ambiguous.
        kind: Kind of the contribution: `"contribute"` or `"support"`.
    """

    id: str
    work: Literal["project", "task"]
    place: str
    objective_place: str
    before: tuple[str, ...] = ("",)
    objective_before: tuple[str, ...] = ("",)
    is_list: bool = False
    kind: str = "contribute"

    def __attrs_post_init__(self) -> None:
        for field, owner in (("place", self.work), ("objective_place", "objective")):
            if owner not in ("project", "task", "objective"):
                reason = f"expected 'project' or 'task', got {owner!r}"
                raise ValidationError(reason, entity="ContributionRule", field="work", value=owner)
            value = getattr(self, field)
            if value not in _PLACES[owner]:
                reason = f"a rule on a {owner} reads {', '.join(_PLACES[owner])}; got {value!r}"
                raise ValidationError(reason, entity="ContributionRule", field=field, value=value)

    def words_of_project(self, project: Project) -> tuple[str, ...]:
        """Give the words by which the project may name an objective or be named by one, folded."""
        if self.place == "reference":
            return _references(project.external_refs)
        texts = {"id": [project.id], "key": [project.key or ""], "labels": project.labels}[self.place]
        return _words(texts, self.before)

    def words_of_task(self, task: Task, above: Sequence[Task]) -> tuple[str, ...]:
        """Give the words by which the task may name an objective, folded; `above` are the tasks it is part of."""
        if self.place == "labels":
            return _words(task.labels, self.before)
        texts = [text for epic in above for text in (epic.id, epic.title, *_keys(epic.external_refs))]
        return _words(texts, self.before)

    def words_of_objective(self, objective: Objective) -> tuple[str, ...]:
        """Give the words by which the objective is named, or names its work, folded."""
        if self.objective_place == "reference":
            return _references(objective.external_refs)
        texts = {
            "id": [objective.id],
            "key": _keys(objective.external_refs),
            "title": [objective.title],
            "labels": objective.labels,
        }[self.objective_place]
        return _words(texts, self.objective_before)


def folded(text: str) -> str:
    """
    Bring a word to the form in which a label and what it stands for are equal.

    Most tools allow no space in a label: case does not matter, nor which of space, dash and underscore stands there.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "-".join(plain.replace("_", " ").replace("-", " ").split())


def _words(texts: Iterable[str], before: tuple[str, ...]) -> tuple[str, ...]:
    """Whole texts where nothing needs to stand in front, and what follows each start that does."""
    starts = [start.casefold() for start in before]
    rests = (text[len(start) :] for text in texts for start in starts if text.casefold().startswith(start))
    return tuple(dict.fromkeys(word for word in map(folded, rests) if word))


def _keys(refs: Iterable[ExternalRef]) -> tuple[str, ...]:
    return tuple(ref.key for ref in refs)


def _references(refs: Iterable[ExternalRef]) -> tuple[str, ...]:
    return tuple(f"{ref.system}/{ref.kind}/{ref.key}" for ref in refs)


_NAMED: Final = ("", "objective:", "objective-", "okr:", "okr-", "goal:", "goal-")
_LISTED: Final = ("project:", "project-")

CONTRIBUTION_RULES: Final[tuple[ContributionRule, ...]] = (
    ContributionRule("objective_lists_reference", "project", "reference", "reference", is_list=True),
    ContributionRule("objective_lists_key", "project", "key", "labels", objective_before=_LISTED, is_list=True),
    ContributionRule("objective_lists_id", "project", "id", "labels", objective_before=_LISTED, is_list=True),
    ContributionRule("project_label_is_id", "project", "labels", "id", before=_NAMED),
    ContributionRule("project_label_is_key", "project", "labels", "key", before=_NAMED),
    ContributionRule("project_label_is_title", "project", "labels", "title", before=_NAMED),
    ContributionRule("project_label_is_label", "project", "labels", "labels", before=_NAMED, objective_before=_NAMED),
    ContributionRule("task_label_is_id", "task", "labels", "id", before=_NAMED),
    ContributionRule("task_label_is_key", "task", "labels", "key", before=_NAMED),
    ContributionRule("task_label_is_title", "task", "labels", "title", before=_NAMED),
    ContributionRule("task_label_is_label", "task", "labels", "labels", before=_NAMED, objective_before=_NAMED),
    ContributionRule("epic_is_id", "task", "epic", "id"),
    ContributionRule("epic_is_key", "task", "epic", "key"),
    ContributionRule("epic_is_title", "task", "epic", "title"),
    ContributionRule("epic_is_label", "task", "epic", "labels", objective_before=_NAMED),
)
"""Strongest first: what an objective lists, then what work says itself, then what stands above it."""
