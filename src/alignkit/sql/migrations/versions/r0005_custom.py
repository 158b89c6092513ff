"""
The column of custom values in every table of facts.

The statements are kept as text, one file for each engine, because this revision must make the same tables for ever.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op
from sqlalchemy import inspect

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns; those that an interrupted run has made already are left as they are."""
    dialect = op.get_bind().dialect.name
    name = "mariadb" if dialect == "mysql" else dialect
    text = (Path(__file__).parents[1] / "custom" / f"{name}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip() and not _is_done(statement.split()[2]):
            op.get_bind().exec_driver_sql(statement)


def _is_done(table: str) -> bool:
    return any(column["name"] == "custom" for column in inspect(op.get_bind()).get_columns(table))
