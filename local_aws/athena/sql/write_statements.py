"""CREATE TABLE AS, INSERT INTO and UNLOAD as they are read (user guide, pages of these names)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local_aws.athena.sql.dialect import TableName
from local_aws.athena.sql.tokens import Words

_DATA = re.compile(r"\bWITH\s+(NO\s+)?DATA\s*;?\s*\Z", re.IGNORECASE)

Value = str | tuple[str, ...]


@dataclass(frozen=True)
class Statement:
    """A statement that writes.

    Attributes:
        query: what it writes; its words stand where they stand in the statement.
    """

    query: str


@dataclass(frozen=True)
class CreateTableAs(Statement):
    """CREATE TABLE … AS."""

    table: TableName
    may_exist: bool
    properties: Mapping[str, Value]
    with_data: bool


@dataclass(frozen=True)
class InsertInto(Statement):
    """INSERT INTO; without column names all columns are meant."""

    table: TableName
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Unload(Statement):
    """UNLOAD."""

    place: str
    properties: Mapping[str, Value]


def create_table_as(sql: str, database: str) -> CreateTableAs:
    """Read `CREATE TABLE [IF NOT EXISTS] name [WITH (…)] AS query [WITH [NO] DATA]`.

    Raises:
        RefusedQueryError: it cannot be read.
    """
    words = Words(sql, trino=True)
    words.expect("CREATE", "TABLE")
    may_exist = words.take("IF", "NOT", "EXISTS")
    table = TableName(*words.table(database, double_quoted=True))
    properties = _properties(words) if words.take("WITH") else {}
    words.expect("AS")
    query = words.rest_in_place()
    ending = _DATA.search(query)
    with_data = not (ending and ending[1])
    return CreateTableAs(query[: ending.start()] if ending else query, table, may_exist, properties, with_data)


def insert_into(sql: str, database: str) -> InsertInto:
    """Read `INSERT INTO name [(column, …)] query`.

    Raises:
        RefusedQueryError: it cannot be read.
    """
    words = Words(sql, trino=True)
    words.expect("INSERT", "INTO")
    table = TableName(*words.table(database, double_quoted=True))
    columns = []
    starts_query = any(words.comes("(", word) for word in ("SELECT", "WITH", "VALUES", "TABLE", "("))
    if not starts_query and words.take("("):
        columns.append(words.name(double_quoted=True))
        while words.take(","):
            columns.append(words.name(double_quoted=True))
        words.expect(")")
    return InsertInto(words.rest_in_place(), table, tuple(columns))


def unload(sql: str) -> Unload:
    """Read `UNLOAD (query) TO 's3://…' [WITH (…)]`.

    Raises:
        RefusedQueryError: it cannot be read.
    """
    words = Words(sql, trino=True)
    words.expect("UNLOAD")
    query = words.bracketed_in_place()
    words.expect("TO")
    place = words.text()
    properties = _properties(words) if words.take("WITH") else {}
    words.end()
    return Unload(query, place, properties)


def _properties(words: Words) -> dict[str, Value]:
    """`(name = value, …)`: a value is a text, a number, a truth (as `true` or `false`) or ARRAY[…] of texts."""
    found: dict[str, Value] = {}
    words.expect("(")
    while True:
        name = words.name(double_quoted=True)
        words.expect("=")
        found[name] = _value(words)
        if not words.take(","):
            break
    words.expect(")")
    return found


def _value(words: Words) -> Value:
    if words.take("ARRAY"):
        return _array(words)
    truth = next((truth for truth in ("true", "false") if words.take(truth.upper())), "")
    return truth or words.literal()


def _array(words: Words) -> tuple[str, ...]:
    words.expect("[")
    found = [words.literal()]
    while words.take(","):
        found.append(words.literal())
    words.expect("]")
    return tuple(found)
