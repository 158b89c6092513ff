"""
Whether a database holds our tables, of which release, and making them where there are none.

Refuses what it does not know. Tables are made under a lock, so that processes that start together do not meet;
changing the tables of an earlier release is Alembic's work (`alignkit.sql.migrating`).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Literal

import attrs
from sqlalchemy import Column, Connection, MetaData, String, Table, insert, inspect, select, text

from alignkit.errors import (
    SchemaError,
    SchemaForeignError,
    SchemaMissingError,
    SchemaTooNewError,
    SchemaTooOldError,
    SchemaUnfinishedError,
    StoreUnavailableError,
    TenantError,
    ValidationError,
)
from alignkit.sql.engines import PATIENCE, Database
from alignkit.sql.faults import translated
from alignkit.sql.tables import HEAD, META, create_tables, metadata

__all__ = ["VERSION_TABLE", "Migrate", "Schema", "opened", "schema_of"]

Migrate = Literal["never", "empty-only", "auto"]
"""What opening does to a database: nothing, make the tables where there are none, or bring them up to date too."""

VERSION_TABLE: Final = "alignkit_alembic_version"
"""Where the revision stands; a table of our own, so that a host's Alembic and ours do not meet."""

EARLIER: Final[tuple[str, ...]] = ("0001", "0002", "0003", "0004", "0005")
"""Revisions before the newest."""

LOCK: Final = 0x616C69676E6B6974
"""Key of PostgreSQL's advisory lock: `alignkit` in ASCII."""

_HOW: Final = "run python -c \"from alignkit.sql import SqlStore; SqlStore.open(URL, migrate='auto')\""

_version: Final = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32), primary_key=True))


@attrs.frozen
class Schema:
    """
    What a database holds.

    Attributes:
        tables: Names of our tables that are there.
        revision: What the version table says; empty when there is none.
    """

    tables: frozenset[str]
    revision: str

    @property
    def is_empty(self) -> bool:
        """Whether nothing of ours is there."""
        return not self.tables and not self.revision

    @property
    def is_current(self) -> bool:
        """Whether everything of this release is there."""
        return self.revision == HEAD and self.tables == set(metadata.tables)


def schema_of(connection: Connection) -> Schema:
    """What the database holds of ours."""
    names = _names(connection)
    revision = ""
    if VERSION_TABLE in names:
        rows = connection.execute(select(_version.c.version_num)).all()
        revision = ",".join(sorted(row[0] for row in rows))
    return Schema(frozenset(metadata.tables) & names, revision)


def _names(connection: Connection) -> frozenset[str]:
    if connection.dialect.name == "duckdb":  # its dialect cannot reflect on this version
        found = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
        return frozenset(row[0] for row in connection.execute(text(found)))
    return frozenset(inspect(connection).get_table_names())


def _columns(connection: Connection, table: str) -> frozenset[str]:
    if connection.dialect.name == "duckdb":
        found = text(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = :name"
        )
        return frozenset(row[0] for row in connection.execute(found, {"name": table}))
    return frozenset(column["name"] for column in inspect(connection).get_columns(table))


def opened(database: Database, migrate: Migrate, tenant: str | None) -> Mapping[str, str]:
    """
    Make sure that the tables are there and ours to use.

    Returns:
        The rows of `ak_meta`.

    Raises:
        SchemaError: They are not, or are another release's; the message says what to do.
        TenantError: A tenant is missing, or one too many.
    """
    if migrate not in ("never", "empty-only", "auto"):
        reason = f"expected 'never', 'empty-only' or 'auto', got {migrate!r}"
        raise ValidationError(reason, entity="SqlStore", field="migrate", value=migrate)
    with database.reading() as connection:
        found = schema_of(connection)
        if found.is_current:
            return _facts(connection, tenant)
        if migrate == "never":
            raise _refused(found, connection)
    # Whatever was found may be the half of what another process is making: judged again when it is done.
    with _alone(database) as connection:
        found = schema_of(connection)
        if not found.is_current:
            if not _may_change(found, migrate) or _is_foreign(found, connection):
                raise _refused(found, connection)
            if found.is_empty and (migrate == "empty-only" or database.dialect == "duckdb"):
                _create(connection)
            else:
                from alignkit.sql.migrating import upgrade

                upgrade(connection)
        _founded(connection, tenant)
        return _facts(connection, tenant)


