"""A file of a table held against what the catalog says of it.

What is read of which type is that of the local Athena (local_aws/athena/tables/file_types/matrix.csv); how text is read
is that of its SerDes. Tests ask the local Athena for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.tables.file_types.matrix import Columns
from local_aws.athena.tables.partition_types import differing
from local_aws.athena.tables.relations import Table
from local_aws.glue.crawler.hive_types import VOID, HiveType, Struct, render
from local_glue.drift.differences import FAILS, HARMLESS, WRONG, Difference
from local_glue.drift.samples import Sample

COLUMNAR = ("parquet", "orc", "avro")
BY_PLACE = "it finds columns by their place, and gives the values of another column"
NOT_SEEN = "queries do not see it"
NULLS = "NULL"
WHOLE, FLOATING = ("tinyint", "smallint", "int", "bigint"), ("float", "double", "decimal")
ANY_TEXT = ("string", "varchar", "char", "binary", "date", "timestamp")
"""Types of columns that a text may be of; whether it is a date is not looked at."""


def differences(table: Table, sample: Sample) -> Iterator[Difference]:
    """How a file differs from its table."""
    form = sample.reading.classification
    if table.format in ("grok", "regex"):
        return  # any line is a row there
    if form != table.format:
        yield from _other_format(table, sample)
    elif table.format in COLUMNAR:
        yield from _columnar(table, sample)
    elif table.format == "json":
        yield from _json(table, sample)
    elif table.format == "csv":
        yield from _csv(table, sample)


def _other_format(table: Table, sample: Sample) -> Iterator[Difference]:
    form = sample.reading.classification
    if table.format in COLUMNAR:
        query, athena = FAILS, f"HIVE_BAD_DATA: the file is not {table.format}, or not whole"
    elif table.format == "json" and table.json().open_x:
        query, athena = WRONG, "rows of NULL"
    elif table.format == "json":
        query, athena = FAILS, "HIVE_CURSOR_ERROR: JsonParseException"
    elif form in (*COLUMNAR, "json"):
        query, athena = WRONG, "its lines are cut into fields as if they were CSV"
    else:  # a text that no classifier takes for CSV may be one all the same, of one column
        query, athena = HARMLESS, "its lines are cut into fields all the same"
    yield Difference("format", "", f"{form} in the file, {table.format} in the catalog", query, athena)


def _columnar(table: Table, sample: Sample) -> Iterator[Difference]:
    columns = Columns(table.format, table.columns, by_place=table.by_place())
    types = _types(table, sample)
    try:
        columns.add(sample.shapes, sample.uri, sample.size, types)
    except RefusedQueryError as error:
        yield Difference("format", "", str(error), HARMLESS, "the local Athena cannot tell")
        return
    yield from _names(list(table.columns), [name.lower() for name in sample.shapes], by_place=columns.by_place)
    for column, athena in columns.wrong.items():
        found = columns.names.get(column, column)
        own = types.get(column, table.columns[column])
        text = f"{_type_of(sample, found)} in the file, {own} in the {'partition' if column in types else 'catalog'}"
        yield Difference("retyped", column, text, FAILS, athena)
    for column, hows in columns.hows.items():
        if "range" in hows or "digits" in hows:
            name = trino_types.name(data_type(table.columns[column]))
            text = f"{_type_of(sample, columns.names[column])} in the file, {table.columns[column]} in the catalog"
            athena = f"right, until a value does not fit into {name}: HIVE_BAD_DATA then"
            yield Difference("retyped", column, text, HARMLESS, athena)


def _types(table: Table, sample: Sample) -> dict[str, str]:
    """The columns that have another type in the file's partition: files are read as that type first."""
    try:
        return dict(differing(table, sample.partition)) if sample.partition else {}
    except FailedQueryError:
        return {}  # told of the partition


def _type_of(sample: Sample, name: str) -> str:
    """A column's type in a file, as the catalog would call it."""
    found = next((one.hive_type for one in sample.reading.schema if one.name == name.lower()), "")
    return found or sample.shapes[name].text


