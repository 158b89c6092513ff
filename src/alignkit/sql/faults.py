"""
What drivers raise, as errors of alignkit: no exception of a driver or of SQLAlchemy leaves this package.

Owns which faults may pass when the same transaction is tried again: those that say that two of them met.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import exc

from alignkit.errors import StoreError, StoreUnavailableError

__all__ = ["ATTEMPTS", "is_duplicate", "is_meeting", "translated"]

ATTEMPTS: Final = 5
"""How often a transaction is begun before its meeting with others is an error."""

_POSTGRESQL: Final = frozenset({"40001", "40P01"})
_MARIADB: Final = frozenset({1020, 1213})
_SQLITE_BUSY: Final = 5


def is_meeting(error: BaseException | None) -> bool:
    """Whether two transactions met (serialisation failure, deadlock, lock taken), so that trying again may help."""
    if not isinstance(error, exc.DBAPIError):
        return False
    cause: Any = error.orig
    if getattr(cause, "sqlstate", None) in _POSTGRESQL:
        return True
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return bool(code & 0xFF == _SQLITE_BUSY)
    if type(cause).__module__.startswith("pymysql"):
        return bool(cause.args and cause.args[0] in _MARIADB)
    return type(cause).__name__ == "TransactionException" and "onflict on" in str(cause)


def is_duplicate(error: BaseException) -> bool:
    """Whether a key is taken."""
    if not isinstance(error, exc.DBAPIError):
        return False
    return isinstance(error, exc.IntegrityError) or type(error.orig).__name__ == "ConstraintException"


@contextmanager
def translated(operation: str) -> Iterator[None]:
    """
    Run a block whose faults from below become errors of alignkit, with the driver's own as cause.

    Raises:
        StoreUnavailableError: The database is out of reach, full, read-only or locked.
        StoreError: Anything else that it refused.
    """
    try:
        yield
    except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
        raise StoreUnavailableError(_said(error), operation=operation) from error
    except exc.SQLAlchemyError as error:
        if is_meeting(error):
            raise StoreUnavailableError(_said(error), operation=operation) from error
        raise StoreError(_said(error), operation=operation) from error


def _said(error: exc.SQLAlchemyError) -> str:
    """The first line of what the driver said, without statement or values: those may hold what nobody should log."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    return str(cause).strip().partition("\n")[0] or type(cause).__name__
