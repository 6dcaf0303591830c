"""GetPartitions' Expression: a WHERE clause over partition keys, compared by the keys' types.

The API reference names the operators (=, <>, <, >, <=, >=, AND, OR, NOT, IN, BETWEEN, LIKE, IS NULL) and the key types
(string, date, timestamp, int, bigint, long, tinyint, smallint, decimal); anything else is refused.
"""

from __future__ import annotations

import datetime
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlglot
from sqlglot import expressions as sql

from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError
from local_aws.wildcards import like

Row = Mapping[str, Any]
Truth = bool | None
"""SQL's three values: None is unknown."""

_NULL_VALUE = "__HIVE_DEFAULT_PARTITION__"

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?")

_COMPARISONS: dict[type[sql.Expression], Callable[[Any, Any], bool]] = {
    sql.EQ: operator.eq,
    sql.NEQ: operator.ne,
    sql.GT: operator.gt,
    sql.GTE: operator.ge,
    sql.LT: operator.lt,
    sql.LTE: operator.le,
}
_UNDERSTOOD = {"this", "expression", "expressions", "low", "high", "negate"}
"""Arguments of expressions; one with others, such as BETWEEN SYMMETRIC, is refused."""


def partition_filter(expression: str, keys: Sequence[Mapping[str, str]]) -> Callable[[Sequence[str]], bool]:
    """A predicate over a partition's values.

    Args:
        expression: SQL text; without one every partition passes.
        keys: the table's PartitionKeys, each with Name and Type.

    Raises:
        GlueError: InvalidInputException for an expression that is not understood.
    """
    if not expression.strip():
        return lambda _values: True
    types = {key["Name"].lower(): key.get("Type", "string").lower() for key in keys}
    try:
        node: Any = sqlglot.parse_one(expression, dialect="presto")
    except sqlglot.errors.SqlglotError as error:
        raise _unsupported(expression) from error
    evaluate = _Compiler(expression, types).truth(node)
    readers = [(name, _reader(kind)) for name, kind in types.items()]

    def passes(values: Sequence[str]) -> bool:
        row = {name: _read(read, value) for (name, read), value in zip(readers, values, strict=False)}
        return evaluate(row) is True

    return passes


