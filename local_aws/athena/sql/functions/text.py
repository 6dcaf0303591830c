"""Functions on text, regular expressions, bytes and JSON."""

from __future__ import annotations

import re

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.model import Argument, Arguments, Function, array_of, same
from local_aws.athena.sql.quoting import text as quoted

WHITE_SPACE = "E' \\t\\n\\r\\f\\v'"
"""What TRIM takes away when it is not told what: the engine's own takes blanks only."""


def _concat(arguments: Arguments) -> str:
    """NULL as soon as one argument is; the engine's CONCAT leaves NULLs out."""
    return "(" + " || ".join(argument.sql for argument in arguments) + ")"


def _concat_ws(arguments: Arguments) -> str:
    if len(arguments) == 2 and trino_types.family(arguments[1].type) == "array":
        return f"array_to_string({arguments[1].sql}, {arguments[0].sql})"
    return f"concat_ws({', '.join(argument.sql for argument in arguments)})"


def _reverse(arguments: Arguments) -> str:
    name = "list_reverse" if trino_types.family(arguments[0].type) == "array" else "reverse"
    return f"{name}({arguments[0].sql})"


def _substring(arguments: Arguments) -> str:
    """Positions count from 1, or from the end when negative; one outside of the text gives an empty text."""
    text, start = arguments[0].sql, arguments[1].sql
    rest = f", {arguments[2].sql}" if len(arguments) > 2 else ""
    return (
        f"CASE WHEN {start} = 0 OR abs({start}) > length({text}) THEN {text}[1:0] "
        f"ELSE substring({text}, {start}{rest}) END"
    )


def _regexp_replace(arguments: Arguments) -> str:
    """Groups in the replacement are Java's `$1`; the engine's begin with a backslash."""
    if len(arguments) == 2:
        return f"regexp_replace({arguments[0].sql}, {arguments[1].sql}, '', 'g')"
    text, pattern, replacement = arguments
    if "->" in replacement.node.sql() and not replacement.node.is_string:
        raise not_supported("regexp_replace with a function")
    groups = f"regexp_replace(replace({replacement.sql}, '\\', '\\\\'), '\\$([0-9])', '\\\\\\1', 'g')"
    return f"regexp_replace({text.sql}, {pattern.sql}, {groups}, 'g')"


def _json_path(argument: Argument) -> str:
    """`$["a b"]` is the engine's `$."a b"`."""
    path = argument.text("a JSON path")
    return quoted(re.sub(r"\[\"([^\"]*)\"\]", r'."\1"', path))


def _json_extract(arguments: Arguments) -> str:
    value = arguments[0].sql
    return f"CASE WHEN json_valid({value}) THEN json_extract({value}, {_json_path(arguments[1])}) END"


def _json_extract_scalar(arguments: Arguments) -> str:
    value, path = arguments[0].sql, _json_path(arguments[1])
    return (
        f"CASE WHEN json_valid({value}) AND json_type({value}, {path}) NOT IN ('OBJECT', 'ARRAY', 'NULL') "
        f"THEN json_extract_string({value}, {path}) END"
    )


def _json_size(arguments: Arguments) -> str:
    value, path = arguments[0].sql, _json_path(arguments[1])
    return (
        f"CASE json_type({value}, {path}) WHEN 'ARRAY' THEN json_array_length({value}, {path}) "
        f"WHEN 'OBJECT' THEN len(json_keys({value}, {path})) ELSE 0 END"
    )


_MATCHED = "CASE WHEN regexp_matches({0}, {1}) THEN "

TEXT = {
    **same("lower", "upper", "translate", "chr", "lpad", "rpad", "url_encode", "url_decode", returns="varchar"),
    **same("starts_with", returns="boolean"),
    "length": Function("length({0})", "bigint"),
    "reverse": Function(_reverse, 0),
    "replace": Function({2: "replace({0}, {1}, '')", 3: "replace({0}, {1}, {2})"}, "varchar"),
    "concat": Function(_concat, 0),
    "concat_ws": Function(_concat_ws, "varchar"),
    "substr": Function(_substring, "varchar"),
    "substring": Function(_substring, "varchar"),
    "ltrim": Function({1: f"ltrim({{0}}, {WHITE_SPACE})", 2: "ltrim({0}, {1})"}, "varchar"),
    "rtrim": Function({1: f"rtrim({{0}}, {WHITE_SPACE})", 2: "rtrim({0}, {1})"}, "varchar"),
    "split": Function({2: "string_split({0}, {1})"}, array_of("varchar")),
    "split_part": Function(
        "CASE WHEN {2} <= len(string_split({0}, {1})) THEN split_part({0}, {1}, {2}) END", "varchar"
    ),
    "strpos": Function({2: "strpos({0}, {1})"}, "bigint"),
    "codepoint": Function("unicode({0})", "integer"),
    "levenshtein_distance": Function("levenshtein({0}, {1})", "bigint"),
    "hamming_distance": Function("hamming({0}, {1})", "bigint"),
    # Regular expressions
    "regexp_like": Function("regexp_matches({0}, {1})", "boolean"),
    "regexp_extract": Function(
        {2: _MATCHED + "regexp_extract({0}, {1}, 0) END", 3: _MATCHED + "regexp_extract({0}, {1}, {2}) END"}, "varchar"
    ),
    "regexp_extract_all": Function(
        {2: "regexp_extract_all({0}, {1})", 3: "regexp_extract_all({0}, {1}, {2})"}, array_of("varchar")
    ),
    "regexp_replace": Function(_regexp_replace, "varchar"),
    "regexp_split": Function("string_split_regex({0}, {1})", array_of("varchar")),
    "regexp_count": Function("len(regexp_extract_all({0}, {1}))", "bigint"),
    # Bytes
    "to_utf8": Function("encode({0})", "varbinary"),
    "from_utf8": Function({1: "decode({0})"}, "varchar"),
    "to_hex": Function("hex({0})", "varchar"),
    "from_hex": Function("unhex({0})", "varbinary"),
    "to_base64": Function("to_base64({0})", "varchar"),
    "from_base64": Function("from_base64({0})", "varbinary"),
    "md5": Function("unhex(md5({0}))", "varbinary"),
    "sha1": Function("unhex(sha1({0}))", "varbinary"),
    "sha256": Function("unhex(sha256({0}))", "varbinary"),
    "uuid": Function("uuid()", "varchar"),
    # JSON
    "json_parse": Function("json({0})", "json"),
    "json_format": Function("CAST({0} AS VARCHAR)", "varchar"),
    "json_extract": Function(_json_extract, "json"),
    "json_extract_scalar": Function(_json_extract_scalar, "varchar"),
    "json_array_length": Function("CASE json_type({0}) WHEN 'ARRAY' THEN json_array_length({0}) END", "bigint"),
    "json_size": Function(_json_size, "bigint"),
    "is_json_scalar": Function("(json_type({0}) NOT IN ('OBJECT', 'ARRAY'))", "boolean"),
}