def _may_change(found: Schema, migrate: Migrate) -> bool:
    if found.is_empty:
        return True
    return migrate == "auto" and found.revision in ("", *EARLIER)


def _is_foreign(found: Schema, connection: Connection) -> bool:
    """Whether a table of our name is not ours; only asked when no revision is there to tell."""
    if found.revision:
        return False
    return any(not set(metadata.tables[name].c.keys()) <= _columns(connection, name) for name in found.tables)


def _refused(found: Schema, connection: Connection) -> SchemaError:
    facts = {"found": found.revision, "expected": HEAD}
    if found.is_empty:
        return SchemaMissingError(
            "the database holds no tables of alignkit; open it with migrate='empty-only' to make them", **facts
        )
    if _is_foreign(found, connection):
        names = ", ".join(sorted(found.tables))
        reason = f"{names} are there, but are not alignkit's; give it a database or schema of its own"
        return SchemaForeignError(reason, **facts)
    if found.revision in EARLIER:
        reason = (
            f"the tables are those of revision {found.revision}, this release needs {HEAD}; take a backup, then {_HOW}"
        )
        return SchemaTooOldError(reason, **facts)
    if found.revision not in ("", HEAD):
        reason = (
            f"the tables are those of revision {found.revision}, which this release does not know; upgrade alignkit"
        )
        return SchemaTooNewError(reason, **facts)
    missing = ", ".join(sorted(set(metadata.tables) - found.tables)) or "the revision"
    reason = f"{missing} is missing: making or migrating the tables was interrupted; {_HOW}, or restore a backup"
    return SchemaUnfinishedError(reason, **facts)


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """A transaction in which no other process makes tables; committed at the end."""
    transaction = database.writing()
    connection = transaction.connection
    if database.is_mariadb and not transaction.is_ours:
        transaction.rollback()
        reason = "MariaDB would commit the host's transaction when tables are made; open the store on an engine first"
        raise SchemaMissingError(reason, expected=HEAD)
    try:
        with translated("make tables"):
            _lock(connection, database)
            try:
                yield connection
            finally:
                if database.is_mariadb:
                    connection.execute(text("SELECT RELEASE_LOCK(CONCAT('alignkit.', DATABASE()))"))
            transaction.commit()
    except BaseException:
        transaction.rollback()
        raise


def _lock(connection: Connection, database: Database) -> None:
    if database.dialect == "postgresql":
        connection.execute(select(text(f"pg_advisory_xact_lock({LOCK})")))
    elif database.is_mariadb:
        # It outlives the commits that MariaDB makes of its own around each table.
        asked = text("SELECT GET_LOCK(CONCAT('alignkit.', DATABASE()), :patience)")
        if connection.execute(asked, {"patience": PATIENCE}).scalar() != 1:
            reason = f"another process was not done making tables within {PATIENCE:g} s"
            raise StoreUnavailableError(reason, operation="make tables")


def _create(connection: Connection) -> None:
    create_tables(connection)
    _version.create(connection, checkfirst=False)
    connection.execute(insert(_version).values(version_num=HEAD))


def _founded(connection: Connection, tenant: str | None) -> None:
    known = {row[0] for row in connection.execute(select(META.c.name))}
    facts = {"store": uuid.uuid4().hex[:12], "tenancy": "one" if tenant is None else "many"}
    rows: list[dict[str, Any]] = [{"name": name, "value": value} for name, value in facts.items() if name not in known]
    if rows:
        connection.execute(insert(META), rows)


def _facts(connection: Connection, tenant: str | None) -> Mapping[str, str]:
    facts: dict[str, str] = {row[0]: row[1] for row in connection.execute(select(META.c.name, META.c.value))}
    if "store" not in facts or "tenancy" not in facts:
        raise SchemaUnfinishedError(f"ak_meta is empty: making the tables was interrupted; {_HOW}", expected=HEAD)
    if facts["tenancy"] == "many" and tenant is None:
        raise TenantError("this database is kept by tenant; open it with tenant=...", operation="open")
    if facts["tenancy"] == "one" and tenant is not None:
        reason = "this database is one company's, kept without tenants; open it without tenant"
        raise TenantError(reason, operation="open")
    return facts
