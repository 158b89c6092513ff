"""
How a project says for whom it is, when it points at no customer.

Owns the declarative rules for reading such mentions. A rule names a place; `customers` decides what it means.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal

import attrs

from alignkit.domain import Customer, Project
from alignkit.errors import ValidationError
from alignkit.linking.domains import domain_of
from alignkit.linking.records import Record, Traits, name_forms, own_domains
from alignkit.linking.systems import system_of

__all__ = ["MENTION_RULES", "MentionRule", "traits_of_projects"]

_PLACES: Final = ("labels", "customer_id", "name")


@attrs.frozen
class MentionRule:
    """
    Where a project writes down its customer's name or domain.

    Attributes:
        place: `"labels"`; `"customer_id"`, when it names no customer that is there; or `"name"`.
        before: What stands in front of it, in any case, such as `"customer:"`; taken off. Empty: nothing does.
        until: What ends it, such as `": "` in a project's name `Acme: new shop`. Empty: it is the whole text.
            A rule on names needs one.
    """

    place: Literal["labels", "customer_id", "name"]
    before: str = ""
    until: str = ""

    def __attrs_post_init__(self) -> None:
        if self.place not in _PLACES:
            reason = f"expected one of {', '.join(_PLACES)}, got {self.place!r}"
            raise ValidationError(reason, entity="MentionRule", field="place", value=self.place)
        if self.place == "name" and not self.until:
            reason = "a project's whole name is no customer; say what ends the customer's part"
            raise ValidationError(reason, entity="MentionRule", field="until", value=self.until)

    def texts(self, project: Project) -> tuple[str, ...]:
        """Give what the project says under this rule; empty when it says nothing."""
        told = (self._told(text) for text in _place_of(project, self.place))
        return tuple(text for text in told if text is not None and text.strip())

    def _told(self, text: str) -> str | None:
        if not text.casefold().startswith(self.before.casefold()):
            return None
        rest = text[len(self.before) :]
        head, found, _ = rest.partition(self.until) if self.until else (rest, "whole", "")
        return head if found else None


MENTION_RULES: Final[tuple[MentionRule, ...]] = (
    MentionRule("customer_id"),
    MentionRule("labels", before="customer:"),
    MentionRule("labels", before="client:"),
    MentionRule("labels", before="account:"),
    MentionRule("labels", before="kunde:"),
)
"""Places where a project's customer is written on purpose. None reads the project's name: that would be a guess."""


def traits_of_projects(
    projects: Iterable[Project],
    customers: Sequence[Customer],
    *,
    rules: Sequence[MentionRule] = MENTION_RULES,
    ignored: Collection[str] = (),
) -> tuple[Traits, ...]:
    """
    Read the projects that point at no customer that is there.

    Args:
        projects: Any projects; those with a known customer are passed over.
        customers: The customers that are there.
        rules: Where a project may name its customer. Its external references count always.
        ignored: Domains that never count.

    Returns:
        One mention per project that says anything of a customer, ids ascending.
    """
    ids = {customer.id for customer in customers}
    refs = {ref for customer in customers for ref in customer.external_refs}
    open_projects = sorted((each for each in projects if each.customer_id not in ids), key=lambda each: each.id)
    read = ((project, [text for rule in rules for text in rule.texts(project)]) for project in open_projects)
    return tuple(
        _mention(project, texts, ignored)
        for project, texts in read
        if texts or refs.intersection(project.external_refs) or _names_another_system(project)
    )


def _names_another_system(project: Project) -> bool:
    return any(ref.system != system_of(project) for ref in project.external_refs)


def _mention(project: Project, texts: Sequence[str], ignored: Collection[str]) -> Traits:
    forms = {text: name_forms(text) for text in texts}
    return Traits(
        record=Record(system_of(project), "project", project.id, project.name),
        is_mention=True,
        refs=frozenset(project.external_refs),
        domains=own_domains(texts, ignored),
        names=tuple(dict.fromkeys(form for found in forms.values() for form in found)),
        called=tuple(text for text, found in forms.items() if found and domain_of(text) is None),
    )


def _place_of(project: Project, place: str) -> tuple[str, ...]:
    if place == "labels":
        return project.labels
    text = project.customer_id if place == "customer_id" else project.name
    return () if text is None else (text,)
