"""Tables of the Data Catalog: asked for through boto3, their types as Glue's."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.values import to_spark

_ATOMS: dict[str, type[glue.DataType]] = {
    "tinyint": glue.ByteType,
    "smallint": glue.ShortType,
    "int": glue.IntegerType,
    "integer": glue.IntegerType,
    "bigint": glue.LongType,
    "float": glue.FloatType,
    "double": glue.DoubleType,
    "boolean": glue.BooleanType,
    "string": glue.StringType,
    "varchar": glue.StringType,
    "char": glue.StringType,
    "binary": glue.BinaryType,
    "date": glue.DateType,
    "timestamp": glue.TimestampType,
    "void": glue.NullType,
    "null": glue.NullType,
}
_NAMES = {
    "byte": "tinyint",
    "short": "smallint",
    "long": "bigint",
    "null": "string",
    "unknown": "string",
    "timestampntz": "timestamp",
}
_TOKEN = re.compile(r"\s*([^<>:,()\s]+|[<>:,()])")


def client() -> Any:
    """A client of Glue, with the job's credentials."""
    import boto3

    return boto3.client("glue")


@contextlib.contextmanager
def naming(what: str) -> Iterator[None]:
    """Have an answer that something is not there say what, which AWS's words leave out.

    Raises:
        botocore.exceptions.ClientError: what AWS answered, with the name after its words.
    """
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        answer = error.response.get("Error", {})
        if "NotFound" not in answer.get("Code", ""):
            raise
        said = answer.get("Message", "")
        named = said if what in said else f"{said.rstrip('.')}: {what}"
        raise type(error)({**error.response, "Error": {**answer, "Message": named}}, error.operation_name) from None


def table(database: str, name: str, catalog_id: str | None = None) -> dict[str, Any]:
    """A table as GetTable answers it.

    Raises:
        botocore.exceptions.ClientError: EntityNotFoundException where it is not there; names it.
    """
    with naming(f"table {database}.{name}"):
        found: dict[str, Any] = client().get_table(DatabaseName=database, Name=name, **in_catalog(catalog_id))["Table"]
    return found


def partitions(
    database: str, name: str, expression: str | None = None, catalog_id: str | None = None
) -> list[dict[str, Any]]:
    """The partitions of a table, those for which an expression of GetPartitions is true."""
    wanted = {"Expression": expression} if expression else {}
    pages = (
        client()
        .get_paginator("get_partitions")
        .paginate(DatabaseName=database, TableName=name, ExcludeColumnSchema=True, **wanted, **in_catalog(catalog_id))
    )
    return [partition for page in pages for partition in page["Partitions"]]


def in_catalog(catalog_id: str | None) -> dict[str, str]:
    """The parameter that names a catalog, if one is named."""
    return {"CatalogId": catalog_id} if catalog_id else {}


def glue_schema(database: str, table_name: str, catalog_id: str | None = None) -> glue.StructType:
    """The columns and partition keys of a table."""
    found = table(database, table_name, catalog_id)
    return glue.StructType(
        glue.Field(column["Name"], from_hive(column.get("Type", "string")))
        for column in [*found["StorageDescriptor"].get("Columns", []), *found.get("PartitionKeys", [])]
    )


def spark_schema(database: str, table_name: str, catalog_id: str | None = None) -> Any:
    """The same as Spark's StructType."""
    return to_spark(glue_schema(database, table_name, catalog_id))


def from_hive(text: str) -> glue.DataType:
    """A column's type in the catalog as Glue's.

    Raises:
        ValueError: it is none.
    """
    tokens = _TOKEN.findall(text)
    try:
        kind = _parsed(tokens)
    except (IndexError, KeyError):
        kind = None
    if kind is None or tokens:
        raise ValueError(f"{text!r} is no type of the catalog")
    return kind


def _parsed(tokens: list[str]) -> glue.DataType:
    name = tokens.pop(0).lower()
    if name == "array":
        return glue.ArrayType(_between(tokens, 1)[0])
    if name == "map":
        return glue.MapType(_between(tokens, 2)[1])
    if name == "uniontype":
        return glue.ChoiceType(_between(tokens, None))
    if name == "struct":
        return _struct(tokens)
    numbers: list[int] = []
    if tokens[:1] == ["("]:
        tokens.pop(0)
        while (part := tokens.pop(0)) != ")":
            if part != ",":
                numbers.append(int(part))
    if name == "decimal":
        return glue.DecimalType(*[*(numbers or [10]), 0][:2])
    return _ATOMS[name]()


def _between(tokens: list[str], count: int | None) -> list[glue.DataType]:
    """The types between angle brackets."""
    _expect(tokens, "<")
    found = [_parsed(tokens)]
    while tokens[0] == ",":
        tokens.pop(0)
        found.append(_parsed(tokens))
    _expect(tokens, ">")
    if count not in (None, len(found)):
        raise KeyError(count)
    return found


def _struct(tokens: list[str]) -> glue.StructType:
    _expect(tokens, "<")
    struct = glue.StructType()
    while tokens[0] != ">":
        if struct.fields:
            _expect(tokens, ",")
        name = tokens.pop(0)
        _expect(tokens, ":")
        struct.add(glue.Field(name, _parsed(tokens)))
    tokens.pop(0)
    return struct


def _expect(tokens: list[str], wanted: str) -> None:
    if tokens.pop(0) != wanted:
        raise KeyError(wanted)


def to_hive(kind: glue.DataType) -> str:
    """Glue's type as the catalog writes it; a choice is the struct that files hold."""
    if isinstance(kind, glue.StructType):
        return f"struct<{','.join(f'{field.name}:{to_hive(field.dataType)}' for field in kind.fields)}>"
    if isinstance(kind, glue.ChoiceType):
        return f"struct<{','.join(f'{one.typeName()}:{to_hive(one)}' for one in kind.types())}>"
    if isinstance(kind, glue.ArrayType | glue.SetType):
        return f"array<{to_hive(kind.elementType)}>"
    if isinstance(kind, glue.MapType):
        return f"map<string,{to_hive(kind.valueType)}>"
    if isinstance(kind, glue.DecimalType):
        return f"decimal({kind.precision},{kind.scale})"
    return _NAMES.get(kind.typeName(), kind.typeName())