class _Compiler:
    """Turns a parsed expression into functions of a row."""

    def __init__(self, text: str, types: Mapping[str, str]) -> None:
        self._text = text
        self._types = types

    def truth(self, node: Any) -> Callable[[Row], Truth]:
        if {name for name, value in node.args.items() if value} - _UNDERSTOOD:
            raise _unsupported(self._text)
        if node.args.get("negate"):  # how NOT LIKE is parsed
            node = node.copy()
            node.set("negate", None)
            return _negated(self.truth(node))
        if isinstance(node, sql.Paren):
            return self.truth(node.this)
        if isinstance(node, sql.Not):
            return _negated(self.truth(node.this))
        if isinstance(node, sql.And | sql.Or):
            left, right, strong = self.truth(node.left), self.truth(node.right), isinstance(node, sql.Or)
            return lambda row: _combined(left(row), right(row), strong=strong)
        if type(node) in _COMPARISONS:
            return self._comparison(node)
        return self._of_column(node)

    def _comparison(self, node: Any) -> Callable[[Row], Truth]:
        compare = _COMPARISONS[type(node)]
        left, right = _bare(node.this), _bare(node.expression)
        if isinstance(left, sql.Column) and isinstance(right, sql.Column):
            one, other = self._column(left), self._column(right)
            if self._kind(left) is not self._kind(right):
                raise _unsupported(self._text)
            return lambda row: _known(compare, row[one], row[other])
        if isinstance(left, sql.Column):
            one, value = self._column(left), self._literal(right, left)
            return lambda row: _known(compare, row[one], value)
        if isinstance(right, sql.Column):
            other, value = self._column(right), self._literal(left, right)
            return lambda row: _known(compare, value, row[other])
        raise _unsupported(self._text)

    def _of_column(self, node: Any) -> Callable[[Row], Truth]:
        column = _bare(node.this)
        if not isinstance(column, sql.Column):
            raise _unsupported(self._text)
        name = self._column(column)
        if isinstance(node, sql.Is) and isinstance(node.expression, sql.Null):
            return lambda row: row[name] is None
        if isinstance(node, sql.In) and node.expressions:
            wanted = {self._literal(entry, column) for entry in node.expressions}
            return lambda row: _known(operator.contains, wanted, row[name], null=row[name])
        if isinstance(node, sql.Between):
            low, high = self._literal(node.args["low"], column), self._literal(node.args["high"], column)
            return lambda row: None if row[name] is None else low <= row[name] <= high
        if type(node) is sql.Like and self._kind(column) is str and isinstance(node.expression, sql.Literal):
            pattern = like(node.expression.this)
            return lambda row: None if row[name] is None else pattern.matches(row[name])
        raise _unsupported(self._text)

    def _column(self, column: sql.Column) -> str:
        name = column.name.lower()
        if name not in self._types:
            raise invalid(f"Column {column.name} of the expression is not a partition key of the table")
        _reader(self._types[name])
        return name

    def _kind(self, column: sql.Column) -> Callable[[str], Any]:
        return _reader(self._types[column.name.lower()])

    def _literal(self, node: Any, column: sql.Column) -> Any:
        """A literal as a value of the column's type."""
        self._column(column)
        node = _bare(node)
        if isinstance(node, sql.Neg) and isinstance(node.this, sql.Literal):
            text = f"-{node.this.this}"
        elif isinstance(node, sql.Cast) and isinstance(node.this, sql.Literal):  # DATE '…', TIMESTAMP '…'
            text = node.this.this
        elif isinstance(node, sql.Literal):
            text = node.this
        else:
            raise _unsupported(self._text)
        try:
            return self._kind(column)(text)
        except (ValueError, InvalidOperation) as error:
            raise invalid(f"{text!r} is no value of the partition key {column.name} in {self._text!r}") from error


def _bare(node: Any) -> Any:
    """An operand without the parentheses around it."""
    while isinstance(node, sql.Paren):
        node = node.this
    return node


def _unsupported(expression: str) -> GlueError:
    return invalid(f"Unsupported expression '{expression}'")


def _negated(inner: Callable[[Row], Truth]) -> Callable[[Row], Truth]:
    return lambda row: None if (value := inner(row)) is None else not value


def _combined(left: Truth, right: Truth, *, strong: bool) -> Truth:
    """AND (strong = False) or OR (strong = True) of three-valued truth."""
    if left is strong or right is strong:
        return strong
    return None if left is None or right is None else not strong


def _known(compare: Callable[[Any, Any], bool], left: Any, right: Any, null: Any = ...) -> Truth:
    unknown = null is None if null is not ... else left is None or right is None
    return None if unknown else compare(left, right)


def _reader(kind: str) -> Callable[[str], Any]:
    """How a text is read as a value of a key's type; raises InvalidInputException for a type without order here."""
    base = kind.partition("(")[0].strip()
    if base in ("string", "char", "varchar"):
        return str
    if base in ("int", "integer", "bigint", "long", "tinyint", "smallint"):
        return int
    if base == "decimal":
        return Decimal
    if base == "date":
        return datetime.date.fromisoformat
    if base == "timestamp":
        return _moment
    raise invalid(f"A partition key of type {kind} cannot be compared in an expression")


def _moment(text: str) -> tuple[datetime.datetime, int]:
    """A moment to the nanosecond: (whole seconds, nanoseconds); a date alone is none (a public suite, by trial)."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return datetime.datetime.fromisoformat(found[1]), int((found[2] or "").ljust(9, "0"))


def _read(read: Callable[[str], Any], text: str) -> Any:
    if text == _NULL_VALUE:
        return None
    try:
        return read(text)
    except (ValueError, InvalidOperation) as error:
        if read is int:  # a public suite, by trial on AWS
            raise GlueError("InvalidStateException", f'"{text}" is not an integer') from error
        return None
