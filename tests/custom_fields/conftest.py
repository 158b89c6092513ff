"""The engines of the stores' tests, for custom fields too."""

from __future__ import annotations

from tests.sql.conftest import database, empty_url, engine, wipe

__all__ = ["database", "empty_url", "engine", "wipe"]
