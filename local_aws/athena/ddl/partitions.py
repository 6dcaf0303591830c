"""Partitions: ALTER TABLE ADD, DROP and RENAME PARTITION."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from local_aws.athena.ddl.answers import NOTHING, Action, Answer
from local_aws.athena.ddl.catalog import EXECUTION_ERROR, Catalog, Entry, Name
from local_aws.athena.ddl.definitions import now
from local_aws.athena.ddl.tables import check_location
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.clauses import Spec, read_conditions, read_spec
from local_aws.athena.sql.tokens import Words

_ESCAPED = frozenset("\"#%'*/:=?\\\x7f{[]^") | {chr(code) for code in range(1, 32)}
"""Characters that Hive writes as %XX in the names of partitions' folders."""

_SIGNS = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_NUMBERS = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")


def partition_name(keys: Sequence[str], values: Sequence[str]) -> str:
    """A partition as its folder is named: `key=value/key=value`."""
    return "/".join(f"{key}={_escaped(value)}" for key, value in zip(keys, values, strict=True))


def _escaped(value: str) -> str:
    return "".join(f"%{ord(letter):02X}" if letter in _ESCAPED else letter for letter in value)


def add_partitions(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table ADD [IF NOT EXISTS] PARTITION (spec) [LOCATION 's3://…'] …; without LOCATION, its folder."""
    name = altered_table(words, catalog)
    words.expect("ADD")
    may_exist = words.take("IF", "NOT", "EXISTS")
    wanted: list[tuple[Spec, str]] = []
    while words.take("PARTITION"):
        spec = read_spec(words)
        location = words.text() if words.take("LOCATION") else ""
        if location:
            check_location(location)
        wanted.append((spec, location))
        words.take(",")
    if not wanted:
        words.fail()
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        known = {tuple(partition["Values"]) for partition in catalog.partitions(name)}
        made = {}
        for spec, location in wanted:
            values = _all_values(entry, spec)
            if tuple(values) not in known:
                made[tuple(values)] = partition_input(entry, values, location)
            elif not may_exist:
                raise FailedQueryError(f"{EXECUTION_ERROR}AlreadyExistsException(message:Partition already exists.)")
        catalog.add_partitions(name, made.values())
        return NOTHING

    return run


def drop_partitions(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table DROP [IF EXISTS] PARTITION (spec) [, …]; the data stay.

    A spec may leave keys out and compare with other signs than `=`, as Hive's may: it means all partitions that fit.
    """
    name = altered_table(words, catalog)
    words.expect("DROP")
    may_be_absent = words.take("IF", "EXISTS")
    words.expect("PARTITION")
    specs = [read_conditions(words)]
    while words.take(","):
        words.expect("PARTITION")
        specs.append(read_conditions(words))
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        partitions = catalog.partitions(name)
        dropped: dict[tuple[str, ...], None] = {}
        for spec in specs:
            found = [tuple(partition["Values"]) for partition in partitions if _matches(entry, partition, spec)]
            if not found and not may_be_absent:
                raise no_partition({key: value for key, _, value in spec})
            dropped.update(dict.fromkeys(found))
        for values in dropped:
            catalog.change("DeletePartition", DatabaseName=name[0], TableName=name[1], PartitionValues=list(values))
        return NOTHING

    return run


def rename_partition(words: Words, catalog: Catalog) -> Action:
    """ALTER TABLE table PARTITION (spec) RENAME TO PARTITION (spec): its location stays."""
    name = altered_table(words, catalog)
    words.expect("PARTITION")
    old = read_spec(words)
    words.expect("RENAME", "TO", "PARTITION")
    new = read_spec(words)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        partition, values = find_partition(catalog, name, entry, old), _all_values(entry, new)
        if any(other["Values"] == values for other in catalog.partitions(name)):
            raise FailedQueryError(f"{EXECUTION_ERROR}AlreadyExistsException(message:Partition already exists.)")
        update_partition(catalog, name, partition, Values=values)
        return NOTHING

    return run


def find_partition(catalog: Catalog, name: Name, entry: Entry, spec: Spec) -> Entry:
    """The partition that a whole spec means.

    Raises:
        FailedQueryError: there is none, or the spec leaves keys out.
    """
    values = _all_values(entry, spec)
    found = next((partition for partition in catalog.partitions(name) if partition["Values"] == values), None)
    if found is None:
        raise no_partition(spec)
    return found


def update_partition(catalog: Catalog, name: Name, partition: Entry, **changes: Any) -> None:
    """Write a partition anew with some of its parts changed."""
    kept = {part: partition[part] for part in ("Values", "StorageDescriptor", "Parameters") if part in partition}
    catalog.change(
        "UpdatePartition",
        DatabaseName=name[0],
        TableName=name[1],
        PartitionValueList=partition["Values"],
        PartitionInput={**kept, **changes},
    )


def no_partition(spec: Mapping[str, str]) -> FailedQueryError:
    """There is no such partition (real)."""
    shown = ", ".join(f"{key}={value}" for key, value in spec.items())
    return FailedQueryError(f"FAILED: SemanticException [Error 10006]: Partition not found {{{shown}}}")


def altered_table(words: Words, catalog: Catalog) -> Name:
    """Read `ALTER TABLE table`."""
    words.expect("ALTER", "TABLE")
    return words.table(catalog.database)


def keys_of(entry: Entry) -> list[str]:
    """The names of a table's partition keys."""
    return [key["Name"] for key in entry.get("PartitionKeys") or ()]


def _check_keys(entry: Entry, spec: Iterable[str]) -> None:
    unknown = next((key for key in spec if key not in keys_of(entry)), None)
    if unknown:
        raise FailedQueryError(
            "FAILED: SemanticException [Error 10098]: Non-Partition column appears in the partition specification: "
            f"{unknown}"
        )


def _all_values(entry: Entry, spec: Spec) -> list[str]:
    _check_keys(entry, spec)
    keys = keys_of(entry)
    if len(spec) != len(keys):
        shown = ", ".join(f"{key}={value}" for key, value in spec.items())
        raise FailedQueryError(
            f"FAILED: ValidationFailureSemanticException partition spec {{{shown}}} doesn't contain all ({len(keys)}) "
            "partition columns"
        )
    return [spec[key] for key in keys]


def _matches(entry: Entry, partition: Entry, conditions: Sequence[tuple[str, str, str]]) -> bool:
    _check_keys(entry, [key for key, _, _ in conditions])
    values = dict(zip(keys_of(entry), partition["Values"], strict=True))
    kinds = {key["Name"]: key.get("Type", "string") for key in entry["PartitionKeys"]}
    return all(_holds(values[key], sign, value, kinds[key]) for key, sign, value in conditions)


def _holds(value: str, sign: str, other: str, kind: str) -> bool:
    """Compare two values of a key: as numbers where its type is one, else as texts."""
    left: Any = value
    right: Any = other
    if kind.startswith(_NUMBERS):
        try:
            left, right = Decimal(value), Decimal(other)
        except InvalidOperation:
            return sign in ("<>", "!=")
    return bool(_SIGNS[sign](left, right))


def partition_input(entry: Entry, values: list[str], location: str = "", name: str = "") -> dict[str, Any]:
    """Glue's PartitionInput: the table's storage at a place of its own."""
    storage = entry["StorageDescriptor"]
    folder = f"{storage['Location'].rstrip('/')}/{name or partition_name(keys_of(entry), values)}"
    return {
        "Values": values,
        "StorageDescriptor": {**storage, "Location": location or folder},
        "Parameters": {"transient_lastDdlTime": now()},
    }
