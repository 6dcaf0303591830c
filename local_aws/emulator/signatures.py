"""Whether a request was signed by whom it names: Signature Version 4 in headers or query, and S3's Version 2.

What is signed is computed by botocore's own signers, of the request as it arrived. The path and the query of a request
are decoded and encoded again first, as AWS does, because clients differ in what they encode.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote_to_bytes

from botocore.auth import HmacV1Auth, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import HTTPHeaders
from botocore.credentials import Credentials

from local_aws.emulator.arrivals import Arrival, RefusedError, virtual_host_bucket
from local_aws.emulator.keys import RootKey, secret_of, signing_key
from local_aws.emulator.payloads import UNSIGNED, VerifiedSignature

_ALGORITHM = "AWS4-HMAC-SHA256"
_SCOPE = re.compile(
    r"(?P<key>[A-Za-z0-9_-]+)/(?P<date>[0-9]{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request"
)
_DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_SIGNED_HEADERS = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*")
_V2_HEADER = re.compile(r"AWS ([A-Za-z0-9_-]+):([A-Za-z0-9+/]{27}=)")
_PRESIGNED = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signedheaders", "x-amz-signature")
_WEEK_S = 604_800
_V2_QUERY = frozenset(HmacV1Auth.QSAOfInterest) | frozenset(
    "AWSAccessKeyId Signature Expires x-id prefix delimiter max-keys marker list-type continuation-token start-after "
    "encoding-type fetch-owner key-marker version-id-marker upload-id-marker max-uploads max-parts "
    "part-number-marker".split()
)
"""Query parameters of S3 that a signature of Version 2 covers, or that only choose what a listing shows."""

_FIFTEEN_MINUTES = frozenset({"dynamodb", "ecr", "elasticache", "iam", "rds", "s3", "sns", "sqs", "sts"})
"""Services that take a date 15 minutes off; the others take 5 (as the emulator's authors saw it on AWS)."""

_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. "
    "Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
)


@dataclass(frozen=True)
class Claim:
    """What a request says of its signature."""

    access_key: str
    date_stamp: str
    region: str
    service: str
    signed_headers: str
    signature: str
    date: str
    token: str
    presigned: bool
    payload: str
    """The hash or the kind of its body; empty where the body itself has to be hashed."""

    @property
    def is_s3(self) -> bool:
        """Whether S3's own rules apply: its path is signed as it is, its body by a header."""
        return self.service.startswith("s3") and self.service != "s3tables"

    @property
    def scope(self) -> str:
        """As in the string to sign."""
        return f"{self.date_stamp}/{self.region}/{self.service}/aws4_request"


@dataclass(frozen=True)
class Query:
    """The parameters of a query, decoded, in their order."""

    pairs: tuple[tuple[bytes, bytes], ...]

    @classmethod
    def of(cls, text: str) -> Query:
        """Read a query as it was sent; `+` is a blank."""
        parts = (part.partition("=")[::2] for part in text.replace("+", "%20").split("&") if part)
        return cls(tuple((unquote_to_bytes(name), unquote_to_bytes(value)) for name, value in parts))

    def named(self) -> dict[str, str]:
        """By name in lower case.

        Raises:
            RefusedError: a parameter of the signature stands there twice.
        """
        found: dict[str, str] = {}
        for name, value in self.pairs:
            key = name.decode("latin-1").lower()
            if key in found and (key in _PRESIGNED or key in ("x-amz-security-token", "x-amz-expires")):
                raise RefusedError(
                    400, "IncompleteSignature", f"The query parameter {key} must stand once in a request."
                )
            found.setdefault(key, value.decode("latin-1"))
        return found

    def encoded(self, *, without: bytes = b"") -> str:
        """Encoded anew, each byte but the unreserved ones."""
        return "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}"
            for name, value in self.pairs
            if name.lower() != without
        )


def claimed(arrival: Arrival) -> Claim | None:
    """What a request says of its Version 4 signature; None where it has none of that version.

    Raises:
        RefusedError: it is incomplete, or there are two.
    """
    authorization = arrival.header("authorization")
    query = Query.of(arrival.query).named() if arrival.query else {}
    presigned = any(name in query for name in ("x-amz-algorithm", "x-amz-signature", "x-amz-credential"))
    if authorization and (presigned or "awsaccesskeyid" in query):
        raise RefusedError(
            400,
            "IncompleteSignature",
            "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
            "parameter or the Authorization header should be specified",
        )
    if presigned:
        return _in_query(arrival, query)
    return _in_header(arrival, authorization) if authorization.startswith("AWS4-") else None


