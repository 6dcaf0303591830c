"""What a typed query reads of each table: the columns that it uses, and which partitions it can do without.

Pure functions. A scan is one place of a query that reads a table: a common table expression that is named twice is two,
as Athena works it out anew each time. Conditions of WHERE and of joins go down into derived tables; the rows that are
left do not depend on it, since the query itself is run as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, build_scope

from local_aws.athena.sql.conditions import (
    Condition,
    Conjunct,
    condition_of,
    is_about,
    own_conjuncts,
    stripped,
    through,
)


@dataclass(frozen=True)
class Scan:
    """One reading of a table.

    Attributes:
        database: the table's.
        table: its name.
        columns: those that are used, in lower case; None for all.
        conditions: on its partitions.
    """

    database: str
    table: str
    columns: frozenset[str] | None
    conditions: tuple[Condition, ...] = ()


_Found = Iterator[tuple[exp.Table, Scan]]
KeysOf = Callable[[str, str], Collection[str]]


def scans_of(query: exp.Expr, keys_of: KeysOf) -> tuple[Scan, ...]:
    """The scans of a query that is qualified and typed.

    Args:
        query: stays as it is.
        keys_of: (database, table) -> names of the partition keys.
    """
    root = build_scope(query)
    found = list(_scans(root, None, [], keys_of)) if root else []
    seen = {id(table) for table, _ in found}  # what is read in a way not known here is read whole
    rest = [table for table in query.find_all(exp.Table) if table.db and id(table) not in seen]
    return (*(scan for _, scan in found), *(Scan(table.db, table.name, None) for table in rest))


def _scans(scope: Scope, needed: set[str] | None, given: list[Conjunct], keys_of: KeysOf) -> _Found:
    """The scans of one SELECT or set operation.

    Args:
        scope: it.
        needed: the columns of its output that are used; None for all.
        given: what is asked of its rows from outside.
        keys_of: as above.
    """
    query = scope.expression
    if isinstance(query, exp.SetOperation):
        yield from _scans_of_sides(scope, query, needed, given, keys_of)
    elif isinstance(query, exp.Select):
        yield from _scans_of_select(scope, query, needed, given, keys_of)
    else:
        for source in scope.sources.values():
            if isinstance(source, Scope):
                yield from _scans(source, None, [], keys_of)


def _scans_of_sides(
    scope: Scope, query: exp.SetOperation, needed: set[str] | None, given: list[Conjunct], keys_of: KeysOf
) -> _Found:
    names = query.named_selects
    sides = [(side, side.expression.named_selects) for side in scope.set_operation_scopes]  # type: ignore[attr-defined]
    all_kept = isinstance(query, exp.Union) and not query.args.get("distinct")
    cut = any(query.args.get(part) for part in ("limit", "offset"))
    for side, own_names in sides:
        own = dict(zip(names, own_names, strict=False))
        wanted = {own[name] for name in needed if name in own} if needed is not None and all_kept else None
        passed = [] if cut else [Conjunct(_renamed(part.node, own), part.guards) for part in given]
        yield from _scans(side, wanted, passed, keys_of)


def _renamed(node: exp.Expr, names: dict[str, str]) -> exp.Expr:
    copy = node.copy()
    for column in list(copy.find_all(exp.Column)):
        column.set("this", exp.to_identifier(names.get(column.name, column.name), quoted=True))
    return copy


def _scans_of_select(
    scope: Scope, query: exp.Select, needed: set[str] | None, given: list[Conjunct], keys_of: KeysOf
) -> _Found:
    conjuncts = [*own_conjuncts(query), *through(query, given)]
    used = _used(scope, query, needed)
    for alias, (_, source) in scope.selected_sources.items():
        columns = {column.name for column in used if column.table == alias}
        about = [Conjunct(stripped(part.node), part.guards) for part in conjuncts if is_about(part.node, alias)]
        if isinstance(source, exp.Table):
            keys = keys_of(source.db, source.name)
            conditions = tuple(found for part in about if (found := condition_of(part, keys)))
            yield source, Scan(source.db, source.name, frozenset(columns), conditions)
        else:
            yield from _scans(source, columns, about, keys_of)
    for inner in (*scope.subquery_scopes, *scope.udtf_scopes):
        yield from _scans(inner, None, [], keys_of)


def _used(scope: Scope, query: exp.Select, needed: set[str] | None) -> list[exp.Column]:
    """The columns that a SELECT uses for the part of its output that is needed."""
    if needed is None or query.args.get("distinct") or query.args.get("order"):
        return list(scope.columns)
    idle = {id(part) for part in query.expressions if part.alias_or_name not in needed}

    def counts(node: exp.Expr | None) -> bool:
        while node is not None and node is not query:
            if id(node) in idle:
                return False
            node = node.parent
        return True

    return [column for column in scope.columns if counts(column)]
