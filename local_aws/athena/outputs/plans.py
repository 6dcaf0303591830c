"""What is written, who writes, and what is told to S3 and the catalog of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.outputs.types import NULL
from local_aws.athena.rights import check_glue, check_s3
from local_aws.athena.sql.dialect import TableName
from local_aws.athena.tables.pruning import Values
from local_aws.emulator import Scope
from local_aws.glue.catalog import carry_out
from local_aws.glue.model import GlueError


@dataclass(frozen=True)
class Output:
    """A column that is written.

    Attributes:
        name: in lower case.
        type: its Hive type.
        source: place of the result's column; None for NULL.
    """

    name: str
    type: str
    source: int | None


@dataclass(frozen=True)
class Caller:
    """Who writes: account and region, and access key."""

    scope: Scope
    access_key: str

    def glue(self, operation: str, **parameters: Any) -> None:
        """Check the caller's right and carry an operation of Glue out.

        Raises:
            FailedQueryError: the caller may not, or Glue refuses.
        """
        check_glue(self.scope, self.access_key, operation, parameters)
        try:
            carry_out(self.scope, operation, **parameters)
        except GlueError as error:
            if operation == "BatchCreatePartition" and error.code == "AlreadyExistsException":
                return  # another statement was first
            raise FailedQueryError(f"HIVE_METASTORE_ERROR: {error.message} (Error Code: {error.code})") from error


def new_outputs(names: Sequence[str], types: Sequence[str], keys: Sequence[str]) -> list[Output]:
    """All columns of a result, as those of something new.

    Raises:
        FailedQueryError: a type that Hive has not, partition keys that are not the last columns, a name that is
            there twice.
    """
    lower = [name.lower() for name in names]
    for place, (name, kind) in enumerate(zip(lower, types, strict=True)):
        if kind == NULL:
            raise FailedQueryError(f"COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown: {name}")
        if name in lower[:place]:
            raise FailedQueryError(f"DUPLICATE_COLUMN_NAME: line 1:1: Column name '{name}' specified more than once")
    missing = [key for key in keys if key not in lower]
    if missing:
        raise FailedQueryError(f"INVALID_TABLE_PROPERTY: Partition columns {missing} not present in schema")
    if keys and len(keys) == len(lower):
        raise FailedQueryError("INVALID_TABLE_PROPERTY: Table contains only partition columns")
    if keys and lower[-len(keys) :] != list(keys):
        raise FailedQueryError(
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as "
            f"the table properties: [{', '.join(keys)}]"
        )
    return [Output(name, kind, place) for place, (name, kind) in enumerate(zip(lower, types, strict=True))]


def add_partitions(caller: Caller, table: TableName, folders: Mapping[Values, str], storage: Mapping[str, Any]) -> None:
    """Register partitions that lie in these folders.

    Raises:
        FailedQueryError: the caller may not.
    """
    if folders:
        inputs = [
            {"Values": list(values), "StorageDescriptor": {**storage, "Location": folder}, "Parameters": {}}
            for values, folder in folders.items()
        ]
        caller.glue(
            "BatchCreatePartition", DatabaseName=table.database, TableName=table.table, PartitionInputList=inputs
        )


def check_empty(caller: Caller, place: str, message: str) -> None:
    """Check that nothing lies in a folder.

    Raises:
        FailedQueryError: HIVE_PATH_ALREADY_EXISTS with the message; or there is no such bucket, or it may not be seen.
    """
    bucket, _, prefix = place.partition("://")[2].partition("/")
    if not emulator.bucket_exists(caller.scope, bucket):
        raise FailedQueryError(f"The specified bucket does not exist (Error Code: NoSuchBucket; Bucket: {bucket})")
    check_s3(caller.access_key, "s3:ListBucket", bucket, prefix)
    if emulator.objects_under(caller.scope, bucket, prefix):
        raise FailedQueryError(f"HIVE_PATH_ALREADY_EXISTS: {message}")


def folder_uri(place: str) -> str:
    """A place in S3 with a slash at its end.

    Raises:
        FailedQueryError: it is none.
    """
    if not place.startswith(("s3://", "s3a://")):
        raise FailedQueryError(f"INVALID_TABLE_PROPERTY: External location is not a valid file system URI: {place}")
    return f"s3://{place.partition('://')[2].rstrip('/')}/"
