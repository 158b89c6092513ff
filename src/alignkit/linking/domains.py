"""
Which organisation a web or e-mail address belongs to, as far as its domain can tell.

Never asks the network; a domain that many share (`hosts`) tells nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from alignkit.errors import LinkingError
from alignkit.linking.hosts import MAIL_FAMILIES, MAIL_PROVIDERS, PLACEHOLDER_DOMAINS, SHARED_HOSTS

__all__ = ["checked_domains", "domain_of", "is_identifying"]

_SCHEME: Final = re.compile(r"^[a-z][a-z0-9+.-]*:(//)?")
_WWW: Final = re.compile(r"^www\d?\.")
_DOMAIN: Final = re.compile(r"^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")
_MAILBOX: Final = re.compile(r"@([^\s@<>()\"',;]+)")
_SHARED: Final = MAIL_PROVIDERS | SHARED_HOSTS


def domain_of(text: str) -> str | None:
    """
    Read the domain out of a domain, a web address or an e-mail address.

    Returns:
        Lower case, without `www.`, in ASCII form (`xn--`); None when there is none, when it is a number, or when it
        has no dot (`localhost`, `nanolabs`).

    Example:
        >>> domain_of("https://www.Acme.example/shop?x=1"), domain_of("Bob <bob@acme.example>")
        ('acme.example', 'acme.example')
    """
    address = text.strip().lower()
    mailbox = None if "://" in address else _MAILBOX.search(address)
    host = mailbox.group(1) if mailbox else _host_of(address)
    try:
        ascii_form = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    bare = _WWW.sub("", ascii_form.strip("."))
    return bare if _DOMAIN.match(bare) else None


def is_identifying(domain: str) -> bool:
    """
    Say whether a domain can be one organisation's own.

    Args:
        domain: What `domain_of` gave.

    Returns:
        False for public mail providers, for hosts of other people's pages (and everything below both), and for
        placeholders such as `example.com`.
    """
    labels = domain.split(".")
    return domain not in PLACEHOLDER_DOMAINS and not any(_is_shared(labels[at:]) for at in range(len(labels) - 1))


def checked_domains(texts: Collection[str]) -> frozenset[str]:
    """
    Bring domains that a caller names to normal form.

    Raises:
        LinkingError: One of them is no domain.
    """
    found = {text: domain_of(text) for text in texts}
    if wrong := sorted(text for text, domain in found.items() if domain is None):
        raise LinkingError(f"{wrong[0]!r} is no domain; write it like 'acme.example'")
    return frozenset(domain for domain in found.values() if domain is not None)


def _is_shared(labels: list[str]) -> bool:
    """A family's own label stands before one or two of the country: `yahoo.de`, `yahoo.co.uk`."""
    is_of_country = len(labels) == 2 or (len(labels) == 3 and labels[1] in {"co", "com"})
    return ".".join(labels) in _SHARED or (labels[0] in MAIL_FAMILIES and is_of_country)


def _host_of(address: str) -> str:
    rest = _SCHEME.sub("", address) if "://" in address else address
    host = re.split(r"[/?#\s]", rest, maxsplit=1)[0]
    return host.rsplit("@", 1)[-1].split(":", 1)[0]
