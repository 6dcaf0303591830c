"""What the analyzer found, for what writes the query for the engine: types where sqlglot knows none."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import UNKNOWN, Type
from local_aws.athena.sql.placing import IS_LITERAL


def complete(query: exp.Expr) -> None:
    """Give the parts of an annotated query whose type is not known the one that the analyzer found.

    Raises:
        RefusedQueryError: the engine cannot carry a part out.
    """
    for node in query.walk():
        found = node.meta.get(TYPE)
        if node.meta.get(IS_LITERAL) and found is not None:
            _check_zone(node, found)
        if isinstance(node, exp.Subquery) and found is not None and len(node.this.selects) > 1:
            raise not_supported("a subquery with several columns as a value")
        if found is not None and (isinstance(node, exp.Anonymous) or trino_types.is_unknown(node.type)):
            kind = data_type(found)
            if kind is not None:
                node.type = kind


_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.Between, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
_UTC = re.compile(r"(?:UTC|GMT|Z|[+-]00?(?::?00)?)\s*$")


def _check_zone(literal: exp.Expr, kind: Type) -> None:
    """A moment is kept without its zone: only where the zone does not count can it have another than UTC."""
    if kind.base != "timestamp with time zone" or _UTC.search(literal.this.name):
        return
    parent = literal.parent
    while isinstance(parent, exp.Paren):
        parent = parent.parent
    is_instant = isinstance(parent, exp.Anonymous) and parent.name.lower() == "to_unixtime"
    if not isinstance(parent, _COMPARISONS) and not is_instant:
        raise not_supported("a timestamp with a time zone other than UTC, but for comparisons,")


def data_type(kind: Type) -> DataType | None:
    """A type as sqlglot has it; None where it has not, or it is not wholly known."""
    if not kind.is_known or kind == UNKNOWN or UNKNOWN in kind.arguments:
        return None
    try:
        return trino_types.build(str(kind))
    except (SqlglotError, ValueError):
        return None
