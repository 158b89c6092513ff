"""alignkit in Django: the host's own tables, judged in place, through real requests and the real command."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timezone
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from tests.hosts.conftest import EXAMPLES

django = pytest.importorskip("django", reason="Django is not installed")

AT = "2026-03-02T09:00+00:00"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=timezone.utc)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Django, set up on a database file of its own with the example's company in it."""
    where = tmp_path_factory.mktemp("django") / "delivery.sqlite3"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DELIVERY_DATABASE", str(where))
        patch.setenv("DJANGO_SETTINGS_MODULE", "site_config.settings")
        patch.setenv("TZ", "UTC")  # Django sets it for the whole process; so it is put back
        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("loaddata", "company", verbosity=0)
        yield where
        from delivery.facts import facts
        from django.db import connections

        facts().close()
        connections.close_all()
    time.tzset()


@pytest.fixture
def client(database: Path) -> Any:
    """Django's test client."""
    from django.test import Client

    return Client()


def test_bound_equals_loaded(database: Path) -> None:
    """The host's tables are judged in place just as the same facts in memory are, and no row is refused."""
    from delivery.facts import facts, policy

    tables = facts()
    assessment = policy().assess(tables, now=NOW)
    assert assessment.rows == policy().assess(tables.portfolio(), now=NOW).rows
    assert assessment.faults == ()


def test_columns_mean_what_they_say(database: Path) -> None:
    """Percent become shares, flags become words, and Django's moments are read in UTC to the microsecond."""
    from delivery.facts import facts

    portfolio = facts().portfolio()
    assert portfolio.records("projects")["2"].progress == 0.75
    assert [task.status for task in portfolio.records("tasks").values()] == ["done", "todo", "todo"]
    touch = portfolio.records("interactions")["2"]
    assert touch.direction == "outbound"
    assert touch.occurred_at == datetime(2026, 2, 27, 15, 30, 0, 250_000, tzinfo=timezone.utc)
    assert portfolio.records("customers")["1"].annual_value == ak.Money(48_000, "EUR")


def test_models_and_migration_agree(database: Path) -> None:
    """The migration makes exactly the tables that the models name."""
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_command_prints_the_report(database: Path) -> None:
    """The command prints what the library's own report says, and the explanation asked for adds up."""
    from delivery.facts import facts, policy
    from django.core.management import call_command

    from alignkit.reports import portfolio_report

    out = StringIO()
    call_command("alignment", "--at", AT, "--explain", "project:1", stdout=out)
    report = portfolio_report(policy().assess(facts(), now=NOW))
    assert out.getvalue().startswith(report)
    assert out.getvalue().rstrip().endswith("= 100.00")


@pytest.mark.parametrize(
    ("arguments", "told"), [(["--at", "2026-03-02T09:00"], "offset"), (["--explain", "project:99"], "no project '99'")]
)
def test_command_refuses_in_words(database: Path, arguments: list[str], told: str) -> None:
    """A moment without its offset, or a subject that is not there, ends the command with a sentence."""
    from django.core.management import CommandError, call_command

    with pytest.raises(CommandError, match=told):
        call_command("alignment", *arguments, stdout=StringIO())


def test_command_as_a_program(database: Path) -> None:
    """`manage.py alignment` runs as a scheduler would start it."""
    command = [sys.executable, str(EXAMPLES / "django_app" / "manage.py"), "alignment", "--at", AT]
    done = subprocess.run(command, env=os.environ.copy(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Alignment ")


def test_overview_is_escaped(client: Any) -> None:
    """The page lists every client, and a name stays text whatever it contains."""
    page = client.get("/alignment/")
    assert page.status_code == 200
    assert "Harbour Foods" in page.content.decode()
    assert "Alder &amp; Sons &lt;Ltd&gt;" in page.content.decode()
    assert "<Ltd>" not in page.content.decode()


def test_subject_is_explained(client: Any) -> None:
    """A subject's page holds the whole explanation; one that is not there is a 404."""
    assert "= 100.00" in client.get("/alignment/project/1/").content.decode()
    assert client.get("/alignment/project/99/").status_code == 404
    assert client.get("/alignment/employee/1/").status_code == 404


def test_what_django_writes_is_judged(client: Any) -> None:
    """A touch that the ORM stores moves the very next answer: there is no copy to go stale."""
    from delivery.facts import facts, policy
    from delivery.models import Touch

    before = policy().assess(facts(), now=NOW).of("project", "1").score_micro
    told = Touch.objects.create(client_id=1, engagement_id=1, sort="status_update", from_us=True, happened=NOW)
    after = policy().assess(facts(), now=NOW).of("project", "1").score_micro
    told.delete()
    assert before is not None
    assert after is not None
    assert after > before
    assert policy().assess(facts(), now=NOW).of("project", "1").score_micro == before


def test_a_wrong_row_is_told(database: Path) -> None:
    """A percentage beyond 100 stops nothing: its rules are errors on that project, and the command counts it."""
    from delivery.models import Engagement
    from django.core.management import call_command

    Engagement.objects.filter(pk=1).update(percent=170)
    try:
        out, err = StringIO(), StringIO()
        call_command("alignment", "--at", AT, stdout=out, stderr=err)
    finally:
        Engagement.objects.filter(pk=1).update(percent=20)
    assert "progress" in err.getvalue()
    assert out.getvalue().startswith("Alignment")
