"""
The adapter for sessions of Spark Connect: Apache Spark, Sail, and whatever else speaks the protocol.

Owns how stages are held there. Spark puts the text of a view into every statement that reads it, so that a policy's
plan would grow without bound; a stage is worked out once and cut off from what it was made of.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal, get_args

import attrs

from alignkit.errors import MissingExtraError, StoreError, StoreUnavailableError, ValidationError
from alignkit.sql.distributed.dialect import SPARK, SparkDialect, Statement
from alignkit.sql.distributed.runner import Fetched

__all__ = ["Hold", "SparkRunner"]

Hold = Literal["executors", "checkpoint", "client"]
"""
Where stages wait for the ones that read them: in two executors each, in the cluster's checkpoint directory, or here
(they are fetched and sent back; a stage has one row for each subject).
"""

_HOLDS: Final[tuple[Hold, ...]] = get_args(Hold)


def _levels() -> Any:
    try:
        from pyspark import StorageLevel
    except ImportError as error:
        raise MissingExtraError("spark", "pyspark-client") from error
    return StorageLevel


@attrs.define(eq=False)
class SparkRunner:
    """
    Runs statements in a session of Spark Connect.

    Attributes:
        session: A `pyspark.sql.SparkSession`; its settings are left alone.
        keeping: Where stages are held; None takes the first way that the engine has.
    """

    session: Any
    keeping: Hold | None = None

    def __attrs_post_init__(self) -> None:
        _levels()
        if not all(hasattr(self.session, name) for name in ("sql", "table", "createDataFrame")):
            reason = f"expected a SparkSession, got {type(self.session).__name__}"
            raise ValidationError(reason, entity="bind_spark", field="session", value=self.session)
        if self.keeping is not None and self.keeping not in _HOLDS:
            reason = f"expected one of {', '.join(_HOLDS)}, got {self.keeping!r}"
            raise ValidationError(reason, entity="bind_spark", field="hold", value=self.keeping)

    @property
    def dialect(self) -> SparkDialect:
        """For which statements are compiled."""
        return SPARK

    def source(self, name: str, given: Any, /) -> Mapping[str, str]:
        """A temporary view of a table, given by its name, or of a data frame of the session."""
        with reported():
            frame = self.session.table(given) if isinstance(given, str) else given
            if not hasattr(frame, "createOrReplaceTempView"):
                reason = f"expected the name of a table or a data frame of the session, got {type(given).__name__}"
                raise ValidationError(reason, entity="bind_spark", field="tables", value=given)
            frame.createOrReplaceTempView(name)
            return {field.name: field.dataType.simpleString() for field in frame.schema.fields}

    def fetch(self, statement: Statement, /) -> Fetched:
        """Rows by column, by way of Arrow."""
        with reported():
            rows = self._frame(statement).toArrow()
        return Fetched(rows.column_names, [values.to_pylist() for values in rows.columns])

    def view(self, name: str, statement: Statement, /) -> None:
        """A temporary view of the session."""
        with reported():
            self._frame(statement).createOrReplaceTempView(name)

    def hold(self, name: str, statement: Statement, /) -> None:
        """A temporary view of rows that were worked out."""
        with reported():
            self._held(self._frame(statement)).createOrReplaceTempView(name)

    def forget(self, name: str, /) -> None:
        """Drop a view."""
        with reported():
            self.session.catalog.dropTempView(name)

    def _frame(self, statement: Statement) -> Any:
        return self.session.sql(statement.text, args=statement.values or None)

    def _held(self, frame: Any) -> Any:
        if self.keeping is not None:
            return self._kept(frame, self.keeping)
        for way in _HOLDS[:-1]:
            try:
                found = self._kept(frame, way)
            except _spark_errors() as error:
                if "checkpoint" not in str(error).lower():
                    raise
            else:
                self.keeping = way
                return found
        self.keeping = _HOLDS[-1]
        return self._kept(frame, self.keeping)

    def _kept(self, frame: Any, way: Hold) -> Any:
        if way == "executors":
            return frame.localCheckpoint(eager=True, storageLevel=_levels().MEMORY_AND_DISK_2)
        if way == "checkpoint":
            return frame.checkpoint(eager=True)
        rows = frame.toArrow()
        # of no rows, the client cannot tell the types
        return self.session.createDataFrame(rows, None if rows.num_rows else frame.schema)


def _spark_errors() -> tuple[type[BaseException], ...]:
    from pyspark.errors import PySparkException

    return (PySparkException,)


@contextmanager
def reported() -> Iterator[None]:
    """
    Let no exception of pyspark out.

    Raises:
        StoreUnavailableError: The server does not answer.
        StoreError: The engine refused; its own words are in the message, the exception is the cause.
    """
    try:
        yield
    except _spark_errors() as error:
        words = next((line for line in str(error).splitlines() if line.strip()), "")[:300]
        kind = type(error).__name__
        is_silent = kind == "RetriesExceeded" or "StatusCode.UNAVAILABLE" in str(error)
        found = StoreUnavailableError if is_silent else StoreError
        raise found(f"{kind}: {words}", operation="judge") from error
