"""What a crawl changes in the catalog: what was found against what is there, under the crawler's policies.

From AWS's pages on schema changes and configuration: new tables and partitions are made whatever the policy;
UPDATE_IN_DATABASE replaces a definition; LOG leaves it; MergeNewColumns adds columns only and, when classification,
compression or delimiter differ, deprecates the table and makes no partitions; deleted data deprecates, deletes or is
only logged.

Assumed: a table that differs in nothing but the crawl's id is not written again, and one that differs in counts only
is (as an update); CreatedBy, comments and other metadata that crawlers do not set are dropped by UpdateTable, as its
replacing nature says; a partition that lost its data is deprecated by the same parameter as a table; a table whose
partition keys change loses its old partitions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from local_aws.glue.crawler.differences import COMPARED, column_differences, differences, same
from local_aws.glue.crawler.findings import CANNOT_MERGE, UNDER_LOG
from local_aws.glue.crawler.settings import Settings
from local_aws.glue.crawler.table_input import DEPRECATED_BY, FUNDAMENTAL, inherit

if TYPE_CHECKING:
    from mypy_boto3_glue.type_defs import PartitionInputTypeDef, TableInputTypeDef

_INPUT_FIELDS = (
    *COMPARED,
    "Name",
    "Description",
    "LastAccessTime",
    "LastAnalyzedTime",
    "Retention",
    "ViewOriginalText",
    "ViewExpandedText",
    "TargetTable",
)
_PARTITION_FIELDS = ("Values", "Parameters", "StorageDescriptor")
Action = Literal["create", "update", "delete", "none"]


@dataclass(frozen=True)
class PartitionChanges:
    """What happens to one table's partitions."""

    create: tuple[PartitionInputTypeDef, ...] = ()
    update: tuple[PartitionInputTypeDef, ...] = ()
    delete: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class TableChange:
    """What happens to one table.

    Attributes:
        action: create, update, delete or none.
        database: where the table is.
        name: the table.
        table: the input to write; for `none` and `delete` the table as it is.
        why: the reason for the action.
        lines: what the log says.
        partitions: what happens to its partitions.
    """

    action: Action
    database: str
    name: str
    table: Mapping[str, Any]
    why: str
    lines: tuple[str, ...] = ()
    partitions: PartitionChanges = field(default_factory=PartitionChanges)

    @property
    def deprecates(self) -> bool:
        """Whether the update only marks the table."""
        return self.action == "update" and DEPRECATED_BY in self.table["Parameters"]


def table_change(
    found: TableInputTypeDef, existing: Mapping[str, Any] | None, settings: Settings, database: str, now_ms: int
) -> TableChange:
    """What to do about a table that was found; its partitions are a second question."""
    name = found["Name"]
    if existing is None:
        text = f"Created table {name} in database {database}"
        return TableChange("create", database, name, found, "the catalog has no such table", (text,))
    if settings.merge_new_columns:
        return _merged(found, existing, database, now_ms)
    if same(found, existing):
        return _unchanged(existing, database)
    changed = column_differences(found, existing) or f"{', '.join(differences(found, existing))} changed"
    if settings.update_behavior == "LOG":
        why = f"{UNDER_LOG} ({changed})"
        return TableChange("none", database, name, existing, why, (f"Table {name} stays as it is: {why}",))
    text = f"Updated table {name} in database {database}: {changed}"
    return TableChange("update", database, name, found, changed, (text,))


def _unchanged(existing: Mapping[str, Any], database: str) -> TableChange:
    name, why = existing["Name"], "the catalog has it so"
    return TableChange("none", database, name, existing, why, (f"Table {name} stays as it is: {why}",))


def _merged(found: TableInputTypeDef, existing: Mapping[str, Any], database: str, now_ms: int) -> TableChange:
    name, before, crawled = found["Name"], existing.get("Parameters") or {}, dict(found["Parameters"])
    for parameter in FUNDAMENTAL:
        if before.get(parameter) != crawled.get(parameter):
            text = (
                f"{CANNOT_MERGE} into the table {name} as defined in the Data Catalog because the parameter "
                f"'{parameter}' has changed. The existing value is '{before.get(parameter, 'null')}', and the crawled "
                f"value is '{crawled.get(parameter, 'null')}'. The table is marked as deprecated."
            )
            if DEPRECATED_BY in before:
                return TableChange("none", database, name, existing, text, (text,))
            return TableChange("update", database, name, deprecated(existing, now_ms), text, (text,))
    storage = existing.get("StorageDescriptor") or {}
    known = {column["Name"] for column in storage.get("Columns") or []}
    known |= {key["Name"] for key in existing.get("PartitionKeys") or []}
    added = [column for column in found["StorageDescriptor"]["Columns"] if column["Name"] not in known]
    parameters = {key: value for key, value in before.items() if key != DEPRECATED_BY} | crawled
    merged: dict[str, Any] = {
        **_as_input(existing),
        "Parameters": parameters,
        "StorageDescriptor": {
            **storage,
            "Columns": [*(storage.get("Columns") or []), *added],
            "Parameters": (storage.get("Parameters") or {}) | dict(found["StorageDescriptor"]["Parameters"]),
        },
    }
    merged["StorageDescriptor"]["Parameters"].pop(DEPRECATED_BY, None)
    if same(merged, existing):
        return _unchanged(existing, database)
    columns = ", ".join(column["Name"] for column in added) or "no new column, new counts"
    text = f"Updated table {name} in database {database}: {columns}"
    return TableChange("update", database, name, merged, columns, (text,))


