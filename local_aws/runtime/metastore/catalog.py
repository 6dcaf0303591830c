"""The Glue Data Catalog as the metastore's methods see it: calls to Glue, whose errors are Hive's exceptions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

from .folders import Folders

BATCH = 100
"""Partitions in one BatchCreatePartition or BatchUpdatePartition (API reference)."""

_EXCEPTIONS = {
    "AlreadyExistsException": hive.AlreadyExistsException,
    "EntityNotFoundException": hive.NoSuchObjectException,
    "InvalidInputException": hive.InvalidObjectException,
}
"""Which of Hive's exceptions a code of Glue becomes (Glue's Hive client); MetaException for every other."""


class Catalog:
    """Glue with the role of the job.

    Args:
        make_client: makes the boto3 client for Glue, when it is first needed.
        folders: where tables lie.
        catalog_id: the account whose catalog it is; None for the caller's own.
    """

    def __init__(self, make_client: Callable[[], Any], folders: Folders, catalog_id: str | None = None) -> None:
        self._make_client = make_client
        self._common = {"CatalogId": catalog_id} if catalog_id else {}
        self._client: Any = None
        self.folders = folders

    @property
    def client(self) -> Any:
        """The boto3 client."""
        if self._client is None:
            self._client = self._make_client()
        return self._client

    def call(self, operation: str, **params: Any) -> dict[str, Any]:
        """Call Glue.

        Args:
            operation: method of the boto3 client.
            params: its parameters.

        Raises:
            hive.MetaException: or another of Hive's, with Glue's message, as `_EXCEPTIONS` says.
        """
        with _Translated():
            answer: dict[str, Any] = getattr(self.client, operation)(**self._common, **params)
        return answer

    def each(self, operation: str, result: str, **params: Any) -> Iterable[dict[str, Any]]:
        """All entries of a paged operation; raises as `call`."""
        with _Translated():
            for page in self.client.get_paginator(operation).paginate(**self._common, **params):
                yield from page[result]


def exception(code: str, message: str) -> Exception:
    """Hive's exception for an error of Glue; the code stands in the text of those that say nothing by their type."""
    known = _EXCEPTIONS.get(code)
    found: Exception = known(message) if known else hive.MetaException(f"{code}: {message}")
    return found


class _Translated:
    """Raises botocore's errors as Hive's."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: Any, error: BaseException | None, _frames: Any) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        if isinstance(error, ClientError):
            detail = error.response["Error"]
            raise exception(detail["Code"], detail.get("Message", "")) from error
        if isinstance(error, BotoCoreError):
            raise hive.MetaException(f"{type(error).__name__}: {error}") from error
