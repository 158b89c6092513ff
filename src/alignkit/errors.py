"""
The one error tree of alignkit.

Every error says what was wrong, where, and what would be right, and keeps the facts as attributes so
that nobody has to parse a message. All of them survive pickling. No class has the name of a builtin.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alignkit.expressions.diagnostics import Diagnostic

__all__ = [
    "AlignkitError",
    "ConflictError",
    "CycleError",
    "DanglingReferenceError",
    "DocumentError",
    "DuplicateError",
    "ExpressionError",
    "FunctionFailedError",
    "ImportRefusedError",
    "ImporterError",
    "LinkingError",
    "MissingExtraError",
    "NotFoundError",
    "PluginConflictError",
    "PluginError",
    "PolicyError",
    "PortfolioError",
    "PresetError",
    "RuleChangedError",
    "RuleFailedError",
    "SchemaError",
    "SchemaForeignError",
    "SchemaMissingError",
    "SchemaTooNewError",
    "SchemaTooOldError",
    "SchemaUnfinishedError",
    "SignatureError",
    "StoreError",
    "StoreUnavailableError",
    "TenantError",
    "UnknownCollectionError",
    "UnsupportedExpressionError",
    "ValidationError",
]


def _rebuild(cls: type[AlignkitError], message: str, facts: dict[str, Any]) -> AlignkitError:
    error = cls.__new__(cls)
    Exception.__init__(error, message)
    error.__dict__.update(facts)
    return error


class AlignkitError(Exception):
    """Root of every error that alignkit raises on purpose."""

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), str(self), dict(self.__dict__))


class ValidationError(AlignkitError, ValueError):
    """
    A fact is not one that the domain accepts.

    Attributes:
        entity: The class of the fact, such as `"Project"`; empty where there is none.
        field: The field that was refused.
        value: What was given.
        reason: What is wrong and what would be right.
        path: Where the fact stood in the input, such as `$.projects[3].progress`; empty when made by hand.
    """

    def __init__(self, reason: str, *, entity: str = "", field: str = "", value: object = None, path: str = "") -> None:
        self.entity = entity
        self.field = field
        self.value = value
        self.reason = reason
        self.path = path
        where = path or ".".join(part for part in (entity, field) if part)
        super().__init__(f"{where}: {reason}" if where else reason)


class PortfolioError(AlignkitError, ValueError):
    """
    A set of facts breaks the laws of a portfolio; every fault is listed.

    Attributes:
        faults: The single errors, in input order.
    """

    def __init__(self, faults: Sequence[AlignkitError]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  - {fault}" for fault in self.faults)
        count = len(self.faults)
        super().__init__(f"{count} {'fault' if count == 1 else 'faults'} in the facts given:\n{lines}")


class DuplicateError(AlignkitError, ValueError):
    """
    Two facts of one kind have the same id.

    Attributes:
        kind: Kind of the fact, such as `"project"`.
        key: The id that appears twice.
    """

    def __init__(self, kind: str, key: str) -> None:
        self.kind = kind
        self.key = key
        super().__init__(f"{kind} {key!r} appears twice; ids must be unique within a kind")


class DanglingReferenceError(AlignkitError, ValueError):
    """
    A fact points at one that is not there.

    Attributes:
        kind: Kind of the pointing fact.
        id: Its id.
        field: The field that points.
        target_kind: Kind of the missing fact.
        target_id: The id that was not found.
    """

    def __init__(self, kind: str, id: str, field: str, target_kind: str, target_id: str) -> None:
        self.kind = kind
        self.id = id
        self.field = field
        self.target_kind = target_kind
        self.target_id = target_id
        super().__init__(
            f"{kind} {id!r}: {field} names {target_kind} {target_id!r}, which is not there; "
            f"add it, or pass dangling='unlink' to read such references as unknown"
        )


class CycleError(AlignkitError, ValueError):
    """
    Objectives (or tasks) are each other's parents.

    Attributes:
        kind: Kind of the facts.
        cycle: The ids along the cycle, the first repeated at the end.
    """

    def __init__(self, kind: str, cycle: Sequence[str]) -> None:
        self.kind = kind
        self.cycle = tuple(cycle)
        super().__init__(f"{kind} parents form a cycle: {' -> '.join(self.cycle)}")


class NotFoundError(AlignkitError, LookupError):
    """
    There is no fact, finding or rule of that id.

    Attributes:
        kind: Kind of what was looked for.
        id: The id that was asked.
        suggestions: Ids that look like it, nearest first.
    """

    def __init__(self, kind: str, id: str, suggestions: Sequence[str] = ()) -> None:
        self.kind = kind
        self.id = id
        self.suggestions = tuple(suggestions)
        hint = f"; did you mean {self.suggestions[0]!r}?" if self.suggestions else ""
        super().__init__(f"no {kind} {id!r}{hint}")


class UnknownCollectionError(AlignkitError, LookupError):
    """
    A rule, called natively, read a collection that the portfolio was not given.

    Attributes:
        collection: Name of the collection, such as `"tasks"`.
    """

    def __init__(self, collection: str) -> None:
        self.collection = collection
        super().__init__(f"{collection} were not given to this portfolio: unknown, not empty")


class ExpressionError(AlignkitError, ValueError):
    """
    Rule or filter text cannot be used.

    Attributes:
        diagnostics: Every fault found, in order of position.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(str(d) for d in self.diagnostics))


