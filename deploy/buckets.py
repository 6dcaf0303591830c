"""S3 buckets: found by short or full name, emptied to the last version, deleted.

S3 deletes only an empty bucket, and "empty" counts old versions, delete markers and unfinished multipart uploads.
"""

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from deploy import environments, wheels
from deploy.bundle import Bundle
from deploy.names import Names
from deploy.project import DEFINITIONS, WHEELS
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import confirm, count, say, size
from glue_client.errors import DeployError, WrongCall

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ErrorTypeDef, ObjectIdentifierTypeDef

BATCH = 1000  # the most keys that DeleteObjects takes
COUNTED = 10_000  # objects; what holds more is not counted for a question
NEAR = 5
ROUNDS = 5  # a bucket that somebody else fills at the same time is given up on


def delete(
    aws: Aws, names: Sequence[str], *, yes: bool, planned: Sequence[str] = (), environment: str | None = None
) -> None:
    """Delete the named buckets and all that is in them, after asking.

    With an environment the names are those of its buckets (environments.meant). One of those `planned`, by its short or
    full name, may be absent, which is said and left at that. What Parameter Store says, of things in them, for the
    environment goes too.

    Raises:
        WrongCall: no name is given, one that no bucket has and none is planned to have, or the full name of one that is
            not of the environment; nothing is deleted then.
    """
    if not names:
        known = ", ".join(_short(aws, name) for name in _owned(aws) if name.startswith("etl-poc-"))
        raise WrongCall(f"deleteS3bucket needs the name of a bucket: {known or 'there is none of this project'}")
    wanted = {name: find(aws, name) for name in (_meant(aws, name, environment) for name in names)}
    for name, bucket in wanted.items():
        if bucket is None and name not in {one for short in planned for one in (short, _full(aws, short))}:
            raise _unknown(aws, name, planned)
    found = []
    for name, bucket in wanted.items():
        if bucket is None:
            say(f"there is no bucket {name} in {aws}: nothing to delete")
        else:
            found.append(bucket)
            say(f"bucket to delete: {bucket} ({summary(aws, bucket)})")
    if not found:
        return
    confirm(
        f"Delete {'it' if len(found) == 1 else 'them'} with all versions?", yes=yes, otherwise="nothing was deleted"
    )
    for bucket in found:
        remove(aws, bucket)
        for place in (WHEELS, DEFINITIONS):
            wheels.forget(aws, environments.placed(place, environment), bucket)


def planned(bundle: Bundle) -> list[str]:
    """The short names of the buckets that the templates make, as far as they name them."""
    names = Names(bundle, bundle.order)
    return [
        names.name(stack, logical_id)
        for stack in bundle.order
        for logical_id, resource in bundle[stack].body["Resources"].items()
        if resource.get("Type") == "AWS::S3::Bucket" and "BucketName" in resource.get("Properties", {})
    ]


def find(aws: Aws, name: str) -> str | None:
    """The full name of an own bucket, given that or the short one (without account and region); None when absent."""
    owned = _owned(aws)
    return next((full for full in (name, _full(aws, name)) if full in owned), None)


def summary(aws: Aws, bucket: str) -> str:
    """How much is in the bucket, for a person who decides: `12 objects, 3.4 MB`."""
    objects = total = 0
    for page in aws.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        objects += page.get("KeyCount", 0)
        total += sum(one["Size"] for one in page.get("Contents", []))
        if objects >= COUNTED:
            return f"more than {COUNTED:,} objects"
    return f"{count(objects, 'object')}, {size(total)}" if objects else "empty"


def remove(aws: Aws, bucket: str) -> None:
    """Empty and delete the bucket."""
    empty(aws, bucket)
    try:
        aws.s3.delete_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    say(f"{bucket}: deleted")


def empty(aws: Aws, bucket: str) -> None:
    """Remove every version, delete marker and unfinished upload. A bucket that is gone is empty."""
    s3 = aws.s3
    versions = uploads = 0
    try:
        for _ in range(ROUNDS):
            removed, aborted = _remove_versions(s3, bucket), _abort_uploads(s3, bucket)
            versions, uploads = versions + removed, uploads + aborted
            if not removed and not aborted:
                break
        else:
            raise DeployError(
                f"bucket {bucket} does not stay empty",
                f"{versions:,} versions deleted in {ROUNDS} rounds, and more came",
                "stop what writes there, and run it again",
            )
    except ClientError as error:
        if code_of(error) != "NoSuchBucket":
            raise
    done = [f"{count(versions, 'version')} deleted"] if versions else []
    done += [f"{count(uploads, 'unfinished upload')} ended"] if uploads else []
    if done:
        say(f"{bucket}: {', '.join(done)}")


def _owned(aws: Aws) -> list[str]:
    pages = aws.s3.get_paginator("list_buckets").paginate()
    return [bucket["Name"] for page in pages for bucket in page.get("Buckets", [])]


def _meant(aws: Aws, name: str, environment: str | None) -> str:
    if not environment or _short(aws, name) == name:
        return environments.meant(name, environment)
    if not _short(aws, name).endswith(f"-{environment}"):
        raise WrongCall(f'{name} is no bucket of the environment "{environment}": nothing was deleted')
    return name


def _short(aws: Aws, name: str) -> str:
    return name.removesuffix(f"-{aws.account}-{aws.region}")


def _remove_versions(s3: "S3Client", bucket: str) -> int:
    removed = 0
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        entries = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        for batch in _batches([{"Key": entry["Key"], "VersionId": entry["VersionId"]} for entry in entries]):
            answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": batch, "Quiet": True})
            _refuse_errors(bucket, answer.get("Errors", []))
            removed += len(batch)
    return removed


def _abort_uploads(s3: "S3Client", bucket: str) -> int:
    aborted = 0
    for page in s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket):
        for upload in page.get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
            aborted += 1
    return aborted


def _batches(entries: "list[ObjectIdentifierTypeDef]") -> "Iterator[list[ObjectIdentifierTypeDef]]":
    for start in range(0, len(entries), BATCH):
        yield entries[start : start + BATCH]


def _refuse_errors(bucket: str, errors: "Iterable[ErrorTypeDef]") -> None:
    for error in errors:
        seen = f"{error.get('Key')}: {error.get('Code')}: {error.get('Message')}"
        raise DeployError(f"an object in {bucket} could not be deleted", seen, "remove that reason, and run it again")


def _full(aws: Aws, name: str) -> str:
    return f"{name}-{aws.account}-{aws.region}"


def _unknown(aws: Aws, name: str, planned: Sequence[str]) -> WrongCall:
    known = dict.fromkeys([*(_short(aws, one) for one in _owned(aws)), *planned])
    near = get_close_matches(name, known, n=NEAR, cutoff=0.5)
    advice = f"did you mean {' or '.join(near)}?" if near else f"the buckets are {', '.join(known) or 'none'}"
    return WrongCall(f'there is no bucket "{name}" in {aws}, and no template makes one of that name; {advice}')
