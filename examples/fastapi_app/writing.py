"""What the teams write down: each request is one unit of work, all or nothing, with its entries in the journal."""

from __future__ import annotations

from fastapi import APIRouter

import alignkit as ak
from fastapi_app.settings import HasSettings, IsKnown
from fastapi_app.shapes import Stored, Touch

router = APIRouter()


@router.post("/interactions", status_code=201)
def add_interaction(touch: Touch, person: IsKnown, settings: HasSettings) -> Stored:
    """Store a touch. References must lead somewhere, and an id is stored once."""
    fact = ak.Interaction(**touch.model_dump(), team=person.team)
    with settings.store.unit_of_work(actor=person.name, team=person.team, at=settings.clock()) as work:
        stored = work.interactions.add(fact)
        work.commit()
    return Stored(id=stored.id, version=stored.version)


@router.put("/needs/{id:path}/told", status_code=200)
def tell(id: str, touch: Touch, person: IsKnown, settings: HasSettings) -> Stored:
    """Store the touch by which a customer was told about a need: both are written, or neither."""
    fact = ak.Interaction(**touch.model_dump(), team=person.team, told=(id,))
    with settings.store.unit_of_work(actor=person.name, team=person.team, at=settings.clock()) as work:
        work.needs.get(id)  # refuses an id that is not there
        stored = work.interactions.add(fact)
        work.commit()
    return Stored(id=stored.id, version=stored.version)
