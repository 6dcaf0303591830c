"""Avro: whether one schema reads what was written with another.

By "Schema Resolution" of the Avro specification, as Avro's own SchemaCompatibility has it: names are compared without
their namespace, a decimal's precision and scale are not compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.glue.schemas.avro import NAMED, Parsed, parsed

_PROMOTIONS = {
    "long": ("int",),
    "float": ("int", "long"),
    "double": ("int", "long", "float"),
    "bytes": ("string",),
    "string": ("bytes",),
}
"""Type of the reader -> other types of the writer that it reads."""

_ALIAS = "="
"""No name has such a character."""


def reads(reader: Any, writer: Any) -> bool:
    """Whether data of the writer's schema can be read with the reader's.

    Args:
        reader: its JSON.
        writer: the same.

    Raises:
        NotAvroError: one of them is no schema.
    """
    return _Resolution(parsed(reader), parsed(writer)).reads()


class _Resolution:
    """One reader and one writer; a pair of records that is being looked at counts as one that fits."""

    def __init__(self, reader: Parsed, writer: Parsed) -> None:
        self._reader, self._writer = reader, writer
        self._seen: dict[tuple[str, str], bool] = {}
        self._branches: dict[int, dict[str, list[Any]]] = {}
        self._fields: dict[int, dict[str, list[Any]]] = {}

    def reads(self) -> bool:
        return self._fits(self._reader.root, self._writer.root)

    def _fits(self, reader: Any, writer: Any) -> bool:  # noqa: PLR0911 - one return a type
        reader, writer = self._reader.resolved(reader), self._writer.resolved(writer)
        if isinstance(writer, list):
            return all(self._fits(reader, branch) for branch in writer)
        if isinstance(reader, list):
            return any(self._fits(branch, writer) for branch in self._likely(reader, writer))
        wanted, written = _kind(reader), _kind(writer)
        if wanted != written:
            return written in _PROMOTIONS.get(wanted, ())
        if wanted == "array":
            return self._fits(reader["items"], writer["items"])
        if wanted == "map":
            return self._fits(reader["values"], writer["values"])
        if wanted not in NAMED:
            return True
        if not _same_name(reader, writer):
            return False
        if wanted == "fixed":
            return bool(reader["size"] == writer["size"])
        if wanted == "enum":
            return "default" in reader or set(writer["symbols"]) <= set(reader["symbols"])
        return self._fits_record(reader, writer)

    def _likely(self, reader: list[Any], writer: Any) -> list[Any]:
        """The branches of a reader's union that may fit: of those with names, the ones that have the writer's."""
        found = self._branches.get(id(reader))
        if found is None:
            found = self._branches[id(reader)] = {}
            for branch in reader:
                resolved = self._reader.resolved(branch)
                for name in _names(resolved) if _kind(resolved) in NAMED else {""}:
                    found.setdefault(name, []).append(branch)
        if _kind(writer) not in NAMED:
            return found.get("", [])
        name = str(writer["name"])
        return [*found.get(_last(name), ()), *found.get(f"{_ALIAS}{name}", ())]

    def _written(self, names: set[str], writer: Mapping[str, Any]) -> list[Any]:
        """The writer's fields with one of these names."""
        found = self._fields.get(id(writer))
        if found is None:
            found = self._fields[id(writer)] = {}
            for each in writer["fields"]:
                found.setdefault(each["name"], []).append(each)
        return [each for name in names for each in found.get(name, ())]

    def _fits_record(self, reader: Mapping[str, Any], writer: Mapping[str, Any]) -> bool:
        pair = (reader["name"], writer["name"])
        if pair not in self._seen:
            self._seen[pair] = True
            self._seen[pair] = all(self._fits_field(field, writer) for field in reader["fields"])
        return self._seen[pair]

    def _fits_field(self, field: Mapping[str, Any], writer: Mapping[str, Any]) -> bool:
        names = {field["name"], *field.get("aliases", ())}
        written = self._written(names, writer)
        if len(written) != 1:  # Avro takes no choice between two
            return not written and "default" in field
        return self._fits(field["type"], written[0]["type"])


def _kind(schema: Any) -> str:
    kind = schema["type"] if isinstance(schema, Mapping) else schema
    return "record" if kind == "error" else str(kind)


def _same_name(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> bool:
    """Whether the last parts of the names are one, or the reader has the writer's full name as an alias."""
    name = str(writer["name"])
    return not _names(reader).isdisjoint((_last(name), f"{_ALIAS}{name}"))


def _names(reader: Mapping[str, Any]) -> set[str]:
    """The last part of a reader's name, and its aliases in full with a mark in front."""
    space, _, own = str(reader["name"]).rpartition(".")
    aliases = (alias if "." in alias or not space else f"{space}.{alias}" for alias in reader.get("aliases", ()))
    return {own, *(f"{_ALIAS}{alias}" for alias in aliases)}


def _last(name: str) -> str:
    return name.rpartition(".")[2]
