"""DESCRIBE and SHOW CREATE TABLE: a table as Hive tells it (the layout of rows is real)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena import views
from local_aws.athena.ddl.answers import Action, Answer, padded
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry, Name, no_database
from local_aws.athena.ddl.partitions import find_partition
from local_aws.athena.ddl.tables import LAZY_SIMPLE
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.words import Words

_COLUMNS = ("col_name", "data_type", "comment")
_BLANK = "\t \t "
_PARTITION_HEADER = (_BLANK, "# Partition Information\t \t ", "# " + "\t".join(map(padded, _COLUMNS)), _BLANK)


class DescribeView:
    """What DESCRIBE and SHOW COLUMNS of a view do: each column's name and Trino type (real)."""

    def __init__(self, name: Name) -> None:
        self._name = name

    def __call__(self, catalog: Catalog) -> Answer:
        """Describe the view."""
        view = views.View.of(catalog.get_table(self._name))
        return Answer.of((f"{name}\t{kind}" for name, kind in view.columns), "column", "type", type="varchar")


describe_view = DescribeView


def is_view(entry: Mapping[str, Any]) -> bool:
    """Whether an entry of the catalog is a view."""
    return entry.get("TableType") == "VIRTUAL_VIEW"


def existing(catalog: Catalog, name: Name) -> Entry:
    """A table that a statement names; Athena looks before it takes the statement (real).

    Raises:
        RefusedQueryError: there is none of that name.
    """
    entry = emulator.catalog_table(catalog.scope, *name)
    if entry is None:
        raise RefusedQueryError(
            "Entity Not Found (Service: AmazonDataCatalog; Status Code: 400; Error Code: EntityNotFoundException; "
            f"Request ID: {uuid.uuid4()}; Proxy: null)",
            "INVALID_INPUT",
        )
    return entry


def describe(words: Words, catalog: Catalog) -> Action:
    """DESCRIBE [EXTENDED | FORMATTED] [database.]table [PARTITION (spec)] [column]."""
    words.take_one_of("DESCRIBE", "DESC")
    form = words.take_one_of("EXTENDED", "FORMATTED")
    name = words.table(catalog.database)
    spec = words.partition() if words.take("PARTITION") else None
    column = "" if words.at_end() else words.name()
    words.end()
    if column and form == "FORMATTED":
        raise not_supported("DESCRIBE FORMATTED of a column")
    if not form and not column and spec is None and is_view(existing(catalog, name)):
        return describe_view(name)

    def run(catalog: Catalog) -> Answer:
        if catalog.find_database(name[0]) is None:
            raise no_database(name[0])
        entry = catalog.get_table(name, name[1])
        partition = find_partition(catalog, name, entry, spec) if spec is not None else None
        if column:
            lines: Iterable[str] = [_one_column(entry, column)]
        elif form == "FORMATTED":
            lines = _formatted(entry, partition)
        else:
            lines = _plain(entry, partition, extended=bool(form))
        return Answer.of(lines, *_COLUMNS, counts=False)

    return run


def _columns(entry: Entry) -> list[Entry]:
    return list(entry["StorageDescriptor"].get("Columns") or ())


def _keys(entry: Entry) -> list[Entry]:
    return list(entry.get("PartitionKeys") or ())


def _line(column: Entry, comment: str = "") -> str:
    """One column; of a comment, what stands before its first tab (real)."""
    told = padded(comment or column.get("Comment") or "").partition("\t")[0]
    return f"{padded(column['Name'])}\t{padded(column.get('Type', ''))}\t{told}"


def _one_column(entry: Entry, name: str) -> str:
    columns = [*_columns(entry), *_keys(entry)]
    for column in columns:
        if column["Name"] == name:
            return _line(column, "from deserializer")
    listed = ", ".join(f"{place}:{column['Name']}" for place, column in enumerate(columns))
    raise FailedQueryError(f"{EXECUTION_ERROR}cannot find field {name} from [{listed}]")


def _plain(entry: Entry, partition: Entry | None, *, extended: bool) -> Iterable[str]:
    keys = _keys(entry)
    yield from map(_line, [*_columns(entry), *keys])
    if keys:
        yield from (*_PARTITION_HEADER, *map(_line, keys))
    if extended:
        what = "Table" if partition is None else "Partition"
        yield _BLANK
        yield f"Detailed {what} Information\t{_thrift_of(entry, partition)}\t"


