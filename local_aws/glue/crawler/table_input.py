"""Tables and partitions as CreateTable and BatchCreatePartition want them, as crawlers on AWS write them.

Parameters stand on the table and again on its storage descriptor, and on each partition's. They are those of tables
that crawlers made (public dumps). Assumed: partitions carry the same set as the table but their own counts;
`partition_filtering.enabled` stands on partitioned tables only while the crawler may make partition indexes; a table of
UNKNOWN classification has no input format and no SerDe.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local_aws.glue.crawler.layout import PartitionFound, TableFound
from local_aws.glue.crawler.reading import LAZY_SIMPLE, Dataset
from local_aws.glue.crawler.schema import Schema

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import (
        ColumnTypeDef,
        PartitionInputTypeDef,
        SerDeInfoTypeDef,
        StorageDescriptorTypeDef,
        TableInputTypeDef,
    )

RUN_ID = "CRAWL_RUN_ID"
UPDATED_BY = "UPDATED_BY_CRAWLER"
DEPRECATED_BY = "DEPRECATED_BY_CRAWLER"
FUNDAMENTAL = ("classification", "compressionType", "delimiter")


@dataclass(frozen=True)
class Writer:
    """Who writes: what every table and partition of one crawl has in common.

    Attributes:
        crawler: the crawler's name.
        crawl_id: the crawl's id.
        exclusions: the target's exclude patterns as full paths.
        partition_index: whether the crawler may make partition indexes.
    """

    crawler: str
    crawl_id: str
    exclusions: tuple[str, ...] = ()
    partition_index: bool = True

    def table(self, name: str, found: TableFound) -> TableInputTypeDef:
        """The table's input."""
        parameters = self._parameters(found.dataset)
        if found.partition_keys and self.partition_index:
            parameters["partition_filtering.enabled"] = "true"
        return {
            "Name": name,
            "Owner": "owner",
            "Retention": 0,
            "TableType": "EXTERNAL_TABLE",
            "PartitionKeys": [{"Name": key, "Type": "string"} for key in found.partition_keys],
            "Parameters": parameters,
            "StorageDescriptor": _storage(found.dataset, found.location, parameters),
        }

    def partition(self, table: TableFound, found: PartitionFound) -> PartitionInputTypeDef:
        """A partition's input."""
        parameters = self._parameters(found.dataset)
        location = f"s3://{table.bucket}/{found.key}"
        return {
            "Values": list(found.values),
            "Parameters": parameters,
            "StorageDescriptor": _storage(found.dataset, location, parameters),
        }

    def _parameters(self, data: Dataset) -> dict[str, str]:
        parameters = {
            "CrawlerSchemaDeserializerVersion": "1.0",
            "CrawlerSchemaSerializerVersion": "1.0",
            UPDATED_BY: self.crawler,
            RUN_ID: self.crawl_id,
            "classification": data.format.classification,
            "compressionType": data.format.compression,
            "typeOfData": "file",
            "objectCount": str(data.objects),
            "sizeKey": str(data.size),
            "recordCount": str(data.records),
            "averageRecordSize": str(data.record_size),
        }
        if data.format.delimiter is not None:
            parameters |= {
                "delimiter": data.format.delimiter,
                "columnsOrdered": "true",
                "areColumnsQuoted": "false",
            }
        if data.header:
            parameters["skip.header.line.count"] = "1"
        if data.format.avro_schema:
            parameters["avro.schema.literal"] = data.format.avro_schema
        parameters |= dict(data.format.parameters)
        if self.exclusions:
            parameters["exclusions"] = json.dumps(list(self.exclusions), separators=(",", ":"))
        return parameters


def columns_of(schema: Schema) -> list[ColumnTypeDef]:
    """The catalog's columns."""
    return [{"Name": column.name, "Type": column.hive_type} for column in schema]


def inherit(partition: PartitionInputTypeDef, table: Mapping[str, object]) -> PartitionInputTypeDef:
    """The partition with columns and SerDe of its table (InheritFromTable)."""
    storage = table.get("StorageDescriptor")
    assert isinstance(storage, Mapping)  # noqa: S101 - every table of a crawl has one
    inherited = {key: storage[key] for key in ("Columns", "InputFormat", "OutputFormat", "SerdeInfo") if key in storage}
    mixed: PartitionInputTypeDef = {
        **partition,
        "StorageDescriptor": {**partition["StorageDescriptor"], **inherited},  # type: ignore[typeddict-item]
    }
    return mixed


def exclusion_paths(path: str, patterns: Sequence[str]) -> tuple[str, ...]:
    """Exclude patterns as the table's `exclusions` parameter has them: the include path and the pattern."""
    return tuple(f"{path.rstrip('/')}/{pattern}" for pattern in patterns)


def _storage(data: Dataset, location: str, parameters: Mapping[str, str]) -> StorageDescriptorTypeDef:
    storage: StorageDescriptorTypeDef = {
        "Columns": columns_of(data.schema),
        "Location": location,
        "Compressed": data.format.compression != "none",
        "NumberOfBuckets": -1,
        "SerdeInfo": _serde(data),
        "BucketColumns": [],
        "SortColumns": [],
        "Parameters": dict(parameters),
        "StoredAsSubDirectories": False,
    }
    serde = data.format.classes
    if serde:
        storage |= {"InputFormat": serde.input_format, "OutputFormat": serde.output_format}
    return storage


def _serde(data: Dataset) -> SerDeInfoTypeDef:
    serde = data.format.classes
    if data.format.serde:
        library: SerDeInfoTypeDef = {"SerializationLibrary": serde.library} if serde else {}
        return {**library, "Parameters": dict(data.format.serde[1])}
    if serde is None:
        return {}
    return {"SerializationLibrary": serde.library, "Parameters": _serde_parameters(serde.library, data)}


def _serde_parameters(library: str, data: Dataset) -> dict[str, str]:
    if library == LAZY_SIMPLE:
        return {"field.delim": data.format.delimiter or ","}
    if data.format.classification == "json":
        return {"paths": ",".join(data.paths)}
    if data.format.avro_schema:
        return {"serialization.format": "1", "avro.schema.literal": data.format.avro_schema}
    return {"serialization.format": "1"}
