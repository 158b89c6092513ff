"""Acme's custom fields: what rules may read beside alignkit's own."""

from __future__ import annotations

from typing import Annotated, Protocol

import alignkit as ak
from alignkit.policy.custom import Unit


class AcmeProject(ak.ProjectView, Protocol):
    """A project with the risk that Acme's delivery managers put on it."""

    @property
    def risk(self) -> Annotated[float | None, Unit("0..1")]: ...


class AcmeCustomer(ak.CustomerView, Protocol):
    """A customer whose projects are Acme's."""

    @property
    def projects(self) -> ak.Relation[AcmeProject]: ...
