"""Athena's SQL as sqlglot is to read and to type it.

sqlglot's own knowledge of functions is not used: each function of Athena is in `functions/`, so that what is not there
is refused rather than passed to the engine under a name that may mean something else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.expressions import DataType
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.tokenizer_core import TokenType

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql import json_syntax, trino_types
from local_aws.athena.sql.functions import FUNCTIONS, NOT_HERE
from local_aws.athena.sql.functions.model import element
from local_aws.athena.sql.places import AT, position
from local_aws.athena.sql.placing import PlacingParser
from local_aws.athena.sql.values_queries import as_query

_SYNTAX_OF_ITS_OWN = ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "POSITION", "SUBSTRING", "LISTAGG")

_KNOWN = """
    Select From Join Where Group Having Order Ordered Limit Offset Fetch LimitOptions With CTE Subquery Table TableAlias
    Union Except Intersect Values Unnest TableSample GroupingSets Cube Rollup Distinct
    Identifier Column Star Dot Alias Literal Boolean Null Var Paren Tuple Array Bracket Interval IntervalSpan HexString
    And Or Not EQ NEQ GT GTE LT LTE Is In Between Like Escape Exists Any All NullSafeEQ NullSafeNEQ
    Add Sub Mul Div Mod Neg DPipe Case If Cast TryCast DataType DataTypeParam ColumnDef
    AtTimeZone Anonymous Lambda Filter Window WindowSpec IgnoreNulls RespectNulls
    Extract Trim Substring StrPosition GroupConcat CurrentDate CurrentTimestamp Localtimestamp ParseJSON
"""
KNOWN = frozenset(getattr(exp, name) for name in _KNOWN.split())
"""What a query may be made of; anything else that sqlglot reads is refused by name."""


def _read_json_call(name: str, parser: PlacingParser) -> exp.Anonymous:
    return json_syntax.read_call(parser, name)


def _read_moment(kind: type[exp.Func], parser: PlacingParser) -> exp.Expr:
    """`CURRENT_TIMESTAMP(3)`: what precision is asked for does not show in the value."""
    parser._parse_primary()
    return kind()


class _Parser(PlacingParser):
    # Each call stays a call of that name
    FUNCTIONS: ClassVar[dict[str, Any]] = {}
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        **{name: PlacingParser.FUNCTION_PARSERS[name] for name in _SYNTAX_OF_ITS_OWN},
        "CURRENT_TIMESTAMP": partial(_read_moment, exp.CurrentTimestamp),
        "LOCALTIMESTAMP": partial(_read_moment, exp.Localtimestamp),
        **{name.upper(): partial(_read_json_call, name) for name in json_syntax.NAMES},
    }
    TYPE_LITERAL_PARSERS: ClassVar[dict[Any, Any]] = {
        **PlacingParser.TYPE_LITERAL_PARSERS,
        exp.DType.DECIMAL: lambda _self, text, kind: exp.Cast(
            this=text, to=kind if kind.expressions else trino_types.decimal_literal(text.name)
        ),
    }

    def _parse_statement(self) -> exp.Expr | None:
        """The body of a WITH too, which sqlglot takes for a statement."""
        return as_query(super()._parse_statement())

    def _parse_cte(self) -> Any:
        found = super()._parse_cte()
        if self._curr and self._curr.token_type == TokenType.WITH:
            self.raise_error("Expecting a query or a comma")
        return found


# Types


def _typed_by(rule: Callable[[Any], DataType]) -> dict[str, Any]:
    def annotate(self: TypeAnnotator, node: exp.Expr) -> exp.Expr:
        return self._set_type(node, rule(node))

    return {"annotator": annotate}


def _literal(node: exp.Literal) -> DataType:
    return trino_types.build("varchar") if node.is_string else trino_types.literal(node.name)


def _binary(node: exp.Binary) -> DataType:
    return trino_types.arithmetic(type(node), type_of(node.left), type_of(node.right))


def _case(node: exp.Case) -> DataType:
    default = node.args.get("default")
    results = [branch.args["true"] for branch in node.args["ifs"]] + ([default] if default else [])
    return trino_types.common(result.type for result in results)


def _if(node: exp.If) -> DataType:
    if isinstance(node.parent, exp.Case):
        return trino_types.UNKNOWN
    return trino_types.common(result.type for result in (node.args["true"], node.args.get("false")) if result)


def _call(node: exp.Anonymous) -> DataType:
    found: DataType = find_function(node).type([type_of(value_of(argument)) for argument in node.expressions])
    return found


def type_of(node: exp.Expr | None) -> DataType:
    """What is known of the type of a part of an annotated query."""
    return (node.type if node is not None else None) or trino_types.UNKNOWN


def value_of(argument: exp.Expr) -> exp.Expr:
    """The value itself of an argument such as `DISTINCT x` or `x ORDER BY y`."""
    if isinstance(argument, exp.Distinct):
        return argument.expressions[0] if argument.expressions else argument
    return argument.this if isinstance(argument, exp.Order | exp.IgnoreNulls | exp.RespectNulls) else argument


class Athena(Trino):
    """Athena's dialect as far as it is read here."""

    Parser = _Parser
    SUPPORTS_USER_DEFINED_TYPES = True  # names of types are checked by the analyzer
    INDEX_OFFSET = 0  # a subscript stays as it is written
    EXPRESSION_METADATA = {  # noqa: RUF012
        **Trino.EXPRESSION_METADATA,
        exp.Literal: _typed_by(_literal),
        **{operator: _typed_by(_binary) for operator in (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)},
        exp.Case: _typed_by(_case),
        exp.If: _typed_by(_if),
        exp.Coalesce: _typed_by(lambda node: trino_types.common(part.type for part in (node.this, *node.expressions))),
        exp.Anonymous: _typed_by(_call),
        **{quantifier: _typed_by(lambda _: trino_types.UNKNOWN) for quantifier in (exp.Any, exp.All)},
        exp.Extract: _typed_by(lambda _: trino_types.build("bigint")),
        exp.CurrentTimestamp: _typed_by(lambda _: trino_types.build("timestamp with time zone")),
        exp.GroupConcat: _typed_by(lambda _: trino_types.build("varchar")),
        exp.Bracket: _typed_by(lambda node: element([type_of(node.this)])),
        exp.DPipe: _typed_by(lambda node: type_of(node.left)),
        **{
            wrapper: _typed_by(lambda node: type_of(node.this))
            for wrapper in (exp.Window, exp.Filter, exp.WithinGroup, exp.Paren, exp.Neg)
        },
    }


