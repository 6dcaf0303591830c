"""A statement's text, word by word: for the statements that Athena hands to Hive, which sqlglot reads in part only.

Reading them here keeps texts as they are to be written to the catalog, and the place of a word for the error.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar

from sqlglot.dialects.hive import Hive
from sqlglot.dialects.trino import Trino
from sqlglot.errors import TokenError
from sqlglot.tokenizer_core import Token, TokenType

from local_aws.athena.errors import RefusedQueryError, not_supported
from local_aws.athena.sql.quoting import with_plain_bytes
from local_aws.athena.sql.syntax_errors import refusal

CATALOG = "awsdatacatalog"
_NAMES = (TokenType.VAR, TokenType.IDENTIFIER)


class _HiveTokenizer(Hive.Tokenizer):
    # Keywords would swallow what follows them (SHOW …) or merge (PARTITIONED BY): here each word is one
    COMMANDS: ClassVar[set[TokenType]] = set()
    KEYWORDS = {"{%": TokenType.BLOCK_START}  # noqa: RUF012


class _TrinoTokenizer(Trino.Tokenizer):
    COMMANDS: ClassVar[set[TokenType]] = set()
    KEYWORDS = {"{%": TokenType.BLOCK_START}  # noqa: RUF012
    IDENTIFIERS = ['"', "`"]  # noqa: RUF012


class Words:
    """A cursor over the words of one statement; comments and a closing `;` are passed over.

    Args:
        sql: the statement.
        trino: a backslash in a text is no more than that, as in Trino's SQL.

    Raises:
        RefusedQueryError: the text cannot be cut into words, or holds more than one statement.
    """

    def __init__(self, sql: str, *, trino: bool = False) -> None:
        self.sql = sql
        try:
            tokenizer = _TrinoTokenizer(dialect="trino") if trino else _HiveTokenizer(dialect="hive")
            tokens = tokenizer.tokenize(with_plain_bytes(sql) if trino else sql)
        except TokenError as error:
            raise refusal(error, sql) from error
        while tokens and tokens[-1].token_type == TokenType.SEMICOLON:
            tokens.pop()
        statements = 1 + sum(token.token_type == TokenType.SEMICOLON for token in tokens)
        if statements > 1:
            raise RefusedQueryError(f"Only one sql statement is allowed. Got: {statements}")
        self._tokens = tokens
        self._place = 0
        self._furthest = 0
        self._wanted: list[str] = []

    # Words

    def take(self, *phrase: str) -> bool:
        """Pass over these words and signs, written as `ALTER` or `(`, if all of them come next."""
        for count, word in enumerate(phrase):
            place = self._place + count
            if place >= len(self._tokens) or _plain(self._tokens[place]) != word:
                self._want(f"'{word}'", place)
                return False
        self._advance(len(phrase))
        return True

    def _want(self, what: str, place: int | None = None) -> None:
        """Note what is missed, at the furthest place that was read: the error is of that place."""
        place = self._place if place is None else place
        if place > self._furthest:
            self._furthest, self._wanted = place, []
        if place == self._furthest:
            self._wanted.append(what)

    def take_one_of(self, *words: str) -> str:
        """Pass over one of these words and return it; "" where none of them comes next."""
        return next((word for word in words if self.take(word)), "")

    def expect(self, *phrase: str) -> None:
        """Pass over these words.

        Raises:
            RefusedQueryError: something else comes next.
        """
        for word in phrase:
            if not self.take(word):
                self.fail()

    def at_end(self) -> bool:
        """Whether all words are read."""
        return self._place >= len(self._tokens)

    def end(self) -> None:
        """Check that the statement ends here.

        Raises:
            RefusedQueryError: it does not.
        """
        if not self.at_end():
            self._want("<EOF>")
            self.fail()

    def fail(self) -> None:
        """Refuse the first word that fits nothing, as Athena does (it names more that it expects).

        Raises:
            RefusedQueryError: always.
        """
        expecting = ", ".join(dict.fromkeys(self._wanted))
        if self._furthest >= len(self._tokens):
            shown, where = "<EOF>", _after(self._tokens)
        else:
            token = self._tokens[self._furthest]
            shown = self.sql[token.start : token.end + 1]
            where = f"line {token.line}:{token.col - (token.end - token.start)}"
        more = f". Expecting: {expecting}" if expecting else ""
        raise RefusedQueryError(f"{where}: mismatched input '{shown}'{more}")

    def _advance(self, count: int = 1) -> None:
        self._place += count
        self._furthest, self._wanted = self._place, []

    def skip(self) -> None:
        """Pass over one word, whatever it is."""
        self._advance()

    def rest(self) -> str:
        """The text from here to the statement's end, all of which is passed over."""
        if self.at_end():
            self.fail()
        start, end = self._tokens[self._place].start, self._tokens[-1].end + 1
        self._advance(len(self._tokens) - self._place)
        return self.sql[start:end]

    def comes(self, *phrase: str) -> bool:
        """Whether these words and signs come next."""
        following = self._tokens[self._place : self._place + len(phrase)]
        return [_plain(token) for token in following] == list(phrase)

    def rest_in_place(self) -> str:
        """As `rest`, with blanks for all that stands before: words keep their lines and places."""
        if self.at_end():
            self.fail()
        start = self._tokens[self._place].start
        return _blank(self.sql[:start]) + self.rest()

    def bracketed_in_place(self) -> str:
        """The text between round brackets, which come next, with blanks for all that stands before."""
        self.expect("(")
        start, depth = self._tokens[self._place - 1].end + 1, 1
        while depth:
            if self.at_end():
                self.fail()
            sign = _plain(self._tokens[self._place])
            depth += {"(": 1, ")": -1}.get(sign, 0)
            self.skip()
        return _blank(self.sql[:start]) + self.sql[start : self._tokens[self._place - 1].start]

    def placeholders(self) -> list[int]:
        """Where the `?` stand in the text."""
        return [token.start for token in self._tokens if token.token_type == TokenType.PLACEHOLDER]

    def separated(self) -> list[str]:
        """The rest, cut at the commas that stand outside of brackets."""
        parts, depth = [], 0
        if self.at_end():
            self.fail()
        start = self._tokens[self._place].start
        while not self.at_end():
            token = self._tokens[self._place]
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(_plain(token), 0)
            if _plain(token) == "," and not depth:
                parts.append(self.sql[start : token.start].strip())
                start = token.end + 1
            self.skip()
        return [*parts, self.sql[start : self._tokens[-1].end + 1].strip()]

    # Names and values

    def name(self, *, double_quoted: bool = False) -> str:
        """A name in lower case, plain or in backticks; in double quotes too where the statement is Trino's."""
        if not self.at_end():
            token = self._tokens[self._place]
            quoted = double_quoted and self.sql[token.start] == '"'
            if token.token_type in _NAMES or quoted:
                self._advance()
                return token.text.lower()
        self._want("identifier")
        self.fail()
        return ""

    def dotted(self, *, double_quoted: bool = False) -> list[str]:
        """The parts of a name such as `database.table`, in lower case."""
        parts = [self.name(double_quoted=double_quoted)]
        while self.take("."):
            parts.append(self.name(double_quoted=double_quoted))
        return parts

    def table(self, database: str, *, double_quoted: bool = False) -> tuple[str, str]:
        """A table's database and name; `database` where none is written.

        Raises:
            RefusedQueryError: a name of four parts, or one of another catalog.
        """
        parts = self.dotted(double_quoted=double_quoted)
        if len(parts) > 3:
            raise RefusedQueryError(f"Invalid table name {'.'.join(parts)}")
        if len(parts) == 3 and parts.pop(0) != CATALOG:
            raise not_supported("a catalog other than AwsDataCatalog")
        return (parts[0] if len(parts) == 2 else database), parts[-1]

    def database(self) -> str:
        """A database's name.

        Raises:
            RefusedQueryError: one of another catalog.
        """
        parts = self.dotted()
        if len(parts) == 2 and parts.pop(0) != CATALOG:
            raise not_supported("a catalog other than AwsDataCatalog")
        if len(parts) > 1:
            raise RefusedQueryError(f"Invalid database name {'.'.join(parts)}")
        return parts[0]

    def has_text(self) -> bool:
        """Whether a text in quotes comes next."""
        return not self.at_end() and self._tokens[self._place].token_type == TokenType.STRING

    def text(self) -> str:
        """A text in single or double quotes; a quote within it is doubled or follows a backslash."""
        if not self.has_text():
            self._want("string")
            self.fail()
        found = self._tokens[self._place]
        text, end = found.text, found.end
        self._advance()
        while self.has_text() and self._tokens[self._place].start == end + 1:
            text, end = f"{text}'{self._tokens[self._place].text}", self._tokens[self._place].end
            self._advance()
        return text

    def word(self, what: str, *, among: Collection[str]) -> str:
        """One of these words, which are in lower case; `what` they are is for the error."""
        if not self.at_end() and _plain(self._tokens[self._place]).lower() in among:
            self._advance()
            return self._tokens[self._place - 1].text.lower()
        if self._furthest == self._place:
            self._wanted = [what]
        self.fail()
        return ""

    def literal(self) -> str:
        """A text or a number, as its text."""
        if not self.at_end() and self._tokens[self._place].token_type == TokenType.NUMBER:
            self._advance()
            return self._tokens[self._place - 1].text
        return self.text()

    def number(self) -> str:
        """A whole number, as its text."""
        if self.at_end() or self._tokens[self._place].token_type != TokenType.NUMBER:
            self._want("number")
            self.fail()
        return self.literal()


def _plain(token: Token) -> str:
    """A word for comparing; what is in quotes is none."""
    if token.token_type in (TokenType.STRING, TokenType.IDENTIFIER):
        return ""
    return token.text.upper()


def _blank(text: str) -> str:
    return "".join(sign if sign == "\n" else " " for sign in text)


def _after(tokens: list[Token]) -> str:
    return f"line {tokens[-1].line}:{tokens[-1].col + 1}" if tokens else "line 1:1"
