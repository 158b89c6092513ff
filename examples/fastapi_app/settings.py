"""What every request needs: the store, the policy, the moment, and who asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

import alignkit as ak
from alignkit.sql import SqlStore


@dataclass(frozen=True)
class Settings:
    """What the application was started with."""

    store: SqlStore
    policy: ak.Policy
    clock: Callable[[], datetime]
    github_secret: str


@dataclass(frozen=True)
class Person:
    """Who writes, for the journal."""

    name: str
    team: str


def settings_of(request: Request) -> Settings:
    """What the application was started with."""
    settings: Settings = request.app.state.settings
    return settings


def person_of(x_user: Annotated[str, Header()] = "", x_team: Annotated[str, Header()] = "") -> Person:
    """Who asks. Replace it by the sign-in you have: headers can be made up."""
    if not x_user.strip() or not x_team.strip():
        raise HTTPException(401, "say who you are: X-User and X-Team")
    return Person(x_user, x_team)


HasSettings = Annotated[Settings, Depends(settings_of)]
IsKnown = Annotated[Person, Depends(person_of)]
