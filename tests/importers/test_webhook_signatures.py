"""Signatures are checked as each tool writes them; the HMACs here are made from plain hashes, not by `hmac`."""

from __future__ import annotations

import base64
import hashlib
import pickle
from datetime import datetime, timedelta, timezone

import pytest

from alignkit.errors import AlignkitError, SignatureError, ValidationError
from alignkit.importers import signatures

BODY = '[{"eventId":1,"name":"Ærø"}]'.encode()
SECRET = "client-secret-of-an-app"
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
STAMP = str(int(NOW.timestamp() * 1000))
URI = "https://host.example/hooks/hubspot?tenant=7"


def by_hand(secret: str, message: bytes) -> bytes:
    """RFC 2104 with SHA-256, from its definition."""
    key = secret.encode()
    key = hashlib.sha256(key).digest() if len(key) > 64 else key
    key = key.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()


def hubspot(secret: str = SECRET, stamp: str = STAMP, uri: str = URI, body: bytes = BODY) -> dict[str, str]:
    """Headers as HubSpot sends them."""
    signed = b"POST" + uri.encode() + body + stamp.encode()
    made = base64.b64encode(by_hand(secret, signed)).decode()
    return {"X-HubSpot-Signature-v3": made, "X-HubSpot-Request-Timestamp": stamp}


