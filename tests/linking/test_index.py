"""Laws of weighing records: the answer hangs on the records alone, keys part, and unlike records are never chained."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alignkit.domain import ExternalRef
from alignkit.errors import DuplicateError, LinkingError, MissingExtraError, ValidationError
from alignkit.linking import WEIGHTS, Level, LinkIndex, Links, Party, Weights
from alignkit.linking import blocks as blocks_module
from alignkit.linking import index as index_module
from alignkit.linking.blocks import LARGEST_BLOCK

NAMES = [
    "Tooberg Foods GmbH", "Tooberg Foods", "Toobrg Foods", "Tooberg Motors", "Foods Tooberg AG", "Tooberg Foods 2",
    "Tooberg Foods 3", "International Business Machines", "IBM", "Kliekletz & Reihiman", "Reihiman Kliekletz Ltd",
    "Kliekletz", "Kleikletz Reihimann", "Müller", "Mueller", "Group", "",
]  # fmt: skip


def party(id: str, name: str, system: str = "crm", **facts: Any) -> Party:
    """A record in a line."""
    return Party(system=system, id=id, name=name, **facts)


def pairs(links: Links) -> list[tuple[str, str]]:
    """The linked ids."""
    return [(link.left.id, link.right.id) for link in links.links]


def linked(*names: str) -> bool:
    """Whether two names of two systems link."""
    left, right = (party("a", names[0]), party("b", names[1], "pm"))
    return bool(LinkIndex([left, right]).links().links)


@st.composite
def worlds(draw: st.DrawFn) -> list[Party]:
    """Records of three systems, one of which mentions, that share few names, domains, phones and references."""
    return [
        Party(
            system=(system := draw(st.sampled_from(["crm", "erp", "pm"]))),
            id=str(number),
            name=draw(st.sampled_from(NAMES)),
            is_mention=system == "pm",
            refs=draw(st.frozensets(st.sampled_from([ExternalRef("tax", "id", key) for key in "12"]), max_size=1)),
            domains=draw(st.sampled_from([(), (), ("tooberg.example",), ("ibm.example",)])),
            phones=draw(st.sampled_from([(), (), ("030 1234567",), ("+49 30 7654321",)])),
        )
        for number in range(draw(st.integers(0, 9)))
    ]


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_records_does_not_matter(world: list[Party], random: Any) -> None:
    """Shuffled records give equal links, cases and rest."""
    shuffled = list(world)
    random.shuffle(shuffled)
    assert LinkIndex(shuffled).links() == LinkIndex(world).links()


@given(worlds())
def test_a_record_added_later_changes_nothing_of_the_answer(world: list[Party]) -> None:
    """Records added one by one, with the answer asked for in between, end in the answer for all at once."""
    index = LinkIndex()
    for each in world:
        index.add(each)
        index.links()
    assert index.links() == LinkIndex(world).links()


@settings(max_examples=30)
@given(worlds(), st.randoms(use_true_random=False))
def test_values_that_become_common_end_in_the_same_answer(world: list[Party], random: Any) -> None:
    """Where a value or a word turns out to be common late, what rested on it is judged anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks_module, "LARGEST_BLOCK", 2)
        patch.setattr(blocks_module, "COMMONEST_WORD", 2)
        patch.setattr(blocks_module, "COMMONEST_TRIGRAM", 3)
        index = LinkIndex()
        shuffled = list(world)
        random.shuffle(shuffled)
        for each in shuffled:
            index.add(each)
            index.links()
        assert index.links() == LinkIndex(world).links()


@given(worlds())
def test_every_record_is_accounted_for(world: list[Party]) -> None:
    """A record is linked, in a case, or alone; and who is alone is neither of the others."""
    links = LinkIndex(world).links()
    named = {record for each in links.links for record in (each.left, each.right)}
    named |= {record for case in links.ambiguous for record in case.records}
    assert len(named) + len(links.unlinked) == len(world)
    assert not named & set(links.unlinked)


