"""
Files that speak alignkit's own words: CSV, JSON, JSON lines or Excel sheets named after a collection (`customers`,
`projects`, `tasks`, ...) with columns named after its fields.

Case, spaces, `_` and `-` in column names do not count: `due_on`, `Due on` and `DueOn` are one. Several values in one cell
are parted by `;`. A column `currency` says the currency of the row's amounts. For any other file, write a mapping.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import attrs

from alignkit.domain import COLLECTIONS, REFERENCES
from alignkit.errors import ImporterError
from alignkit.importers.imported import Import
from alignkit.importers.options import Dangling, ReadOptions
from alignkit.importers.preset import Preset, Record, Table
from alignkit.importers.preset_faults import unknown
from alignkit.importers.reading import Progress
from alignkit.importers.reading import read as read_by
from alignkit.importers.sources import Given
from alignkit.importers.ways import Take, kind_of_field

__all__ = ["preset", "read"]

OWN: Final = frozenset({"id", "external_refs", "version", "custom"})
KEYS: Final = {"contributions": ("project_id", "objective_id"), "check_ins": ("objective_id", "occurred_at")}
READ: Final = tuple(name for name in COLLECTIONS if name not in {"changes", "duplicates"})


def _singular(collection: str) -> str:
    return "opportunity" if collection == "opportunities" else collection.removesuffix("s")


def _way(collection: str, field: str) -> Take:
    target = REFERENCES[collection].get(field)
    if target:
        return Take(columns=(field,), reference=_singular(target))
    kind = kind_of_field(collection, field)
    return Take(
        columns=(field,),
        separator=";" if kind == "texts" else "",
        currency="currency" if kind == "money" else "",
        convert="domains" if field == "domains" else "",
    )


def _record(collection: str) -> Record:
    fields = (field.name for field in attrs.fields(COLLECTIONS[collection]) if field.name not in OWN)
    return Record(collection=collection, fields={field: (_way(collection, field),) for field in fields})


def _table(collection: str) -> Table:
    cls = COLLECTIONS[collection]
    key = KEYS.get(collection, ("id",))
    needed = (field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING and field.name != "id")
    return Table(
        format="any",
        stems=(collection, _singular(collection)),
        rows=(collection, "rows", "items", "data"),
        fold=True,
        key=key,
        requires=tuple(dict.fromkeys((*key, *needed))),
        records=(_singular(collection),),
    )


@lru_cache(maxsize=8)
def preset(system: str = "generic") -> Preset:
    """
    The mapping that `read` uses; change it with `with_fields` and `with_table`.

    Args:
        system: Name of the tool in references and ids.
    """
    return Preset(
        system=system,
        tool="any tool, in alignkit's words",
        side="both",
        shapes=("CSV", "JSON", "JSON lines", "Excel workbooks"),
        records={_singular(name): _record(name) for name in READ},
        tables={name: _table(name) for name in READ},
    )


def read(
    given: Given,
    *,
    system: str = "generic",
    collection: str | None = None,
    zone: str | None = None,
    currency: str | None = None,
    mapping: Preset | None = None,
    dangling: Dangling = "unlink",
    strict: bool = False,
    options: ReadOptions | None = None,
    progress: Progress | None = None,
) -> Import:
    """
    Import files whose columns are named after alignkit's fields.

    Args:
        given: A folder, a file, several of either, parsed pages, or rows by collection (`{"customers": [...]}`).
        system: Name of the tool in references and ids; two tools need two names.
        collection: What the files hold, where neither their names nor their sheets say it.
        zone: IANA zone of moments that name none.
        currency: ISO 4217 code of amounts whose row has no `currency`.
        mapping: Another preset than `preset(system)`.
        dangling: What becomes of a reference to a record that was not imported.
        strict: Whether anything that could not be used raises, so that nothing is used.
        options: Limits and text format.
        progress: Called every 1,000 rows and after each source.

    Returns:
        The facts, and a report in which every row is accounted for.

    Raises:
        ImporterError: A source as a whole cannot be read; `code` says why.
        ImportRefusedError: Under `strict`, a row or value could not be used.
    """
    chosen = mapping or preset(system)
    if collection is not None:
        if collection not in chosen.tables:
            raise ImporterError("OptionUnknown", unknown("collection", collection, chosen.tables))
        only = attrs.evolve(chosen.tables[collection], shape=chosen.tables[collection].requires)
        chosen = attrs.evolve(chosen, tables={collection: only})
    return read_by(
        chosen,
        given,
        zone=zone,
        currency=currency,
        dangling=dangling,
        strict=strict,
        options=options,
        progress=progress,
    )
