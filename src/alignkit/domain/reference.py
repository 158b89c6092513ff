"""Identity of a fact in another system."""

from __future__ import annotations

import attrs

from alignkit.domain import checks
from alignkit.domain.checks import checked

__all__ = ["ExternalRef"]


@attrs.frozen(order=True)
class ExternalRef:
    """
    What a fact is called elsewhere. Importing the same reference twice is an update, not a second fact.

    Attributes:
        system: The tool, such as `"hubspot"`.
        kind: The tool's own word for the record, such as `"company"`.
        key: The tool's id of the record.
    """

    system: str = checked(checks.FILLED)
    kind: str = checked(checks.FILLED)
    key: str = checked(checks.FILLED)
