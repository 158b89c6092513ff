"""
What other tools export, as facts: declarative mappings, strict readings, and a report in which every row is accounted
for. Nothing is dropped silently, nothing is guessed.

>>> from alignkit.importers import hubspot, jira, merge            # doctest: +SKIP
>>> crm = hubspot.read("exports/hubspot", currency="EUR")          # doctest: +SKIP
>>> pm = jira.read("exports/jira", zone="Europe/Berlin")           # doctest: +SKIP
>>> portfolio = Portfolio(**merge(crm, pm))                        # doctest: +SKIP

Named time zones need the IANA data: on a system without it, install `tzdata`.
"""

from __future__ import annotations

from alignkit.importers import hubspot, jira, objectives
from alignkit.importers.imported import Import, merge
from alignkit.importers.options import ClockChange, Dangling, ImportProgress, ReadOptions
from alignkit.importers.preset import Hop, LinkEnd, Preset, Record, Table
from alignkit.importers.preset_toml import parse_preset
from alignkit.importers.reading import read
from alignkit.importers.references import Pending
from alignkit.importers.report import ImportIssue, ImportReport, TableReport
from alignkit.importers.ways import Alias, KeepWhen, Lookup, SkipWhen, Take

__all__ = [
    "Alias",
    "ClockChange",
    "Dangling",
    "Hop",
    "Import",
    "ImportIssue",
    "ImportProgress",
    "ImportReport",
    "KeepWhen",
    "LinkEnd",
    "Lookup",
    "Pending",
    "Preset",
    "ReadOptions",
    "Record",
    "SkipWhen",
    "Table",
    "TableReport",
    "Take",
    "hubspot",
    "jira",
    "merge",
    "objectives",
    "parse_preset",
    "read",
]
