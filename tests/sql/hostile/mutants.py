"""A plausible wrong spelling for each element of the kernel, on each engine: what a careless release might ship."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.sql.functions import FunctionElement

from alignkit.sql import emit, statement

NAMES = {"mariadb": ("mysql", "mariadb")}
Spelling = Callable[..., str]


def elements() -> dict[str, type[FunctionElement[Any]]]:
    """Every element that the emitter spells by engine, by name."""
    found: dict[str, type[FunctionElement[Any]]] = {}
    for module in pkgutil.iter_modules(emit.__path__, f"{emit.__name__}."):
        for _, one in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(one, FunctionElement) and one.__module__.startswith(emit.__name__):
                found[one.__name__] = one
    return found


MUTANTS: dict[str, dict[str, str]] = {
    # without the cast: whole numbers divide to whole numbers, or to four digits
    "AsDouble": {
        "sqlite": "CAST({0} AS INTEGER)",
        "postgresql": "({0})",
        "mariadb": "({0})",
        "duckdb": "CAST({0} AS FLOAT)",
    },
    # 32 bits, or none of the sign
    "AsWhole": {
        "sqlite": "CAST({0} AS REAL)",
        "postgresql": "CAST({0} AS INTEGER)",
        "mariadb": "CAST({0} AS DECIMAL(9))",
        "duckdb": "CAST({0} AS INTEGER)",
    },
    # towards zero, or to the nearest
    "FloorWhole": {
        "sqlite": "CAST({0} AS INTEGER)",
        "postgresql": "CAST(({0}) AS BIGINT)",
        "mariadb": "CAST(({0}) AS SIGNED)",
        "duckdb": "CAST(({0}) AS BIGINT)",
    },
    # to the nearest
    "TruncatedWhole": {
        "sqlite": "CAST(round({0}) AS INTEGER)",
        "postgresql": "CAST(({0}) AS BIGINT)",
        "mariadb": "CAST(({0}) AS SIGNED)",
        "duckdb": "CAST(({0}) AS BIGINT)",
    },
    # decimals of four digits
    "Quotient": {
        "sqlite": "round(({0}) / ({1}), 4)",
        "postgresql": "CAST(round(CAST(({0}) / ({1}) AS NUMERIC), 4) AS DOUBLE PRECISION)",
        "mariadb": "CAST(round(({0}) / ({1}), 4) AS DOUBLE)",
        "duckdb": "round(({0}) / ({1}), 4)",
    },
    # the operator that other engines take
    "WholeQuotient": {
        "sqlite": "(1.0 * ({0}) / ({1}))",
        "postgresql": "CAST(1.0 * ({0}) / ({1}) AS BIGINT)",
        "mariadb": "(({0}) / ({1}))",
        "duckdb": "(({0}) / ({1}))",
    },
    # milliseconds, or seconds
    "Microseconds": {
        "sqlite": "CAST((julianday({1}) - julianday({0})) * 86400000 AS INTEGER) * 1000",
        "postgresql": "CAST(EXTRACT(EPOCH FROM ({1}) - ({0})) AS BIGINT) * 1000000",
        "mariadb": "(TIMESTAMPDIFF(SECOND, {0}, {1}) * 1000000)",
        "duckdb": "(date_diff('second', {0}, {1}) * 1000000)",
    },
    # the other way round
    "DaySpan": {
        "sqlite": "CAST(julianday({0}) - julianday({1}) AS INTEGER)",
        "postgresql": "CAST(({0}) - ({1}) AS BIGINT)",
        "mariadb": "DATEDIFF({0}, {1})",
        "duckdb": "date_diff('day', CAST({1} AS DATE), CAST({0} AS DATE))",
    },
    # upper and lower case
    "SameText": {
        "sqlite": "({0} = {1} COLLATE NOCASE)",
        "postgresql": "(lower({0}) = lower({1}))",
        "mariadb": "({0} = {1} COLLATE utf8mb4_general_ci)",
        "duckdb": "({0} = {1} COLLATE NOCASE)",
    },
    "TextOrder": {
        "sqlite": "({0} COLLATE NOCASE)",
        "postgresql": "lower({0})",
        "mariadb": "({0} COLLATE utf8mb4_general_ci)",
        "duckdb": "lower({0})",
    },
    # single precision, or three digits
    "Number": {
        "sqlite": "round({0}, 3)",
        "postgresql": "CAST(CAST({0} AS REAL) AS DOUBLE PRECISION)",
        "mariadb": "CAST(round({0}, 3) AS DOUBLE)",
        "duckdb": "CAST(CAST({0} AS FLOAT) AS DOUBLE)",
    },
    # in units instead of millionths
    "SumAsDouble": {
        "sqlite": "({0} / 1000000.0)",
        "postgresql": "({0} / 1000000)",
        "mariadb": "({0} / 1000000)",
        "duckdb": "CAST({0} / 1000000 AS DOUBLE)",
    },
    # equal values once
    "WholeSum": {
        "sqlite": "CAST(SUM(DISTINCT {0}) AS REAL)",
        "postgresql": "CAST(SUM(DISTINCT {0}) AS DOUBLE PRECISION)",
        "mariadb": "CAST(SUM(DISTINCT {0}) AS DOUBLE)",
        "duckdb": "SUM(DISTINCT {0})",
    },
    # half the unit
    "HighPart": {
        "sqlite": "CAST(floor(({0}) / 2147483648.0) AS INTEGER)",
        "postgresql": "CAST(floor(({0}) / 2147483648.0) AS BIGINT)",
        "mariadb": "CAST(floor(({0}) / 2147483648.0) AS SIGNED)",
        "duckdb": "CAST(floor(({0}) / 2147483648.0) AS BIGINT)",
    },
    # the remainder of the engine, which has the sign of the number
    "LowPart": {
        "sqlite": "mod(CAST({0} AS INTEGER), 2147483648)",
        "postgresql": "mod(CAST(floor({0}) AS BIGINT), 2147483648)",
        "mariadb": "mod(CAST(floor({0}) AS SIGNED), 2147483648)",
        "duckdb": "mod(CAST(floor({0}) AS BIGINT), 2147483648)",
    },
    # the high part alone
    "WideSum": {
        "sqlite": "({0} * 4294967296.0)",
        "postgresql": "CAST({0} * 4294967296.0 AS DOUBLE PRECISION)",
        "mariadb": "CAST({0} * 4294967296.0 AS DOUBLE)",
        "duckdb": "CAST({0} * 4294967296.0 AS DOUBLE)",
    },
    # not for every id
    "Kept": dict.fromkeys(("sqlite", "postgresql", "mariadb", "duckdb"), "({0} > 'O')"),
    # whole cents
    "Exchanged": {
        "sqlite": "round({0} * {1}, 2)",
        "postgresql": "CAST(round(CAST({0} AS NUMERIC) * CAST({1} AS NUMERIC), 2) AS DOUBLE PRECISION)",
        "mariadb": "CAST(round(CAST({0} AS DECIMAL(36,18)) * CAST({1} AS DECIMAL(28,18)), 2) AS DOUBLE)",
        "duckdb": "CAST(round(CAST({0} AS DOUBLE) * CAST({1} AS DOUBLE), 2) AS DOUBLE)",
    },
}
"""By element and engine: the wrong text, with the arguments by number."""

CUSTOM: dict[str, dict[str, str]] = {
    # the whole text of values instead of the one that was named
    "Inside": dict.fromkeys(("sqlite", "postgresql", "mariadb", "duckdb"), "({0})"),
    # fewer digits
    "AsNumber": {
        "sqlite": "CAST({0} AS INTEGER)",
        "postgresql": "CAST(round(CAST({0} AS NUMERIC), 4) AS DOUBLE PRECISION)",
        "mariadb": "CAST({0} AS DECIMAL(20, 4))",
        "duckdb": "CAST(round(CAST({0} AS DOUBLE), 4) AS DOUBLE)",
    },
    # the day after
    "AsDay": {
        "sqlite": "date({0}, '+1 day')",
        "postgresql": "(CAST({0} AS DATE) + 1)",
        "mariadb": "DATE_ADD(CAST({0} AS DATE), INTERVAL 1 DAY)",
        "duckdb": "(CAST({0} AS DATE) + 1)",
    },
    # another zone, or no fraction of a second
    "AsMoment": {
        "sqlite": "substr({0}, 1, 10)",
        "postgresql": "(CAST({0} AS TIMESTAMP) AT TIME ZONE 'Europe/Paris')",
        "mariadb": "CAST({0} AS DATE)",
        "duckdb": "CAST(CAST({0} AS TIMESTAMP_S) AS DATE)",
    },
    # the other way round
    "Flag": dict.fromkeys(("sqlite", "postgresql", "mariadb", "duckdb"), "({0} = '0')"),
}
"""The same for elements that only custom fields need; tests/custom_fields has the facts that notice them."""

ELSEWHERE = {"Called": "a plugin brings its spelling; tests/plugins compares it"}


@contextmanager
def misspelt(element: str, engine: str) -> Iterator[None]:
    """A block in which statements are written with the wrong spelling."""
    text = (MUTANTS | CUSTOM)[element][engine]
    specs = elements()[element]._compiler_dispatcher.specs  # type: ignore[attr-defined]
    kept = {name: specs[name] for name in NAMES.get(engine, (engine,))}

    def spelt(element: FunctionElement[Any], compiler: Any, **kw: Any) -> str:
        clauses = list(element.clauses)
        # each occurrence is written anew, so that its bound values are counted as often as they stand in the text
        parts = text.replace("{0}", "\0").replace("{1}", "\1")
        return "".join(
            compiler.process(clauses[0], **kw) if c == "\0" else compiler.process(clauses[1], **kw) if c == "\1" else c
            for c in parts
        )

    statement._kept.clear()
    specs.update(dict.fromkeys(kept, spelt))
    try:
        yield
    finally:
        specs.update(kept)
        statement._kept.clear()
