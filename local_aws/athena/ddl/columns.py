"""Definitions of columns in Hive's statements, as Glue's Columns."""

from __future__ import annotations

from local_aws.athena.sql.tokens import Words

_PRIMITIVES = frozenset("tinyint smallint int bigint boolean float double string binary date timestamp".split())


def read_columns(words: Words) -> list[dict[str, str]]:
    """`(name type [COMMENT 'text'], …)`."""
    words.expect("(")
    found = [read_column(words)]
    while words.take(","):
        found.append(read_column(words))
    words.expect(")")
    return found


def read_column(words: Words) -> dict[str, str]:
    """`name type [COMMENT 'text']`."""
    found = {"Name": words.name(), "Type": read_type(words)}
    return {**found, "Comment": words.text()} if words.take("COMMENT") else found


def read_type(words: Words) -> str:
    """A type as Hive's metastore writes it: `struct<a:int,b:array<string>>`, `decimal(10,0)` where nothing is said.

    The names are those of the user guide's "Data types in Amazon Athena" for DDL: `int`, not `integer`.
    """
    if words.take("ARRAY", "<"):
        return f"array<{_closed(words)}>"
    if words.take("MAP", "<"):
        key = read_type(words)
        words.expect(",")
        return f"map<{key},{_closed(words)}>"
    if words.take("STRUCT", "<"):
        fields = [_field(words)]
        while words.take(","):
            fields.append(_field(words))
        words.expect(">")
        return f"struct<{','.join(fields)}>"
    return _primitive(words)


def _closed(words: Words) -> str:
    inner = read_type(words)
    words.expect(">")
    return inner


def _field(words: Words) -> str:
    name = words.name()
    words.expect(":")
    return f"{name}:{read_type(words)}"


def _primitive(words: Words) -> str:
    if words.take("DECIMAL"):
        digits = _digits(words) or ["10", "0"]
        return f"decimal({digits[0]},{digits[1] if len(digits) > 1 else 0})"
    if word := words.take_one_of("VARCHAR", "CHAR"):
        words.expect("(")
        length = words.number()
        words.expect(")")
        return f"{word.lower()}({length})"
    return words.word("a type", among=_PRIMITIVES)


def _digits(words: Words) -> list[str]:
    found: list[str] = []
    if words.take("("):
        found.append(words.number())
        if words.take(","):
            found.append(words.number())
        words.expect(")")
    return found
