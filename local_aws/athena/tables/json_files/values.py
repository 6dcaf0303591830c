"""Values of JSON as those of a column's type, or why they are none.

OpenX's SerDe: Trino's documentation of its own one, which Athena's errors show (public logs have words of its alone).
Hive's: Trino's "bug for bug" reader of it. The sentence before what Java says is real (public logs); so is that a value
within another is said to be no reason of its own; which texts Java says is theirs, unverified on Athena. A number with
a point in a column of text is written as a double.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.tables.json_files.moments import NoMomentError, Reader
from local_aws.athena.tables.json_files.parsing import TOO_DEEP, Fields, Number, Value
from local_aws.athena.tables.json_files.scalars import (
    WHOLE,
    BadValueError,
    bytes_of,
    day_of,
    decimal_of,
    digits_of,
    double,
    from_base64,
    plain,
    text_of,
    whole,
)
from local_aws.athena.tables.text_values import TEXTS

_T = exp.DType
_WITHIN = "Current entry must be closed before a null can be written"

Convert = Callable[[Value], Any]


@dataclass(frozen=True)
class Rules:
    """How the values of a SerDe are read.

    Attributes:
        open_x: whether by OpenX's SerDe.
        moments: reads texts of moments.
        find: the value in an object of a column or field.
    """

    open_x: bool
    moments: Reader
    find: Callable[[Fields, str], Value] = field(repr=False)

    def converter(self, kind: exp.DataType) -> Convert:
        """What makes values of JSON those of a type; it raises BadValueError.

        Raises:
            RefusedQueryError: a type that is not supported here.
        """
        convert = self._converter(kind)

        def converted(value: Value) -> Any:
            try:
                return None if value is None else convert(value)
            except RecursionError:
                raise BadValueError(TOO_DEEP) from None

        return converted

    def _converter(self, kind: exp.DataType) -> Convert:
        if kind.this in (_T.ARRAY, _T.MAP, _T.STRUCT):
            return {_T.ARRAY: self._array, _T.MAP: self._map, _T.STRUCT: self._struct}[kind.this](kind)
        scalar = self._scalar(kind)

        def convert(value: Value) -> Any:
            if isinstance(value, Fields | list) and not (self.open_x and kind.this in (*TEXTS, _T.BOOLEAN)):
                what = "object" if isinstance(value, Fields) else "array"
                raise BadValueError(f"a JSON {what} can not be coerced to a {kind.sql('trino')}")
            try:
                return scalar(value)
            except NoMomentError as error:
                raise BadValueError(str(error)) from None

        return convert

    def _scalar(self, kind: exp.DataType) -> Convert:
        if kind.this in WHOLE:
            return lambda value: whole(value, kind.this, open_x=self.open_x)
        if kind.this == _T.DECIMAL:
            digits, scale = digits_of(kind)
            return lambda value: decimal_of(plain(value), digits, scale)
        found: Convert | None = {
            _T.BOOLEAN: lambda value: value is True or str(value).lower() == "true",
            _T.DATE: lambda value: day_of(value, open_x=self.open_x),
            **dict.fromkeys((_T.DOUBLE, _T.FLOAT), lambda value: double(value, open_x=self.open_x)),
            **dict.fromkeys(TEXTS, text_of if self.open_x else plain),
            **dict.fromkeys((_T.TIMESTAMP, _T.DATETIME), lambda value: self.moments(plain(value))),
            **dict.fromkeys((_T.BINARY, _T.VARBINARY), from_base64 if self.open_x else bytes_of),
        }.get(kind.this)
        if found is None:
            raise not_supported(f"the type {kind.sql('hive')} in a table of JSON")
        return found

    def _array(self, kind: exp.DataType) -> Convert:
        each = self.converter(kind.expressions[0])

        def convert(value: Value) -> list[Any] | None:
            if self.open_x and value == "" and not isinstance(value, Number):
                return None
            if not isinstance(value, list):
                if not self.open_x:
                    raise BadValueError(_WITHIN)
                value = [value]
            return [_within(each, one) for one in value]

        return convert

    def _map(self, kind: exp.DataType) -> Convert:
        key, each = map(self.converter, kind.expressions)

        def convert(value: Value) -> list[tuple[Any, Any]] | None:
            if self.open_x and isinstance(value, str) and not value.strip():
                return None
            if not isinstance(value, Fields):
                what = "Primitive" if not isinstance(value, list) else "a JSON array"
                raise BadValueError(f"{what} can not be coerced to a MAP" if self.open_x else _NO_OBJECT)
            pairs = {_within(key, _key(name, open_x=self.open_x)): one for name, one in value.items()}
            return [(name, _within(each, one)) for name, one in pairs.items() if name is not None]

        return convert

    def _struct(self, kind: exp.DataType) -> Convert:
        parts = [(one.name, self.converter(one.args["kind"])) for one in kind.expressions]

        def convert(value: Value) -> dict[str, Any]:
            if isinstance(value, Fields):
                return {name: _within(each, self.find(value, name)) for name, each in parts}
            if self.open_x and isinstance(value, list):
                values = [*value, *[None] * len(parts)]
                return {name: _within(each, one) for (name, each), one in zip(parts, values, strict=False)}
            if self.open_x and isinstance(value, str) and not value.strip():
                return dict.fromkeys(name for name, _ in parts)
            raise BadValueError(_WITHIN)

        return convert


_NO_OBJECT = "Invalid JSON: start of object expected"


def _key(name: str, *, open_x: bool) -> str:
    """A key of a map as a value: with Hive's SerDe numbers are ones though they stand in quotes."""
    return name if open_x else Number(name)


def _within(convert: Convert, value: Value) -> Any:
    """A value inside of another: that it is none leaves the outer one open, which is what is said then."""
    try:
        return convert(value)
    except BadValueError:
        raise BadValueError(_WITHIN) from None
