"""CSV files: texts only, read by Spark's reader where that knows all that the options ask for."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File, file_system
from awsglue._formats.looks import separators
from awsglue._formats.merging import stacked
from awsglue._formats.options import Options
from awsglue._formats.text import lines, texts, uri_last, uri_of, with_uri
from awsglue._frames.frame import Frame

_LONGEST_FIELD = 1 << 30
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "0": "\0"}
_STAND_INS = {letter: chr(0xF8F0 + place) for place, letter in enumerate(_ESCAPES)}


@dataclass(frozen=True)
class Layout:
    """How CSV files are written.

    Attributes:
        separator: between fields.
        quote: around fields, or None.
        escaper: before a character that stands for itself (or `n r t 0` for what they stand for), or None.
        multi_line: whether a quoted field may hold the end of a line.
        header: whether the first line has the names.
        skip: whether the first line of data does not count.
        names: of the fields by place, whatever a header says; None without a catalog.
    """

    separator: str = ","
    quote: str | None = '"'
    escaper: str | None = None
    multi_line: bool = False
    header: bool = False
    skip: bool = False
    names: tuple[str, ...] | None = None

    @classmethod
    def of(cls, options: Options) -> Layout:
        """Read the format options (developer guide, "CSV configuration reference").

        Raises:
            ValueError: a separator, quote or escaper is not one character.
        """
        quote = options.get("quoteChar", '"')
        escaper = options.get("escaper")
        layout = cls(
            separator=options.get("separator", ","),
            quote=None if str(quote) == "-1" else quote,
            escaper=None if escaper == "none" else escaper,
            multi_line=options.flag("multiLine"),
            header=options.flag("withHeader"),
            skip=options.flag("skipFirst"),
        )
        for name, value in (("quoteChar", layout.quote), ("escaper", layout.escaper)):
            if value is not None and len(value) != 1:
                raise ValueError(f"{name} must be one character, not {value!r}")
        return layout

    def name(self, place: int) -> str:
        """The name of a field that no header names."""
        return f"col{place}"

    def rows(self, text: str) -> Iterator[list[str]]:
        """The fields of each record of a text."""
        csv.field_size_limit(_LONGEST_FIELD)
        quoting = {"quoting": csv.QUOTE_NONE} if self.quote is None else {"quotechar": self.quote}
        if self.escaper is not None:
            text = _with_stand_ins(text, self.escaper)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator, escapechar=self.escaper, **quoting)
        for row in reader:
            if row:
                yield row if self.escaper is None else [_without_stand_ins(field) for field in row]


def read_csv(session: Any, files: Sequence[File], layout: Layout) -> Frame:
    """The records of CSV files, all fields texts; the last column is the `uri` of each record's file.

    Files with different headers are read each under its own. A record that is too short lacks its last fields
    (unverified); fields beyond the names are called `col28` and so on by their places, as public scripts meet them, and
    are left out where a field has that name. An empty field is an empty text.
    """
    if layout.escaper is not None or (layout.skip and layout.header) or (layout.multi_line and not layout.names):
        return _by_python(session, files, layout)
    groups: dict[tuple[str, ...], list[File]] = {}
    if layout.names is not None:
        groups[layout.names] = list(files)
    elif layout.header:
        for file in files:
            groups.setdefault(_header(session, file, layout), []).append(file)
    else:
        count = _most(texts(session, files), layout)
        groups[tuple(map(layout.name, range(count)))] = list(files)
    return uri_last(stacked([_by_the_jvm(session, group, layout, names) for names, group in groups.items()]))


def _by_the_jvm(session: Any, files: Sequence[File], layout: Layout, names: tuple[str, ...]) -> Frame:
    from pyspark.sql import functions

    columns = [f"_{place}" for place in range(len(names))]
    counts = None if layout.multi_line else separators(texts(session, files), layout.separator, layout.quote or "\0")
    is_regular = counts is not None and counts.always(len(names) - 1)  # else records may be shorter or longer
    options = {
        "sep": layout.separator,
        "quote": layout.quote or "",
        "escape": layout.quote or "",
        "multiLine": layout.multi_line,
        "header": layout.header or layout.skip,
        "columnNameOfCorruptRecord": "ragged",
        "columnPruning": is_regular,
        "__globPaths__": "false",
    }
    schema = ", ".join(f"{name} string" for name in (columns if is_regular else [*columns, "ragged"]))
    data = session.read.schema(schema).options(**options).csv([file.path for file in files])
    filled = [functions.coalesce(name, functions.lit("")) for name in columns] if is_regular else _filled(columns)
    is_longer = _may_be_longer(session, files, layout, names) if counts is None else counts.most >= len(names)
    more = _beyond(data, layout, names) if is_longer else {}
    kind = glue.StructType(glue.Field(name, glue.StringType()) for name in (*names, *more))
    return Frame.of(data.select(*filled, *more.values(), uri_of(files)), with_uri(kind))


def _filled(columns: Sequence[str]) -> list[Any]:
    """An empty text where Spark has null for it, as it has for a field that the record lacks.

    It lacks those after a ragged record's last.
    """
    from pyspark.sql import functions

    filled_places = [functions.when(functions.col(name).isNotNull(), place) for place, name in enumerate(columns)]
    last = functions.greatest(functions.lit(-1), *filled_places)
    return [
        functions.when(functions.col("ragged").isNull(), functions.coalesce(name, functions.lit(""))).otherwise(
            functions.coalesce(name, functions.when(last > place, ""))
        )
        for place, name in enumerate(columns)
    ]


def _may_be_longer(session: Any, files: Sequence[File], layout: Layout, names: tuple[str, ...]) -> bool:
    """Whether a record may have fields beyond the names: a line has as many separators as there are names.

    A record of several lines tells nothing.
    """
    from pyspark.sql import functions

    if layout.multi_line:
        return True
    line = functions.col("value")
    is_longer = line != functions.substring_index(line, layout.separator, len(names))
    return bool(texts(session, files).agg(functions.max(is_longer)).first()[0])


def _beyond(data: Any, layout: Layout, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields that some records have beyond the names: their own names, and the expressions that give them."""
    from pyspark.sql import functions

    # As many separators as names make a longer record, unless they are quoted.
    parts = functions.split("ragged", re.escape(layout.separator))
    long = data.where(functions.size(parts) > len(names)).select("ragged", *data.columns[:1])
    count = 0 if long.isEmpty() else _most(long, layout)

    @functions.udf("array<string>")
    def beyond(text: str | None) -> list[str] | None:
        return None if text is None else next(layout.rows(text), [])[len(names) :]

    found = ((layout.name(place), place - len(names)) for place in range(len(names), count))
    return {name: functions.get(beyond("ragged"), functions.lit(place)) for name, place in found if name not in names}