@given(worlds())
def test_known_keys_are_never_joined(world: list[Party]) -> None:
    """No cluster holds two customers of one system, or two references of one place."""
    refs = {each.record: each.refs for each in world}
    for cluster in LinkIndex(world).links().clusters:
        systems = [record.system for record in cluster if record.system != "pm"]
        assert len(systems) == len(set(systems))
        assert len({ref.key for record in cluster for ref in refs[record]}) <= 1


@given(worlds())
def test_a_weight_is_the_sum_of_its_reasons(world: list[Party]) -> None:
    """What speaks for and against a link adds up to its weight, which is enough to link."""
    for link in LinkIndex(world).links().links:
        total = sum(each.weight for each in (*link.evidence, *link.against))
        assert link.weight == pytest.approx(total, abs=1e-4)
        assert total >= WEIGHTS.link_at


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Kliekletz Motors GmbH", "Klieklezt Motors"),
        ("Kliekletz Motors", "Motors Kliekletz Ltd"),
        ("Kliekletz & Reihiman", "Reihiman and Klieklets"),
        ("International Business Machines Corp.", "IBM"),
        ("Kliekletz Engineering", "Kliekletz Eng."),
        ("Mega Soft", "Megasoft"),
        ("Kliekletz International", "Kliekletz Intl"),
        ("Ka\x7fsen Foods LLC", "Kassen Foods LLC"),
    ],
)
def test_slips_order_and_abbreviations_do_not_part(left: str, right: str) -> None:
    """One name, retyped: it links."""
    assert linked(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Lake 2", "Lake 3"),
        ("Kliekletz Foods 12", "Kliekletz Foods 21"),
        ("Kliekletz North", "Kliekletz South"),
        ("Kliekletz Germany", "Kliekletz France"),
        ("Kliekletz Foods", "Kliekletz Motors"),
        ("Republic of Zambia", "Republic of the Gambia"),
        ("Hotel Sirocco", "Hotel Mistral"),
        ("Ministry of Finance", "Ministry of Finance and Planning"),
        ("4b2c13cca3eb58ee49bbddcf00417130", "4b2c13cca3eb58ee49bbddcf00417131"),
    ],
)
def test_twins_do_not_link(left: str, right: str) -> None:
    """Names that are one word or one number apart are two."""
    assert not linked(left, right)


def test_a_probable_pair_is_for_a_person() -> None:
    """Between the two thresholds a pair is listed and not linked."""
    index = LinkIndex([party("a", "Kliekletz"), party("b", "Kliekletz Germany", "pm")])
    (case,) = index.links().ambiguous
    assert case.reason == "it is probable, but not enough speaks for it"
    assert WEIGHTS.review_at <= (case.candidates[0].weight or 0) < WEIGHTS.link_at


def test_rivals_are_for_a_person() -> None:
    """A record that fits two customers of one system about as well is given to neither."""
    crm = [party("a", "Kliekletz Foods"), party("b", "Kliekletz Food")]
    links = LinkIndex([*crm, party("p", "Klieketz Foods", "pm", is_mention=True)]).links()
    assert links.links == ()
    assert links.ambiguous[0].reason == "several candidates are equally strong"


def test_unlike_records_are_not_chained() -> None:
    """A record between two that contradict each other joins one of them at most."""
    steps = [
        party("a", "Kliekletz Reihiman", phones=("030 1234567",), addresses=("12 Long Street",)),
        party("b", "Kliekletz", "pm", is_mention=True, phones=("030 1234567", "040 7654321")),
        party("c", "Kliekletz Toopeim", "desk", phones=("040 7654321",), addresses=("99 Short Road",)),
    ]
    links = LinkIndex(steps).links()
    assert not any({"a", "c"} <= {record.id for record in cluster} for cluster in links.clusters)


def test_a_link_says_why_by_feature() -> None:
    """Each feature is told with its weight, the heaviest first."""
    left = party("a", "Kliekletz Foods", phones=("030/1234567",), domains=("kliekletz.example",))
    right = party("b", "Klieklezt Foods", "pm", phones=("+49 30 123 45 67",), domains=("www.kliekletz.example",))
    (link,) = LinkIndex([left, right]).links().links
    assert [(each.kind, each.weight > 0) for each in link.evidence] == [
        ("name", True), ("domain", True), ("phone", True),
    ]  # fmt: skip
    assert str(link.evidence[0]) == "names: 'foods' in both, 'kliekletz' like 'klieklezt'"


