"""What S3 tells of the encryption of objects: nothing is encrypted here, and all is told as AWS tells it.

Since January 2023 every object is encrypted: with S3's own key (AES256) where neither the request nor its bucket says
otherwise. A KMS key that is not named is the account's `aws/s3`.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.xml import body_of, read_body

START = "x-amz-server-side-encryption"
KEY_ID = f"{START}-aws-kms-key-id"
_BUCKET_KEY = f"{START}-bucket-key-enabled"
_CUSTOMER = f"{START}-customer-algorithm"
KMS = ("aws:kms", "aws:kms:dsse")
_OF_CONTENT = frozenset({"uploads", "uploadId", "partNumber", "versionId", "x-id"})
"""Query parameters of operations on an object's content; the others are about something else of it."""

_etags: ContextVar[dict[str, str]] = ContextVar("ETags of the contents that a request wrote, and those told of them")
_KEY_ID_FORM = re.compile(r"[0-9a-fA-F-]{36}|mrk-[0-9a-f]{32}")


def tell_encryption() -> None:
    """Have S3 tell how each object is encrypted, and take a KMS key by any of its names."""
    from ministack.services import s3

    s3._SSE_STORED_HEADERS = (*s3._SSE_STORED_HEADERS, _BUCKET_KEY)
    s3._bucket_default_sse_headers = default_encryption
    s3._resolve_sse_write_headers = _naming_keys(s3._resolve_sse_write_headers)
    s3._put_bucket_encryption = _completing(s3._put_bucket_encryption)
    s3._record_object_version = _naming_content(s3._record_object_version)
    original = s3._dispatch

    def dispatch(
        method: str, bucket: str, key: str, headers: dict[str, str], body: Any, query: Mapping[str, Any]
    ) -> Any:
        token = _etags.set({})
        try:
            answer = original(method, bucket, key, headers, body, query)
            for old, new in _etags.get({}).items():
                answer = _retold(answer, old, new)
        finally:
            _etags.reset(token)
        if key and 200 <= answer[0] < 300 and method != "DELETE" and not query.keys() - _OF_CONTENT:
            _tell(answer[1], writes=method in ("PUT", "POST"))
        return answer

    s3._dispatch = dispatch


def _naming_content(original: Callable[..., Any]) -> Callable[..., Any]:
    """An object under a KMS key, or the caller's own, has another ETag at each write, which is no MD5 of its content.

    So the API reference has it ("Object", ETag); what it is made of there is not documented.
    """

    def record(bucket: str, key: str, prior: Any, written: dict[str, Any], data: Any) -> Any:
        kept = written.get("preserved_headers") or {}
        if kept.get(START) in KMS or kept.get(_CUSTOMER):
            old = written["etag"].strip('"')
            parts = old.partition("-")[2]
            new = secrets.token_hex(16) + (f"-{parts}" if parts else "")
            written["etag"] = f'"{new}"'
            _etags.get({})[old] = new  # what a service writes by itself answers nobody
        return original(bucket, key, prior, written, data)

    return record


def _retold(answer: Any, old: str, new: str) -> Any:
    """An answer to a write with its object's ETag, where it has that of the content."""
    status, described, body = answer
    described = {name: f'"{new}"' if value == f'"{old}"' else value for name, value in described.items()}
    return status, described, body.replace(old.encode(), new.encode()) if isinstance(body, bytes) else body


def _tell(described: dict[str, str], *, writes: bool) -> None:
    """Objects that an earlier version wrote have no word of it."""
    names = {name.lower() for name in described}
    if (writes or "etag" in names) and not names & {START, _CUSTOMER}:
        described[START] = "AES256"


def default_encryption(bucket: str) -> dict[str, str]:
    """What a write without a word of encryption gets: the bucket's default."""
    from ministack.services import s3

    kept = s3._bucket_encryption.get(bucket)
    try:
        given = read_body("GetBucketEncryption", kept.encode()) if kept else {}
    except ValueError:
        given = {}
    rules = (given.get("ServerSideEncryptionConfiguration") or {}).get("Rules") or [{}]
    default = rules[0].get("ApplyServerSideEncryptionByDefault") or {}
    algorithm = default.get("SSEAlgorithm") or "AES256"
    if algorithm not in KMS:
        return {START: algorithm}
    told = {START: algorithm, KEY_ID: key_arn(default.get("KMSMasterKeyID") or "")}
    return told | ({_BUCKET_KEY: "true"} if rules[0].get("BucketKeyEnabled") else {})


def _naming_keys(original: Callable[..., Any]) -> Callable[..., Any]:
    def resolve(headers: dict[str, str], bucket: str) -> Any:
        algorithm = headers.get(START, "")
        if algorithm not in KMS:
            return original(headers, bucket)
        default = default_encryption(bucket)
        key = headers.get(KEY_ID) or ""
        # The emulator knows one of the two and asks for a key.
        told, refused = original({**headers, START: "aws:kms", KEY_ID: key or "aws/s3"}, bucket)
        if refused is not None:
            return told, refused
        with_bucket_key = headers.get(_BUCKET_KEY, default.get(_BUCKET_KEY, "false")).lower() == "true"
        told = {**told, START: algorithm, KEY_ID: key_arn(key)}
        return told | ({_BUCKET_KEY: "true"} if with_bucket_key else {}), None

    return resolve


def key_arn(key: str) -> str:
    """A key's ARN, as S3 tells it, by its id, alias or ARN; "" for the account's `aws/s3`."""
    from ministack.core.responses import get_account_id, get_region
    from ministack.services import kms

    account, region = get_account_id(), get_region()
    if not key or key in ("aws/s3", "alias/aws/s3"):
        return f"arn:aws:kms:{region}:{account}:key/{uuid.uuid5(uuid.NAMESPACE_URL, f'{account}/{region}/aws/s3')}"
    if key.startswith("arn:") and ":alias/" not in key:
        return key
    found = kms._resolve_key(key)
    if found:
        return str(found["Arn"])
    return f"arn:aws:kms:{region}:{account}:key/{key}" if _KEY_ID_FORM.fullmatch(key) else key


def _completing(original: Callable[[str, bytes], Response]) -> Callable[[str, bytes], Response]:
    """Keep a bucket's default with BucketKeyEnabled, which GetBucketEncryption always tells."""
    from ministack.services import s3

    def put(bucket: str, body: bytes) -> Response:
        answer = original(bucket, body)
        if answer[0] < 300:
            given = read_body("GetBucketEncryption", body)["ServerSideEncryptionConfiguration"]
            for rule in given.get("Rules", []):
                rule.setdefault("BucketKeyEnabled", False)
            kept = body_of("PutBucketEncryption", {"Bucket": bucket, "ServerSideEncryptionConfiguration": given})
            s3._bucket_encryption[bucket] = kept.decode()
        return answer

    return put
