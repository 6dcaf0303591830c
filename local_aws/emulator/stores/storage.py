"""Object files, log streams, tags and security configurations in the emulator's stores."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local_aws.emulator.identity import Scope, request_scope
from local_aws.emulator.s3.objects.disk_body import DiskBody

_SERVER_ERROR = 500


@dataclass(frozen=True)
class ObjectFile:
    """A current S3 object and the file that holds its bytes; `modified` is in ISO 8601."""

    key: str
    path: str
    size: int
    modified: str = ""


def object_files(scope: Scope) -> dict[str, list[ObjectFile]]:
    """Each bucket of the account with its current objects."""
    from ministack.services import s3

    with scope.entered():
        return {
            bucket: [
                ObjectFile(key, place(key), int(record.get("size", 0)))
                for place in [_places(bucket)]
                for key, record in list(content["objects"].items())
            ]
            for bucket, content in list(s3._buckets.items())
        }


def _places(bucket: str) -> Callable[[str], str]:
    """A function key -> path of the object's file, as the emulator has it; it looks at each folder's links once."""
    from ministack.services import s3

    root = os.path.realpath(f"{s3.DATA_DIR}/{request_scope().account_id}/{bucket}")
    without_links = {root: True}

    def is_without_links(folder: str) -> bool:
        if folder not in without_links:
            above = is_without_links(folder[: folder.rfind("/")])
            without_links[folder] = above and stat.S_ISDIR(os.lstat(folder).st_mode)
        return without_links[folder]

    def place(key: str) -> str:
        plain = f"{root}/{key}"
        with contextlib.suppress(OSError, ValueError):
            is_plain = s3._plain_path_key(key) and is_without_links(plain[: plain.rfind("/")])
            if is_plain and stat.S_ISREG(os.lstat(plain).st_mode):
                return plain
        return str(s3._object_disk_path(bucket, key))

    return place


def objects_under(scope: Scope, bucket: str, prefix: str) -> list[ObjectFile]:
    """The current objects of a bucket whose key starts with a prefix, by key; none where there is no such bucket."""
    from ministack.services import s3

    with scope.entered():
        content, place = s3._buckets.get(bucket) or {"objects": {}}, _places(bucket)
        return [
            ObjectFile(key, place(key), int(record.get("size", 0)), record.get("last_modified", ""))
            for key, record in sorted(content["objects"].items())
            if key.startswith(prefix)
        ]


def put_object(scope: Scope, bucket: str, key: str, body: bytes | Path, content_type: str) -> bool:
    """Write an object past IAM, which the caller has asked; return False where S3 refuses it.

    Args:
        scope: whose bucket it is.
        bucket: its name.
        key: of the object.
        body: its bytes, or a file of them that is written no more; the object may share its place on the disk.
        content_type: of the object.

    Raises:
        OSError: the disk refuses it.
    """
    from ministack.services import s3

    with scope.entered():
        given = DiskBody(body) if isinstance(body, Path) else body
        headers = {"content-type": content_type, "content-length": str(len(given))}
        status = s3._put_object(bucket, key, given, headers)[0]
    if status >= _SERVER_ERROR:
        raise OSError(f"s3://{bucket}/{key} cannot be written: the disk of the state folder refuses it")
    return bool(status < 300)


def delete_object(scope: Scope, bucket: str, key: str) -> None:
    """Delete an object past IAM; one that is not there is passed over."""
    from ministack.services import s3

    with scope.entered():
        s3._delete_object(bucket, key)


def scratch_folder(name: str) -> Path:
    """A folder of the state folder for what need not outlive the server."""
    return Path(os.environ["STATE_DIR"]).with_name(name)


def bucket_exists(scope: Scope, bucket: str) -> bool:
    """Whether the account has a bucket of that name."""
    from ministack.services import s3

    with scope.entered():
        return bucket in s3._buckets


def put_log_lines(scope: Scope, group: str, stream: str, lines: list[tuple[int, str]]) -> None:
    """Append lines (epoch milliseconds, text) to a log stream, making group and stream as needed."""
    from ministack.services import cloudwatch_logs as logs

    with scope.entered():
        if group not in logs._log_groups:
            logs._create_log_group({"logGroupName": group})
        if stream not in logs._log_groups[group]["streams"]:
            logs._create_log_stream({"logGroupName": group, "logStreamName": stream})
        events = [{"timestamp": when, "message": text} for when, text in lines]
        logs._put_log_events({"logGroupName": group, "logStreamName": stream, "logEvents": events})


def has_log_group(scope: Scope, group: str) -> bool:
    """Whether there is a log group of that name."""
    from ministack.services import cloudwatch_logs as logs

    with scope.entered():
        return group in logs._log_groups


def name_log_key(scope: Scope, group: str, key: str) -> None:
    """Have a log group, made as needed, name the KMS key that it is encrypted with."""
    from ministack.services import cloudwatch_logs as logs

    with scope.entered():
        if group not in logs._log_groups:
            logs._create_log_group({"logGroupName": group})
        logs._log_groups[group]["kmsKeyId"] = key


def set_glue_tags(scope: Scope, arn: str, tags: Mapping[str, str]) -> None:
    """Set all tags of a Glue resource; none takes them away."""
    from ministack.services import glue

    with scope.entered():
        if tags:
            glue._tags[arn] = dict(tags)
        else:
            glue._tags.pop(arn, None)


def glue_tags(scope: Scope, arn: str) -> dict[str, str]:
    """The tags of a Glue resource."""
    from ministack.services import glue

    with scope.entered():
        return dict(glue._tags.get(arn, {}))


def object_file(scope: Scope, bucket: str, key: str) -> str | None:
    """The file that holds a current object's bytes, or None where there is no such object."""
    from ministack.services import s3

    with scope.entered():
        content = s3._buckets.get(bucket)
        return str(s3._object_disk_path(bucket, key)) if content and key in content["objects"] else None
