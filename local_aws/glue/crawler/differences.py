"""In what a table or partition that was found differs from the catalog's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.glue.crawler.schema import listed
from local_aws.glue.crawler.table_input import RUN_ID

COMPARED = ("Owner", "TableType", "PartitionKeys", "Parameters", "StorageDescriptor")


def same(found: Mapping[str, Any], existing: Mapping[str, Any]) -> bool:
    """Whether nothing differs."""
    return not differences(found, existing)


def differences(found: Mapping[str, Any], existing: Mapping[str, Any]) -> list[str]:
    """Names of the parts that differ, the crawl's id aside."""
    return [
        part for part in COMPARED if part in found and _without_run(found[part]) != _without_run(existing.get(part))
    ]


def column_differences(found: Mapping[str, Any], existing: Mapping[str, Any]) -> str:
    """In words which columns are added, removed and of another type; "" when none is."""
    before, after = (
        {column["Name"]: column["Type"] for column in (table.get("StorageDescriptor") or {}).get("Columns") or []}
        for table in (existing, found)
    )
    kinds = {
        "added": [f"{name} {kind}" for name, kind in after.items() if name not in before],
        "removed": [name for name in before if name not in after],
        "of another type": [
            f"{name} from {before[name]} to {kind}" for name, kind in after.items() if before.get(name, kind) != kind
        ],
    }
    return "; ".join(f"columns {word}: {listed(columns)}" for word, columns in kinds.items() if columns)


def _without_run(part: Any) -> Any:
    if isinstance(part, Mapping):
        return {key: _without_run(value) for key, value in part.items() if key != RUN_ID and value is not None}
    return part
