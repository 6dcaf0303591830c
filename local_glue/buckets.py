"""Buckets that are used and that no template makes."""

from pathlib import Path

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import count, say
from glue_client.errors import WrongCall

MARK, SCRIPT, ASSET = "local-glue", "script", "asset"
"""Metadata of objects that this package put: a script as its folder has it, or an asset of `cdk synth`."""
ABSENT = ("404", "NoSuchBucket", "NotFound")


def own(aws: Aws) -> str:
    """The bucket for what local-glue itself puts away: long templates, scripts named by a path, results of queries."""
    name = own_name(aws)
    make(aws, name)
    return name


def own_name(aws: Aws) -> str:
    """The name of that bucket, made or not."""
    return f"local-glue-{aws.account}-{aws.region}"


def make(aws: Aws, name: str) -> bool:
    """Make the bucket where it is not there; whether that was so."""
    try:
        aws.s3.head_bucket(Bucket=name)
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
    else:
        return False
    if aws.region == "us-east-1":  # the one region that is not named (API reference, CreateBucket)
        aws.s3.create_bucket(Bucket=name)
    else:
        aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws.region})  # type: ignore[typeddict-item]
    return True


def check(path: Path, address: str) -> None:
    """WrongCall when there is no such file or folder, one has links that lead to none, or the address is none of S3."""
    if not path.exists():
        raise WrongCall(f"there is no file or folder {path} to copy to {address}")
    if not address.startswith("s3://") or not address.removeprefix("s3://").partition("/")[0]:
        raise WrongCall(f"{path} is to be copied to s3://bucket/…, and got {address}")
    for one in path.rglob("*"):
        if one.is_symlink() and not one.is_file():
            raise WrongCall(f"{one} is a link to {'a folder' if one.is_dir() else 'nothing'}, which is not copied")


def put(aws: Aws, path: Path, address: str) -> bool:
    """Copy a file, or all files of a folder, hidden ones too, to an s3:// address; one that ends in / is a folder.

    A bucket that is not there is made, and said; whether that was so.

    Raises:
        WrongCall: as `check` does.
    """
    check(path, address)
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    made = make(aws, bucket)
    if made:
        say(f"bucket {bucket}: made, as no template makes it")
    if path.is_dir():
        start = prefix if not prefix or prefix.endswith("/") else f"{prefix}/"
        files = {start + one.relative_to(path).as_posix(): one for one in sorted(path.rglob("*")) if one.is_file()}
    else:
        files = {prefix + path.name if not prefix or prefix.endswith("/") else prefix: path}
    for key, file in files.items():
        aws.s3.upload_file(str(file), bucket, key)
    say(f"{count(len(files), 'file')} copied to s3://{bucket}/{prefix}")
    return made
