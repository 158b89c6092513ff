"""
Where the free names of rule text come from.

For a Python function they are its closure, its globals and the builtins, and each one read is watched so that a
later change is noticed. For stored text they are the language itself and what was stored with the text: nothing of
the host can be named.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

import attrs

from alignkit.expressions import functions as language_functions
from alignkit.expressions.context import MISSING, Fault, FunctionText, Language
from alignkit.expressions.diagnostics import Diagnostic
from alignkit.expressions.registered import Function, registered
from alignkit.expressions.source import Source, SourceFault, read_source
from alignkit.policy import views
from alignkit.policy.custom import declared_by
from alignkit.policy.model import VIEWS, model
from alignkit.policy.rule import Rule

__all__ = [
    "LANGUAGE_NAMES",
    "FunctionScope",
    "Namespace",
    "TextScope",
    "Watch",
    "Watches",
    "language",
    "source_of",
    "standard_name",
    "standard_object",
]


@attrs.frozen(slots=False)
class Watch:
    """
    A name that a rule reads from the host, and what it stood for when the policy was made.

    Attributes:
        name: As written.
        value: What it stood for; `MISSING` for a builtin, which the host may come to hide.
        current: Looks the name up again.
        code: Code of a function then; None for other values.
        place: Where the name is looked up, and the name; the same for two watches of the same thing.
    """

    name: str
    value: Any
    current: Callable[[], Any]
    code: Any = None
    place: tuple[int, str] = (0, "")

    def has_changed(self) -> bool:
        """Whether the name, or the code behind it, is another one now."""
        now = self.current()
        if now is not self.value:
            if type(now) is not type(self.value) or now != self.value:
                return True
            return self.code is not None and _code_of(now) is not self.code
        # the usual case, on the way of every assessment: nothing changed
        return self.code is not None and self.function.__code__ is not self.code

    @functools.cached_property
    def function(self) -> Any:
        """The function whose code is watched."""
        return _function(self.value)


Watches = dict[tuple[int, str], Watch]
"""What rules read, each once: by where the name is looked up, and the name."""


def _function(value: Any) -> Any:
    return value.function if isinstance(value, Rule) else value


def _code_of(value: Any) -> Any:
    return getattr(_function(value), "__code__", None)


@attrs.frozen
class FunctionScope:
    """
    The names that a Python function reads.

    Attributes:
        function: The function.
        watches: Gets what it reads.
    """

    function: Any
    watches: Watches = attrs.field(factory=dict, eq=False)

    def lookup(self, name: str) -> Any:
        """The object a name stands for now; `MISSING` where there is none."""
        free = self.function.__code__.co_freevars
        if name in free and self.function.__closure__ is not None:
            cell = self.function.__closure__[free.index(name)]
            return self._watched(cell, name, functools.partial(getattr, cell, "cell_contents", MISSING))
        host = self.function.__globals__
        found = self._watched(host, name, functools.partial(host.get, name, MISSING))
        return getattr(builtins, name, MISSING) if found is MISSING else found

    def _watched(self, holder: Any, name: str, current: Callable[[], Any]) -> Any:
        found = current()
        if not isinstance(found, ModuleType) and (found is not MISSING or hasattr(builtins, name)):
            place = (id(holder), name)
            self.watches.setdefault(place, Watch(name, found, current, _code_of(found), place))
        return found

    def member(self, base: Any, name: str) -> Any:
        """A public attribute of a module or of a class; `MISSING` for anything else."""
        if not isinstance(base, (ModuleType, type)) or name.startswith("_"):
            return MISSING
        current = functools.partial(getattr, base, name, MISSING)
        if base in _OWN_MODULES:
            return current()
        return self._watched(base, name, current)

    def names(self) -> Iterable[str]:
        """Names to suggest from."""
        return (*self.function.__code__.co_freevars, *self.function.__globals__)


@attrs.frozen
class Namespace:
    """
    A dotted prefix of stored text, such as `ak` in `ak.latest`.

    Attributes:
        path: The prefix.
        members: What the language itself has behind it.
    """

    path: str
    members: Mapping[str, Any] = attrs.field(factory=dict)


_REFUSED: Final = (
    "sum",
    "any",
    "all",
    "len",
    "round",
    "sorted",
    "int",
    "float",
    "str",
    "bool",
    "isinstance",
    "getattr",
)


def _language_names() -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(language_functions, name) for name in language_functions.__all__}
    found.update({view.__name__: view for view in VIEWS})
    found["Relation"] = views.Relation
    plain = {"timedelta": timedelta, "date": date, "datetime": datetime, "min": min, "max": max, "abs": abs}
    refused = {name: getattr(builtins, name) for name in _REFUSED}
    return {**refused, **plain, **found, "ak": Namespace("ak", MappingProxyType(found))}


LANGUAGE_NAMES: Final[Mapping[str, Any]] = MappingProxyType(_language_names())
_BY_IDENTITY: Final = {id(value): (name, value) for name, value in LANGUAGE_NAMES.items()}
_OWN_MODULES: Final = frozenset({language_functions, views, sys.modules["alignkit"]})


def _standard(value: Any) -> tuple[str, Any] | None:
    found = _BY_IDENTITY.get(id(value))
    kind = _kind_of(value) if found is None else None
    if kind is None:
        return found
    return next((view.__name__, view) for view, of in VIEWS.items() if of == kind)


def standard_name(value: Any) -> str:
    """What the language calls an object of its own, for a document."""
    if isinstance(value, Function):
        return value.id
    found = _standard(value)
    if found is None:
        raise ValueError(f"{value!r} is not of the rule language")
    return found[0]


def standard_object(name: Any) -> Any:
    """
    The object of the language behind a name in a document.

    Raises:
        ValueError: The language has no such name.
    """
    found = LANGUAGE_NAMES.get(name, registered().get(name, MISSING)) if isinstance(name, str) else MISSING
    if found is MISSING or isinstance(found, Namespace):
        raise ValueError(f"the rule language has no {name!r}; where a plugin brings it, load that first")
    return found


@attrs.frozen
class TextScope:
    """
    The names that stored text reads: the language, and what was stored with it.

    Attributes:
        constants: Captured values by name, dotted names included.
        helpers: Source of helper functions by name, dotted names included.
    """

    constants: Mapping[str, Any] = attrs.field(factory=dict)
    helpers: Mapping[str, str] = attrs.field(factory=dict)

    def lookup(self, name: str) -> Any:
        """The object a name stands for; `MISSING` where there is none."""
        own, known = self._own(name), LANGUAGE_NAMES.get(name, MISSING)
        if isinstance(own, Namespace) and isinstance(known, Namespace):
            return known
        if own is MISSING and known is MISSING:
            return registered().get(name, MISSING)
        return known if own is MISSING else own

    def _own(self, path: str) -> Any:
        if path in self.constants:
            return self.constants[path]
        if path in self.helpers:
            return FunctionText(path, self.helpers[path], self)
        is_prefix = any(name.startswith(f"{path}.") for name in (*self.constants, *self.helpers))
        return Namespace(path) if is_prefix else MISSING

    def member(self, base: Any, name: str) -> Any:
        """A member of a namespace; `MISSING` for anything else."""
        if not isinstance(base, Namespace):
            return MISSING
        own = self._own(f"{base.path}.{name}")
        return base.members.get(name, MISSING) if own is MISSING else own

    def names(self) -> Iterable[str]:
        """Names to suggest from."""
        return (*self.constants, *self.helpers, *LANGUAGE_NAMES, *registered())


def source_of(function: FunctionType) -> Source:
    """The text of a function; `SourceFault` says why there is none."""
    return read_source(function)


def _kind_of(value: Any) -> str | None:
    if not isinstance(value, type):
        return None
    return next((VIEWS[base] for base in value.__mro__ if base in VIEWS), None)


def _function_of(value: Any, watches: Watches) -> FunctionText | None:
    if isinstance(value, FunctionText):
        return value
    function = _function(value)
    if not isinstance(function, FunctionType):
        return None
    try:
        source = source_of(function)
    except SourceFault as fault:
        raise Fault(Diagnostic("NotReadable", f"helper {function.__name__!r}: {fault}")) from None
    return FunctionText(function.__name__, source.text, FunctionScope(function, watches))


def language(watches: Watches | None = None) -> Language:
    """
    The rule language, bound to the model of alignkit.

    Args:
        watches: Gets what helper functions read from the host.
    """
    known: Watches = {} if watches is None else watches
    return Language(model(), _kind_of, lambda value: _function_of(value, known), _standard, declared_by)
