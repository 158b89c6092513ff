"""What a host's own Alembic has to know, so that it does not take our tables for its own, and drops none of them."""

from __future__ import annotations

from typing import Any

from alignkit.sql.schema import VERSION_TABLE
from alignkit.sql.tables import metadata

__all__ = ["include_object"]


def include_object(item: Any, name: str | None, type_: str, reflected: bool, compare_to: Any, /) -> bool:
    """
    For `context.configure(include_object=...)` in a host's `env.py`: False for our tables and everything in them.

    Without it `alembic revision --autogenerate` would drop our tables, which the host's metadata does not know. A host
    that has a filter of its own asks both: `include_object=lambda *of: mine(*of) and alignkit.sql.include_object(*of)`.

    Args:
        item: A table, column, index or constraint.
        name: Its name.
        type_: What it is, such as `"table"`.
        reflected: Whether it was found in the database.
        compare_to: What it is compared with.
    """
    table = name if type_ == "table" else getattr(getattr(item, "table", None), "name", None)
    return table not in metadata.tables and table != VERSION_TABLE
