"""What a request says of its signature: in its headers, or in its query as presigned URLs have it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import quote, unquote_to_bytes

from local_aws.emulator.gate.arrivals import Arrival, RefusedError
from local_aws.emulator.gate.payloads import UNSIGNED

ALGORITHM = "AWS4-HMAC-SHA256"
_SCOPE = re.compile(
    r"(?P<key>[A-Za-z0-9_-]+)/(?P<date>[0-9]{8})/(?P<region>[a-z0-9-]+)/(?P<service>[a-z0-9-]+)/aws4_request"
)
DATE = re.compile(r"[0-9]{8}T[0-9]{6}Z")
_PRESIGNED = ("x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-signedheaders", "x-amz-signature")


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
    if not authorization.startswith(ALGORITHM + " "):
        raise unsupported()
    parts = [part.strip().partition("=")[::2] for part in authorization.removeprefix(ALGORITHM).split(",")]
    found = dict(parts)
    if len(parts) != 3 or set(found) != {"Credential", "SignedHeaders", "Signature"} or not all(found.values()):
        raise RefusedError(
            400,
            "IncompleteSignature",
            "Authorization header requires a 'Credential' parameter, a 'SignedHeaders' parameter and a 'Signature' "
            "parameter, each once.",
        )
    scope = _scope(found["Credential"])
    date = arrival.header("x-amz-date") or iso(arrival.header("date"))
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
    if query["x-amz-algorithm"] != ALGORITHM:
        raise unsupported()
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


def unsupported() -> RefusedError:
    """The refusal of a signature of a kind that is not taken."""
    return RefusedError(400, "UnsupportedSignature", "The request signature does not conform to AWS standards.")


def iso(http_date: str) -> str:
    """The date of an HTTP header as signatures have it; empty where it is none."""
    try:
        return stamp(parsedate_to_datetime(http_date).astimezone(UTC)) if http_date else ""
    except (TypeError, ValueError, IndexError, OverflowError):
        return ""


def stamp(when: datetime) -> str:
    """As `20260131T235959Z`."""
    return when.strftime("%Y%m%dT%H%M%SZ")


def moment(text: str) -> datetime | None:
    """What `stamp` gives, read; None where it is no date."""
    if not DATE.fullmatch(text):
        return None
    try:
        numbers = (text[:4], text[4:6], text[6:8], text[9:11], text[11:13], text[13:15])
        year, month, day, hour, minute, second = map(int, numbers)
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
