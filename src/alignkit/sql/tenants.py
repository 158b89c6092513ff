"""
Tenants: whose facts a store shows, and PostgreSQL's own watch over it.

The first wall is `alignkit.sql.lookups.Scope`, through which every statement goes. The second one is row-level
security, for databases whose owner runs `row_level_security`: then PostgreSQL itself refuses rows of another tenant.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from alignkit.errors import ValidationError
from alignkit.sql.tables import META, metadata
from alignkit.sql.types import LONGEST_TENANT

__all__ = ["checked_tenant", "enter", "row_level_security"]

SETTING: Final = "alignkit.tenant"
"""The setting of a transaction that row-level security goes by."""


def checked_tenant(tenant: str | None) -> str | None:
    """
    The tenant's name; None where there are no tenants.

    Raises:
        ValidationError: It is blank or too long.
    """
    if tenant is None:
        return None
    if not isinstance(tenant, str) or not tenant.strip() or "\0" in tenant or len(tenant) > LONGEST_TENANT:
        reason = f"expected a name of 1 to {LONGEST_TENANT} characters, got {tenant!r}"
        raise ValidationError(reason, entity="SqlStore", field="tenant", value=tenant)
    return tenant


def enter(connection: Connection, tenant: str | None) -> None:
    """Tell PostgreSQL whose transaction it is; forgotten at its end, so that a pool carries it to nobody."""
    if tenant is not None and connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config(:name, :tenant, true)"), {"name": SETTING, "tenant": tenant})


def row_level_security() -> tuple[str, ...]:
    """
    Statements that make PostgreSQL itself keep tenants apart, for the owner of the tables to run once.

    Also the owner is held to it. Roles with `BYPASSRLS` and superusers are not: let the application use neither.
    """
    found: list[str] = []
    for table in metadata.sorted_tables:
        if table is META:
            continue
        mine = f"tenant_id = current_setting('{SETTING}', true)"
        found += [
            f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table.name} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {table.name}_tenant ON {table.name} USING ({mine}) WITH CHECK ({mine})",
        ]
    return tuple(found)
