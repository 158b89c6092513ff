"""The same on a real Spark standalone cluster: a nightly run, because a cluster of six processes takes its time."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import attrs
import pytest

import alignkit as ak
from alignkit import sample
from alignkit.portfolio import Portfolio
from alignkit.sql.distributed import SparkRunner, Statement, bind_runner

from .cluster import VARIABLE, Cluster, cluster
from .comparing import differences, disagreements, landed
from .landed import arrow_tables, frames_of

pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} does not say where Apache Spark is; a nightly run needs it"
)
POLICY = ak.Policy.default().with_exchange(ak.Exchange("EUR"))
KILLED_AT = 9
SECONDS_INTO_THE_JOB = 0.3


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster of a master and two workers."""
    with cluster(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="module")
def spark(running: Cluster) -> Iterator[Any]:
    """A session with it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyspark.sql import SparkSession

        session = SparkSession.builder.remote(running.url).create()
    yield session
    session.stop()


@attrs.define(eq=False)
class Killing(SparkRunner):
    """Kills an executor while one of the stages is worked out."""

    running: Cluster = attrs.field(kw_only=True)
    stages: int = 0
    killed: list[int] = attrs.field(factory=list)

    def hold(self, name: str, statement: Statement, /) -> None:
        self.stages += 1
        if self.stages == KILLED_AT:
            threading.Timer(SECONDS_INTO_THE_JOB, lambda: self.killed.append(self.running.kill_executor())).start()
        super().hold(name, statement)


def test_judges_the_sample_company(spark: Any, company: Portfolio) -> None:
    """The whole default policy over the sample company on two executors: no integer differs."""
    with landed(spark, company) as tables:
        there = POLICY.assess(tables, now=sample.NOW)
    assert differences(POLICY, POLICY.assess(company, now=sample.NOW), there) == []


def test_survives_a_killed_executor(spark: Any, running: Cluster, company: Portfolio) -> None:
    """An executor that is killed while a stage is worked out changes nothing."""
    runner = Killing(spark, running=running)
    with bind_runner(runner, frames_of(spark, arrow_tables(company))) as tables:
        there = POLICY.assess(tables, now=sample.NOW)
    assert len(runner.killed) == 1
    assert runner.killed[0] not in running.executors()
    assert differences(POLICY, POLICY.assess(company, now=sample.NOW), there) == []


def test_judges_the_hostile_corpus(spark: Any) -> None:
    """A part of the hostile rules over hostile facts: no integer differs."""
    from ..hostile import corpus

    whole = corpus.policy().with_exchange(ak.Exchange("EUR"))
    others = [rule.id for number, rule in enumerate(whole.rules) if number % 4]
    assert disagreements(spark, whole.without(*others), corpus.portfolio(), corpus.MOMENTS[0]) == []
