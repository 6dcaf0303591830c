"""All methods of Hive's interface: those that are answered, and how the others are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pymetastore.hive_metastore import ThriftHiveMetastore
from pymetastore.hive_metastore import ttypes as hive
from thrift.Thrift import TApplicationException, TException

from . import databases, partition_writes, partitions, tables
from .catalog import Catalog


def set_ugi(_catalog: Catalog, user_name: str, group_names: list[str]) -> list[str]:
    """Who Hive believes the user to be; the rights are the role's."""
    return [user_name, *group_names]


def get_all_functions(_catalog: Catalog) -> Any:
    """None: permanent functions are not supported."""
    return hive.GetAllFunctionsResponse(functions=[])


def get_functions(_catalog: Catalog, dbName: str, pattern: str) -> list[str]:  # noqa: N803 - Hive's name
    """None: permanent functions are not supported."""
    del dbName, pattern
    return []


def get_function(_catalog: Catalog, dbName: str, funcName: str) -> Any:  # noqa: N803 - Hive's names
    """There is none."""
    raise hive.NoSuchObjectException(f"Function {dbName}.{funcName} does not exist")


def shutdown(_catalog: Catalog) -> None:
    """Hive's client says goodbye."""


METHODS: dict[str, Callable[..., Any]] = {
    **databases.METHODS,
    **tables.METHODS,
    **partitions.METHODS,
    **partition_writes.METHODS,
    "set_ugi": set_ugi,
    "get_all_functions": get_all_functions,
    "get_functions": get_functions,
    "get_function": get_function,
    "shutdown": shutdown,
}


_ONLY_FIRST = "get_partition_names"
"""In Hive 2.3, whose client Spark has, the first exception of this method is MetaException and there is no other."""


class Handler:
    """What Thrift's processor calls, a method at a time."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def __getattr__(self, method: str) -> Callable[..., Any]:
        def answer(*arguments: Any) -> Any:
            try:
                return METHODS.get(method, _refused(method))(self._catalog, *arguments)
            except TException as error:
                raise _declared(method, error) from error
            except Exception as error:
                raise _declared(method, hive.MetaException(f"{type(error).__name__}: {error}")) from error

        return answer


def _refused(method: str) -> Callable[..., Any]:
    def refuse(*_arguments: Any) -> Any:
        raise hive.MetaException(f"{method} of Hive's metastore is not supported by the local AWS")

    return refuse


def _declared(method: str, error: TException) -> TException:
    """The error as one that the method declares: others would reach Spark without their text."""
    result = getattr(ThriftHiveMetastore, f"{method}_result", None)
    kinds = [field[3][0] for field in getattr(result, "thrift_spec", ()) if field and field[0] > 0]
    text = getattr(error, "message", None) or str(error)
    if method == _ONLY_FIRST:
        return kinds[0](text)
    if type(error) in kinds:
        return error
    if hive.MetaException in kinds:
        return hive.MetaException(text)
    return TApplicationException(TApplicationException.INTERNAL_ERROR, text)
