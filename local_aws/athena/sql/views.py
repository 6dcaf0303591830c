"""Views: as the catalog keeps them, and as a part of the query that reads them. Pure functions.

Athena keeps a view as a table of type VIRTUAL_VIEW whose ViewOriginalText holds its query and columns (real).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlglot.expressions import DataType

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.hive_types import data_type

_START, _END = "/* Presto View: ", " */"


@dataclass(frozen=True)
class View:
    """A view.

    Attributes:
        sql: its query.
        database: where the query finds tables that it names without one.
        columns: (name, Trino type) of each.
    """

    sql: str
    database: str
    columns: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> View:
        """Read a view's entry in the catalog.

        Raises:
            FailedQueryError: it holds no view of Athena's.
        """
        text = str(entry.get("ViewOriginalText") or "")
        try:
            told = json.loads(base64.b64decode(text.removeprefix(_START).removesuffix(_END), validate=True))
            columns = tuple((str(column["name"]), str(column["type"])) for column in told["columns"])
            return cls(str(told["originalSql"]), str(told.get("schema") or entry["DatabaseName"]), columns)
        except (ValueError, KeyError, TypeError) as error:
            raise FailedQueryError(
                f"INVALID_VIEW: Invalid view JSON: the view {entry['DatabaseName']}.{entry['Name']} is not Athena's"
            ) from error

    def table_input(self, name: str, comment: str = "") -> dict[str, Any]:
        """Glue's TableInput."""
        told = {
            "originalSql": self.sql,
            "catalog": "awsdatacatalog",
            "schema": self.database,
            "columns": [{"name": column, "type": kind} for column, kind in self.columns],
        }
        encoded = base64.b64encode(json.dumps(told, separators=(",", ":")).encode()).decode()
        return {
            "Name": name,
            "TableType": "VIRTUAL_VIEW",
            "Parameters": {"comment": comment or "Presto View", "presto_view": "true"},
            "ViewOriginalText": f"{_START}{encoded}{_END}",
            "ViewExpandedText": "/* Presto View */",
            "PartitionKeys": [],
            "StorageDescriptor": {
                "Columns": [{"Name": column, "Type": hive_type(kind)} for column, kind in self.columns],
                "Location": "",
                "Compressed": False,
                "NumberOfBuckets": 0,
                "SerdeInfo": {},
                "SortColumns": [],
                "StoredAsSubDirectories": False,
            },
        }


def hive_type(kind: str) -> str:
    """A Trino type as the catalog writes it: `varchar` is `string`, `row(a integer)` is `struct<a:int>`."""
    text = DataType.build(kind, dialect="trino").sql("hive").lower()
    return text.replace("`", "").replace(": ", ":").replace(", ", ",")


def trino_type(kind: str) -> str:
    """A type of the catalog as Trino names it."""
    return trino_types.name(data_type(kind))
