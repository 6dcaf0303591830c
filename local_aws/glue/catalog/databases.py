"""CreateDatabase, GetDatabase(s), UpdateDatabase, DeleteDatabase."""

from __future__ import annotations

from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.catalog.parts import (
    ALREADY_EXISTS,
    Params,
    Record,
    catalog_of,
    existing_database,
    folded,
    is_local,
    only_attributes,
)
from local_aws.glue.definitions.api import Operation
from local_aws.glue.errors import unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.paging import page
from local_aws.glue.stamps import now

_LARGEST_PAGE = 100
_LAKE_FORMATION_DEFAULT = [
    {"Principal": {"DataLakePrincipalIdentifier": "IAM_ALLOWED_PRINCIPALS"}, "Permissions": ["ALL"]}
]
"""What a database gets where Lake Formation's settings are untouched (seen in real GetDatabase output)."""


def create_database(scope: Scope, params: Params) -> dict[str, Any]:
    """CreateDatabase."""
    catalog = catalog_of(scope, params)
    name = folded(params["DatabaseInput"]["Name"])
    if catalog.database(name) is not None:
        raise GlueError(ALREADY_EXISTS, "Database already exists.")  # real
    catalog.put_database(_record(scope, params["DatabaseInput"], now()))
    if params.get("Tags"):
        emulator.set_glue_tags(scope, f"arn:aws:glue:{scope.region}:{scope.account_id}:database/{name}", params["Tags"])
    return {}


def get_database(scope: Scope, params: Params) -> dict[str, Any]:
    """GetDatabase."""
    return {"Database": existing_database(catalog_of(scope, params), params["Name"])}


_ATTRIBUTES = {"NAME": "Name", "TARGET_DATABASE": "TargetDatabase"}


def get_databases(scope: Scope, params: Params) -> dict[str, Any]:
    """GetDatabases."""
    found = catalog_of(scope, params).databases() if is_local(params) else []
    if members := only_attributes(params, _ATTRIBUTES):
        found = [{name: record[name] for name in members if name in record} for record in found]
    return page("DatabaseList", found, params, largest=_LARGEST_PAGE)


def update_database(scope: Scope, params: Params) -> dict[str, Any]:
    """UpdateDatabase: the input replaces the definition (API reference); the name stays."""
    catalog = catalog_of(scope, params)
    old = existing_database(catalog, params["Name"])
    if folded(params["DatabaseInput"]["Name"]) != old["Name"]:
        raise unsupported("UpdateDatabase with another name")
    catalog.put_database(_record(scope, params["DatabaseInput"], old["CreateTime"]))
    return {}


def delete_database(scope: Scope, params: Params) -> dict[str, Any]:
    """DeleteDatabase, with its tables."""
    catalog = catalog_of(scope, params)
    name = existing_database(catalog, params["Name"])["Name"]
    catalog.drop_database(name)
    emulator.set_glue_tags(scope, f"arn:aws:glue:{scope.region}:{scope.account_id}:database/{name}", {})
    return {}


def _record(scope: Scope, given: Params, created: float) -> Record:
    return {
        "CreateTableDefaultPermissions": _LAKE_FORMATION_DEFAULT,
        **given,
        "Name": folded(given["Name"]),
        "CreateTime": created,
        "CatalogId": scope.account_id,
    }


OPERATIONS: dict[str, Operation] = {
    "CreateDatabase": create_database,
    "GetDatabase": get_database,
    "GetDatabases": get_databases,
    "UpdateDatabase": update_database,
    "DeleteDatabase": delete_database,
}
