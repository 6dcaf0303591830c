"""Configurations of S3 buckets that the emulator loses or lacks, kept and shown as they were given.

Lifecycle rules (it drops a rule's Prefix and takes rules that AWS refuses), and those of which a bucket has several by
id: analytics, intelligent tiering, inventory and metrics. A body is read and written by botocore's model; what is kept
is the request's XML as the model writes it, in the bucket's own record, which is saved with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape, unescape

from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.s3.lifecycle_rules import LifecycleError, check_rules
from local_aws.emulator.s3.xml import body_of, read_body, sub_resource

_BY_ID = {
    "analytics": ("AnalyticsConfiguration", "ListBucketAnalyticsConfigurationResult"),
    "intelligent-tiering": ("IntelligentTieringConfiguration", "ListBucketIntelligentTieringConfigurationsOutput"),
    "inventory": ("InventoryConfiguration", "ListInventoryConfigurationsResult"),
    "metrics": ("MetricsConfiguration", "ListMetricsConfigurationsResult"),
}
"""Sub-resource -> (its element, the element of the list). The names are those of S3's API reference."""

_KEPT = "configurations"
_MOST = 1000
"""Configurations of one kind in a bucket (S3's quotas)."""

_TOO_MANY = (
    f"You are attempting to create a new configuration but have already reached the {_MOST}-configuration limit."
)

_PAGE = 100
"""Configurations in one list (S3's API reference)."""

_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"
_MINIMUM_SIZE = {"x-amz-transition-default-minimum-object-size": "all_storage_classes_128K"}


def keep_bucket_configurations() -> None:
    """Answer for these configurations in place of the emulator."""
    from ministack import app
    from ministack.services import s3

    s3._put_bucket_lifecycle = _put_lifecycle
    s3._get_bucket_lifecycle = _get_lifecycle
    app.SERVICE_HANDLERS["s3"] = _answering(app.SERVICE_HANDLERS["s3"])


def put_bucket_configuration(bucket: str, operation: str, params: Mapping[str, Any]) -> str:
    """Carry out a Put… operation on a bucket, past IAM, which the caller has asked.

    Args:
        bucket: its name.
        operation: such as `PutBucketLifecycleConfiguration`.
        params: its parameters but for the bucket.

    Returns:
        Why S3 refuses it; empty when it is done.
    """
    from ministack.services import s3

    try:
        body = body_of(operation, {**params, "Bucket": bucket})
    except ValueError as error:
        return str(error)
    resource = sub_resource(operation)
    if resource in _BY_ID:
        return _reason(_put(bucket, resource, str(params["Id"]), body))
    if resource == "acl":
        return _reason(s3._put_bucket_acl(bucket, b"", {"x-amz-acl": params["ACL"]}))
    handler = {
        "lifecycle": _put_lifecycle,
        "logging": s3._put_bucket_logging,
        "tagging": s3._put_bucket_tagging,
        "accelerate": s3._put_bucket_accelerate,
        "ownershipControls": s3._put_bucket_ownership_controls,
        "encryption": s3._put_bucket_encryption,
        "object-lock": s3._put_object_lock_configuration,
        "replication": s3._put_bucket_replication,
        "versioning": s3._put_bucket_versioning,
    }[resource]
    return _reason(handler(bucket, body))


def _reason(response: Response) -> str:
    status, _, body = response
    if status < 300:
        return ""
    found = re.search(rb"<Message>(.*?)</Message>", body, re.DOTALL)
    return unescape(found[1].decode()) if found else f"S3 answered {status}"


def delete_bucket_configuration(bucket: str, resource: str, configuration: str = "") -> None:
    """Take a sub-resource of a bucket away, or one of several by its id; none is no error."""
    from ministack.services import s3

    if resource in _BY_ID:
        _of_kind(bucket, resource).pop(configuration, None)
        return
    {
        "lifecycle": s3._delete_bucket_lifecycle,
        "tagging": s3._delete_bucket_tagging,
        "ownershipControls": s3._delete_bucket_ownership_controls,
        "encryption": s3._delete_bucket_encryption,
        "replication": s3._delete_bucket_replication,
    }[resource](bucket)


# Lifecycle


def _put_lifecycle(bucket: str, body: bytes) -> Response:
    from ministack.services import s3

    if bucket not in s3._buckets:
        return _missing(bucket)
    try:
        given = read_body("GetBucketLifecycleConfiguration", body)
        check_rules(given.get("Rules", []))
        kept = body_of("PutBucketLifecycleConfiguration", {"Bucket": bucket, "LifecycleConfiguration": given})
    except LifecycleError as error:
        return _error(error.code, error.message or _MALFORMED, 400, bucket)
    except ValueError:
        return _error("MalformedXML", _MALFORMED, 400, bucket)
    s3._bucket_lifecycle[bucket] = kept.decode()
    return 200, dict(_MINIMUM_SIZE), b""


