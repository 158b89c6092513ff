"""
Facts in a database: everything that knows SQLAlchemy.

`SqlStore` keeps facts on SQLite, PostgreSQL, MariaDB and DuckDB; what a store promises is `alignkit.stores`'.
"""

from __future__ import annotations

from alignkit.sql.store import SqlStore
from alignkit.sql.tables import metadata
from alignkit.sql.tenants import row_level_security

__all__ = ["SqlStore", "metadata", "row_level_security"]