def _most(texts: Any, layout: Layout) -> int:
    """The most fields that a record of these texts has; the first column has the text."""

    def most(rows: Iterable[Any]) -> Iterator[int]:
        yield max((len(fields) for row in rows for fields in layout.rows(row[0])), default=0)

    return max(texts.rdd.mapPartitions(most).collect(), default=0)


def _header(session: Any, file: File, layout: Layout) -> tuple[str, ...]:
    """The names in the first line of a file."""
    system, path = file_system(session, file.path)
    jvm = session._jvm
    stream = system.open(path)
    codec = jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(system.getConf()).getCodec(path)
    opened = stream if codec is None else codec.createInputStream(stream)
    reader = jvm.java.io.BufferedReader(jvm.java.io.InputStreamReader(opened, "UTF-8"))
    try:
        line = reader.readLine()
        while line is not None and not line.strip():
            line = reader.readLine()
    finally:
        reader.close()
    return _names((line or "").removeprefix("\ufeff"), layout)


def _names(line: str, layout: Layout) -> tuple[str, ...]:
    fields = next(layout.rows(line), [])
    return tuple(name or layout.name(place) for place, name in enumerate(fields))


def _by_python(session: Any, files: Sequence[File], layout: Layout) -> Frame:
    """Each file parsed whole."""

    def records(text: str) -> Iterator[dict[str, str]]:
        rows = layout.rows(text.removeprefix("\ufeff"))
        names = layout.names
        if layout.header:
            first = next(rows, [])
            names = names or tuple(name or layout.name(place) for place, name in enumerate(first))
        if layout.skip:
            next(rows, None)
        known = list(names or ())
        for row in rows:
            record: dict[str, str] = {}
            for name, value in zip([*known, *map(layout.name, range(len(known), len(row)))], row, strict=False):
                record.setdefault(name, value)
            yield record

    def names_of(rows: Iterable[Any]) -> Iterator[dict[str, None]]:
        yield {name: None for row in rows for record in records(row[0]) for name in record}

    texts = lines(session, files, whole=True)
    found = texts.rdd.mapPartitions(names_of).collect()
    names = list({name: None for part in found for name in part})
    own = list(dict.fromkeys([*(layout.names or ()), *names]))
    kind = with_uri(glue.StructType(glue.Field(name, glue.StringType()) for name in own))
    rows = texts.rdd.flatMap(lambda row: ((*(record.get(name) for name in own), row[1]) for record in records(row[0])))
    schema = ", ".join(f"_{place} string" for place in range(len(own) + 1))
    return Frame.of(session.createDataFrame(rows, schema, verifySchema=False), kind)


def _with_stand_ins(text: str, escaper: str) -> str:
    """The text with an escaped n, r, t or 0, which csv would read as a letter, as a character that nobody uses."""
    pattern = re.compile(re.escape(escaper) + "(.)", re.DOTALL)
    return pattern.sub(lambda match: _STAND_INS.get(match.group(1), match.group()), text)


def _without_stand_ins(field: str) -> str:
    for letter, stand_in in _STAND_INS.items():
        field = field.replace(stand_in, _ESCAPES[letter])
    return field
