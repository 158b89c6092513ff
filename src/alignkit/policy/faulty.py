"""What an assessment says of rows that the domain would refuse, where facts are judged without being loaded."""

from __future__ import annotations

from attrs import frozen

__all__ = ["FaultyRows"]


@frozen(order=True)
class FaultyRows:
    """
    Rows of a collection that are wrong in one way. A row that is wrong in several is counted in each.

    Attributes:
        collection: Such as `"projects"`.
        field: The field that is wrong.
        reason: What is wrong with it, such as `"lies outside 0..1"`.
        rows: How many rows there are.
    """

    collection: str
    field: str
    reason: str
    rows: int

    def __str__(self) -> str:
        return f"{self.collection}: {self.rows} {'row' if self.rows == 1 else 'rows'} whose {self.field} {self.reason}"
