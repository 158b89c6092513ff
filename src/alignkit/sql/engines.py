"""
Where the database is, and how a transaction on it begins and ends.

Owns the differences between engines in that, and between a database that is ours to open and a host's engine or
connection. Nothing that the host began is committed or rolled back here: inside it we stay within a savepoint.
"""

from __future__ import annotations

import os
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, Select, create_engine, event, exc, make_url
from sqlalchemy.engine import URL
from sqlalchemy.pool import QueuePool

from alignkit.errors import MissingExtraError, StoreError, StoreUnavailableError, ValidationError
from alignkit.sql.faults import translated

__all__ = ["DIALECTS", "Database", "Durability", "Transaction"]

Durability = Literal["full", "normal"]
"""Whether a commit on SQLite outlives a power failure (`"full"`) or only the end of the process (`"normal"`)."""

DIALECTS: Final = {
    "sqlite": "sqlite",
    "postgresql": "postgres",
    "mysql": "mariadb",
    "mariadb": "mariadb",
    "duckdb": "duckdb",
}
"""SQLAlchemy's names of the engines that stores run on, and the extra that brings the driver of each."""

PATIENCE: Final = 30.0
"""Seconds that a writer waits for another one."""

_locks: dict[str, threading.Lock] = {}
_locks_lock: Final = threading.Lock()


class Transaction:
    """
    One transaction (or savepoint) and its connection; over after `commit` or `rollback`, which let the connection go.

    Attributes:
        connection: To run statements on.
        is_ours: Whether `commit` makes writes last; else that is the host's.
    """

    def __init__(self, connection: Connection, ending: Any, *, is_ours: bool, closes: bool, lock: Any = None) -> None:
        self.connection = connection
        self.is_ours = is_ours
        self._ending = ending
        self._closes = closes
        self._lock = lock

    def commit(self) -> None:
        """Make it last; rolled back when that fails."""
        try:
            self._ending.commit()
        except BaseException:
            self.rollback()
            raise
        self._release()

    def rollback(self) -> None:
        """Undo it."""
        try:
            if self._ending is not None and self._ending.is_active:
                self._ending.rollback()
        finally:
            self._release()

    def _release(self) -> None:
        self._ending = None
        if self._closes:
            self.connection.close()
        if self._lock is not None:
            self._lock.release()
            self._lock = None


class Database:
    """
    A database that a store works on.

    Args:
        where: A URL, or the host's engine or connection.
        durability: Of commits on an SQLite database that is opened here.

    Raises:
        StoreError: It is no engine that stores run on.
        MissingExtraError: The driver is not installed.
    """

    def __init__(self, where: str | URL | Engine | Connection, *, durability: Durability = "full") -> None:
        self._connection = where if isinstance(where, Connection) else None
        self._is_ours = isinstance(where, (str, URL))
        if isinstance(where, Connection):
            self.engine = where.engine
        elif isinstance(where, Engine):
            self.engine = where
        elif self._is_ours:
            self.engine = _opened(where, durability)
        else:
            reason = f"expected a URL, an Engine or a Connection, got {type(where).__name__}"
            raise ValidationError(reason, entity="SqlStore", field="where", value=where)
        self.dialect = self.engine.dialect.name
        if self.dialect not in DIALECTS:
            known = ", ".join(dict.fromkeys(DIALECTS))
            raise StoreError(f"stores run on {known}, not on {self.dialect}", operation="open")
        self._process = os.getpid()

    def __repr__(self) -> str:
        return repr(self.engine.url)

    @property
    def is_mariadb(self) -> bool:
        """Whether it is MariaDB, under either of SQLAlchemy's names."""
        return self.dialect in ("mysql", "mariadb")

    def close(self) -> None:
        """Close what was opened here."""
        if self._is_ours:
            self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which every statement sees the same moment; nothing is written on it."""
        if self._connection is not None and self._connection.in_transaction():
            with translated("read"):
                yield self._connection
            return
        with translated("read"):
            transaction = self._begun(is_writer=False)
        try:
            with translated("read"):
                yield transaction.connection
        finally:
            with translated("read"):
                transaction.rollback()

    def writing(self) -> Transaction:
        """A transaction to write in; on the host's connection, when that has begun one, a savepoint."""
        with translated("begin"):
            if self._connection is not None and self._connection.in_transaction():
                return self._saved(self._connection)
            return self._begun(is_writer=True)

    def is_locked(self, row: Select[Any]) -> bool:
        """
        Whether somebody's transaction keeps others from writing just now.

        Args:
            row: What selects the row that writers lock; where the engine locks everything at once it is not used.
        """
        if self.dialect == "duckdb":
            return self._lock().locked()
        if self.dialect == "sqlite" and _is_in_memory(self.engine.url):
            return False  # everybody takes turns on the one connection: whoever can ask is alone
        self._after_fork()
        with translated("read"), self.engine.connect() as connection:
            if self.dialect != "sqlite":
                with connection.begin():
                    return connection.execute(row.with_for_update(skip_locked=True)).first() is None
            connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            try:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
            except exc.OperationalError:
                return True
            finally:
                connection.rollback()
                connection.exec_driver_sql(f"PRAGMA busy_timeout = {PATIENCE * 1000:.0f}")
            return False

    def _begun(self, *, is_writer: bool) -> Transaction:
        self._after_fork()
        lock = self._lock() if is_writer and self.dialect == "duckdb" else None
        if lock is not None and not lock.acquire(timeout=PATIENCE):
            raise StoreUnavailableError(f"another writer was not done within {PATIENCE:g} s", operation="begin")
        connection = self._connection
        try:
            connection = self._connection or self._connected(is_writer=is_writer)
            ending = connection.begin()
            self._isolate(connection, is_writer=is_writer)
        except BaseException:
            if connection is not None and connection is not self._connection:
                connection.close()
            elif connection is not None:
                connection.rollback()
            if lock is not None:
                lock.release()
            raise
        return Transaction(connection, ending, is_ours=True, closes=connection is not self._connection, lock=lock)

    def _connected(self, *, is_writer: bool) -> Connection:
        connection = self.engine.connect()
        if self.dialect != "postgresql":
            return connection
        # The driver says so with BEGIN, which saves statements of their own; the pool takes it back.
        level = "READ COMMITTED" if is_writer else "REPEATABLE READ"
        return connection.execution_options(isolation_level=level, postgresql_readonly=not is_writer)

    def _isolate(self, connection: Connection, *, is_writer: bool) -> None:
        if self.dialect == "sqlite":
            # The driver begins with the first write, which is too late for a snapshot and too late to wait in line.
            if not _driver_of(connection).in_transaction:
                connection.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")
        elif self.dialect == "postgresql":
            if self._connection is not None:
                level = "READ COMMITTED" if is_writer else "REPEATABLE READ READ ONLY"
                connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {level}")
            if not self._is_ours:
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = {PATIENCE * 1000:.0f}")
        elif self.is_mariadb:
            level = "READ COMMITTED" if is_writer else "REPEATABLE READ"
            connection.exec_driver_sql(f"SET TRANSACTION ISOLATION LEVEL {level}")

    def _saved(self, connection: Connection) -> Transaction:
        if self.dialect == "duckdb":
            reason = "DuckDB has no savepoints; commit first, or hand in the engine"
            raise StoreError(reason, operation="begin")
        if self.dialect == "sqlite" and not _driver_of(connection).in_transaction:
            # Without a transaction around it, releasing the savepoint would commit.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        return Transaction(connection, connection.begin_nested(), is_ours=False, closes=False)

    def _after_fork(self) -> None:
        if self._is_ours and os.getpid() != self._process:
            self.engine.dispose(close=False)
            self._process = os.getpid()

    def _lock(self) -> threading.Lock:
        """What writers of this DuckDB database take turns by; only one process can have it open to write."""
        name = self.engine.url.database or str(id(self.engine))
        key = name if name.startswith(":memory:") else os.path.realpath(name)
        with _locks_lock:
            return _locks.setdefault(key, threading.Lock())


