"""Wheels of what jobs share: a folder below glue_scripts/ that has a pyproject.toml is built, and uploaded as one.

A wheel's name holds its version. Jobs that were deployed with one go on with it, so an uploaded wheel is never written
over, and never removed: content that changes needs a version that changes, best one that is made of the content.

Which wheel is the current one stands in Parameter Store, as the wheel's s3:// address under `<place>/<folder>`. A
template takes it through a parameter of the type AWS::SSM::Parameter::Value<String>, which CloudFormation reads anew
whenever the stack is created or updated (user guide, "Specify existing resources at runtime").
"""

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of
from glue_client.console import say
from glue_client.errors import DeployError


class NotStoredError(DeployError):
    """A stack takes what Parameter Store does not name, as nothing was uploaded yet."""


PROJECT = "pyproject.toml"
HASH = "wheel-sha256"
"""An object's metadata: of the content that was packed; the same content may be packed in other bytes elsewhere."""
SOURCES = "sources-sha256"
"""The same: of the files that it was built of, so that they are not built again to see that nothing changed."""
EPOCH = "315532800"
"""1980-01-01, the first moment that a zip can tell: files in wheels have no time of their own."""
TOLD = "The current wheel of this folder of glue_scripts; written by deploygluescripts"
SHOWN = 6
"""How many of the last lines of a build that failed are told."""
TAKEN = 10
"""How many parameters one DeleteParameters request takes."""


@dataclass(frozen=True)
class Wheel:
    """A wheel that was built; `folder` is where from, below the scripts."""

    folder: str
    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """Of the names and contents of the files in it."""
        found = hashlib.sha256()
        with zipfile.ZipFile(io.BytesIO(self.content)) as packed:
            for name in sorted(packed.namelist()):
                content = packed.read(name)
                found.update(f"{name}\0{len(content)}\0".encode() + content)
        return found.hexdigest()


def folders(scripts: Path) -> list[Path]:
    """The folders that are wheels, in order."""
    return sorted(path.parent for path in scripts.rglob(PROJECT))


def upload(aws: Aws, bucket: str, prefix: str, scripts: Path, place: str) -> None:
    """Build every wheel, upload those that are not there yet, and have Parameter Store name them.

    Raises:
        DeployError: one cannot be built, or has the name of an uploaded one and other content.
    """
    for folder in folders(scripts):
        sources = _hash_of(folder)
        if _is_current(aws, f"{place}/{folder.relative_to(scripts).as_posix()}", f"s3://{bucket}/{prefix}", sources):
            continue
        wheel = _built(folder, folder.relative_to(scripts).as_posix())
        key = f"{prefix}{wheel.folder}/{wheel.name}"
        known = _uploaded(aws, bucket, key)
        if known is None:
            aws.s3.put_object(
                Bucket=bucket, Key=key, Body=wheel.content, Metadata={HASH: wheel.sha256, SOURCES: sources}
            )
            say(f"{key}: built and uploaded")
        elif known != wheel.sha256:
            raise DeployError(
                f"the wheel {wheel.name} is uploaded already, with other content",
                "jobs that were deployed with it would get what they were not deployed with",
                f"raise the version in {wheel.folder}/{PROJECT}, or make it of the content there",
            )
        else:  # of other sources, or uploaded before these were noted: the same bytes are kept
            told = {HASH: known, SOURCES: sources}
            source: Any = {"Bucket": bucket, "Key": key}
            aws.s3.copy_object(Bucket=bucket, Key=key, CopySource=source, MetadataDirective="REPLACE", Metadata=told)
        point(aws, f"{place}/{wheel.folder}", f"s3://{bucket}/{key}", TOLD)


def point(aws: Aws, name: str, address: str, told: str) -> None:
    """Have Parameter Store name the current one of what has several versions; `told` is the parameter's description."""
    if _parameters(aws, name.rpartition("/")[0]).get(name) != address:
        aws.ssm.put_parameter(Name=name, Value=address, Type="String", Description=told, Overwrite=True)


