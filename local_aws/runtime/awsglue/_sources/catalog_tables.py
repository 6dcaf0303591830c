"""Tables of the Data Catalog as sources: places, partitions and layout from the catalog, types from the data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.csv import Layout
from awsglue._formats.files import NO_VALUE, File
from awsglue._formats.options import Options
from awsglue._formats.reading import empty_frame, read_files, with_partitions
from awsglue._frames.frame import Frame
from awsglue._frames.values import to_spark
from awsglue._sources import catalog as _catalog
from awsglue._sources import dynamodb as _dynamodb
from awsglue._sources.connections import source_files
from awsglue._sources.predicates import matching

_PROVIDER = "spark.sql.sources.provider"
_SERDES = {
    "parquet": "parquet",
    "orc": "orc",
    "avro": "avro",
    "json": "json",
    "opencsv": "csv",
    "lazysimple": "csv",
    "ion": "ion",
    "grokserde": "grokLog",
}
"""Part of a SerDe's name, in lower case -> format."""
_REFUSED_KINDS = ("iceberg", "hudi", "delta")
_STREAMS = ("kinesis", "kafka")
"""`typeOfData` of tables that are streams (developer guide, "Streaming ETL jobs in AWS Glue")."""

Key = tuple[str, glue.DataType]


def read_table(
    session: Any,
    database: str,
    name: str,
    transformation_ctx: str,
    push_down_predicate: str,
    options: Options,
    catalog_id: str | None,
) -> Frame:
    """Read a table's files; its partition keys are the last fields, in the types of the catalog.

    Without a file the frame has no fields.

    Raises:
        NotImplementedError: a table of a kind that is not supported here.
        ValueError: the predicate cannot be evaluated, or the table does not say its format.
        botocore.exceptions.ClientError: the table is not there, or may not be seen.
    """
    table = _catalog.table(database, name, catalog_id)
    kind = format_of(table)
    descriptor = table["StorageDescriptor"]
    if kind == "dynamodb":
        return _dynamodb.read(session, Options({"dynamodb.input.tableName": descriptor["Location"].split("/")[-1]}))
    keys = [(key["Name"], _catalog.from_hive(key.get("Type", "string"))) for key in table.get("PartitionKeys", [])]
    places: list[tuple[str, Sequence[str | None]]] = [(location_of(table), ())]
    if keys:
        expression = options.get("catalogPartitionPredicate")
        found = _catalog.partitions(database, name, expression, catalog_id)
        places = [
            (part["StorageDescriptor"]["Location"], [None if one == NO_VALUE else one for one in part["Values"]])
            for part in found
        ]
    if push_down_predicate:
        places = matching(session, push_down_predicate, keys, places)
    listing = Options({"exclusions": table.get("Parameters", {}).get("exclusions")}, options.given)
    recurse = options.flag("recurse")
    files = source_files(session, [place for place, _ in places], listing, transformation_ctx, recurse=recurse)
    if not files:
        return empty_frame(session)
    columns = [(one["Name"], _catalog.from_hive(one.get("Type", "string"))) for one in descriptor.get("Columns", [])]
    layout = layout_of(table) if kind == "csv" else None
    settings = Options(table.get("Parameters"), descriptor.get("Parameters"), _serde(table))
    frame = read_files(session, files, kind, settings, layout)
    if kind == "csv":
        frame = _typed(frame, columns)
    return with_partitions(session, frame, keys, _values_by_folder(files, places))


def _values_by_folder(
    files: Sequence[File], places: Sequence[tuple[str, Sequence[str | None]]]
) -> Mapping[str, Sequence[str | None]]:
    """The values of the partition that each folder lies in: by the path that a file was listed for."""
    by_place = {_plain(place): values for place, values in places}
    return {file.folder: by_place[_plain(file.base)] for file in files}


def _plain(path: str) -> str:
    """A path without what Hadoop changes of it: the name of the scheme, slashes."""
    scheme, colon, rest = path.partition(":")
    parts = (rest if colon else scheme).split("/")
    return "/".join(part for part in parts if part)


def location_of(table: Mapping[str, Any]) -> str:
    """Where a table's files are; that of Spark's own tables is a parameter of the SerDe.

    Raises:
        ValueError: the table has none.
    """
    location = _serde(table).get("path") if _provider(table) else None
    location = location or table["StorageDescriptor"].get("Location")
    if not location:
        raise ValueError(f"table {table['Name']} has no Location")
    return str(location)


