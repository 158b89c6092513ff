"""
A quick look at everything that the rules of a policy read from the host, on the way of every assessment.

It only says whether all of it is the very same as before. Where it is not, `Watch` looks closer and says what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

from alignkit.policy.scopes import Watch

__all__ = ["Untouched"]


@attrs.frozen
class Untouched:
    """
    What was there when the policy was made.

    Attributes:
        functions: Functions with the code they had.
        names: How to look names up, with what they stood for.
    """

    functions: tuple[tuple[Any, Any], ...]
    names: tuple[tuple[Callable[[], Any], Any], ...]

    @classmethod
    def of(cls, watches: Iterable[Watch]) -> Untouched:
        """What some watches watch, each once."""
        functions: dict[tuple[int, int], tuple[Any, Any]] = {}
        names: dict[tuple[int, str, int], tuple[Callable[[], Any], Any]] = {}
        for watch in watches:
            if watch.code is not None:
                functions[id(watch.function), id(watch.code)] = (watch.function, watch.code)
            names[*watch.place, id(watch.value)] = (watch.current, watch.value)
        return cls(tuple(functions.values()), tuple(names.values()))

    def is_untouched(self) -> bool:
        """Whether every name stands for the same object, and every function has the same code."""
        for function, code in self.functions:
            if function.__code__ is not code:
                return False
        for current, value in self.names:
            if current() is not value:
                return False
        return True
