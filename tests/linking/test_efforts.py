"""Effort spent twice is found, with evidence; what only looks like it is left alone."""

from __future__ import annotations

import random
from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import alignkit as ak
from alignkit import sample
from alignkit.errors import ValidationError
from alignkit.linking.efforts import Efforts, duplicates
from alignkit.portfolio import Portfolio
from alignkit.sample.demo import run_demo
from alignkit.testing import NOW

pytest.importorskip("rapidfuzz", reason="rapidfuzz is not installed")

SAME = """
Migrate the customer database | Customer database migration
Write the user manual | User manual: writing
Set up single sign-on | Single sign-on setup
Import price list of suppliers | Importing the suppliers' price lists
Prepare training for dispatchers | Training for the dispatchers, preparation
Design landing page for spring campaign | Landing page design, spring campaign
Clean up address data | Address data clean-up
Audit of access rights | Access rights audit
Interface to the accounting system | Accounting system interface
Fix rounding of invoices | Invoices: fix rounding
Collect requirements for the mobile app | Mobile app: collect requirements
Backup concept for plant servers | Plant servers backup concept
Translate the terms of use | Translation of terms of use
Évaluer les fournisseurs de paiement | Evaluer fournisseurs de paiement
Abnahmeprotokoll für Lagerhalle erstellen | Abnahmeprotokoll fuer die Lagerhalle erstellen
Test plan for acceptance of the web shop | Web shop acceptance test plan
Order barcode scanners for the warehouse | Barcode scanners for warehouse: order
Renew certificates of the mail gateway | Renewing mail gateway certificates
Analyse returns of last winter | Analysis of returns last winter
Connect the loyalty card system | Loyalty card system connection
"""

DIFFERENT = """
Sprint 3 review | Sprint 4 review
Kickoff | Kickoff
ERP connector: stock sync | ERP connector: price list sync
Release 2.1 to the test system | Release 2.2 to the test system
Invoice March | Invoice April
Training for dispatchers | Training for drivers
Interface to the accounting system | Interface to the booking system
Mobile app: login | Mobile app: logout
Migrate customer data | Delete customer data
Set up test server | Set up mail server
Write the user manual | Write the admin manual
Order barcode scanners | Order label printers
Workshop with sales | Workshop with purchasing
Clean up address data | Clean up article data
Fix rounding of invoices | Fix layout of invoices
Translate the terms of use | Translate the newsletter
Report for the board | Report for the works council
Close sprint | Plan sprint
Door 17 does not open | Door 71 does not open
Prepare go-live of the portal | Prepare the training of the portal team
"""


def pairs_of(text: str) -> list[tuple[str, str]]:
    return [(left.strip(), right.strip()) for left, right in (line.split("|") for line in text.strip().splitlines())]


def task(id: str, title: str, project: str, **facts: object) -> ak.Task:
    given = {"created_at": NOW - timedelta(days=20), "due_on": NOW.date() + timedelta(days=20), "team": "pmo"}
    return ak.Task(id=id, title=title, project_id=project, **(given | facts))  # type: ignore[arg-type]


def world_of(tasks: list[ak.Task], customers: int = 30) -> Portfolio:
    """Customers with two projects each, `P-<n>` and `Q-<n>`; each also has a kickoff and an invoice, as everyone has."""
    ids = range(customers)
    common = [
        task(f"{name}-{side}{n}", name, f"{side}-{n}", created_at=NOW - timedelta(days=400), due_on=None)
        for n in ids
        for side in "PQ"
        for name in ("Kickoff", "Weekly status")
    ]
    return ak.Portfolio(
        customers=[ak.Customer(id=f"C-{n}", name=f"Customer {n}") for n in ids],
        projects=[
            ak.Project(id=f"{side}-{n}", name=f"{side} {n}", customer_id=f"C-{n}", owner=f"lead {side}{n}")
            for n in ids
            for side in "PQ"
        ],
        objectives=[ak.Objective(id="O", title="One result")],
        contributions=[],
        tasks=[*common, *tasks],
        interactions=[],
    )


