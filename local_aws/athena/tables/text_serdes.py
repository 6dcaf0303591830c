"""How the SerDes of text files part a line into fields, and what a field is as a value: settings, and the engine's SQL.

LazySimpleSerDe: fields, items of arrays and maps, keys of maps and fields of structs are parted by one sign a level;
after the escape sign a sign is itself. What does not fit its type is NULL (user guide, "LazySimpleSerDe"). Whole
numbers lose what stands behind a point, an empty array has no items, of a key that comes twice the last counts, binary
is base64 where it can be (all four as Hive's SerDe does; unverified on Athena).

OpenCSVSerDe: see `open_csv`. It reads texts; what does not fit a column's type ends the query, unless the table has
use.null.for.invalid.data (user guide, "Open CSV SerDe"). Dates are days, moments milliseconds.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.quoting import name as _name
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.settings import header_lines, refuse_settings
from local_aws.athena.tables.text_values import TEXTS, java_value, lenient, whole

_T = exp.DType
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_NO_TEXT = 64
"""Letters of a text that no field is: the SerDe knows no text for NULL, the engine wants one."""
_KEPT_APART = "\U000f0000"
"""An escaped sign until a line is parted: private signs, one for the escape sign and one a level, from here on."""
_DEEPEST = 8
"""Levels that have a sign to part by (Hive's default ones are Ctrl-A to Ctrl-H)."""
_BYTES = 128
"""A sign may be told by its number, below this one (Hive's SerDe)."""
_NO_SIGNS = ("\r", "\n", "\x7f")


@dataclass(frozen=True)
class TextSerde(ABC):
    """What both have.

    Attributes:
        parameters: of the SerDe.
        properties: of the table.

    Raises:
        FailedQueryError, RefusedQueryError: on use, a setting is wrong, or not supported here.
    """

    parameters: Mapping[str, str]
    properties: Mapping[str, Any]

    @property
    def skipped(self) -> int:
        """Lines at the start of a file that are none of its rows."""
        return header_lines(self.properties)

    def check(self) -> None:
        """Refuse by name what is set and not carried out here."""
        refuse_settings(self.parameters, self.properties)

    @abstractmethod
    def fields(self, line: str) -> str:
        """SQL of the list of a line's fields."""

    @abstractmethod
    def value(self, text: str, kind: str, place: int) -> str:
        """SQL of a field as a value of a Hive type; `place` counts the columns from 0."""


@dataclass(frozen=True)
class LazySimple(TextSerde):
    """LazySimpleSerDe, also of tables without a SerDe's name."""

    @cached_property
    def separators(self) -> tuple[str, ...]:
        """One a level: fields, items, keys of maps, and what lies deeper."""
        told = self.parameters
        first = told.get("field.delim") or told.get("serialization.format") or "\x01"
        second = told.get("colelction.delim") or told.get("collection.delim") or "\x02"  # the former is Hive's spelling
        signs = (first, second, told.get("mapkey.delim") or "\x03", *map(chr, range(4, _DEEPEST + 1)))
        return tuple(
            chr(int(sign)) if sign.isascii() and sign.isdigit() and int(sign) < _BYTES else sign for sign in signs
        )

    @property
    def escape(self) -> str:
        """The escape sign, or none."""
        return self.parameters.get("escape.delim") or ""

    @property
    def missing(self) -> str:
        """The text that is NULL."""
        return self.parameters.get("serialization.null.format", "\\N")

    def check(self) -> None:
        """See there; also signs that are none."""
        TextSerde.check(self)
        for sign in (*self.separators, self.escape):
            if len(sign) > 1 or sign in _NO_SIGNS:
                raise not_supported(f"the separator {sign!r} of a text table")

    def fields(self, line: str) -> str:
        """See there."""
        if self.escape:
            signs = (self.escape, *self.separators)
            for place, sign in enumerate(signs):
                apart = chr(ord(_KEPT_APART) + place)
                line = f"replace({line}, {_text(self.escape + sign)}, {_text(apart)})"
        return f"string_split({line}, {_text(self.separators[0])})"

    def value(self, text: str, kind: str, place: int) -> str:  # noqa: ARG002 - the other one tells it
        """See there."""
        return self._value(text, data_type(kind), 1)

    def _value(self, text: str, kind: exp.DataType, level: int) -> str:
        if kind.this in (_T.ARRAY, _T.MAP, _T.STRUCT):
            if level + (kind.this == _T.MAP) >= _DEEPEST:
                raise not_supported(f"a column of {_DEEPEST} levels in a text file")
            whole = f"nullif({text}, {_text(self.missing)})"
            parts = f"CASE {whole} WHEN '' THEN [] ELSE string_split({whole}, {_text(self.separators[level])}) END"
            return {_T.ARRAY: self._array, _T.MAP: self._map, _T.STRUCT: self._struct}[kind.this](parts, kind, level)
        return self._scalar(text, kind)

    def _array(self, parts: str, kind: exp.DataType, level: int) -> str:
        item = f"item{level}"
        return f"list_transform({parts}, lambda {item}: {self._value(item, kind.expressions[0], level + 1)})"

    def _map(self, parts: str, kind: exp.DataType, level: int) -> str:
        entry, pair, later, place = (f"{word}{level}" for word in ("entry", "pair", "later", "place"))
        parted = f"string_split({entry}, {_text(self.separators[level + 1])})"
        key, value = (
            self._value(f"{pair}[{number}]", one, level + 2) for number, one in enumerate(kind.expressions, start=1)
        )
        pairs = (
            f"list_transform(list_transform({parts}, lambda {entry}: {parted}), "
            f"lambda {pair}: struct_pack(k := {key}, v := {value}))"
        )
        known = f"list_filter({pairs}, lambda {pair}: {pair}.k IS NOT NULL)"
        last = (
            f"list_filter({known}, lambda {pair}, {place}: NOT list_contains(list_transform({known}[{place} + 1:], "
            f"lambda {later}: {later}.k), {pair}.k))"
        )
        return f"map_from_entries({last})"

    def _struct(self, parts: str, kind: exp.DataType, level: int) -> str:
        row = f"row{level}"
        inner = ", ".join(
            f"{_name(one.name)} := {self._value(f'{row}[{number}]', one.args['kind'], level + 1)}"
            for number, one in enumerate(kind.expressions, start=1)
        )
        return f"list_transform([{parts}], lambda {row}: CASE WHEN {row} IS NOT NULL THEN struct_pack({inner}) END)[1]"

    def _scalar(self, text: str, kind: exp.DataType) -> str:
        text = f"nullif({text}, {_text(self.missing)})"
        if self.escape:
            text = f"replace({text}, {_text(self.escape)}, '')"
            for place, sign in enumerate((self.escape, *self.separators)):
                text = f"replace({text}, {_text(chr(ord(_KEPT_APART) + place))}, {_text(sign)})"
        return lenient(text, kind)


@dataclass(frozen=True)
class OpenCsv(TextSerde):
    """OpenCSVSerDe."""

    @property
    def separator(self) -> str:
        """Between two fields."""
        return self.parameters.get("separatorChar", ",")

    @property
    def quote(self) -> str:
        """Around a field."""
        return self.parameters.get("quoteChar", '"')

    @property
    def escape(self) -> str:
        """Before a quote, or itself, within quotes; Hive takes its default, the quote, for opencsv's: the backslash."""
        told = self.parameters.get("escapeChar", '"')
        return "\\" if told == '"' else told

    def reader(self, paths: str, columns: int) -> str:
        """The engine's own reader, for files that are plain (text_lines.py): columns c0, c1, … as texts."""
        letter = next((letter for letter in _LETTERS if letter not in self.separator + self.quote), "a")
        types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(columns))
        return (
            f"read_csv({paths}, auto_detect = false, header = false, skip = {self.skipped}, "
            f"delim = {_text(self.separator)}, quote = {_text(self.quote)}, escape = {_text(self.quote)}, "
            f"nullstr = {_text(letter * _NO_TEXT)}, columns = {{{types}}}, "
            "null_padding = true, strict_mode = false, hive_partitioning = false, filename = 'athena_file')"
        )

    def check(self) -> None:
        """See there; also signs by which no line can be parted."""
        TextSerde.check(self)
        for what, sign in (("separator", self.separator), ("quote", self.quote), ("escape", self.escape)):
            if len(sign) != 1 or sign in _NO_SIGNS:
                raise not_supported(f"the {what} {sign!r} of a CSV table")
        if self.separator in (self.quote, self.escape):
            raise not_supported(f"the separator {self.separator!r} that is a quote or an escape too")

    def fields(self, line: str) -> str:
        """See there. The function `open_csv` is made by `text_lines`."""
        parted = f"string_split({line}, {_text(self.separator)})"
        odd = " OR ".join(f"contains({line}, {_text(sign)})" for sign in (self.quote, self.escape) if sign)
        return f"CASE WHEN {odd} THEN open_csv({line}) ELSE {parted} END"

    def value(self, text: str, kind: str, place: int) -> str:
        """See there. Which texts Athena takes for a number is assumed to be Java's; columns are counted from 0."""
        found = data_type(kind)
        if found.this == _T.DATE:
            value = f"(DATE '1970-01-01' + {whole(text, 'INTEGER')})"
        elif found.this == _T.TIMESTAMP:
            value = f"make_timestamp({whole(text, 'BIGINT')} * 1000)"
        else:
            value = java_value(text, kind, "OpenCSVSerDe")
        if found.this in (*TEXTS, _T.BOOLEAN):
            return value
        if str(self.properties.get("use.null.for.invalid.data", "")).lower() == "true":
            return value
        why = f"'For input string: \"' || {text} || '\"'"
        if found.this in (_T.DOUBLE, _T.FLOAT):
            why = f"CASE {text} WHEN '' THEN 'empty String' ELSE {why} END"
        said = f"'HIVE_BAD_DATA: Error parsing field value ''' || {text} || ''' for field {place}: ' || {why}"
        return f"CASE WHEN {text} IS NULL THEN NULL WHEN {value} IS NULL THEN error({said}) ELSE {value} END"


def text_serde(library: str, parameters: Mapping[str, str], properties: Mapping[str, Any]) -> TextSerde:
    """The SerDe of a table of text files.

    Raises:
        FailedQueryError, RefusedQueryError: a setting is wrong, or not supported here.
    """
    found = (OpenCsv if "opencsvserde" in library.lower() else LazySimple)(parameters, properties)
    found.check()
    return found
