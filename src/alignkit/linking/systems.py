"""Which system a fact comes from, and which systems are a CRM."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alignkit.domain import Customer, Project

__all__ = ["CRM_SYSTEMS", "HOST", "in_authority", "system_of"]

CRM_SYSTEMS: Final[tuple[str, ...]] = (
    "crm", "salesforce", "hubspot", "dynamics", "pipedrive", "zoho", "suitecrm", "odoo", "sugarcrm", "ofbiz", "moqui",
)  # fmt: skip
"""Systems whose customers are records of their own; those of any other system only mention one."""

HOST: Final = "host"
"""The system of a customer without external references: the host application itself."""


def system_of(fact: Customer | Project) -> str:
    """Name the system a fact comes from: that of its first external reference, its own; `HOST` when it has none."""
    return fact.external_refs[0].system if fact.external_refs else HOST


def in_authority(systems: Sequence[str], crm: Sequence[str] = CRM_SYSTEMS) -> tuple[str, ...]:
    """Order systems: those of `crm` as listed there, then the host, then the others by name."""
    order = (*crm, HOST)
    return tuple(sorted(set(systems), key=lambda name: (order.index(name) if name in order else len(order), name)))