def test_a_value_that_everybody_has_is_not_used() -> None:
    """A phone number of more records than one customer has links nobody, and the answer says so."""
    many = [party(str(at), f"Firm {at}x", phones=("030 1234567",)) for at in range(LARGEST_BLOCK + 1)]
    links = LinkIndex([*many, party("p", "Zeta", "pm", phones=("030 1234567",))]).links()
    assert (links.links, links.ambiguous) == ((), ())
    assert [(each.value, each.count) for each in links.unused] == [("phone 1234567", LARGEST_BLOCK + 2)]


def test_mentions_of_one_system_are_one_customer_when_alike() -> None:
    """Where a tool only mentions customers, its own spellings are linked."""
    spellings = ["Republic of Kenya", "KENYA", "Goverment of Kenya", "Republic of Ghana"]
    links = LinkIndex(party(name, name, "wb", is_mention=True) for name in spellings).links()
    assert [{record.id for record in cluster} for cluster in links.clusters] == [set(spellings[:3])]


def test_without_rapidfuzz_equal_names_still_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, equal values decide and the answer says what was not compared; asked for, it is an error."""
    monkeypatch.setattr(index_module, "has_rapidfuzz", lambda: False)
    records = [party("a", "Acme GmbH"), party("b", "ACME", "pm"), party("c", "Zeta"), party("d", "Zetta", "pm")]
    links = LinkIndex(records).links()
    assert pairs(links) == [("a", "b")]
    assert links.missing == "names that are alike but not equal were not compared: install alignkit[names]"
    assert LinkIndex(records, alike=False).links().missing == ""
    with pytest.raises(MissingExtraError, match="names"):
        LinkIndex(alike=True)


def test_wrong_records_and_weights_are_refused() -> None:
    """A repeated record, one without an id, no domain, no share, and thresholds in the wrong order are told."""
    with pytest.raises(DuplicateError, match="crm customer 'a' appears twice"):
        LinkIndex([party("a", "Acme"), party("a", "Zeta")])
    with pytest.raises(ValidationError, match="must not be empty"):
        party("", "Acme")
    with pytest.raises(LinkingError, match="no domain"):
        LinkIndex(ignored_domains=["acme"])
    with pytest.raises(ValidationError, match="above 0 and at most 1"):
        Level(0.0, 0.5)
    with pytest.raises(ValidationError, match="must not be above link_at"):
        Weights(review_at=9.0, link_at=8.0)


def test_an_outcome_weighs_the_logarithm_of_its_odds() -> None:
    """Fellegi and Sunter: log2(m / u)."""
    assert Level(0.8, 0.1).bits == pytest.approx(3.0)
    assert Level(0.1, 0.8).bits == pytest.approx(-3.0)


def test_other_thresholds_link_more() -> None:
    """The thresholds are the caller's."""
    records = [party("a", "Kliekletz"), party("b", "Kliekletz Germany", "pm")]
    lower = attrs.evolve(WEIGHTS, link_at=5.0)
    assert pairs(LinkIndex(records, weights=lower).links()) == [("a", "b")]


def test_a_word_that_becomes_common_does_not_bring_names_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order five near names come, one by one, the answer is that for all at once."""
    monkeypatch.setattr(blocks_module, "LARGEST_BLOCK", 2)
    monkeypatch.setattr(blocks_module, "COMMONEST_WORD", 2)
    names = ["Toobrg Foods", "Toobrg Foods", "Tooberg Foods GmbH", "Toobrg Foods", "Tooberg Foods GmbH"]
    world = [party(str(at), name, "crm" if at else "erp") for at, name in enumerate(names)]
    at_once = LinkIndex(world).links()
    for order in permutations(world):
        index = LinkIndex()
        for each in order:
            index.add(each)
            index.links()
        assert index.links() == at_once
