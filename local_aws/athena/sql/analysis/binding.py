"""Which of a function's signatures a call means, and what it gives (Trino's SignatureBinder and FunctionResolver)."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.signatures import Signature
from local_aws.athena.sql.analysis.types import ANY, NUMBERS, UNKNOWN, Type

_ROUNDS = 4
"""Of widening: what a function of the query's own gives may widen what it is given."""


@dataclass(frozen=True)
class Given:
    """An argument of a call: a value's type, or a function of the query's own.

    Attributes:
        kind: the value's type.
        apply: what the function gives for arguments of these types; None for a value.
        parameters: how many it has.
    """

    kind: Type = ANY
    apply: Callable[[Sequence[Type]], Type] | None = None
    parameters: int = 0

    def __str__(self) -> str:
        return "<function>" if self.apply else str(self.kind)


def resolve(ways: Sequence[Signature], given: Sequence[Given]) -> Type | None:
    """What a call gives; ANY where that is not known, None where none of the signatures fits."""
    bound = [(way, found) for way in ways if (found := _bind(way, given)) is not None]
    if not bound:
        return None
    returns = {found.returns for _, found in bound}
    if len(returns) > 1 and any(not argument.apply and argument.kind in (ANY, UNKNOWN) for argument in given):
        return ANY
    _, found = min(bound, key=lambda pair: (pair[1].cost, bool(pair[0].variables)))
    return found.returns


@dataclass(frozen=True)
class _Bound:
    returns: Type
    cost: int


@dataclass
class _Variables:
    """What the variables of a signature stand for; a length that is None is none at all."""

    types: dict[str, Type] = field(default_factory=dict)
    numbers: dict[str, int | None] = field(default_factory=dict)

    def copy(self) -> _Variables:
        return _Variables(dict(self.types), dict(self.numbers))


def _bind(way: Signature, given: Sequence[Given]) -> _Bound | None:
    if not way.takes(len(given)):
        return None
    found = _Variables()
    pairs = [(way.argument(place), argument) for place, argument in enumerate(given)]
    for _ in range(_ROUNDS):
        before = found.copy()
        for pattern, argument in sorted(pairs, key=lambda pair: pair[1].apply is not None):
            if not _unify_argument(pattern, argument, way, found):
                return None
        if found == before:
            break
    if not all(_meets(found.types.get(name, ANY), wanted) for name, wanted in way.variables.items()):
        return None
    for pattern, argument in pairs:
        if not argument.apply and not coercion.can_coerce(argument.kind, _substituted(pattern, found)):
            return None
    cost = sum(_cost(argument.kind, _substituted(pattern, found)) for pattern, argument in pairs if not argument.apply)
    return _Bound(_substituted(way.returns, found), cost)


def _meets(kind: Type, wanted: str) -> bool:
    if wanted == "orderable":
        return coercion.is_orderable(kind)
    return wanted != "comparable" or coercion.is_comparable(kind)


def _cost(source: Type, target: Type) -> int:
    """How far a type is changed to fit."""
    if source.base in NUMBERS and target.base in NUMBERS:
        return NUMBERS.index(target.base) - NUMBERS.index(source.base)
    inner = zip(source.arguments, target.arguments, strict=False)
    return int(source.base != target.base) + sum(_cost(*pair) for pair in inner)


def _unify_argument(pattern: Type, argument: Given, way: Signature, found: _Variables) -> bool:
    if pattern == ANY:
        return True
    if argument.apply is None:
        return _unify(pattern, argument.kind, way, found)
    if pattern.base != "function" or argument.parameters != len(pattern.arguments) - 1:
        return False
    given = argument.apply([_substituted(part, found) for part in pattern.arguments[:-1]])
    return _unify(pattern.arguments[-1], given, way, found)


def _unify(pattern: Type, kind: Type, way: Signature, found: _Variables) -> bool:
    if pattern.base in way.variables:
        joined = coercion.common_of_two(found.types.get(pattern.base, UNKNOWN), kind)
        if joined is not None:
            found.types[pattern.base] = joined
        return joined is not None
    if kind in (ANY, UNKNOWN) or pattern == ANY:
        return True
    fitting = coercion.to_base(kind, pattern.base)
    if fitting is None and {kind.base, pattern.base} == {"char", "varchar"}:
        fitting = Type(pattern.base, numbers=kind.numbers)
    return fitting is not None and pattern.base != "function" and _unify_parts(pattern, fitting, way, found)


def _unify_parts(pattern: Type, fitting: Type, way: Signature, found: _Variables) -> bool:
    if pattern.arguments:
        pairs = zip(pattern.arguments, fitting.arguments, strict=False)
        return len(pattern.arguments) == len(fitting.arguments) and all(_unify(*pair, way, found) for pair in pairs)
    if any(isinstance(number, str) for number in pattern.numbers):
        _unify_numbers(pattern, fitting, found)
        return True
    return coercion.can_coerce(fitting, pattern)


def _unify_numbers(pattern: Type, kind: Type, found: _Variables) -> None:
    """Lengths and the like: the larger of two."""
    numbers = [number if isinstance(number, int) else None for number in kind.numbers]
    for place, variable in enumerate(pattern.numbers):
        number = numbers[place] if place < len(numbers) else None
        if isinstance(variable, str):
            before = found.numbers.get(variable, 0)
            found.numbers[variable] = None if number is None or before is None else max(before, number)


def _substituted(pattern: Type, found: _Variables) -> Type:
    if pattern.base in found.types:
        return found.types[pattern.base]
    if pattern.base[:1].isupper() and pattern.base[1:].strip("0123456789") == "":
        return ANY  # a variable that nothing tells of
    numbers = [_calculated(number, found.numbers) if isinstance(number, str) else number for number in pattern.numbers]
    known = tuple(number for number in numbers if number is not None)
    inner = tuple(_substituted(part, found) for part in pattern.arguments)
    return Type(pattern.base, inner, known if len(known) == len(numbers) else (), pattern.names)


def _calculated(text: str, numbers: Mapping[str, int | None]) -> int | None:
    """What `p - s + min(s, 1)` comes to; None where one of its numbers is none."""
    names = {name: number for name, number in numbers.items() if number is not None}
    try:
        return _value(ast.parse(text, mode="eval").body, names)
    except KeyError:
        return None


def _value(node: ast.expr, names: Mapping[str, int]) -> int:
    if isinstance(node, ast.Constant) and isinstance(node.value, int):
        return node.value
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, names), _value(node.right, names)
        return left + right if isinstance(node.op, ast.Add) else left - right
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        choose = {"min": min, "max": max}[node.func.id]
        return choose(_value(part, names) for part in node.args)
    raise ValueError(ast.dump(node))
