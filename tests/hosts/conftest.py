"""Where the host examples are, and the databases they run on."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alignkit.sample.demo import run_demo
from tests.sql.conftest import fresh

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
HOSTS = tuple(
    engine
    for engine in os.environ.get("ALIGNKIT_ENGINES", "sqlite,postgresql").split(",")
    if engine in ("sqlite", "postgresql")
)

collect_ignore_glob = [] if EXAMPLES.is_dir() else ["test_*.py"]  # a distribution may come without them


@pytest.fixture(scope="session", autouse=True)
def on_path() -> Iterator[None]:
    """The examples can be imported, as their programs do."""
    added = [str(EXAMPLES), str(EXAMPLES / "django_app")]
    sys.path[:0] = added
    yield
    for path in added:
        sys.path.remove(path)


@pytest.fixture(scope="module", params=HOSTS)
def company_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database that holds the sample company."""
    from alignkit.sql import SqlStore

    with fresh(request.param, tmp_path_factory.mktemp("company")) as url:
        with SqlStore.open(url) as store:
            run_demo(store)
        yield url