def format_of(table: Mapping[str, Any]) -> str:
    """Glue's name of the format of a table's files.

    Raises:
        NotImplementedError: a table of a kind that is not supported here.
        ValueError: the table does not say it.
    """
    if table.get("TargetTable") or table.get("FederatedTable"):
        raise NotImplementedError(f"table {table['Name']} stands for one elsewhere (a resource link): read that one")
    parameters = {name.lower(): value for name, value in table.get("Parameters", {}).items()}
    provider = _provider(table)
    kind = provider or parameters.get("table_type", "").lower()
    if kind in _REFUSED_KINDS:
        raise NotImplementedError(f"table {table['Name']} is {kind}'s: read it with spark.table, not as a DynamicFrame")
    if table.get("TableType") == "VIRTUAL_VIEW":
        raise NotImplementedError(f"table {table['Name']} is a view: query it with Athena, not as a DynamicFrame")
    stored = table["StorageDescriptor"].get("Parameters") or {}
    stream = str(parameters.get("typeofdata") or stored.get("typeOfData") or "").lower()
    if stream in _STREAMS:
        raise NotImplementedError(f"table {table['Name']} is a {stream} stream: streams need AWS Glue")
    classification = str(parameters.get("classification") or "").lower()
    if parameters.get("connectionname"):
        raise NotImplementedError(
            f"table {table['Name']} is that of a database: read it with create_dynamic_frame.from_options"
        )
    library = table["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "").lower()
    by_serde = next((kind for part, kind in _SERDES.items() if part in library), "")
    found = provider or classification or by_serde
    if by_serde == "grokLog":  # the classification is its classifier's own word
        return by_serde
    if not library and "rowTag" in _serde(table):  # likewise
        return "xml"
    if found in ("", "unknown"):
        raise ValueError(f"table {table['Name']} has neither a classification nor a SerDe that says its format")
    return {"text": "csv", "glueparquet": "parquet"}.get(found, found)


def layout_of(table: Mapping[str, Any]) -> Layout:
    """How the table's CSV files are written, its columns named by their places.

    Raises:
        NotImplementedError: more than one line is to be skipped.
    """
    serde, parameters = _serde(table), table.get("Parameters", {})
    names = tuple(column["Name"] for column in table["StorageDescriptor"].get("Columns", []))
    if _provider(table):
        options = Options(serde)
        separator = options.get("sep") or options.get("delimiter", ",")
        header = options.flag("header")
        return Layout(separator, options.get("quote", '"'), None, options.flag("multiLine"), header, names=names)
    skipped = int(serde.get("skip.header.line.count") or parameters.get("skip.header.line.count") or 0)
    if skipped > 1:
        raise NotImplementedError(f"table {table['Name']} skips {skipped} lines: at most one is supported here")
    is_open = "opencsv" in table["StorageDescriptor"].get("SerdeInfo", {}).get("SerializationLibrary", "").lower()
    own = serde.get("separatorChar") or serde.get("field.delim") or parameters.get("separatorChar")
    separator = own or parameters.get("delimiter") or ("," if is_open or "classification" in parameters else "\x01")
    quote = serde.get("quoteChar", '"')
    escaper = serde.get("escapeChar") or serde.get("escape.delim")
    layout = Layout(separator, quote, None if escaper == quote else escaper, header=skipped == 1)
    return replace(layout, names=names)


def _provider(table: Mapping[str, Any]) -> str:
    """The data source of a table of Spark's own, in lower case; empty for Hive's and others."""
    name = str(table.get("Parameters", {}).get(_PROVIDER, "")).lower()
    return "" if name == "hive" else name


def _serde(table: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = table["StorageDescriptor"].get("SerdeInfo", {}).get("Parameters", {})
    return found


def _typed(frame: Frame, columns: Sequence[Key]) -> Frame:
    """Texts in the types of the catalog; a column of which a value is none of its type is a choice of it and string.

    An empty text is null there (the choice is that of the developer guide's example of medicare; nulls are assumed).
    """
    from pyspark.sql import functions

    casts: dict[int, tuple[glue.DataType, Any]] = {}
    for place, (_, kind) in enumerate(columns):
        if isinstance(kind, glue.AtomicType) and not isinstance(kind, glue.StringType | glue.BinaryType):
            kind_name = to_spark(kind).simpleString()
            casts[place] = (kind, functions.expr(f"try_cast(_{place} as {kind_name})"))
    if not casts:
        return frame
    filled = {place: functions.when(frame.column(place) != "", frame.column(place)) for place in casts}
    counts = [
        count
        for place, (_, cast) in casts.items()
        for count in (functions.count(filled[place]), functions.count(functions.when(filled[place].isNotNull(), cast)))
    ]
    seen = list(frame.data.select(*counts).first())
    chosen = frame.all_columns()
    for number, (place, (kind, cast)) in enumerate(casts.items()):
        name, there, parsed = frame.schema.fields[place].name, seen[2 * number], seen[2 * number + 1]
        if parsed == there:
            chosen[place] = (glue.Field(name, kind), cast)
        elif parsed:
            text = functions.when(cast.isNull(), filled[place])
            choice = glue.ChoiceType([kind, glue.StringType()])
            values = {kind.typeName(): cast, "string": text}
            parts = [values[one.typeName()].alias(one.typeName()) for one in choice.types()]
            both = functions.when(filled[place].isNotNull(), functions.struct(*parts))
            chosen[place] = (glue.Field(name, choice), both)
    return frame.select(chosen)
