"""Signatures, as botocore makes them of any request: the right one is taken, and whatever is changed is refused."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

import pytest
from botocore.auth import HmacV1Auth, HmacV1QueryAuth, S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.emulator.gate.arrivals import Arrival, RefusedError
from local_aws.emulator.gate.claims import claimed
from local_aws.emulator.gate.keys import RootKey
from local_aws.emulator.gate.payloads import VerifiedSignature
from local_aws.emulator.gate.signatures import verify
from local_aws.emulator.gate.version_two import is_version_2, verify_version_2

ROOT = RootKey()
HOST = "127.0.0.1:4566"
KEYS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)
VALUES = st.text(string.ascii_letters + string.digits + " +/=,;&%~é'\"", max_size=15)
QUERIES = st.dictionaries(st.text(string.ascii_letters + "-+ é", min_size=1, max_size=6), VALUES, max_size=4)
METADATA = st.dictionaries(
    st.text(string.ascii_lowercase, min_size=1, max_size=8).map(lambda name: f"x-amz-meta-{name}"),
    st.text(string.ascii_letters + " ", max_size=12),
    max_size=3,
)
BODIES = st.binary(max_size=50)


def url(path: str, query: dict[str, str]) -> str:
    text = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query.items())
    return f"http://{HOST}{quote(path, safe='/~')}" + (f"?{text}" if text else "")


def arrival(request: AWSRequest, **changed) -> Arrival:
    """The request as a server would get it."""
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers = [
        (name.encode(), value if isinstance(value, bytes) else value.encode())
        for name, value in prepared.headers.items()
    ]
    target = {"raw_path": (parts.path or "/").encode(), "query_string": parts.query.encode(), "path": parts.path}
    headers.append((b"host", HOST.encode()))
    scope = {"http_version": "1.1", "method": prepared.method, "headers": headers, **target, **changed}
    return Arrival.of(scope)


def check(found: Arrival, body: bytes = b"", root: RootKey = ROOT) -> VerifiedSignature:
    if is_version_2(found) and not found.header("authorization").startswith("AWS4"):
        return verify_version_2(found, root)
    claim = claimed(found)
    return verify(found, claim, root, None if claim.payload else body)


def signed(signer, request: AWSRequest, service: str = "s3", **settings) -> AWSRequest:
    if signer in (HmacV1Auth, HmacV1QueryAuth):
        request.auth_path = urlsplit(request.url).path
        signer(Credentials("test", "test"), **settings).add_auth(request)
    else:
        signer(Credentials("test", "test"), service, "eu-west-1", **settings).add_auth(request)
    return request


def refused(found: Arrival, body: bytes = b"", root: RootKey = ROOT) -> str:
    with pytest.raises(RefusedError) as caught:
        check(found, body, root)
    return caught.value.code


@settings(max_examples=40)
@given(key=KEYS, query=QUERIES, metadata=METADATA, body=BODIES)
@pytest.mark.parametrize("signer", [S3SigV4Auth, S3SigV4QueryAuth])
def test_what_botocore_signs_for_s3_is_taken(signer, key, query, metadata, body):
    body = body if signer is S3SigV4Auth else b""  # botocore would move it into the query
    request = AWSRequest("PUT", url(f"/bucket/{key}", query), metadata, body)
    assert check(arrival(signed(signer, request))).access_key == "test"


@settings(max_examples=40)
@given(path=KEYS, query=QUERIES, body=BODIES)
@pytest.mark.parametrize("signer", [SigV4Auth, SigV4QueryAuth])
def test_what_botocore_signs_for_other_services_is_taken(signer, path, query, body):
    body = body if signer is SigV4Auth else b""
    request = AWSRequest("POST", url(f"/tags//a/../{path}", query), {"X-Amz-Target": "AWSGlue.GetJobs"}, body)
    assert check(arrival(signed(signer, request, "glue")), body).scope.endswith("/eu-west-1/glue/aws4_request")


@settings(max_examples=40)
@given(key=KEYS, metadata=METADATA)
@pytest.mark.parametrize("signer", [HmacV1Auth, HmacV1QueryAuth])
def test_what_botocore_signs_in_version_2_is_taken(signer, key, metadata):
    request = AWSRequest("GET", url(f"/bucket/{key}", {"versionId": "a b+c"}), metadata)
    assert check(arrival(signed(signer, request))).access_key == "test"


@settings(max_examples=40)
@given(data=st.data(), key=KEYS, query=QUERIES, metadata=METADATA, body=BODIES)
def test_any_changed_part_of_a_signed_request_is_refused(data, key, query, metadata, body):
    request = signed(S3SigV4Auth, AWSRequest("PUT", url(f"/bucket/{key}", query), metadata, body))
    right = arrival(request)
    other = data.draw(st.sampled_from(["method", "path", "query", "header", "added header", "signature", "hash"]))
    lines = {name: list(values) for name, values in right.lines.items()}
    changed = {"method": right.method, "raw_path": right.raw_path, "query": right.query}
    if other == "method":
        changed["method"] = "DELETE"
    elif other == "path":
        changed["raw_path"] += data.draw(st.sampled_from(["x", "/", "%20", "%00"]))
    elif other == "query":
        changed["query"] += ("&" if right.query else "") + data.draw(st.sampled_from(["acl", "x=1", "uploads="]))
    elif other == "header":
        name = data.draw(st.sampled_from([*metadata, "host", "x-amz-date"]))
        lines[name] = [lines[name][0] + "1"]
    elif other == "added header":
        lines["x-amz-acl"] = ["public-read"]
    elif other == "hash":
        lines["x-amz-content-sha256"] = ["UNSIGNED-PAYLOAD"]
    else:
        at = data.draw(st.integers(1, 64))
        text = lines["authorization"][0]
        digit = "0" if text[-at] != "0" else "1"
        lines["authorization"] = [text[: len(text) - at] + digit + text[len(text) - at + 1 :]]
    found = Arrival(changed["method"], changed["raw_path"], right.path, changed["query"], lines)
    assert refused(found) in ("SignatureDoesNotMatch", "AccessDenied", "IncompleteSignature")


@pytest.mark.parametrize("signer", [S3SigV4QueryAuth, HmacV1QueryAuth])
@pytest.mark.parametrize("change", ["path", "parameter", "lifetime", "method", "header"])
def test_a_changed_presigned_url_is_refused(signer, change):
    right = arrival(signed(signer, AWSRequest("GET", url("/bucket/secret/x", {"versionId": "1"})), expires=60))
    query = {
        "parameter": right.query.replace("versionId=1", "versionId=2"),
        "lifetime": right.query.replace("Expires=60", "Expires=600").replace("Expires=1", "Expires=2"),
    }.get(change, right.query)
    found = Arrival(
        "DELETE" if change == "method" else right.method,
        "/bucket/public" if change == "path" else right.raw_path,
        right.path,
        query,
        {**right.lines, **({"x-amz-acl": ["public-read"]} if change == "header" else {})},
    )
    assert refused(found) in ("SignatureDoesNotMatch", "AccessDenied")


def test_a_presigned_url_cannot_be_turned_to_another_service():
    right = arrival(signed(S3SigV4QueryAuth, AWSRequest("POST", url("/bucket/k", {})), expires=60))
    found = Arrival(
        "POST", right.raw_path, right.path, right.query, {**right.lines, "x-amz-target": ["AWSGlue.GetJobs"]}
    )
    assert refused(found) == "AccessDenied"


def test_version_2_takes_no_parameter_that_it_does_not_cover():
    right = arrival(signed(HmacV1QueryAuth, AWSRequest("PUT", url("/bucket/k", {}))))
    assert (
        refused(Arrival("PUT", right.raw_path, right.path, right.query + "&retention", right.lines)) == "AccessDenied"
    )


def in_the_past(monkeypatch, **ago):
    from botocore import auth

    moment = datetime.now(UTC) - timedelta(**ago)
    monkeypatch.setattr(auth, "get_current_datetime", lambda *_a, **_k: moment.replace(tzinfo=None))


@pytest.mark.parametrize(("service", "minutes"), [("s3", 15), ("glue", 5)])
def test_an_old_or_early_date_is_refused(monkeypatch, service, minutes):
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    for off, code in (
        (minutes - 1, None),
        (minutes + 1, "RequestTimeTooSkewed"),
        (-minutes - 1, "RequestTimeTooSkewed"),
    ):
        in_the_past(monkeypatch, minutes=off)
        found = arrival(signed(signer, AWSRequest("GET", url("/a", {})), service))
        assert (refused(found) if code else check(found) and None) == code


def test_a_presigned_url_is_good_for_as_long_as_it_says(monkeypatch):
    in_the_past(monkeypatch, minutes=59)
    assert check(arrival(signed(S3SigV4QueryAuth, AWSRequest("GET", url("/b/k", {})), expires=3600)))
    in_the_past(monkeypatch, minutes=61)
    assert (
        refused(arrival(signed(S3SigV4QueryAuth, AWSRequest("GET", url("/b/k", {})), expires=3600))) == "RequestExpired"
    )


def test_a_presigned_url_is_good_for_a_week_at_most():
    found = arrival(signed(S3SigV4QueryAuth, AWSRequest("GET", url("/b/k", {})), expires=604_801))
    assert refused(found) == "AuthorizationQueryParametersError"


@pytest.mark.parametrize(
    "authorization",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/aws4_request",
        "AWS4-HMAC-SHA256 Credential=test, SignedHeaders=host, Signature=00",
        "AWS4-HMAC-SHA256 Credential=a/20260101/x/s3/aws4_request, Credential=b/1/x/s3/y, Signature=0",
        "AWS4-HMAC-SHA256 SignedHeaders=a;Credential=t/20260101/x/s3/aws4_request, Credential=t/1/x/s3/y, Signature=0",
        "AWS4-ECDSA-P256-SHA256 Credential=test/20260101/s3/aws4_request, SignedHeaders=host, Signature=00",
        "AWS test",
    ],
)
def test_a_signature_that_is_not_whole_is_refused(authorization):
    lines = {
        "host": [HOST],
        "authorization": [authorization],
        "x-amz-date": ["20260101T000000Z"],
        "x-amz-content-sha256": ["UNSIGNED-PAYLOAD"],
    }
    found = Arrival("GET", "/", "/", "", lines)
    assert refused(found) in (
        "IncompleteSignature",
        "UnsupportedSignature",
        "CredentialDateMismatch",
        "RequestTimeTooSkewed",
    )


def test_two_signatures_are_refused():
    right = arrival(signed(S3SigV4Auth, AWSRequest("GET", url("/b/k", {}))))
    for more in ("X-Amz-Credential=x", "%41WSAccessKeyId=test", "x-amz-signature=0"):
        found = Arrival("GET", right.raw_path, right.path, more, right.lines)
        assert refused(found) == "IncompleteSignature"


@pytest.mark.parametrize("access_key", ["222222222222", "000000000000", "other"])
def test_other_keys_than_the_roots_are_unknown(access_key):
    request = AWSRequest("GET", url("/b/k", {}))
    S3SigV4Auth(Credentials(access_key, "test"), "s3", "eu-west-1").add_auth(request)
    assert refused(arrival(request)) == "UnrecognizedClientException"


def test_a_root_key_of_its_own_leaves_the_usual_one_unknown():
    root = RootKey("AKIAEXAMPLEEXAMPLE00", "secret-of-its-own-0")
    usual = arrival(signed(S3SigV4Auth, AWSRequest("GET", url("/b/k", {}))))
    assert refused(usual, root=root) == "UnrecognizedClientException"
    own = AWSRequest("GET", url("/b/k", {}))
    S3SigV4Auth(Credentials(root.access_key, root.secret_key), "s3", "eu-west-1").add_auth(own)
    assert check(arrival(own), root=root).access_key == root.access_key


def test_header_lines_are_joined_and_their_blanks_folded_as_aws_does():
    request = AWSRequest("GET", url("/b/k", {}), {"x-amz-meta-a": "one two"})
    right = arrival(signed(S3SigV4Auth, request))
    assert check(Arrival("GET", right.raw_path, right.path, "", {**right.lines, "x-amz-meta-a": ["  one   two "]}))
    assert refused(Arrival("GET", right.raw_path, right.path, "", {**right.lines, "x-amz-meta-a": ["one", "two"]}))


def test_the_body_of_another_service_is_part_of_what_is_signed():
    found = arrival(signed(SigV4Auth, AWSRequest("POST", url("/", {}), {}, b"{}"), "glue"))
    assert check(found, b"{}").access_key == "test"
    assert refused(found, b"{ }") == "SignatureDoesNotMatch"
