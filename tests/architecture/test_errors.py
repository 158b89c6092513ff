"""Every error of the tree keeps its facts, wherever it is sent."""

from __future__ import annotations

import builtins
import inspect
import pickle
from typing import Any

import pytest

from alignkit import errors
from alignkit.errors import AlignkitError, DuplicateError
from alignkit.importers.report import ImportReport

CLASSES = [getattr(errors, name) for name in errors.__all__]

EXAMPLES: dict[str, Any] = {
    "str": "some text",
    "int": 3,
    "int | None": None,
    "object": {"a": 1.5},
    "Any": ImportReport(system="hubspot"),
    "Sequence[str]": ["a", "b", "a"],
    "Sequence[AlignkitError]": [DuplicateError("project", "P-1")],
}


def example(annotation: str) -> Any:
    """A value for a parameter of an error class, by what its annotation says."""
    if annotation == "Sequence[Diagnostic]":
        from alignkit.expressions.diagnostics import Diagnostic

        return [make(Diagnostic)]
    return EXAMPLES[annotation]


def make(cls: type[Any]) -> Any:
    """An instance with every parameter given."""
    if cls in (AlignkitError, errors.LinkingError):
        return cls("what happened")
    positional, named = [], {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            continue
        annotation = str(parameter.annotation)
        if (
            annotation not in EXAMPLES
            and annotation != "Sequence[Diagnostic]"
            and parameter.default is not parameter.empty
        ):
            continue
        if parameter.kind is parameter.KEYWORD_ONLY:
            named[name] = example(annotation)
        else:
            positional.append(example(annotation))
    return cls(*positional, **named)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_errors_survive_pickling(cls: type[AlignkitError], protocol: int) -> None:
    """An error that went through pickle has its class, its message and every attribute."""
    error = make(cls)
    again = pickle.loads(pickle.dumps(error, protocol))
    assert type(again) is cls
    assert str(again) == str(error)
    assert {name: repr(value) for name, value in vars(again).items()} == {
        name: repr(value) for name, value in vars(error).items()
    }


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_errors_are_one_tree(cls: type[AlignkitError]) -> None:
    """Every error is an `AlignkitError`, is documented, and bears no builtin's name."""
    assert issubclass(cls, AlignkitError)
    assert cls.__doc__
    assert not hasattr(builtins, cls.__name__)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_errors_keep_their_parameters_as_attributes(cls: type[AlignkitError]) -> None:
    """What a documented error lists under Attributes, an instance has."""
    documented = inspect.getdoc(cls) or ""
    names = [
        line.strip().partition(":")[0] for line in documented.partition("Attributes:\n")[2].splitlines() if ":" in line
    ]
    error = make(cls)
    assert [name for name in names if name.isidentifier() and not hasattr(error, name)] == []


def test_the_list_is_complete() -> None:
    """Every error class of the module is in its `__all__`."""
    found = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}
    assert found == set(errors.__all__)
