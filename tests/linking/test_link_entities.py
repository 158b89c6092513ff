"""Laws of linking what importers brought: whose customers are records, and how projects mention theirs."""

from __future__ import annotations

from typing import Any

import pytest

from alignkit.domain import Contact, Customer, ExternalRef, Project
from alignkit.errors import DuplicateError, LinkingError, ValidationError
from alignkit.linking import MENTION_RULES, MentionRule, apply, link

CRM = ExternalRef("hubspot", "company", "1")
ACME = Customer(id="c", name="Acme GmbH", domains=("acme.example",), external_refs=(CRM,))


def stub(id: str, name: str, *refs: ExternalRef, system: str = "jira") -> Customer:
    """A customer as a project tool names it."""
    return Customer(id=id, name=name, external_refs=(ExternalRef(system, "customer", id), *refs))


def project(**facts: Any) -> Project:
    """A project of Jira."""
    refs = (ExternalRef("jira", "project", "SHOP"), *facts.pop("refs", ()))
    return Project(id="P", name=facts.pop("name", "New shop"), external_refs=refs, **facts)


def customer_of(given: Project, **options: Any) -> str | None:
    """The customer that a project has after linking with Acme."""
    facts: dict[str, Any] = {"customers": [ACME], "projects": [given]}
    return str(apply(link(facts, **options), facts).entities["projects"][0].customer_id)


def test_stubs_of_a_project_tool_are_mentions() -> None:
    """Three spellings in the project tool are one customer of the CRM."""
    stubs = [stub("a", "ACME"), stub("b", "Acme, Inc."), stub("d", "Someone", CRM)]
    links = link({"customers": [*stubs, ACME]})
    assert links.systems == ("hubspot", "jira")
    assert [(each.left.id, each.right.id, each.evidence[0].kind) for each in links.links] == [
        ("c", "a", "name"),
        ("c", "b", "name"),
        ("c", "d", "reference"),
    ]


def test_contacts_count_for_their_customer() -> None:
    """A contact's e-mail domain links a mention."""
    people = [Contact(id="k", email="kim@acme.example", customer_id="a")]
    links = link({"customers": [ACME, stub("a", "Project Falcon client")], "contacts": people})
    assert [each.evidence[0].kind for each in links.links] == ["email_domain"]


def test_mentions_that_fit_no_record_are_compared_with_each_other() -> None:
    """A customer that no CRM knows is one customer in two project tools."""
    links = link({"customers": [ACME, stub("a", "Zeta AG"), stub("b", "ZETA", system="trello")]})
    assert [(each.left.id, each.right.id) for each in links.links] == [("a", "b")]
    assert [record.id for record in links.unlinked] == ["c"]


def test_a_customer_without_references_is_the_hosts_own_record() -> None:
    """What the host wrote down itself is a record, behind the CRM's."""
    links = link({"customers": [Customer(id="h", name="Acme"), ACME, stub("a", "ACME")]})
    assert links.systems == ("hubspot", "host", "jira")
    assert [record.id for record in links.clusters[0]] == ["c", "h", "a"]


def test_another_crm_can_be_named() -> None:
    """The host says which systems are records and whose word counts most."""
    links = link({"customers": [ACME, stub("a", "Acme")]}, crm=["jira", "hubspot"])
    assert [record.id for record in links.clusters[0]] == ["a", "c"]


@pytest.mark.parametrize(
    "given",
    [
        project(refs=(CRM,)),
        project(labels=("web", "customer:acme")),
        project(labels=("Customer:acme.example",)),
        project(labels=("kunde:ACME_GmbH",)),
        project(customer_id="Acme"),
        project(customer_id="acme.example"),
    ],
)
def test_a_project_may_mention_its_customer(given: Project) -> None:
    """A reference, a label or an unknown customer id gives the project its customer."""
    assert customer_of(given) == "c"


def test_a_projects_name_is_read_only_on_request() -> None:
    """That a name begins with a customer is a guess, unless the host has that habit."""
    given = project(name="ACME: new shop")
    assert customer_of(given) == "None"
    assert customer_of(given, mention_rules=[*MENTION_RULES, MentionRule("name", until=":")]) == "c"


def test_a_projects_own_customer_stands() -> None:
    """A mention never overrules a customer that is there."""
    other = Customer(id="z", name="Zeta", external_refs=(ExternalRef("hubspot", "company", "2"),))
    given = project(customer_id="z", labels=("customer:acme",))
    facts: dict[str, Any] = {"customers": [ACME, other], "projects": [given]}
    assert apply(link(facts), facts).entities["projects"] == (given,)


def test_a_project_that_mentions_two_is_ambiguous() -> None:
    """Labels for two customers are listed."""
    other = Customer(id="z", name="Zeta", external_refs=(ExternalRef("hubspot", "company", "2"),))
    given = project(labels=("customer:acme", "customer:zeta"))
    (case,) = link({"customers": [ACME, other], "projects": [given]}).ambiguous
    assert [record.id for record in case.records] == ["c", "P", "z"]


def test_internal_projects_are_not_listed() -> None:
    """A project that says nothing of a customer is no mention; one that names an unknown customer is."""
    own = (ExternalRef("jira", "project", "7"), ExternalRef("jira", "project", "INT"))
    quiet, lost = Project(id="Q", name="Intranet", external_refs=own), project(labels=("client:nobody",))
    dangling = Project(id="R", name="Old", external_refs=(*own, ExternalRef("hubspot", "company", "99")))
    links = link({"customers": [ACME], "projects": [quiet, lost, dangling]})
    assert [record.id for record in links.unlinked] == ["c", "P", "R"]


@pytest.mark.parametrize(("place", "field"), [("title", "place"), ("name", "until")])
def test_a_rule_that_cannot_work_is_refused(place: Any, field: str) -> None:
    """An unknown place, and a whole project name, are no mention."""
    with pytest.raises(ValidationError) as caught:
        MentionRule(place)
    assert caught.value.field == field


def test_wrong_facts_are_refused() -> None:
    """An unknown collection, a fact in the wrong one, and a repeated customer are told."""
    with pytest.raises(LinkingError, match="no collection 'custommers'; did you mean 'customers'"):
        link({"custommers": []})
    with pytest.raises(LinkingError, match="projects holds a Customer; expected Project"):
        link({"projects": [ACME]})
    with pytest.raises(DuplicateError, match="customer 'c' appears twice"):
        link({"customers": [ACME, ACME]})


def test_no_facts_give_no_links() -> None:
    """Unknown and empty collections are no error."""
    assert (
        str(link({}))
        == str(link({"customers": None, "projects": []}))
        == "0 linked, 0 ambiguous, 0 unlinked (no system)"
    )
