"""Which time zone the moments of each part of a query have: known from the query, or refused by name.

A zone is of all values of a part. It comes from literals, AT TIME ZONE and functions that name one, and goes through
what keeps moments as they are: columns of subqueries, choices among moments of one zone, aggregates. What compares
moments does not ask for it. Texts of data are read as moments with a zone where only the instant or the wall time as
written counts; elsewhere their zone has to be UTC, which is checked when they are read. All the rest is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.optimizer.scope import Scope, traverse_scope, walk_in_scope

from local_aws.athena.errors import RefusedQueryError, not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import ANY, DAYS, MOMENTS, MONTHS, Type
from local_aws.athena.sql.analysis.zone_sources import COMPARE, COMPARING_CALLS, WALL_CALLS, is_source, source_zone
from local_aws.athena.sql.zones import WALL, ZONE

_DType = exp.DType
_SETS = (exp.GroupingSets, exp.Cube, exp.Rollup)
_STRUCTURE = (
    exp.Select, exp.SetOperation, exp.Subquery, exp.From, exp.Join, exp.CTE, exp.With, exp.Where, exp.Having,
    exp.Group, exp.Ordered, exp.Limit, exp.Offset, exp.Table, exp.TableAlias, exp.Exists, exp.Identifier, *_SETS,
)  # fmt: skip
_KEEP = (exp.Paren, exp.Alias, exp.Order, exp.Filter, exp.Window, exp.IgnoreNulls, exp.RespectNulls)
_WITH_TUPLES = (exp.Values, *_SETS, *COMPARE)
_ZONE_CALLS = frozenset("to_iso8601 timezone_hour timezone_minute date_diff".split())
_KEPT_ARGUMENT = {
    "date_add": 2, "date_trunc": 1, "min": 0, "max": 0, "min_by": 0, "max_by": 0, "arbitrary": 0, "any_value": 0,
    "first_value": 0, "last_value": 0, "nth_value": 0, "nullif": 0, "try": 0,
}  # fmt: skip
_MOST_ARGUMENTS = {"min": 1, "max": 1, "min_by": 2, "max_by": 2}
_CHOICES = ("coalesce", "greatest", "least")


def follow(query: exp.Query) -> dict[int, str]:
    """Note the zones of a query's parts in their `meta`; all is typed.

    Returns:
        The zones of its columns that are not in UTC, by place.

    Raises:
        RefusedQueryError: a zone is not known, or cannot be kept.
    """
    sources = [node for node in query.walk() if is_source(node)]
    if not sources:
        return {}
    flow = _Flow()
    seen = flow.run(query)
    if any(id(node) not in seen for node in sources):
        raise not_supported("a timestamp with a time zone in this part of a query")
    if flow.zones and any(clause.args.get("recursive") for clause in query.find_all(exp.With)):
        raise not_supported("a timestamp with a time zone other than UTC in a recursive query")
    return {place: zone for place, zone in enumerate(flow.outputs(query)) if zone}


def _refused(zones: Sequence[str], node: exp.Expr) -> RefusedQueryError:
    name = f"{node.name.lower()}()" if isinstance(node, exp.Anonymous) else node.key.upper()
    return not_supported(f"a timestamp with the time zone {' and '.join(zones)} in {name}")


class _Flow:
    """The zones that are known so far, by the id of a part; those in UTC are left out."""

    def __init__(self) -> None:
        self.zones: dict[int, str] = {}

    def run(self, query: exp.Query) -> set[int]:
        """Find the zones of all parts; return the parts' ids."""
        parts = [(scope, list(reversed(list(walk_in_scope(scope.expression))))) for scope in traverse_scope(query)]
        before = -1
        while before < len(self.zones):  # ORDER BY may name a column of the output, which stands before it
            before = len(self.zones)
            for scope, nodes in parts:
                for node in nodes:
                    self._visit(node, scope)
        return {id(node) for _, nodes in parts for node in nodes}

    def outputs(self, query: exp.Expr) -> list[str]:
        """The zones of the columns of a query; "" for UTC."""
        return [zone for zone, _ in self._columns(query)]

    def _columns(self, query: exp.Expr) -> list[tuple[str, bool]]:
        """The zones of the columns of a query, and whether each is NULL alone."""
        while isinstance(query, exp.Subquery):
            query = query.this
        if isinstance(query, exp.Select):
            return [(self._zone(part), _is_null(part.unalias())) for part in query.selects]
        if isinstance(query, exp.Values):
            rows = [[(self._zone(part), _is_null(part)) for part in row.expressions] for row in query.expressions]
            return [(self._common(query, column), False) for column in zip(*rows, strict=True)]
        if not isinstance(query, exp.SetOperation):
            return []
        sides = [self._columns(side) for side in (query.this, query.expression)]
        zones = [zone for side in sides for zone, _ in side if zone]
        if zones and len(sides[0]) != len(sides[1]):  # one that is no SELECT
            raise _refused(zones, query)
        return [(self._common(query, pair), all(null for _, null in pair)) for pair in zip(*sides, strict=False)]

    def _zone(self, node: exp.Expr) -> str:
        if isinstance(node, exp.Query):
            found = self.outputs(node)
            return found[0] if len(found) == 1 else ""
        return self.zones.get(id(node), "")

    def _visit(self, node: exp.Expr, scope: Scope) -> None:
        if isinstance(node, _STRUCTURE):
            return
        zone = self._zone_of_part(node, scope)
        if zone:
            self.zones[id(node)] = node.meta[ZONE] = zone

    def _zone_of_part(self, node: exp.Expr, scope: Scope) -> str:
        if isinstance(node, exp.Column):
            return self._column(node, scope)
        zoned = [zone for zone in map(self._zone, node.iter_expressions()) if zone]
        if is_source(node) and not (zoned and isinstance(node, exp.Cast)):
            return source_zone(node)
        return self._kept(node, zoned) if zoned else ""

    def _column(self, node: exp.Column, scope: Scope | None) -> str:
        while scope is not None and node.table and node.table not in scope.selected_sources:
            scope = scope.parent
        if scope is None and self.zones:
            raise not_supported(f"the time zone of the column {node.sql('trino')}")
        source = scope.selected_sources[node.table][1] if scope is not None and node.table else scope
        query = source.expression if isinstance(source, Scope) else None
        if not isinstance(query, exp.Query | exp.Values):
            return ""  # of a table of the catalog, or of arrays: those have none but UTC
        zones = self.outputs(query)
        columns = query.alias_column_names if isinstance(query, exp.Values) else query.named_selects
        names = [name.lower() for name in columns]
        found = {zone for name, zone in zip(names, zones, strict=False) if name == node.name.lower()}
        if any(zones) and (len(found) > 1 or (node.table and not found)):
            raise _refused(sorted(filter(None, zones)), node)
        return found.pop() if found else ""

    def _kept(self, node: exp.Expr, zoned: list[str]) -> str:
        """The zone of a part of which others have one."""
        zone, chosen = "", _chosen(node)
        if chosen is not None:
            zone = self._same(node, chosen)
        elif isinstance(node, _KEEP):
            zone = self._zone(node.this)
        elif isinstance(node, exp.Distinct):
            zone = zoned[0]
        elif isinstance(node, exp.Anonymous):
            zone = self._call(node, zoned)
        elif isinstance(node, exp.Extract):
            node.expression.meta[WALL] = zoned[0]
        elif isinstance(node, exp.Cast):
            zone = self._cast(node, zoned)
        elif isinstance(node, exp.Add | exp.Sub):
            zone = self._moved(node, zoned)
        elif not isinstance(node, COMPARE) and not (
            isinstance(node, exp.Tuple) and isinstance(node.parent, _WITH_TUPLES)
        ):
            raise _refused(zoned, node)
        return zone

    def _same(self, node: exp.Expr, parts: Sequence[exp.Expr]) -> str:
        return self._common(node, [(self._zone(part), _is_null(part)) for part in parts])

    def _common(self, node: exp.Expr, columns: Sequence[tuple[str, bool]]) -> str:
        zones = sorted({zone or "UTC" for zone, is_null in columns if zone or not is_null})
        if len(zones) > 1:
            raise _refused(zones, node)
        return zones[0] if zones and zones[0] != "UTC" else ""

    def _call(self, node: exp.Anonymous, zoned: list[str]) -> str:
        name, arguments = node.name.lower(), node.expressions
        if name in WALL_CALLS:
            arguments[0].meta[WALL] = zoned[0]
        elif name in _KEPT_ARGUMENT and len(arguments) <= _MOST_ARGUMENTS.get(name, len(arguments)):
            return self._zone(arguments[_KEPT_ARGUMENT[name]])
        elif name not in COMPARING_CALLS and name not in _ZONE_CALLS:
            raise _refused(zoned, node)
        return ""

    def _cast(self, node: exp.Cast, zoned: list[str]) -> str:
        if node.to.this == _DType.TIMESTAMPTZ:
            return zoned[0]
        is_wall = trino_types.family(node.to) in ("date", "time")
        if not (is_wall or trino_types.is_text(node.to)):
            raise _refused(zoned, node)
        node.this.meta[WALL] = zoned[0]
        return ""

    def _moved(self, node: exp.Add | exp.Sub, zoned: list[str]) -> str:
        kinds: list[Type] = [part.meta.get(TYPE, ANY) for part in (node.left, node.right)]
        if any(kind in (DAYS, MONTHS) for kind in kinds):
            return zoned[0]
        if not (isinstance(node, exp.Sub) and all(kind.base in MOMENTS for kind in kinds)):
            raise _refused(zoned, node)
        return ""


def _chosen(node: exp.Expr) -> list[exp.Expr] | None:
    """The parts of which a choice gives one; None for what is no choice."""
    if isinstance(node, exp.Case):
        return [branch.args["true"] for branch in node.args["ifs"]] + list(filter(None, [node.args.get("default")]))
    if isinstance(node, exp.If):
        parts = ("true",) if isinstance(node.parent, exp.Case) else ("true", "false")
        return [node.args[part] for part in parts if node.args.get(part) is not None]
    if isinstance(node, exp.Coalesce):
        return [node.this, *node.expressions]
    if isinstance(node, exp.Anonymous) and node.name.lower() in _CHOICES:
        return list(node.expressions)
    if isinstance(node, exp.Anonymous) and node.name.lower() in ("lag", "lead"):
        return [node.expressions[0], *node.expressions[2:]]
    return None


def _is_null(node: exp.Expr) -> bool:
    while isinstance(node, exp.Cast | exp.Paren):
        node = node.this
    return isinstance(node, exp.Null)
