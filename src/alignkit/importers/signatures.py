"""
Proof that a message comes from the tool it names, to be asked for before the message is parsed.

Bytes in: the body must be what came over the wire, not what a framework made of it. Comparisons take the same time
whatever differs. Nothing here reads a clock, and no error tells a secret or a signature.

Sources of the formats, all of them the vendors' own pages: GitHub "Validating webhook deliveries"; GitLab "Webhooks",
secret token; HubSpot "Validating requests", version 3; Asana "Webhooks guide", handshake and filters; Atlassian "Secure
admin webhooks" (Jira Cloud, since February 2024, after WebSub's `X-Hub-Signature`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Final
from urllib.parse import urlsplit

import attrs

from alignkit.errors import SignatureError, ValidationError

__all__ = [
    "Handshake",
    "asana_handshake",
    "check_asana",
    "check_github",
    "check_gitlab",
    "check_hubspot",
    "check_jira",
]

Headers = Mapping[str, str]
"""Headers of the request; case of their names does not count."""

Secret = str | bytes
"""Shared with the tool; text is taken as UTF-8."""

HUBSPOT_WINDOW: Final = timedelta(minutes=5)
"""How old a request of HubSpot may be, by HubSpot's own advice; the clocks may differ by as much."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_LONGEST_TIMESTAMP: Final = 16
_HUBSPOT_DECODED: Final = {
    "%3A": ":",
    "%2F": "/",
    "%3F": "?",
    "%40": "@",
    "%21": "!",
    "%24": "$",
    "%27": "'",
    "%28": "(",
    "%29": ")",
    "%2A": "*",
    "%2C": ",",
    "%3B": ";",
}


def check_github(body: bytes, headers: Headers, secret: Secret) -> None:
    """
    Make sure that a body comes from GitHub: `X-Hub-Signature-256`, `sha256=` and the HMAC of the body in hexadecimal.

    Args:
        body: The body as it came.
        headers: Of the request.
        secret: That of the webhook.

    Raises:
        SignatureError: The header is missing, of another form, or not of this body and secret.
    """
    _check_hexadecimal(body, headers, secret, "X-Hub-Signature-256", "sha256=")


def check_jira(body: bytes, headers: Headers, secret: Secret) -> None:
    """
    Make sure that a body comes from Jira: `X-Hub-Signature`, `sha256=` and the HMAC of the body in hexadecimal.

    Another method than sha256, which the header could name, is refused.

    Args:
        body: The body as it came.
        headers: Of the request.
        secret: That of the webhook.

    Raises:
        SignatureError: The header is missing, of another form, or not of this body and secret.
    """
    _check_hexadecimal(body, headers, secret, "X-Hub-Signature", "sha256=")


def check_gitlab(body: bytes, headers: Headers, secret: Secret) -> None:
    """
    Make sure that a message comes from GitLab: `X-Gitlab-Token` is the secret token itself.

    It proves the sender and not the body; only HTTPS keeps others from reading the token.

    Args:
        body: The body as it came; GitLab does not sign it.
        headers: Of the request.
        secret: The secret token of the webhook.

    Raises:
        SignatureError: The header is missing, or not this token.
    """
    _bytes(body)
    given = _header(headers, "X-Gitlab-Token")
    _compare(given.encode("utf-8", "surrogateescape"), _secret(secret), "X-Gitlab-Token")


def check_asana(body: bytes, headers: Headers, secret: Secret) -> None:
    """
    Make sure that a body comes from Asana: `X-Hook-Signature`, the HMAC-SHA256 of the body in hexadecimal.

    Args:
        body: The body as it came.
        headers: Of the request.
        secret: What the handshake gave; see `asana_handshake`.

    Raises:
        SignatureError: The header is missing, of another form, or not of this body and secret.
    """
    _check_hexadecimal(body, headers, secret, "X-Hook-Signature", "")


