"""Hive's ways to name things: patterns of names, names of partitions, filters of partitions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import unquote

_ESCAPED = frozenset("\"#%'*/:=?\\\x7f{[]^") | frozenset(map(chr, range(1, 32)))
"""What Hive writes as %XX in the name of a partition (Hive 2.3, FileUtils)."""

_DEFAULT_VALUE = "__HIVE_DEFAULT_PARTITION__"


def matching(names: Iterable[str], pattern: str | None) -> list[str]:
    """The names that one of the alternatives of a pattern matches: `*` stands for any text, `|` parts alternatives.

    What else a regular expression can say, it says (Hive 2.3, ObjectStore).
    """
    alternatives = (pattern or "*").lower().split("|")
    wanted = re.compile("|".join(one.strip().replace("*", ".*") for one in alternatives))
    return [name for name in names if wanted.fullmatch(name)]


def partition_name(keys: Sequence[Mapping[str, str]], values: Sequence[str]) -> str:
    """The name of a partition, such as `year=2024/city=S%C3%A3o`; keys are in lower case (Hive 2.3, FileUtils).

    Args:
        keys: the table's PartitionKeys.
        values: the partition's values; an empty one stands as Hive's name for null.
    """
    return "/".join(
        f"{_escaped(key['Name'].lower())}={_escaped(value) if value else _DEFAULT_VALUE}"
        for key, value in zip(keys, values, strict=True)
    )


def partition_values(name: str) -> list[str]:
    """The values in the name of a partition."""
    return [unquote(part.partition("=")[2]) for part in name.split("/")]


def _escaped(text: str) -> str:
    return "".join(f"%{ord(letter):02X}" if letter in _ESCAPED else letter for letter in text)


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"[^"\\]*"|'[^'\\]*')
      | (?P<number>-?\d+(?:\.\d+)?)(?![\w-])
      | (?P<word>and|or|not|in|between)\b
      | (?P<name>[A-Za-z_]\w*)
      | (?P<sign><=|>=|<>|!=|=|<|>|\(|\)|,)
    )""",
    re.VERBOSE | re.IGNORECASE,
)


def expression(hive_filter: str, keys: Iterable[str]) -> str | None:
    """The Expression of GetPartitions for a filter of Hive's, or None where it is not expressible.

    Args:
        hive_filter: such as `country = "fr" and (year >= 2020)`.
        keys: the names of the partition keys; a word that is none of them is not understood (`like`, `date`).
    """
    known = {key.lower() for key in keys}
    parts, position = [], 0
    text = hive_filter.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or (token["name"] and token["name"].lower() not in known):
            return None
        position = token.end()
        parts.append(_sql(token))
    return " ".join(parts)


def _sql(token: re.Match[str]) -> str:
    if token["text"]:
        inner = token["text"][1:-1].replace("'", "''")
        return f"'{inner}'"
    return "<>" if token["sign"] == "!=" else token[0].strip()