def labelled() -> Portfolio:
    """Each labelled pair is the work of two projects of one customer, the pairs spread over the customers."""
    tasks = []
    for label, text in (("same", SAME), ("other", DIFFERENT)):
        for number, (left, right) in enumerate(pairs_of(text)):
            tasks.append(task(f"{label}-{number}-a", left, f"P-{number}"))
            tasks.append(task(f"{label}-{number}-b", right, f"Q-{number}", team="crm"))
    return world_of(tasks)


def test_precision_and_recall_on_labelled_titles() -> None:
    """Of the labelled pairs at least 95 in 100 that are found are right, and at least 85 in 100 are found."""
    found = {(pair.duplicate.left_id, pair.duplicate.right_id) for pair in duplicates(labelled(), now=NOW)}
    right = {pair for pair in found if pair[0].startswith("same") and pair[0][:-1] == pair[1][:-1]}
    assert len(right) / len(found) >= 0.95, sorted(found - right)
    missed = [n for n in range(len(pairs_of(SAME))) if (f"same-{n}-a", f"same-{n}-b") not in found]
    assert 1 - len(missed) / len(pairs_of(SAME)) >= 0.85, [pairs_of(SAME)[n] for n in missed]


def test_the_sample_company_does_three_things_twice() -> None:
    """In the sample company two tasks and one mail are done twice, and nothing else is suspected."""
    world = run_demo().portfolio
    found = duplicates(world, now=sample.NOW)
    assert [(one.duplicate.kind, one.left) for one in found] == [
        ("task", "Single sign-on for the case workers"),
        ("task", "Texts of consent for tenants"),
        ("interaction", "Agenda for the onboarding workshop"),
    ]
    assert found.hours == 56.0


def test_the_rules_see_what_was_found() -> None:
    """Fed back as `duplicates`, the pairs cost efficiency where they are, and the rules on it have data everywhere."""
    world = run_demo().portfolio
    policy = ak.Policy.default().with_exchange(ak.Exchange("EUR"))
    known = policy.assess(world.with_(duplicates=duplicates(world, now=sample.NOW).duplicates), now=sample.NOW)
    (finding,) = (
        f for f in known.of("project", "jira:project:NLC").findings if f.rule_id == "project_work_is_done_once"
    )
    assert (finding.state, finding.evidence["pairs"]) == ("scored", 1)
    assert "project_work_is_done_once" not in known.without_data


BASE = ("Migrate the customer database", "Customer database migration")


def two(**second: object) -> Efforts:
    """What is found among two like tasks, the second changed."""
    facts: dict[str, object] = {"team": "crm", "effort_hours": 8.0} | second
    project = str(facts.pop("project", "Q-1"))
    left = task("a", BASE[0], "P-1", effort_hours=20.0, spent_hours=4.0)
    return duplicates(world_of([left, task("b", BASE[1], project, **facts)]), now=NOW)


def test_a_pair_carries_its_evidence() -> None:
    """Reasons, hours of the smaller one, the teams, and the one that is further as owner."""
    (pair,) = two()
    assert pair.duplicate.hours == 8.0
    assert pair.duplicate.is_across_teams
    assert pair.duplicate.customer_id == "C-1"
    assert pair.reasons[1:] == ("same customer C-1", "two teams: crm, pmo")
    assert pair.suggested_owner == "pmo"
    assert "8 hours at stake; pmo could go on with it" in str(pair)
    assert two(spent_hours=6.0).pairs[0].suggested_owner == "crm"


@pytest.mark.parametrize(
    "second",
    [
        {"project": "Q-2"},
        {"status": "cancelled"},
        {"created_at": NOW + timedelta(days=30), "due_on": NOW.date() + timedelta(days=60)},
        {"created_at": NOW - timedelta(days=90), "due_on": None, "completed_at": NOW - timedelta(days=60)},
        {"parent_id": "a"},
        {"is_milestone": True},
    ],
    ids=["another customer", "dropped", "later", "done before", "a part of it", "a milestone"],
)
def test_what_cannot_be_the_same_effort(second: dict[str, object]) -> None:
    """Other customers, dropped work, other times, parts of one another and milestones are no pairs."""
    assert len(two()) == 1
    assert len(two(**second)) == 0


