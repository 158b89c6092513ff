"""Laws of linking the customers of two or more systems."""

from __future__ import annotations

import pickle

import pytest

from alignkit.domain import Contact, Customer, ExternalRef
from alignkit.errors import LinkingError
from alignkit.linking import Links, link_customers, link_systems
from alignkit.linking.candidates import LARGEST_SHARE


def customer(id: str, name: str, *domains: str, refs: tuple[tuple[str, str, str], ...] = ()) -> Customer:
    """One customer in a line."""
    return Customer(id=id, name=name, domains=domains, external_refs=tuple(ExternalRef(*ref) for ref in refs))


def pairs(links: Links) -> list[tuple[str, str]]:
    """The linked ids."""
    return [(link.left.id, link.right.id) for link in links.links]


def kinds(links: Links) -> list[str]:
    """The kinds of evidence of the only link."""
    (link,) = links.links
    return [each.kind for each in link.evidence]


def test_the_same_reference_links() -> None:
    """Two records of different names with one external reference are one customer, and the link says so."""
    erp = (("erp", "account", "77"),)
    links = link_customers([customer("c", "Acme", refs=erp)], [customer("p", "Zeta", refs=erp)])
    assert pairs(links) == [("c", "p")]
    assert kinds(links) == ["reference"]
    assert str(links.links[0]) == "left customer 'Acme' (c) = right customer 'Zeta' (p): same reference erp/account/77"


def test_the_same_domain_links() -> None:
    """A web address and a bare domain are the same domain."""
    links = link_customers(
        [customer("c", "Acme", "acme.example")], [customer("p", "Zeta", "https://www.ACME.example/")]
    )
    assert kinds(links) == ["domain"]


def test_the_domain_of_a_contacts_mail_links() -> None:
    """A contact's e-mail address counts for the contact's customer."""
    people = [Contact(id="k", email="ann@acme.example", customer_id="c"), Contact(id="l", email=None, customer_id="p")]
    links = link_customers([customer("c", "Acme")], [customer("p", "Zeta", "acme.example")], contacts=people)
    assert kinds(links) == ["email_domain"]


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.de", "facebook.com", "acme.myshopify.com", "example.com"])
def test_shared_domains_never_link(domain: str) -> None:
    """Public mail providers and hosts are no evidence, stated or by a contact."""
    people = [Contact(id="k", email=f"ann@{domain}", customer_id="c")]
    links = link_customers([customer("c", "Acme", domain)], [customer("p", "Zeta", domain)], contacts=people)
    assert (links.links, links.ambiguous) == ((), ())


def test_your_own_domain_can_be_ignored() -> None:
    """Colleagues stand as contacts in many a CRM; their domain counts for nobody."""
    sides = [customer("c", "Acme", "us.example")], [customer("p", "Zeta", "us.example")]
    assert link_customers(*sides, ignored_domains=["www.us.example"]).links == ()


def test_the_same_normalised_name_links() -> None:
    """Legal form, umlaut and word order do not part a name."""
    links = link_customers([customer("c", "Müller & Söhne GmbH")], [customer("p", "SOEHNE UND MUELLER")])
    assert kinds(links) == ["name"]
    assert links.links[0].evidence[0].detail == "same name 'mueller soehne'"


@pytest.mark.parametrize("name", ["Group", "Services GmbH", "n/a", "???", "Test Company"])
def test_names_of_nobody_never_link(name: str) -> None:
    """Equal names that cannot tell companies apart are left unlinked."""
    links = link_customers([customer("c", name)], [customer("p", name)])
    assert links.links == ()
    assert [record.id for record in links.unlinked] == ["c", "p"]


def test_hashes_link_only_when_identical() -> None:
    """A name of 32 hexadecimal digits is a name like any other: equal or not."""
    one, other = "4b2c13cca3eb58ee49bbddcf00417130", "4b2c13cca3eb58ee49bbddcf00417131"
    assert link_customers([customer("c", one)], [customer("p", other)]).links == ()
    assert len(link_customers([customer("c", one)], [customer("p", one)]).links) == 1


