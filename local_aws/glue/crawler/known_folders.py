"""Folders that the catalog knows, as if they had been read: what CRAWL_NEW_FOLDERS_ONLY does not read again.

Assumed: a folder is known when a partition, or a table without partitions, that this crawler made lies there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from local_aws.glue.crawler.hive_types import parse
from local_aws.glue.crawler.reading import SERDES, UNKNOWN, Reading
from local_aws.glue.crawler.schema import Column


def known_folders(entities: Iterable[Mapping[str, Any]]) -> dict[str, Reading]:
    """For the folder (`s3://…/`) of each table or partition what the catalog says of its files."""
    folders = {}
    for entity in entities:
        storage = entity.get("StorageDescriptor") or {}
        location = storage.get("Location") or ""
        folders[f"{location.rstrip('/')}/"] = _reading(entity.get("Parameters") or {}, storage)
    return folders


def _reading(parameters: Mapping[str, str], storage: Mapping[str, Any]) -> Reading:
    serde = storage.get("SerdeInfo") or {}
    of_serde = serde.get("Parameters") or {}
    paths, classification = of_serde.get("paths") or "", parameters.get("classification", UNKNOWN)
    library, own = serde.get("SerializationLibrary") or "", SERDES.get(classification)
    chosen = of_serde and library != (own.library if own else None)
    return Reading(
        classification=classification,
        compression=parameters.get("compressionType", "none"),
        schema=tuple(
            Column(column["Name"], parse(column["Type"]), "so in the catalog")
            for column in storage.get("Columns") or []
        ),
        delimiter=parameters.get("delimiter"),
        header=parameters.get("skip.header.line.count") == "1",
        paths=tuple(path for path in paths.split(",") if path),
        serde=(library, tuple(of_serde.items())) if chosen else None,
        parameters=tuple((name, parameters[name]) for name in ("grokPattern",) if name in parameters),
        avro_schema=parameters.get("avro.schema.literal"),
        why="so in the catalog: the folder was crawled before",
    )
