"""How Alembic runs our revisions: on the connection that the store hands over, with a version table of our own."""

from __future__ import annotations

from alembic import context

from alignkit.sql.schema import VERSION_TABLE
from alignkit.sql.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=connection.dialect.name in ("sqlite", "postgresql"),
)
with context.begin_transaction():
    context.run_migrations()
