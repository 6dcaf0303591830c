"""MSCK REPAIR TABLE: partitions that lie in S3 and not in the catalog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from local_aws import emulator
from local_aws.athena.ddl.answers import Action, Answer
from local_aws.athena.ddl.catalog import Catalog, Entry
from local_aws.athena.ddl.partitions import keys_of, partition_input, partition_name
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.rights import check_s3
from local_aws.athena.sql.tokens import Words


def repair_table(words: Words, catalog: Catalog) -> Action:
    """MSCK REPAIR TABLE table: register the folders `key=value/…` of its location that the catalog does not know.

    Keys are lower case; folders that start with `_` or `.` and values with a `:` are passed over (user guide, "MSCK
    REPAIR TABLE"). The lines are real.
    """
    words.expect("MSCK", "REPAIR", "TABLE")
    name = words.table(catalog.database)
    words.end()

    def run(catalog: Catalog) -> Answer:
        entry = catalog.get_table(name)
        if not entry.get("TableType"):
            raise FailedQueryError("FAILED: NullPointerException Name is null")  # real
        folders = _folders(catalog, entry)
        if folders is None:
            return Answer((f"Tables missing on filesystem:\t{name[1]}",))
        keys = keys_of(entry)
        known = {tuple(partition["Values"]) for partition in catalog.partitions(name)} if keys else set()
        found = dict(_partitions_in(folders, keys)) if keys else {}
        added = {values: folder for values, folder in found.items() if values not in known}
        catalog.add_partitions(
            name, [partition_input(entry, list(values), name=folder) for values, folder in added.items()]
        )
        absent = [partition_name(keys, values) for values in sorted(known - found.keys())]
        return Answer(tuple(_report(name[1], list(added.values()), absent)))

    return run


def _report(table: str, added: list[str], absent: list[str]) -> Iterable[str]:
    for title, folders in (("Partitions not in metastore:", added), ("Partitions missing from filesystem:", absent)):
        if folders:
            yield "\t".join([title, *(f"{table}:{folder}" for folder in folders)])
    for folder in added:
        yield f"Repair: Added partition to metastore {table}:{folder}"


def _folders(catalog: Catalog, entry: Entry) -> list[list[str]] | None:
    """The folders below a table's location, each as its parts; None where there is nothing at all."""
    location = entry["StorageDescriptor"].get("Location") or ""
    bucket, _, path = location.partition("://")[2].partition("/")
    if not bucket:
        raise FailedQueryError(f"FAILED: the table {entry['Name']} has no location in S3")
    prefix = f"{path.rstrip('/')}/" if path.strip("/") else ""
    check_s3(catalog.access_key, "s3:ListBucket", bucket, prefix)
    files = emulator.objects_under(catalog.scope, bucket, prefix)
    return [file.key.removeprefix(prefix).split("/")[:-1] for file in files] or None


def _partitions_in(folders: Iterable[list[str]], keys: Sequence[str]) -> Iterable[tuple[tuple[str, ...], str]]:
    for parts in folders:
        named = parts[: len(keys)]
        if len(named) < len(keys) or any(part.startswith(("_", ".")) or ":" in part for part in named):
            continue
        pairs = [part.partition("=") for part in named]
        if [pair[0] for pair in pairs] == list(keys) and all(pair[2] for pair in pairs):
            yield tuple(unquote(pair[2]) for pair in pairs), "/".join(named)
