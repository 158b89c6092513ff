"""
Runs the statements of a policy on a connection, and takes the rows from the driver in blocks.

Only outcomes travel: an id, a total and a code for each rule of each subject.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection, CursorResult

from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.sql.statement import Prepared, Text

__all__ = ["Judged", "Rows", "collected", "streamed"]

Rows = dict[str, dict[str, tuple[int, ...]]]
Judged = tuple[str, str, tuple[int, ...]]
"""Kind, id, and the row: micro-points after gates (-1 for none), then the outcome of each rule."""

BLOCK: Final = 2_000
SLICE: Final = 50_000
"""Rows of columns that are turned into Python's numbers together."""

NOTHING: Final = (-1,)
"""The row of a subject that no rule looks at."""


def collected(connection: Connection, made: Prepared, values: Mapping[str, Any]) -> Rows:
    """Rows by kind and id. `values` is what to bind by name."""
    found: Rows = {kind: {} for kind in SUBJECTS}
    with _results(connection, made, values, is_streamed=False) as results:
        for kind, result in results:
            cursor: Any = result.cursor
            if not kind and connection.dialect.name == "duckdb" and _has_numpy():
                _take_columns(cursor.fetchnumpy(), found, made)
                continue
            while block := cursor.fetchmany(BLOCK):
                _take(kind, block, found, made)
    for kind in _unread(made):
        found[kind] = {kind: NOTHING}
    return found


def streamed(connection: Connection, made: Prepared, values: Mapping[str, Any]) -> Iterator[Judged]:
    """The same one after another, in the order of scoring, while the engine hands them out."""
    with _results(connection, made, values, is_streamed=True) as results:
        for kind, result in results:
            # not from the driver: SQLAlchemy has read ahead
            while block := result.fetchmany(BLOCK):
                plain: Sequence[Any] = block
                for row in plain:
                    if made.widths.get(kind) == 0:
                        yield kind, row[0], NOTHING
                    else:
                        of = SUBJECTS[row[0]]
                        yield of, row[1], tuple(map(int, row[2 : 3 + made.widths[of]]))
    for kind in _unread(made):
        yield kind, kind, NOTHING


def _unread(made: Prepared) -> list[str]:
    """Kinds of one subject, of whose rules there are none: nothing is asked of them."""
    return [kind for kind, width in made.widths.items() if not width and not KINDS[kind] and kind not in made.finals]


@functools.cache
def _has_numpy() -> bool:
    return importlib.util.find_spec("numpy") is not None


def _take_columns(columns: Mapping[str, Any], found: Rows, made: Prepared) -> None:
    """Sort rows that come as arrays into their kinds."""
    kinds, ids, *codes = columns.values()
    for start in range(0, len(kinds), SLICE):
        some = slice(start, start + SLICE)
        for place in set(kinds[some].tolist()):
            kind = SUBJECTS[place]
            mine = kinds[some] == place
            row = [code[some][mine].tolist() for code in codes[: 1 + made.widths[kind]]]
            found[kind].update(zip(ids[some][mine].tolist(), zip(*row, strict=True), strict=True))


def _take(kind: str, block: Sequence[Any], found: Rows, made: Prepared) -> None:
    """Sort rows into their kinds; rows of one kind come together."""
    if made.widths.get(kind) == 0:
        found[kind].update([(row[0], NOTHING) for row in block])
        return
    start = 0
    while start < len(block):
        place = block[start][0]
        end = start + 1 if block[-1][0] != place else len(block)
        while end < len(block) and block[end][0] == place:
            end += 1
        rows, stop = found[SUBJECTS[place]], 3 + made.widths[SUBJECTS[place]]
        some = block[start:end]
        if all(type(value) is int for value in some[0][2:stop]):
            rows.update([(row[1], tuple(row[2:stop])) for row in some])
        else:
            rows.update([(row[1], tuple(map(int, row[2:stop]))) for row in some])
        start = end


@contextmanager
def _results(
    connection: Connection, made: Prepared, values: Mapping[str, Any], *, is_streamed: bool
) -> Iterator[Iterator[tuple[str, CursorResult[Any]]]]:
    """Run the stages, hand out the results one after another, and take the stages away again."""
    dialect = connection.dialect
    stages, finals = made.texts(dialect)
    options = {"stream_results": True, "max_row_buffer": BLOCK} if is_streamed else {}
    done: list[str] = []

    def run(text: Text, given: dict[str, Any]) -> CursorResult[Any]:
        string, parameters = text.ready(values, dialect)
        return connection.exec_driver_sql(string, parameters, execution_options=given)

    def each() -> Iterator[tuple[str, CursorResult[Any]]]:
        for kind, text in finals.items():
            result = run(text, options)
            try:
                yield kind, result
            finally:
                result.close()

    try:
        for (name, _), text in zip(made.stages, stages, strict=True):
            run(text, {})
            done.append(name)
        yield each()
    finally:
        _drop(connection, reversed(done))


def _drop(connection: Connection, names: Iterable[str]) -> None:
    quote = connection.dialect.identifier_preparer.quote
    for name in names:
        connection.exec_driver_sql(f"DROP TEMPORARY TABLE {quote(name)}")