def _formatted(entry: Entry, partition: Entry | None) -> Iterable[str]:
    yield from (_PARTITION_HEADER[2], _BLANK, *map(_line, _columns(entry)))
    keys = _keys(entry)
    if keys:
        yield from (*_PARTITION_HEADER, *map(_line, keys))
    yield _BLANK
    yield from _details(entry) if partition is None else _partition_details(entry, partition)
    storage = entry["StorageDescriptor"] if partition is None else partition["StorageDescriptor"]
    serde = storage.get("SerdeInfo") or {}
    yield from (
        _BLANK,
        "# Storage Information\t \t ",
        _pair("SerDe Library:", serde.get("SerializationLibrary", "")),
        _pair("InputFormat:", storage.get("InputFormat", "")),
        _pair("OutputFormat:", storage.get("OutputFormat", "")),
        _pair("Compressed:", "Yes" if storage.get("Compressed") else "No"),
        _pair("Num Buckets:", storage.get("NumberOfBuckets", 0)),
        _pair("Bucket Columns:", _listed(storage.get("BucketColumns") or ())),
        _pair("Sort Columns:", "[]"),
    )
    parameters = serde.get("Parameters") or {}
    if parameters:
        yield "Storage Desc Params:\t \t "
        yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _details(entry: Entry) -> Iterable[str]:
    yield from (
        "# Detailed Table Information\t \t ",
        _pair("Database:", entry["DatabaseName"]),
        _pair("Owner:", entry.get("Owner", "")),
        _pair("CreateTime:", _moment(entry.get("CreateTime"))),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Retention:", entry.get("Retention", 0)),
        _pair("Location:", entry["StorageDescriptor"].get("Location", "")),
        _pair("Table Type:", entry.get("TableType", "")),
        "Table Parameters:\t \t ",
    )
    parameters = entry.get("Parameters") or {}
    yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _partition_details(entry: Entry, partition: Entry) -> Iterable[str]:
    yield from (
        "# Detailed Partition Information\t \t ",
        _pair("Partition Value:", _listed(partition["Values"])),
        _pair("Database:", entry["DatabaseName"]),
        _pair("Table:", entry["Name"]),
        _pair("CreateTime:", _moment(partition.get("CreationTime"))),
        _pair("LastAccessTime:", "UNKNOWN"),
        _pair("Protect Mode:", "None"),
        _pair("Location:", partition["StorageDescriptor"].get("Location", "")),
        "Partition Parameters:\t \t ",
    )
    parameters = partition.get("Parameters") or {}
    yield from (f"\t{padded(key)}\t{padded(value)}" for key, value in sorted(parameters.items()))


def _pair(label: str, value: object) -> str:
    return f"{padded(label)}\t{padded(str(value))}\t "


def _listed(values: Iterable[str]) -> str:
    return "[" + ", ".join(values) + "]"


def _moment(seconds: float | None) -> str:
    return f"{dt.datetime.fromtimestamp(seconds or 0, dt.UTC):%a %b %d %H:%M:%S UTC %Y}"


# The text of Hive's own structures, as EXTENDED shows them


def _thrift_of(entry: Entry, partition: Entry | None) -> str:
    columns = [*_columns(entry), *_keys(entry)]
    if partition is not None:
        storage = _storage(partition["StorageDescriptor"], columns)
        return (
            f"Partition(values:{_listed(partition['Values'])}, dbName:{entry['DatabaseName']}, "
            f"tableName:{entry['Name']}, createTime:{int(partition.get('CreationTime') or 0)}, lastAccessTime:0, "
            f"sd:{storage}, parameters:{_map(partition.get('Parameters'))})"
        )
    return (
        f"Table(tableName:{entry['Name']}, dbName:{entry['DatabaseName']}, owner:{entry.get('Owner', '')}, "
        f"createTime:{int(entry.get('CreateTime') or 0)}, lastAccessTime:0, retention:{entry.get('Retention', 0)}, "
        f"sd:{_storage(entry['StorageDescriptor'], columns)}, "
        f"partitionKeys:{_listed(map(_field, _keys(entry)))}, parameters:{_map(entry.get('Parameters'))}, "
        f"viewOriginalText:{entry.get('ViewOriginalText') or 'null'}, "
        f"viewExpandedText:{entry.get('ViewExpandedText') or 'null'}, tableType:{entry.get('TableType')})"
    )


def _storage(storage: Mapping[str, Any], columns: list[Entry]) -> str:
    serde = storage.get("SerdeInfo") or {}
    return (
        f"StorageDescriptor(cols:{_listed(map(_field, columns))}, location:{storage.get('Location', '')}, "
        f"inputFormat:{storage.get('InputFormat')}, outputFormat:{storage.get('OutputFormat')}, "
        f"compressed:{str(bool(storage.get('Compressed'))).lower()}, numBuckets:{storage.get('NumberOfBuckets', 0)}, "
        f"serdeInfo:SerDeInfo(name:null, serializationLib:{serde.get('SerializationLibrary')}, "
        f"parameters:{_map(serde.get('Parameters'))}), bucketCols:{_listed(storage.get('BucketColumns') or ())}, "
        "sortCols:[], parameters:{}, skewedInfo:SkewedInfo(skewedColNames:[], skewedColValues:[], "
        "skewedColValueLocationMaps:{}), storedAsSubDirectories:false)"
    )


