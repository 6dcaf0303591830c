"""Whether a request was signed by whom it names, by Signature Version 4.

What is signed is computed by botocore's own signers, of the request as it arrived. The path and the query of a request
are decoded and encoded again first, as AWS does, because clients differ in what they encode.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote_to_bytes

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.credentials import Credentials

from local_aws.emulator.gate.arrivals import Arrival, RefusedError
from local_aws.emulator.gate.claims import ALGORITHM, Claim, Query, moment, stamp
from local_aws.emulator.gate.keys import RootKey, secret_of, signing_key
from local_aws.emulator.gate.payloads import VerifiedSignature

_SIGNED_HEADERS = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*")
_WEEK_S = 604_800

_FIFTEEN_MINUTES = frozenset({"dynamodb", "ecr", "elasticache", "iam", "rds", "s3", "sns", "sqs", "sts"})
"""Services that take a date 15 minutes off; the others take 5 (as the emulator's authors saw it on AWS)."""

MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


def verify(arrival: Arrival, claim: Claim, root: RootKey, body: bytes | None) -> VerifiedSignature:
    """Hold a request against its Version 4 signature.

    Args:
        arrival: the request.
        claim: what it says.
        root: the root's key.
        body: whole, where the claim names no hash of it; None else.

    Raises:
        RefusedError: the key is not known, the date too far off, or the signature another.
    """
    secret = secret_of(root, claim.access_key, claim.token)
    _check_time(arrival, claim)
    _check_what_is_signed(arrival, claim)
    payload = claim.payload or hashlib.sha256(body or b"").hexdigest()
    signer = (_S3Signer if claim.is_s3 else _Signer)(Credentials(claim.access_key, secret), claim.service, claim.region)
    canonical = signer.canonical_request(_Signed(arrival, claim, payload))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = signing_key(secret, claim.date_stamp, claim.region, claim.service)
    expected = hmac.new(key, f"{ALGORITHM}\n{claim.date}\n{claim.scope}\n{digest}".encode(), hashlib.sha256)
    if not hmac.compare_digest(expected.hexdigest().encode(), claim.signature.encode()):
        raise RefusedError(
            403, "SignatureDoesNotMatch", MISMATCH, root.hint if claim.access_key == root.access_key else ""
        )
    return VerifiedSignature(claim.access_key, payload, claim.signature, key, claim.date, claim.scope)


def _check_time(arrival: Arrival, claim: Claim) -> None:
    if not (signed_at := moment(claim.date)):
        raise RefusedError(
            400, "IncompleteSignature", f"Date must be in ISO-8601 'basic format'. Got '{claim.date[:50]}'."
        )
    if claim.date_stamp != claim.date[:8]:
        raise RefusedError(
            403,
            "CredentialDateMismatch",
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP. ",
        )
    now = datetime.now(UTC)
    minutes = 15 if claim.service in _FIFTEEN_MINUTES else 5
    window = timedelta(minutes=minutes)
    if claim.presigned and claim.is_s3:
        if signed_at > now + window:
            raise RefusedError(403, "AccessDenied", "Request is not yet valid")
        if now > signed_at + timedelta(seconds=_lifetime(arrival)):
            raise RefusedError(403, "RequestExpired", "Request has expired")
        return
    off = "earlier" if signed_at < now - window else "later" if signed_at > now + window else ""
    if off:
        limit = now - window if off == "earlier" else now + window
        word = "Signature expired" if off == "earlier" else "Signature not yet current"
        raise RefusedError(
            403,
            "RequestTimeTooSkewed",
            f"{word}: {claim.date} is {'now' if off == 'earlier' else 'still'} {off} than {stamp(limit)} "
            f"({stamp(now)} {'-' if off == 'earlier' else '+'} {minutes} min.)",
        )


def _lifetime(arrival: Arrival) -> int:
    """Seconds for which a presigned URL of S3 is good."""
    text = Query.of(arrival.query).named().get("x-amz-expires", "")
    if not re.fullmatch(r"[0-9]{1,10}", text):
        raise RefusedError(400, "AuthorizationQueryParametersError", "X-Amz-Expires should be a number")
    if int(text) > _WEEK_S:
        raise RefusedError(
            400,
            "AuthorizationQueryParametersError",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than "
            f"{_WEEK_S} seconds",
        )
    return int(text)


def _check_what_is_signed(arrival: Arrival, claim: Claim) -> None:
    """The host and all x-amz- headers are signed, else whoever carries the request could add to it."""
    signed = claim.signed_headers.split(";")
    if not _SIGNED_HEADERS.fullmatch(claim.signed_headers) or len(set(signed)) != len(signed):
        raise RefusedError(400, "IncompleteSignature", "SignedHeaders must be names in lower case, each once.")
    if "host" not in signed:
        raise RefusedError(
            403, "SignatureDoesNotMatch", "'Host' or ':authority' must be a 'SignedHeader' in the request."
        )
    absent = [name for name in signed if name not in arrival.lines]
    # x-amz-content-sha256 is what stands for the body in what is signed, so that it is signed in any case.
    unsigned = arrival.lines.keys() - set(signed) - {"x-amz-content-sha256"}
    added = sorted(name for name in unsigned if name.startswith("x-amz-"))
    if absent:
        raise RefusedError(
            403, "SignatureDoesNotMatch", f"{MISMATCH} Signed, but not in the request: {', '.join(absent)}"
        )
    if added:
        text = f"There were headers present in the request which were not signed: {', '.join(added)}"
        raise RefusedError(403, "AccessDenied" if claim.is_s3 else "SignatureDoesNotMatch", text)


class _Signed:
    """A request as botocore's signers take it."""

    def __init__(self, arrival: Arrival, claim: Claim, payload: str) -> None:
        self.method = arrival.method
        path = quote(unquote_to_bytes(arrival.raw_path), safe="/-_.~") if claim.is_s3 else arrival.raw_path
        self.url = f"http://host{path}"
        self.query = Query.of(arrival.query).encoded(without=b"x-amz-signature" if claim.presigned else b"")
        self.headers = {"X-Amz-Content-SHA256": payload}
        self.to_sign = _Headers({name: arrival.lines[name] for name in claim.signed_headers.split(";")})


class _Headers:
    def __init__(self, lines: dict[str, list[str]]) -> None:
        self._lines = lines

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def get_all(self, name: str) -> list[str]:
        return self._lines[name]


class _SignsAsArrived:
    """What of botocore's signers depends on the sender: here it is what the request says."""

    def headers_to_sign(self, request: _Signed) -> _Headers:
        return request.to_sign

    def canonical_query_string(self, request: _Signed) -> str:
        return "&".join("=".join(pair) for pair in sorted(part.split("=") for part in request.query.split("&") if part))


class _Signer(_SignsAsArrived, SigV4Auth):  # type: ignore[misc]
    pass


class _S3Signer(_SignsAsArrived, S3SigV4Auth):  # type: ignore[misc]
    pass
