"""Tables of JSON serdes, shown to Spark as its own tables of provider json.

The serde classes are in no jar that pyspark ships. On AWS they are not in the job's classpath either: a job names
`s3://crawler-public/json/serde/json-serde.jar` in --extra-jars (developer guide, "AWS Glue Data Catalog support for
Spark SQL jobs"). Spark's own reader minds the case of keys, the serde does not, so columns take the case that the
keys of the first file have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pymetastore import htypes
from pymetastore.hive_metastore import ttypes as hive

from .folders import Folders

SERDES = ("org.openx.data.jsonserde.JsonSerDe", "org.apache.hive.hcatalog.data.JsonSerDe")
_SCHEMA = "spark.sql.sources.schema"
_OWN = ("spark.sql.sources.", "spark.sql.partitionProvider")
_PLAIN = {"TINYINT": "byte", "SMALLINT": "short", "INT": "integer", "BIGINT": "long", "VOID": "void"}
_SPARK_SERDE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_SAMPLED_LINES = 1000

Shape = Mapping[str, Any]
Keys = dict[str, tuple[str, "Keys"]]
"""Keys of JSON objects by their lower case: as they are written, and those of the objects below."""


def is_one(table: Shape) -> bool:
    """Whether a Glue table is one that Spark has no serde for."""
    serde = ((table.get("StorageDescriptor") or {}).get("SerdeInfo") or {}).get("SerializationLibrary")
    return serde in SERDES and "spark.sql.sources.provider" not in (table.get("Parameters") or {})


def presented(table: Shape, folders: Folders) -> Shape:
    """A Glue table as Spark is shown it; every other table as it is.

    A line that is no JSON fails the query unless the serde's `ignore.malformed.json` is true.

    Raises:
        hive.MetaException: a column's type is not understood.
    """
    if not is_one(table):
        return table
    storage = table["StorageDescriptor"]
    lenient = (storage["SerdeInfo"].get("Parameters") or {}).get("ignore.malformed.json", "").lower() == "true"
    options = {"path": storage.get("Location", ""), "mode": "PERMISSIVE" if lenient else "FAILFAST"}
    serde = {"SerializationLibrary": _SPARK_SERDE, "Parameters": options}
    return {
        **table,
        "Parameters": {**(table.get("Parameters") or {}), **_properties(table, folders)},
        "StorageDescriptor": {**storage, "SerdeInfo": serde},
    }


def withdrawn(table: Shape, wanted: dict[str, Any]) -> dict[str, Any]:
    """The TableInput that Spark wants, without what `presented` added: Glue keeps its own columns and serde.

    Args:
        table: the Glue table as it is.
        wanted: the TableInput that is to replace it.

    Raises:
        hive.InvalidOperationException: the columns would change.
    """
    if not is_one(table):
        return wanted
    schema = json.loads(wanted["Parameters"].get(_SCHEMA, "{}"))
    names = [one["Name"].lower() for one in _columns(table)]
    if [field["name"].lower() for field in schema.get("fields", [])] != names:
        raise hive.InvalidOperationException(
            f"The columns of {table['Name']} cannot be changed by Spark: its serde is not in Spark's jars"
        )
    kept = {name: value for name, value in wanted["Parameters"].items() if not name.startswith(_OWN)}
    return {**wanted, "Parameters": kept, "StorageDescriptor": table["StorageDescriptor"]}


def _columns(table: Shape) -> list[dict[str, str]]:
    return [*(table["StorageDescriptor"].get("Columns") or []), *(table.get("PartitionKeys") or [])]


def _properties(table: Shape, folders: Folders) -> dict[str, str]:
    """The properties in which Spark keeps provider, schema and partition columns of its own tables (Spark 3.5)."""
    keys = _keys(folders.first_lines(table["StorageDescriptor"].get("Location"), _SAMPLED_LINES))
    fields = [_field(column["Name"], _parsed(table, column), keys) for column in _columns(table)]
    partitions = [key["Name"] for key in table.get("PartitionKeys") or []]
    properties = {
        "spark.sql.sources.provider": "json",
        _SCHEMA: json.dumps({"type": "struct", "fields": fields}),
        "spark.sql.sources.schema.numPartCols": str(len(partitions)),
        **{f"spark.sql.sources.schema.partCol.{place}": name for place, name in enumerate(partitions)},
    }
    return properties | ({"spark.sql.partitionProvider": "catalog"} if partitions else {})


def _parsed(table: Shape, column: Mapping[str, str]) -> Any:
    try:
        return htypes.TypeParser(column.get("Type", "string")).parse_type()
    except Exception as error:
        raise hive.MetaException(
            f"Column {column['Name']} of table {table['Name']} has a type that is not understood: {column['Type']}"
        ) from error


def _field(name: str, kind: Any, keys: Keys) -> dict[str, Any]:
    written, below = keys.get(name.lower(), (name, {}))
    return {"name": written, "type": _type(kind, below), "nullable": True, "metadata": {}}


def _type(kind: Any, keys: Keys) -> Any:
    """A type of Hive's as Spark writes types in JSON."""
    if isinstance(kind, htypes.HStructType):
        fields = [_field(name, inner, keys) for name, inner in zip(kind.names, kind.types, strict=True)]
        return {"type": "struct", "fields": fields}
    if isinstance(kind, htypes.HListType):
        return {"type": "array", "elementType": _type(kind.element_type, keys), "containsNull": True}
    if isinstance(kind, htypes.HMapType):
        key, value = _type(kind.key_type, {}), _type(kind.value_type, {})
        return {"type": "map", "keyType": key, "valueType": value, "valueContainsNull": True}
    if isinstance(kind, htypes.HDecimalType):
        return f"decimal({kind.precision},{kind.scale})"
    if isinstance(kind, htypes.HVarcharType | htypes.HCharType):
        return "string"
    if isinstance(kind, htypes.HPrimitiveType):
        name = kind.primitive_type.name
        return _PLAIN.get(name, name.lower())
    raise hive.MetaException(f"The type {kind} is not one that Spark has")


def _keys(lines: Iterable[bytes]) -> Keys:
    keys: Keys = {}
    for line in lines:
        try:
            _gather(json.loads(line), keys)
        except ValueError:
            continue  # Spark says what it cannot read
    return keys


def _gather(value: Any, keys: Keys) -> None:
    if isinstance(value, list):
        for element in value:
            _gather(element, keys)
    elif isinstance(value, dict):
        for name, inner in value.items():
            _gather(inner, keys.setdefault(name.lower(), (name, {}))[1])
