"""What CREATE EXTERNAL TABLE says of a table, and what Athena makes of it in the catalog.

A comment's white space and the blanks of an Avro schema are each one blank, and a table that only OpenX's JSON SerDe
describes has Hadoop's older output format (real: what public clients read back).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from local_aws.athena.ddl.columns import read_columns
from local_aws.athena.sql.clauses import read_properties
from local_aws.athena.sql.tokens import Words

LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
_TEXT = (
    "org.apache.hadoop.mapred.TextInputFormat",
    "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    LAZY_SIMPLE,
)
_OPENX = (_TEXT[0], "org.apache.hadoop.hive.ql.io.IgnoreKeyTextOutputFormat", "org.openx.data.jsonserde.JsonSerDe")
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

_AVRO_SCHEMA = "avro.schema.literal"
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
class Definition:
    """What CREATE EXTERNAL TABLE says."""

    columns: list[dict[str, str]] = field(default_factory=list)
    keys: list[dict[str, str]] = field(default_factory=list)
    comment: str = ""
    serde: str = ""
    serde_parameters: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, str, str] | None = None
    location: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    buckets: tuple[list[str], int] = ((), -1)  # type: ignore[assignment]

    def _serde_parameters(self) -> dict[str, str]:
        schema = self.serde_parameters.get(_AVRO_SCHEMA)
        return self.serde_parameters | ({_AVRO_SCHEMA: re.sub(r"[ \t]+", " ", schema)} if schema else {})

    def table_input(self, name: str) -> dict[str, Any]:
        """Glue's TableInput."""
        parameters = {"EXTERNAL": "TRUE", "transient_lastDdlTime": now(), **self.properties}
        formats = self.formats or (_OPENX if self.serde == _OPENX[2] else _TEXT)
        if self.comment:
            parameters["comment"] = re.sub(r"\s+", " ", self.comment)
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
                "InputFormat": formats[0],
                "OutputFormat": formats[1],
                "Compressed": False,
                "NumberOfBuckets": self.buckets[1],
                "SerdeInfo": {
                    "SerializationLibrary": self.serde or formats[2],
                    "Parameters": {"serialization.format": "1", **self._serde_parameters()},
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


def read_definition(words: Words) -> Definition:
    """Read what comes after the table's name.

    Raises:
        RefusedQueryError: it cannot be read.
    """
    found = Definition(columns=read_columns(words))
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


def _row_format(words: Words, found: Definition) -> None:
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
