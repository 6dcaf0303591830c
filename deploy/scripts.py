"""Brings glue_scripts/ to the artifacts bucket: what changed, and nothing else. Wheels are built on the way: wheels.py.

Each object keeps the SHA-256 of its content as metadata, so that an upload compares contents whatever the clocks say.
Objects of scripts that are gone are removed; objects that somebody else put there carry no such hash, and stay.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from deploy import definitions, wheels
from deploy.bundle import Bundle
from glue_client.aws import Aws
from glue_client.console import say

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "glue_scripts/"
SCRIPT = re.compile(rf"{PREFIX}[\w./-]+\.py")
HASH = "sha256"
AT_ONCE = 8
"""Requests; botocore keeps ten connections."""
NOT_SHIPPED = (".pyc", ".pyo", ".swp", "~", definitions.ENDING)


def upload(aws: Aws, bucket: str, folder: Path, place: str) -> None:
    """Upload what changed below the folder to `s3://<bucket>/glue_scripts/`, and say how much that was.

    Wheels come first, so that no script is there before what it imports; `place` is where Parameter Store names them.
    """
    s3 = aws.s3
    wheels.upload(aws, bucket, PREFIX, folder, place)
    local = {PREFIX + path.relative_to(folder).as_posix(): path.read_bytes() for path in shipped(folder)}
    remote = _hashes(s3, bucket, local)
    changed = [key for key, content in local.items() if remote.get(key) != _sha256(content)]
    gone = [key for key, known in remote.items() if key not in local and known]
    for key in changed:
        s3.put_object(Bucket=bucket, Key=key, Body=local[key], Metadata={HASH: _sha256(local[key])})
        say(f"{key}: uploaded")
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
        say(f"{key}: removed")
    counts = f"{len(changed)} uploaded, {len(local) - len(changed)} unchanged, {len(gone)} removed"
    say(f"scripts in s3://{bucket}/{PREFIX}: {counts}")


def of_jobs(bundle: Bundle, *, kind: str = "") -> list[str]:
    """The scripts that templates have for their jobs, as `glue_scripts/<folder>/<file>.py`, in order.

    Args:
        bundle: the templates.
        kind: of the jobs' commands, such as `pythonshell`; all without it.
    """
    resources = [one for name in bundle.order for one in bundle[name].body["Resources"].values()]
    commands = [one["Properties"]["Command"] for one in resources if one["Type"] == "AWS::Glue::Job"]
    told = [str(command) for command in commands if kind in ("", command.get("Name"))]
    return sorted({script for text in told for script in SCRIPT.findall(text)})


def shipped(folder: Path) -> Iterator[Path]:
    """The files that Glue gets as they are, in order: not hidden ones, what Python and editors leave, and wheels'."""
    built = wheels.folders(folder)
    for path in sorted(folder.rglob("*")):
        if any(path.is_relative_to(one) for one in built):
            continue
        hidden = any(part.startswith(".") or part == "__pycache__" for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not path.name.endswith(NOT_SHIPPED):
            yield path


def _hashes(s3: "S3Client", bucket: str, local: Mapping[str, bytes]) -> dict[str, str | None]:
    """The hash that each uploaded object carries, None for one without; of what is as `local` has it, that of this.

    An ETag is a content's MD5 unless the object was uploaded in parts or is encrypted with a key of KMS (S3's user
    guide); one that differs says nothing, and the object is asked.
    """
    etags = {
        entry["Key"]: entry["ETag"].strip('"')
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX)
        for entry in page.get("Contents", [])
    }
    same = {key for key, etag in etags.items() if key in local and etag == _md5(local[key])}

    def hash_of(key: str) -> str | None:
        return s3.head_object(Bucket=bucket, Key=key)["Metadata"].get(HASH)

    asked = [key for key in etags if key not in same]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(asked, pool.map(hash_of, asked), strict=True))
    return {key: _sha256(local[key]) if key in same else found[key] for key in etags}


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