WRITTEN_CLASS = "written_class"
"""Key of a call's `meta`: what SQL has words of its own for."""


def complete_types(query: exp.Query) -> None:
    """Write out what `decimal` alone is: decimal(38,0)."""
    for kind in query.find_all(DataType):
        if kind.this == exp.DType.DECIMAL and not kind.expressions:
            kind.set("expressions", [part.copy() for part in trino_types.decimal(38, 0).expressions])


def as_calls(query: exp.Query) -> None:
    """Make calls of what SQL writes with words of its own: `SUBSTRING(x FROM 2)`, `POSITION(x IN y)` and such."""
    for node in reversed(list(query.find_all(exp.Substring, exp.StrPosition, exp.AtTimeZone, exp.Extract))):
        if isinstance(node, exp.Extract):
            if node.name.lower() not in ("timezone_hour", "timezone_minute"):
                continue
            name, parts = node.name.lower(), [node.expression]
        elif isinstance(node, exp.AtTimeZone):
            name, parts = "at_timezone", [node.this, node.args["zone"]]
            node.meta[AT] = node.this.meta.get(AT, (1, 1))
        elif isinstance(node, exp.Substring):
            name, parts = "substring", [node.this, node.args.get("start"), node.args.get("length")]
        else:
            name, parts = "strpos", [node.this, node.args["substr"]]
        call = exp.Anonymous(this=name, expressions=[part.copy() for part in parts if part is not None])
        call.meta.update(node.meta)
        call.meta[WRITTEN_CLASS] = type(node)
        node.replace(call)


def check_function(node: exp.Anonymous) -> None:
    """Refuse a function of Athena's that the local AWS has not."""
    if node.name.lower() in NOT_HERE:
        raise not_supported(f"the function {node.name.lower()}")


def find_function(node: exp.Anonymous) -> Any:
    """The function that a call names.

    Raises:
        FailedQueryError: Athena has no such function.
        RefusedQueryError: the local AWS has not.
    """
    name = node.name.lower()
    if name in FUNCTIONS:
        return FUNCTIONS[name]
    check_function(node)
    raise FailedQueryError(f"FUNCTION_NOT_FOUND: {position(node)}: Function '{name}' not registered")
