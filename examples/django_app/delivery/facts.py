"""
The tool's tables as facts: what each column means to a policy. Nothing is copied, and nothing is written.

SQLAlchemy reads the tables as they are, so no column is declared twice; it is a way to ask, not a second ORM.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from django.conf import settings
from sqlalchemy import MetaData, Table, case, create_engine, select
from sqlalchemy.engine import URL

import alignkit as ak
from alignkit.sql import BoundTables, bind
from delivery.models import Client, Engagement, Touch, WorkItem

DRIVERS = {
    "django.db.backends.sqlite3": "sqlite",
    "django.db.backends.postgresql": "postgresql+psycopg",
}


def policy() -> ak.Policy:
    """What the company judges by: the policy that ships, with amounts in euros."""
    return ak.Policy.default().with_exchange(ak.Exchange("EUR"))


@cache
def facts() -> BoundTables:
    """The tables, bound once in each process. Every assessment then reads one moment of what is committed."""
    engine = create_engine(database_url())
    names = MetaData()
    client, engagement, item, touch = (
        Table(model._meta.db_table, names, autoload_with=engine) for model in (Client, Engagement, WorkItem, Touch)
    )
    return bind(
        engine,
        customers=select(
            client.c.id,
            client.c.title.label("name"),
            client.c.rank.label("tier"),
            client.c.worth.label("annual_value"),
        ),
        projects=select(
            engagement.c.id,
            engagement.c.title.label("name"),
            engagement.c.client_id.label("customer_id"),
            engagement.c.state.label("status"),
            engagement.c.mood.label("health"),
            engagement.c.begins.label("start_on"),
            engagement.c.promised.label("due_on"),
            engagement.c.first_promised.label("baseline_due_on"),
            (engagement.c.percent / 100.0).label("progress"),
        ),
        tasks=select(
            item.c.id,
            item.c.title,
            item.c.engagement_id.label("project_id"),
            case((item.c.is_done, "done"), else_="todo").label("status"),
            item.c.promised.label("due_on"),
        ),
        interactions=select(
            touch.c.id,
            touch.c.client_id.label("customer_id"),
            touch.c.engagement_id.label("project_id"),
            touch.c.sort.label("kind"),
            case((touch.c.from_us, "outbound"), else_="inbound").label("direction"),
            touch.c.happened.label("occurred_at"),
        ),
        currency="EUR",
        zone="UTC",  # Django keeps moments in UTC while USE_TZ is on
    )


def database_url() -> URL:
    """Where Django's own database is, in SQLAlchemy's words."""
    found: dict[str, Any] = settings.DATABASES["default"]
    return URL.create(
        DRIVERS[found["ENGINE"]],
        username=found.get("USER") or None,
        password=found.get("PASSWORD") or None,
        host=found.get("HOST") or None,
        port=int(found["PORT"]) if found.get("PORT") else None,
        database=str(found["NAME"]),
    )
