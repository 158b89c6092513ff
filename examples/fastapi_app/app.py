"""
The application: one store, opened when it starts and closed when it ends.

    ALIGNKIT_URL=sqlite:///company.db uvicorn --app-dir examples --factory fastapi_app.app:create_app

Endpoints are plain functions: FastAPI runs them in its pool of threads, and threads may share a store. Its one engine
gives each call a connection of its own.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timezone

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

import alignkit as ak
from alignkit.sql import SqlStore
from fastapi_app import asking, pushed, refusals, writing
from fastapi_app.settings import Settings


def utc_now() -> datetime:
    """The moment of a request. The library reads no clock; this is where the application does."""
    return datetime.now(timezone.utc)


def create_app(
    url: str | None = None, *, policy: ak.Policy | None = None, clock: Callable[[], datetime] = utc_now
) -> FastAPI:
    """
    The application over one database.

    Args:
        url: Of the database; None takes the environment's `ALIGNKIT_URL`.
        policy: What is judged by; None is the policy that ships, with amounts in euros.
        clock: Gives the moment of a request; tests hand in one that stands still.
    """
    where = url or os.environ["ALIGNKIT_URL"]
    judged_by = policy or ak.Policy.default().with_exchange(ak.Exchange("EUR"))

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        with await run_in_threadpool(SqlStore.open, where) as store:
            app.state.settings = Settings(store, judged_by, clock, os.environ.get("GITHUB_WEBHOOK_SECRET", ""))
            yield

    app = FastAPI(title="Alignment of projects and customers", lifespan=lifespan)
    app.include_router(asking.router)
    app.include_router(writing.router)
    app.include_router(pushed.router)
    refusals.answer(app)
    return app
