"""
Spark SQL as SQLAlchemy compiles it: every name in backticks, every value a named parameter. It never connects.

Values do not become part of the text: they travel beside it, as the protocol of Spark Connect has it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

import attrs
from sqlalchemy import DateTime
from sqlalchemy.engine import default
from sqlalchemy.sql import compiler
from sqlalchemy.sql.elements import BindParameter, ClauseElement, ColumnElement
from sqlalchemy.types import TypeEngine
from typing_extensions import override

from alignkit.sql.distributed import spelling
from alignkit.sql.emit import spark

__all__ = ["SPARK", "SparkDialect", "Statement", "statement_of"]

Convert = Callable[[Any], Any]


class _Wall(DateTime):
    """A wall time; sent as text, because the protocol knows moments only."""

    def bind_processor(self, dialect: Any) -> Convert:
        return _wall_text

    def bind_expression(self, bindvalue: BindParameter[Any]) -> ColumnElement[Any]:
        return spelling.WallOfBound(bindvalue)


def _wall_text(value: datetime | None) -> str | None:
    return None if value is None else value.isoformat(" ", "microseconds")


class _Identifiers(compiler.IdentifierPreparer):
    """Quotes every name, so that no list of reserved words can be out of date."""

    def __init__(self, dialect: Any, **_: Any) -> None:
        super().__init__(dialect, initial_quote="`", final_quote="`", escape_quote="`")

    def _requires_quotes(self, value: str) -> bool:
        return True


class _Types(compiler.GenericTypeCompiler):
    @override
    def visit_VARCHAR(self, type_: Any, **kw: Any) -> str:
        return "STRING"

    @override
    def visit_TEXT(self, type_: Any, **kw: Any) -> str:
        return "STRING"

    @override
    def visit_FLOAT(self, type_: Any, **kw: Any) -> str:
        return "DOUBLE"

    @override
    def visit_INTEGER(self, type_: Any, **kw: Any) -> str:
        return "BIGINT"

    @override
    def visit_DATETIME(self, type_: Any, **kw: Any) -> str:
        return "TIMESTAMP_NTZ"


class SparkDialect(default.DefaultDialect):
    """Compiles statements for Spark SQL, as Apache Spark and Sail read it."""

    name = spark.NAME
    default_paramstyle = "named"
    supports_native_boolean = True
    supports_statement_cache = True
    type_compiler_cls = _Types
    colspecs = {DateTime: _Wall}  # noqa: RUF012  # the base class has it so

    def __init__(self) -> None:
        super().__init__(paramstyle="named")
        self.identifier_preparer = _Identifiers(self)


SPARK: Final = SparkDialect()
"""The dialect; it has no state."""


@attrs.frozen(eq=False)
class Statement:
    """
    A compiled statement.

    Attributes:
        text: With `:name` where a value belongs.
        values: By name.
        readers: For each column, what makes our value of the engine's (never None); None where they are the same.
    """

    text: str
    values: dict[str, Any]
    readers: tuple[Convert | None, ...]


def statement_of(element: ClauseElement, dialect: SparkDialect = SPARK) -> Statement:
    """Compile a statement, and bring its values to the forms that the protocol takes."""
    made = element.compile(dialect=dialect)
    assert isinstance(made, compiler.SQLCompiler)
    state = made.construct_expanded_state()
    processors: dict[str, Convert] = {}
    for bind, name in made.bind_names.items():
        process = _converter(bind.type, dialect, "bind_processor")
        if process is not None:
            processors.update(dict.fromkeys(state.parameter_expansion.get(name, [name]), process))
    values = {
        name: processors[name](value) if name in processors else value for name, value in state.parameters.items()
    }
    columns = getattr(element, "selected_columns", ())
    return Statement(state.statement, values, tuple(_reader(column.type, dialect) for column in columns))


def _reader(kind: TypeEngine[Any], dialect: SparkDialect) -> Convert | None:
    convert = _converter(kind, dialect, "result_processor", None)
    if convert is None:
        return None
    return lambda value: None if value is None else convert(value)


def _converter(kind: TypeEngine[Any], dialect: SparkDialect, which: str, *more: Any) -> Convert | None:
    found: Convert | None = getattr(kind.dialect_impl(dialect), which)(dialect, *more)
    return found
