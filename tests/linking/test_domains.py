"""Laws of reading domains."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alignkit.errors import LinkingError
from alignkit.linking import domain_of, duplicate_customers, is_identifying
from alignkit.linking.hosts import MAIL_PROVIDERS, PLACEHOLDER_DOMAINS, SHARED_HOSTS


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("acme.example", "acme.example"),
        ("WWW.Acme.Example.", "acme.example"),
        ("https://www.acme.example:8080/shop?x=a@b.c#top", "acme.example"),
        ("http://user:word@acme.example/", "acme.example"),
        ("acme.example/about us", "acme.example"),
        ("bob@acme.example", "acme.example"),
        ("mailto:bob@acme.example", "acme.example"),
        ("Bob Ray <bob@eu.acme.example>", "eu.acme.example"),
        ("müller.example", "xn--mller-kva.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
    ],
)
def test_a_domain_is_read_out_of_any_address(text: str, domain: str) -> None:
    """Scheme, user, port, path, `www.`, capitals and alphabet fall away."""
    assert domain_of(text) == domain


@pytest.mark.parametrize("text", ["", "nanolabs", "bob@nanolabs", "192.168.0.1", "Acme GmbH", "a..b", "@", "-x.example",
                                  "http://", "." * 300, "a" * 70 + ".example"])  # fmt: skip
def test_what_is_no_domain_gives_none(text: str) -> None:
    """Names without a dot, numbers and broken addresses identify nobody."""
    assert domain_of(text) is None


@given(st.text(max_size=60))
def test_any_text_is_answered(text: str) -> None:
    """No text raises, and a domain read is read again as itself."""
    found = domain_of(text)
    assert found is None or domain_of(found) == found


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "eu.mail.yahoo.com", "web.de", "acme.github.io",
                                    "acme.my.sharepoint.com", "example.com", "linkedin.com"])  # fmt: skip
def test_shared_domains_identify_nobody(domain: str) -> None:
    """Mail providers, hosts, profiles and placeholders never count, nor does what stands below the first two."""
    assert not is_identifying(domain)


@pytest.mark.parametrize("domain", ["acme.example", "gmail.acme.example", "notgmail.com", "live.acme.co.uk"])
def test_own_domains_identify(domain: str) -> None:
    """A shared host's name inside another domain does not matter."""
    assert is_identifying(domain)


def test_the_host_lists_are_in_normal_form() -> None:
    """Every listed domain can be met by one that was read."""
    assert [each for each in MAIL_PROVIDERS | SHARED_HOSTS | PLACEHOLDER_DOMAINS if domain_of(each) != each] == []


def test_a_wrong_ignored_domain_is_told() -> None:
    """What is no domain is refused by name, in an error that pickles."""
    with pytest.raises(LinkingError, match="'our firm' is no domain") as caught:
        duplicate_customers([], ignored_domains=["our firm"])
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
