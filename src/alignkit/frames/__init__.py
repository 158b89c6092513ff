"""
Results as tables for other tools: tidy columns that go to any data frame library, to Arrow and to CSV, and frames in.

No data frame library is needed to make a table; narwhals (extra `frames`) takes it to the one that is asked for.
"""

from __future__ import annotations

from alignkit.frames.csv_text import csv_text
from alignkit.frames.reading import records_of
from alignkit.frames.table import Column, DataTable, Tabular

__all__ = ["Column", "DataTable", "Tabular", "csv_text", "records_of"]
