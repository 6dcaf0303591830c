"""The names of a query's columns: those that it has not, and those that are not found."""

from __future__ import annotations

import logging
import re

from sqlglot import exp
from sqlglot.errors import SqlglotError

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.analysis.failures import NO_ACCESS
from local_aws.athena.sql.places import position
from local_aws.athena.sql.reading import first_select

_logger = logging.getLogger(__name__)


def name_columns(query: exp.Query) -> None:
    """Name the columns that have no name as Athena does: `_col0`, `_col1`, … by position."""
    select = first_select(query)
    if select is None:
        return
    for place, projection in enumerate(select.expressions):
        if isinstance(projection, exp.Alias):
            projection.args["alias"].meta["written"] = projection.alias
        elif not isinstance(projection, exp.Column | exp.Star | exp.Dot):
            projection.replace(exp.alias_(projection.copy(), f"_col{place}"))


def written_names(query: exp.Expr) -> tuple[str, ...]:
    """Names of the result's columns: an alias as it was written, a column's own as the catalog has it."""
    select = first_select(query)
    if select is None:
        return ()
    aliases = [projection.args.get("alias") for projection in select.expressions]
    return tuple(
        alias.meta.get("written", alias.name) if isinstance(alias, exp.Identifier) else projection.alias_or_name
        for alias, projection in zip(aliases, select.expressions, strict=True)
    )


def check_having(query: exp.Expr) -> None:
    """HAVING knows no aliases of the select list."""
    for having in query.find_all(exp.Having):
        for column in having.find_all(exp.Column):
            if not column.table:
                raise FailedQueryError(_not_found(column))


def unresolved(error: SqlglotError, query: exp.Query) -> Exception:
    """What is said where the analyzer let a name through that nothing is found for."""
    named = re.search(r"Column '\"?([^'\"]+)\"?' could not be resolved|Unknown column: (\S+)", str(error))
    name = (named[1] or named[2]) if named else ""
    if name.startswith("$"):
        return not_supported(f'the column "{name}"')
    column = next((part for part in query.find_all(exp.Column) if part.name == name), None)
    if column is not None:
        return FailedQueryError(_not_found(column))
    _logger.warning("sqlglot says: %s", error)
    return not_supported(f"the column {name}" if name else "a part of this query")


def _not_found(column: exp.Column) -> str:
    name = ".".join(part.name for part in column.parts)
    return f"COLUMN_NOT_FOUND: {position(column)}: Column '{name}' cannot be resolved{NO_ACCESS}"
