"""
Data frames and Arrow tables as bound tables, scored by DuckDB in process.

Every frame becomes an Arrow table first, which copies nothing where the library already keeps Arrow's layout. DuckDB
reads these tables where they lie and is closed off from files, the network and other variables of the program.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    Engine,
    MetaData,
    Numeric,
    Select,
    String,
    Table,
    case,
    create_engine,
    event,
    exc,
    func,
    null,
    select,
)
from sqlalchemy.pool import StaticPool

from alignkit.errors import AlignkitError, MissingExtraError, PortfolioError, ValidationError
from alignkit.sql.bound.binding import bind
from alignkit.sql.bound.layout import slots_of
from alignkit.sql.bound.tables import BoundTables

__all__ = ["bind_frames"]

SETTINGS: Final = (
    "SET TimeZone = 'UTC'",
    "SET python_enable_replacements = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
)
"""Nothing but the registered tables can be read, and nobody can change that."""


def bind_frames(
    *,
    customers: Any = None,
    contacts: Any = None,
    projects: Any = None,
    objectives: Any = None,
    contributions: Any = None,
    check_ins: Any = None,
    interactions: Any = None,
    needs: Any = None,
    opportunities: Any = None,
    tasks: Any = None,
    changes: Any = None,
    duplicates: Any = None,
    currency: str | None = None,
    zone: str | None = None,
) -> BoundTables:
    """
    Bind data frames, to be scored by DuckDB in process.

    Columns are named as for `bind`. NaN, NaT and NULL are unknown. Categories are text; ids may be text or whole
    numbers. What could only be read with a loss (numbers as text, text as numbers, a number of fractions as an id,
    moments finer than a microsecond) is refused with the column and its type.

    Args:
        customers: Whom we serve: a frame of pandas or polars, an Arrow table, or anything else with the Arrow
            PyCapsule interface or known to narwhals; None (the default) says that they are unknown. So for every
            collection.
        contacts: People at customers.
        projects: Planned deliveries.
        objectives: Intended results.
        contributions: Which project serves which objective.
        check_ins: How objectives stood.
        interactions: Touches.
        needs: Wishes, complaints and promises.
        opportunities: Possible sales.
        tasks: Planned work.
        changes: Journal entries.
        duplicates: Suspected double efforts.
        currency: ISO 4217 code of the amounts that have no column for it.
        zone: IANA name of the zone of moments without one. None refuses them.

    Returns:
        Facts for `Policy.assess`, as they are now: a frame that is changed afterwards may or may not be seen changed.
        What DuckDB holds is let go of by `close`, at the end of a `with`, or with the last reference to it.

    Raises:
        MissingExtraError: An extra is missing: `duckdb`, or `frames`.
        PortfolioError: Columns are missing, unknown, or of a type that cannot be read exactly: all at once.
        ValidationError: The currency or the zone is none.
    """
    given = {
        "customers": customers,
        "contacts": contacts,
        "projects": projects,
        "objectives": objectives,
        "contributions": contributions,
        "check_ins": check_ins,
        "interactions": interactions,
        "needs": needs,
        "opportunities": opportunities,
        "tasks": tasks,
        "changes": changes,
        "duplicates": duplicates,
    }
    faults: list[AlignkitError] = []
    tables = {name: _arrow(name, frame, faults) for name, frame in given.items() if frame is not None}
    selects: dict[str, Any] = {}
    sound: dict[str, Any] = {}
    for name, table in tables.items():
        if table is not None:
            sound[name], selects[name] = _read(name, table, zone, faults)
    engine = _engine(sound)
    try:
        bound = bind(engine, **selects, currency=currency, zone=zone)
    except PortfolioError as error:
        raise PortfolioError([*faults, *error.faults]) from None
    if faults:
        raise PortfolioError(faults)
    return bound.closed_by(engine.dispose)


def _arrow(name: str, frame: Any, faults: list[AlignkitError]) -> Any:
    """The frame as an Arrow table; None after noting why it is none."""
    pa = _pyarrow()
    try:
        if isinstance(frame, pa.Table):
            return frame
        if hasattr(frame, "__arrow_c_stream__"):
            return pa.table(frame)
        return pa.table(_known_to_narwhals(frame))
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = f"expected a data frame that Arrow can hold, got {type(frame).__name__}: {_first_line(error)}"
        faults.append(ValidationError(reason, entity="bind_frames", field=name))
        return None


def _pyarrow() -> Any:
    try:
        import pyarrow as pa  # type: ignore[import-untyped]  # it ships no types
    except ImportError as error:
        raise MissingExtraError("frames", "pyarrow") from error
    return pa


def _known_to_narwhals(frame: Any) -> Any:
    try:
        import narwhals as nw
    except ImportError as error:
        raise MissingExtraError("frames", "narwhals") from error
    return nw.from_native(frame, eager_only=True).to_arrow()


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _read(name: str, table: Any, zone: str | None, faults: list[AlignkitError]) -> tuple[Any, Select[Any]]:
    """The table in types that DuckDB takes exactly, and the select that says what they are."""
    columns: dict[str, Any] = {}
    kinds: dict[str, Any] = {}
    known = slots_of(name)
    for place, key in enumerate(table.column_names):
        column = table.column(place)
        try:
            if key in columns:
                raise ValueError("appears twice")
            sort = known[key].sort if key in known else ""
            columns[key], kinds[key] = _taken(_sorted_out(column, sort), sort, zone)
        except ValueError as error:
            faults.append(ValidationError(f"{key} ({column.type}) {error}", entity="bind_frames", field=name))
            columns[key], kinds[key] = column.slice(0, 0), None
    pa = _pyarrow()
    unread = [key for key, kind in kinds.items() if kind is None]
    taken = pa.table({f"c{place}": column for place, (key, column) in enumerate(columns.items()) if key not in unread})
    host = Table(f"ak_frame_{name}", MetaData(), *_columns(kinds))
    return taken, select(*_labelled(host, kinds))


def _columns(kinds: dict[str, Any]) -> Iterator[Column[Any]]:
    for place, kind in enumerate(kinds.values()):
        if kind is not None:
            yield Column(f"c{place}", kind)


def _labelled(host: Table, kinds: dict[str, Any]) -> Iterator[Any]:
    for place, (key, kind) in enumerate(kinds.items()):
        if kind is None:
            yield null().label(key)
        elif isinstance(kind, Double):
            column = host.c[f"c{place}"]
            yield case((func.isnan(column), null()), else_=column).label(key)
        else:
            yield host.c[f"c{place}"].label(key)


def _sorted_out(column: Any, sort: str) -> Any:
    """
    The column as it is meant: without values it has the type of its field, and midnights may be days.

    Raises:
        ValueError: They are not all midnights.
    """
    pa = _pyarrow()
    at = pa.types
    if column.null_count == len(column):
        kinds = {"number": pa.float64(), "amount": pa.float64(), "whole": pa.int64(), "flag": pa.bool_()}
        kinds |= {"moment": pa.timestamp("us", "UTC"), "day": pa.date32()}
        return pa.chunked_array([pa.nulls(len(column), kinds.get(sort, pa.string()))])
    if sort == "day" and at.is_timestamp(column.type) and column.type.tz is None:
        days = column.cast(pa.date32(), safe=False)
        if not days.cast(column.type).equals(column):
            raise ValueError("holds times of day; make days of it")
        return days
    return column


def _taken(column: Any, sort: str, zone: str | None) -> tuple[Any, Any]:
    """
    A column in a type that DuckDB reads exactly, and what SQLAlchemy calls it.

    Raises:
        ValueError: It cannot be read without a loss; the message says why and what would be right.
    """
    pa = _pyarrow()
    at = pa.types
    kind = column.type
    if at.is_dictionary(kind):
        return _taken(_cast(column, kind.value_type), sort, zone)
    if at.is_string(kind) or at.is_large_string(kind) or at.is_string_view(kind):
        return column, String()
    if at.is_boolean(kind):
        return column, Boolean()
    if at.is_integer(kind):
        return column, BigInteger()
    if at.is_floating(kind):
        return (_cast(column, pa.float32()) if at.is_float16(kind) else column), Double()
    if at.is_decimal(kind):
        taken = column if at.is_decimal128(kind) else _cast(column, pa.decimal128(38, max(kind.scale, 0)))
        return taken, Numeric(taken.type.precision, taken.type.scale)
    if at.is_date(kind):
        return _cast(column, pa.date32()), Date()
    if at.is_timestamp(kind):
        if kind.tz is None and zone is None and sort == "moment":
            raise ValueError("has no time zone; say which one it is in, such as zone='UTC'")
        taken = _cast(column, pa.timestamp("us", None if kind.tz is None else "UTC"))
        return taken, DateTime(timezone=kind.tz is not None)
    raise ValueError("is of a type that no field has; convert it, or leave it out")


def _cast(column: Any, kind: Any) -> Any:
    pa = _pyarrow()
    try:
        return column if column.type == kind else column.cast(kind, safe=True)
    except pa.ArrowException as error:
        raise ValueError(f"cannot be read as {kind} without a loss: {_first_line(error)}") from None


def _engine(tables: dict[str, Any]) -> Engine:
    """DuckDB in memory with nothing in it but these tables, and no way out."""
    try:
        engine = create_engine("duckdb:///:memory:", poolclass=StaticPool)
    except (ImportError, exc.NoSuchModuleError) as error:
        raise MissingExtraError("duckdb", getattr(error, "name", None) or "duckdb-engine") from error

    def prepare(connection: Any, record: object) -> None:
        for name, table in tables.items():
            connection.register(f"ak_frame_{name}", table)
        for setting in SETTINGS:
            connection.execute(setting)

    event.listen(engine, "connect", prepare)
    return engine
