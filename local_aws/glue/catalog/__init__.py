"""The Data Catalog's operations.

| file | duty |
|---|---|
| databases.py | databases |
| tables.py | tables and their versions |
| search.py | GetTables' name pattern, SearchTables |
| partitions.py | partitions |
| filters.py | GetPartitions' Expression |
| connections.py | connections |
| parts.py | what these share: names, lookups, errors, AWS's defaults |

The records lie in the emulator's stores (`emulator.CatalogRecords`), where its Athena finds them; column statistics,
partition indexes and user defined functions are the emulator's own operations.
"""

from __future__ import annotations

from local_aws.glue.catalog import connections, databases, partitions, search, tables
from local_aws.glue.definition_api import Operation
from local_aws.glue.store import Store


def catalog_operations(store: Store) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    return {
        **databases.OPERATIONS,
        **tables.OPERATIONS,
        **search.OPERATIONS,
        **partitions.OPERATIONS,
        **connections.operations(store),
    }
