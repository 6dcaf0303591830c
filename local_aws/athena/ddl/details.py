"""The rows of DESCRIBE, in Hive's layout (real, but for lines that no measurement shows: those are Hive's own)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.athena.ddl.answers import padded
from local_aws.athena.ddl.catalog import Entry

COLUMNS = ("col_name", "data_type", "comment")
_BLANK = "\t \t "
_PARTITION_HEADER = (_BLANK, "# Partition Information\t \t ", "# " + "\t".join(map(padded, COLUMNS)), _BLANK)


def columns_of(entry: Entry) -> list[Entry]:
    """The columns of a table, without its partition keys."""
    return list(entry["StorageDescriptor"].get("Columns") or ())


def keys_of(entry: Entry) -> list[Entry]:
    """The partition keys of a table."""
    return list(entry.get("PartitionKeys") or ())


def line(column: Entry, comment: str = "") -> str:
    """One column; of a comment, what stands before its first tab (real)."""
    told = padded(comment or column.get("Comment") or "").partition("\t")[0]
    return f"{padded(column['Name'])}\t{padded(column.get('Type', ''))}\t{told}"


def plain(entry: Entry, partition: Entry | None, *, extended: bool) -> Iterable[str]:
    """Rows of DESCRIBE, and of DESCRIBE EXTENDED."""
    keys = keys_of(entry)
    yield from map(line, [*columns_of(entry), *keys])
    if keys:
        yield from (*_PARTITION_HEADER, *map(line, keys))
    if extended:
        what = "Table" if partition is None else "Partition"
        yield _BLANK
        yield f"Detailed {what} Information\t{_thrift_of(entry, partition)}\t"


def formatted(entry: Entry, partition: Entry | None) -> Iterable[str]:
    """Rows of DESCRIBE FORMATTED."""
    yield from (_PARTITION_HEADER[2], _BLANK, *map(line, columns_of(entry)))
    keys = keys_of(entry)
    if keys:
        yield from (*_PARTITION_HEADER, *map(line, keys))
    yield _BLANK
    yield from _details(entry) if partition is None else _partition_details(entry, partition)
    storage = entry["StorageDescriptor"] if partition is None else partition["StorageDescriptor"]
    serde = storage.get("SerdeInfo") or {}
    yield from (
        _BLANK,
        "# Storage Information\t \t ",
        _pair("SerDe Library:", serde.get("SerializationLibrary", "")),
        _pair("InputFormat:", storage.get("InputFormat", "")),
        _pair("OutputFormat:", storage.get("OutputFormat", "")),
        _pair("Compressed:", "Yes" if storage.get("Compressed") else "No"),
        _pair("Num Buckets:", storage.get("NumberOfBuckets", 0)),
        _pair("Bucket Columns:", _listed(storage.get("BucketColumns") or ())),
        _pair("Sort Columns:", "[]"),
    )
    parameters = serde.get("Parameters") or {}
    if parameters:
        yield "Storage Desc Params:\t \t "
        yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _details(entry: Entry) -> Iterable[str]:
    yield from (
        "# Detailed Table Information\t \t ",
        _pair("Database:", entry["DatabaseName"]),
        _pair("Owner:", entry.get("Owner", "")),
        _pair("CreateTime:", _moment(entry.get("CreateTime"))),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Retention:", entry.get("Retention", 0)),
        _pair("Location:", entry["StorageDescriptor"].get("Location", "")),
        _pair("Table Type:", entry.get("TableType", "")),
        "Table Parameters:\t \t ",
    )
    parameters = entry.get("Parameters") or {}
    yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _partition_details(entry: Entry, partition: Entry) -> Iterable[str]:
    yield from (
        "# Detailed Partition Information\t \t ",
        _pair("Partition Value:", _listed(partition["Values"])),
        _pair("Database:", entry["DatabaseName"]),
        _pair("Table:", entry["Name"]),
        _pair("CreateTime:", _moment(partition.get("CreationTime"))),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Location:", partition["StorageDescriptor"].get("Location", "")),
        "Partition Parameters:\t \t ",
    )
    parameters = partition.get("Parameters") or {}
    yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _pair(label: str, value: object) -> str:
    return f"{padded(label)}\t{padded(str(value))}\t "


def _listed(values: Iterable[str]) -> str:
    return "[" + ", ".join(values) + "]"


def _moment(seconds: float | None) -> str:
    return f"{dt.datetime.fromtimestamp(seconds or 0, dt.UTC):%a %b %d %H:%M:%S UTC %Y}"


# The text of Hive's own structures, as EXTENDED shows them


def _thrift_of(entry: Entry, partition: Entry | None) -> str:
    columns = [*columns_of(entry), *keys_of(entry)]
    if partition is not None:
        storage = _storage(partition["StorageDescriptor"], columns)
        return (
            f"Partition(values:{_listed(partition['Values'])}, dbName:{entry['DatabaseName']}, "
            f"tableName:{entry['Name']}, createTime:{int(partition.get('CreationTime') or 0)}, lastAccessTime:0, "
            f"sd:{storage}, parameters:{_map(partition.get('Parameters'))})"
        )
    return (
        f"Table(tableName:{entry['Name']}, dbName:{entry['DatabaseName']}, owner:{entry.get('Owner', '')}, "
        f"createTime:{int(entry.get('CreateTime') or 0)}, lastAccessTime:0, retention:{entry.get('Retention', 0)}, "
        f"sd:{_storage(entry['StorageDescriptor'], columns)}, "
        f"partitionKeys:{_listed(map(_field, keys_of(entry)))}, parameters:{_map(entry.get('Parameters'))}, "
        f"viewOriginalText:{entry.get('ViewOriginalText') or 'null'}, "
        f"viewExpandedText:{entry.get('ViewExpandedText') or 'null'}, tableType:{entry.get('TableType')})"
    )


def _storage(storage: Mapping[str, Any], columns: list[Entry]) -> str:
    serde = storage.get("SerdeInfo") or {}
    return (
        f"StorageDescriptor(cols:{_listed(map(_field, columns))}, location:{storage.get('Location', '')}, "
        f"inputFormat:{storage.get('InputFormat') or 'null'}, outputFormat:{storage.get('OutputFormat') or 'null'}, "
        f"compressed:{str(bool(storage.get('Compressed'))).lower()}, numBuckets:{storage.get('NumberOfBuckets', 0)}, "
        f"serdeInfo:SerDeInfo(name:null, serializationLib:{serde.get('SerializationLibrary') or 'null'}, "
        f"parameters:{_map(serde.get('Parameters'))}), bucketCols:{_listed(storage.get('BucketColumns') or ())}, "
        "sortCols:[], parameters:{}, skewedInfo:SkewedInfo(skewedColNames:[], skewedColValues:[], "
        "skewedColValueLocationMaps:{}), storedAsSubDirectories:false)"
    )


def _field(column: Entry) -> str:
    return f"FieldSchema(name:{column['Name']}, type:{column.get('Type')}, comment:{column.get('Comment') or 'null'})"


def _map(parameters: Mapping[str, str] | None) -> str:
    return "{" + ", ".join(f"{key}={value}" for key, value in (parameters or {}).items()) + "}"
