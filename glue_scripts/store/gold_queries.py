"""The SQL files of gold tables, found by their names; whoever asks them, Spark or Athena."""

from __future__ import annotations

import re
from typing import Any

from lakejobs.errors import JobError

NAME = re.compile(r"[a-z][a-z0-9_]*")


class GoldError(JobError):
    """A gold table could not be made; it is as it was."""


def query(s3: Any, queries: str, name: str) -> str:
    """The SQL of that name, without the semicolon at its end.

    Raises:
        GoldError: the name is none, or there is no such file.
    """
    bucket, _, prefix = queries.replace("s3://", "", 1).partition("/")
    key = f"{prefix}{name}.sql"
    if not NAME.fullmatch(name):
        raise GoldError(
            f"{name!r} is no name of a gold table",
            "a name has small letters, digits and _",
            "correct --name, or the list in the state machine",
        )
    try:
        text: str = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    except s3.exceptions.NoSuchKey as error:
        raise GoldError(
            f"there is no query {name}",
            f"no object s3://{bucket}/{key}",
            "write that file and run deploygluescripts, or correct --name",
        ) from error
    text = text.strip()
    return text[:-1] if text.endswith(";") else text
