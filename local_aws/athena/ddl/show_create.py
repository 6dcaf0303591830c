"""SHOW CREATE TABLE: the statement that makes a table, in Hive's layout (real)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.athena.ddl.answers import Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry
from local_aws.athena.ddl.definitions import LAZY_SIMPLE
from local_aws.athena.ddl.describe import is_view
from local_aws.athena.ddl.details import columns_of, keys_of
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.tokens import Words

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
    yield _definitions(columns_of(entry))
    if parameters.get("comment"):
        yield f"COMMENT {_quoted(parameters['comment'])}"
    if keys_of(entry):
        yield "PARTITIONED BY ( "
        yield _definitions(keys_of(entry))
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
