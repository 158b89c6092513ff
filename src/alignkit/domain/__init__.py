"""
The facts of the trade: frozen values, checked when made, that know no machinery.

Imports `attrs` and `alignkit.errors` only.
"""

from __future__ import annotations

from typing import Final

from alignkit.domain.change import Change, Duplicate
from alignkit.domain.custom import Custom, CustomField, CustomValue
from alignkit.domain.customer import Contact, Customer
from alignkit.domain.interaction import Interaction, Need, Opportunity
from alignkit.domain.money import Exchange, Money
from alignkit.domain.objective import CheckIn, Contribution, Objective
from alignkit.domain.project import Project, Task
from alignkit.domain.reference import ExternalRef
from alignkit.domain.rule import AlignmentRule

__all__ = [
    "COLLECTIONS",
    "REFERENCES",
    "AlignmentRule",
    "Change",
    "CheckIn",
    "Contact",
    "Contribution",
    "Custom",
    "CustomField",
    "CustomValue",
    "Customer",
    "Duplicate",
    "Entity",
    "Exchange",
    "ExternalRef",
    "Interaction",
    "Money",
    "Need",
    "Objective",
    "Opportunity",
    "Project",
    "Task",
]

Entity = (
    Customer
    | Contact
    | Project
    | Objective
    | Contribution
    | CheckIn
    | Interaction
    | Need
    | Opportunity
    | Task
    | Change
    | Duplicate
)
"""Any fact that a portfolio holds."""

COLLECTIONS: Final[dict[str, type[Entity]]] = {
    "customers": Customer,
    "contacts": Contact,
    "projects": Project,
    "objectives": Objective,
    "contributions": Contribution,
    "check_ins": CheckIn,
    "interactions": Interaction,
    "needs": Need,
    "opportunities": Opportunity,
    "tasks": Task,
    "changes": Change,
    "duplicates": Duplicate,
}
"""The collections of a portfolio and what they hold; a collection's kind is the singular."""

REFERENCES: Final[dict[str, dict[str, str]]] = {
    "customers": {},
    "contacts": {"customer_id": "customers"},
    "projects": {"customer_id": "customers"},
    "objectives": {"customer_id": "customers", "parent_id": "objectives"},
    "contributions": {"project_id": "projects", "objective_id": "objectives"},
    "check_ins": {"objective_id": "objectives"},
    "interactions": {
        "customer_id": "customers",
        "contact_id": "contacts",
        "project_id": "projects",
        "objective_id": "objectives",
        "need_id": "needs",
    },
    "needs": {
        "customer_id": "customers",
        "project_id": "projects",
        "task_id": "tasks",
        "objective_id": "objectives",
    },
    "opportunities": {"customer_id": "customers", "project_id": "projects"},
    "tasks": {
        "project_id": "projects",
        "objective_id": "objectives",
        "need_id": "needs",
        "parent_id": "tasks",
    },
    "changes": {"customer_id": "customers", "project_id": "projects"},
    "duplicates": {"customer_id": "customers", "project_id": "projects", "objective_id": "objectives"},
}
"""For each collection, the fields that point at another fact, and the collection they point into."""
