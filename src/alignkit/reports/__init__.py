"""
Reports for people: a report is a value, and a renderer turns it into text.

`summarise` gives the value, to walk, test or render elsewhere; `portfolio_report` gives it as plain text. Nothing
here decides anything about a score, reads a fact, or prints.
"""

from __future__ import annotations

from alignkit.reports.portfolio import Attention, KindCount, PortfolioReport, summarise
from alignkit.reports.text import portfolio_report

__all__ = ["Attention", "KindCount", "PortfolioReport", "portfolio_report", "summarise"]
