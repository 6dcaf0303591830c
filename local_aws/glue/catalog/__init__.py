"""The Data Catalog's operations.

| file | duty |
|---|---|
| databases.py | databases |
| tables.py | tables and their versions |
| search.py | GetTables' name pattern, SearchTables |
| visible.py | which tables a caller is told of |
| partitions.py | partitions |
| functions.py | user defined functions |
| indexes.py | partition indexes |
| filters.py | GetPartitions' Expression |
| connections.py | connections |
| parts.py | what these share: names, lookups, errors, AWS's defaults |

The columns of a table with a SchemaReference come from the schema registry (schemas/references.py).

The records lie in the emulator's stores (`emulator.CatalogRecords`), where its Athena finds them; column statistics
are the emulator's own operations.
"""

from __future__ import annotations

from typing import Any

from local_aws.emulator import CatalogRecords, Scope
from local_aws.glue import events
from local_aws.glue.catalog import connections, databases, functions, indexes, partitions, search, tables
from local_aws.glue.catalog.parts import Params
from local_aws.glue.definitions.api import Operation
from local_aws.glue.model import GlueError
from local_aws.glue.schemas.references import References
from local_aws.glue.store import Store


def _announced(name: str, operation: Operation) -> Operation:
    """An operation that is alone while it runs, and causes its event."""

    def run(scope: Scope, params: Params) -> dict[str, Any]:
        with CatalogRecords.ALONE:
            answer = operation(scope, params)
        events.catalog_changed(scope, name, params)
        return answer

    return run


_OPERATIONS = {
    name: _announced(name, operation)
    for part in (databases, tables, search, partitions, indexes, functions)
    for name, operation in part.OPERATIONS.items()
}


def catalog_operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    return {**References(store).filling(_OPERATIONS), **connections.operations(store)}


def carry_out(scope: Scope, operation: str, **params: Any) -> dict[str, Any]:
    """Carry out an operation on databases, tables or partitions past a request; IAM is the caller's to ask.

    Args:
        scope: account and region.
        operation: such as CreateTable.
        params: as of the request.

    Raises:
        GlueError: as Glue refuses it; of a batch, its first error.
    """
    with scope.entered():
        answer = _OPERATIONS[operation](scope, params)
    for failed in answer.get("Errors") or ():
        raise GlueError(failed["ErrorDetail"]["ErrorCode"], failed["ErrorDetail"]["ErrorMessage"])
    return answer