def _field(column: Entry) -> str:
    return f"FieldSchema(name:{column['Name']}, type:{column.get('Type')}, comment:{column.get('Comment') or 'null'})"


def _map(parameters: Mapping[str, str] | None) -> str:
    return "{" + ", ".join(f"{key}={value}" for key, value in (parameters or {}).items()) + "}"


# SHOW CREATE TABLE

_DELIMITED = {
    "field.delim": "FIELDS TERMINATED BY",
    "escape.delim": "ESCAPED BY",
    "colelction.delim": "COLLECTION ITEMS TERMINATED BY",
    "mapkey.delim": "MAP KEYS TERMINATED BY",
    "line.delim": "LINES TERMINATED BY",
    "serialization.null.format": "NULL DEFINED AS",
}
_HIDDEN = ("EXTERNAL", "comment")


def show_create_table(words: Words, catalog: Catalog) -> Action:
    """SHOW CREATE TABLE [database.]table: the statement, a line a row (real)."""
    words.expect("SHOW", "CREATE", "TABLE")
    name = words.table(catalog.database)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        if is_view(entry):
            raise FailedQueryError(f"{EXECUTION_ERROR}{'.'.join(name)} is a view: SHOW CREATE VIEW tells it")
        return Answer.of(["\n".join(_statement(entry))], "createtab_stmt", counts=False)

    return run


def _statement(entry: Entry) -> Iterable[str]:
    storage, parameters = entry["StorageDescriptor"], entry.get("Parameters") or {}
    yield f"CREATE EXTERNAL TABLE `{entry['DatabaseName']}.{entry['Name']}`("
    yield _definitions(_columns(entry))
    if parameters.get("comment"):
        yield f"COMMENT {_quoted(parameters['comment'])}"
    if _keys(entry):
        yield "PARTITIONED BY ( "
        yield _definitions(_keys(entry))
    if storage.get("BucketColumns"):
        yield "CLUSTERED BY ( "
        yield ", \n".join(f"  {name}" for name in storage["BucketColumns"]) + ") "
        yield f"INTO {storage['NumberOfBuckets']} BUCKETS"
    yield from _row_format(storage.get("SerdeInfo") or {})
    yield "STORED AS INPUTFORMAT "
    yield f"  {_quoted(storage.get('InputFormat', ''))} "
    yield "OUTPUTFORMAT "
    yield f"  {_quoted(storage.get('OutputFormat', ''))}"
    yield "LOCATION"
    yield f"  {_quoted(storage.get('Location', ''))}"
    shown = {key: value for key, value in parameters.items() if key not in _HIDDEN}
    if shown:
        yield "TBLPROPERTIES ("
        yield _pairs(shown) + ")"


def _definitions(columns: Iterable[Entry]) -> str:
    return (
        ", \n".join(
            f"  `{column['Name']}` {column.get('Type', '')}"
            + (f" COMMENT {_quoted(column['Comment'])}" if column.get("Comment") else "")
            for column in columns
        )
        + ")"
    )


def _row_format(serde: Mapping[str, Any]) -> Iterable[str]:
    """LazySimpleSerDe with delimiters is shown by them, others by their class (real)."""
    library = serde.get("SerializationLibrary", "")
    parameters = dict(serde.get("Parameters") or {})
    if library == LAZY_SIMPLE and _DELIMITED.keys() & parameters.keys():
        yield "ROW FORMAT DELIMITED "
        for key, phrase in _DELIMITED.items():
            if key in parameters:
                yield f"  {phrase} {_quoted(parameters[key])} "
        return
    if parameters.get("serialization.format") == "1":  # the default
        del parameters["serialization.format"]
    yield "ROW FORMAT SERDE "
    yield f"  {_quoted(library)} "
    if parameters:
        yield "WITH SERDEPROPERTIES ( "
        yield _pairs(parameters) + ") "


def _pairs(properties: Mapping[str, str]) -> str:
    return ", \n".join(f"  {_quoted(key)}={_quoted(value)}" for key, value in sorted(properties.items()))


def _quoted(text: str) -> str:
    """A text as a statement of Hive's has it."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\t", "\\t")
    return "'" + "".join(f"\\u{ord(letter):04X}" if ord(letter) < 32 else letter for letter in escaped) + "'"
