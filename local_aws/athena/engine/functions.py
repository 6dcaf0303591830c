"""What the engine calls Python for: functions of Athena that it has not itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
from duckdb.func import FunctionNullHandling

from local_aws.athena.sql.functions.formats import FORMAT, JAVA_DOUBLE, JAVA_REAL, formatted
from local_aws.athena.sql.functions.json_calls import ENGINE_FUNCTION
from local_aws.athena.sql.functions.python_calls import ENGINE_CALLS
from local_aws.athena.sql.json_paths import evaluate
from local_aws.athena.sql.zones import ZONE_CALLS
from local_aws.athena.values import java_double, java_real


def _java_double(value: float) -> str:
    return java_double(value)


_FUNCTIONS: tuple[tuple[str, Callable[..., Any], list[Any]], ...] = (
    (ENGINE_FUNCTION, evaluate, ["VARCHAR", "VARCHAR"]),
    (FORMAT, formatted, ["VARCHAR", "VARCHAR[]"]),
    (JAVA_DOUBLE, _java_double, ["DOUBLE"]),
    (JAVA_REAL, java_real, ["FLOAT"]),
)
"""What is called for what the engine has not: name, function, types of its arguments; each gives a text."""


def add_functions(connection: duckdb.DuckDBPyConnection) -> None:
    """Have the engine call Python for what it has not itself."""
    for name, call, arguments, given in (*ENGINE_CALLS, *ZONE_CALLS):
        connection.create_function(name, call, list[Any](arguments), given)
    for name, function, kinds in _FUNCTIONS:
        handling = FunctionNullHandling.SPECIAL if len(kinds) > 1 else FunctionNullHandling.DEFAULT
        connection.create_function(name, function, kinds, "VARCHAR", null_handling=handling)
