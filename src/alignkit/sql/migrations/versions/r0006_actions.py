"""
The tables of overrides and of calls to action.

The statements are kept as text, one file for each engine, because this revision must make the same tables for ever.
"""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; what an interrupted run has made already is left as it is."""
    dialect = op.get_bind().dialect.name
    name = "mariadb" if dialect == "mysql" else dialect
    text = (Path(__file__).parents[1] / "actions" / f"{name}.sql").read_text(encoding="utf-8")
    for statement in text.split(";\n"):
        if statement.strip():
            op.get_bind().exec_driver_sql(statement)
