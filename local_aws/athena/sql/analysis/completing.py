"""What the analyzer found, for what writes the query for the engine: types where sqlglot knows none."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import UNKNOWN, Type


def complete(query: exp.Expr) -> None:
    """Give the parts of an annotated query whose type is not known the one that the analyzer found.

    Raises:
        RefusedQueryError: the engine cannot carry a part out.
    """
    for node in query.walk():
        found = node.meta.get(TYPE)
        if isinstance(node, exp.Subquery) and found is not None and len(node.this.selects) > 1:
            raise not_supported("a subquery with several columns as a value")
        if found is not None and (isinstance(node, exp.Anonymous) or trino_types.is_unknown(node.type)):
            kind = data_type(found)
            if kind is not None:
                node.type = kind


def data_type(kind: Type) -> DataType | None:
    """A type as sqlglot has it; None where it has not, or it is not wholly known."""
    if not kind.is_known or kind == UNKNOWN or UNKNOWN in kind.arguments:
        return None
    try:
        return trino_types.build(str(kind))
    except (SqlglotError, ValueError):
        return None