def _in_header(arrival: Arrival, authorization: str) -> Claim:
    if not authorization.startswith(_ALGORITHM + " "):
        raise _unsupported()
    parts = [part.strip().partition("=")[::2] for part in authorization.removeprefix(_ALGORITHM).split(",")]
    found = dict(parts)
    if len(parts) != 3 or set(found) != {"Credential", "SignedHeaders", "Signature"} or not all(found.values()):
        raise RefusedError(
            400,
            "IncompleteSignature",
            "Authorization header requires a 'Credential' parameter, a 'SignedHeaders' parameter and a 'Signature' "
            "parameter, each once.",
        )
    scope = _scope(found["Credential"])
    date = arrival.header("x-amz-date") or _iso(arrival.header("date"))
    payload = arrival.header("x-amz-content-sha256")
    claim = Claim(
        *scope,
        found["SignedHeaders"],
        found["Signature"],
        date,
        arrival.header("x-amz-security-token"),
        presigned=False,
        payload=payload,
    )
    if not date:
        raise RefusedError(
            400,
            "IncompleteSignature",
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    if claim.is_s3 and not payload:
        raise RefusedError(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
    return claim


def _in_query(arrival: Arrival, query: dict[str, str]) -> Claim:
    missing = [name for name in _PRESIGNED if not query.get(name)]
    if missing:
        raise RefusedError(
            400,
            "IncompleteSignature",
            f"AWS query-string parameters must include {', '.join(missing)}. Re-examine the query-string parameters.",
        )
    if query["x-amz-algorithm"] != _ALGORITHM:
        raise _unsupported()
    scope = _scope(query["x-amz-credential"])
    payload = arrival.header("x-amz-content-sha256") or query.get("x-amz-content-sha256", "")
    claim = Claim(
        *scope,
        query["x-amz-signedheaders"],
        query["x-amz-signature"],
        query["x-amz-date"],
        query.get("x-amz-security-token", ""),
        presigned=True,
        payload=payload,
    )
    return claim if payload or not claim.is_s3 else Claim(**{**claim.__dict__, "payload": UNSIGNED})


def _scope(credential: str) -> tuple[str, str, str, str]:
    found = _SCOPE.fullmatch(credential)
    if not found:
        raise RefusedError(
            400,
            "IncompleteSignature",
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, "
            f"got '{credential[:200]}'",
        )
    return found["key"], found["date"], found["region"], found["service"]


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
    expected = hmac.new(key, f"{_ALGORITHM}\n{claim.date}\n{claim.scope}\n{digest}".encode(), hashlib.sha256)
    if not hmac.compare_digest(expected.hexdigest().encode(), claim.signature.encode()):
        raise RefusedError(
            403, "SignatureDoesNotMatch", _MISMATCH, root.hint if claim.access_key == root.access_key else ""
        )
    return VerifiedSignature(claim.access_key, payload, claim.signature, key, claim.date, claim.scope)


def _check_time(arrival: Arrival, claim: Claim) -> None:
    if not _DATE.fullmatch(claim.date) or not (signed_at := _datetime(claim.date)):
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
            f"{word}: {claim.date} is {'now' if off == 'earlier' else 'still'} {off} than {_stamp(limit)} "
            f"({_stamp(now)} {'-' if off == 'earlier' else '+'} {minutes} min.)",
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
            403, "SignatureDoesNotMatch", f"{_MISMATCH} Signed, but not in the request: {', '.join(absent)}"
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


def _unsupported() -> RefusedError:
    return RefusedError(400, "UnsupportedSignature", "The request signature does not conform to AWS standards.")


def _iso(http_date: str) -> str:
    try:
        return _stamp(parsedate_to_datetime(http_date).astimezone(UTC)) if http_date else ""
    except (TypeError, ValueError):
        return ""


def _stamp(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")


def _datetime(stamp: str) -> datetime | None:
    try:
        numbers = (stamp[:4], stamp[4:6], stamp[6:8], stamp[9:11], stamp[11:13], stamp[13:15])
        year, month, day, hour, minute, second = map(int, numbers)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None


# Signature Version 2, which boto3 presigns S3's URLs with where it is not told otherwise.


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
            raise _unsupported()
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
        raise RefusedError(403, "SignatureDoesNotMatch", _MISMATCH)
    return VerifiedSignature(access_key, UNSIGNED)


def _check_date(text: str) -> None:
    stamp = text if _DATE.fullmatch(text) else _iso(text)
    signed_at = _datetime(stamp) if stamp else None
    if not signed_at:
        raise RefusedError(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
    if abs(datetime.now(UTC) - signed_at) > timedelta(minutes=15):
        raise RefusedError(403, "RequestTimeTooSkewed", f"Signature expired: {stamp}")


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
