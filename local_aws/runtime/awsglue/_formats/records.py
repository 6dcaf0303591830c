"""Formats that Python parses, a file at a time, into records."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File
from awsglue._formats.options import Options
from awsglue._formats.text import with_uri
from awsglue._frames.frame import Frame
from awsglue._frames.functions import schema_of_records
from awsglue._frames.values import encoder, to_spark

Parse = Callable[[bytes], Iterable[dict[str, Any]]]


def read_records(session: Any, files: Sequence[File], parse: Parse, schema: glue.StructType | None = None) -> Frame:
    """The records of files; the last column is the `uri` of each record's file.

    Args:
        session: the Spark session.
        files: at least one.
        parse: a file's bytes -> its records.
        schema: theirs; without it, types come from the data.

    Raises:
        pyspark.errors.PythonException: a file cannot be parsed; it holds "Unable to parse file: …", Glue's text (real).
    """

    def of_files(rows: Iterable[Any]) -> Iterator[tuple[dict[str, Any], str]]:
        for content, uri in rows:
            try:
                for record in parse(_unpacked(bytes(content), uri)):
                    yield record, uri
            except Exception as error:
                raise ValueError(f"Unable to parse file: {uri}: {error}") from error

    reader = session.read.format("binaryFile").option("__globPaths__", "false")
    data = reader.load([file.path for file in files]).select("content", "_metadata.file_path")
    found = data.rdd.mapPartitions(of_files)
    schema = schema or schema_of_records(found.keys())
    encode, kind = encoder(schema), with_uri(schema)
    rows = found.map(lambda pair: (*encode(pair[0]), pair[1]))
    return Frame.of(session.createDataFrame(rows, to_spark(kind), verifySchema=False), kind)


def _unpacked(content: bytes, uri: str) -> bytes:
    if uri.endswith(".gz"):
        return gzip.decompress(content)
    return bz2.decompress(content) if uri.endswith(".bz2") else content


def ion_records(content: bytes) -> Iterator[dict[str, Any]]:
    """The structs of an Ion file, text or binary; symbols are texts.

    Raises:
        ValueError: another value is at the top.
    """
    from amazon.ion import simpleion

    for value in simpleion.loads(content, single_value=False):
        plain = _plain(value)
        if not isinstance(plain, dict):
            raise ValueError(f"{plain!r} is no struct")  # noqa: TRY004 - as a parser says it
        yield plain


def _plain(value: Any) -> Any:  # noqa: PLR0911 - one return a kind of value
    """An Ion value as Python's own."""
    import datetime
    import decimal

    if value is None or type(value).__name__ == "IonPyNull":
        return None
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "text"):
        return [_plain(item) for item in value]
    if type(value).__name__ == "IonPyBool":
        return bool(value)
    if isinstance(value, datetime.datetime):
        return datetime.datetime.fromisoformat(value.isoformat())
    if hasattr(value, "text") and not isinstance(value, str):
        return str(value.text)
    for kind in (bool, int, float, str, bytes):
        if isinstance(value, kind):
            return kind(value)
    return decimal.Decimal(value) if isinstance(value, decimal.Decimal) else str(value)


def xml_parser(options: Options) -> Parse:
    """A function that gives the elements called `rowTag` of an XML file as records.

    Texts that look like numbers or booleans are such (assumed of Glue, as is what becomes of an element that is there
    once in one record and several times in another: a choice of it and an array).

    Raises:
        ValueError: there is no rowTag.
        NotImplementedError: an option that is not supported here.
    """
    from awsglue._formats.xml import Rules, records

    tag = options.get("rowTag")
    if not tag:
        raise ValueError("format_options of xml need a rowTag, the name of the element of a record")
    options.refuse({"withSchema": "types come from the data; cast with ApplyMapping"}, "xml")
    rules = Rules(
        tag=tag,
        attribute_prefix=options.get("attributePrefix", "_"),
        value_name=options.get("valueTag", "_VALUE"),
        attributes=not options.flag("excludeAttribute"),
        empty_is_null=options.flag("treatEmptyValuesAsNulls"),
        null=options.get("nullValue"),
        strip=options.flag("ignoreSurroundingSpaces"),
    )
    return lambda content: records(content, rules)