def partition_changes(
    change: TableChange,
    found: Sequence[PartitionInputTypeDef],
    existing: Sequence[Mapping[str, Any]],
    settings: Settings,
    now_ms: int,
) -> PartitionChanges:
    """What to do about the partitions of a table that was found."""
    if DEPRECATED_BY in (change.table.get("Parameters") or {}):
        return PartitionChanges(lines=(f"No partition of deprecated table {change.name} is written",))
    width = len(change.table.get("PartitionKeys") or [])
    if any(len(partition["Values"]) != width for partition in found):
        return PartitionChanges(
            lines=(f"Table {change.name} keeps other partition keys: its partitions stay as they are",)
        )
    if settings.inherit_from_table:
        found = [inherit(partition, change.table) for partition in found]
    there = {tuple(partition["Values"]): partition for partition in existing}
    wanted = {tuple(partition["Values"]) for partition in found}
    create = [partition for partition in found if tuple(partition["Values"]) not in there]
    changed = [
        partition
        for partition in found
        if tuple(partition["Values"]) in there and not same(partition, there[tuple(partition["Values"])])
    ]
    gone = [values for values in there if values not in wanted and len(values) == width]
    misfits = tuple(values for values in there if len(values) != width)
    deleted, marked, lines = _vanished(change.name, gone, there, settings, now_ms)
    if changed and settings.update_behavior == "LOG":
        if not settings.new_folders_only:  # known folders were not read, so that nothing can be said of them
            lines.append(f"{len(changed)} partitions of {change.name} differ, and UpdateBehavior LOG leaves them")
        changed = []
    return PartitionChanges(tuple(create), (*changed, *marked), (*deleted, *misfits), tuple(lines))


def _vanished(
    table: str,
    gone: Iterable[tuple[str, ...]],
    there: Mapping[tuple[str, ...], Mapping[str, Any]],
    settings: Settings,
    now_ms: int,
) -> tuple[list[tuple[str, ...]], list[PartitionInputTypeDef], list[str]]:
    """Partitions without data: those to delete, those to mark, what the log says."""
    gone = list(gone)
    if not gone:
        return [], [], []
    lines = [f"Partition {list(values)} of table {table} has no data any more" for values in gone]
    if settings.delete_behavior == "DELETE_FROM_DATABASE":
        return gone, [], lines
    if settings.delete_behavior == "LOG":
        return [], [], [*lines, f"DeleteBehavior LOG leaves these {len(gone)} partitions of {table}"]
    marked = [
        _mark({key: there[values][key] for key in _PARTITION_FIELDS if key in there[values]}, now_ms)
        for values in gone
        if DEPRECATED_BY not in (there[values].get("Parameters") or {})
    ]
    return [], marked, lines  # type: ignore[return-value]


def vanished_table(existing: Mapping[str, Any], settings: Settings, now_ms: int) -> TableChange:
    """What to do about a table of this crawler's whose data is gone."""
    name, database, why = existing["Name"], settings.database, "it has no data any more"

    def change(action: Action, table: Mapping[str, Any], what: str) -> TableChange:
        return TableChange(action, database, name, table, why + what, (f"Table {name}: {why}{what}",))

    if settings.delete_behavior == "DELETE_FROM_DATABASE":
        return change("delete", existing, f", and is deleted from database {database}")
    if settings.delete_behavior == "LOG":
        return change("none", existing, ", and DeleteBehavior LOG leaves it")
    if DEPRECATED_BY in (existing.get("Parameters") or {}):
        return change("none", existing, ", and is marked as deprecated")
    return change("update", deprecated(existing, now_ms), ", and is marked as deprecated")


def deprecated(existing: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    """The table as it is, with the mark on it and on its storage descriptor (so it is on AWS)."""
    return _mark(_as_input(existing), now_ms)


def _mark(entity: Mapping[str, Any], now_ms: int) -> dict[str, Any]:
    mark = {DEPRECATED_BY: str(now_ms)}
    storage = entity.get("StorageDescriptor") or {}
    return {
        **entity,
        "Parameters": (entity.get("Parameters") or {}) | mark,
        "StorageDescriptor": {**storage, "Parameters": (storage.get("Parameters") or {}) | mark},
    }


def _as_input(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: table[key] for key in _INPUT_FIELDS if table.get(key) not in (None, "")}
