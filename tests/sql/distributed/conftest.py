"""Sail, started once in this process: a server of Spark Connect from a wheel."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo

from ..conftest import missing

QUIET = "ignore:PySpark does not yet fully support pandas:FutureWarning"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pyspark warns of pandas wherever it comes near it."""
    for item in items:
        if "distributed" in item.path.parts:
            item.add_marker(pytest.mark.filterwarnings(QUIET))


@pytest.fixture(scope="session")
def sail() -> Iterator[Any]:
    """A session with Sail; with the server that `ALIGNKIT_SPARK_URL` names, to try all of this on another."""
    with ExitStack() as opened:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                from pyspark.sql import SparkSession

                url = os.environ.get("ALIGNKIT_SPARK_URL") or opened.enter_context(sail_server())
            except ImportError as error:
                missing("sail", f"{error.name} is not installed")
            session = SparkSession.builder.remote(url).create()
            opened.callback(session.stop)
        yield session


@contextmanager
def sail_server() -> Iterator[str]:
    """The address of Sail in this process."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    host, port = server.listening_address
    yield f"sc://{host}:{port}"
    server.stop()


@pytest.fixture(scope="session")
def company() -> Portfolio:
    """The sample company."""
    return run_demo().portfolio
