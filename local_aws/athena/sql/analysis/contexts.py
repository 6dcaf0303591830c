"""What the rules for expressions share: where an expression stands, and how its parts are typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from sqlglot import exp

from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.failures import mismatch
from local_aws.athena.sql.analysis.scopes import Relation, Scope
from local_aws.athena.sql.analysis.types import ANY, BOOLEAN, UNKNOWN, Type

TYPE = "trino_type"
"""Key of a part's `meta`: its Type."""
FIELD = "field"
"""Key of a column's `meta`: the Field that it means, and the names of the row's fields that follow."""


@dataclass(frozen=True)
class Context:
    """Where an expression stands.

    Attributes:
        scope: the columns that it may name.
        query: what a subquery gives, in a scope.
        rules: by the class of a part, how it is typed; a part without a rule is ANY, and its parts are typed.
        variables: of the functions that it stands in, by name in lower case.
    """

    scope: Scope
    query: Callable[[exp.Expr, Scope], Relation]
    rules: Mapping[type[exp.Expr], Callable[[Context, exp.Expr], Type]]
    variables: Mapping[str, Type] = field(default_factory=dict)
    _done: dict[int, Type] = field(default_factory=dict)

    def type(self, node: exp.Expr) -> Type:
        """The type of a part; it is kept in its `meta`.

        Raises:
            FailedQueryError: Trino refuses it.
        """
        known = self._done.pop(id(node), None)
        if known is not None:
            return known
        chain, inner = [], node
        while isinstance(inner, exp.Binary) and isinstance(inner.this, exp.Binary):  # long ones nest deeply
            inner = inner.this
            chain.append(inner)
        for part in reversed(chain):
            self._done[id(part)] = self._ruled(part)
        return self._ruled(node)

    def _ruled(self, node: exp.Expr) -> Type:
        rule = self.rules.get(type(node))
        kind = rule(self, node) if rule else self.unknown(node)
        node.meta[TYPE] = kind
        return kind

    def unknown(self, node: exp.Expr) -> Type:
        """ANY, with all parts typed."""
        for part in node.iter_expressions():
            self.type(part)
        return ANY

    def within(self, variables: Mapping[str, Type]) -> Context:
        """In the body of a function of the query's own."""
        return replace(self, variables={**self.variables, **variables})

    def coerce(self, node: exp.Expr, wanted: Type, what: str) -> Type:
        """Check that a part is of a type, or becomes it; `what` it is begins the error."""
        kind = self.type(node)
        if not coercion.can_coerce(kind, wanted):
            raise mismatch(node, f"{what} must evaluate to a {wanted} (actual: {kind})")
        return kind

    def boolean(self, node: exp.Expr, what: str) -> Type:
        """Check that a part is a condition."""
        return self.coerce(node, BOOLEAN, what)

    def same(self, nodes: list[exp.Expr], what: str) -> Type:
        """The one type that all parts become; `what` they are begins the error."""
        found = UNKNOWN
        kinds = {self.type(node): node for node in reversed(nodes)}
        ordered = list(dict.fromkeys(node.meta[TYPE] for node in nodes))
        for kind in ordered:
            joined = coercion.common_of_two(found, kind)
            if joined is None:
                raise mismatch(
                    kinds[kind],
                    f"{what} must be the same type or coercible to a common type. Cannot find common type between "
                    f"{found} and {kind}, all types (without duplicates): [{', '.join(map(str, ordered))}]",
                )
            found = joined
        return found
