"""
Bringing tables up to date with Alembic, which is imported only here and only when asked.

The revisions lie in `alignkit/sql/migrations`. The caller holds the lock, and where the engine can undo making tables
the transaction too, so that a failed revision leaves nothing behind.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

from alignkit.errors import MissingExtraError

__all__ = ["upgrade"]

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """
    Run the revisions that the database does not have yet.

    Raises:
        MissingExtraError: Alembic is not installed.
    """
    try:
        from alembic import command
        from alembic.config import Config
    except ImportError as error:
        raise MissingExtraError("migrate", "alembic") from error
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
