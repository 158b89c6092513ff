"""
Judges stored facts where they lie: one statement for all subjects, or one stage after another where an engine must.

Only outcomes travel: an id, a total and a code for each rule of each subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import attrs
from sqlalchemy import CursorResult, exc, func, select

from alignkit.errors import UnsupportedExpressionError
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.question import Question
from alignkit.sql.amounts import currencies_of, give_function
from alignkit.sql.lookups import Scope
from alignkit.sql.statement import STAGED, Prepared, Situation, Text, prepared

__all__ = ["Judged", "judge", "judged_rows", "situation_of"]

Rows = dict[str, dict[str, tuple[int, ...]]]
Judged = tuple[str, str, tuple[int, ...]]
"""Kind, id, and the row: micro-points after gates (-1 for none), then the outcome of each rule."""

BLOCK: Final = 2_000


def judge(scope: Scope, question: Question) -> Rows:
    """Rows by kind and id; see `alignkit.policy.question.Answer`."""
    situation = situation_of(scope, question)
    try:
        return _collected(scope, question, situation)
    except exc.DBAPIError as error:
        if "parser stack overflow" in str(error.orig):
            raise UnsupportedExpressionError("a rule that is nested this deeply", scope.dialect) from error
        if not _is_overflow(error):
            raise
    return _collected(scope, question, attrs.evolve(situation, wide=True))


def judged_rows(scope: Scope, question: Question, kinds: Sequence[str] = SUBJECTS) -> Iterator[Judged]:
    """The same one after another, in the order of scoring, while the engine hands them out."""
    situation = attrs.evolve(situation_of(scope, question), wide=scope.dialect == "sqlite", kinds=tuple(kinds))
    made = prepared(question, situation)
    with _results(scope, question, made, is_streamed=True) as results:
        for result in results:
            # not from the driver: SQLAlchemy has read ahead
            while block := result.fetchmany(BLOCK):
                plain: Sequence[Any] = block
                for row in plain:
                    yield row[0], row[1], _row(row, made.widths[row[0]])


def situation_of(scope: Scope, question: Question) -> Situation:
    """
    What the statement depends on here.

    Raises:
        PolicyError: Amounts are in several currencies and the policy has no exchange.
        UnsupportedExpressionError: An amount has more digits than the engine can exchange exactly.
    """
    given = frozenset(scope.given())
    read = given & (question.plan.collections | {KINDS[kind] for kind in SUBJECTS if KINDS[kind]})
    currencies = currencies_of(scope, read, question.exchange)
    return Situation(read, currencies, scope.dialect in STAGED)


def _is_overflow(error: exc.DBAPIError) -> bool:
    return "integer overflow" in str(error.orig)


def _collected(scope: Scope, question: Question, situation: Situation) -> Rows:
    made = prepared(question, situation)
    found: Rows = {kind: {} for kind in SUBJECTS}
    with _results(scope, question, made, is_streamed=False) as results:
        for result in results:
            cursor: Any = result.cursor
            while block := cursor.fetchmany(BLOCK):
                _take(block, found, made)
    return found


def _take(block: Sequence[Any], found: Rows, made: Prepared) -> None:
    """Sort rows into their kinds; rows of one kind come together."""
    start = 0
    while start < len(block):
        kind = block[start][0]
        end = start + 1 if block[-1][0] != kind else len(block)
        while end < len(block) and block[end][0] == kind:
            end += 1
        stop = 3 + made.widths[kind]
        some = block[start:end]
        if all(type(value) is int for value in some[0][2:stop]):
            found[kind].update([(row[1], tuple(row[2:stop])) for row in some])
        else:
            found[kind].update([(row[1], tuple(map(int, row[2:stop]))) for row in some])
        start = end


def _row(row: Sequence[Any], width: int) -> tuple[int, ...]:
    return tuple(map(int, row[2 : 3 + width]))


def _without_jit(scope: Scope) -> str:
    """On PostgreSQL, switch off for this transaction what compiles expressions; gives what it was set to."""
    if scope.dialect != "postgresql":
        return ""
    # it takes longer to compile the rules of a policy than to judge tens of thousands of subjects with them
    before: str = scope.connection.execute(select(func.current_setting("jit"))).scalar_one()
    if before != "off":
        scope.connection.execute(select(func.set_config("jit", "off", True)))
    return before


@contextmanager
def _results(
    scope: Scope, question: Question, made: Prepared, *, is_streamed: bool
) -> Iterator[Iterator[CursorResult[Any]]]:
    """Run the stages, hand out the results one after another, and take the stages away again."""
    connection = scope.connection
    dialect = connection.dialect
    if dialect.name == "sqlite":
        give_function(connection)
    jit = _without_jit(scope)
    stages, finals = made.texts(dialect)
    values = made.values(scope.tenant, question.now, question.today)
    options = {"stream_results": True, "max_row_buffer": BLOCK} if is_streamed else {}
    done: list[str] = []

    def run(text: Text, given: dict[str, Any]) -> CursorResult[Any]:
        parameters = text.parameters(values, dialect)
        return connection.exec_driver_sql(text.string, parameters, execution_options=given)

    def each() -> Iterator[CursorResult[Any]]:
        for text in finals.values():
            result = run(text, options)
            try:
                yield result
            finally:
                result.close()

    try:
        for (name, _), text in zip(made.stages, stages, strict=True):
            run(text, {})
            done.append(name)
        yield each()
        if jit:
            connection.execute(select(func.set_config("jit", jit, True)))
    finally:
        quote = dialect.identifier_preparer.quote
        for name in reversed(done):
            connection.exec_driver_sql(f"DROP TEMPORARY TABLE {quote(name)}")
