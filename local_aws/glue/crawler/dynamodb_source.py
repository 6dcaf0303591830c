"""Tables of DynamoDB: their items as a schema, and the catalog's table of it (the only caller of DynamoDB).

From the API reference: all items are looked at unless scanAll is false. Unverified: numbers are `bigint` where all are
whole and `double` otherwise, sets are arrays, maps are structs, attributes of several kinds are `string`; the names of
the table's parameters beside `classification` (dynamodb) and `typeOfData` (table); a sample is the first page of Scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.failures import CrawlCancelled
from local_aws.glue.crawler.s3_source import from_client
from local_aws.glue.crawler.schema import Column, Schema
from local_aws.glue.crawler.settings import DynamoDBTarget
from local_aws.glue.crawler.table_input import RUN_ID, UPDATED_BY, columns_of

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import TableInputTypeDef

Attribute = Mapping[str, Any]
"""A value as DynamoDB's API writes it: `{"S": "text"}`."""

_SCALARS = {"S": hive.STRING, "B": hive.BINARY, "BOOL": hive.BOOLEAN, "NULL": hive.VOID}
_SETS = {"SS": "S", "NS": "N", "BS": "B"}


@dataclass(frozen=True)
class DynamoDBFound:
    """One table.

    Attributes:
        name: the table.
        arn: where it is.
        schema: its attributes.
        items: how many it has; of a sample how many DescribeTable tells.
        size: bytes of its items, as DescribeTable tells them.
        keys: `hashKey`, and `rangeKey` where it has one -> the attribute.
    """

    name: str
    arn: str
    schema: Schema
    items: int
    size: int
    keys: Mapping[str, str]

    def table(self, name: str, crawler: str, crawl_id: str) -> TableInputTypeDef:
        """The input of the catalog's table."""
        parameters = {
            "CrawlerSchemaDeserializerVersion": "1.0",
            "CrawlerSchemaSerializerVersion": "1.0",
            UPDATED_BY: crawler,
            RUN_ID: crawl_id,
            "classification": "dynamodb",
            "typeOfData": "table",
            "recordCount": str(self.items),
            "sizeKey": str(self.size),
            "averageRecordSize": str(self.size // self.items if self.items else 0),
            **self.keys,
        }
        return {
            "Name": name,
            "Owner": "owner",
            "Retention": 0,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [],
            "Parameters": parameters,
            "StorageDescriptor": {
                "Columns": columns_of(self.schema),
                "Location": self.arn,
                "Compressed": False,
                "NumberOfBuckets": -1,
                "SerdeInfo": {"Parameters": {}},
                "BucketColumns": [],
                "SortColumns": [],
                "Parameters": parameters,
                "StoredAsSubDirectories": False,
            },
        }


def read_table(client: Any, target: DynamoDBTarget, should_stop: Callable[[], bool]) -> DynamoDBFound:
    """Look at a table.

    Args:
        client: DynamoDB with the crawler role's credentials.
        target: which table.
        should_stop: asked between pages; True ends it.

    Raises:
        CrawlFailed: DynamoDB refuses, or there is no such table.
        CrawlCancelled: should_stop said so.
    """
    try:
        described = client.describe_table(TableName=target.table)["Table"]
        types: dict[str, hive.HiveType] = {}
        seen: dict[str, int] = {}
        total = 0
        for item in _items(client, target, should_stop):
            total += 1
            for attribute, value in item.items():
                name, found = attribute.lower(), type_of(value)
                types[name] = hive.join(types.get(name, hive.VOID), found)
                seen[name] = seen.get(name, 0) + 1
    except ClientError as error:
        raise from_client(error, f"table {target.table}") from error
    schema = tuple(Column(name, kind, f"in {seen[name]} of {total} items") for name, kind in types.items())
    keys = {
        "hashKey" if key["KeyType"] == "HASH" else "rangeKey": str(key["AttributeName"])
        for key in described["KeySchema"]
    }
    items = total if target.scan_all else int(described.get("ItemCount", total))
    size = int(described.get("TableSizeBytes", 0))
    return DynamoDBFound(described["TableName"], described["TableArn"], schema, items, size, keys)


def type_of(value: Attribute) -> hive.HiveType:
    """The type of one value."""
    kind, content = next(iter(value.items()))
    if kind == "N":
        number = Decimal(content)
        return hive.BIGINT if number == number.to_integral_value() else hive.DOUBLE
    if kind in _SETS:
        return hive.Array(_join(type_of({_SETS[kind]: one}) for one in content))
    if kind == "L":
        return hive.Array(_join(type_of(one) for one in content))
    if kind == "M":
        return hive.Struct(tuple((name, type_of(one)) for name, one in content.items()))
    return _SCALARS[kind]


def _join(types: Iterator[hive.HiveType]) -> hive.HiveType:
    joined: hive.HiveType = hive.VOID
    for found in types:
        joined = hive.join(joined, found)
    return joined


def _items(client: Any, target: DynamoDBTarget, should_stop: Callable[[], bool]) -> Iterator[Mapping[str, Attribute]]:
    for page in client.get_paginator("scan").paginate(TableName=target.table):
        if should_stop():
            raise CrawlCancelled
        yield from page["Items"]
        if not target.scan_all:
            return