class PolicyError(AlignkitError, ValueError):
    """
    A policy is not one that can score; every fault is listed.

    Attributes:
        diagnostics: The faults, each with code, rule id, line and column.
    """

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        count = len(self.diagnostics)
        lines = "\n".join(f"  - {d}" for d in self.diagnostics)
        super().__init__(f"{count} {'fault' if count == 1 else 'faults'} in the policy:\n{lines}")


class RuleChangedError(PolicyError):
    """
    A rule, or something it reads, changed after the policy was made.

    Attributes:
        rule_id: The rule.
        name: The captured name that changed, or the function's own name.
    """

    def __init__(self, rule_id: str, name: str, before: str, after: str) -> None:
        self.rule_id = rule_id
        self.name = name
        self.diagnostics = ()
        AlignkitError.__init__(
            self,
            f"rule {rule_id!r} reads {name}, which changed from {before} to {after} "
            f"since the policy was made; make the policy again",
        )


class RuleFailedError(AlignkitError):
    """
    A rule raised, or answered outside 0..1, under `strict=True`. The cause is chained.

    Attributes:
        rule_id: The rule.
        kind: Kind of the subject it was judging.
        id: Id of that subject.
    """

    def __init__(self, rule_id: str, kind: str, id: str, reason: str) -> None:
        self.rule_id = rule_id
        self.kind = kind
        self.id = id
        super().__init__(f"rule {rule_id!r} failed on {kind} {id!r}: {reason}")


class FunctionFailedError(AlignkitError):
    """
    A function of a plugin raised, or answered what its declaration rules out. The cause is chained.

    Attributes:
        id: The function.
        provider: The distribution and version it came with; empty when the host made it.
        numbers: What it was called with, as text.
        reason: What went wrong.
    """

    def __init__(self, id: str, provider: str, numbers: Sequence[str], reason: str) -> None:
        self.id = id
        self.provider = provider
        self.numbers = tuple(map(str, numbers))
        self.reason = reason
        given = ", ".join(self.numbers)
        super().__init__(f"function {id}({given}){f' of {provider}' if provider else ''}: {reason}")


class PluginError(AlignkitError):
    """
    A plugin cannot be used; the cause, where there is one, is chained.

    Attributes:
        name: Name of its entry point, or what was asked for.
        distribution: The installed distribution that brings it; empty where there is none.
        version: Version of that distribution.
        reason: What is wrong.
    """

    def __init__(self, name: str, distribution: str, version: str, reason: str) -> None:
        self.name = name
        self.distribution = distribution
        self.version = version
        self.reason = reason
        whose = f" of {distribution} {version}" if distribution else ""
        super().__init__(f"plugin {name!r}{whose}: {reason}")


class PluginConflictError(AlignkitError, ValueError):
    """
    Two plugins bring something of the same kind under one name; load only one of them.

    Attributes:
        sort: What both bring, such as `"rule"`.
        name: Its name.
        held: Who brought it first.
        given: Who brings it too.
    """

    def __init__(self, sort: str, name: str, held: str, given: str) -> None:
        self.sort = sort
        self.name = name
        self.held = held
        self.given = given
        super().__init__(f"{sort} {name!r} comes from {held} and from {given}; load only one of them")


class ImporterError(AlignkitError):
    """
    A source as a whole cannot be read. Bad rows are not raised: they are issues of the import report.

    Attributes:
        source: The file or table.
        code: A stable name of the fault, such as `"UnclosedQuote"`.
        where: Row, column or path inside the source; empty for the source as a whole.
    """

    def __init__(self, code: str, reason: str, *, source: str = "", where: str = "") -> None:
        self.code = code
        self.reason = reason
        self.source = source
        self.where = where
        at = " ".join(part for part in (source, where) if part)
        super().__init__(f"{code}: {at}: {reason}" if at else f"{code}: {reason}")


