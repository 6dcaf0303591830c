"""Names that crawlers give: tables, partition keys, partition values.

From AWS's pages: lower case, letters, digits and underscores only, at most 128 characters (longer ones are cut), a hash
after a name that is taken; `key=value` folders name their key, the others are partition_0, partition_1, …

Unverified on AWS: the hash is 32 hexadecimal digits of the table's location; among new tables of one name the first in
key order keeps it; values of `key=value` folders are unescaped as Hive's writers escaped them (`Cote d%27Ivoire` is the
value `Cote d'Ivoire`), while the location keeps the folder's own name; the number in partition_N counts unnamed levels.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MAX_NAME = 128
_FORBIDDEN = re.compile(r"[^a-z0-9_]")
_ESCAPED = re.compile(r"%([0-9a-fA-F]{2})")


@dataclass(frozen=True)
class Taken:
    """A table of the catalog that holds a name."""

    location: str
    crawler: str | None


def table_name(prefix: str, base: str) -> str:
    """The table's name from the crawler's prefix and the name of folder, bucket or file."""
    return _clean(prefix + base)[:MAX_NAME]


def hashed_name(name: str, location: str) -> str:
    """The name for a table whose first choice is taken."""
    digest = hashlib.md5(location.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: MAX_NAME - len(digest) - 1]}_{digest}"


def choose_names(wanted: Sequence[tuple[str, str]], taken: Mapping[str, Taken], crawler: str) -> list[str]:
    """A name for each wanted table.

    Args:
        wanted: for each table its first choice of a name and its location.
        taken: the tables that the catalog has.
        crawler: the crawler's name; a table that it made keeps its name as long as it keeps its location.
    """
    own = {same_place(holder.location): name for name, holder in taken.items() if holder.crawler == crawler}
    chosen: dict[int, str] = {}
    for index, (_, location) in enumerate(wanted):
        if same_place(location) in own:
            chosen[index] = own[same_place(location)]
    for index, (name, location) in enumerate(wanted):
        if index in chosen:
            continue
        holder = taken.get(name)
        free = holder is None or same_place(holder.location) == same_place(location)
        chosen[index] = name if free and name not in chosen.values() else hashed_name(name, location)
    return [chosen[index] for index in range(len(wanted))]


def same_place(location: str) -> str:
    """A location without its closing slash, to compare by."""
    return location.rstrip("/")


def split_folder(name: str) -> tuple[str, str] | None:
    """Key (lower case) and value of a `key=value` folder, both unescaped; None for any other folder."""
    key, equals, value = name.partition("=")
    return (unescape(key).lower(), unescape(value)) if equals and key else None


def unescape(name: str) -> str:
    """A folder's name as it was before Hive or Spark escaped it: `%27` is an apostrophe."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), name)


def partition_keys(levels: Sequence[Iterable[str]]) -> list[str | None]:
    """For each folder level the key that all its folders name, or None for a level that must be called partition_N."""
    keys: list[str | None] = []
    for names in levels:
        found = {split[0] if (split := split_folder(name)) else None for name in names}
        key = found.pop() if len(found) == 1 else None
        keys.append(key if key not in keys else None)
    return keys


def key_names(keys: Sequence[str | None]) -> list[str]:
    """The keys with partition_0, partition_1, … in the gaps."""
    names: list[str] = []
    unnamed = 0
    for key in keys:
        names.append(key if key is not None else f"partition_{unnamed}")
        unnamed += key is None
    return names


def partition_values(folders: Sequence[str], keys: Sequence[str | None]) -> tuple[str, ...]:
    """The values of one partition from its folders' names."""
    values = []
    for folder, key in zip(folders, keys, strict=True):
        split = split_folder(folder) if key is not None else None
        values.append(split[1] if split else folder)
    return tuple(values)


def _clean(name: str) -> str:
    return _FORBIDDEN.sub("_", name.lower())
