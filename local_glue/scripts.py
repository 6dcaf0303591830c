"""The scripts and modules that deployed jobs name, from a folder of the user's to S3.

A job names them by their places in S3; which file of the folder is meant is told by the end of its key (matching.py).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from glue_client import deployed
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import count, say
from glue_client.errors import DeployError
from local_glue import buckets, python_shell
from local_glue.matching import are_equal, closest, files_of

LISTS = ("--extra-py-files", "--extra-files", "--extra-jars")
ABSENT = ("404", "NoSuchKey", "NoSuchBucket", "NotFound")
OPTION = "--script-root"
ELSE = "the Git repository of the first template, or the template's folder where there is none"


@dataclass(frozen=True)
class Root:
    """The folder of the scripts, what names another one, and which one it is where nothing does."""

    folder: Path
    option: str = OPTION
    usual: str = ELSE

    def __str__(self) -> str:
        return str(self.folder)

    @property
    def advice(self) -> str:
        """What to do where a file is not there."""
        return f"name the folder that has it ({self.option}; else it is {self.usual})"


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


def bring(aws: Aws, stacks: Sequence[str], root: Root, job: str | None = None) -> None:
    """Upload what the jobs of the stacks name and the folder has, and install what Python shell jobs import.

    What the folder has not must be in S3 already, put there by somebody else, which is said; what an earlier call
    uploaded is refused, as it may be another folder's. A bucket that is not there is made, and said: many templates
    name one that somebody made by hand.

    Args:
        aws: where.
        stacks: their names.
        root: the folder.
        job: the only one to be run: what others lack is said, and is no error.

    Raises:
        DeployError: an object is neither in the folder nor in S3, or only an earlier call put it there; or two files of
            the folder fit it equally.
    """
    names = deployed.names(aws, stacks, "AWS::Glue::Job")
    jobs: list[Mapping[str, Any]] = [aws.glue.get_job(JobName=name)["Job"] for name in names]
    packaged = buckets.own_name(aws)  # what a deployment put there a moment ago
    needed = {one.address: one for each in jobs for one in _named_by(each) if one.bucket != packaged}
    files = list(files_of(root.folder)) if needed else []
    uploaded = 0
    for one in needed.values():
        try:
            uploaded += _bring(aws, one, files, root)
        except DeployError as error:
            if job in (None, one.job):
                raise
            say(f"not brought: {error.failed}")
    if needed:
        say(f"{count(uploaded, 'script')} uploaded from {root}")
    if any(one["Command"].get("Name") == "pythonshell" for one in jobs):
        python_shell.install()


def _bring(aws: Aws, needed: Needed, files: Sequence[Path], root: Root) -> bool:
    """Upload an object from the folder; False where it is in S3 alone."""
    file = _match(needed, files, root)
    if file is None:
        _expect_there(aws, needed, root)
        return False
    if buckets.make(aws, needed.bucket):
        say(f"bucket {needed.bucket}: made, as job {needed.job} names it and no template makes it")
    mark = {"Metadata": {buckets.MARK: buckets.SCRIPT}}
    aws.s3.upload_file(str(file), needed.bucket, needed.key, ExtraArgs=mark)
    return True


def _named_by(job: Mapping[str, Any]) -> Iterator[Needed]:
    arguments = job.get("DefaultArguments") or {}
    places = [("ScriptLocation", job["Command"].get("ScriptLocation", ""))]
    places += [(name, address.strip()) for name in LISTS for address in arguments.get(name, "").split(",")]
    for argument, address in places:
        parts = urlsplit(address)
        if parts.scheme in ("s3", "s3a") and parts.netloc and len(parts.path) > 1 and not parts.path.endswith("/"):
            yield Needed(job["Name"], argument, parts.netloc, address.partition("://")[2].partition("/")[2])


def _match(needed: Needed, files: Sequence[Path], root: Root) -> Path | None:
    best = closest(needed.key, files, root.folder)
    if len(best) > 1 and not are_equal(best):
        raise DeployError(
            f"{len(best)} files fit {needed.address}, which job {needed.job} names",
            "\n".join(file.relative_to(root.folder).as_posix() for file in best),
            f"name the folder of the right one: {root.option}",
        )
    return best[0] if best else None


def _expect_there(aws: Aws, needed: Needed, root: Root) -> None:
    name = Path(needed.key).name
    try:
        put_by = aws.s3.head_object(Bucket=needed.bucket, Key=needed.key)["Metadata"].get(buckets.MARK)
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
        raise DeployError(
            f"job {needed.job} needs {needed.address} ({needed.argument}), which is nowhere",
            f"no file {name} below {root}, and no such object in S3",
            f"{root.advice}; or build it, or upload it",
        ) from error
    if put_by == buckets.SCRIPT:
        raise DeployError(
            f"{name} is not below {root}, and job {needed.job} needs it ({needed.argument})",
            f"{needed.address} is what an earlier call uploaded from another folder, or before the file was gone",
            f"{root.advice}; or, to run the old one, upload it yourself: aws s3 cp {name} {needed.address}",
        )
    if put_by != buckets.ASSET:
        say(f"{name} is not below {root}: job {needed.job} gets the object {needed.address} of somebody else")
