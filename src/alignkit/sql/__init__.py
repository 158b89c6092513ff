"""
Facts in a database: everything that knows SQLAlchemy.

`SqlStore` keeps facts on SQLite, PostgreSQL, MariaDB and DuckDB; what a store promises is `alignkit.stores`'.
"""

from __future__ import annotations

from alignkit.sql.autogenerate import include_object
from alignkit.sql.bound import BoundTables, bind, bind_frames
from alignkit.sql.distributed import bind_spark
from alignkit.sql.store import SqlStore
from alignkit.sql.tables import metadata
from alignkit.sql.tenants import row_level_security
from alignkit.sql.waking import NewsBell, news_signals

__all__ = [
    "BoundTables",
    "NewsBell",
    "SqlStore",
    "bind",
    "bind_frames",
    "bind_spark",
    "include_object",
    "metadata",
    "news_signals",
    "row_level_security",
]
