"""Deleting files: purge_table and purge_s3_path."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

from awsglue._formats.files import S3, File, delete, listed, put_text
from awsglue._formats.options import Options
from awsglue._sources import catalog as _catalog
from awsglue._sources.predicates import matching

_HOURS = 168
_STORAGE_CLASS = "STANDARD"


def path(context: Any, s3_path: str, options: Mapping[str, Any]) -> None:
    """Delete the files below a path that are older than `retentionPeriod` hours (168 unless told).

    Objects are of the storage class STANDARD here: `excludeStorageClasses` with it keeps them all.
    """
    _delete(context.spark_session, [s3_path], Options(options))


def table(context: Any, database: str, table_name: str, options: Mapping[str, Any], catalog_id: str | None) -> None:
    """Delete the files of a table, then the partitions that have none left.

    The option `partitionPredicate` chooses partitions.

    Raises:
        ValueError: the predicate cannot be evaluated.
    """
    session, given = context.spark_session, Options(options)
    found = _catalog.table(database, table_name, catalog_id)
    keys = [(key["Name"], _catalog.from_hive(key.get("Type", "string"))) for key in found.get("PartitionKeys", [])]
    if not keys:
        _delete(session, [found["StorageDescriptor"]["Location"]], given)
        return
    parts = [(part, part["Values"]) for part in _catalog.partitions(database, table_name, None, catalog_id)]
    if predicate := given.get("partitionPredicate"):
        parts = matching(session, predicate, keys, parts)
    places = [part["StorageDescriptor"]["Location"] for part, _ in parts]
    _delete(session, places, given)
    for (_, values), place in zip(parts, places, strict=True):
        if not listed(session, [place], recurse=True):
            _catalog.client().delete_partition(
                DatabaseName=database,
                TableName=table_name,
                PartitionValues=list(values),
                **_catalog.in_catalog(catalog_id),
            )


def _delete(session: Any, paths: Sequence[str], options: Options) -> None:
    hours = options.number("retentionPeriod")
    until = time.time() * 1000 - (_HOURS if hours is None else hours) * 3_600_000
    kept = _STORAGE_CLASS in options.texts("excludeStorageClasses")
    gone: list[File] = []
    for file in listed(session, paths, recurse=True):
        if not kept and file.modified <= until:
            delete(session, file.path)
            gone.append(file)
    if manifest := options.get("manifestFilePath"):
        put_text(session, f"{manifest.rstrip('/')}/Success.csv", "".join(f"{file.path}\n" for file in gone))
        put_text(session, f"{manifest.rstrip('/')}/Failed.csv", "")
    S3.carry()
