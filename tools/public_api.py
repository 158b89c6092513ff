"""
Print every public name of alignkit with its signature, one to a line.

    python tools/public_api.py > tests/architecture/public_api.txt

brings the recorded surface up to date; a test compares the two, so that nothing public changes unnoticed.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import typing
from collections.abc import Iterator

MODULES = [
    "alignkit",
    "alignkit.domain",
    "alignkit.errors",
    "alignkit.importers",
    "alignkit.linking",
    "alignkit.reports",
    "alignkit.sample",
    "alignkit.sql",
    "alignkit.stores",
    "alignkit.testing",
    "alignkit.testing.strategies",
]


def lines() -> Iterator[str]:
    """The surface, module by module in the order above, names sorted."""
    for module_name in MODULES:
        module = importlib.import_module(module_name)
        for name in sorted(getattr(module, "__all__", ())):
            yield from describe(f"{module_name}.{name}", getattr(module, name))


def describe(path: str, value: object) -> Iterator[str]:
    """What a caller depends on of one name: kind, bases, signature, and the public members of a class."""
    if typing.is_typeddict(value):
        keys = ", ".join(
            f"{key}: {getattr(hint, '__forward_arg__', hint)}" for key, hint in vars(value)["__annotations__"].items()
        )
        yield f"typed dict {path}({keys})"
    elif inspect.isclass(value):
        bases = ", ".join(base.__name__ for base in value.__bases__ if base is not object)
        protocol = getattr(value, "_is_protocol", False)
        yield f"class {path}({bases})" + ("" if protocol else signature(value))
        for name, member in sorted(vars(value).items()):
            if not name.startswith("_"):
                yield from describe_member(f"{path}.{name}", member)
    elif inspect.isroutine(value):
        yield f"def {path}{signature(value)}"
    else:
        yield f"data {path}"


def describe_member(path: str, member: object) -> Iterator[str]:
    """One line for a method or property of a class; slots and plain data are in the class's signature."""
    if isinstance(member, property):
        yield f"  property {path} -> {(getattr(member.fget, '__annotations__', {})).get('return', '?')}"
    elif isinstance(member, staticmethod | classmethod):
        yield f"  {type(member).__name__} {path}{signature(member.__func__)}"
    elif inspect.isfunction(member):
        yield f"  def {path}{signature(member)}"


def signature(value: object) -> str:
    """The signature as written; `(...)` where Python cannot tell."""
    try:
        return str(inspect.signature(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return "(...)"


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    print("\n".join(lines()))
