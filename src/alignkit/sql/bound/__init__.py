"""
Policies over a host's own tables and data frames, in place.

`bind` takes one selectable for each collection, `bind_frames` one data frame; both give facts that `Policy.assess`
takes like any others. Nothing here writes.
"""

from __future__ import annotations

from alignkit.sql.bound.binding import bind
from alignkit.sql.bound.frames import bind_frames
from alignkit.sql.bound.tables import BoundTables

__all__ = ["BoundTables", "bind", "bind_frames"]
