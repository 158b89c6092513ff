"""
JSON as rows: parsed strictly, one file at a time, nested members flattened to dotted column names.

What JSON allows but a fact cannot hold (not-a-number, endless digits, a member twice) becomes a fault with its path.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, BinaryIO, Final

from alignkit.errors import ImporterError
from alignkit.importers.options import ReadOptions
from alignkit.importers.preset import Table
from alignkit.importers.row import BadValue, Row, shortened

__all__ = ["decode", "has_rows", "iter_json", "iter_json_lines", "parse_json", "row_of", "rows_of"]

Found = tuple[str, Any, Any]
"""A row in a page: its path, itself, and the object around it."""

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


def rows_of(payload: Any, table: Table, *, is_part: bool = False) -> list[Found] | None:
    """
    Where the rows of a parsed page are; None when there are none.

    An object without any member that holds rows is a row by itself (not so when the table is only a part of the page),
    and so is an object in a place of rows.
    """
    if isinstance(payload, list) and not any(member.startswith("[]") for member in table.rows):
        return [(f"$[{index}]", raw, None) for index, raw in enumerate(payload)]
    for member in table.rows:
        found = _rows_at(payload, member.split("."), "$", payload)
        if found is not None:
            return found
    if is_part:
        return []
    return [("$", payload, None)] if isinstance(payload, Mapping) else None


def _rows_at(value: Any, steps: list[str], path: str, around: Any) -> list[Found] | None:
    """Follow the steps of a member down to rows; None when one is missing."""
    if not steps:
        if isinstance(value, list):
            return [(f"{path}[{index}]", raw, around) for index, raw in enumerate(value)]
        return [(path, value, around)] if isinstance(value, Mapping) else None
    name = steps[0].removesuffix("[]")
    if name and not isinstance(value, Mapping):
        return None
    inner = value.get(name) if name else value
    at = f"{path}.{name}" if name else path
    if not steps[0].endswith("[]"):
        return _rows_at(inner, steps[1:], at, around)
    if not isinstance(inner, list):
        return None
    found: list[Found] = []
    for index, item in enumerate(inner):
        found += _rows_at(item, steps[1:], f"{at}[{index}]", item) or []
    return found


def has_rows(payload: Any, members: Iterable[str]) -> bool:
    """Whether one of the members is there and holds a list of rows."""
    for member in members:
        first, *more = member.split(".")
        value = payload.get(first.removesuffix("[]")) if isinstance(payload, Mapping) else None
        if isinstance(value, list) or (more and isinstance(value, Mapping)):
            return True
    return False


def iter_json(payload: Any, table: Table, source: str, options: ReadOptions, *, is_part: bool = False) -> Iterator[Row]:
    """
    Give the rows of a parsed page, in order.

    Args:
        payload: The page.
        table: What its rows are.
        source: For messages.
        options: Limits.
        is_part: Whether the page is another table's, and holds rows of this one only in its members.

    Raises:
        ImporterError: The page names a member twice outside its rows (`DuplicateKey`), is nested too deeply
            (`TooDeep`), or has no rows where the table has them (`MappingMismatch`).
    """
    check_depth(payload, source, options.deepest_json)
    if isinstance(payload, _Doubled):
        raise ImporterError("DuplicateKey", f"{payload.twice!r} appears twice", source=source, where="$")
    found = rows_of(payload, table, is_part=is_part)
    if found is None:
        raise ImporterError("MappingMismatch", f"expected rows in {' or '.join(table.rows)}", source=source, where="$")
    for path, raw, around in found:
        yield row_of(raw, table, path, around=around)


def iter_json_lines(
    stream: BinaryIO, table: Table, source: str, options: ReadOptions, *, is_part: bool = False
) -> Iterator[Row]:
    """
    Give the rows of JSON lines, in order: one object per line, blank lines aside. A bad line is a bad row (of the
    table that the file is, and not again of the tables that are parts of it).

    Raises:
        ImporterError: The file is not text of that encoding from its first bytes on (code `WrongEncoding`).
    """
    start = stream.read(4)
    if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        reason = "JSON lines are read in UTF-8, or in an encoding of one byte per character; convert the file"
        raise ImporterError("WrongEncoding", reason, source=source, where="byte 0")
    stream.seek(0)
    number = 0
    while line := stream.readline(options.longest_line + 1):
        number += 1
        if len(line) > options.longest_line:
            reason = f"a line of more than {options.longest_line} bytes; limit {options.longest_line} (longest_line)"
            while line and not line.endswith(b"\n"):
                line = stream.readline(options.longest_line)
            yield Row({}, {}, number=number, path="$", fault=BadValue("TooLarge", reason))
            continue
        if line.strip(b" \t\r\n\xef\xbb\xbf"):
            yield from _line(line, number, table, source, options, is_part=is_part)


def _line(line: bytes, number: int, table: Table, source: str, options: ReadOptions, *, is_part: bool) -> Iterator[Row]:
    try:
        raw = parse_json(decode(line, options.encoding, source), source)
        check_depth(raw, source, options.deepest_json)
    except ImporterError as error:
        reason = f"{error.where}: {error.reason}" if error.where else error.reason
        if not is_part:
            yield Row({}, {}, number=number, path="$", fault=BadValue(error.code, reason))
        return
    found = rows_of(raw, table, is_part=is_part) if isinstance(raw, Mapping) else None
    for path, item, around in [("$", raw, None)] if found is None else found:
        yield row_of(item, table, path, around=around, number=number)


def _dig(value: Any, member: str) -> Any:
    for name in member.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def row_of(raw: Any, table: Table, path: str, *, around: Any = None, number: int | None = None) -> Row:
    """
    Make a row of one object.

    Args:
        raw: The object; anything else is a bad row.
        table: What it is a row of.
        path: Where it stands; empty for a row of named columns some of whose values are objects.
        around: The object it stands in, for the columns that the table carries down.
        number: Its number, where rows are numbered.
    """
    if not isinstance(raw, Mapping):
        fault = BadValue("RowShape", f"expected an object, got {shortened(raw)}")
        return Row({}, {}, path=path, number=number, is_text=table.text_numbers, fault=fault)
    flat: dict[str, object] = {}
    twice = _flatten(raw, "", flat)
    cells: dict[str, object] = dict(table.constants)
    labels: dict[str, str] = {}
    for label, value in flat.items():
        column = table.column_of(label)
        if column in flat and column != label:
            column = label
        labels[column] = label
        if value is not None and value != "" and value != []:
            cells[column] = value
    for column, member in table.carry.items():
        labels[column] = column
        if (carried := _dig(around, member)) not in (None, "", []):
            cells[column] = _sane(carried)
    fault_found = BadValue("DuplicateKey", f"{twice!r} appears twice") if twice else None
    return Row(cells, labels, path=path, number=number, is_text=table.text_numbers, fault=fault_found)


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
