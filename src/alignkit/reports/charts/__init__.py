"""
Charts of results (extra `charts`): each function returns an Altair chart whose title states the finding.

Rows are aggregated before a chart grows past what can be read, and the title says so. Bands differ by shape or text
as well as by colour. Every name in the data is made inert: no browser takes it for markup, wherever a chart is put.
"""

from __future__ import annotations

from alignkit.reports.charts.customers import dimension_map, score_by_value
from alignkit.reports.charts.subjects import declared_and_computed, score_history, waterfall
from alignkit.reports.charts.work import duplicate_effort, objective_tree, time_to_answer

__all__ = [
    "declared_and_computed",
    "dimension_map",
    "duplicate_effort",
    "objective_tree",
    "score_by_value",
    "score_history",
    "time_to_answer",
    "waterfall",
]