def _driver_of(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _opened(where: str | URL, durability: Durability) -> Engine:
    if durability not in ("full", "normal"):
        reason = f"expected 'full' or 'normal', got {durability!r}"
        raise ValidationError(reason, entity="SqlStore", field="durability", value=durability)
    try:
        url = make_url(where)
        name = url.get_backend_name()
    except exc.ArgumentError as error:
        raise StoreError(f"no database URL: {error}", operation="open") from None
    if name not in DIALECTS:
        known = ", ".join(dict.fromkeys(DIALECTS))
        raise StoreError(f"stores run on {known}, not on {name}", operation="open")
    options: dict[str, Any] = {}
    if name == "sqlite":
        options = _sqlite_options(url)
    elif name == "duckdb" and url.database in (None, "", ":memory:"):
        # Each connection to ":memory:" would be a database of its own.
        url = url.set(database=f":memory:alignkit-{uuid.uuid4().hex}")
    try:
        engine = create_engine(url, **options)
    except (ImportError, exc.NoSuchModuleError) as error:
        library = getattr(error, "name", None) or url.drivername
        raise MissingExtraError(DIALECTS[name], library) from error
    if name == "sqlite":
        _prepare_sqlite(engine, durability)
    elif name == "postgresql":
        event.listen(engine, "connect", _be_patient)
    return engine


def _be_patient(connection: Any, record: object) -> None:
    """Let a PostgreSQL connection of ours wait for a lock as long as for any writer."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"SET lock_timeout = {PATIENCE * 1000:.0f}")
    finally:
        cursor.close()
    connection.commit()


def _is_in_memory(url: URL) -> bool:
    return url.database in (None, "", ":memory:")


def _sqlite_options(url: URL) -> dict[str, Any]:
    options: dict[str, Any] = {"connect_args": {"timeout": PATIENCE}}
    if _is_in_memory(url):
        # One connection is the database: everybody takes turns on it.
        options["connect_args"]["check_same_thread"] = False
        options |= {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": PATIENCE}
    return options


def _prepare_sqlite(engine: Engine, durability: Durability) -> None:
    is_file = not _is_in_memory(engine.url)

    def prepare(connection: Any, record: object) -> None:
        cursor = connection.cursor()
        try:
            cursor.execute("PRAGMA foreign_keys = ON")
            if is_file:
                cursor.execute("PRAGMA journal_mode = WAL")
                cursor.execute(f"PRAGMA synchronous = {'FULL' if durability == 'full' else 'NORMAL'}")
        finally:
            cursor.close()

    event.listen(engine, "connect", prepare)
