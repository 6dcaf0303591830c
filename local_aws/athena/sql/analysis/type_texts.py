"""Types as SQL writes them: `decimal(10,2)`, `array(row(a integer, b varchar))`, `timestamp(3) with time zone`."""

from __future__ import annotations

import re
from collections.abc import Collection

from local_aws.athena.sql.analysis.types import Type, row

_WORD = re.compile(r'\s*("(?:[^"]|"")*"|[A-Za-z_$][\w$]*|\d+|[-(),<>+*])')
_OTHER_NAMES = {"int": "integer", "float": "real", "dec": "decimal", "numeric": "decimal", "string": ""}
_NAMES = frozenset(
    """
    any unknown boolean tinyint smallint integer bigint real double decimal varchar char varbinary json date time
    timestamp uuid ipaddress array map row function hyperloglog p4hyperloglog qdigest tdigest setdigest geometry
    sphericalgeography bingtile kdbtree color codepoints jsonpath joniregexp objectid
    """.split()
)
_WRITTEN = {
    "hyperloglog": "HyperLogLog", "setdigest": "SetDigest", "codepoints": "CodePoints", "jsonpath": "JsonPath",
    "joniregexp": "JoniRegExp",
}  # fmt: skip
_DEFAULTS: dict[str, tuple[int | str, ...]] = {
    "time": (3,), "timestamp": (3,), "time with time zone": (3,), "timestamp with time zone": (3,), "char": (1,),
    "decimal": (38, 0),
}  # fmt: skip
_PARTS = {"array": 1, "map": 2}
_DEEPEST = 100


class UnknownTypeError(Exception):
    """There is no type of that name; its text is the name."""


def parse_type(text: str, variables: Collection[str] = ()) -> Type:
    """Read a type.

    Args:
        text: as SQL has it.
        variables: names that stand for any type, in the pattern of a signature.

    Raises:
        UnknownTypeError: it is none of Trino's.
    """
    reader = _Reader(text, variables)
    found = reader.type()
    if reader.word:
        raise UnknownTypeError(text)
    return found


class _Reader:
    def __init__(self, text: str, variables: Collection[str]) -> None:
        self._text = text
        self.rest = _WORD.findall(text)[::-1]
        self._variables = variables
        self._depth = 0
        self.word = ""
        self._next()

    def _next(self) -> str:
        before, self.word = self.word, self.rest.pop() if self.rest else ""
        return before

    def _take(self, *words: str) -> bool:
        if self.word.lower() not in words:
            return False
        self._next()
        return True

    def _expect(self, *words: str) -> None:
        for word in words:
            if not self._take(word):
                raise UnknownTypeError(self._text)

    def type(self) -> Type:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise UnknownTypeError(self._text)
        found = self._simple()
        while self._take("array"):
            found = Type("array", (found,))
        self._depth -= 1
        return found

    def _simple(self) -> Type:
        written = self._next()
        if written in self._variables:
            return Type(written)
        name = _OTHER_NAMES.get(written.lower(), written.strip('"').lower())
        if name == "interval":
            return self._interval()
        if name not in _NAMES:
            raise UnknownTypeError(written)
        if name == "double":
            self._take("precision")
        if name == "row":
            return self._row()
        if name in (*_PARTS, "function"):
            inner = self._types()
            if len(inner) != _PARTS.get(name, len(inner)):
                raise UnknownTypeError(self._text)
            return Type(name, inner)
        return self._with_zone(name, self._numbers())

    def _with_zone(self, name: str, numbers: tuple[int | str, ...]) -> Type:
        if name in ("time", "timestamp"):
            if self._take("with"):
                self._expect("time", "zone")
                name += " with time zone"
            elif self._take("without"):
                self._expect("time", "zone")
        if name == "decimal" and len(numbers) == 1:
            numbers = (*numbers, 0)
        return Type(_WRITTEN.get(name, name), numbers=numbers or _DEFAULTS.get(name, ()))

    def _interval(self) -> Type:
        first = self._next().lower()
        self._expect("to")
        last = self._next().lower()
        if (first, last) not in (("day", "second"), ("year", "month")):
            raise UnknownTypeError(self._text)
        return Type(f"interval {first} to {last}")

    def _types(self) -> tuple[Type, ...]:
        closing = ">" if self.word == "<" else ")"
        self._expect("<" if closing == ">" else "(")
        found = [self.type()]
        while self._take(","):
            found.append(self.type())
        self._expect(closing)
        return tuple(found)

    def _row(self) -> Type:
        self._expect("(")
        fields = [self._field()]
        while self._take(","):
            fields.append(self._field())
        self._expect(")")
        return row(fields)

    def _field(self) -> tuple[str, Type]:
        """A type, after a name or without: what comes behind the first word tells which."""
        here = _Reader("", self._variables)
        here.rest, here.word = list(self.rest), self.word
        try:
            alone = here.type()
        except UnknownTypeError:
            alone = None
        if alone is not None and here.word in (",", ")"):
            self.rest, self.word = here.rest, here.word
            return "", alone
        name = self._next().strip('"').replace('""', '"').lower()
        return name, self.type()

    def _numbers(self) -> tuple[int | str, ...]:
        """What stands in brackets: numbers, or what calculates them."""
        if not self._take("("):
            return ()
        found: list[str] = []
        words: list[str] = []
        depth = 0
        while self.word and (depth or self.word != ")"):
            depth += {"(": 1, ")": -1}.get(self.word, 0)
            if self.word == "," and not depth:
                found.append(" ".join(words))
                words = []
            else:
                words.append(self.word)
            self._next()
        self._expect(")")
        found.append(" ".join(words))
        return tuple(int(number) if number.isdigit() else number for number in found)
