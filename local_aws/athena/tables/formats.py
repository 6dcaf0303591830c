"""Which format the files of a table have: by its SerDe or input format, without either by its classification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported

_FORMATS = {
    "grokserde": "grok",
    "regexserde": "regex",
    "cloudtrailserde": "json",
    "parquet": "parquet",
    "orcserde": "orc",
    "orcinputformat": "orc",
    "jsonserde": "json",
    "opencsvserde": "csv",
    "lazysimpleserde": "csv",
    "avroserde": "avro",
    "avrocontainerinputformat": "avro",
}
_CLASSIFIED = ("parquet", "orc", "json", "csv", "avro", "grok")


def format_of(entry: Mapping[str, Any]) -> str:
    """parquet, orc, avro, json, csv, grok or regex.

    Args:
        entry: the catalog's Table.

    Raises:
        FailedQueryError: Athena does not read it.
        RefusedQueryError: it is not supported here.
    """
    storage = entry.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("SerializationLibrary") or ""
    told = f"{serde} {storage.get('InputFormat') or ''}".lower()
    classification = str((entry.get("Parameters") or {}).get("classification", "")).lower()
    found = next((name for word, name in _FORMATS.items() if word in told), None)
    if found is None and not serde:
        found = next((name for name in _CLASSIFIED if name in classification), None)
    if found:
        return found
    if not told.strip():  # xml, ion and what no classifier knows (knowledge center, "Unable to create input format")
        raise FailedQueryError("HIVE_UNKNOWN_ERROR: Unable to create input format")
    raise not_supported(f"the format of the table {entry['Name']} ({serde or classification or 'none given'})")
