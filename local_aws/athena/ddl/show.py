"""SHOW: databases, tables, views, columns, partitions, properties of a table (names of columns, and rows: real)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from local_aws.athena.ddl.answers import Action, Answer, padded
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry
from local_aws.athena.ddl.describe import DescribeView, existing, is_view
from local_aws.athena.ddl.details import columns_of, keys_of
from local_aws.athena.ddl.partitions import partition_name
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.tokens import Words
from local_aws.bounded_regex import PatternError, full_match


def show_databases(words: Words, _catalog: Catalog) -> Action:
    """SHOW DATABASES | SCHEMAS [LIKE 'pattern'].

    The pattern is a regular expression for the whole name, in its case; a lone `*` means all (real).
    """
    words.expect("SHOW")
    words.take_one_of("DATABASES", "SCHEMAS")
    pattern = words.text() if words.take("LIKE") else "*"
    words.end()

    def run(catalog: Catalog) -> Answer:
        matches = _regular(".*" if pattern == "*" else pattern, "databases")
        names = (str(entry["Name"]) for entry in catalog.databases())
        return Answer.of((name for name in names if matches(name)), "database_name")

    return run


def show_tables(words: Words, catalog: Catalog) -> Action:
    """SHOW TABLES [IN database] ['pattern']: tables and views; in the pattern `*` is any text and `|` parts choices."""
    words.expect("SHOW", "TABLES")
    database, pattern = _listed(words, catalog)

    def run(catalog: Catalog) -> Answer:
        return Answer.of(_names(catalog.tables(database), pattern), "tab_name")

    return run


def show_views(words: Words, catalog: Catalog) -> Action:
    """SHOW VIEWS [IN database] [LIKE 'pattern']; the pattern is that of SHOW TABLES."""
    words.expect("SHOW", "VIEWS")
    database, pattern = _listed(words, catalog)

    def run(catalog: Catalog) -> Answer:
        views = [entry for entry in catalog.tables(database) if is_view(entry)]
        return Answer.of(_names(views, pattern), "views", type="varchar")

    return run


def _listed(words: Words, catalog: Catalog) -> tuple[str, str]:
    database = words.database() if words.take_one_of("IN", "FROM") else catalog.database
    pattern = words.text() if words.take("LIKE") or words.has_text() else "*"
    words.end()
    return database, pattern


def _names(entries: Sequence[Entry], pattern: str) -> list[str]:
    """The names that a pattern of Hive's finds, in any case."""
    choices = [_regular(f"(?i){choice.replace('*', '.*')}", "tables") for choice in pattern.strip().split("|")]
    return [entry["Name"] for entry in entries if any(matches(entry["Name"]) for matches in choices)]


def _regular(pattern: str, what: str) -> Callable[[str], bool]:
    def failure(error: PatternError) -> FailedQueryError:
        problem = f"java.util.regex.PatternSyntaxException: {error} {pattern}"
        return FailedQueryError(f"{EXECUTION_ERROR}MetaException(message:Unable to get {what}: {problem})")

    try:
        matches = full_match(pattern)
    except PatternError as error:
        raise failure(error) from error

    def checked(name: str) -> bool:
        try:
            return matches(name)
        except PatternError as error:
            raise failure(error) from error

    return checked


def show_columns(words: Words, catalog: Catalog) -> Action:
    """SHOW COLUMNS FROM | IN [database.]table, or FROM | IN table FROM | IN database: partition keys too."""
    words.expect("SHOW", "COLUMNS")
    if not words.take_one_of("FROM", "IN"):
        words.fail()
    name = words.table(catalog.database)
    if words.take_one_of("FROM", "IN"):
        name = (words.database(), name[1])
    words.end()
    if is_view(existing(catalog, name)):
        return DescribeView(name)

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        return Answer.of((padded(column["Name"]) for column in (*columns_of(entry), *keys_of(entry))), "field")

    return run


def show_partitions(words: Words, catalog: Catalog) -> Action:
    """SHOW PARTITIONS table: as `key=value/key=value`; none where they are projected."""
    words.expect("SHOW", "PARTITIONS")
    name = words.table(catalog.database)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        keys = [key["Name"] for key in keys_of(entry)]
        if not keys:
            raise FailedQueryError(f"{EXECUTION_ERROR}Table {name[1]} is not a partitioned table")  # text unverified
        projected = str((entry.get("Parameters") or {}).get("projection.enabled", "")).lower() == "true"
        found = [] if projected else catalog.partitions(name)
        return Answer.of((partition_name(keys, partition["Values"]) for partition in found), "partition")

    return run


def show_table_properties(words: Words, catalog: Catalog) -> Action:
    """SHOW TBLPROPERTIES table [('name')]: names and values, or the value of one."""
    words.expect("SHOW", "TBLPROPERTIES")
    name = words.table(catalog.database)
    asked = ""
    if words.take("("):
        asked = words.text()
        words.expect(")")
    words.end()

    def run(catalog: Catalog) -> Answer:
        properties = catalog.get_table(name).get("Parameters") or {}
        if asked:
            absent = f"Table {'.'.join(name)} does not have property: {asked}"
            lines = [properties.get(asked, absent)]
        else:
            lines = [f"{key}\t{value}" for key, value in properties.items()]
        return Answer.of(lines, "prpt_name", "prpt_value")

    return run
