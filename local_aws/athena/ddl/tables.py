"""CREATE EXTERNAL TABLE and DROP TABLE: what Athena writes in the catalog (real: public dumps of such tables)."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, no_database
from local_aws.athena.ddl.columns import read_columns
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.sql.clauses import read_properties
from local_aws.athena.sql.tokens import Words

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    LAZY_SIMPLE,
)
FORMATS = {
    "TEXTFILE": _TEXT,
    "PARQUET": (
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
        "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
    ),
    "ORC": (
        "org.apache.hadoop.hive.ql.io.orc.OrcInputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcOutputFormat",
        "org.apache.hadoop.hive.ql.io.orc.OrcSerde",
    ),
    "AVRO": (
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerInputFormat",
        "org.apache.hadoop.hive.ql.io.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
    "SEQUENCEFILE": (
        "org.apache.hadoop.mapred.SequenceFileInputFormat",
        "org.apache.hadoop.hive.ql.io.HiveSequenceFileOutputFormat",
        LAZY_SIMPLE,
    ),
    "RCFILE": (
        "org.apache.hadoop.hive.ql.io.RCFileInputFormat",
        "org.apache.hadoop.hive.ql.io.RCFileOutputFormat",
        "org.apache.hadoop.hive.serde2.columnar.LazyBinaryColumnarSerDe",
    ),
    "JSONFILE": (*_TEXT[:2], "org.apache.hive.hcatalog.data.JsonSerDe"),
    "ION": (
        "com.amazon.ionhiveserde.formats.IonInputFormat",
        "com.amazon.ionhiveserde.formats.IonOutputFormat",
        "com.amazon.ionhiveserde.IonHiveSerDe",
    ),
}
"""STORED AS: input format, output format, SerDe (user guide, "CREATE TABLE"; Hive's own classes)."""

_DELIMITERS = {
    ("FIELDS", "TERMINATED", "BY"): "field.delim",
    ("ESCAPED", "BY"): "escape.delim",
    ("COLLECTION", "ITEMS", "TERMINATED", "BY"): "colelction.delim",  # Hive's own spelling
    ("MAP", "KEYS", "TERMINATED", "BY"): "mapkey.delim",
    ("LINES", "TERMINATED", "BY"): "line.delim",
    ("NULL", "DEFINED", "AS"): "serialization.null.format",
}


def now() -> str:
    """The moment, as `transient_lastDdlTime` has it: seconds since 1970."""
    return str(int(time.time()))


@dataclass
class _Definition:
    """What CREATE EXTERNAL TABLE says."""

    columns: list[dict[str, str]] = field(default_factory=list)
    keys: list[dict[str, str]] = field(default_factory=list)
    comment: str = ""
    serde: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, str, str] = _TEXT
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    buckets: tuple[list[str], int] = ((), -1)  # type: ignore[assignment]

    def table_input(self, name: str) -> dict[str, Any]:
        """Glue's TableInput."""
        parameters = {"EXTERNAL": "TRUE", "transient_lastDdlTime": now(), **self.properties}
        if self.comment:
            parameters["comment"] = self.comment
        return {
            "Name": name,
            "Owner": "hadoop",
            "Retention": 0,
            "TableType": "EXTERNAL_TABLE",
            "Parameters": parameters,
            "PartitionKeys": self.keys,
            "StorageDescriptor": {
                "Columns": self.columns,
                "Location": self.location,
                "InputFormat": self.formats[0],
                "OutputFormat": self.formats[1],
                "Compressed": False,
                "NumberOfBuckets": self.buckets[1],
                "SerdeInfo": {
                    "SerializationLibrary": self.serde or self.formats[2],
                    "Parameters": {"serialization.format": "1", **self.serde_parameters},
                },
                "BucketColumns": list(self.buckets[0]),
                "SortColumns": [],
                "Parameters": {},
                "SkewedInfo": {
                    "SkewedColumnNames": [],
                    "SkewedColumnValues": [],
                    "SkewedColumnValueLocationMaps": {},
                },
                "StoredAsSubDirectories": False,
            },
        }