def check_hubspot(body: bytes, headers: Headers, secret: Secret, *, method: str, uri: str, now: datetime) -> None:
    """
    Make sure that a request comes from HubSpot, lately: `X-HubSpot-Signature-v3` and `X-HubSpot-Request-Timestamp`.

    The signature is the HMAC-SHA256 of method, address, body and time stamp, one after another, in Base64.

    Args:
        body: The body as it came.
        headers: Of the request.
        secret: The client secret of the app.
        method: Such as `"POST"`.
        uri: The whole address that HubSpot called, as it was called: with scheme, host and query; what a proxy made of
            it is another address.
        now: When the request came, an aware moment.

    Raises:
        SignatureError: A header is missing or of another form, the request is older than 5 minutes (or from more
            than 5 minutes ahead), or the signature is not of this request and secret.
        ValidationError: `now` is not aware, or `uri` is not a whole address.
    """
    if now.tzinfo is None:
        raise ValidationError("expected an aware moment", entity="check_hubspot", field="now", value=now)
    parts = urlsplit(uri)
    if not parts.scheme or not parts.netloc:
        reason = f"expected the whole address that was called, with scheme and host, got {uri!r}"
        raise ValidationError(reason, entity="check_hubspot", field="uri", value=uri)
    given = _header(headers, "X-HubSpot-Signature-v3")
    stamp = _header(headers, "X-HubSpot-Request-Timestamp")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= _LONGEST_TIMESTAMP):
        raise SignatureError("X-HubSpot-Request-Timestamp", "expected milliseconds since 1970")
    age = now - _EPOCH - timedelta(milliseconds=int(stamp))
    if abs(age) > HUBSPOT_WINDOW:
        which = "older" if age > timedelta(0) else "further ahead"
        raise SignatureError("X-HubSpot-Request-Timestamp", f"{which} than 5 minutes; the request may be a copy")
    signed = b"".join((method.upper().encode(), _hubspot_form(uri).encode(), _bytes(body), stamp.encode()))
    made = base64.b64encode(hmac.new(_secret(secret), signed, hashlib.sha256).digest())
    _compare(given.strip().encode("utf-8", "surrogateescape"), made, "X-HubSpot-Signature-v3")


@attrs.frozen(kw_only=True)
class Handshake:
    """
    Asana's first message to an address, and the answer to it.

    Attributes:
        secret: What later messages are signed with: keep it with the webhook. Its repr does not show it.
        headers: To send back, with status 200 and no body.
    """

    secret: str = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(repr=False)


def asana_handshake(headers: Headers) -> Handshake | None:
    """
    The handshake in a message of Asana; None where it is a message like any other.

    Whoever calls the address first could pose as Asana: answer only while you are making the webhook.

    Args:
        headers: Of the request.
    """
    secret = _find(headers, "X-Hook-Secret")
    if not secret:
        return None
    return Handshake(secret=secret, headers={"X-Hook-Secret": secret})


def _check_hexadecimal(body: bytes, headers: Headers, secret: Secret, header: str, start: str) -> None:
    given = _header(headers, header).strip()
    if not given.startswith(start):
        raise SignatureError(header, f"expected {start!r} in front of the signature")
    made = hmac.new(_secret(secret), _bytes(body), hashlib.sha256).hexdigest()
    _compare(given.removeprefix(start).lower().encode("utf-8", "surrogateescape"), made.encode(), header)


def _compare(given: bytes, made: bytes, header: str) -> None:
    if not hmac.compare_digest(given, made):
        reason = "not of this message and secret; check the secret, and that the body is as it came over the wire"
        raise SignatureError(header, reason)


def _header(headers: Headers, name: str) -> str:
    value = _find(headers, name)
    if not value:
        raise SignatureError(name, "missing; is a secret set where the webhook was made?")
    return value


def _find(headers: Headers, name: str) -> str:
    found = [value for key, value in headers.items() if key.lower() == name.lower()]
    if len(found) > 1:
        raise SignatureError(name, "there more than once")
    return found[0] if found else ""


def _secret(secret: Secret) -> bytes:
    made = secret.encode() if isinstance(secret, str) else secret
    if not made:
        raise ValidationError("an empty secret proves nothing", entity="signature", field="secret")
    return made


def _bytes(body: object) -> bytes:
    if not isinstance(body, (bytes, bytearray, memoryview)):
        reason = f"expected the body as it came, in bytes, got {type(body).__name__}"
        raise ValidationError(reason, entity="signature", field="body")
    return bytes(body)


def _hubspot_form(uri: str) -> str:
    """The address as HubSpot signs it: some of its escapes are undone."""
    for escape, character in _HUBSPOT_DECODED.items():
        uri = uri.replace(escape, character).replace(escape.lower(), character)
    return uri
