"""What every test stands on: Hypothesis profiles, and the real data when it is there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

MAIN = sys.modules["__main__"]
if MAIN.__spec__ is None and not hasattr(MAIN, "__file__"):
    # A worker of pytest-xdist: PySpark takes a process without a main file for a doctest of its own, and ends it.
    MAIN.__file__ = __file__

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

settings.register_profile("default", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("nightly", max_examples=1_200, deadline=None, suppress_health_check=list(HealthCheck))
settings.register_profile("gate", settings.get_profile("default"), derandomize=True)
# A gate answers the same for the same code; chance explores at the desk and in the nightly run.
settings.load_profile("gate" if os.environ.get("CI") else "default")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The directory of the large real exports; the test is skipped where they are not."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the large real exports (../shared/data) are not on this machine; tests/data holds a part of them")
    return SHARED_DATA