def create_table(words: Words, catalog: Catalog) -> Action:
    """CREATE EXTERNAL TABLE [IF NOT EXISTS] name (columns) … (user guide, "CREATE TABLE").

    Raises:
        RefusedQueryError: it cannot be read, has no location in S3, or is a table of Athena's own (Iceberg).
    """
    words.expect("CREATE")
    external = words.take("EXTERNAL")
    words.expect("TABLE")
    may_exist = words.take("IF", "NOT", "EXISTS")
    name = words.table(catalog.database)
    found = _definition(words)
    if found.properties.get("table_type", "").upper() == "ICEBERG":
        raise not_supported("a table of the format Iceberg")
    if not found.location:
        raise RefusedQueryError("No location was specified for table. An S3 location must be specified")
    check_location(found.location)
    if not external:
        raise RefusedQueryError("External keyword required for table type HIVE")
    _check_names(found)

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name[0]) is None:
            raise no_database(name[0])
        if catalog.find_table(name) is None:
            catalog.change("CreateTable", DatabaseName=name[0], TableInput=found.table_input(name[1]))
        elif not may_exist:
            raise FailedQueryError(f"{EXECUTION_ERROR}AlreadyExistsException(message:Table {name[1]} already exist)")
        return NOTHING

    return run


def check_location(location: str) -> None:
    """Check a LOCATION: a folder in S3 (user guide, "Table location in Amazon S3").

    Raises:
        RefusedQueryError: it is none.
    """
    if not location.startswith(("s3://", "s3a://")) or not location.partition("://")[2].strip("/"):
        raise RefusedQueryError(f"Invalid S3 location: {location}. A location is a folder such as s3://bucket/folder/")


def _check_names(found: _Definition) -> None:
    if not found.columns:
        raise RefusedQueryError("No columns were specified for table")
    names = [column["Name"] for column in (*found.columns, *found.keys)]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise RefusedQueryError(f"Duplicate column name: {twice}")


def _definition(words: Words) -> _Definition:
    found = _Definition(columns=read_columns(words))
    while not words.at_end():
        if words.take("COMMENT"):
            found.comment = words.text()
        elif words.take("PARTITIONED", "BY"):
            found.keys = read_columns(words)
        elif words.take("CLUSTERED", "BY"):
            found.buckets = _buckets(words)
        elif words.take("ROW", "FORMAT"):
            _row_format(words, found)
        elif words.take("WITH", "SERDEPROPERTIES"):
            found.serde_parameters |= read_properties(words)
        elif words.take("STORED", "AS"):
            found.formats = _stored_as(words)
        elif words.take("LOCATION"):
            found.location = words.text()
        elif words.take("TBLPROPERTIES"):
            found.properties = read_properties(words)
        else:
            words.end()
    return found


def _buckets(words: Words) -> tuple[list[str], int]:
    words.expect("(")
    names = [words.name()]
    while words.take(","):
        names.append(words.name())
    words.expect(")", "INTO")
    count = int(words.number())
    words.expect("BUCKETS")
    return names, count


def _row_format(words: Words, found: _Definition) -> None:
    if words.take("SERDE"):
        found.serde = words.text()
        return
    words.expect("DELIMITED")
    while key := next((key for phrase, key in _DELIMITERS.items() if words.take(*phrase)), None):
        found.serde_parameters[key] = words.text()
    if delimiter := found.serde_parameters.get("field.delim"):
        found.serde_parameters["serialization.format"] = delimiter


def _stored_as(words: Words) -> tuple[str, str, str]:
    if words.take("INPUTFORMAT"):
        reads = words.text()
        words.expect("OUTPUTFORMAT")
        return reads, words.text(), LAZY_SIMPLE
    name = words.take_one_of(*FORMATS)
    if not name:
        words.fail()
    return FORMATS[name]


def drop_table(words: Words, catalog: Catalog) -> Action:
    """DROP TABLE [IF EXISTS] name: the data stay."""
    words.expect("DROP", "TABLE")
    may_be_absent = words.take("IF", "EXISTS")
    name = words.table(catalog.database)
    words.take("PURGE")
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.find_table(name) if may_be_absent else catalog.get_table(name)
        if entry is None:
            return NOTHING
        if entry.get("TableType") == "VIRTUAL_VIEW":
            raise FailedQueryError("FAILED: SemanticException [Error 10003]: Cannot drop a view with DROP TABLE")
        catalog.change("DeleteTable", DatabaseName=name[0], Name=name[1])
        return NOTHING

    return run