def test_stronger_evidence_wins() -> None:
    """A record that shares its domain with one and its name with another belongs to the former."""
    crm = [customer("c1", "Acme"), customer("c2", "Zeta", "acme.example")]
    links = link_customers(crm, [customer("p", "Acme", "acme.example")])
    assert pairs(links) == [("c2", "p")]
    assert [record.id for record in links.unlinked] == ["c1"]


def test_more_evidence_decides_between_equals() -> None:
    """Of two with the same domain, the one that also has the name is it."""
    crm = [customer("c1", "Bosch Rexroth", "bosch.example"), customer("c2", "Bosch Tools", "bosch.example")]
    assert pairs(link_customers(crm, [customer("p", "Rexroth Bosch AG", "bosch.example")])) == [("c1", "p")]


def test_equal_candidates_are_ambiguous() -> None:
    """One record that fits two equally well is listed with both and linked with none."""
    crm = [customer("c1", "Aurora Systems Ltd"), customer("c2", "Aurora Systems AB")]
    links = link_customers(crm, [customer("p", "Aurora Systems")])
    (case,) = links.ambiguous
    assert [record.id for record in case.records] == ["c1", "p", "c2"]
    assert case.reason == "several candidates are equally strong"
    assert (links.links, links.unlinked) == ((), ())
    assert "same name 'aurora systems'" in str(links)


@pytest.mark.parametrize(
    ("left", "right", "against"),
    [
        (customer("c", "Acme", "acme.example"), customer("p", "Acme", "acme.test"), "domains differ"),
        (
            customer("c", "Acme", refs=(("erp", "account", "1"),)),
            customer("p", "Acme", refs=(("erp", "account", "2"),)),
            "references differ: erp/account 1 and 2",
        ),
    ],
)
def test_evidence_that_contradicts_itself_is_ambiguous(left: Customer, right: Customer, against: str) -> None:
    """One name with two domains, or two references of one place, is listed with what speaks against it."""
    links = link_customers([left], [right])
    assert links.links == ()
    assert links.ambiguous[0].reason == "the evidence contradicts itself"
    assert against in str(links.ambiguous[0])


def test_weaker_contradiction_does_not_matter() -> None:
    """A company has many domains: the same reference outweighs different ones."""
    erp = (("erp", "account", "1"),)
    left, right = customer("c", "Acme", "a.example", refs=erp), customer("p", "Acme", "b.example", refs=erp)
    assert kinds(link_customers([left], [right])) == ["reference", "name"]


def test_a_foreign_contact_does_not_outweigh_stated_domains() -> None:
    """A consultant's address at a customer does not make the two firms one."""
    people = [Contact(id="k", email="eve@agency.example", customer_id="c")]
    crm = [customer("c", "Acme", "acme.example")]
    links = link_customers(crm, [customer("p", "Agency", "agency.example")], contacts=people)
    assert links.links == ()
    assert links.ambiguous[0].reason == "the evidence contradicts itself"


def test_weaker_pairs_of_an_undecided_record_stay_undecided() -> None:
    """Who waits for a decision is not given away by weaker evidence meanwhile."""
    crm = [customer("c1", "Acme", "acme.example"), customer("c2", "Zeta", "acme.example")]
    pm = [customer("p1", "Other", "acme.example"), customer("p2", "Acme")]
    links = link_customers(crm, pm)
    assert links.links == ()
    assert [case.reason for case in links.ambiguous] == [
        "several candidates are equally strong",
        "it depends on a stronger case that is undecided",
    ]


def test_a_value_that_everybody_has_is_not_used() -> None:
    """A domain of more customers than one company has is set aside, and the answer says so."""
    crm = [customer(f"c{number}", f"Firm {number}x", "portal.example") for number in range(LARGEST_SHARE + 1)]
    links = link_customers(crm, [customer("p", "Zeta", "portal.example")])
    assert (links.links, links.ambiguous) == ((), ())
    assert [str(each) for each in links.unused] == [
        f"domain portal.example stands in {LARGEST_SHARE + 1} records of left and was not used"
    ]


