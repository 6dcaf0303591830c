"""SHOW: names of databases, tables, views, columns and partitions (columns and rows: real)."""

from __future__ import annotations

import re
from collections.abc import Callable

from local_aws.athena.ddl.answers import Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog
from local_aws.athena.ddl.tables import Action
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.words import Words


def show_databases(words: Words, _database: str) -> Action:
    """SHOW DATABASES | SCHEMAS [LIKE 'pattern'].

    The pattern is a regular expression for the whole name, in its case; a lone `*` means all (real).
    """
    words.expect("SHOW")
    words.take_one_of("DATABASES", "SCHEMAS")
    pattern = words.text() if words.take("LIKE") else "*"
    words.end()

    def run(catalog: Catalog) -> Answer:
        matches = _whole(".*" if pattern == "*" else pattern)
        names = (entry["Name"] for entry in catalog.databases())
        return Answer.of((name for name in names if matches(name)), "database_name")

    return run


def _whole(pattern: str) -> Callable[[str], object]:
    try:
        return re.compile(pattern).fullmatch
    except re.error as error:
        problem = f"java.util.regex.PatternSyntaxException: {error} {pattern}"
        raise FailedQueryError(f"{EXECUTION_ERROR}MetaException(message:Unable to get databases: {problem})") from error