def test_the_examples_of_the_vendors_pass() -> None:
    """The vectors that GitHub and Atlassian print on their pages are signatures of their bodies."""
    secret = "It's a Secret to Everybody"
    github = {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    signatures.check_github(b"Hello, World!", github, secret)
    jira = {"x-hub-signature": "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"}
    signatures.check_jira(b"Hello World!", jira, secret)


def test_what_is_signed_passes() -> None:
    """A body with the signature of its secret passes, whatever the case of header names."""
    made = by_hand(SECRET, BODY).hex()
    signatures.check_github(BODY, {"x-hub-signature-256": f"sha256={made}"}, SECRET)
    signatures.check_jira(BODY, {"X-Hub-Signature": f"sha256={made}"}, SECRET.encode())
    signatures.check_asana(BODY, {"X-HOOK-SIGNATURE": made}, SECRET)
    signatures.check_gitlab(BODY, {"X-Gitlab-Token": SECRET}, SECRET)
    signatures.check_hubspot(BODY, hubspot(), SECRET, method="post", uri=URI, now=NOW)


def test_a_long_secret_is_hashed_first() -> None:
    """A secret longer than a block of SHA-256 is taken as RFC 2104 says."""
    secret = "s" * 200
    signatures.check_asana(BODY, {"X-Hook-Signature": by_hand(secret, BODY).hex()}, secret)


@pytest.mark.parametrize("name", ["github", "jira", "asana", "gitlab"])
@pytest.mark.parametrize("given", [None, "", "sha1=ab", "sha256=", "sha256=" + "0" * 64, "0" * 64, "é", "\udcff"])
def test_what_is_not_signed_is_refused(name: str, given: str | None) -> None:
    """A missing, empty, foreign or false signature is refused, and the header is named."""
    header = {
        "github": "X-Hub-Signature-256",
        "jira": "X-Hub-Signature",
        "asana": "X-Hook-Signature",
        "gitlab": "X-Gitlab-Token",
    }[name]
    headers = {} if given is None else {header: given}
    with pytest.raises(SignatureError) as refused:
        getattr(signatures, f"check_{name}")(BODY, headers, SECRET)
    assert refused.value.header == header
    assert SECRET not in str(refused.value)
    assert by_hand(SECRET, BODY).hex() not in str(refused.value)


def test_a_changed_body_is_refused() -> None:
    """One byte more is another message."""
    made = by_hand(SECRET, BODY).hex()
    with pytest.raises(SignatureError, match="as it came"):
        signatures.check_github(BODY + b" ", {"X-Hub-Signature-256": f"sha256={made}"}, SECRET)


@pytest.mark.parametrize(
    ("change", "header"),
    [
        ({"now": NOW + timedelta(minutes=5, milliseconds=1)}, "X-HubSpot-Request-Timestamp"),
        ({"now": NOW - timedelta(minutes=5, milliseconds=1)}, "X-HubSpot-Request-Timestamp"),
        ({"uri": URI + "0"}, "X-HubSpot-Signature-v3"),
        ({"method": "GET"}, "X-HubSpot-Signature-v3"),
        ({"secret": "another"}, "X-HubSpot-Signature-v3"),
        ({"body": b"[]"}, "X-HubSpot-Signature-v3"),
        ({"headers": {**hubspot(), "X-HubSpot-Request-Timestamp": str(int(STAMP) + 1)}}, "X-HubSpot-Signature-v3"),
        ({"headers": {**hubspot(), "X-HubSpot-Request-Timestamp": "soon"}}, "X-HubSpot-Request-Timestamp"),
        ({"headers": {**hubspot(), "X-HubSpot-Request-Timestamp": "9" * 99}}, "X-HubSpot-Request-Timestamp"),
        ({"headers": {**hubspot(), "x-hubspot-signature-v3": "twice"}}, "X-HubSpot-Signature-v3"),
    ],
)
def test_hubspot_signs_the_whole_request(change: dict[str, object], header: str) -> None:
    """Method, address, body and time are all signed, and a request counts for five minutes."""
    given: dict[str, object] = {
        "body": BODY,
        "headers": hubspot(),
        "secret": SECRET,
        "method": "POST",
        "uri": URI,
        "now": NOW,
        **change,
    }
    with pytest.raises(SignatureError) as refused:
        signatures.check_hubspot(given.pop("body"), given.pop("headers"), given.pop("secret"), **given)  # type: ignore[arg-type]
    assert refused.value.header == header


def test_hubspot_is_fresh_to_the_last_millisecond() -> None:
    """A request of exactly five minutes ago still counts."""
    now = NOW + timedelta(minutes=5)
    signatures.check_hubspot(BODY, hubspot(), SECRET, method="POST", uri=URI, now=now)


def test_hubspot_signs_addresses_with_some_escapes_undone() -> None:
    """An address with an escaped colon is signed with the colon."""
    called = "https://host.example/hooks?at=09%3A30"
    headers = hubspot(uri="https://host.example/hooks?at=09:30")
    signatures.check_hubspot(BODY, headers, SECRET, method="POST", uri=called, now=NOW)


def test_mistakes_of_the_caller_are_told() -> None:
    """Text for bytes, an empty secret, a naive moment or half an address are mistakes, not forgeries."""
    with pytest.raises(ValidationError, match="in bytes"):
        signatures.check_github("{}", {"X-Hub-Signature-256": "sha256=00"}, SECRET)  # type: ignore[arg-type]
    with pytest.raises(ValidationError, match="empty secret"):
        signatures.check_gitlab(b"", {"X-Gitlab-Token": "x"}, "")
    with pytest.raises(ValidationError, match="aware"):
        signatures.check_hubspot(BODY, hubspot(), SECRET, method="POST", uri=URI, now=NOW.replace(tzinfo=None))
    with pytest.raises(ValidationError, match="whole address"):
        signatures.check_hubspot(BODY, hubspot(), SECRET, method="POST", uri="/hooks", now=NOW)


def test_asana_shakes_hands_once() -> None:
    """The first message holds the secret, which goes back in the same header; later ones hold none."""
    found = signatures.asana_handshake({"x-hook-secret": "b537207f20cbfa02357cf448134da559"})
    assert found is not None
    assert found.headers == {"X-Hook-Secret": "b537207f20cbfa02357cf448134da559"}
    assert found.secret not in repr(found)
    assert signatures.asana_handshake({"X-Hook-Signature": "x"}) is None


def test_the_error_is_one_of_ours_and_travels() -> None:
    """A refused signature is in the one tree, and survives pickling with its facts."""
    error = SignatureError("X-Gitlab-Token", "missing")
    assert isinstance(error, AlignkitError)
    copied = pickle.loads(pickle.dumps(error))
    assert (copied.header, copied.reason, str(copied)) == ("X-Gitlab-Token", "missing", "X-Gitlab-Token: missing")
