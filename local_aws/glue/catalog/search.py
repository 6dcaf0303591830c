"""GetTables' name pattern, and SearchTables."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_aws import emulator
from local_aws.bounded_regex import PatternError, full_match
from local_aws.emulator import Scope
from local_aws.glue.catalog.parts import (
    Params,
    Record,
    catalog_of,
    is_local,
    only_attributes,
    own_database,
)
from local_aws.glue.catalog.visible import listed
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page

_LARGEST_PAGE = 100
_TEXT_FIELDS = ("Name", "DatabaseName", "Description", "Owner", "TableType")
_ATTRIBUTES = {"NAME": "Name", "TABLE_TYPE": "TableType"}


def get_tables(scope: Scope, params: Params) -> dict[str, Any]:
    """GetTables, by name: of those that whoever asks may see."""
    catalog = catalog_of(scope, params)
    database = own_database(catalog, params["DatabaseName"])["Name"]
    matches = name_pattern(params.get("Expression", ""))
    found = [table for table in catalog.tables(database) if matches(table["Name"]) and is_local(params)]
    if caller := emulator.caller_access_key():
        found = listed(caller, database, found)
    if members := only_attributes(params, _ATTRIBUTES):
        found = [{name: table[name] for name in members if name in table} for table in found]
    return page("TableList", found, params, largest=_LARGEST_PAGE)


def name_pattern(expression: str) -> Callable[[str], bool]:
    """What GetTables' Expression matches.

    The API reference calls it a regular expression, and AWS SDK for pandas asks with `orders*`: as in Hive, a `*` that
    repeats nothing regular (`.`, a class, a group) stands for any text. Case does not count. Unverified beyond these.

    Raises:
        GlueError: InvalidInputException for a pattern that is not valid.
    """
    if not expression:
        return lambda _name: True
    try:
        matches = full_match(re.sub(r"(?<![.)\]])\*", ".*", expression), any_case=True)
    except PatternError as error:
        raise _bad(expression, error) from error

    def checked(name: str) -> bool:
        try:
            return matches(name)
        except PatternError as error:
            raise _bad(expression, error) from error

    return checked


def _bad(expression: str, error: PatternError) -> GlueError:
    return invalid(f"Expression {expression!r} is not a valid pattern: {error}")


def search_tables(scope: Scope, params: Params) -> dict[str, Any]:
    """SearchTables: SearchText in names, descriptions, columns and parameters; Filters that compare for equality."""
    catalog = catalog_of(scope, params)
    text = params.get("SearchText", "").lower()
    databases = catalog.databases() if is_local(params) else []
    tables = [table for database in databases for table in catalog.tables(database["Name"])]
    for condition in params.get("Filters") or []:
        key, comparator = condition.get("Key", ""), condition.get("Comparator", "EQUALS")
        if key not in _TEXT_FIELDS or comparator != "EQUALS":
            raise unsupported(f"SearchTables with a filter on {key} by {comparator}")
        tables = [table for table in tables if str(table.get(key, "")).lower() == condition.get("Value", "").lower()]
    if text:
        tables = [table for table in tables if _holds(table, text)]
    for criterion in reversed(params.get("SortCriteria") or []):
        field = criterion.get("FieldName", "Name")
        tables.sort(key=lambda table: str(table.get(field, "")), reverse=criterion.get("Sort") == "DESC")
    return page("TableList", tables, params, largest=_LARGEST_PAGE)


def _holds(table: Record, text: str) -> bool:
    columns = [*(table.get("StorageDescriptor") or {}).get("Columns", []), *table.get("PartitionKeys", [])]
    words = [
        *(table.get(field, "") for field in _TEXT_FIELDS),
        *(part for column in columns for part in (column.get("Name", ""), column.get("Comment", ""))),
        *(part for pair in (table.get("Parameters") or {}).items() for part in pair),
    ]
    if len(text) > 1 and text[0] == text[-1] == '"':  # quoted: the whole value (API reference)
        return text[1:-1] in (str(word).lower() for word in words)
    return any(text in str(word).lower() for word in words)


OPERATIONS: dict[str, Operation] = {"GetTables": get_tables, "SearchTables": search_tables}
