"""
What loaders add to the tables they land: columns of their own that say when a row came, whether it is gone, and
whether the load it came with was complete. Facts of the loaders, as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import attrs

from alignkit.errors import ImporterError

__all__ = ["STYLES", "LandedStyle", "Style", "style_of", "styles_named"]

LandedStyle = Literal["dlt", "airbyte", "fivetran", "singer"]
"""A loader: dlt, Airbyte, Fivetran, or any Singer target."""

FALSE: Final = frozenset({"", "0", "f", "false", "n", "no"})


@attrs.frozen(kw_only=True)
class Style:
    """
    What one loader adds.

    Attributes:
        name: The loader.
        marks: Columns one of which every table of records has.
        own: Starts of the names of columns and tables that are the loader's own, not the tool's.
        order: Columns that grow from one version of a row to the next; the first that the table has counts.
        gone: Columns that hold the moment of deletion.
        flags: Columns that are true for a deleted row.
        current: Column that is false for an outdated version of a row.
        ended: Column that holds the moment at which a version was outdated.
        payload: Column that holds the whole record, in tables of raw records.
    """

    name: LandedStyle
    marks: tuple[str, ...]
    own: tuple[str, ...]
    order: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    current: str = ""
    ended: str = ""
    payload: str = ""

    def is_own(self, name: str) -> bool:
        """Whether a column or table is the loader's own."""
        return name.startswith(self.own)

    def is_deleted(self, row: Mapping[str, Any]) -> bool:
        """Whether the row is a tombstone."""
        if any(row.get(column) not in {None, ""} for column in self.gone):
            return True
        return any(is_true(row.get(column)) for column in self.flags)

    def is_outdated(self, row: Mapping[str, Any]) -> bool:
        """Whether the loader itself says that a later version of the row exists."""
        if self.current and row.get(self.current) is not None and not is_true(row[self.current]):
            return True
        return bool(self.ended) and row.get(self.ended) not in {None, ""}


STYLES: Final[dict[str, Style]] = {
    "dlt": Style(
        name="dlt",
        marks=("_dlt_load_id", "_dlt_id"),
        own=("_dlt_",),
        order=("_dlt_load_id",),
        ended="_dlt_valid_to",
    ),
    "airbyte": Style(
        name="airbyte",
        marks=("_airbyte_raw_id", "_airbyte_extracted_at", "_airbyte_ab_id", "_airbyte_emitted_at"),
        own=("_airbyte_", "_ab_cdc_", "_ab_source_"),
        order=("_airbyte_extracted_at", "_airbyte_emitted_at"),
        gone=("_ab_cdc_deleted_at",),
        payload="_airbyte_data",
    ),
    "fivetran": Style(
        name="fivetran",
        marks=("_fivetran_synced",),
        own=("_fivetran_",),
        order=("_fivetran_synced",),
        flags=("_fivetran_deleted",),
        current="_fivetran_active",
    ),
    "singer": Style(
        name="singer",
        marks=("_sdc_batched_at", "_sdc_received_at", "_sdc_extracted_at", "_sdc_sequence"),
        own=("_sdc_",),
        order=("_sdc_sequence", "_sdc_extracted_at", "_sdc_batched_at", "_sdc_received_at"),
        gone=("_sdc_deleted_at",),
    ),
}
"""What each loader adds, by name."""


def styles_named(name: str | None) -> list[Style]:
    """
    The styles to look for.

    Raises:
        ImporterError: There is none of that name (code `OptionUnknown`).
    """
    if name is None:
        return list(STYLES.values())
    if name not in STYLES:
        raise ImporterError("OptionUnknown", f"style={name!r}; choose one of {', '.join(get_args(LandedStyle))}")
    return [STYLES[name]]


def style_of(columns: Iterable[str], among: Iterable[Style]) -> Style | None:
    """The loader whose columns a table has; None when it has none."""
    have = set(columns)
    return next((style for style in among if have.intersection(style.marks)), None)


def is_true(value: object) -> bool:
    """Whether a flag column says yes."""
    return value is not None and str(value).strip().lower() not in FALSE
