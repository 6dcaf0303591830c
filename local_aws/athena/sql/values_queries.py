"""VALUES and TABLE where a query stands (queryPrimary in Trino's grammar): sqlglot reads them in some places only."""

from __future__ import annotations

from sqlglot import exp

_MODIFIERS = ("with_", "order", "limit", "offset")
_OF_QUERIES = {"EXISTS": exp.Exists, "ANY": exp.Any, "SOME": exp.Any, "ALL": exp.All}


def select_of(values: exp.Values) -> exp.Select:
    """A query of values, with what orders and limits them."""
    found = exp.select("*")
    for part in _MODIFIERS:
        if values.args.get(part) is not None:
            found.set(part, values.args[part].pop())
    return found.from_(_named(values))


def as_query(statement: exp.Expr | None) -> exp.Expr | None:
    """A statement, or a query in its place where it is VALUES alone, in brackets or not."""
    inner = statement
    while isinstance(inner, exp.Subquery) and inner.is_wrapper:
        inner = inner.this
    if isinstance(inner, exp.Subquery) and isinstance(inner.this, exp.Values):  # ordered, limited
        inner.set("this", select_of(inner.this))
    return select_of(inner) if isinstance(inner, exp.Values) else statement


def _named(values: exp.Values) -> exp.Values:
    parts = values.expressions[0].expressions
    call = parts[0] if len(parts) == 1 else None
    if isinstance(call, exp.Anonymous) and call.name.upper() == "ROW":
        parts = call.expressions
    width = len(parts) or 1
    names = [exp.to_identifier(f"_col{place}") for place in range(width)]
    values.set("alias", exp.TableAlias(this=exp.to_identifier("athena_values"), columns=names))
    return values


def as_subqueries(statement: exp.Expr) -> None:
    """Make subqueries of `x IN (VALUES …)`, `EXISTS (TABLE …)`, `= ANY (VALUES …)` and such: in place."""
    for node in list(statement.find_all(exp.In, exp.Anonymous)):
        inner = node.expressions[0] if len(node.expressions) == 1 else None
        if not isinstance(inner, exp.Values | exp.Query) or isinstance(inner, exp.Subquery):
            continue
        query = select_of(inner) if isinstance(inner, exp.Values) else inner
        if isinstance(node, exp.In):
            node.set("expressions", None)
            node.set("query", exp.Subquery(this=query))
        elif node.name.upper() in _OF_QUERIES:
            found = _OF_QUERIES[node.name.upper()](this=query)
            found.meta.update(node.meta)
            node.replace(found)
