"""Types of columns in the catalog as Athena takes them: by the grammar of Hive's metastore, without blanks.

Real (public reports of HIVE_INVALID_METADATA): `integer`, `int64`, `decimal(24, 16)`, `struct<>` and other signs than
letters, digits, `_`, `.`, blank and `$` are none, capitals do not matter. The grammar is that of Hive's TypeInfoParser;
the bounds of char, varchar and decimal are Hive's documentation. That one wrong column fails any query of its table is
Trino's way with Glue (unverified on Athena).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported

_TOKENS = re.compile(r"[\w.$ ]+|.", re.DOTALL)
_PRIMITIVES = frozenset("boolean tinyint smallint int bigint float double string binary date timestamp".split())
_NOT_HERE = frozenset(
    ("void", "unknown", "interval_year_month", "interval_day_time", "timestamp with local time zone", "uniontype")
)
"""Types of Hive that no column has here."""
_LONGEST = {"varchar": 65_535, "char": 255}
_MOST_DIGITS = 38
_DEEPEST = 100
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*", re.ASCII)


class _InvalidTypeError(Exception):
    """It is no type."""


def columns_of(entry: Mapping[str, Any], part: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Columns or partition keys of a table: name in lower case -> type in lower case, names of fields quoted.

    Args:
        entry: the catalog's Table.
        part: the catalog's Columns of it.

    Raises:
        FailedQueryError: HIVE_INVALID_METADATA, a type is none (the text is Trino's and that of public reports).
        RefusedQueryError: a type that is not supported here.
    """
    found = {}
    for column in part:
        kind = column.get("Type", "string")
        try:
            found[column["Name"].lower()] = _read(kind.lower())
        except _InvalidTypeError:
            table = ".".join(entry[name].lower() for name in ("DatabaseName", "Name") if entry.get(name))
            raise FailedQueryError(
                f"HIVE_INVALID_METADATA: Glue table '{table}' column '{column['Name']}' has invalid data type: "
                f"{kind[:200]}"
            ) from None
    return found


def refuse_repeated(entry: Mapping[str, Any], columns: Iterable[Mapping[str, Any]]) -> None:
    """Fail a table that has a column twice, be it as a partition key.

    Raises:
        FailedQueryError: HIVE_INVALID_METADATA (the text is real, by public reports).
    """
    names = [column["Name"].lower() for column in columns]
    if len(set(names)) < len(names):
        raise FailedQueryError(
            f"HIVE_INVALID_METADATA: Hive metadata for table {entry['Name']} is invalid: Table descriptor contains "
            "duplicate columns"
        )


@lru_cache(maxsize=4096)
def _read(kind: str) -> str:
    reader = _Reader(_TOKENS.findall(kind))
    found = reader.kind()
    reader.end()
    return found


class _Reader:
    """Reads the tokens of one type."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._place = 0
        self._level = 0

    def kind(self) -> str:
        self._level += 1
        if self._level > _DEEPEST:
            raise _InvalidTypeError
        name = self._next()
        found = self._nested(name) or self._primitive(name)
        self._level -= 1
        return found

    def end(self) -> None:
        if self._place < len(self._tokens):
            raise _InvalidTypeError

    def _nested(self, name: str) -> str:
        if name == "array":
            return f"array<{self._between('<', '>')[0]}>"
        if name == "map":
            return f"map<{','.join(self._between('<', '>', parts=2))}>"
        if name != "struct":
            return ""
        self._expect("<")
        fields = [self._field()]
        while self._take(","):
            fields.append(self._field())
        self._expect(">")
        return f"struct<{','.join(fields)}>"

    def _field(self) -> str:
        name = self._next()
        if not _TOKENS.fullmatch(name) or not re.match(r"[\w.$ ]", name):
            raise _InvalidTypeError
        self._expect(":")
        return f"{name if _PLAIN.fullmatch(name) else f'`{name}`'}:{self.kind()}"

    def _between(self, opening: str, closing: str, *, parts: int = 1) -> list[str]:
        self._expect(opening)
        found = [self.kind()]
        for _ in range(1, parts):
            self._expect(",")
            found.append(self.kind())
        self._expect(closing)
        return found

    def _primitive(self, name: str) -> str:
        if name in _NOT_HERE:
            raise not_supported(f"the type {name} of a column")
        if name in _PRIMITIVES:
            return name
        numbers = self._numbers()
        if name in _LONGEST and len(numbers) == 1 and 0 < numbers[0] <= _LONGEST[name]:
            return f"{name}({numbers[0]})"
        if name == "decimal" and len(numbers) <= 2:
            digits, scale = (*numbers, *(10, 0)[len(numbers) :])
            if 0 < digits <= _MOST_DIGITS and scale <= digits:
                return f"decimal({digits},{scale})"
        raise _InvalidTypeError

    def _numbers(self) -> list[int]:
        found: list[int] = []
        if not self._take("("):
            return found
        while True:
            word = self._next()
            if not re.fullmatch("[0-9]{1,6}", word):
                raise _InvalidTypeError
            found.append(int(word))
            if not self._take(","):
                break
        self._expect(")")
        return found

    def _next(self) -> str:
        if self._place == len(self._tokens):
            raise _InvalidTypeError
        self._place += 1
        return self._tokens[self._place - 1]

    def _take(self, token: str) -> bool:
        taken = self._tokens[self._place : self._place + 1] == [token]
        self._place += taken
        return taken

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise _InvalidTypeError
