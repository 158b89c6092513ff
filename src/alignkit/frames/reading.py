"""Data frames as plain records, with what a frame says for "missing" read as None."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from alignkit.errors import ValidationError
from alignkit.frames.writing import narwhals

__all__ = ["records_of"]


def records_of(frame: Any, *, name: str = "frame") -> Iterator[dict[str, Any]]:
    """
    The rows of a data frame, one dictionary each, as `Portfolio.from_records` takes them.

    NaN, NaT and nulls are None. Moments of a column without a zone stay without one, and are then refused by what
    reads the records: give the column a zone.

    Args:
        frame: A pandas, polars or pyarrow table, or anything else that narwhals reads or that gives an Arrow stream.
        name: What to call it in an error.

    Raises:
        MissingExtraError: narwhals (extra `frames`) is not installed.
        ValidationError: It is no data frame.
    """
    nw = narwhals()
    wrapped = _wrapped(nw, frame, name)
    for row in wrapped.iter_rows(named=True):
        yield {column: _plain(value) for column, value in row.items()}


def _wrapped(nw: Any, frame: Any, name: str) -> Any:
    if isinstance(frame, nw.LazyFrame):
        return frame.collect()
    if isinstance(frame, nw.DataFrame):
        return frame
    try:
        found = nw.from_native(frame, allow_series=False)
    except TypeError:
        if not hasattr(frame, "__arrow_c_stream__"):
            reason = f"expected a data frame, got {type(frame).__name__}"
            raise ValidationError(reason, value=type(frame), path=f"$.{name}") from None
        found = nw.from_arrow(frame, backend="pyarrow")
    return found.collect() if isinstance(found, nw.LazyFrame) else found


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if isinstance(value, datetime):
        # a pandas Timestamp is a datetime; NaT calls itself one too, and differs from itself
        return None if value != value else _moment(value)  # noqa: PLR0124
    if isinstance(value, date):
        return value
    if hasattr(value, "item"):  # a number of numpy
        return _plain(value.item())
    return None if type(value).__name__ == "NAType" else value  # what pandas puts where a value is missing


def _moment(value: datetime) -> datetime:
    plain = getattr(value, "to_pydatetime", None)
    moment: datetime = value if plain is None else plain()
    return moment
