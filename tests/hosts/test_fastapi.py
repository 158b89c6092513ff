"""alignkit in FastAPI: real requests on a real database."""

from __future__ import annotations

import hashlib
import hmac
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import alignkit as ak
from alignkit.sample import NOW
from alignkit.sql import SqlStore
from tests.hosts.conftest import EXAMPLES, ROOT
from tests.sql.conftest import fresh

pytest.importorskip("fastapi", reason="FastAPI is not installed")
httpx2 = pytest.importorskip("httpx2", reason="httpx2 is not installed")

MSO = "jira:project:MSO"
CUSTOMER = "hubspot:company:9120000135"
SECRET = "only for this test"
ANA = {"X-User": "ana", "X-Team": "pmo"}
REQUESTS = 50


@pytest.fixture(scope="module")
def client(company_url: str) -> Iterator[Any]:
    """A client of the application over the sample company, at the company's moment."""
    from fastapi.testclient import TestClient
    from fastapi_app.app import create_app

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GITHUB_WEBHOOK_SECRET", SECRET)
        with TestClient(create_app(company_url, clock=lambda: NOW)) as opened:
            yield opened


def touch(id: str, **more: Any) -> dict[str, Any]:
    """The body of a touch."""
    return {"id": id, "kind": "call", "direction": "outbound", "occurred_at": NOW.isoformat(), **more}


def test_assessment_is_the_librarys(client: Any, company_url: str) -> None:
    """What the application answers is what the library says of the same store, to the last digit."""
    answer = client.get("/assessment", params={"most": 3}).json()
    with SqlStore.open(company_url) as store:
        judged = ak.Policy.default().with_exchange(ak.Exchange("EUR")).assess(store, now=NOW)
        worst = [customer.id for customer in judged.subjects("customer", worst_first=True)[:3]]
        assert answer["portfolio"]["score"] == judged.score
        assert answer["subjects"] == len(judged)
        assert [customer["id"] for customer in answer["worst_customers"]] == worst


def test_one_subject_is_explained(client: Any) -> None:
    """A project is explained to its last point, with the next moves, best first."""
    answer = client.get(f"/subjects/project/{MSO}").json()
    assert answer["name"] == "ERP connector"
    assert answer["explanation"].splitlines()[-1].endswith("= 100.00")
    points = [step["points"] for step in answer["next_moves"]]
    assert points == sorted(points, reverse=True)
    assert points


@pytest.mark.parametrize("kind", ["customer", "project", "objective"])
def test_part_equals_whole(client: Any, company_url: str, kind: str) -> None:
    """Judging one subject's customer alone gives the score that judging everything gives."""
    with SqlStore.open(company_url) as store:
        judged = ak.Policy.default().with_exchange(ak.Exchange("EUR")).assess(store, now=NOW)
        for subject in judged.subjects(kind)[:3]:
            assert client.get(f"/subjects/{kind}/{subject.id}").json()["score"] == subject.score


def test_touch_is_written_once(client: Any, company_url: str) -> None:
    """A touch is stored with who wrote it; the same id again is refused and changes nothing."""
    body = touch("call-1", customer_id=CUSTOMER, project_id=MSO)
    assert client.post("/interactions", json=body, headers=ANA).json() == {"id": "call-1", "version": 1}
    again = client.post("/interactions", json=body, headers=ANA)
    assert (again.status_code, again.json()["error"]) == (409, "DuplicateError")
    with SqlStore.open(company_url) as store:
        assert store.interactions.get("call-1").team == "pmo"
        entries = [c for c in store.changes(limit=10_000).changes if c.subject_id == "call-1"]
        assert [(c.field, c.actor) for c in entries] == [("*", "ana")]


def test_touch_moves_the_score(client: Any) -> None:
    """A status update to the client raises the project that had none: what was written is judged."""
    before = client.get(f"/subjects/project/{MSO}").json()["score"]
    update = touch("update-1", customer_id=CUSTOMER, project_id=MSO) | {"kind": "status_update"}
    assert client.post("/interactions", json=update, headers=ANA).status_code == 201
    assert client.get(f"/subjects/project/{MSO}").json()["score"] > before


@pytest.mark.parametrize(
    ("body", "headers", "status", "told"),
    [
        (touch("bad-1"), {}, 401, "X-User"),
        (touch("bad-2", customer_id="nobody"), ANA, 422, "nobody"),
        (touch("bad-3") | {"occurred_at": "2026-03-02T09:00:00"}, ANA, 422, "timezone"),
        (touch("bad-4", mood="fine"), ANA, 422, "mood"),
        (touch("   "), ANA, 422, "Interaction.id"),
    ],
)
def test_bad_touch_is_refused(
    client: Any, company_url: str, body: dict[str, Any], headers: dict[str, str], status: int, told: str
) -> None:
    """A touch that cannot be stored is refused with what is wrong, and nothing of it is stored."""
    answer = client.post("/interactions", json=body, headers=headers)
    assert answer.status_code == status
    assert told in answer.text
    with SqlStore.open(company_url) as store:
        assert not store.interactions.find("id == who", {"who": body["id"]})


def test_unknown_subject_is_not_found(client: Any) -> None:
    """An id that is not there is a 404 that says so, not an error of the server."""
    answer = client.get("/subjects/project/jira:project:MSOO")
    assert (answer.status_code, answer.json()["error"]) == (404, "NotFoundError")


