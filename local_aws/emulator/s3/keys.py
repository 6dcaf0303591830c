"""S3 asks KMS in the caller's name: who reads or writes an object under a customer's key needs rights on the key too.

kms:Decrypt to read, kms:GenerateDataKey to write (S3 user guide, "Using server-side encryption with AWS KMS keys");
under the account's `aws/s3`, whose policy lets in whoever S3 lets in, neither. Asked wherever a right to s3:GetObject
or s3:PutObject is: for requests, and for what jobs, crawlers and queries do. Here AWS differs: HeadObject is asked too,
a part of an upload for kms:GenerateDataKey alone, and the encryption context names the object where AWS, with a bucket
key, names the bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator.durable.touches import without_notes
from local_aws.emulator.iam.decisions import Asked, after_each
from local_aws.emulator.iam.key_rights import denial_of_key
from local_aws.emulator.iam.many_resources import plug_keys
from local_aws.emulator.s3.encryption import KEY_ID, KMS, START, default_encryption, key_arn

_ASKED = {
    "s3:GetObject": "kms:Decrypt",
    "s3:GetObjectVersion": "kms:Decrypt",
    "s3:PutObject": "kms:GenerateDataKey",
}
_OBJECTS = "arn:aws:s3:::"


def ask_for_keys_of_objects() -> None:
    """Have rights on keys asked beside those on objects. Must come after all else that decides."""
    from ministack.core import iam_actions

    context_of = iam_actions.s3_service_context

    def s3_service_context(action: str, query: Any, path: str = "", headers: dict[str, str] | None = None) -> Any:
        found: dict[str, Any] = context_of(action, query, path, headers)
        key = (headers or {}).get(KEY_ID)
        return found | ({f"s3:{KEY_ID}": key} if key and action == "s3:PutObject" else {})

    iam_actions.s3_service_context = s3_service_context
    after_each(_look)
    plug_keys(key_of_object)


def _look(found: Any, asked: Asked) -> Any:
    if found is not None or not asked.access_key:
        return found
    key = key_of_object(asked.action, asked.resource, asked.given)
    if not key:
        return None
    context = {
        "kms:ViaService": f"s3.{asked.region}.amazonaws.com",
        "kms:EncryptionContext:aws:s3:arn": asked.resource,
    }
    return denial_of_key(asked.access_key, _ASKED[asked.action], asked.region, key, context)


@without_notes
def key_of_object(action: str, resource: str, given: Mapping[str, Any]) -> str:
    """The ARN of the customer's key of an object that is read, or is to be written; "" where there is none.

    Args:
        action: as in a policy; but for s3:GetObject, s3:GetObjectVersion and s3:PutObject no key is needed.
        resource: the object's ARN.
        given: condition keys of the request.
    """
    from ministack.services import kms, s3

    if action not in _ASKED:
        return ""
    bucket, _, name = resource.removeprefix(_OBJECTS).partition("/")
    if action == "s3:PutObject":
        told = _of_write(bucket, given)
    else:
        record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(name) or {}
        told = record.get("preserved_headers", {})
    if told.get(START) not in KMS:
        return ""
    key = str(told.get(KEY_ID) or "")
    return key if key and kms._resolve_key(key) else ""


def _of_write(bucket: str, given: Mapping[str, Any]) -> Mapping[str, str]:
    from ministack.services import s3

    asked = given.get(f"s3:{START}")
    if asked:
        return {START: asked, KEY_ID: key_arn(given.get(f"s3:{KEY_ID}") or "")}
    return default_encryption(bucket) if "aws:kms" in (s3._bucket_encryption.get(bucket) or "") else {}
