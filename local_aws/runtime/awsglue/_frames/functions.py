"""Filter and Map: Python functions on records, with what they cannot handle kept as errors."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.frame import Errors, Frame
from awsglue._frames.handing import handed_over
from awsglue._frames.values import decoder, encoder, merged, to_spark, type_of

Record = dict[str, Any]
Function = Callable[[Any], Any]

_NO_RECORD = "User-specified function returned None instead of DynamicRecord"
"""Seen in public logs."""
_KEPT = ""
"""What Filter's function says of a row that stays; else null, or an error as JSON: a text is handed over fastest."""


class DynamicRecord(dict[str, Any]):
    """A record as a function gets it: a dict; a field that the record lacks is no key of it."""


def records(frame: Frame) -> Any:
    """The rows as an RDD of DynamicRecords."""
    decode = decoder(frame.schema)

    def of_rows(rows: Iterable[Any]) -> Iterator[DynamicRecord]:
        for row in rows:
            yield DynamicRecord(decode(row))

    return frame.data.rdd.mapPartitions(of_rows, preservesPartitioning=True)


def filtered(frame: Frame, function: Function, transformation: str) -> Frame:
    """The rows for which a function is true; it runs in Python, and the rows stay in the JVM.

    A KeyError, ValueError or TypeError of the function counts as false; any other exception makes an error record.
    """
    from pyspark.sql import functions

    columns, decode = handed_over(frame, DynamicRecord)

    def judged(*values: Any) -> str | None:
        record = decode(values)
        try:
            return _KEPT if function(record) else None
        except (KeyError, ValueError, TypeError):
            return None
        except Exception as error:  # noqa: BLE001 - becomes an error record
            return json.dumps(_error(error, record))

    once = functions.udf(judged, "string").asNondeterministic()  # Spark does not move or repeat it
    rows = frame.data.withColumn("verdict", once(*columns))
    found = rows.filter(functions.col("verdict") != _KEPT).select("verdict")
    errors = found.rdd.map(lambda row: tuple(json.loads(row.verdict)))
    kept = rows.filter(functions.col("verdict") == _KEPT).select(*frame.data.columns)
    return Frame(kept, frame.schema, (*frame.errors, Errors(errors, transformation)))


def mapped(frame: Frame, function: Function, transformation: str) -> Frame:
    """What a function makes of each record; the schema is that of the results."""

    def one(record: DynamicRecord) -> Any:
        result = function(record)
        if result is None:
            raise ValueError(_NO_RECORD)
        return result

    def of_records(found: Iterable[DynamicRecord]) -> Iterator[tuple[bool, Any]]:
        for record in found:
            before = dict(record)
            try:
                yield True, one(record)
            except Exception as error:  # noqa: BLE001 - becomes an error record
                yield False, _error(error, before)

    return _of_results(frame, records(frame).mapPartitions(of_records, preservesPartitioning=True), transformation)


def mapped_partitions(frame: Frame, function: Callable[[int, Iterable[Any]], Iterable[Any]], name: str) -> Frame:
    """What a function makes of the records of each partition, given its number and an iterator."""

    def of_partition(number: int, found: Iterable[DynamicRecord]) -> Iterator[tuple[bool, Any]]:
        for result in function(number, found):
            yield True, result

    return _of_results(frame, records(frame).mapPartitionsWithIndex(of_partition), name)


def frame_of_records(session: Any, found: Any, errors: tuple[Errors, ...] = ()) -> Frame:
    """A frame of an RDD of dicts, whose schema is that of all of them: two passes over the RDD."""
    schema = schema_of_records(found)
    encode = encoder(schema)
    rows = found.map(encode)
    return Frame.of(session.createDataFrame(rows, to_spark(schema)), schema, errors)


def schema_of_records(found: Any) -> glue.StructType:
    """The merged type of an RDD of dicts; properties say which fields some records lack, and which hold null."""
    return merge_schemas(found.mapPartitions(lambda part: [schema_of(part)]).collect())


def schema_of(found: Iterable[Record]) -> glue.DataType:
    """The merged type of records, null where there is none; those of one shape are merged once."""
    seen: glue.DataType = glue.NullType()
    shapes: set[Any] = set()
    for record in found:
        shape = _shape(record)
        if shape not in shapes:
            shapes.add(shape)
            seen = glue.mergeDataTypes(seen, type_of(record))
    return seen


_PLAIN = frozenset({str, float, bool, type(None)})


def _shape(value: Any) -> Any:
    """What decides on a value's type: values of one shape have one type. It is asked for every value there is."""
    kind = type(value)
    if kind in _PLAIN:
        return kind
    if kind is int:
        return "int" if -(2**31) <= value < 2**31 else "long" if -(2**63) <= value < 2**63 else "decimal"
    if kind is dict:
        return (*value, *[_shape(item) for item in value.values()])
    if kind is list:
        return frozenset([_shape(item) for item in value])
    if isinstance(value, Mapping):
        return _shape(dict(value))
    return _shape(list(value)) if isinstance(value, list | tuple | set) else type_of(value)


def merge_schemas(parts: Iterable[glue.DataType]) -> glue.StructType:
    """The schema of several parts' records, in the order in which fields were first seen."""
    whole = merged(parts)
    return whole if isinstance(whole, glue.StructType) else glue.StructType()


def _of_results(frame: Frame, tagged: Any, transformation: str) -> Frame:
    results, errors = _split(tagged, frame, transformation)
    return frame_of_records(_session(frame), results, errors)


def _split(tagged: Any, frame: Frame, transformation: str) -> tuple[Any, tuple[Errors, ...]]:
    """Rows and errors of a pass that is made once and kept."""
    from pyspark import StorageLevel

    tagged = tagged.persist(StorageLevel.MEMORY_AND_DISK)
    good = tagged.filter(lambda pair: pair[0]).map(lambda pair: pair[1])
    bad = tagged.filter(lambda pair: not pair[0]).map(lambda pair: pair[1])
    return good, (*frame.errors, Errors(bad, transformation))


def _error(error: BaseException, record: Record) -> tuple[str, str, str]:
    return f"{type(error).__name__}: {error}", traceback.format_exc(), json.dumps(record, default=str)


def _session(frame: Frame) -> Any:
    return frame.data.sparkSession
