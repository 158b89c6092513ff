"""
PostgreSQL's own signal that something was written, to wake a loop that would poll later.

A signal may be lost, and tells nothing of what was written: whoever is woken reads the journal from its cursor, as
polling does. Writers signal by a trigger that the owner of the tables makes once, so that nobody pays who does not ask.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import URL

from alignkit.errors import StoreError
from alignkit.sql.faults import translated
from alignkit.sql.tables import SEQUENCES

__all__ = ["NewsBell", "news_signals"]

CHANNEL: Final = "alignkit_news"


def news_signals() -> tuple[str, ...]:
    """Statements that make PostgreSQL signal every commit with journal entries, for the owner of the tables to run once."""
    body = f"BEGIN PERFORM pg_notify('{CHANNEL}', NEW.tenant_id); RETURN NEW; END"
    return (
        f"CREATE OR REPLACE FUNCTION {CHANNEL}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE OR REPLACE TRIGGER {CHANNEL} AFTER UPDATE ON {SEQUENCES.name} FOR EACH ROW EXECUTE FUNCTION {CHANNEL}()",
    )


class NewsBell:
    """
    Waits for the signal of a commit, on a connection of its own. Use it by `with`.

        with NewsBell(url) as bell:
            while running:
                bell.wait(seconds=30)
                monitor.catch_up(now=clock())

    Args:
        url: Of a PostgreSQL database on which `news_signals` were run.
        tenant: Whose commits ring; None in a database without tenants.

    Raises:
        StoreError: It is no PostgreSQL database with the driver psycopg, or it is out of reach.
    """

    def __init__(self, url: str | URL, *, tenant: str | None = None) -> None:
        checked = make_url(url)
        if checked.get_backend_name() != "postgresql" or checked.get_driver_name() != "psycopg":
            reason = f"only postgresql+psycopg signals, not {checked.drivername}; poll instead"
            raise StoreError(reason, operation="listen")
        self._tenant = tenant or ""
        self._engine = create_engine(checked, isolation_level="AUTOCOMMIT", pool_size=1)
        with translated("listen"):
            self._connection = self._engine.connect()
            self._connection.exec_driver_sql(f"LISTEN {CHANNEL}")

    def wait(self, *, seconds: float) -> bool:
        """
        Wait until something was committed, at most so long.

        Returns:
            Whether the bell rang; read the journal either way.
        """
        driver: Any = self._connection.connection.driver_connection
        return any(signal.payload == self._tenant for signal in driver.notifies(timeout=seconds, stop_after=1))

    def close(self) -> None:
        """Let the connection go."""
        self._connection.close()
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None, /
    ) -> None:
        self.close()
