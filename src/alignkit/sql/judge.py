"""
Judges stored facts where they lie: one statement for all subjects, or one stage after another where an engine must.

Only outcomes travel: an id, a total and a code for each rule of each subject.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import attrs
from sqlalchemy import exc, func, select

from alignkit.errors import UnsupportedExpressionError
from alignkit.policy.model import KINDS, SUBJECTS
from alignkit.policy.question import Question
from alignkit.sql.amounts import currencies_of, give_function
from alignkit.sql.lookups import Scope
from alignkit.sql.results import Judged, Rows, collected, streamed
from alignkit.sql.statement import Situation, prepared

__all__ = ["Judged", "judge", "judged_rows", "situation_of"]


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
    with _ready(scope):
        yield from streamed(scope.connection, made, made.values(scope.tenant, question.now, question.today))


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
    return Situation(read, currencies, scope.dialect)


def _is_overflow(error: exc.DBAPIError) -> bool:
    return "integer overflow" in str(error.orig)


def _collected(scope: Scope, question: Question, situation: Situation) -> Rows:
    made = prepared(question, situation)
    with _ready(scope):
        return collected(scope.connection, made, made.values(scope.tenant, question.now, question.today))


@contextmanager
def _ready(scope: Scope) -> Iterator[None]:
    """What an engine needs around the statements of a policy."""
    connection = scope.connection
    if scope.dialect == "sqlite":
        give_function(connection)
    # it takes longer to compile the rules of a policy than to judge tens of thousands of subjects with them
    jit = connection.execute(select(func.current_setting("jit"))).scalar_one() if scope.dialect == "postgresql" else ""
    if jit not in ("", "off"):
        connection.execute(select(func.set_config("jit", "off", True)))
    yield
    if jit not in ("", "off"):
        connection.execute(select(func.set_config("jit", jit, True)))
