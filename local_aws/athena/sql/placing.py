"""Reads SQL as sqlglot's Trino parser does, and notes where each part stands: sqlglot keeps places of names only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

from sqlglot import exp
from sqlglot.parsers.trino import TrinoParser
from sqlglot.tokenizer_core import Token, TokenType

from local_aws.athena.sql.places import AT

_E = TypeVar("_E", bound=exp.Expr)
_AFTER_VALUES = (
    TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.ORDER_BY, TokenType.LIMIT, TokenType.OFFSET,
    TokenType.FETCH,
)  # fmt: skip
_FIRST, _KEYWORD = "first_word", "keyword"
TYPE_TEXT = "type_text"
"""Key of a type's `meta`: how it was written."""
IS_LITERAL = "typed_literal"
"""Key of a CAST's `meta`: it was written `DATE '…'`."""


def _noting_keyword(read: Callable[..., Any]) -> Callable[..., Any]:
    """Note where BETWEEN, IN, LIKE or IS stands: that is the predicate's place."""

    def parse(self: PlacingParser, this: exp.Expr | None) -> Any:
        keyword = self._index - 1
        node = read(self, this)
        if isinstance(node, exp.Expr):
            for part in (node, node.this) if isinstance(node, exp.Escape | exp.Not) else (node,):
                self._place(part, keyword)
                part.meta[_KEYWORD] = keyword
            if this is not None:
                node.meta[_FIRST] = _first(this)
        return node

    return parse


class PlacingParser(TrinoParser):
    """Writes the place of each part of an expression into its `meta`, under `places.AT`."""

    RANGE_PARSERS: ClassVar[dict[Any, Any]] = {
        word: _noting_keyword(read) for word, read in TrinoParser.RANGE_PARSERS.items()
    }

    def _place(self, node: exp.Expr, word: int) -> None:
        token: Token = self._tokens[word]
        node.meta[AT] = (token.line, token.col - (token.end - token.start))

    def _begun(self, node: Any, word: int) -> Any:
        if isinstance(node, exp.Expr) and word < len(self._tokens):
            self._place(node, word)
            node.meta[_FIRST] = word
            if isinstance(node, exp.Cast) and self._tokens[word].text.upper() not in ("CAST", "TRY_CAST"):
                node.meta[IS_LITERAL] = True
        return node

    def expression(self, instance: _E, token: Any = None, comments: Any = None) -> _E:
        """Finish a part; an operator's place is the word before its right side."""
        node: _E = super().expression(instance, token, comments)
        if isinstance(node, exp.Binary) and not isinstance(node, exp.Dot):
            left, right = _first(node.args.get("this")), _first(node.args.get("expression"))
            if right:
                self._place(node, left if isinstance(node, exp.Connector) and left is not None else right - 1)
            if left is not None:
                node.meta[_FIRST] = left
        return node

    def _parse_unary(self) -> exp.Expr | None:
        word = self._index
        return self._begun(super()._parse_unary(), word)  # type: ignore[no-any-return]

    def _parse_atom(self) -> exp.Expr | None:
        word = self._index
        return self._begun(super()._parse_atom(), word)  # type: ignore[no-any-return]

    def _parse_unnest(self, with_alias: bool = True) -> exp.Unnest | None:  # noqa: FBT001, FBT002 - sqlglot's own
        word = self._index
        return self._begun(super()._parse_unnest(with_alias), word)  # type: ignore[no-any-return]

    def _parse_derived_table_values(self, *arguments: Any, **options: Any) -> exp.Values | None:
        word = self._index + (self._curr.token_type == TokenType.L_PAREN)
        if word > self._index and self._goes_on(word):
            return None
        return self._begun(super()._parse_derived_table_values(*arguments, **options), word)  # type: ignore[no-any-return]

    def _goes_on(self, word: int) -> bool:
        """Whether VALUES in brackets is but the beginning of a query, such as a UNION."""
        depth = 0
        for token in self._tokens[word:]:
            depth += {TokenType.L_PAREN: 1, TokenType.R_PAREN: -1}.get(token.token_type, 0)
            if depth < 0:
                return False
            if depth == 0 and token.token_type in _AFTER_VALUES:
                return True
        return False

    def _parse_table(self, *arguments: Any, **options: Any) -> exp.Expr | None:
        word = self._index
        node = super()._parse_table(*arguments, **options)
        return node if node is None or AT in node.meta else self._begun(node, word)

    def parse_set_operation(self, *arguments: Any, **options: Any) -> exp.SetOperation | None:
        """Read UNION, EXCEPT or INTERSECT: their place is that of the word."""
        word = self._index
        node = super().parse_set_operation(*arguments, **options)
        if node is not None:
            self._place(node, word)
        return node

    def _negate_range(self, this: exp.Expr | None = None) -> exp.Expr | None:
        node = super()._negate_range(this)
        if this is not None and node is not None and _KEYWORD in this.meta:
            for part in (this, node):
                self._place(part, this.meta[_KEYWORD] - 1)
                part.meta[_FIRST] = this.meta.get(_FIRST)
        return node

    def _parse_types(self, *arguments: Any, **options: Any) -> exp.Expr | None:
        word = self._index
        node = super()._parse_types(*arguments, **options)
        if isinstance(node, exp.DataType) and word < self._index:
            node.meta[TYPE_TEXT] = self.sql[self._tokens[word].start : self._tokens[self._index - 1].end + 1]
        return node


def _first(node: Any) -> int | None:
    """The first word of a part."""
    while isinstance(node, exp.Expr):
        if node.meta.get(_FIRST) is not None:
            return int(node.meta[_FIRST])
        node = node.args.get("this")
    return None
