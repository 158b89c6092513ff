"""
Where the free names of rule text come from.

For a Python function they are its closure, its globals and the builtins, and each one read is watched so that a
later change is noticed. For stored text they are the language itself and what was stored with the text: nothing of
the host can be named.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

import attrs

from alignkit.expressions import functions
from alignkit.expressions.context import MISSING, Fault, FunctionText, Language
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.source import Source, SourceFault, read_source
from alignkit.policy import views
from alignkit.policy.model import VIEWS, model

__all__ = ["FunctionScope", "Namespace", "TextScope", "Watch", "language", "source_of"]


@attrs.frozen
class Watch:
    """
    A name that a rule reads from the host, and what it stood for when the policy was made.

    Attributes:
        name: As written.
        value: What it stood for.
        current: Looks the name up again.
        code: Code of a function then; None for other values.
    """

    name: str
    value: Any
    current: Callable[[], Any]
    code: Any = None

    def has_changed(self) -> bool:
        """Whether the name, or the code behind it, is another one now."""
        now = self.current()
        if now is not self.value and (type(now) is not type(self.value) or now != self.value):
            return True
        return self.code is not None and getattr(_function(now), "__code__", None) is not self.code


def _function(value: Any) -> Any:
    return getattr(value, "function", value)


@attrs.frozen
class FunctionScope:
    """The names that a Python function reads."""

    function: Any
    watches: list[Watch] = attrs.field(factory=list, eq=False)

    def lookup(self, name: str) -> Any:
        """The object a name stands for now; `MISSING` where there is none."""
        found = self._find(name)
        if found is not MISSING and not isinstance(found, ModuleType) and not hasattr(builtins, name):
            code = getattr(_function(found), "__code__", None)
            self.watches.append(Watch(name, found, lambda: self._find(name), code))
        return found

    def _find(self, name: str) -> Any:
        free = self.function.__code__.co_freevars
        if name in free and self.function.__closure__ is not None:
            try:
                return self.function.__closure__[free.index(name)].cell_contents
            except ValueError:
                return MISSING
        if name in self.function.__globals__:
            return self.function.__globals__[name]
        return getattr(builtins, name, MISSING)

    def member(self, base: Any, name: str) -> Any:
        """A public attribute of a module or of a class; `MISSING` for anything else."""
        if not isinstance(base, (ModuleType, type)) or name.startswith("_"):
            return MISSING
        found = getattr(base, name, MISSING)
        if found is not MISSING and not isinstance(found, ModuleType):
            code = getattr(_function(found), "__code__", None)
            self.watches.append(Watch(name, found, lambda: getattr(base, name, MISSING), code))
        return found

    def names(self) -> Iterable[str]:
        """Names to suggest from."""
        return (*self.function.__code__.co_freevars, *self.function.__globals__)


@attrs.frozen
class Namespace:
    """A dotted prefix of stored text, such as `ak` in `ak.latest`."""

    members: Mapping[str, Any]


_REFUSED: Final = ("sum", "any", "all", "len", "round", "sorted", "int", "float", "str", "bool", "isinstance", "getattr")


def _language_names() -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(functions, name) for name in functions.__all__}
    found.update({view.__name__: view for view in VIEWS})
    found["Relation"] = views.Relation
    plain = {"timedelta": timedelta, "date": date, "datetime": datetime, "min": min, "max": max, "abs": abs}
    refused = {name: getattr(builtins, name) for name in _REFUSED}
    return {**refused, **plain, **found, "ak": Namespace(MappingProxyType(found))}


LANGUAGE_NAMES: Final[Mapping[str, Any]] = MappingProxyType(_language_names())


@attrs.frozen
class TextScope:
    """
    The names that stored text reads: the language, and what was stored with it.

    Attributes:
        constants: Captured values by name, dotted names included.
        helpers: Source of helper functions by name.
    """

    constants: Mapping[str, Any] = attrs.field(factory=dict)
    helpers: Mapping[str, str] = attrs.field(factory=dict)

    def lookup(self, name: str) -> Any:
        """The object a name stands for; `MISSING` where there is none."""
        if name in self.constants:
            return self.constants[name]
        if name in self.helpers:
            return FunctionText(name, self.helpers[name], self)
        inside = self._below(name)
        if inside:
            known = LANGUAGE_NAMES.get(name)
            members = {**known.members, **inside} if isinstance(known, Namespace) else inside
            return Namespace(members)
        return LANGUAGE_NAMES.get(name, MISSING)

    def _below(self, prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in self.constants.items():
            head, _, rest = name.partition(".")
            if head == prefix and rest:
                found[rest] = value
        return found

    def member(self, base: Any, name: str) -> Any:
        """A member of a namespace; `MISSING` for anything else."""
        return base.members.get(name, MISSING) if isinstance(base, Namespace) else MISSING

    def names(self) -> Iterable[str]:
        """Names to suggest from."""
        return (*self.constants, *self.helpers, *LANGUAGE_NAMES)


def source_of(function: FunctionType) -> Source:
    """The text of a function; `SourceFault` says why there is none."""
    return read_source(function)


def _kind_of(value: Any) -> str | None:
    if not isinstance(value, type):
        return None
    return next((VIEWS[base] for base in value.__mro__ if base in VIEWS), None)


def _function_of(value: Any) -> FunctionText | None:
    if isinstance(value, FunctionText):
        return value
    function = _function(value)
    if not isinstance(function, FunctionType):
        return None
    try:
        source = source_of(function)
    except SourceFault as fault:
        raise Fault(Diagnostic("NotReadable", f"helper {function.__name__!r}: {fault}")) from None
    return FunctionText(function.__name__, source.text, FunctionScope(function))


def language() -> Language:
    """The rule language, bound to the model of alignkit."""
    return Language(model(), _kind_of, _function_of)
