"""A query's text, read: what Athena's SQL has not is refused, or named where the local AWS has it not."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.tokenizer_core import TokenType

from local_aws.athena.errors import RefusedQueryError, not_supported
from local_aws.athena.sql.grammar import KNOWN, Athena, as_calls, check_function, complete_types
from local_aws.athena.sql.places import AT, WRITTEN_ROW, position
from local_aws.athena.sql.placing import IS_LITERAL
from local_aws.athena.sql.quoting import with_plain_bytes
from local_aws.athena.sql.syntax_errors import refusal
from local_aws.athena.sql.table_functions import as_rows
from local_aws.athena.sql.values_queries import as_subqueries
from local_aws.athena.sql.word_checks import check_words

_SAID: dict[type[exp.Expr], str] = {
    exp.Kwarg: "a table function",
}
_NOT_TRINOS = (exp.ILike, exp.RegexpLike, exp.SimilarTo, exp.Glob, exp.IntDiv, exp.Collate)
"""What sqlglot reads and Trino's grammar has not."""
_SHOWN_LETTERS = 60
_OTHER_STATEMENTS = frozenset("MSCK UNLOAD VACUUM OPTIMIZE PREPARE EXECUTE DEALLOCATE EXPLAIN CALL".split())


def parse(sql: str) -> exp.Query:
    """Read one query.

    Raises:
        RefusedQueryError: it does not parse, is more than one statement, is no query, or calls a function that
            there is not.
    """
    sql = with_plain_bytes(sql)
    try:
        words = Athena().tokenize(sql)
        if words and words[0].text.upper() in _OTHER_STATEMENTS:
            raise not_supported(words[0].text.upper())
        if any(word.token_type == TokenType.MATCH_RECOGNIZE for word in words):  # its patterns are no SQL
            raise not_supported("MATCH_RECOGNIZE")
        check_words(words, sql)
        read = sqlglot.parse(sql, read=Athena)
        statements = [statement for statement in read if statement and not isinstance(statement, exp.Semicolon)]
    except (ParseError, TokenError) as error:
        raise refusal(error, sql) from error
    if len(statements) != 1:
        raise RefusedQueryError(f"Only one sql statement is allowed. Got: {len(statements)}")
    statement = as_rows(statements[0])
    _unwrap_rows(statement)
    as_subqueries(statement)
    if not isinstance(statement, exp.Query):
        raise not_supported(_kind(statement))
    _check_parts(statement, sql)
    as_calls(statement)
    complete_types(statement)
    _complete_zones(statement)
    return statement


_DAY_WITH_ZONE = re.compile(r"\s*\d+-\d+-\d+\s*(?:[+-]\d|\s[A-Za-z]).*", re.DOTALL)


def _complete_zones(statement: exp.Query) -> None:
    """A day with a zone is a moment with one: sqlglot looks for it behind a time only."""
    for node in statement.find_all(exp.Cast):
        if node.meta.get(IS_LITERAL) and node.to.this == exp.DType.TIMESTAMP and _DAY_WITH_ZONE.fullmatch(node.name):
            node.set("to", exp.DataType(this=exp.DType.TIMESTAMPTZ))


def _unwrap_rows(statement: exp.Expr) -> None:
    """`VALUES ROW(1, 2)` is a row of two columns, as `VALUES (1, 2)` is."""
    for values in statement.find_all(exp.Values):
        for row in values.expressions:
            call = row.expressions[0] if isinstance(row, exp.Tuple) and len(row.expressions) == 1 else None
            if isinstance(call, exp.Anonymous) and call.name.upper() == "ROW":
                row.set("expressions", call.expressions)
                row.meta[WRITTEN_ROW] = True


def unnamed_columns(query: exp.Query) -> tuple[int, ...]:
    """The places, from 1, of the columns that a query which `parse` read gives no name."""
    select = first_select(query)
    parts = enumerate(select.expressions, start=1) if select else ()
    named = exp.Alias | exp.Column | exp.Star | exp.Dot
    return tuple(place for place, projection in parts if not isinstance(projection, named))


def first_select(query: exp.Expr) -> exp.Select | None:
    """The SELECT that names a query's columns."""
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    return query if isinstance(query, exp.Select) else None


def _check_parts(query: exp.Query, sql: str) -> None:
    for node in query.walk():
        if type(node) not in KNOWN:
            said = _said(node, sql)
            if isinstance(node, _NOT_TRINOS) and AT in node.meta:
                raise RefusedQueryError(f"{position(node)}: mismatched input '{said}'")
            raise not_supported(said)
        if node.meta.get(IS_LITERAL) and not node.this.is_string:
            raise RefusedQueryError(f"{position(node.this)}: mismatched input '{node.this.name}'")
        if isinstance(node, exp.Star) and any(node.args.values()):
            raise not_supported("a * that leaves columns out")
        if isinstance(node, exp.Join) and node.kind not in ("", "INNER", "OUTER", "CROSS"):
            raise not_supported(f"{node.kind} JOIN")
        _check_form(node)
        if isinstance(node, exp.Anonymous) and not isinstance(node.parent, exp.Table):
            check_function(node)


def _check_form(node: exp.Expr) -> None:
    """Refuse what is known in one form and not in another."""
    if isinstance(node, exp.Group) and node.args.get("all") is not None:
        raise not_supported("GROUP BY ALL" if node.args["all"] else "GROUP BY DISTINCT")
    zone = node.args["zone"] if isinstance(node, exp.AtTimeZone) else None
    if zone is not None and not (isinstance(zone, exp.Interval) or (isinstance(zone, exp.Literal) and zone.is_string)):
        raise RefusedQueryError(f"{position(zone)}: mismatched input '{zone.sql('trino')}'")
    if isinstance(node, exp.Distinct) and node.args.get("on"):
        raise not_supported("DISTINCT ON")
    if isinstance(node, exp.LimitOptions) and node.args.get("with_ties"):
        raise not_supported("FETCH FIRST … WITH TIES")
    if isinstance(node, exp.Dot) and isinstance(node.expression, exp.Star):
        raise not_supported("all fields of a row as columns")
    if isinstance(node, exp.Unnest) and node.args.get("offset") and not node.args.get("alias"):
        raise not_supported("WITH ORDINALITY without names for the columns")


def _said(node: exp.Expr, sql: str) -> str:
    """How the query says a part: the word that stands at its place."""
    line, column = node.meta.get(AT, (0, 0))
    text = sql.splitlines()[line - 1][column - 1 :] if 0 < line <= len(sql.splitlines()) else ""
    word = re.match(r"\w+|[^\w\s]+", text)
    return _SAID.get(type(node)) or (word[0] if word else str(node.sql("trino", comments=False))[:_SHOWN_LETTERS])


def _kind(statement: exp.Expr) -> str:
    if isinstance(statement, exp.Command):
        return str(statement.this).upper()
    return " ".join(word for word in (statement.key.upper(), statement.args.get("kind")) if word)
