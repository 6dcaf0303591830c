"""Unbox: a text field parsed as JSON or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from awsglue import gluetypes as glue
from awsglue._frames.edits import Pair, edited
from awsglue._frames.frame import Errors, Frame
from awsglue._frames.values import encoder, from_spark, merged, to_spark, type_of

_FORMATS = ("json", "csv")


def unbox(frame: Frame, path: str, format: str, options: Mapping[str, Any]) -> Frame:
    """The frame with a text field parsed; rows whose text cannot be parsed become error records.

    Args:
        frame: the rows.
        path: of the text field.
        format: `json`, or `csv` (fields `col0`, `col1`, … unless `withSchema` names them).
        options: of CSV, `separator`, `quoteChar`, `escaper`, `withHeader`, `skipFirst`; `withSchema`, the type as JSON,
            Glue's or Spark's.

    Raises:
        ValueError: there is no such field, it is no text, or the format is another.
    """
    if format not in _FORMATS:
        raise ValueError(f"unbox parses {' and '.join(_FORMATS)} here, not {format}: parse it with Spark on toDF()")
    if not frame.schema.fields:  # of no records no field is known
        return frame
    place = frame.find(path)
    if place is None or not isinstance(place.type, glue.StringType):
        seen = "no field" if place is None else f"a field of type {place.type.typeName()}"
        raise ValueError(f"unbox needs a text field; {path} is {seen}")
    parse: Callable[[str], Any] = json.loads if format == "json" else _csv_parser(options)
    texts = frame.data.select(place.column.alias("text"))
    schema = options.get("withSchema")
    if schema:
        kind = _schema(json.loads(schema))
        if format == "csv" and isinstance(kind, glue.StructType):
            parse = _named(parse, [field.name for field in kind.fields])
    else:
        kind = merged(texts.rdd.mapPartitions(lambda rows: [_type_of(parse, rows)]).collect())
    return _parsed(frame, path, place.column, kind, parse)


def _schema(described: dict[str, Any]) -> glue.DataType:
    from pyspark.sql.types import StructType

    return from_spark(StructType.fromJson(described)) if "type" in described else glue.from_json_value(described)


def _parsed(frame: Frame, path: str, text: Any, kind: glue.DataType, parse: Callable[[str], Any]) -> Frame:
    from pyspark.sql import functions
    from pyspark.sql.types import BooleanType

    encode = encoder(kind)

    def value(text: str | None) -> Any:
        return None if text is None else encode(parse(text))

    def is_bad(text: str | None) -> bool:
        try:
            value(text)
        except Exception:  # noqa: BLE001 - what cannot be parsed is an error record
            return True
        return False

    bad = functions.udf(is_bad, BooleanType())(text)
    records = frame.data.filter(bad).select(functions.to_json(functions.struct("*")).alias("record"))
    errors = records.rdd.map(lambda row: (f"unbox cannot parse {path}", "", row.record))

    def change(field: glue.Field, column: Any) -> list[Pair]:
        made = functions.udf(value, to_spark(kind))(column)
        return [(glue.Field(field.name, kind, field.properties), made)]

    good = Frame(frame.data.filter(~bad), frame.schema, (*frame.errors, Errors(errors, "unbox")))
    return edited(good, path, change)


def _type_of(parse: Callable[[str], Any], rows: Iterable[Any]) -> glue.DataType:
    def types() -> Iterable[glue.DataType]:
        for row in rows:
            try:
                yield glue.NullType() if row.text is None else type_of(parse(row.text))
            except ValueError:
                continue

    return merged(types())


def _csv_parser(options: Mapping[str, Any]) -> Callable[[str], dict[str, Any]]:
    dialect = {
        "delimiter": options.get("separator", ","),
        "quotechar": options.get("quoteChar", '"'),
        "escapechar": options.get("escaper"),
    }
    with_header, skip = bool(options.get("withHeader")), bool(options.get("skipFirst"))

    def parse(text: str) -> dict[str, Any]:
        lines = csv.reader(io.StringIO(text), **dialect)
        names = next(lines, []) if with_header else []
        if skip and not with_header:
            next(lines, None)
        values = next(lines, [])
        return {names[n] if n < len(names) else f"col{n}": value for n, value in enumerate(values)}

    return parse


def _named(parse: Callable[[str], dict[str, Any]], names: list[str]) -> Callable[[str], dict[str, Any]]:
    return lambda text: dict(zip(names, parse(text).values(), strict=False))
