"""Reads the tables that the other modules keep as text, cells parted by `|`."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    T = TypeVar("T", bound=DataclassInstance)

__all__ = ["rows", "specs"]


def rows(table: str) -> list[list[str]]:
    """The cells of each line that is not empty; all lines have as many cells as the first."""
    found = [[cell.strip() for cell in line.split("|")] for line in table.splitlines() if line.strip()]
    for line in found:
        if len(line) != len(found[0]):
            raise ValueError(f"{len(line)} cells instead of {len(found[0])}: {'|'.join(line)}")
    return found


def specs(cls: type[T], table: str, *, numbered: bool = False) -> tuple[T, ...]:
    """The lines as values of a dataclass, cells in the order of its fields; `numbered` fills the first with 0, 1, ..."""
    known = fields(cls)
    found = []
    for number, line in enumerate(rows(table)):
        cells = [str(number), *line] if numbered else line
        if len(cells) != len(known):
            raise ValueError(f"{len(cells)} cells for the {len(known)} fields of {cls.__name__}: {'|'.join(cells)}")
        values: dict[str, Any] = {
            field.name: int(cell) if field.type == "int" else cell for field, cell in zip(known, cells, strict=True)
        }
        found.append(cls(**values))
    return tuple(found)
