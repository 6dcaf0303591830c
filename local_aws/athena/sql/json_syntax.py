"""The clauses of json_query, json_value and json_exists, read: they become arguments of a call."""

from __future__ import annotations

import json
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql.placing import TYPE_TEXT, PlacingParser

NAMES = ("json_exists", "json_query", "json_value")
_BEHAVIOURS = ("ERROR", "NULL", "TRUE", "FALSE", "UNKNOWN", "EMPTY ARRAY", "EMPTY OBJECT", "EMPTY", "DEFAULT")


def read_call(parser: PlacingParser, name: str) -> exp.Anonymous:
    """Read what stands between the brackets.

    Returns:
        A call with the value, the path, JSON of the clauses as a text, and what is given ON EMPTY and ON ERROR where
        that is DEFAULT (else NULL).
    """
    value = parser._parse_disjunction()
    if parser._match_text_seq("FORMAT", "JSON") and parser._match_text_seq("ENCODING"):
        raise not_supported("FORMAT JSON ENCODING")
    if not parser._match_text_seq(","):
        parser.raise_error("Expecting ,")
    path = parser._parse_primary()
    if parser._match_text_seq("PASSING"):
        raise not_supported(f"{name} with PASSING")
    clauses: dict[str, Any] = {"name": name, "path": path.name if path is not None and path.is_string else None}
    defaults: dict[str, exp.Expr] = {}
    while _clause(parser, clauses, defaults):
        pass
    given = [defaults.get(when) or exp.Null() for when in ("EMPTY", "ERROR")]
    parts = [value, path, exp.Literal.string(json.dumps(clauses)), *given]
    return exp.Anonymous(this=name, expressions=[part for part in parts if part is not None])


def _clause(parser: PlacingParser, clauses: dict[str, Any], defaults: dict[str, exp.Expr]) -> bool:
    match = parser._match_text_seq
    if match("RETURNING"):
        kind = parser._parse_types()
        clauses["returning"] = kind.meta.get(TYPE_TEXT) if kind is not None else None
        match("FORMAT", "JSON")
        return True
    for word in ("WITHOUT", "WITH"):
        if match(word):
            kind = "CONDITIONAL" if match("CONDITIONAL") else "UNCONDITIONAL"  # type: ignore[assignment]
            match("UNCONDITIONAL")
            match("ARRAY")
            if not match("WRAPPER"):
                parser.raise_error("Expecting WRAPPER")
            clauses["wrapper"] = kind if word == "WITH" else word
            return True
    for word in ("KEEP", "OMIT"):
        if match(word, "QUOTES"):
            clauses["quotes"] = word
            match("ON", "SCALAR", "STRING")
            return True
    return _behaviour(parser, clauses, defaults)


def _behaviour(parser: PlacingParser, clauses: dict[str, Any], defaults: dict[str, exp.Expr]) -> bool:
    match = parser._match_text_seq
    for behaviour in _BEHAVIOURS:
        if not match(*behaviour.split()):
            continue
        default = parser._parse_bitwise() if behaviour == "DEFAULT" else None
        for when in ("EMPTY", "ERROR"):
            if match("ON", when):
                clauses[when.lower()] = behaviour
                if default is not None:
                    defaults[when] = default
                return True
        parser.raise_error("Expecting ON EMPTY or ON ERROR")
    return False
