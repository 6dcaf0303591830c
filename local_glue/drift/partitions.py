"""The columns that the catalog has of a table's partitions, held against the table's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.tables.partition_types import differing
from local_aws.athena.tables.relations import Table
from local_glue.drift.differences import FAILS, HARMLESS, WRONG, Difference


def of_places(table: Table, partitions: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Difference]]:
    """How partitions differ, each with the partition (`day=1/hour=2`)."""
    for partition in partitions:
        place = "/".join(f"{key}={value}" for key, value in zip(table.keys, partition["Values"], strict=False))
        yield from ((place, one) for one in differences(table, partition))


def differences(table: Table, partition: Mapping[str, Any]) -> Iterator[Difference]:
    """How one partition differs."""
    told = (partition.get("StorageDescriptor") or {}).get("Columns") or []
    own, catalog = {one["Name"].lower(): one.get("Type", "string").lower() for one in told}, table.columns
    if not own:
        return  # a partition without columns has the table's
    try:
        for column, kind in differing(table, partition):
            text = f"{kind} in the partition, {catalog[column]} in the table"
            yield Difference("retyped", column, text, HARMLESS, "values that cannot be converted are NULL")
    except FailedQueryError as error:
        retyped = [name for name, kind in own.items() if catalog.get(name, kind) != kind]
        kinds = ", ".join(f"{name} {own[name]}, not {catalog[name]}" for name in retyped)
        kind = "retyped" if retyped else "moved"
        yield Difference(kind, ", ".join(retyped), kinds or "columns stand elsewhere", FAILS, str(error))
    except RefusedQueryError as error:
        yield Difference("table", "", str(error), HARMLESS, "the local Athena cannot tell")
    for name in own:
        if name not in catalog:
            yield Difference("added", name, "in the partition, not in the table", HARMLESS, "queries do not see it")
    for name in catalog:
        if name not in own:
            text = "in the table, not in the partition"
            yield Difference("removed", name, text, WRONG, "NULL, whatever the files of the partition have")
