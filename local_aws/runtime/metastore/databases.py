"""Hive's methods about databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymetastore.hive_metastore import ttypes as hive

from . import shapes
from .catalog import Catalog
from .folders import is_local
from .names import matching
from .tables import drop_data

_DEFAULT = "default"


def get_database(catalog: Catalog, name: str) -> Any:
    """GetDatabase. Spark asks for `default` when it starts, which a role must be allowed as on AWS (real text)."""
    try:
        return shapes.database(catalog.call("get_database", Name=name)["Database"])
    except hive.MetaException as error:
        if name != _DEFAULT:
            raise
        raise hive.MetaException(f"Unable to verify existence of default database: {error.message}") from error


def get_all_databases(catalog: Catalog) -> list[str]:
    """The names of all databases."""
    return [shape["Name"] for shape in catalog.each("get_databases", "DatabaseList")]


def get_databases(catalog: Catalog, pattern: str) -> list[str]:
    """The names that match one of Hive's patterns."""
    return matching(get_all_databases(catalog), pattern)


def create_database(catalog: Catalog, database: Any) -> None:
    """CreateDatabase.

    Spark gives a database without LOCATION a folder of its own warehouse, which ends with the job: it gets no
    LocationUri, so that a table without a LOCATION is refused by Spark.
    """
    location = None if is_local(database.locationUri) else database.locationUri
    catalog.folders.make(location)
    catalog.call("create_database", DatabaseInput=shapes.database_input(database, location))


def alter_database(catalog: Catalog, dbname: str, db: Any) -> None:
    """UpdateDatabase; the location may be another one, the name not."""
    location = None if is_local(db.locationUri) else db.locationUri or None
    catalog.call("update_database", Name=dbname, DatabaseInput=shapes.database_input(db, location))


def drop_database(catalog: Catalog, name: str, deleteData: bool, cascade: bool) -> None:  # noqa: N803, FBT001 - Hive's names
    """DeleteDatabase, which takes the tables too: one that has some is refused unless asked to (Glue's Hive client).

    Raises:
        hive.InvalidOperationException: it is not empty.
    """
    location = get_database(catalog, name).locationUri
    tables = list(catalog.each("get_tables", "TableList", DatabaseName=name))
    if tables and not cascade:
        raise hive.InvalidOperationException(f"Database {name} is not empty.")
    catalog.call("delete_database", Name=name)
    if deleteData:
        for shape in tables:
            drop_data(catalog, shape)
        if location and not is_local(location):
            catalog.folders.delete(location)


METHODS: dict[str, Callable[..., Any]] = {
    "get_database": get_database,
    "get_all_databases": get_all_databases,
    "get_databases": get_databases,
    "create_database": create_database,
    "alter_database": alter_database,
    "drop_database": drop_database,
}
