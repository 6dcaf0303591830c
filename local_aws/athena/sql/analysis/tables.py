"""The catalog's tables as the analyzer sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

from local_aws.athena.sql.analysis.scopes import Field, Relation
from local_aws.athena.sql.analysis.types import Type, of_data_type
from local_aws.athena.sql.hive_types import data_type


def relation_of_table(name: Sequence[str], columns: Mapping[str, str], hidden: Mapping[str, str]) -> Relation:
    """A table's columns.

    Args:
        name: catalog, database and table, in lower case.
        columns: name -> Hive type.
        hidden: the same, of those that `*` leaves out.

    Raises:
        FailedQueryError: HIVE_INVALID_METADATA, a type is none.
    """
    qualifier = tuple(name)
    shown = [Field(column.lower(), _type(kind), qualifier) for column, kind in columns.items()]
    return Relation((*shown, *(Field(column, _type(kind), qualifier, hidden=True) for column, kind in hidden.items())))


@lru_cache(maxsize=4096)
def _type(kind: str) -> Type:
    return of_data_type(data_type(kind))
