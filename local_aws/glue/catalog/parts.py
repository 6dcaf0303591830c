"""What the catalog's operations share: names, lookups, errors, and the values that AWS fills in.

Texts marked "real" were seen in public issues and code; the others are ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.model import GlueError

Params = Mapping[str, Any]
Record = dict[str, Any]

ENTITY_NOT_FOUND = "EntityNotFoundException"
ALREADY_EXISTS = "AlreadyExistsException"

_LINKS = {
    "TargetDatabase": "resource link",
    "TargetTable": "resource link",
    "FederatedDatabase": "federated database",
    "FederatedTable": "federated table",
}


def catalog_of(scope: Scope, params: Params) -> CatalogRecords:
    """The caller's catalog.

    Raises:
        GlueError: EntityNotFoundException for another account's catalog, OperationNotSupportedException for an
            argument of Lake Formation's transactions.
    """
    catalog = params.get("CatalogId")
    if catalog not in (None, "", scope.account_id):
        raise GlueError(ENTITY_NOT_FOUND, f"Catalog {catalog} not found.")
    for name in ("TransactionId", "QueryAsOfTime"):
        if params.get(name) is not None:
            raise unsupported(f"{name} (governed tables)")
    return CatalogRecords(scope)


def is_local(params: Params) -> bool:
    """Whether a list is to hold what the account has: ResourceShareType asks for what others share, and none do."""
    return params.get("ResourceShareType") not in ("FOREIGN", "FEDERATED")


def only_attributes(params: Params, members: Mapping[str, str]) -> tuple[str, ...]:
    """The members of each entry of a list that AttributesToGet leaves; none where it is not given.

    Args:
        params: the request.
        members: of an entry, by their names in AttributesToGet.

    Raises:
        GlueError: InvalidInputException where it is empty or lacks NAME (API reference; the text is ours).
    """
    wanted = params.get("AttributesToGet")
    if wanted is None:
        return ()
    if "NAME" not in wanted or not set(wanted) <= members.keys():
        raise invalid(f"AttributesToGet must include NAME, and may have {', '.join(members)}")
    return tuple(members[name] for name in wanted)


def folded(name: str) -> str:
    """A name as the catalog keeps it: in lower case (API reference: "folded to lowercase when it is stored")."""
    return name.lower()


def existing_database(catalog: CatalogRecords, name: str) -> Record:
    """A database that is there; raises EntityNotFoundException (real)."""
    found = catalog.database(folded(name))
    if found is None:
        raise GlueError(ENTITY_NOT_FOUND, f"Database {name} not found.")
    return found


def own_database(catalog: CatalogRecords, name: str) -> Record:
    """A database that is there and whose tables are here.

    Raises:
        GlueError: EntityNotFoundException; OperationNotSupportedException for a resource link and a federated database,
            which are kept and shown.
    """
    found = existing_database(catalog, name)
    if what := link_of(found):
        raise unsupported(f"What asks for tables of the {what} {found['Name']}")
    return found


def link_of(record: Params) -> str:
    """What a database or table is that stands for one elsewhere; "" for one that does not."""
    return next((what for member, what in _LINKS.items() if record.get(member)), "")


def existing_table(catalog: CatalogRecords, database: str, name: str) -> Record:
    """A table that is there; raises EntityNotFoundException (real, both texts)."""
    own_database(catalog, database)
    found = catalog.table(folded(database), folded(name))
    if found is None:
        raise GlueError(ENTITY_NOT_FOUND, "Entity Not Found")
    return found


def own_table(catalog: CatalogRecords, database: str, name: str) -> Record:
    """A table that is there and whose partitions are here.

    Raises:
        GlueError: EntityNotFoundException; OperationNotSupportedException for a resource link and a federated table.
    """
    found = existing_table(catalog, database, name)
    if what := link_of(found):
        raise unsupported(f"What asks for partitions of the {what} {found['Name']}")
    return found


def with_storage_defaults(record: Params) -> Record:
    """A table or partition whose StorageDescriptor has the values that Glue fills in (seen in validated tests)."""
    if not record.get("StorageDescriptor"):
        return dict(record)
    filled = {"Compressed": False, "NumberOfBuckets": 0, "StoredAsSubDirectories": False, **record["StorageDescriptor"]}
    return {**record, "StorageDescriptor": filled}


def error_detail(error: GlueError) -> dict[str, str]:
    """An error as an entry of a batch operation's Errors."""
    return {"ErrorCode": error.code, "ErrorMessage": error.message}
