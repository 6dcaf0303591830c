"""The scripts and modules that deployed jobs name, from a folder of the user's to S3.

A job names them by their places in S3; which file of the folder is meant is told by the end of its key: the file whose
path ends in as many of the key's parts as possible. `jobs/clean.py` is taken for s3://any-bucket/v1/jobs/clean.py.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import count, say
from glue_client.errors import DeployError
from local_glue import buckets

LISTS = ("--extra-py-files", "--extra-files", "--extra-jars")
PASSED_BY = ("node_modules", "__pycache__", "venv")
ABSENT = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")


@dataclass(frozen=True)
class Needed:
    """An object that a job needs, and what names it."""

    job: str
    argument: str
    bucket: str
    key: str

    @property
    def address(self) -> str:
        """For example s3://bucket/jobs/clean.py."""
        return f"s3://{self.bucket}/{self.key}"


def upload(aws: Aws, stacks: list[str], root: Path) -> None:
    """Upload what the jobs of the stacks name and the folder has; what it has not must be in S3 already.

    A bucket that is not there is made, and said: many templates name one that somebody made by hand.

    Raises:
        DeployError: an object is neither in the folder nor in S3, or two files of the folder fit it equally.
    """
    needed = [one for job in _jobs(aws, stacks) for one in _named_by(job)]
    if not needed:
        return
    files = list(_files(root))
    uploaded = 0
    for one in {each.address: each for each in needed}.values():
        file = _match(one, files, root)
        if file is None:
            _expect_there(aws, one, root)
            continue
        if buckets.make(aws, one.bucket):
            say(f"bucket {one.bucket}: made, as job {one.job} names it and no template makes it")
        aws.s3.upload_file(str(file), one.bucket, one.key)
        uploaded += 1
    say(f"{count(uploaded, 'script')} uploaded from {root}")


def _jobs(aws: Aws, stacks: list[str]) -> Iterator[Mapping[str, Any]]:
    for name in job_names(aws, stacks):
        yield aws.glue.get_job(JobName=name)["Job"]


def job_names(aws: Aws, stacks: list[str]) -> list[str]:
    """The jobs in the stacks, by the names that Glue knows them by."""
    pages = (aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=one) for one in stacks)
    resources = [one for each in pages for page in each for one in page["StackResourceSummaries"]]
    return [one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::Glue::Job"]


def _named_by(job: Mapping[str, Any]) -> Iterator[Needed]:
    arguments = job.get("DefaultArguments") or {}
    places = [("ScriptLocation", job["Command"].get("ScriptLocation", ""))]
    places += [(name, address.strip()) for name in LISTS for address in arguments.get(name, "").split(",")]
    for argument, address in places:
        parts = urlsplit(address)
        if parts.scheme in ("s3", "s3a") and parts.netloc and len(parts.path) > 1 and not parts.path.endswith("/"):
            yield Needed(job["Name"], argument, parts.netloc, address.partition("://")[2].partition("/")[2])


def _files(root: Path) -> Iterator[Path]:
    """The folder's files but hidden ones and those of packages that were installed."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in PASSED_BY or path.is_symlink():
            continue
        if path.is_dir():
            yield from _files(path)
        elif path.is_file():
            yield path


def _match(needed: Needed, files: list[Path], root: Path) -> Path | None:
    wanted = needed.key.split("/")[::-1]
    scores: dict[Path, int] = {}
    for file in files:
        parts = file.relative_to(root).parts[::-1]
        alike = next(
            (n for n, (a, b) in enumerate(zip(parts, wanted, strict=False)) if a != b), min(len(parts), len(wanted))
        )
        if alike:
            scores[file] = alike
    if not scores:
        return None
    most = max(scores.values())
    best = [file for file, score in scores.items() if score == most]
    if len(best) > 1:
        raise DeployError(
            f"{len(best)} files fit {needed.address}, which job {needed.job} names",
            "\n".join(file.relative_to(root).as_posix() for file in best),
            "name the folder of the right one: --script-root",
        )
    return best[0]


def _expect_there(aws: Aws, needed: Needed, root: Path) -> None:
    try:
        aws.s3.head_object(Bucket=needed.bucket, Key=needed.key)
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
        raise DeployError(
            f"job {needed.job} needs {needed.address} ({needed.argument}), which is nowhere",
            f"no file {Path(needed.key).name} below {root}, and no such object in S3",
            "name the folder that has it: --script-root; or build it, or upload it",
        ) from error
