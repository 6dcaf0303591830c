"""How one of Athena's functions is said to the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types

FILTER = "/* filter */"
"""Where FILTER and OVER go in an aggregate that is more than a call of the engine's."""


@dataclass(frozen=True)
class Argument:
    """An argument of a call: what it is for the engine, its type for Athena, and how the query has it."""

    sql: str
    type: DataType
    node: exp.Expr

    def text(self, what: str) -> str:
        """The value of a text literal; `what` names the argument when it is none."""
        if not (isinstance(self.node, exp.Literal) and self.node.is_string):
            raise not_supported(f"{what} that is not a literal")
        return str(self.node.this)

    def __format__(self, _spec: str) -> str:
        return self.sql


Arguments = list[Argument]
Sql = str | Mapping[int, str] | Callable[[Arguments], str]
Returns = str | int | Callable[[list[DataType]], DataType]


@dataclass(frozen=True)
class Function:
    """A function of Athena.

    Attributes:
        sql: for the engine: a template with `{0}`, `{1}` … for the arguments and `{all}` for all of them, one for each
            number of arguments that is supported, or what builds it from the arguments.
        returns: its type: a name, the place of the argument whose type it has, or a rule.
        aggregate: whether it is an aggregate or a window function.
    """

    sql: Sql
    returns: Returns
    aggregate: bool = False

    def render(self, name: str, arguments: Arguments) -> str:
        """The call for the engine."""
        template = self.sql
        if isinstance(template, Mapping):
            if len(arguments) not in template:
                raise not_supported(f"{name} with {len(arguments)} arguments")
            template = template[len(arguments)]
        if not isinstance(template, str):
            return template(arguments)
        try:
            return template.format(*arguments, all=", ".join(argument.sql for argument in arguments))
        except IndexError:
            raise not_supported(f"{name} with {len(arguments)} arguments") from None

    def type(self, arguments: list[DataType]) -> DataType:
        """The call's type."""
        if isinstance(self.returns, str):
            return trino_types.build(self.returns)
        if isinstance(self.returns, int):
            return arguments[self.returns] if self.returns < len(arguments) else trino_types.UNKNOWN
        return self.returns(arguments)


def same(*names: str, returns: Returns, aggregate: bool = False) -> dict[str, Function]:
    """Functions that the engine has under the same name."""
    return {name: Function(name + "({all})", returns, aggregate) for name in names}


def element(kinds: list[DataType]) -> DataType:
    """The type of the elements of the first argument, an array; of the values, when it is a map."""
    inner = [part for part in kinds[0].expressions if isinstance(part, DataType)] if kinds else []
    return inner[-1] if inner else trino_types.UNKNOWN


def array_of(rule: Returns) -> Callable[[list[DataType]], DataType]:
    """The type of an array of what `rule` gives."""

    def kind(kinds: list[DataType]) -> DataType:
        inner = Function("", rule).type(kinds)
        if trino_types.is_unknown(inner):
            return trino_types.UNKNOWN
        return DataType(this=exp.DType.ARRAY, expressions=[inner.copy()], nested=True)

    return kind
