"""What one file turned out to be, what many such files are together, and how each format is named in the catalog.

SerDes, input and output formats are those of tables that crawlers made on AWS (public DDL dumps).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from local_aws.glue.crawler.schema import Schema, merge_all

UNKNOWN = "UNKNOWN"
NO_COMPRESSION = "none"


@dataclass(frozen=True)
class Serde:
    """Hive's classes for a format."""

    input_format: str
    output_format: str
    library: str


_TEXT_IN = "org.apache.hadoop.mapred.TextInputFormat"
_TEXT_OUT = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
_QL = "org.apache.hadoop.hive.ql.io"
LAZY_SIMPLE = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"
GROK = "com.amazonaws.glue.serde.GrokSerDe"

SERDES: Mapping[str, Serde] = {
    "csv": Serde(_TEXT_IN, _TEXT_OUT, LAZY_SIMPLE),
    "json": Serde(_TEXT_IN, _TEXT_OUT, "org.openx.data.jsonserde.JsonSerDe"),
    "parquet": Serde(
        f"{_QL}.parquet.MapredParquetInputFormat",
        f"{_QL}.parquet.MapredParquetOutputFormat",
        f"{_QL}.parquet.serde.ParquetHiveSerDe",
    ),
    "orc": Serde(f"{_QL}.orc.OrcInputFormat", f"{_QL}.orc.OrcOutputFormat", f"{_QL}.orc.OrcSerde"),
    "avro": Serde(
        f"{_QL}.avro.AvroContainerInputFormat",
        f"{_QL}.avro.AvroContainerOutputFormat",
        "org.apache.hadoop.hive.serde2.avro.AvroSerDe",
    ),
}


@dataclass(frozen=True)
class Reading:
    """One file as a classifier saw it.

    Attributes:
        classification: csv, json, parquet, orc, avro, xml, what a grok classifier says, or UNKNOWN.
        compression: of the whole file: none, gzip, bzip2, zip.
        schema: its columns.
        records: how many, estimated where only the beginning was read.
        record_size: bytes of an average record.
        delimiter: of CSV.
        header: CSV's first line names the columns.
        paths: JSON's keys at the top, in the data's own spelling.
        avro_schema: Avro's schema as JSON.
        serde: another SerDe than the format's own (custom CSV and grok classifiers), with its parameters; "" for none.
        parameters: further ones of the table.
        certainty: 0 to 1, how sure the classifier is.
        why: how it was recognised, for the log.
    """

    classification: str
    compression: str = NO_COMPRESSION
    schema: Schema = ()
    records: int = 0
    record_size: int = 0
    delimiter: str | None = None
    header: bool = False
    paths: tuple[str, ...] = ()
    avro_schema: str | None = None
    serde: tuple[str, tuple[tuple[str, str], ...]] | None = None
    parameters: tuple[tuple[str, str], ...] = ()
    certainty: float = 1.0
    why: str = ""

    @property
    def format(self) -> tuple[str, str, str | None, str | None]:
        """What must be the same for files to share a table."""
        classes = self.classes
        return self.classification, self.compression, self.delimiter, classes.library if classes else None

    @property
    def classes(self) -> Serde | None:
        """Hive's classes: those of a SerDe that was chosen, else of the classification; None for none."""
        if self.serde is None:
            return SERDES.get(self.classification)
        return Serde(_TEXT_IN, _TEXT_OUT, self.serde[0]) if self.serde[0] else None

    @property
    def format_text(self) -> str:
        """The format in words."""
        words = self.classification
        if self.delimiter:
            words += f" separated by {self.delimiter!r}"
        return words if self.compression == NO_COMPRESSION else f"{words}, {self.compression}"


@dataclass(frozen=True)
class FileFound:
    """An object of the crawl; its reading is None when sampling passed it by."""

    bucket: str
    key: str
    size: int
    reading: Reading | None = None

    @property
    def uri(self) -> str:
        """`s3://bucket/key`."""
        return f"s3://{self.bucket}/{self.key}"


@dataclass(frozen=True)
class Dataset:
    """Files that share a format: what a table or a partition is written from."""

    format: Reading
    schema: Schema
    objects: int
    size: int
    records: int
    record_size: int
    header: bool
    paths: tuple[str, ...] = field(default=())

    @classmethod
    def of_files(cls, files: Sequence[FileFound]) -> Dataset:
        """The files of one folder; those that were not read are taken to be like those that were."""
        read = [(file, file.reading) for file in files if file.reading]
        size, read_size = sum(file.size for file in files), sum(file.size for file, _ in read)
        records = sum(reading.records for _, reading in read)
        readings = [reading for _, reading in read]
        return cls(
            format=readings[0],
            schema=merge_all((reading.schema for reading in readings), (file.uri for file, _ in read)),
            objects=len(files),
            size=size,
            records=records * size // read_size if read_size else records,
            record_size=_average(readings),
            header=all(reading.header for reading in readings),
            paths=_union(reading.paths for reading in readings),
        )

    @classmethod
    def of_parts(cls, parts: Sequence[Dataset]) -> Dataset:
        """Several folders as one."""
        if len(parts) == 1:
            return parts[0]
        records = sum(part.records for part in parts)
        weighted = sum(part.record_size * part.records for part in parts)
        return cls(
            format=parts[0].format,
            schema=merge_all(part.schema for part in parts),
            objects=sum(part.objects for part in parts),
            size=sum(part.size for part in parts),
            records=records,
            record_size=weighted // records if records else parts[0].record_size,
            header=all(part.header for part in parts),
            paths=_union(part.paths for part in parts),
        )


def _average(readings: Sequence[Reading]) -> int:
    records = sum(reading.records for reading in readings)
    weighted = sum(reading.records * reading.record_size for reading in readings)
    return weighted // records if records else readings[0].record_size


def _union(paths: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({path for some in paths for path in some}))
