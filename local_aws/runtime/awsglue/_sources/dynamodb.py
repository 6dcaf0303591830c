"""DynamoDB tables, through boto3."""

from __future__ import annotations

import decimal
from typing import Any

from awsglue._formats.options import Options
from awsglue._frames.frame import Frame
from awsglue._frames.functions import frame_of_records, records
from awsglue._sources.catalog import naming

_REFUSED = {
    "dynamodb.export": "exports to S3 are not there; leave it out and the table is read itself",
    "dynamodb.sts.roleArn": "the job's own role reads and writes; leave it out",
}


def read(session: Any, options: Options) -> Frame:
    """All items of a table; whole numbers are int or long, others double where that holds them, else decimal.

    Raises:
        ValueError: `dynamodb.input.tableName` is missing.
        NotImplementedError: an option that is not supported here.
        botocore.exceptions.ClientError: DynamoDB's refusal.
    """
    import boto3
    from boto3.dynamodb.types import TypeDeserializer

    options.refuse({name: reason for name, reason in _REFUSED.items() if name != "dynamodb.export"}, "dynamodb")
    if options.get("dynamodb.export", "none") != "none":
        options.refuse(_REFUSED, "dynamodb")
    name = _name(options, "input")
    parse = TypeDeserializer().deserialize
    with naming(f"table {name}"):
        found = boto3.client("dynamodb").get_paginator("scan").paginate(TableName=name).search("Items[]")
        items = [{field: _plain(parse(value)) for field, value in item.items()} for item in found]
    return frame_of_records(session, session.sparkContext.parallelize(items))


def write(frame: Frame, options: Options) -> None:
    """Put each row as an item; a null is left out (assumed of Glue).

    Raises:
        ValueError: `dynamodb.output.tableName` is missing.
        NotImplementedError: an option that is not supported here.
        botocore.exceptions.ClientError: DynamoDB's refusal.
    """
    import boto3

    options.refuse({"dynamodb.sts.roleArn": _REFUSED["dynamodb.sts.roleArn"]}, "dynamodb")
    table = boto3.resource("dynamodb").Table(_name(options, "output"))
    with naming(f"table {table.name}"), table.batch_writer() as batch:
        for record in records(frame).toLocalIterator():
            batch.put_item(Item=_item(record))


def _name(options: Options, way: str) -> str:
    name = options.get(f"dynamodb.{way}.tableName") or options.get("tableName")
    if not name:
        raise ValueError(f"connection_options of dynamodb need dynamodb.{way}.tableName")
    return str(name)


def _plain(value: Any) -> Any:
    if isinstance(value, decimal.Decimal):
        if value == value.to_integral_value():
            return int(value)
        return float(value) if decimal.Decimal(repr(float(value))) == value else value
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, set):
        return [_plain(item) for item in sorted(value)]
    return bytes(value) if hasattr(value, "value") else value  # boto3's Binary


def _item(value: Any) -> Any:
    if isinstance(value, float):
        return decimal.Decimal(repr(value))
    if isinstance(value, dict):
        return {name: _item(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_item(item) for item in value]
    return value.isoformat(sep=" ") if hasattr(value, "hour") else str(value) if hasattr(value, "year") else value
