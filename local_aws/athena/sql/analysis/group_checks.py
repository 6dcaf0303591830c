"""GROUP BY and SELECT DISTINCT: what a query groups by, and that it names nothing else (Trino's StatementAnalyzer)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from local_aws.athena.sql.analysis.contexts import FIELD, Context
from local_aws.athena.sql.analysis.expression_texts import text_of
from local_aws.athena.sql.analysis.failures import failure
from local_aws.athena.sql.analysis.grouping import Key, aggregates, check_scalar, is_grouped, key_of
from local_aws.athena.sql.analysis.scopes import Field, Relation

Origin = exp.Expr | Field
"""What a column of the output is made of: an expression, or a column that `*` stands for."""


def group_by(node: exp.Select, context: Context, origins: Sequence[Origin]) -> set[Key] | None:
    """What a query groups by; None where it does not."""
    group = node.args.get("group")
    if group is None:
        return None
    keys: set[Key] = set()
    parts = [*group.expressions, *(part for name in ("grouping_sets", "cube", "rollup") for part in _list(group, name))]
    for part in _flat(parts):
        if isinstance(part, exp.Literal) and not part.is_string:
            origin = _at(part, origins, _has_star(node))
            if isinstance(origin, exp.Expr):
                check_scalar(origin, "GROUP BY clause")
                keys.add(key_of(origin))
            elif origin is not None:
                keys.add(("column", id(origin)))
        else:
            context.type(part)
            check_scalar(part, "GROUP BY clause")
            keys.add(key_of(part))
    return keys


def _at(place: exp.Expr, origins: Sequence[Origin], has_star: bool) -> Origin | None:  # noqa: FBT001
    """What the column at a place of the select list is made of; None where that is not known."""
    number = int(place.name) if place.name.isdigit() else 0
    if 1 <= number <= len(origins):
        return origins[number - 1]
    if has_star and number > 0:
        return None
    raise failure("INVALID_COLUMN_REFERENCE", place, f"GROUP BY position {place.name} is not in select list")


def _list(node: exp.Expr, name: str) -> list[exp.Expr]:
    found = node.args.get(name)
    return found if isinstance(found, list) else []


def _has_star(node: exp.Select) -> bool:
    return any(item.is_star for item in node.expressions)


def _flat(parts: Sequence[exp.Expr]) -> list[exp.Expr]:
    found: list[exp.Expr] = []
    for part in parts:
        if isinstance(part, exp.GroupingSets | exp.Cube | exp.Rollup | exp.Tuple):
            found.extend(_flat(part.expressions))
        elif isinstance(part, exp.Paren):
            found.extend(_flat([part.this]))
        else:
            found.append(part)
    return found


def check_distinct(node: exp.Select, output: Relation, source: set[Field]) -> None:
    """SELECT DISTINCT is ordered by what it selects."""
    order = node.args.get("order")
    if node.args.get("distinct") is None or order is None or output.is_open or _has_star(node):
        return
    selected = {key_of(item) for item in node.expressions}
    for part in order.expressions:
        value = part.this
        foreign = any(FIELD in column.meta and column.meta[FIELD][0] in source for column in value.find_all(exp.Column))
        if foreign and key_of(value) not in selected:
            raise failure(
                "EXPRESSION_NOT_IN_DISTINCT",
                value,
                "For SELECT DISTINCT, ORDER BY expressions must appear in select list",
            )


def check_groups(node: exp.Select, keys: set[Key] | None, source: Relation) -> None:
    """Check that a grouped query names nothing else than what it groups by."""
    having, order = node.args.get("having"), node.args.get("order")
    items = [item for item in node.expressions if not item.is_star]
    ordered = [part.this for part in order.expressions if not isinstance(part.this, exp.Literal)] if order else []
    conditions = [having.this] if having is not None else []
    parts = [*items, *conditions, *ordered]
    if keys is None and not any(aggregates(part) for part in parts) and not conditions:
        return
    wanted = keys or set()
    columns = set(source.fields)
    for item in node.expressions:
        if isinstance(item, exp.Star):
            _check_star(item, wanted, source)
    for part in parts:
        value = part.unalias()
        if not is_grouped(value, wanted, columns):
            raise failure(
                "EXPRESSION_NOT_AGGREGATE",
                value,
                f"'{text_of(value)}' must be an aggregate expression or appear in GROUP BY clause",
            )


def _check_star(star: exp.Star, wanted: set[Key], source: Relation) -> None:
    for column in source.visible():
        if ("column", id(column)) not in wanted:
            name = ".".join((*column.qualifier[-1:], column.name))
            raise failure("EXPRESSION_NOT_AGGREGATE", star, f"Column '{name}' not in GROUP BY clause")