class PresetError(ImporterError):
    """
    A mapping of a tool's records is not one that can work; every fault is listed.

    Attributes:
        faults: What is wrong, each with its place in the mapping, such as `records.deal.fields.stage: ...`.
    """

    def __init__(self, faults: Sequence[str], *, source: str = "") -> None:
        self.faults = tuple(faults)
        one = len(self.faults) == 1
        text = self.faults[0] if one else "".join(f"\n  - {fault}" for fault in self.faults)
        super().__init__("PresetInvalid", text if one else f"{len(self.faults)} faults:{text}", source=source)


class SignatureError(AlignkitError):
    """
    A message does not prove that it comes from the tool it names. The secret and the signature are never told.

    Attributes:
        header: The header that is missing or wrong.
        reason: What is wrong with it.
    """

    def __init__(self, header: str, reason: str) -> None:
        self.header = header
        self.reason = reason
        super().__init__(f"{header}: {reason}")


class LinkingError(AlignkitError, ValueError):
    """Records of two systems cannot be linked as asked."""


class MissingExtraError(AlignkitError, ImportError):
    """
    An optional library is not installed.

    Attributes:
        extra: The extra of alignkit that brings it.
        library: The library that is missing.
    """

    def __init__(self, extra: str, library: str) -> None:
        self.extra = extra
        self.library = library
        super().__init__(f"{library} is not installed; install alignkit[{extra}]")


class StoreError(AlignkitError):
    """
    A store could not do what was asked; the driver's own error is the cause.

    Attributes:
        operation: What was being done.
    """

    def __init__(self, reason: str, *, operation: str = "") -> None:
        self.operation = operation
        super().__init__(f"{operation}: {reason}" if operation else reason)


class ConflictError(StoreError):
    """
    Someone else wrote the fact since it was read.

    Attributes:
        kind: Kind of the fact.
        id: Its id.
        expected: The version that was read.
        found: The version that is stored now, None when it is gone.
    """

    def __init__(self, kind: str, id: str, expected: int, found: int | None) -> None:
        self.kind = kind
        self.id = id
        self.expected = expected
        self.found = found
        stands = "is gone" if found is None else f"is at version {found}"
        super().__init__(f"{kind} {id!r} {stands}, not at version {expected}; read it again and retry")


class DocumentError(AlignkitError, ValueError):
    """
    A saved document, such as an assessment written as JSON, cannot be read; every fault is listed.

    Attributes:
        document: What it was read as, such as `"assessment"`.
        faults: What is wrong, each with its path in the document.
    """

    def __init__(self, document: str, faults: Sequence[str]) -> None:
        self.document = document
        self.faults = tuple(faults)
        super().__init__(f"this is not {document} that can be read:\n" + "\n".join(f"  - {f}" for f in self.faults))


class ImportRefusedError(ImporterError):
    """
    Under `strict=True` a row or a value could not be used, so nothing was.

    Attributes:
        report: The whole `ImportReport`; its `errors` are what has to be put right.
        issues: All issues of it.
    """

    def __init__(self, report: Any) -> None:
        self.report = report
        self.issues = report.issues
        count = len(report.errors)
        what = "fault" if count == 1 else "faults"
        super().__init__("ImportRefused", f"{count} {what}, and strict=True takes none\n{report}", source=report.system)


class UnsupportedExpressionError(AlignkitError, ValueError):
    """
    This engine cannot say an expression; the native engine can.

    Attributes:
        node: What cannot be said.
        target: The engine.
    """

    def __init__(self, node: str, target: str) -> None:
        self.node = node
        self.target = target
        super().__init__(f"{node} has no form in {target}; judge such rules in memory")


class StoreUnavailableError(StoreError):
    """The database is out of reach, locked, full or read-only just now; nothing was stored, and a retry may do."""


class SchemaError(StoreError):
    """
    The tables in the database are not those that this release works with.

    Attributes:
        found: The schema revision found; empty when the database names none.
        expected: The revision that this release works with.
    """

    def __init__(self, reason: str, *, found: str = "", expected: str = "") -> None:
        self.found = found
        self.expected = expected
        super().__init__(reason, operation="open")


class SchemaMissingError(SchemaError):
    """The database holds no tables of alignkit, and `migrate="never"` makes none."""


class SchemaTooOldError(SchemaError):
    """An earlier release made the tables; they have to be migrated first."""


class SchemaTooNewError(SchemaError):
    """A later release made the tables; upgrade alignkit."""


class SchemaForeignError(SchemaError):
    """Tables with the names of alignkit's are there, and alignkit did not make them."""


class SchemaUnfinishedError(SchemaError):
    """Making or migrating the tables was interrupted, and the database cannot undo that by itself."""


class TenantError(StoreError):
    """A database of tenants was opened without one, or a database of one company with a tenant."""
