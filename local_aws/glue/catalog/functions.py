"""User defined functions: kept and shown.

The records are the emulator's, so that they go with their database. Unverified: the texts of errors, that a pattern is
matched anywhere in the name (as public clients ask for whole names with it, it may be either), and that a function
without FunctionType is a REGULAR_FUNCTION.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_aws.bounded_regex import PatternError, full_match
from local_aws.emulator import Scope
from local_aws.glue.catalog.parts import (
    ALREADY_EXISTS,
    ENTITY_NOT_FOUND,
    Params,
    Record,
    catalog_of,
    existing_database,
    folded,
)
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now

_LARGEST_PAGE = 100
_REGULAR = "REGULAR_FUNCTION"


def create(scope: Scope, params: Params) -> dict[str, Any]:
    """CreateUserDefinedFunction."""
    catalog, given = catalog_of(scope, params), params["FunctionInput"]
    database = existing_database(catalog, params["DatabaseName"])["Name"]
    for name in ("FunctionName", "ClassName"):
        if not given.get(name):
            raise invalid(f"FunctionInput.{name} is required")
    if given["FunctionName"] in catalog.functions(database):
        raise GlueError(ALREADY_EXISTS, f"User-defined function {given['FunctionName']} already exists")
    made = {"FunctionType": _REGULAR, "ResourceUris": [], **given, "CreateTime": now()}
    catalog.put_function({**made, "DatabaseName": database, "CatalogId": scope.account_id})
    return {}


def update(scope: Scope, params: Params) -> dict[str, Any]:
    """UpdateUserDefinedFunction: what is not given stays; another FunctionName gives the function that name."""
    catalog, old = catalog_of(scope, params), _existing(scope, params)
    new = {**old, **params["FunctionInput"]}
    if new["FunctionName"] != old["FunctionName"]:
        if new["FunctionName"] in catalog.functions(old["DatabaseName"]):
            raise GlueError(ALREADY_EXISTS, f"User-defined function {new['FunctionName']} already exists")
        catalog.drop_function(old["DatabaseName"], old["FunctionName"])
    catalog.put_function(new)
    return {}


def delete(scope: Scope, params: Params) -> dict[str, Any]:
    """DeleteUserDefinedFunction."""
    found = _existing(scope, params)
    catalog_of(scope, params).drop_function(found["DatabaseName"], found["FunctionName"])
    return {}


def get(scope: Scope, params: Params) -> dict[str, Any]:
    """GetUserDefinedFunction."""
    return {"UserDefinedFunction": _existing(scope, params)}


def every(scope: Scope, params: Params) -> dict[str, Any]:
    """GetUserDefinedFunctions of a database, or of all where it is `*` or not given, by name."""
    catalog, asked = catalog_of(scope, params), params.get("DatabaseName", "*")
    names = [each["Name"] for each in catalog.databases()] if asked == "*" else [folded(asked)]
    kind, matches = params.get("FunctionType"), _matcher(params["Pattern"])
    functions = [function for name in names for _, function in sorted(catalog.functions(name).items())]
    try:
        found = [
            each
            for each in functions
            if kind in (None, each.get("FunctionType", _REGULAR)) and matches(each["FunctionName"])
        ]
    except PatternError as error:
        raise _bad(params["Pattern"], error) from error
    return page("UserDefinedFunctions", found, params, largest=_LARGEST_PAGE)


def _existing(scope: Scope, params: Params) -> Record:
    database, name = params["DatabaseName"], params["FunctionName"]
    found = catalog_of(scope, params).functions(folded(database)).get(name)
    if found is None:
        raise GlueError(ENTITY_NOT_FOUND, f"User-defined function {name} not found in {database}")
    return found


def _matcher(pattern: str) -> Callable[[str], bool]:
    r"""What a pattern of Java's matches: `\Q` to `\E` is a text as it stands, as Trino asks for it."""
    quoted = re.sub(r"\\Q(.*?)(?:\\E|\Z)", lambda found: re.escape(found[1]), pattern, flags=re.DOTALL)
    try:
        full_match(quoted)  # what is wrong with it is told of it alone
        return full_match(f".*?(?:{quoted}).*")
    except PatternError as error:
        raise _bad(pattern, error) from error


def _bad(pattern: str, error: PatternError) -> GlueError:
    return invalid(f"Invalid pattern syntax: {pattern}: {error}")


OPERATIONS: dict[str, Operation] = {
    "CreateUserDefinedFunction": create,
    "UpdateUserDefinedFunction": update,
    "DeleteUserDefinedFunction": delete,
    "GetUserDefinedFunction": get,
    "GetUserDefinedFunctions": every,
}
