"""Tables to the data frame library that is asked for, through narwhals."""

from __future__ import annotations

from datetime import date, datetime
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

from alignkit.errors import MissingExtraError, ValidationError

if TYPE_CHECKING:
    from alignkit.frames.table import DataTable

__all__ = ["narwhals", "to_frame"]

LIBRARIES: Final = ("pandas", "polars", "pyarrow")


def narwhals() -> ModuleType:
    """
    The narwhals library.

    Raises:
        MissingExtraError: It is not installed.
    """
    try:
        import narwhals.stable.v2 as nw
    except ModuleNotFoundError as error:
        raise MissingExtraError("frames", "narwhals") from error
    return nw


def to_frame(table: DataTable, like: Any) -> Any:
    """See `DataTable.to_frame`."""
    nw = narwhals()
    backend = like if isinstance(like, str) else _library_of(nw, like)
    if isinstance(like, str) and like not in LIBRARIES:
        reason = f"expected one of {', '.join(LIBRARIES)}, or a data frame, got {like!r}"
        raise ValidationError(reason, entity="to_frame", field="like", value=like)
    types = {
        str: nw.String(),
        int: nw.Int64(),
        float: nw.Float64(),
        bool: nw.Boolean(),
        date: nw.Date(),
        datetime: nw.Datetime("us", "UTC"),
    }
    data = {column.name: list(cells) for column, cells in zip(table.columns, table.data, strict=True)}
    schema = {column.name: types[column.type] for column in table.columns}
    try:
        if getattr(backend, "__name__", backend) == "pandas":
            return _to_pandas(nw, table, data, schema, backend)
        return nw.from_dict(data, schema, backend=backend).to_native()
    except ModuleNotFoundError as error:
        raise MissingExtraError("frames", str(error.name)) from error


def _to_pandas(nw: Any, table: DataTable, data: dict[str, Any], schema: dict[str, Any], backend: Any) -> Any:
    """In pandas a column of plain whole numbers or truths has no gaps; one that has gets the type that may."""
    gaps = {
        column.name: "Int64" if column.type is int else "boolean"
        for column in table.columns
        if column.type in (int, bool) and None in data[column.name]
    }
    for name in gaps:
        data[name] = [None if cell is None else float(cell) for cell in data[name]]
        schema[name] = nw.Float64()
    return nw.from_dict(data, schema, backend=backend).to_native().astype(gaps)


def _library_of(nw: ModuleType, frame: Any) -> Any:
    try:
        return nw.get_native_namespace(nw.from_native(frame, eager_only=True))
    except TypeError as error:
        reason = f"expected one of {', '.join(LIBRARIES)}, or a data frame, got {type(frame).__name__}"
        raise ValidationError(reason, entity="to_frame", field="like", value=type(frame)) from error
