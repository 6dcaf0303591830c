"""The files that a query reads: looked up in the catalog and in S3, asked of IAM in the caller's name, counted."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from os.path import commonprefix
from typing import Any

from local_aws import emulator
from local_aws.athena.engine.sessions import Session
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.rights import check_glue, s3_checks
from local_aws.athena.sql.dialect import TableName, Translation
from local_aws.athena.sql.scans import Scan
from local_aws.athena.tables.columnar import scanned
from local_aws.athena.tables.partition_types import differing, refuse_own_serde
from local_aws.athena.tables.projection import is_projected
from local_aws.athena.tables.pruning import Values
from local_aws.athena.tables.relations import Source, Table, is_data
from local_aws.emulator import ObjectFile, Scope

Place = tuple[Values, str]
"""Values of the partition keys, and location."""


@dataclass
class Reading:
    """What a query reads.

    Attributes:
        tables: each with the files of the partitions that are read.
        scanned: bytes, as Athena counts them; a table that is read twice counts twice.
    """

    tables: dict[TableName, tuple[Table, list[Source]]] = field(default_factory=dict)
    scanned: int = 0


def read(scope: Scope, access_key: str, translation: Translation, session: Session) -> Reading:
    """Find the files of a query; the session works its conditions out.

    Raises:
        FailedQueryError: a table is not there, the caller may not read it, or its properties are wrong.
        RefusedQueryError: a table of a kind that is not supported here.
    """
    for operation, parameters in translation.reads:
        check_glue(scope, access_key, operation, parameters)
    found = Reading()
    lookup = _Lookup(scope, access_key, session, found, s3_checks(access_key))
    for name in translation.tables:
        scans = [scan for scan in translation.scans if (scan.database, scan.table) == (name.database, name.table)]
        lookup.table(name, scans or [Scan(name.database, name.table, None)])
    return found


@dataclass
class _Lookup:
    scope: Scope
    access_key: str
    session: Session
    found: Reading
    check_s3: Callable[[str, str, str], None]

    def table(self, name: TableName, scans: Sequence[Scan]) -> None:
        check_glue(self.scope, self.access_key, "GetTable", {"DatabaseName": name.database, "Name": name.table})
        entry = emulator.catalog_table(self.scope, name.database, name.table)
        if entry is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: Table '{name}' does not exist")
        table = Table.of(entry)
        known = self._partitions(name, entry) if table.keys and not is_projected(entry) else {}
        locations = {values: (one.get("StorageDescriptor") or {}).get("Location", "") for values, one in known.items()}
        places = [self._places(entry, table, locations, scan) for scan in scans]
        read = [known[values] for part in places for values, _ in part if values in known]
        for partition in read:
            refuse_own_serde(table, partition)
        types = {tuple(partition["Values"]): differing(table, partition) for partition in read}
        listing = _Listing(self.scope, {location for part in places for _, location in part})
        order = list(table.columns) if table.by_place() else []
        files: dict[Place, list[Source]] = {}
        for scan, wanted in zip(scans, places, strict=True):
            for place in wanted:
                if place not in files:
                    files[place] = self._under(place, listing, types.get(place[0], ()))
                self.found.scanned += sum(scanned(file, table.format, scan.columns, order) for file in files[place])
        self.found.tables[name] = table, [file for part in files.values() for file in part]

    def _partitions(self, name: TableName, entry: Mapping[str, Any]) -> dict[Values, Mapping[str, Any]]:
        """The catalog's partitions by their values."""
        parameters = {"DatabaseName": name.database, "TableName": entry["Name"]}
        check_glue(self.scope, self.access_key, "GetPartitions", parameters)
        return {
            tuple(partition["Values"]): partition
            for partition in emulator.catalog_partitions(self.scope, name.database, name.table)
        }

    def _places(self, entry: Mapping[str, Any], table: Table, known: Mapping[Values, str], scan: Scan) -> list[Place]:
        if not table.keys:
            return [((), entry["StorageDescriptor"]["Location"])]
        if is_projected(entry):
            found: list[Place] = self.session.call("projected", dict(entry), table.keys, scan.conditions)
            return found
        if not scan.conditions:
            return list(known.items())
        kept = self.session.call("kept", table.keys, list(known), scan.conditions)
        return [(values, known[values]) for values in kept]

    def _under(self, place: Place, listing: _Listing, types: tuple[tuple[str, str], ...]) -> list[Source]:
        self.session.check()
        values, location = place
        bucket, prefix = _folder(location)
        self.check_s3("s3:ListBucket", bucket, prefix)
        files = listing.under(bucket, prefix)
        for file in files:
            self.session.check()
            self.check_s3("s3:GetObject", bucket, file.key)
        return [
            Source(f"s3://{bucket}/{file.key}", file.path, file.size, values, file.modified, types) for file in files
        ]


class _Listing:
    """The data files below some locations, of which there may be many: each bucket is looked through once."""

    def __init__(self, scope: Scope, locations: Collection[str]) -> None:
        prefixes: dict[str, list[str]] = {}
        for location in locations:
            bucket, prefix = _folder(location)
            prefixes.setdefault(bucket, []).append(prefix)
        self._files = {
            bucket: emulator.objects_under(scope, bucket, commonprefix(found))  # noqa: RUF071 - keys are no paths
            for bucket, found in prefixes.items()
        }
        self._keys = {bucket: [file.key for file in files] for bucket, files in self._files.items()}

    def under(self, bucket: str, prefix: str) -> list[ObjectFile]:
        keys = self._keys[bucket]
        start = stop = bisect_left(keys, prefix)
        while stop < len(keys) and keys[stop].startswith(prefix):
            stop += 1
        return [
            file for file in self._files[bucket][start:stop] if file.size and is_data(file.key.removeprefix(prefix))
        ]


def _folder(location: str) -> tuple[str, str]:
    """Bucket and prefix of a location; the prefix is empty or ends in a slash."""
    bucket, _, path = location.partition("://")[2].partition("/")
    return bucket, f"{path.rstrip('/')}/" if path.strip("/") else ""
