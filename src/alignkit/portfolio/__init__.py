"""
The indexed, immutable set of facts that is scored in memory.

Refuses facts that contradict each other; what single facts may be is the domain's.
"""

from __future__ import annotations

from alignkit.portfolio.portfolio import Portfolio

__all__ = ["Portfolio"]
