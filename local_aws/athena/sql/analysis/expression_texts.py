"""Expressions as Trino's messages show them (its ExpressionFormatter)."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

_SIGNS: dict[type[exp.Expr], str] = {
    exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%", exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<",
    exp.GT: ">", exp.LTE: "<=", exp.GTE: ">=", exp.And: "AND", exp.Or: "OR",
}  # fmt: skip


def text_of(node: exp.Expr) -> str:
    """An expression's text."""
    node = node.unalias()
    if type(node) in _SIGNS:
        return f"({text_of(node.this)} {_SIGNS[type(node)]} {text_of(node.expression)})"
    show = _SHOWN.get(type(node))
    return show(node) if show else str(node.sql(dialect="trino", comments=False))


def _all(nodes: list[exp.Expr]) -> str:
    return ", ".join(map(text_of, nodes))


def _name(node: exp.Expr) -> str:
    return f'"{node.name}"' if node.args.get("quoted") else str(node.name)


def _column(node: exp.Expr) -> str:
    assert isinstance(node, exp.Column)  # noqa: S101 - by the table below
    return ".".join(map(text_of, node.parts))


def _case(node: exp.Expr) -> str:
    operand = [text_of(node.this)] if node.this is not None else []
    branches = [f"WHEN {text_of(branch.this)} THEN {text_of(branch.args['true'])}" for branch in node.args["ifs"]]
    default = node.args.get("default")
    ending = [f"ELSE {text_of(default)}"] if default is not None else []
    return f"(CASE {' '.join(operand + branches + ending)} END)"


def _distinct(node: exp.Expr) -> str:
    return f"DISTINCT {_all(node.expressions)}"


def _window(node: exp.Expr) -> str:
    parts = []
    if node.args.get("partition_by"):
        parts.append(f"PARTITION BY {_all(node.args['partition_by'])}")
    order = node.args.get("order")
    if order is not None:
        items = (f"{text_of(item.this)} {'DESC' if item.args.get('desc') else 'ASC'}" for item in order.expressions)
        parts.append(f"ORDER BY {', '.join(items)}")
    return f"{text_of(node.this)} OVER ({' '.join(parts)})"


def _cast(node: exp.Expr) -> str:
    name = "TRY_CAST" if isinstance(node, exp.TryCast) else "CAST"
    return f"{name}({text_of(node.this)} AS {node.args['to'].sql('trino').lower()})"


_SHOWN: dict[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Identifier: _name,
    exp.Column: _column,
    exp.Dot: lambda node: f"{text_of(node.this)}.{text_of(node.expression)}",
    exp.Star: lambda _node: "*",
    exp.Paren: lambda node: text_of(node.this),
    exp.Anonymous: lambda node: f"{node.name}({_all(node.expressions)})",
    exp.Window: _window,
    exp.DPipe: lambda node: f"concat({text_of(node.this)}, {text_of(node.expression)})",
    exp.Case: _case,
    exp.Distinct: _distinct,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Neg: lambda node: f"-{text_of(node.this)}",
    exp.Not: lambda node: f"(NOT {text_of(node.this)})",
    exp.Boolean: lambda node: "true" if node.this else "false",
    exp.Null: lambda _node: "null",
}
