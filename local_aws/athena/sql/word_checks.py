"""What sqlglot reads though Trino does not, seen in the words of a statement (Trino's grammar, SqlBase.g4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import zip_longest

from sqlglot.tokenizer_core import Token, TokenType

from local_aws.athena.errors import RefusedQueryError, not_supported

_T = TokenType
_UNITS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_NEVER = (_T.DCOLON, _T.NULLSAFE_EQ, _T.CARET, _T.PIPE, _T.TILDE, _T.COLON_EQ, _T.L_BRACE, _T.R_BRACE)
_NO_ITEMS = (_T.COMMA, _T.R_PAREN, _T.FROM)
_BEFORE_SUBSCRIPT = (_T.R_PAREN, _T.R_BRACKET, _T.IDENTIFIER, _T.STRING, _T.ARRAY)
_NO_VALUES = frozenset("SELECT AND OR NOT IN BETWEEN LIKE WHEN THEN ELSE CASE DISTINCT ON WHERE HAVING BY AS".split())
_MOMENTS = (_T.CURRENT_TIMESTAMP, _T.LOCALTIMESTAMP, _T.CURRENT_TIME, _T.LOCALTIME)


@dataclass(frozen=True)
class _Place:
    """A word with its neighbours: None where there is none."""

    words: list[Token]
    number: int

    def at(self, distance: int) -> Token | None:
        place = self.number + distance
        return self.words[place] if 0 <= place < len(self.words) else None

    def kind(self, distance: int) -> TokenType | None:
        found = self.at(distance)
        return found.token_type if found else None

    def text(self, distance: int) -> str:
        found = self.at(distance)
        return found.text.upper() if found else ""


def check_words(words: list[Token], sql: str) -> None:
    """Check the words of a query.

    Raises:
        RefusedQueryError: it is none in Trino's grammar.
    """
    for number, word in enumerate(words):
        place = _Place(words, number)
        _check_names(word, place, sql)
        for rule in _RULES:
            found = rule(place)
            if found is not None:
                raise unexpected(found)
    _check_limits(words)
    _check_joins(words)


def unexpected(word: Token, expecting: str = "") -> RefusedQueryError:
    """The refusal of a word that fits nothing."""
    start = word.col - (word.end - word.start)
    shown = f"'{word.text}'" if word.token_type == _T.STRING else word.text
    return RefusedQueryError(f"line {word.line}:{start}: mismatched input '{shown}'{expecting}")


def _check_names(word: Token, place: _Place, sql: str) -> None:
    """Names that Trino reads and refuses, in its own words."""
    where = f"line {word.line}:{word.col - (word.end - word.start)}"
    after = place.at(1)
    if word.token_type == _T.UNKNOWN and word.text.startswith("`"):
        raise RefusedQueryError(
            f"{where}: backquoted identifiers are not supported; use double quotes to quote identifiers"
        )
    if word.token_type == _T.NUMBER and after and after.token_type == _T.VAR and after.start == word.end + 1:
        raise RefusedQueryError(
            f"{where}: identifiers must not start with a digit; surround the identifier with double quotes"
        )
    if word.token_type == _T.HEX_STRING and sql[word.start : word.start + 2].lower() == "0x":
        raise not_supported("a number in hexadecimal")


def _stray(place: _Place) -> Token | None:
    """Signs that Trino has not, or not here."""
    word, kind = place.words[place.number], place.kind(0)
    is_text = kind == _T.AMP and place.text(-1) == "U" and place.kind(1) == _T.STRING  # U&'…'
    doubled = (kind == _T.EQ and word.text == "==") or (kind == _T.NOT and word.text == "!")
    strange = kind in _NEVER or (kind == _T.AMP and not is_text) or doubled
    in_slice = kind == _T.COLON and _T.L_BRACKET in (place.kind(-2), place.kind(-1))
    begins = place.number == 0 and kind == _T.FROM
    return word if strange or in_slice or begins else None


def _bracket(place: _Place) -> Token | None:
    if place.kind(0) != _T.L_BRACKET:
        return None
    before = place.at(-1)
    named = before is not None and before.text.isidentifier() and before.text.upper() not in _NO_VALUES
    return None if named or place.kind(-1) in _BEFORE_SUBSCRIPT else place.at(0)


def _list(place: _Place) -> Token | None:
    """A list misses an item."""
    if place.kind(0) == _T.COMMA and place.kind(1) in _NO_ITEMS:
        return place.at(1)
    return (
        place.at(2) if place.kind(0) == _T.IN and place.kind(1) == _T.L_PAREN and place.kind(2) == _T.R_PAREN else None
    )


def _texts(place: _Place) -> Token | None:
    return place.at(1) if place.kind(0) == place.kind(1) == _T.STRING else None


def _interval(place: _Place) -> Token | None:
    """INTERVAL '1' DAY: the number is a text, the unit one of six."""
    if place.kind(0) != _T.INTERVAL:
        return None
    if place.kind(1) == _T.NUMBER:
        return place.at(1)
    sign = place.kind(1) in (_T.DASH, _T.PLUS)
    if place.kind(1 + sign) == _T.STRING and place.text(2 + sign) not in _UNITS:
        return place.at(2 + sign) or place.at(1 + sign)
    return None


def _moment(place: _Place) -> Token | None:
    if place.kind(1) != _T.L_PAREN:
        return None
    if place.kind(0) == _T.CURRENT_DATE:
        return place.at(1)
    return place.at(2) if place.kind(0) in _MOMENTS and place.kind(2) != _T.NUMBER else None


def _predicate(place: _Place) -> Token | None:
    if place.kind(0) == _T.IS:
        skipped = 1 + (place.kind(1) == _T.NOT)
        return place.at(skipped) if place.text(skipped) in ("TRUE", "FALSE", "UNKNOWN") else None
    if place.kind(0) == _T.LIKE and place.text(1) in ("ANY", "ALL", "SOME") and place.kind(2) == _T.L_PAREN:
        return place.at(1)
    return None


def _clause(place: _Place) -> Token | None:
    kind, after = place.kind(0), place.kind(1)
    if kind == _T.FILTER and after == _T.L_PAREN and place.kind(-1) == _T.R_PAREN and place.kind(2) != _T.WHERE:
        return place.at(2)
    found = (
        (kind == _T.TABLE_SAMPLE and after == _T.L_PAREN)
        or (kind in (_T.FROM, _T.JOIN) and after == _T.VALUES)
        or (kind == _T.LIMIT and after == _T.STRING)
    )
    if kind == _T.LIMIT and after == _T.NUMBER and place.kind(2) == _T.COMMA and place.kind(3) == _T.NUMBER:
        return place.at(2)
    if (kind == _T.WITH and place.text(1) in ("ROLLUP", "CUBE", "TOTALS")) or (kind == _T.FOR and after == _T.UPDATE):
        return place.at(0)
    return place.at(1) if found else None


_RULES: tuple[Callable[[_Place], Token | None], ...] = (
    _stray, _bracket, _list, _texts, _interval, _moment, _predicate, _clause,
)  # fmt: skip
_BEGINS_ANEW = (_T.SELECT, _T.UNION, _T.EXCEPT, _T.INTERSECT)


def _check_limits(words: list[Token]) -> None:
    """OFFSET comes before LIMIT (AWS, Athena user guide, SELECT)."""
    limited = [False]
    for word, following in _pairs(words):
        counts = following is not None and following.token_type in (_T.NUMBER, _T.ALL, _T.PARAMETER, _T.PLACEHOLDER)
        if word.token_type == _T.L_PAREN:
            limited.append(False)
        elif word.token_type == _T.R_PAREN and len(limited) > 1:
            limited.pop()
        elif word.token_type in _BEGINS_ANEW:
            limited[-1] = False
        elif word.token_type == _T.LIMIT and counts:
            limited[-1] = True
        elif word.token_type == _T.OFFSET and counts and limited[-1]:
            raise unexpected(word, ". Expecting: " + ("')'" if len(limited) > 1 else "<EOF>"))


def _pairs(words: list[Token]) -> Iterator[tuple[Token, Token | None]]:
    return zip_longest(words, words[1:])


_ENDS_FROM = (_T.WHERE, _T.GROUP_BY, _T.HAVING, _T.ORDER_BY, _T.LIMIT, _T.FETCH, *_BEGINS_ANEW)


def _check_joins(words: list[Token]) -> None:
    """Each JOIN has its ON or USING, but for CROSS JOIN (and NATURAL JOIN, which the analyzer refuses)."""
    open_joins = [0]
    for number, word in enumerate(words):
        kind = word.token_type
        if kind == _T.JOIN and not _is_alone(words, number):
            open_joins[-1] += 1
        elif kind in (_T.ON, _T.USING) and open_joins[-1]:
            open_joins[-1] -= 1
        elif open_joins[-1] and (kind in _ENDS_FROM or (kind == _T.R_PAREN and len(open_joins) > 1)):
            raise unexpected(word)
        if kind == _T.L_PAREN:
            open_joins.append(0)
        elif kind == _T.R_PAREN and len(open_joins) > 1:
            open_joins.pop()
    if open_joins[0] and words:
        last = words[-1]
        raise RefusedQueryError(f"line {last.line}:{last.col + 1}: mismatched input '<EOF>'")


def _is_alone(words: list[Token], number: int) -> bool:
    before = [word.text.upper() for word in words[max(0, number - 3) : number]]
    return bool(before) and (before[-1] == "CROSS" or "NATURAL" in before)