def expect(aws: Aws, place: str, stack: str, values: Mapping[str, str], what: str = "wheel") -> dict[str, str]:
    """See that what a stack's parameters name there is there; CloudFormation's error would not say whence.

    Returns the names that they take, each with what stands there.

    Raises:
        NotStoredError: Parameter Store does not know one.
    """
    wanted = [value for value in values.values() if value.startswith(f"{place}/")]
    known = _parameters(aws, place) if wanted else {}
    for name in wanted:
        if name not in known:
            seen = f"Parameter Store names {', '.join(known) or f'no {what}'}"
            raise NotStoredError(f'stack "{stack}" takes the {what} {name}', seen, "./pyntw deploygluescripts makes it")
    return {name: known[name] for name in wanted}


def say_former(aws: Aws, place: str, what: str = "wheel") -> None:
    """Name the stacks that were deployed with one (`what`) that is not current any more, and what gives them that."""
    try:
        current = _parameters(aws, place)
        pages = aws.cloudformation.get_paginator("describe_stacks").paginate()
        stacks = [stack for page in pages for stack in page["Stacks"]]
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(f"whether stacks have a former {what} cannot be seen: {error}")
        return
    found = [
        stack["StackName"]
        for stack in stacks
        for one in stack.get("Parameters", [])
        if current.get(one["ParameterValue"], one.get("ResolvedValue")) != one.get("ResolvedValue")
    ]
    if found:
        names = list(dict.fromkeys(found))
        say(f"stacks with a former {what}: {', '.join(names)} (./pyntw 'updatestack[{','.join(names)}]' changes that)")


def forget(aws: Aws, place: str, bucket: str) -> None:
    """Delete what Parameter Store says of things in a bucket that is gone; without the right to do so it stays."""
    try:
        gone = [name for name, value in _parameters(aws, place).items() if value.startswith(f"s3://{bucket}/")]
        for start in range(0, len(gone), TAKEN):
            aws.ssm.delete_parameters(Names=gone[start : start + TAKEN])
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(f"what {place} says stays in Parameter Store: {error}")


def _is_current(aws: Aws, name: str, below: str, sources: str) -> bool:
    """Whether what Parameter Store names by now was built of these sources, and is there, below that address."""
    address = _parameters(aws, name.rpartition("/")[0]).get(name, "")
    if not address.startswith(below):
        return False
    bucket, _, key = address.removeprefix("s3://").partition("/")
    try:
        return aws.s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(SOURCES) == sources
    except ClientError:  # it is gone, or not to be seen: then it is built
        return False


def _hash_of(folder: Path) -> str:
    """Of the names and contents of a folder's files, but hidden ones and what Python compiled."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and not any(part.startswith(".") or part == "__pycache__" for part in parts):
            content = path.read_bytes()
            found.update(f"{'/'.join(parts)}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def _built(folder: Path, relative: str) -> Wheel:
    """The folder's wheel, built with what is installed here: nothing is downloaded."""
    with tempfile.TemporaryDirectory() as out:
        # Isolated (-I), as the project has a build.py of its own.
        command = [sys.executable, "-I", "-m", "build", "--wheel", "--no-isolation", "--outdir", out, str(folder)]
        settings = {**os.environ, "SOURCE_DATE_EPOCH": EPOCH}
        run = subprocess.run(command, env=settings, cwd=out, capture_output=True, text=True, check=False)
        made = list(Path(out).glob("*.whl"))
        if run.returncode or len(made) != 1:
            told = [line.strip() for line in (run.stdout + run.stderr).splitlines() if line.strip()]
            seen = "; ".join(told[-SHOWN:]) or f"{len(made)} wheels"
            raise DeployError(f"the wheel of {folder} cannot be built", seen, f"correct what is in {folder}")
        return Wheel(relative, made[0].name, made[0].read_bytes())


def _uploaded(aws: Aws, bucket: str, key: str) -> str | None:
    """The hash of an uploaded wheel, "" for an object that somebody else put there; None when there is none."""
    found = aws.s3.list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("Contents", [])
    if [one["Key"] for one in found] != [key]:
        return None
    return aws.s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(HASH, "")


def _parameters(aws: Aws, place: str) -> dict[str, str]:
    pages: Iterator[dict[str, list[dict[str, str]]]] = aws.ssm.get_paginator("get_parameters_by_path").paginate(
        Path=place, Recursive=True
    )
    return {one["Name"]: one["Value"] for page in pages for one in page["Parameters"]}
