"""The columns that a table takes from a definition.

Avro becomes what Hive's AvroSerDe makes of it, as crawlers have it; of JSON Schema the types of properties count. Which
types AWS makes of either is unverified. Names are in lower case, as the catalog keeps them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.avro import hive_type
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.schemas import avro, formats, json_schema

Column = dict[str, str]

_JSON_TYPES: Mapping[str, hive.HiveType] = {
    "boolean": hive.BOOLEAN,
    "integer": hive.BIGINT,
    "number": hive.DOUBLE,
    "string": hive.STRING,
}
_DEEPEST = 32


def columns_of(data_format: str, definition: str) -> list[Column]:
    """The columns of a definition.

    Raises:
        GlueError: OperationNotSupportedException for PROTOBUF, InvalidInputException for a definition of anything but a
            record or an object, or with types whose texts are too long (the texts are ours).
    """
    if data_format not in formats.PARSED:
        raise unsupported(f"SchemaReference to a schema in {data_format}")
    document = formats.document(definition)
    fields = _avro_fields(document) if data_format == "AVRO" else _json_fields(document)
    if fields is None:
        raise invalid("The schema has no fields that could be columns")
    left, columns = hive.MOST, []
    for name, kind in fields:
        left -= _checked_length(name, kind, left)
        columns.append({"Name": name.lower(), "Type": hive.render(kind)})
    return columns


def _checked_length(name: str, kind: hive.HiveType, left: int) -> int:
    """The number of characters of a column's type."""
    length = hive.length(kind, min(hive.LONGEST, left))
    if length > hive.LONGEST:
        raise invalid(f"The type of column {name} of the schema has more than {hive.LONGEST} characters")
    if length > left:
        raise invalid(f"The types of the schema's columns have more than {hive.MOST} characters together")
    return length


def _avro_fields(document: Any) -> list[tuple[str, hive.HiveType]] | None:
    root = avro.parsed(document).root
    if not isinstance(root, Mapping) or "fields" not in root:
        return None
    named: dict[str, hive.HiveType] = {}
    return [(field["name"], hive_type(field["type"], named)) for field in root["fields"]]


def _json_fields(document: Any) -> list[tuple[str, hive.HiveType]] | None:
    found = _JsonTypes(document).type_of(document, 0)
    return list(found.fields) if isinstance(found, hive.Struct) else None


class _JsonTypes:
    """The types of one document, counted: a $ref stands for all that it leads to at each place."""

    def __init__(self, root: Any) -> None:
        self._root, self._made = root, 0

    def type_of(self, schema: Any, depth: int) -> hive.HiveType:  # noqa: PLR0911 - one return a type
        """The type of a JSON schema; what has several, or none that is known, is a string."""
        self._made += 1
        if self._made > hive.LONGEST:
            raise invalid(f"The types of the schema's columns have more than {hive.LONGEST} parts")
        if not isinstance(schema, Mapping) or depth > _DEEPEST:
            return hive.STRING
        if isinstance(schema.get("$ref"), str):
            return self.type_of(json_schema.target(self._root, schema["$ref"]), depth + 1)
        for name in ("anyOf", "oneOf"):
            branches = [branch for branch in schema.get(name, ()) if branch != {"type": "null"}]
            if len(branches) == 1:
                return self.type_of(branches[0], depth + 1)
        types = schema.get("type", "object" if "properties" in schema else "string")
        kept = [types] if isinstance(types, str) else [each for each in types if each != "null"]
        kind = kept[0] if len(kept) == 1 else "string"
        if kind == "array":
            return hive.Array(self.type_of(schema.get("items", {}), depth + 1))
        if kind == "object" and schema.get("properties"):
            fields = schema["properties"].items()
            return hive.Struct(tuple((name, self.type_of(each, depth + 1)) for name, each in fields))
        if kind == "object" and isinstance(schema.get("additionalProperties"), Mapping):
            return hive.Map(hive.STRING, self.type_of(schema["additionalProperties"], depth + 1))
        return _JSON_TYPES.get(kind, hive.STRING)