def test_one_objective_of_two_customers_is_enough() -> None:
    """Work for two customers that serves one objective is compared too."""
    tasks = [task("a", BASE[0], "P-1", objective_id="O"), task("b", BASE[1], "P-2", objective_id="O")]
    (pair,) = duplicates(world_of(tasks), now=NOW)
    assert (pair.duplicate.customer_id, pair.duplicate.objective_id) == (None, "O")


def test_one_persons_list_is_no_double_effort() -> None:
    """Two like tasks of one person in one project are that person's own plan."""
    mine = {"assignee": "ana", "team": "pmo"}
    tasks = [task("a", BASE[0], "P-1", **mine), task("b", BASE[1], "P-1", **mine)]
    assert len(duplicates(world_of(tasks), now=NOW)) == 0


def touch(id: str, subject: str, **facts: object) -> ak.Interaction:
    given = {"customer_id": "C-1", "direction": "outbound", "kind": "email", "occurred_at": NOW - timedelta(days=5)}
    return ak.Interaction(id=id, subject=subject, **(given | facts))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("second", "number"),
    [
        ({"team": "crm"}, 1),
        ({"team": "pmo"}, 0),
        ({"team": "crm", "kind": "call"}, 0),
        ({"team": "crm", "direction": "inbound"}, 0),
        ({"team": "crm", "occurred_at": NOW - timedelta(days=9)}, 0),
        ({"team": "crm", "customer_id": "C-2"}, 0),
        ({}, 0),
    ],
)
def test_touches_of_two_teams(second: dict[str, object], number: int) -> None:
    """Two teams that tell one customer one thing in one way within three days are a pair, and nothing less is."""
    touches = [touch("a", "Go-live of the portal", team="pmo"), touch("b", "Portal go-live", **second)]
    world = world_of([]).with_(interactions=touches)
    assert len(duplicates(world, now=NOW)) == number


def test_projects_for_one_customer() -> None:
    """Two projects that promise one customer the same at one time are a pair."""
    world = world_of([])
    named = [
        attrs.evolve(one, name={"P-3": "Relaunch of the dealer portal", "Q-3": "Dealer portal relaunch"}[one.id])
        for one in world.projects or ()
        if one.id in ("P-3", "Q-3")
    ]
    (pair,) = duplicates(world.with_(projects=named), now=NOW)
    assert (pair.duplicate.kind, pair.suggested_owner) == ("project", "lead P3")


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_facts_does_not_matter(shuffle: random.Random) -> None:
    """The same facts in any order give the same pairs in the same order."""
    world = labelled()
    tasks = list(world.tasks or ())
    shuffle.shuffle(tasks)
    again = ak.Portfolio(
        customers=world.customers, projects=world.projects, objectives=world.objectives, contributions=[],
        interactions=[], tasks=tasks,
    )  # fmt: skip
    assert duplicates(again, now=NOW) == duplicates(world, now=NOW)


def test_large_groups_find_what_small_ones_do() -> None:
    """Among 3,000 other tasks of one customer the pair is still found, and nothing else."""
    words = ["ab", "cd", "ef", "gh", "ij", "kl", "mn", "op", "qr", "st", "uv", "wx"]
    draw = random.Random(7)
    others = [
        task(f"x{n}", " ".join(w * 3 for w in draw.sample(words, 5)) + f" {n}", "P-1", due_on=date(2030, 1, 1))
        for n in range(3_000)
    ]
    pair = [task("a", BASE[0], "P-1"), task("b", BASE[1], "Q-1", team="crm")]
    found = duplicates(world_of([*others, *pair]), now=NOW)
    assert [(one.duplicate.left_id, one.duplicate.right_id) for one in found] == [("a", "b")]


@pytest.mark.parametrize("alike", [0.0, 1.5])
def test_refuses_what_is_no_share(alike: float) -> None:
    """A likeness outside of 0..1 is refused."""
    with pytest.raises(ValidationError, match="expected a share"):
        duplicates(world_of([]), now=NOW, alike=alike)


def test_unknown_collections_are_no_evidence() -> None:
    """A portfolio that knows nothing has no pairs, and no fault."""
    assert len(duplicates(ak.Portfolio(), now=NOW)) == 0