def test_page_of_a_tool_is_taken_once(client: Any) -> None:
    """A page that a tool sends becomes facts; the same page again changes nothing."""
    new = {"results": [{"id": "77", "properties": {"name": "Harbour Foods", "domain": "harbour.example"}}]}
    first = client.post("/pages/hubspot", json={"companies": [new]}, headers=ANA).json()
    assert (first["added"], first["updated"]) == (1, 0)
    second = client.post("/pages/hubspot", json={"companies": [new]}, headers=ANA).json()
    assert (second["added"], second["updated"], second["unchanged"]) == (0, 0, 1)
    assert client.get("/subjects/customer/hubspot:company:77").json()["name"] == "Harbour Foods"


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    """The headers that GitHub would send with a body."""
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "d-1", "X-Hub-Signature-256": f"sha256={made}"}


def heard_from_github(url: str) -> list[str]:
    """What the journal says GitHub wrote."""
    with SqlStore.open(url) as store:
        return [change.subject_id for change in store.changes(limit=10_000).changes if change.actor == "github"]


def test_webhook_is_heard_once(client: Any, company_url: str) -> None:
    """A signed message of GitHub becomes a task; the same one again changes nothing."""
    body = (ROOT / "tests/data/payloads/github_webhooks/issues__opened.payload.json").read_bytes()
    first = client.post("/webhooks/github", content=body, headers=signed(body))
    assert (first.status_code, first.json()["outcomes"]) == (202, ["stored"])
    written = heard_from_github(company_url)
    assert any(id.startswith("github:issue:") for id in written)
    second = client.post("/webhooks/github", content=body, headers=signed(body))
    assert (second.status_code, second.json()["outcomes"]) == (202, ["repeated"])
    assert heard_from_github(company_url) == written


@pytest.mark.parametrize("headers", [{}, signed(b"{}"), signed(b'{"action": "opened"}', "another secret")])
def test_unsigned_webhook_is_refused(client: Any, headers: dict[str, str]) -> None:
    """Without the signature of these very bytes by our secret nothing is parsed, and the answer tells neither."""
    answer = client.post("/webhooks/github", content=b'{"action": "opened"}', headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (401, "SignatureError")
    assert SECRET not in answer.text


def test_needs_are_queued(client: Any) -> None:
    """The queue comes most urgent first, each need with its reasons."""
    queue = client.get("/needs", params={"most": 5}).json()
    priorities = [need["priority"] for need in queue]
    assert len(queue) == 5
    assert priorities == sorted(priorities, reverse=True)
    assert all(need["reasons"] for need in queue)


def test_digest_goes_on_from_its_cursor(client: Any) -> None:
    """What one digest told is not told by the next; what was written between is."""
    start = client.get("/digest", params={"team": "pmo"}).json()["cursor"]
    told = touch("complaint-1", customer_id=CUSTOMER) | {"subject": "Angry about the delay", "direction": "inbound"}
    assert client.post("/interactions", json=told, headers={"X-User": "carl", "X-Team": "crm"}).status_code == 201
    news = client.get("/digest", params={"team": "pmo", "since": start}).json()
    assert "Angry about the delay" in news["text"] or "Müller" in news["text"]
    later = client.get("/digest", params={"team": "pmo", "since": news["cursor"]}).json()
    assert "Müller" not in later["text"]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The address of the application as a process of its own, and the URL of its database."""
    pytest.importorskip("uvicorn", reason="uvicorn is not installed")
    with fresh("sqlite", tmp_path) as url, socket.socket() as listening:
        with SqlStore.open(url) as store:
            store.upsert(
                [ak.Customer(id="C-1", name="Harbour Foods"), ak.Project(id="P-1", name="Shop", customer_id="C-1")],
                at=NOW,
            )
        listening.bind(("127.0.0.1", 0))
        listening.listen(REQUESTS)  # so early requests wait in line until the process takes them
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "--app-dir",
            str(EXAMPLES),
            "--factory",
            "fastapi_app.app:create_app",
        ]
        process = subprocess.Popen(
            [*command, "--fd", str(listening.fileno()), "--log-level", "warning"],
            env={**os.environ, "ALIGNKIT_URL": url},
            pass_fds=[listening.fileno()],
        )
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", url
        finally:
            process.terminate()
            process.wait(timeout=30)


def test_fifty_at_once(served: tuple[str, str]) -> None:
    """Fifty requests at once, half of them writing, all succeed; every touch is stored once, with its entry."""
    address, url = served

    def one(number: int) -> int:
        with httpx2.Client(base_url=address, timeout=60) as client:
            if number % 2:
                return int(client.get("/subjects/project/P-1").status_code)
            body = touch(f"call-{number}", customer_id="C-1", project_id="P-1")
            return int(client.post("/interactions", json=body, headers=ANA).status_code)

    with ThreadPoolExecutor(REQUESTS) as pool:
        statuses = sorted(pool.map(one, range(REQUESTS)))
    assert statuses == [200] * (REQUESTS // 2) + [201] * (REQUESTS // 2)
    with SqlStore.open(url) as store:
        assert len(store.interactions.find()) == REQUESTS // 2
        entries = [change for change in store.changes().changes if change.kind == "interaction"]
        assert len(entries) == REQUESTS // 2
        assert {change.actor for change in entries} == {"ana"}
