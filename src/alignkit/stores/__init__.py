"""
Keeping facts: what a store promises (`protocols`), and the store in memory that is the reference.

Knows no database; stores on SQL are `alignkit.sql`'s.
"""

from __future__ import annotations

from alignkit.stores.memory import MemoryStore
from alignkit.stores.protocols import ReadRepository, Repository, Store, UnitOfWork
from alignkit.stores.runs import ImportRun, RunLedger, SourceState
from alignkit.stores.values import ChangePage, RecordedScore, Upserted

__all__ = [
    "ChangePage",
    "ImportRun",
    "MemoryStore",
    "ReadRepository",
    "RecordedScore",
    "Repository",
    "RunLedger",
    "SourceState",
    "Store",
    "UnitOfWork",
    "Upserted",
]
