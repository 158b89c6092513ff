"""
What other tools export, as facts: declarative mappings, strict readings, and a report in which every row is accounted
for. Nothing is dropped silently, nothing is guessed.

>>> import alignkit.importers
>>> [info.name for info in alignkit.importers.importers() if info.side == "crm"]
['hubspot', 'pipedrive', 'salesforce', 'zendesk']
>>> from alignkit.importers import hubspot, jira, merge            # doctest: +SKIP
>>> crm = hubspot.read("exports/hubspot", currency="EUR")          # doctest: +SKIP
>>> pm = jira.read("exports/jira", zone="Europe/Berlin")           # doctest: +SKIP
>>> portfolio = Portfolio(**merge(crm, pm))                        # doctest: +SKIP

Named time zones need the IANA data: on a system without it, install `tzdata`.
"""

from __future__ import annotations

import sys
from types import ModuleType

from alignkit.importers import (
    asana,
    generic,
    github,
    gitlab,
    hivemind,
    hubspot,
    jira,
    objectives,
    ofbiz,
    pipedrive,
    salesforce,
    signatures,
    trello,
    zendesk,
)
from alignkit.importers.describe import MappedField, describe
from alignkit.importers.events import NeedsFetch, Patch, SourceChange, Tombstone, Webhook, WebhookEvent
from alignkit.importers.imported import Import, merge
from alignkit.importers.landed import LandedTables, import_landed, landed_rowsets
from alignkit.importers.landed_folder import LandedFolder
from alignkit.importers.landed_styles import LandedStyle
from alignkit.importers.loading import Loaded, load
from alignkit.importers.options import ClockChange, Dangling, ImportProgress, ReadOptions
from alignkit.importers.preset import Hop, LinkEnd, Preset, Record, Table
from alignkit.importers.preset_toml import parse_preset
from alignkit.importers.reading import read
from alignkit.importers.references import Pending
from alignkit.importers.registry import ImporterInfo, importers
from alignkit.importers.report import ImportIssue, ImportReport, TableReport
from alignkit.importers.rowset import RowSet
from alignkit.importers.ways import Alias, KeepWhen, Lookup, SkipWhen, Take
from alignkit.importers.webhook_applying import apply_webhook
from alignkit.importers.webhook_outcomes import AppliedEvent, AppliedWebhook
from alignkit.importers.webhooks import webhook

__all__ = [
    "Alias",
    "AppliedEvent",
    "AppliedWebhook",
    "ClockChange",
    "Dangling",
    "Hop",
    "Import",
    "ImportIssue",
    "ImportProgress",
    "ImportReport",
    "ImporterInfo",
    "KeepWhen",
    "LandedFolder",
    "LandedStyle",
    "LandedTables",
    "LinkEnd",
    "Loaded",
    "Lookup",
    "MappedField",
    "NeedsFetch",
    "Patch",
    "Pending",
    "Preset",
    "ReadOptions",
    "Record",
    "RowSet",
    "SkipWhen",
    "SourceChange",
    "Table",
    "TableReport",
    "Take",
    "Tombstone",
    "Webhook",
    "WebhookEvent",
    "apply_webhook",
    "asana",
    "describe",
    "generic",
    "github",
    "gitlab",
    "hivemind",
    "hubspot",
    "import_landed",
    "importers",
    "jira",
    "landed_rowsets",
    "load",
    "merge",
    "objectives",
    "ofbiz",
    "parse_preset",
    "pipedrive",
    "read",
    "salesforce",
    "signatures",
    "trello",
    "webhook",
    "zendesk",
]


class _Importers(ModuleType):
    """This package: `ak.importers` is it, and `ak.importers()` lists what it ships."""

    def __call__(self) -> tuple[ImporterInfo, ...]:
        """The shipped importers, by name; the same as `alignkit.importers.importers()`."""
        return importers()


sys.modules[__name__].__class__ = _Importers
