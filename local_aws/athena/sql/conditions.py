"""Conditions of a query on the rows of one table, as conditions on its partition keys. Pure functions.

A condition that is taken down past an outer join has guards: rows that the join fills up with NULL must not meet it,
for leaving partitions out makes such rows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlglot import exp

from local_aws.athena.errors import RefusedQueryError
from local_aws.athena.sql.grammar import type_of
from local_aws.athena.sql.writing import Engine

_CHANGING = frozenset(("random", "rand", "uuid", "shuffle"))
_OUTER = ("LEFT", "RIGHT", "FULL")


@dataclass(frozen=True)
class Condition:
    """What partitions have to meet to be read.

    Attributes:
        excludes: for the engine, over the partition keys: true for a partition without a row that counts.
        keys: the keys that it asks.
        guards: for the engine, without columns: unless each is true, the condition says nothing.
        choices: key and values, for the engine, where it says that the key is one of these.
    """

    excludes: str
    keys: frozenset[str]
    guards: tuple[str, ...] = ()
    choices: tuple[str, tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Conjunct:
    """A condition on one source: its columns are those of the source's output; guards as in `Condition`."""

    node: exp.Expr
    guards: tuple[str, ...] = ()


def own_conjuncts(query: exp.Select) -> list[Conjunct]:
    """What WHERE and the joins ask of the rows of single sources."""
    joins = query.args.get("joins") or []
    outer = any(join.side in _OUTER for join in joins)
    where = query.args.get("where")
    found = [Conjunct(part, _guards(part, outer)) for part in (_parts(where.this) if where else ())]
    for join in joins:
        condition = join.args.get("on")
        if condition is None or join.side == "FULL":
            continue
        for part in _parts(condition):
            joined = is_about(part, join.alias_or_name)
            if not join.side or joined == (join.side == "LEFT"):
                found.append(Conjunct(part, () if joined and join.side else _guards(part, outer)))
    return found


def _parts(condition: exp.Expr) -> Iterator[exp.Expr]:
    condition = condition.unnest()
    if isinstance(condition, exp.And):
        yield from _parts(condition.left)
        yield from _parts(condition.right)
    else:
        yield condition


def _guards(node: exp.Expr, outer: bool) -> tuple[str, ...]:  # noqa: FBT001 - one word says it
    """With an outer join: rows that it fills up with NULL may not pass, else leaving rows out would make such rows."""
    if not outer:
        return ()
    copy = node.copy()
    for column in list(copy.find_all(exp.Column)):
        column.replace(exp.Cast(this=exp.Null(), to=type_of(column).copy()))
    text = _written(copy)
    return (f"({text}) IS NOT TRUE",) if text else ("false",)


def is_about(node: exp.Expr, alias: str) -> bool:
    """Whether a condition asks one source and nothing else."""
    tables = {column.table for column in node.find_all(exp.Column)}
    return tables == {alias} and not any(isinstance(part, exp.Query) for part in node.walk())


def stripped(node: exp.Expr) -> exp.Expr:
    """A condition on one source, without the source's name."""
    copy = node.copy()
    for column in copy.find_all(exp.Column):
        column.set("table", None)
        column.set("db", None)
    return copy


def through(query: exp.Select, given: list[Conjunct]) -> Iterator[Conjunct]:
    """What is asked of a SELECT's output, as it can be asked of what it reads."""
    group = query.args.get("group")
    cut = any(query.args.get(part) for part in ("limit", "offset")) or query.find(exp.Window) is not None
    if cut or (group and any(group.args.get(part) for part in ("grouping_sets", "cube", "rollup"))):
        return
    plain = {part.alias_or_name: part.unalias() for part in query.expressions}
    grouped = {part.sql() for part in group.expressions} if group else set()
    places = {str(place + 1) for place, part in enumerate(query.expressions) if isinstance(part.unalias(), exp.Column)}
    outer = any(join.side in _OUTER for join in query.args.get("joins") or [])
    for part in given:
        copy = part.node.copy()
        columns = list(copy.find_all(exp.Column))
        below = [plain.get(column.name) for column in columns]
        if not all(isinstance(column, exp.Column) for column in below):
            continue
        if group and not all(_is_key(column, grouped & places, grouped, query) for column in below):
            continue
        for column, replacement in zip(columns, below, strict=True):
            column.replace(replacement.copy())  # type: ignore[union-attr]
        yield Conjunct(copy, (*part.guards, *_guards(copy, outer)))


def _is_key(column: exp.Expr | None, places: set[str], grouped: set[str], query: exp.Select) -> bool:
    if column is None:
        return False
    at = {str(place + 1) for place, part in enumerate(query.expressions) if part.unalias() == column}
    return column.sql() in grouped or bool(at & places)


def condition_of(part: Conjunct, keys: Collection[str]) -> Condition | None:
    """What is asked of partitions; None where it is nothing."""
    asked = frozenset(column.name for column in part.node.find_all(exp.Column)) & frozenset(keys)
    if not asked:
        return None
    reduced = _over_keys(part.node, keys, exp.true())
    text = _written(reduced) if reduced.find(exp.Column) else None
    return Condition(f"({text}) IS NOT TRUE", asked, part.guards, _choices(reduced)) if text else None


def _over_keys(node: exp.Expr, keys: Collection[str], best: exp.Boolean) -> exp.Expr:
    """A condition on the keys alone that holds where the given one may hold.

    Args:
        node: the given one.
        keys: the partition keys.
        best: what a part that asks something else is taken for: it turns round under NOT.
    """
    if isinstance(node, exp.And | exp.Or):
        sides = [exp.paren(_over_keys(side, keys, best)) for side in (node.left, node.right)]
        return type(node)(this=sides[0], expression=sides[1])
    if isinstance(node, exp.Paren):
        return exp.paren(_over_keys(node.this, keys, best))
    if isinstance(node, exp.Not):
        return exp.Not(this=exp.paren(_over_keys(node.this, keys, exp.Boolean(this=not best.this))))
    changing = any(call.name.lower() in _CHANGING for call in node.find_all(exp.Anonymous))
    if changing or any(column.name not in keys for column in node.find_all(exp.Column)):
        return best.copy()
    return node.copy()


def _choices(node: exp.Expr) -> tuple[str, tuple[str, ...]] | None:
    node = node.unnest()
    if isinstance(node, exp.EQ):
        for column, value in ((node.left, node.right), (node.right, node.left)):
            if isinstance(column, exp.Column) and not value.find(exp.Column):
                text = _written(value)
                return (column.name, (text,)) if text else None
    if isinstance(node, exp.In) and isinstance(node.this, exp.Column):
        texts = [_written(value) for value in node.expressions if not value.find(exp.Column)]
        if texts and len(texts) == len(node.expressions) and None not in texts:
            return node.this.name, tuple(text for text in texts if text)
    if isinstance(node, exp.Or):
        left, right = _choices(node.left), _choices(node.right)
        if left and right and left[0] == right[0]:
            return left[0], left[1] + right[1]
    return None


def _written(node: exp.Expr) -> str | None:
    try:
        return str(node.sql(dialect=Engine, comments=False))
    except RefusedQueryError:  # the query as a whole is refused with it
        return None
