"""JSON files: types from the data, found in one pass; regular data is then read by the JVM alone.

Records are objects, one a line as a rule; several on a line, objects over several lines and arrays of objects are read
too, more slowly. A field of several types becomes a choice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File
from awsglue._formats.json_path import compiled
from awsglue._formats.looks import telling_lines
from awsglue._formats.options import Options
from awsglue._formats.text import lines, texts, uri_of, with_uri
from awsglue._frames.frame import Frame
from awsglue._frames.functions import merge_schemas, schema_of
from awsglue._frames.values import encoder, has_choice, to_spark

_JVM_OPTIONS = {"mode": "FAILFAST", "allowUnquotedControlChars": "true", "primitivesAsString": "false"}


class _Look:
    """What a pass over the text found: the types, whether each line is one object, what could not be parsed."""

    def __init__(self) -> None:
        self.seen: glue.DataType = glue.NullType()
        self.one_a_line = True
        self.broken = False


def read_json(session: Any, files: Sequence[File], options: Options) -> Frame:
    """The records of JSON files; the last column is the `uri` of each record's file.

    Raises:
        Exception: a file is no JSON; "Unable to parse file: …" is Glue's text (real).
    """
    path = options.get("jsonPath")
    select = compiled(path)
    types = _types_of_lines(session, files) if path is None else None
    one_a_line, whole = types is not None, False
    if types is None:
        types, one_a_line, whole = _types(session, files, select)
    schema = merge_schemas(types)
    if path is None and one_a_line and _is_plain(schema):
        return _by_the_jvm(session, files, schema)
    encode = encoder(schema)
    rows = lines(session, files, whole=whole).rdd.flatMap(
        lambda row: ((*encode(record), row[1]) for record in _records(row[0], select))
    )
    return Frame.of(session.createDataFrame(rows, to_spark(with_uri(schema)), verifySchema=False), with_uri(schema))


def _types_of_lines(session: Any, files: Sequence[File]) -> list[glue.DataType] | None:
    """The types of each partition's records; None where they are not certain to be one a line."""
    found = telling_lines(texts(session, files))
    return found and [schema_of(record for line in part for record in values_of(line)) for part in found]


def _types(
    session: Any, files: Sequence[File], select: Callable[[Any], list[Any]]
) -> tuple[list[glue.DataType], bool, bool]:
    """The types of each partition's records, whether these are one a line, and whether files have to be read whole."""
    for whole in (False, True):
        looks = _looks(session, files, select, whole=whole)
        if not any(look.broken for look in looks):
            return [look.seen for look in looks], not whole and all(look.one_a_line for look in looks), whole
    raise Exception(f"Unable to parse file: {_broken(session, files, select)}")  # noqa: TRY002 - what Glue raises


def _looks(session: Any, files: Sequence[File], select: Callable[[Any], list[Any]], *, whole: bool) -> list[_Look]:
    def look_at(rows: Iterable[Any]) -> Iterator[_Look]:
        look = _Look()
        look.seen = schema_of(_watched(rows, select, look))
        yield look

    return list(texts(session, files, whole=whole).rdd.mapPartitions(look_at).collect())


def _broken(session: Any, files: Sequence[File], select: Callable[[Any], list[Any]]) -> str:
    """The `uri` of a file that is no JSON."""

    def is_broken(row: Any) -> bool:
        look = _Look()
        list(_watched([row], select, look))
        return look.broken

    return str(lines(session, files, whole=True).rdd.filter(is_broken).first()[1])


def _watched(rows: Iterable[Any], select: Callable[[Any], list[Any]], look: _Look) -> Iterator[dict[str, Any]]:
    for text, *_ in rows:
        try:
            found = list(_records(text, select))
        except ValueError:
            look.broken = True
            return
        look.one_a_line &= len(found) == 1
        yield from found


def _records(text: str, select: Callable[[Any], list[Any]]) -> Iterator[dict[str, Any]]:
    """The objects of a text.

    Raises:
        ValueError: there is something else in it.
    """
    for value in values_of(text):
        for one in select(value):
            for record in one if isinstance(one, list) else [one]:
                if not isinstance(record, dict):
                    raise ValueError(f"{record!r} is no object")  # noqa: TRY004 - as a parser says it
                yield record


_DECODER = json.JSONDecoder(strict=False)


def values_of(text: str) -> Iterator[Any]:
    """The JSON values of a text, one after the other.

    Raises:
        ValueError: the text goes on with something else.
    """
    place, end = 0, len(text)
    while True:
        while place < end and text[place] in " \t\r\n\ufeff":
            place += 1
        if place == end:
            return
        value, place = _DECODER.raw_decode(text, place)
        yield value


def _by_the_jvm(session: Any, files: Sequence[File], schema: glue.StructType) -> Frame:
    reader = session.read.schema(to_spark(schema)).options(**_JVM_OPTIONS).option("__globPaths__", "false")
    data = reader.json([file.path for file in files]).select("*", uri_of(files))
    return Frame.of(data, with_uri(schema))


def _is_plain(kind: glue.DataType) -> bool:
    """Whether Spark's own reader takes the schema and gives the same values."""
    if isinstance(kind, glue.StructType):
        names = {field.name.lower() for field in kind.fields}
        return (
            0 < len(names) == len(kind.fields)
            and names.isdisjoint({"_corrupt_record", "_metadata"})
            and all(_is_plain(field.dataType) for field in kind.fields)
        )
    if isinstance(kind, glue.ArrayType):
        return _is_plain(kind.elementType)
    return not has_choice(kind) and not isinstance(kind, glue.NullType)
