"""
JSON as rows: parsed strictly, one file at a time, nested members flattened to dotted column names.

What JSON allows but a fact cannot hold (not-a-number, endless digits, a member twice) becomes a fault with its path.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Table
from alignkit.importers.row import BadValue, Row, shortened, stripped

__all__ = ["decode", "iter_json", "parse_json", "rows_of"]

LONGEST_INTEGER: Final = 4300
LONGEST_BITS: Final = 14_280


class _Doubled(dict[str, Any]):
    """An object in which a member stood twice; `twice` is its name."""

    twice: str = ""


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    doubled = _Doubled(members)
    seen: set[str] = set()
    doubled.twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
    return doubled


def _whole(digits: str) -> int | BadValue:
    count = len(digits.lstrip("-"))
    if count > LONGEST_INTEGER:
        return BadValue("NumberTooLong", f"{count} digits, limit {LONGEST_INTEGER}")
    return int(digits)


def _decimal(digits: str) -> Decimal | BadValue:
    return Decimal(digits) if math.isfinite(float(digits)) else BadValue("ValueRejected", "not a finite number")


def _constant(name: str) -> BadValue:
    return BadValue("ValueRejected", f"not a finite number: {name}")


def decode(data: bytes, encoding: str, source: str) -> str:
    """
    Turn bytes into text.

    Raises:
        ImporterError: They are not text of that encoding (code `WrongEncoding`).
    """
    try:
        return data.decode(encoding)
    except UnicodeError as error:
        raise wrong_encoding(error, encoding, source, data[:4]) from None
    except LookupError:
        raise ImporterError("WrongEncoding", f"no encoding {encoding!r} is known", source=source) from None


def wrong_encoding(error: UnicodeError, encoding: str, source: str, start: bytes) -> ImporterError:
    """The error for bytes that are not text of the encoding, with a likely one."""
    guess = "utf-16" if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else "cp1252"
    at = f"byte {error.start}" if isinstance(error, UnicodeDecodeError) else ""
    reason = (
        f"not {encoding.removesuffix('-sig')} text; if the tool wrote {guess}, pass encoding={guess!r} in the options"
    )
    return ImporterError("WrongEncoding", reason, source=source, where=at)


def parse_json(text: str, source: str) -> Any:
    """
    Parse JSON text. Numbers keep their digits (whole ones as int, others as Decimal).

    Raises:
        ImporterError: It is empty (`EmptyFile`), not JSON (`JsonSyntax`) or nested too deeply (`TooDeep`).
    """
    if not text.strip():
        raise ImporterError("EmptyFile", "there is nothing in it; expected JSON", source=source)
    try:
        return json.loads(
            text,
            object_pairs_hook=_members,
            parse_int=_whole,
            parse_float=_decimal,
            parse_constant=_constant,
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno} column {error.colno}"
        raise ImporterError("JsonSyntax", f"{error.msg}; expected JSON", source=source, where=where) from None
    except RecursionError:
        raise ImporterError(
            "TooDeep", "nested beyond what can be read; the limit is 64 levels", source=source
        ) from None


def check_depth(payload: Any, source: str, deepest: int) -> None:
    """
    Make sure that no level lies deeper than allowed.

    Raises:
        ImporterError: One does (code `TooDeep`).
    """
    level: list[Any] = [payload]
    for _ in range(deepest):
        below: list[Any] = []
        for value in level:
            if isinstance(value, Mapping):
                below.extend(item for item in value.values() if isinstance(item, (Mapping, list, tuple)))
            elif isinstance(value, (list, tuple)):
                below.extend(item for item in value if isinstance(item, (Mapping, list, tuple)))
        if not below:
            return
        level = below
    raise ImporterError("TooDeep", f"more than {deepest} levels of nesting; limit {deepest}", source=source)


def rows_of(payload: Any, table: Table) -> tuple[str, list[Any]] | None:
    """
    Where the rows of a parsed page are: their path and the rows; None when there are none.

    An object without such a member is a row by itself.
    """
    if isinstance(payload, list):
        return "$", payload
    if isinstance(payload, Mapping):
        for member in table.rows:
            if isinstance(payload.get(member), list):
                return f"$.{member}", payload[member]
        return "", [payload]
    return None


def iter_json(payload: Any, table: Table, source: str, options: ReadOptions) -> Iterator[Row]:
    """
    Give the rows of a parsed page, in order.

    Raises:
        ImporterError: The page names a member twice outside its rows (`DuplicateKey`), is nested too deeply
            (`TooDeep`), or has no rows where the table has them (`MappingMismatch`).
    """
    check_depth(payload, source, options.deepest_json)
    if isinstance(payload, _Doubled):
        raise ImporterError("DuplicateKey", f"{payload.twice!r} appears twice", source=source, where="$")
    found = rows_of(payload, table)
    if found is None:
        raise ImporterError("MappingMismatch", f"expected rows in {' or '.join(table.rows)}", source=source, where="$")
    path, rows = found
    for index, raw in enumerate(rows):
        yield _row(raw, table, f"{path}[{index}]" if path else "$")


def _row(raw: Any, table: Table, path: str) -> Row:
    if not isinstance(raw, Mapping):
        fault = BadValue("RowShape", f"expected an object, got {shortened(raw)}")
        return Row({}, {}, path=path, is_text=table.text_numbers, fault=fault)
    flat: dict[str, object] = {}
    twice = _flatten(raw, "", flat)
    cells: dict[str, object] = dict(table.constants)
    labels: dict[str, str] = {}
    for label, value in flat.items():
        column = stripped(label, table.strip)
        if column in flat and column != label:
            column = label
        labels[column] = label
        if value is not None and value != "" and value != []:
            cells[column] = value
    fault_found = BadValue("DuplicateKey", f"{twice!r} appears twice") if twice else None
    return Row(cells, labels, path=path, is_text=table.text_numbers, fault=fault_found)


def _flatten(value: Mapping[Any, Any], prefix: str, into: dict[str, object]) -> str:
    twice = value.twice if isinstance(value, _Doubled) else ""
    for name, item in value.items():
        label = f"{prefix}{name}"
        if isinstance(item, Mapping) and item:
            twice = _flatten(item, f"{label}.", into) or twice
        else:
            into[label] = None if isinstance(item, Mapping) else _sane(item)
    return twice


def _sane(value: Any) -> Any:
    """The same value, or why it cannot be taken: pages given as values may hold what JSON text cannot."""
    if isinstance(value, int) and value.bit_length() > LONGEST_BITS:
        return BadValue("NumberTooLong", f"more than {LONGEST_INTEGER} digits")
    if isinstance(value, float) and not math.isfinite(value):
        return BadValue("ValueRejected", "not a finite number")
    return [_sane(item) for item in value] if isinstance(value, list) else value
