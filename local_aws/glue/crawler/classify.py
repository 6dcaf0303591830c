"""Which format a file has: the classifiers in AWS's order, on no more of the file than AWS samples.

Custom classifiers come first, in the crawler's order; then avro, orc, parquet, json, xml, logs, csv (AWS's page
on classifiers). The first that is certain wins; where none is, the most certain custom one.
AWS's others - bson, ion, linux_kernel, microsoft_log - are not built.
A sample is the first megabyte; JSON is given more, a megabyte at a time up to ten, until one record is complete.

Assumed: text must be UTF-8; a byte order mark is skipped; an UNKNOWN file still makes a table, without columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from local_aws.glue.crawler import avro, columnar
from local_aws.glue.crawler.compression import Opened, compression_of, open_sample
from local_aws.glue.crawler.csv_rules import classify_csv
from local_aws.glue.crawler.custom import CustomClassifier
from local_aws.glue.crawler.json_rules import classify_json
from local_aws.glue.crawler.logs import classify_log
from local_aws.glue.crawler.reading import UNKNOWN, Reading
from local_aws.glue.crawler.xml_rules import classify_xml

MEGABYTE = 1024 * 1024
MAX_SAMPLE = 10 * MEGABYTE
TAIL = 64 * 1024
_ORC_TAILS = (TAIL, MEGABYTE, 16 * MEGABYTE)


class Source(Protocol):
    """The bytes of one file, read in pieces."""

    name: str
    size: int

    def head(self, length: int) -> bytes:
        """The first bytes, at most `length`."""

    def tail(self, length: int) -> bytes:
        """The last bytes, at most `length`."""


def classify(source: Source, custom: Sequence[CustomClassifier] = ()) -> Reading:
    """What the file is."""
    if _looks_columnar(source.name):
        reading = _from_tail(source)
        if reading:
            return reading
    head = source.head(MEGABYTE)
    if head.startswith(avro.MAGIC):
        return avro.read_avro(head, source.size)
    if head.startswith((columnar.PARQUET_MAGIC, columnar.ORC_MAGIC)):
        reading = _from_tail(source)
        if reading:
            return reading
    return _classify_text(source, head, custom)


def _looks_columnar(name: str) -> bool:
    lowered = name.lower()
    return ".parquet" in lowered or ".orc" in lowered or ".parq" in lowered


def _from_tail(source: Source) -> Reading | None:
    tail = source.tail(TAIL)
    needed = columnar.footer_length(tail)
    if needed:
        return columnar.read_parquet(tail if needed <= len(tail) else source.tail(needed))
    if not columnar.is_orc(tail):
        return None
    reading = Reading(UNKNOWN)
    for length in _ORC_TAILS:
        reading = columnar.read_orc(source.tail(length), source.size)
        if reading.classification != UNKNOWN or length >= source.size:
            break
    return reading


def _classify_text(source: Source, head: bytes, custom: Sequence[CustomClassifier]) -> Reading:
    tail = source.tail(TAIL) if compression_of(head) == "zip" else b""
    opened = open_sample(head, whole=len(head) >= source.size, limit=MEGABYTE, tail=tail)
    if opened.problem:
        return Reading(UNKNOWN, opened.compression, why=opened.problem)
    text = decode(opened.data, whole=opened.whole)
    if text is None:
        return Reading(UNKNOWN, opened.compression, why="no known magic bytes, and no UTF-8 text")
    readings = (classifier.classify(text, whole=opened.whole) for classifier in custom)
    uncertain: list[Reading] = []
    for reading in readings:
        if reading and reading.certainty == 1:
            return _estimate(reading, opened, source.size)
        uncertain += [reading] if reading else []
    reading = _built_in(source, text, opened)
    if uncertain and reading.classification == UNKNOWN:
        reading = max(uncertain, key=lambda one: one.certainty)
    return _estimate(reading, opened, source.size)


def _built_in(source: Source, text: str, opened: Opened) -> Reading:
    """The reading of the built-in classifiers of text."""
    return (
        _classify_json(source, text, opened)
        or classify_xml(text)
        or classify_log(text, whole=opened.whole)
        or _classify_csv(text, opened)
    )


def _classify_json(source: Source, text: str, opened: Opened) -> Reading | None:
    if not text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return None
    found, length = classify_json(text), MEGABYTE
    while not found.records and not opened.whole and length < MAX_SAMPLE:
        length += MEGABYTE
        head = source.head(length)
        opened = open_sample(head, whole=len(head) >= source.size, limit=length)
        found = classify_json(decode(opened.data, whole=opened.whole) or "")
    if not found.records:
        return None
    return Reading(
        "json",
        schema=found.columns,
        records=found.records,
        record_size=found.record_size,
        paths=found.paths,
        why=found.why,
    )


def _classify_csv(text: str, opened: Opened) -> Reading:
    found = classify_csv(text, whole=opened.whole)
    if found.problem:
        return Reading(UNKNOWN, why=found.problem)
    return Reading(
        "csv",
        schema=found.columns,
        records=found.records,
        record_size=found.record_size,
        delimiter=found.delimiter,
        header=found.header,
        why=found.why,
    )


def _estimate(reading: Reading, opened: Opened, size: int) -> Reading:
    """The reading of the sample, with the records of the whole file estimated as AWS does: size by average record."""
    if reading.classification == UNKNOWN:
        return replace(reading, compression=opened.compression)
    unpacked = round(size * opened.ratio)
    records = unpacked // reading.record_size if reading.record_size else reading.records
    return replace(reading, compression=opened.compression, records=records)


def decode(data: bytes, *, whole: bool) -> str | None:
    """UTF-8 text, or None; in a sample a character that is cut at the end is left out."""
    if b"\x00" in data:
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if whole or len(data) - error.start > 3:
            return None
        return data[: error.start].decode("utf-8-sig")
