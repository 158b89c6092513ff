"""Laws of the normal form of company names."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from alignkit.linking import is_distinctive, normalise, spellings
from alignkit.linking.legal_forms import LEGAL_FORMS
from alignkit.linking.words import ARTICLES, COMMON_WORDS, CONNECTIVES, PLACEHOLDERS

FORMS = sorted({form for country in LEGAL_FORMS.values() for form in country})
WORDS = st.text(alphabet=st.sampled_from("abcdefghijklmnoprstuvwzäöüéłßæø"), min_size=3, max_size=9)

SAME = [
    ("Müller GmbH", "MUELLER G.m.b.H."),
    ("Müller & Söhne GmbH & Co. KG", "Soehne und Mueller"),
    ("Weiß AG", "WEISS Aktiengesellschaft"),
    ("Łódź Transport Sp. z o.o.", "lodz transport sp.z o.o"),
    ("Société Générale S.A.", "SOCIETE GENERALE"),
    ("Crédit & Cie S.à r.l.", "Credit et Cie SARL"),
    ("Æther Biolabs ApS", "Aether Biolabs"),
    ("L'Oréal", "LOreal S.A."),
    ("The Coca-Cola Company", "Coca Cola Co."),
    ("J. P. Morgan & Co.", "JP Morgan"),
    ("H&M", "h & m"),
    ("Dunkin' Donuts LLC", "Dunkin Donuts"),
    ("Acme, Inc.", "  ACME\tIncorporated "),
    ("Ｆｕｌｌｗｉｄｔｈ Corp", "Fullwidth"),
    ("Oy Nokia Ab", "Nokia Oyj"),
    ("Grupo Sol S.A. de C.V.", "Grupo Sol"),
    ("Sony Group Kabushiki Kaisha", "SONY GROUP K.K."),
    ("Novák s.r.o.", "Novak, spol. s r.o."),
    ("Jansen en Zonen B.V.", "Jansen & Zonen"),
    ("Smith, Jones and Brown", "Brown Smith & Jones LLP"),
    ("株式会社トヨタ商会", "トヨタ商会"),
    ("ООО Ромашка", "РОМАШКА"),
    ("Acme® Tools™", "acme tools"),
    ("Foot Locker (UK) Limited", "Foot Locker UK"),
    ("A/S Storebælt", "Storebaelt"),
    ("Tanuki Robotics K.K.", "Tanuki Robotics KK"),
    ("Vento, Moinho de", "Moinho de Vento Lda."),
]

OTHER = [
    ("Müller AG", "Möller AG"),
    ("Nordwind Logistik", "Nordwind Energie"),
    ("Quitzon Group", "Quitzon"),
    ("Acme East", "Acme West"),
    ("Blue AG", "Blu AG"),
    ("Studio 54", "Studio 45"),
    ("CocaCola", "Coca Cola"),
    ("4b2c13cca3eb58ee49bbddcf00417130", "205020e0c4a91e8ee3f36b068dee85d3"),
    ("ガス", "カス"),
    ("3M", "3 Men"),
]


@pytest.mark.parametrize(("left", "right"), SAME)
def test_spellings_of_one_name_are_equal(left: str, right: str) -> None:
    """Case, marks, transliteration, punctuation, legal form, "and" and word order make no difference."""
    assert normalise(left) == normalise(right) != ""


@pytest.mark.parametrize(("left", "right"), OTHER)
def test_other_names_stay_apart(left: str, right: str) -> None:
    """A word more, less or spelled differently is another name."""
    assert not set(spellings(left)) & set(spellings(right))


@pytest.mark.parametrize("other", ["Mueller", "Muller"])
def test_an_umlaut_has_two_spellings(other: str) -> None:
    """Müller is found as Mueller and as Muller."""
    assert set(spellings("Müller")) & set(spellings(other))


def test_two_spellings_of_an_umlaut_are_not_each_others() -> None:
    """Mueller and Muller may be two families."""
    assert not set(spellings("Mueller")) & set(spellings("Muller"))


@given(st.text(max_size=40))
@example("A Foo B")
@example("the s a of g m b h")
@example("İI\u0307ſﬃ")
def test_normalising_twice_changes_nothing(text: str) -> None:
    """The normal form is its own normal form."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.lists(WORDS, min_size=1, max_size=4), st.randoms(use_true_random=False))
def test_word_order_does_not_matter(words: list[str], random: object) -> None:
    """Any order of the words gives the same form."""
    shuffled = list(words)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert normalise(" ".join(shuffled)) == normalise(" ".join(words))


@given(st.lists(WORDS, min_size=1, max_size=3), st.sampled_from(FORMS))
def test_legal_forms_do_not_matter(words: list[str], form: str) -> None:
    """A name with any legal form behind it is the name."""
    name = " ".join(words)
    assert normalise(f"{name} {form}") == normalise(name)


@given(st.lists(WORDS, min_size=1, max_size=3))
def test_case_and_space_do_not_matter(words: list[str]) -> None:
    """Capitals and wider spaces give the same form."""
    assert normalise("  ".join(words).upper()) == normalise(" ".join(words))


@pytest.mark.parametrize("form", FORMS)
def test_a_legal_form_alone_is_no_name(form: str) -> None:
    """Nothing is left of a name that is only a legal form, as far as it may stand for a company."""
    assert not is_distinctive(normalise(form))


@pytest.mark.parametrize(
    "name", ["", "  ", "& Co. KG", "The Group", "GROUP AG", "Services", "X", "2024", "12 34", "n/a", "Test Company",
             "Demo Customer GmbH", "unknown client", "???"],
)  # fmt: skip
def test_some_names_stand_for_nobody(name: str) -> None:
    """Nothing, a lone common word, a letter, a number and a placeholder cannot tell companies apart."""
    assert not is_distinctive(normalise(name))


@pytest.mark.parametrize("name", ["Acme", "3M", "Global Logistics", "Test Rite", "IBM", "トヨタ", "Quitzon Group"])
def test_ordinary_names_stand_for_one(name: str) -> None:
    """One rare word, or two common ones together, is a name."""
    assert is_distinctive(normalise(name))


def test_the_word_lists_are_in_normal_form() -> None:
    """Every word of the data can be met by a normalised name."""
    listed = COMMON_WORDS | PLACEHOLDERS
    assert [word for word in sorted(listed) if normalise(word) != word] == []
    assert all(word == word.casefold() for word in CONNECTIVES | ARTICLES)
