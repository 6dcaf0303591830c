"""What the analyzer says no with: category, place and text, as Athena tells them."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.places import position

NO_ACCESS = " or requester is not authorized to access requested resources"
"""Athena's ending of Trino's sentence (public messages of SELECT, DELETE, CTAS and INSERT)."""


def failure(category: str, node: exp.Expr, text: str) -> FailedQueryError:
    """An error at a part of the query; its category is one of Trino's StandardErrorCode."""
    return FailedQueryError(f"{category}: {position(node)}: {text}")


def mismatch(node: exp.Expr, text: str) -> FailedQueryError:
    """TYPE_MISMATCH."""
    return failure("TYPE_MISMATCH", node, text)


def not_resolved(node: exp.Expr, name: str) -> FailedQueryError:
    """COLUMN_NOT_FOUND."""
    return failure("COLUMN_NOT_FOUND", node, f"Column '{name}' cannot be resolved{NO_ACCESS}")


def ambiguous(node: exp.Expr, name: str) -> FailedQueryError:
    """AMBIGUOUS_NAME."""
    return failure("AMBIGUOUS_NAME", node, f"Column '{name}' is ambiguous")
