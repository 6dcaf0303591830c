"""What a request to S3 is about: its one sub-resource and its key, the same to policies and to what carries it out.

The emulator asks policies about one thing and carries out another where an address names two sub-resources, one that is
not of its level (`GET key?location` is GetBucketLocation to policies and gives the object), or a key that has empty
parts. Sources: botocore's model of S3 for which sub-resource goes with which method, S3's own sentences for the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote

from local_aws.emulator.requests.checking import RefusedError
from local_aws.emulator.requests.refusals import error_response

_BY_ID = ("analytics", "intelligent-tiering", "inventory", "metrics")

CARRIED_OUT: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "bucket"): frozenset(
        {"accelerate", "acl", "cors", "encryption", "lifecycle", "list-type", "location", "logging", "notification"}
        | {"object-lock", "ownershipControls", "policy", "publicAccessBlock", "replication", "requestPayment"}
        | {"tagging", "uploads", "versioning", "versions", "website", *_BY_ID}
    ),
    ("PUT", "bucket"): frozenset(
        {"accelerate", "acl", "cors", "encryption", "lifecycle", "logging", "notification", "object-lock"}
        | {"ownershipControls", "policy", "publicAccessBlock", "replication", "requestPayment", "tagging"}
        | {"versioning", "website", *_BY_ID}
    ),
    ("DELETE", "bucket"): frozenset(
        {"cors", "encryption", "lifecycle", "ownershipControls", "policy", "publicAccessBlock", "replication"}
        | {"tagging", "website", *_BY_ID}
    ),
    ("POST", "bucket"): frozenset({"delete"}),
    ("GET", "key"): frozenset({"acl", "annotation", "attributes", "legal-hold", "retention", "tagging", "uploadId"}),
    ("PUT", "key"): frozenset({"acl", "annotation", "legal-hold", "retention", "tagging", "uploadId"}),
    ("DELETE", "key"): frozenset({"annotation", "tagging", "uploadId"}),
    ("POST", "key"): frozenset({"restore", "uploadId", "uploads"}),
}
"""(method, what the address names) -> the sub-resources that are served; HEAD has none."""

NOT_SIMULATED: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "bucket"): frozenset({"abac", "metadataConfiguration", "metadataTable", "policyStatus", "session"}),
    ("PUT", "bucket"): frozenset({"abac", "metadataAnnotationTable", "metadataInventoryTable", "metadataJournalTable"}),
    ("DELETE", "bucket"): frozenset({"metadataConfiguration", "metadataTable"}),
    ("POST", "bucket"): frozenset({"metadataConfiguration", "metadataTable"}),
    ("GET", "key"): frozenset({"torrent"}),
    ("PUT", "key"): frozenset({"encryption", "renameObject"}),
    ("POST", "key"): frozenset({"select"}),
}
"""The same of those that AWS serves and this local AWS does not: objects would be read and written instead."""

_SELECTORS = frozenset().union(*CARRIED_OUT.values(), *NOT_SIMULATED.values())


def place_of(path: str) -> tuple[str, str]:
    """The bucket and the key of a decoded path, as the emulator's S3 takes them apart; either may be empty."""
    bucket, _, key = path.lstrip("/").partition("/")
    return bucket, key


def check_selectors(method: str, path: str, query: Mapping[str, Any]) -> None:
    """Refuse an address with two sub-resources, or with one that is not served by this method and at this level.

    That `list-type` counts as one is unverified.

    Raises:
        RefusedError: with S3's answer.
    """
    bucket, key = place_of(path)
    named = sorted(_SELECTORS & query.keys())
    if not bucket or not named or method == "OPTIONS":
        return
    level = (method, "key" if key else "bucket")
    if len(named) > 1:
        said = f"Conflicting query string parameters: {', '.join(named)}"
        more = {"ArgumentName": "ResourceType", "ArgumentValue": named[0]}
        raise RefusedError(error_response("rest-xml", 400, "InvalidArgument", said, service="s3", more=more))
    if named[0] in NOT_SIMULATED.get(level, ()):
        said = f"The local AWS does not simulate {method} of the sub-resource {named[0]}"
        raise RefusedError(error_response("rest-xml", 501, "NotImplemented", said, service="s3"))
    if named[0] not in CARRIED_OUT.get(level, ()):
        said = "The specified method is not allowed against this resource."
        more = {"Method": method, "ResourceType": named[0].upper()}
        raise RefusedError(error_response("rest-xml", 405, "MethodNotAllowed", said, service="s3", more=more))


def copy_source(header: str) -> tuple[str, str, str] | None:
    """The bucket, the key and the version (or "") that a copy reads, as the emulator takes the header apart.

    None where it names no key.
    """
    path, _, query = header.lstrip("/").partition("?")
    bucket, slash, key = unquote(path).partition("/")
    versions = parse_qs(query, keep_blank_values=True).get("versionId", [""])
    return (bucket, key, versions[0]) if slash else None


def show_policies_what_is_carried_out() -> None:
    """Have policies asked about the keys that are read, written and deleted."""
    from ministack.core import iam_actions
    from ministack.services import s3

    action, extract, more_checks = (
        iam_actions._s3_action,
        iam_actions.extract_resource_arn,
        iam_actions.s3_additional_checks,
    )
    listing = s3._list_objects_v1

    def s3_action(method: str, path: str, query: dict[str, Any]) -> str | None:
        found: str | None = action(method, _plain(path), query)
        return found

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any) -> str:
        bucket, key = place_of(path)
        return arn(bucket, key) if service == "s3" and key else str(extract(service, method, path, *rest))

    def source_object(headers: dict[str, str]) -> tuple[str, str] | None:
        found = copy_source(headers.get("x-amz-copy-source", ""))
        return (arn(found[0], found[1]), found[2]) if found else None

    def s3_additional_checks(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> list[tuple[str, str]]:
        bucket, key = place_of(path)
        if not key:
            return []  # of the keys of DeleteObjects each is decided by itself
        found: list[tuple[str, str]] = more_checks(method, _plain(path), headers, body, query)
        if s3_action(method, path, query) == "PutObject":
            return found  # of a copy's source, by its own key
        return [(name, arn(bucket, key)) for name, _ in found]

    def list_objects(bucket: str, query: dict[str, Any]) -> Any:
        asks_who_pays = "requestPayment" in query  # the emulator looks for it by another name
        return s3._get_bucket_request_payment(bucket) if asks_who_pays else listing(bucket, query)

    iam_actions._s3_action = s3_action
    iam_actions.extract_resource_arn = extract_resource_arn
    iam_actions._s3_source_object = source_object
    iam_actions.s3_additional_checks = s3_additional_checks
    s3._list_objects_v1 = list_objects


def arn(bucket: str, key: str) -> str:
    """The ARN of an object, its key as it is."""
    return f"arn:aws:s3:::{bucket}/{key}"


def _plain(path: str) -> str:
    """A path that the emulator takes apart rightly: it leaves empty parts out, so that `/` is no key to it."""
    bucket, key = place_of(path)
    return f"/{bucket}/key" if key else f"/{bucket}"
