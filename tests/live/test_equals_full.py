"""Whatever happens to the facts, and however time passes, a monitor says what a full assessment would say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit.live.monitor import Monitor
from alignkit.stores import MemoryStore
from alignkit.testing import NOW
from tests.live.policies import far_policy
from tests.live.worlds import EXCHANGE, later, steps, write, wrong

POLICIES = {"default": ak.Policy.default().with_exchange(EXCHANGE), "far": far_policy().with_exchange(EXCHANGE)}
JUDGED = ("objective", "project", "customer")


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(events=st.lists(steps(), min_size=4, max_size=14))
def test_a_tick_gives_the_full_assessment(name: str, events: list[Any]) -> None:
    """After a tick every outcome of every subject is that of a full assessment, to the last integer."""
    store, now = MemoryStore(), NOW
    monitor = Monitor(store, POLICIES[name], name="m")
    monitor.tick(now=now)
    for event in events:
        if event[0] == "pass":
            now = later(now, event[1])
            monitor.tick(now=now)
        else:
            write(store, event, now)
            monitor.catch_up(now=now)
    monitor.tick(now=now)
    assert wrong(monitor, store, now, (*JUDGED, "portfolio")) == []


@pytest.mark.parametrize("name", POLICIES)
@settings(max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(events=st.lists(steps(), min_size=4, max_size=14))
def test_catching_up_gives_the_full_assessment_of_the_moment(name: str, events: list[Any]) -> None:
    """While no time passes, reading the journal alone keeps all subjects but the portfolio as a full assessment."""
    store = MemoryStore()
    monitor = Monitor(store, POLICIES[name], name="m")
    monitor.catch_up(now=NOW)
    for event in events:
        write(store, event, NOW)
        monitor.catch_up(now=NOW)
        assert wrong(monitor, store, NOW, JUDGED) == []
