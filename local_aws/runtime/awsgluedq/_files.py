"""Rule types on files: FileFreshness, FileSize, FileMatch and FileUniqueness.

Files are those below a path, or those that the primary dataset was read from, without those whose names begin with `_`
or `.`; all must comply, or as many as the threshold says.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from awsgluedq._checks import Check, Scope, Verdict, enough_rows, judged
from awsgluedq._conditions import RuleFailure, holds
from awsgluedq._model import Condition, DqdlError, Moment, Number, Rule, Text, Value
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F  # noqa: N812

_COUNT = "Dataset.*.FileCount"
_TAGS = ("recentFiles", "uriRegex", "timeZone", "hashAlgorithm")
_HASHES: dict[str, tuple[Callable[[Any], Any], str]] = {
    "MD5": (F.md5, "md5"),
    "SHA-1": (F.sha1, "sha1"),
    "SHA-256": (lambda content: F.sha2(content, 256), "sha256"),
}
"""Spark's function and Python's name of each."""
_S3 = re.compile(r"s3[an]?://", re.IGNORECASE)
_CLOCKS = ("%I:%M %p", "%H:%M", "%H:%M:%S")


@dataclass(frozen=True)
class _File:
    """A file: its URI, when it was changed (seconds since the epoch), its bytes, and its checksum where asked for."""

    path: str
    modified: float
    size: int
    checksum: str = ""


def freshness(scope: Scope, rule: Rule) -> Check:
    """FileFreshness: the times of change, compared with `now()`, dates and times of the day."""
    condition = _needed(rule)
    zone = _zone(rule)
    seconds = [_moment(scope, rule, value, zone) for value in condition.values]
    if condition.operator.endswith("between"):
        seconds.sort()  # documented so: between now() and (now() - 45 minutes)
    compared = Condition(condition.operator, tuple(map(Number, seconds)))

    def decide(_: Any) -> Verdict:
        files = _files(scope, rule)
        return _complying(rule, files, [holds(compared, file.modified) for file in files])

    return Check(decide)


def size(scope: Scope, rule: Rule) -> Check:
    """FileSize: the sizes, compared with numbers of bytes."""
    condition = _needed(rule)

    def decide(_: Any) -> Verdict:
        files = _files(scope, rule)
        verdict = _complying(rule, files, [holds(condition, file.size) for file in files])
        sizes = [file.size for file in files]
        extremes = {
            "Dataset.*.MaximumFileSize": float(max(sizes)),
            "Dataset.*.MinimumFileSize": float(min(sizes)),
        }
        return Verdict(verdict.passed, verdict.reason, {**verdict.metrics, **extremes})

    return Check(decide)


def uniqueness(scope: Scope, rule: Rule) -> Check:
    """FileUniqueness: the part of the files whose content no other has (that each of two alike counts is assumed)."""

    def decide(_: Any) -> Verdict:
        files = _files(scope, rule, _hash(rule))
        times = Counter(file.checksum for file in files)
        ratio = sum(times[file.checksum] == 1 for file in files) / len(files)
        verdict = judged(rule, "Dataset.*.FileUniquenessRatio", ratio)
        return Verdict(verdict.passed, verdict.reason, {**verdict.metrics, _COUNT: float(len(files))})

    _needed(rule)
    return Check(decide)


def match(scope: Scope, rule: Rule) -> Check:
    """FileMatch: files whose checksums are in a list, or whose content is in another folder as well."""
    algorithm = _hash(rule)
    if (rule.condition is None) == (len(rule.parameters) < 2):
        raise DqdlError(f'{rule.text}: FileMatch takes a path and in ["checksum", …], or two paths')
    if rule.condition is not None and rule.condition.operator != "in":
        raise DqdlError(f"{rule.text}: FileMatch compares checksums with in [ … ]")

    def decide(_: Any) -> Verdict:
        files = _files(scope, rule, algorithm)
        if rule.condition is None:
            known = {file.checksum for file in _read(scope, rule.parameters[1], algorithm)}
        else:
            known = {value.value.lower() for value in rule.condition.values if isinstance(value, Text)}
        verdict = _complying(rule, files, [file.checksum in known for file in files])
        return Verdict(verdict.passed, verdict.reason, {_COUNT: float(len(files))})

    return Check(decide)


def _needed(rule: Rule) -> Condition:
    if rule.condition is None:
        raise DqdlError(f"{rule.text}: {rule.type} needs an expression to compare with")
    return rule.condition


def _complying(rule: Rule, files: list[_File], comply: list[bool]) -> Verdict:
    verdict = enough_rows(rule, f"Dataset.*.{rule.type}.Compliance", sum(comply) / len(files))
    others = [file.path for file, complies in zip(files, comply, strict=True) if not complies]
    reason = None if verdict.passed else f"{len(others)} of {len(files)} files do not comply, as {others[0]}"
    return Verdict(verdict.passed, reason, {**verdict.metrics, _COUNT: float(len(files))})


def _files(scope: Scope, rule: Rule, algorithm: str | None = None) -> list[_File]:
    """The files of a rule, those changed last first."""
    unknown = [tag for tag in rule.tags if tag not in _TAGS]
    if unknown:
        raise RuleFailure(f"The tag {unknown[0]} of file rules is not supported here; known are {', '.join(_TAGS)}")
    paths: Any = rule.parameters[0] if rule.parameters else scope.read.inputFiles()
    if not paths:
        raise RuleFailure(f'The files of the dataset are not known; name a path: {rule.type} "s3://bucket/folder/" …')
    found = sorted(_read(scope, paths, algorithm), key=lambda file: -file.modified)
    pattern = rule.tags.get("uriRegex")
    if isinstance(pattern, Text):
        found = [file for file in found if re.search(pattern.value, file.path)]
    recent = rule.tags.get("recentFiles")
    if isinstance(recent, Number):
        found = found[: int(recent.value)]
    if not found:
        raise RuleFailure(f"There are no files in {paths}")
    return found


def _read(scope: Scope, paths: str | Iterable[str], algorithm: str | None) -> list[_File]:
    listed = [paths] if isinstance(paths, str) else list(paths)
    objects = [path for path in listed if _S3.match(path)]
    found = [file for path in objects for file in _read_objects(path, algorithm)]
    others = [path for path in listed if path not in objects]
    return found + (_read_with_spark(scope, others, algorithm) if others else [])


def _read_objects(path: str, algorithm: str | None) -> Iterator[_File]:
    """Objects below a path, from S3 itself, which knows when they were changed."""
    import boto3

    client = boto3.client("s3")
    bucket, _, prefix = _S3.sub("", path).partition("/")
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=unquote(prefix)):
        for entry in page.get("Contents", []):
            key = entry["Key"]
            if key.endswith("/") or key.rpartition("/")[2].startswith(("_", ".")):
                continue
            checksum = ""
            if algorithm:
                body = client.get_object(Bucket=bucket, Key=key)["Body"]
                checksum = hashlib.file_digest(body, _HASHES[algorithm][1]).hexdigest()
            yield _File(f"s3://{bucket}/{key}", entry["LastModified"].timestamp(), entry["Size"], checksum)


def _read_with_spark(scope: Scope, paths: list[str], algorithm: str | None) -> list[_File]:
    reader = scope.data.sparkSession.read.format("binaryFile").option("recursiveFileLookup", "true")
    try:
        data = reader.load(paths)
    except AnalysisException as error:
        raise RuleFailure(str(error)) from None
    checksum = _HASHES[algorithm][0](F.col("content")) if algorithm else F.lit("")
    columns = (F.col("path"), F.col("modificationTime").cast("double"), F.col("length"), checksum)
    return [_File(*row) for row in data.select(*columns).collect()]


def _hash(rule: Rule) -> str:
    name = rule.tags.get("hashAlgorithm", Text("SHA-256"))
    if not isinstance(name, Text) or name.value not in _HASHES:
        raise DqdlError(f"{rule.text}: hashAlgorithm is one of {', '.join(_HASHES)}")
    return name.value


def _zone(rule: Rule) -> datetime.tzinfo:
    name = rule.tags.get("timeZone")
    if name is None:
        return datetime.UTC
    try:
        return ZoneInfo(name.value if isinstance(name, Text) else "")
    except (ZoneInfoNotFoundError, ValueError):
        raise DqdlError(f'{rule.text}: timeZone is a name such as "America/New_York"') from None


def _moment(scope: Scope, rule: Rule, value: Value, zone: datetime.tzinfo) -> float:
    """Seconds since the epoch of a value: `now()`, a date, or a time of the day on which the rule is evaluated."""
    if isinstance(value, Moment):
        return scope.now + value.seconds
    text = value.value if isinstance(value, Text) else ""
    today = datetime.datetime.fromtimestamp(scope.now, zone)
    for clock in _CLOCKS:
        try:
            time = datetime.datetime.strptime(text, clock).time()  # noqa: DTZ007 - only its time
        except ValueError:
            continue
        return datetime.datetime.combine(today.date(), time, zone).timestamp()
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise DqdlError(
            f'{rule.text}: FileFreshness is compared with now(), a date, or a time such as "9:30 AM"'
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).timestamp()