def _names(catalog: Sequence[str], file: Sequence[str], *, by_place: bool) -> Iterator[Difference]:
    """Columns that came, went, or stand elsewhere."""
    for name in file:
        if name not in catalog:
            yield Difference("added", name, "in the file, not in the catalog", HARMLESS, NOT_SEEN)
    for name in catalog:
        if name not in file:
            yield Difference("removed", name, "in the catalog, not in the file", WRONG, NULLS)
    kept, there = [name for name in catalog if name in file], [name for name in file if name in catalog]
    shifted = [name for name in kept if list(catalog).index(name) != list(file).index(name)]
    if by_place and shifted:
        yield Difference("moved", ", ".join(shifted), "another place in the file than in the catalog", WRONG, BY_PLACE)
    elif kept != there:
        moved = [name for name, other in zip(kept, there, strict=True) if name != other]
        text = "another order in the file than in the catalog"
        yield Difference("moved", ", ".join(moved), text, HARMLESS, "it finds columns by their name")


def _json(table: Table, sample: Sample) -> Iterator[Difference]:
    found = {one.name: one for one in sample.reading.schema}
    yield from (one for one in _names(list(table.columns), list(found), by_place=False) if one.kind != "moved")
    for name, kind in table.columns.items():
        if name in found and not _fits_of_json(found[name].type, kind):
            text = f"{_kind(found[name].type)} in the file, {kind} in the catalog"
            yield Difference("retyped", name, text, FAILS, "HIVE_BAD_DATA: Error Parsing a column in the table")


def _csv(table: Table, sample: Sample) -> Iterator[Difference]:
    reading, names = sample.reading, list(table.columns)
    parameters = {**(table.entry.get("Parameters") or {}), **table.serde()[1]}
    skipped = str(parameters.get("skip.header.line.count", "0")).strip() not in ("", "0")
    is_open = "opencsv" in table.serde()[0].lower()
    wanted = parameters.get("separatorChar", ",") if is_open else parameters.get("field.delim", "\x01")
    if reading.delimiter != wanted:
        text = f"separated by {reading.delimiter!r} in the file, by {wanted!r} in the catalog"
        yield Difference("format", "", text, WRONG, "its lines are cut into other fields")
        return
    found = [one.name for one in reading.schema]
    if reading.header:
        for one in _names(names, found, by_place=True):
            yield _of_text(one, found, names)
        if not skipped:
            text = "the file begins with the names of its columns, and no skip.header.line.count is in the catalog"
            yield Difference("header", "", text, WRONG, "the names are a row")
    elif len(found) != len(names):
        text = f"{len(found)} fields a line in the file, {len(names)} columns in the catalog"
        yield Difference("added" if len(found) > len(names) else "removed", "", text, WRONG, BY_PLACE)
    for place, (name, kind) in enumerate(table.columns.items()):
        own = _kind(reading.schema[place].type) if place < len(found) else "void"
        if not _fits(own, kind):
            text = f"{own} in the file, {kind} in the catalog"
            failing = "HIVE_BAD_DATA: Error parsing field value"
            yield Difference("retyped", name, text, FAILS if is_open else WRONG, failing if is_open else NULLS)


def _kind(found: HiveType) -> str:
    """The type of a column of text, `void` where no value was seen."""
    return "void" if found == VOID else render(found)


def _fits_of_json(found: HiveType, wanted: str) -> bool:
    """As `_fits`; an object is a map too, if all its values can be those of the map."""
    of_map = re.fullmatch(r"map<string,(.+)>", wanted.replace(" ", ""))
    if isinstance(found, Struct) and of_map:
        return all(_fits_of_json(kind, of_map[1]) for _, kind in found.fields)
    return _fits(_kind(found), wanted)


def _of_text(one: Difference, file: Sequence[str], catalog: Sequence[str]) -> Difference:
    """The same of a file whose columns are found by their place: what comes or goes before others moves them."""
    last = one.kind == "added" and list(file).index(one.column) >= len(catalog)
    if one.kind == "added" and not last:
        return Difference(one.kind, one.column, one.text, WRONG, BY_PLACE)
    if one.kind == "removed" and list(catalog).index(one.column) < len(file):
        return Difference(one.kind, one.column, one.text, WRONG, BY_PLACE)
    return one


def _fits(found: str, wanted: str) -> bool:
    """Whether values of a type that a sample of text has can be those of a column; what cannot be told fits."""
    outer, target = (kind.partition("<")[0].partition("(")[0] for kind in (found, wanted))
    if outer == "void" or target in ANY_TEXT:
        return True
    if target in WHOLE:
        return outer in WHOLE
    if target in FLOATING:
        return outer in (*WHOLE, *FLOATING)
    return outer == target


def of_places(table: Table, samples: Sequence[Sample]) -> Iterator[tuple[str, Difference]]:
    """All of all files, each with its file."""
    for sample in samples:
        yield from ((sample.uri, one) for one in differences(table, sample))
