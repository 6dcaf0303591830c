"""Athena's functions: which of them the local AWS has, and what they are for the engine.

| file | duty |
|---|---|
| model.py | what a function is |
| numbers.py, text.py, regexps.py, times.py, nested.py, maps.py, urls.py, json_calls.py, aggregates.py | the functions |
| python_calls.py, formats.py | those that Python carries out for the engine |

A name that is in none of the tables and among `NOT_HERE` is refused by name; any other is not registered, as on AWS.
"""

from __future__ import annotations

from local_aws.athena.sql.analysis.signatures import signatures
from local_aws.athena.sql.functions.aggregates import AGGREGATES, CHOICES, WINDOWS
from local_aws.athena.sql.functions.json_calls import JSON_CALLS
from local_aws.athena.sql.functions.maps import MAPS
from local_aws.athena.sql.functions.model import FILTER, Argument, Function
from local_aws.athena.sql.functions.nested import NESTED
from local_aws.athena.sql.functions.numbers import NUMBERS
from local_aws.athena.sql.functions.python_calls import PYTHON_CALLS
from local_aws.athena.sql.functions.regexps import REGEXPS
from local_aws.athena.sql.functions.text import TEXT
from local_aws.athena.sql.functions.times import PARTS, TIMES
from local_aws.athena.sql.functions.urls import URLS

__all__ = ["FILTER", "FUNCTIONS", "NOT_HERE", "PARTS", "Argument", "Function"]

FUNCTIONS: dict[str, Function] = {
    **NUMBERS,
    **TEXT,
    **REGEXPS,
    **TIMES,
    **NESTED,
    **MAPS,
    **URLS,
    **JSON_CALLS,
    **PYTHON_CALLS,
    **AGGREGATES,
    **WINDOWS,
    **CHOICES,
}

_WITH_OWN_SYNTAX = frozenset(("listagg", "trim"))
NOT_HERE = frozenset(signatures()) - frozenset(FUNCTIONS) - _WITH_OWN_SYNTAX
"""Functions of Athena that the local AWS has not."""
