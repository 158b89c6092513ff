"""From drafts to records; the work is done in `alignkit.policy.drafted`, which cases share."""

from __future__ import annotations

from alignkit.policy.drafted import Made, records_of

__all__ = ["Made", "records_of"]
