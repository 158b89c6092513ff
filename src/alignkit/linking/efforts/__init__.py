"""
The same work done twice: tasks, projects and touches that do the same for one customer or objective at one time.

`titles` says how alike two titles are, `work` what counts as a piece of work, `pairs` which are compared at all,
`find` puts it together.
"""

from __future__ import annotations

from alignkit.linking.efforts.find import DoubleEffort, Efforts, duplicates

__all__ = ["DoubleEffort", "Efforts", "duplicates"]
