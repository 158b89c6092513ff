"""
Policies over tables of a distributed engine, in place: Apache Spark and Sail, over Spark Connect.

`bind_spark` gives facts that `Policy.assess` takes like any others; another engine needs a `SqlRunner`. Nothing here
writes a table: state stays in a store.
"""

from __future__ import annotations

from alignkit.sql.distributed.binding import bind_runner, bind_spark
from alignkit.sql.distributed.dialect import SparkDialect, Statement
from alignkit.sql.distributed.runner import Fetched, SqlRunner
from alignkit.sql.distributed.session import Hold, SparkRunner
from alignkit.sql.distributed.tables import DistributedTables

__all__ = [
    "DistributedTables",
    "Fetched",
    "Hold",
    "SparkDialect",
    "SparkRunner",
    "SqlRunner",
    "Statement",
    "bind_runner",
    "bind_spark",
]