def _get_lifecycle(bucket: str) -> Response:
    from ministack.services import s3

    if bucket not in s3._buckets:
        return _missing(bucket)
    kept = s3._bucket_lifecycle.get(bucket)
    if kept is None:
        return _error("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist", 404, bucket)
    if isinstance(kept, list):  # as an earlier version wrote it
        kept = body_of("PutBucketLifecycleConfiguration", {"Bucket": bucket, "LifecycleConfiguration": {"Rules": kept}})
        s3._bucket_lifecycle[bucket] = kept = kept.decode()
    return 200, {"Content-Type": "application/xml", **_MINIMUM_SIZE}, kept.encode()


def lifecycle_rules(account: str, bucket: str) -> list[dict[str, Any]]:
    """A bucket's rules, in the shape of botocore's model."""
    from ministack.services import s3

    kept = s3._bucket_lifecycle._data.get((account, bucket))
    if not isinstance(kept, str):  # none, or as an earlier version wrote them
        return kept or []
    found: list[dict[str, Any]] = read_body("GetBucketLifecycleConfiguration", kept.encode()).get("Rules", [])
    return found


# Several by id


def _answering(serve: Handler) -> Handler:
    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any], *rest: Any, **more: Any
    ) -> Response:
        bucket, _, key = path.lstrip("/").partition("/")
        resource = next((name for name in _BY_ID if name in query), "")
        if not resource or key or not bucket:
            return await serve(method, path, headers, body, query, *rest, **more)
        return _by_id(method, bucket, resource, {name: values[0] for name, values in query.items()}, body)

    return handle


def _by_id(method: str, bucket: str, resource: str, query: Mapping[str, str], body: bytes) -> Response:
    from ministack.services import s3

    if bucket not in s3._buckets:
        return _missing(bucket)
    wanted = query.get("id", "")
    if method == "GET" and not wanted:
        return _list(bucket, resource, query.get("continuation-token", ""))
    if method == "PUT" and wanted:
        return _put(bucket, resource, wanted, body)
    if method not in ("GET", "DELETE") or not wanted:
        return _error("InvalidRequest", f"{method} of {resource} needs an id", 400, bucket)
    return _get_or_delete(method, bucket, resource, wanted)


def _get_or_delete(method: str, bucket: str, resource: str, wanted: str) -> Response:
    kept = _of_kind(bucket, resource)
    if wanted not in kept:
        return _error("NoSuchConfiguration", "The specified configuration does not exist.", 404, bucket)
    if method == "DELETE":
        del kept[wanted]
        return 204, {}, b""
    return 200, {"Content-Type": "application/xml"}, kept[wanted].encode()


def _put(bucket: str, resource: str, wanted: str, body: bytes) -> Response:
    element, _ = _BY_ID[resource]
    try:
        given = read_body(f"GetBucket{element}", body).get(element) or {}
        kept = body_of(f"PutBucket{element}", {"Bucket": bucket, "Id": wanted, element: given})
    except ValueError:
        return _error("MalformedXML", _MALFORMED, 400, bucket)
    if given["Id"] != wanted:
        return _error("InvalidArgument", "The Id of the request and of its body differ", 400, bucket)  # text is ours
    there = _of_kind(bucket, resource)
    if wanted not in there and len(there) >= _MOST:
        return _error("TooManyConfigurations", _TOO_MANY, 400, bucket)
    there[wanted] = kept.decode()
    return 200, {}, b""


def _list(bucket: str, resource: str, after: str) -> Response:
    _, element = _BY_ID[resource]
    kept = _of_kind(bucket, resource)
    names = sorted(name for name in kept if name > after)
    shown, more = names[:_PAGE], len(names) > _PAGE
    text = "".join(kept[name].partition("?>")[2] or kept[name] for name in shown)
    following = f"<NextContinuationToken>{escape(shown[-1])}</NextContinuationToken>" if more else ""
    truncated = f"<IsTruncated>{str(more).lower()}</IsTruncated>"
    return 200, {"Content-Type": "application/xml"}, f"<{element}>{text}{truncated}{following}</{element}>".encode()


def _of_kind(bucket: str, resource: str) -> dict[str, str]:
    from ministack.services import s3

    kept: dict[str, str] = s3._buckets[bucket].setdefault(_KEPT, {}).setdefault(resource, {})
    return kept


def _missing(bucket: str) -> Response:
    from ministack.services import s3

    response: Response = s3._no_such_bucket(bucket)
    return response


def _error(code: str, message: str, status: int, bucket: str) -> Response:
    from ministack.services import s3

    response: Response = s3._error(code, message, status, f"/{bucket}")
    return response
