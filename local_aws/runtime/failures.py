"""What a script's exception reads like in its job run's ErrorMessage.

The form `ExceptionType: message` is what AWS shows for plain exceptions; for Spark's it is Py4J's first line and the
Java side's message (both seen in public run histories); where a Python function failed in Spark's worker, its exception
stands for Java's message and its frames. Failures that only this machine's mount can produce are put back into S3's
words.
"""

from __future__ import annotations

import re
import sys
import traceback
from types import TracebackType
from typing import Any

from . import python_causes, s3_names
from .s3_mount import FlushError, S3Mount

MAX_LENGTH = 2000

_ROOT_OF_BUCKET = 'URI scheme is not "file"'
_ROOT_ADVICE = (
    "textFile and wholeTextFiles cannot read the root of a bucket on this machine: read s3://<bucket>/* or a folder, "
    "or use spark.read, which can"
)

_NO_DRIVER = re.compile(
    r"No suitable driver|(com\.mysql\.(cj\.)?jdbc|org\.postgresql|org\.mariadb\.jdbc|com\.amazon\.redshift\S*)\.Driver"
    r"|oracle\.jdbc\.(driver\.)?OracleDriver|com\.microsoft\.sqlserver\.jdbc\.SQLServerDriver"
)
"""All that Java says of a driver that is not there; Glue has these, and brings them to each job."""
_DRIVER_ADVICE = "this machine has no JDBC drivers: give the driver's jar by --extra-jars"

_ANALYTICS = {
    **{name: name for name in ("awswrangler", "s3fs", "scipy", "pyodbc", "pyorc", "avro", "elasticsearch")},
    "sklearn": "scikit-learn",
    "redshift_connector": "redshift-connector",
}
"""Module -> package: what AWS's library set `analytics` has and the libraries of Python shell jobs here have not."""

_DENIED = "is not authorized to perform: "
_NO_BUCKET = re.compile(r"Could not initialize target File System for URI : s3[an]?://([^/\s]+)|viewfs://([^/\s]+)/")
_DENIED_FILE = re.compile(r"(/\S[^\n]*?)(?:: Permission denied| \(Permission denied\))")
_NAME_TOO_LONG = "File name too long"
_LEFT_OUT = (
    "s3://{}/{} cannot be shown to Spark on this machine: {}. Read it with boto3, or give the object another key"
)
_NOT_FOUND = re.compile(r"Path does not exist: s3[an]?://([^/\s]+)/(\S*?)\.?(?:\s|$)")


def describe(error: BaseException, mount: S3Mount | None, role: str) -> str:
    """Return one text for a failure, at most `MAX_LENGTH` characters.

    Args:
        error: what ended the script.
        mount: the job's mount, where it has one.
        role: ARN of the job's role, named when S3 would have denied the access.
    """
    return (in_s3_words(error, mount, role) or _text(error))[:MAX_LENGTH]


def in_s3_words(error: BaseException, mount: S3Mount | None, role: str) -> str | None:
    """What S3 says of a failure, or would say; None for one that has nothing to do with S3. See `describe`."""
    if isinstance(error, FlushError):
        return str(error)
    return None if mount is None else _in_s3_words(str(error), mount, role)


def advise(error: BaseException) -> None:
    """Have an exception say how a library comes here that AWS's set `analytics` has, and this machine's has not."""
    package = _ANALYTICS.get((getattr(error, "name", None) or "").partition(".")[0])
    if isinstance(error, ModuleNotFoundError) and package:
        error.msg = f"{error.msg}: it is none of the libraries here, add --additional-python-modules {package}"


def print_traceback(error: BaseException, script: str, words: str | None = None) -> None:
    """Print a script's traceback, without the frames that started it.

    Args:
        error: what ended the script.
        script: its file.
        words: S3's, which come before all frames; the frames below the script that carried a refused write are ours.

    What a Python function raised in Spark's worker comes once more at the end, without the frames of Java and Spark.
    """
    if words:
        print(words, file=sys.stderr)
    if isinstance(error, FlushError):
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == script]
        print("Traceback (most recent call last):", file=sys.stderr)
        traceback.print_list(own)
        return
    frames: TracebackType | None = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename != script:
        frames = frames.tb_next
    traceback.print_exception(type(error), error, frames or error.__traceback__)
    if cause := python_causes.cause_of(error):
        print(cause.traceback(), file=sys.stderr)


def _text(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"SystemExit: {error.code}"
    java = getattr(error, "java_exception", None)  # py4j's Py4JJavaError has it
    cause = python_causes.cause_of(error)
    if java is not None:
        called = str(error).splitlines()[0].rstrip(".:")
        if cause:
            return f"{called}. {cause}"
        message = python_causes.without_java_frames(java.getMessage() or java.toString())
        advice = f" ({_DRIVER_ADVICE})" if _NO_DRIVER.fullmatch(message) else ""
        return _with_denial(f"{called}. {message}{advice}", java)
    said = str(cause or error)
    if hasattr(error, "desc"):  # pyspark's captured exceptions have it
        said = python_causes.without_java_frames(said)
    if cause and hasattr(error, "python_traceback"):  # says how many records failed, and how the first did
        said = " ".join([str(error), *(f"({frame})" for frame in cause.frames[-1:])])
    text = f"{type(error).__name__}: {said}" if said else type(error).__name__
    return _with_denial(text, getattr(error, "_origin", None))  # pyspark's captured exceptions have it


def _with_denial(text: str, java: Any) -> str:
    """The text, and what a service denied where only a cause of Java's exception says it."""
    while java is not None and _DENIED not in text:
        cause = java.getMessage() or ""
        if _DENIED in cause:
            return f"{text} Caused by: {cause}"
        java = java.getCause()
    return text


def _in_s3_words(text: str, mount: S3Mount, role: str) -> str | None:
    if missing := _NO_BUCKET.search(text):
        return f"NoSuchBucket: The specified bucket does not exist: s3://{missing[1] or missing[2]}"
    if _ROOT_OF_BUCKET in text:
        return f"UnsupportedOperationException: {_ROOT_ADVICE}"
    root = f"{mount.root}/"
    for denied in _DENIED_FILE.finditer(text):
        if root in denied[1]:
            name = denied[1].partition(root)[2]
            if name in mount.denied:
                return _access_denied(role, "s3:GetObject", name)
            return _access_denied(role, "s3:ListBucket", name.partition("/")[0])
    return _of_no_file(text, mount, role)


def _of_no_file(text: str, mount: S3Mount, role: str) -> str | None:
    """The words for a path that has no file here, though S3 may have it, or would take it."""
    if _NAME_TOO_LONG in text:
        return f"InvalidURI: no part of an s3:// path may be longer than 255 bytes on this machine: {text}"
    absent = _NOT_FOUND.search(text)
    if absent and (reason := mount.left_out.get(f"{absent[1]}/{absent[2]}")):
        return _LEFT_OUT.format(absent[1], s3_names.shown(absent[2]), reason)
    if absent and mount.is_unlistable(mount.root / absent[1] / absent[2]):
        # S3 tells a caller who may not list nothing of what is absent.
        return _access_denied(role, "s3:ListBucket", absent[1])
    return None


def _access_denied(role: str, action: str, name: str) -> str:
    return f"AccessDenied: User: {role} is not authorized to perform: {action} on resource: arn:aws:s3:::{name}"
