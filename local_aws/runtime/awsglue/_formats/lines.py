"""Lines of text by a grok pattern (format `grokLog`; developer guide, "Using the grokLog format in AWS Glue").

Assumed: a line that does not fit is a record of nulls, as in Athena; a text that is none of its field's type is null,
or fails in strict mode; fields without a type are texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File
from awsglue._formats.grok import Grok
from awsglue._formats.options import Options
from awsglue._formats.records import Parse, read_records
from awsglue._frames.frame import Frame

_WHOLE = {"byte": 8, "short": 16, "int": 32, "long": 64}
_TYPES: dict[str, Callable[[], glue.DataType]] = {
    "string": glue.StringType,
    "byte": glue.ByteType,
    "boolean": glue.BooleanType,
    "double": glue.DoubleType,
    "short": glue.ShortType,
    "int": glue.IntegerType,
    "long": glue.LongType,
    "float": glue.FloatType,
}


def read_lines(session: Any, files: Sequence[File], options: Options) -> Frame:
    """The lines of files as records; the last column is the `uri` of each record's file.

    Args:
        session: the Spark session.
        files: at least one.
        options: logFormat, customPatterns, MISSING, LineCount and StrictMode, or those of a table's SerDe.

    Raises:
        ValueError: there is no pattern, or it is none.
        NotImplementedError: a LineCount other than 1.
    """
    pattern = options.get("logFormat") or options.get("input.format")
    if not pattern:
        raise ValueError("format_options of grokLog need a logFormat, the grok pattern of a line")
    if options.number("LineCount") not in (None, 1):
        raise NotImplementedError("grokLog: records of several lines (LineCount) are not supported, as on AWS")
    custom = options.get("customPatterns") or options.get("input.grokCustomPatterns") or ""
    fields = Grok(pattern, custom).fields
    schema = glue.StructType(glue.Field(field.name, _TYPES[field.type]()) for field in fields)
    missing = options.get("MISSING", "-")
    return read_records(session, files, _parser(pattern, custom, missing, strict=options.flag("StrictMode")), schema)


def _parser(pattern: str, custom: str, missing: str, *, strict: bool) -> Parse:
    def parse(content: bytes) -> Iterator[dict[str, Any]]:
        grok = Grok(pattern, custom)  # where it is used: it cannot be sent to another process
        for line in content.decode("utf-8", "replace").splitlines():
            texts = grok.match(line) or [None] * len(grok.fields)
            yield {
                field.name: None if text is None or text == missing else _value(text, field.type, strict=strict)
                for field, text in zip(grok.fields, texts, strict=True)
            }

    return parse


def _value(text: str, kind: str, *, strict: bool) -> Any:
    if kind == "string":
        return text
    if kind == "boolean":
        return text.lower() == "true"
    bits = _WHOLE.get(kind)
    try:
        number = int(text) if bits else float(text)
    except ValueError:
        number = None
    if number is None or "_" in text or (bits and not -(2 ** (bits - 1)) <= number < 2 ** (bits - 1)):
        if strict:
            raise ValueError(f"{text!r} is no {kind}")
        return None
    return number
