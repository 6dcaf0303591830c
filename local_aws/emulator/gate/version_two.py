"""Signature Version 2 of S3, which boto3 presigns URLs with where it is not told otherwise."""

from __future__ import annotations

import hmac
import re
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, unquote_to_bytes

from botocore.auth import HmacV1Auth
from botocore.awsrequest import HTTPHeaders
from botocore.credentials import Credentials

from local_aws.emulator.gate.arrivals import Arrival, RefusedError, virtual_host_bucket
from local_aws.emulator.gate.claims import Query, iso, moment, unsupported
from local_aws.emulator.gate.keys import RootKey, secret_of
from local_aws.emulator.gate.payloads import UNSIGNED, VerifiedSignature
from local_aws.emulator.gate.signatures import MISMATCH

_V2_HEADER = re.compile(r"AWS ([A-Za-z0-9_-]+):([A-Za-z0-9+/]{27}=)")
_V2_QUERY = frozenset(HmacV1Auth.QSAOfInterest) | frozenset(
    "AWSAccessKeyId Signature Expires x-id prefix delimiter max-keys marker list-type continuation-token start-after "
    "encoding-type fetch-owner key-marker version-id-marker upload-id-marker max-uploads max-parts "
    "part-number-marker".split()
)
"""Query parameters of S3 that a signature of Version 2 covers, or that only choose what a listing shows."""


def is_version_2(arrival: Arrival) -> bool:
    """Whether a request is signed in S3's older manner."""
    return arrival.header("authorization").startswith("AWS ") or (
        bool(arrival.query) and "awsaccesskeyid" in Query.of(arrival.query).named()
    )


def verify_version_2(arrival: Arrival, root: RootKey) -> VerifiedSignature:
    """Hold a request against its Version 2 signature.

    Raises:
        RefusedError: the key is not known, the time is over, or the signature another.
    """
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in Query.of(arrival.query).pairs]
    query = dict(pairs)
    authorization = arrival.header("authorization")
    if authorization:
        found = _V2_HEADER.fullmatch(authorization)
        if not found:
            raise unsupported()
        access_key, given = found[1], found[2]
        date, token = arrival.header("date"), arrival.header("x-amz-security-token")
        _check_date(arrival.header("x-amz-date") or date)
    else:
        access_key, given, date = query.get("AWSAccessKeyId", ""), query.get("Signature", ""), query.get("Expires", "")
        token = query.get("x-amz-security-token", "") or arrival.header("x-amz-security-token")
        if sum(name in ("AWSAccessKeyId", "Signature", "Expires") for name, _ in pairs) != 3:
            raise RefusedError(
                403,
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            )
        if not re.fullmatch(r"[0-9]{1,12}", date) or int(date) < time.time():
            raise RefusedError(403, "RequestExpired", "Request has expired")
    unsigned = [name for name in query if name not in _V2_QUERY and not name.lower().startswith("x-amz-")]
    if unsigned:
        raise RefusedError(
            403,
            "AccessDenied",
            f"A signature of Version 2 does not cover the query parameter {unsigned[0][:50]}: sign with Version 4.",
        )
    secret = secret_of(root, access_key, token)
    expected = _VersionTwo(Credentials(access_key, secret), date).signature_of(arrival)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        hint = root.hint if access_key == root.access_key else ""
        raise RefusedError(403, "SignatureDoesNotMatch", MISMATCH, hint)
    return VerifiedSignature(access_key, UNSIGNED)


def _check_date(text: str) -> None:
    signed_at = moment(text) or moment(iso(text))
    if not signed_at:
        raise RefusedError(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
    if abs(datetime.now(UTC) - signed_at) > timedelta(minutes=15):
        raise RefusedError(403, "RequestTimeTooSkewed", f"Signature expired: {text[:50]}")


class _VersionTwo(HmacV1Auth):  # type: ignore[misc]
    def __init__(self, credentials: Credentials, date: str) -> None:
        super().__init__(credentials)
        self._date = date

    def _get_date(self) -> str:
        return "" if self._covered_by_amz_date else self._date

    def signature_of(self, arrival: Arrival) -> str:
        """What the request should be signed with."""
        headers = HTTPHeaders()
        for name, values in arrival.lines.items():
            for value in values:
                headers[name] = value
        for name, value in Query.of(arrival.query).named().items():  # headers that a presigner moved into the query
            if name.startswith("x-amz-") and name not in arrival.lines:
                headers[name] = value
        self._covered_by_amz_date = "x-amz-date" in arrival.lines and bool(arrival.header("authorization"))
        bucket = virtual_host_bucket(arrival.host_name)
        path = quote(unquote_to_bytes(arrival.raw_path), safe="/~")
        resource = f"/{bucket}{path}" if bucket else path
        return str(
            self.get_signature(arrival.method, _Split(path, Query.of(arrival.query)), headers, auth_path=resource)
        )


class _Split:
    """A URL taken apart, as botocore's signer of Version 2 takes it."""

    def __init__(self, path: str, query: Query) -> None:
        self.path = path
        self.query = query.encoded() if query.pairs else ""