def test_many_mentions_mean_one_record() -> None:
    """In a system that only mentions customers, any number of entries may be one customer."""
    pm = [customer("p1", "Acme"), customer("p2", "ACME GmbH", "acme.example")]
    links = link_systems({"crm": [customer("c", "Acme GmbH", "acme.example")], "pm": pm}, mentioning=["pm"])
    assert pairs(links) == [("c", "p1"), ("c", "p2")]
    assert [[record.id for record in cluster] for cluster in links.clusters] == [["c", "p1", "p2"]]


def test_a_mentioning_system_may_come_first() -> None:
    """Which system's word counts most has nothing to do with which one only mentions."""
    links = link_systems({"pm": [customer("p", "ACME")], "crm": [customer("c", "Acme")]}, mentioning=["pm"])
    assert pairs(links) == [("p", "c")]


def test_links_over_a_third_system_join_a_cluster() -> None:
    """Three records of one customer are one cluster, the most trusted system first."""
    systems = {
        "crm": [customer("c", "Acme", "acme.example")],
        "desk": [customer("d", "Acme Support Portal", "acme.example", refs=(("erp", "account", "1"),))],
        "pm": [customer("p", "AC", refs=(("erp", "account", "1"),))],
    }
    (cluster,) = link_systems(systems).clusters
    assert [record.id for record in cluster] == ["c", "d", "p"]


def test_a_chain_never_makes_two_customers_one() -> None:
    """Links that would join two records of one system over another are refused and listed."""
    systems = {
        "crm": [customer("c1", "Acme", refs=(("erp", "account", "1"),)), customer("c2", "Zeta")],
        "desk": [customer("d", "Desk", "acme.example", refs=(("erp", "account", "1"),))],
        "pm": [customer("p", "Zeta", "acme.example")],
    }
    links = link_systems(systems)
    assert pairs(links) == [("c1", "d"), ("d", "p")]
    (case,) = links.ambiguous
    assert case.reason == "together these links would make two customers one"
    assert [record.id for record in case.records] == ["c2", "p"]


def test_a_chain_of_contradictions_is_refused() -> None:
    """A record without a domain does not tie together two that state different ones."""
    systems = {
        "crm": [customer("c", "Acme", "acme.example")],
        "desk": [customer("d", "Acme")],
        "pm": [customer("p", "ACME Inc", "acme.test")],
    }
    links = link_systems(systems)
    assert links.links == ()
    assert {case.reason for case in links.ambiguous} == {
        "the evidence contradicts itself",
        "together these links would make two customers one",
    }


def test_wrong_questions_are_refused() -> None:
    """One name for two systems, a mentioning system that is not there, and a repeated id are told."""
    acme = customer("c", "Acme")
    with pytest.raises(LinkingError, match="both sides are called 'crm'"):
        link_customers([acme], [acme], systems=("crm", "crm"))
    with pytest.raises(LinkingError, match="mentioning names 'pn'; the systems given are crm, pm"):
        link_systems({"crm": [], "pm": []}, mentioning=["pn"])
    with pytest.raises(LinkingError, match="crm: customer 'c' appears twice"):
        link_systems({"crm": [acme, acme]})


def test_nothing_gives_nothing() -> None:
    """Empty lists are no error."""
    assert link_customers([], []) == Links(systems=("left", "right"))


def test_the_answer_pickles_and_is_found_by_record() -> None:
    """Links survive pickling, and give the links of one record."""
    links = link_customers([customer("c", "Acme")], [customer("p", "ACME"), customer("q", "Zeta")])
    assert pickle.loads(pickle.dumps(links)) == links
    assert [link.right.id for link in links.of("customer", "c")] == ["p"]
    assert links.of("customer", "q") == ()
