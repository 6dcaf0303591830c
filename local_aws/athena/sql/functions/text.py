"""Functions on text, regular expressions, bytes and JSON."""

from __future__ import annotations

import re

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.formats import FORMAT, as_text
from local_aws.athena.sql.functions.model import Argument, Arguments, Function, Sql, array_of, same
from local_aws.athena.sql.functions.python_calls import DISTANCE, FROM_UTF8
from local_aws.athena.sql.macros import without_errors
from local_aws.athena.sql.quoting import text as quoted

WHITE_SPACE = "E' \\t\\n\\r\\f\\v'"
"""What TRIM takes away when it is not told what: the engine's own takes blanks only."""


def _concat(arguments: Arguments) -> str:
    """NULL as soon as one argument is; the engine's CONCAT leaves NULLs out. An array takes elements at either end."""
    arrays = [trino_types.family(argument.type) == "array" for argument in arguments]
    if any(arrays) and not all(arrays) and len(arguments) == 2:
        name = "list_append" if arrays[0] else "list_prepend"
        whole = arguments[0 if arrays[0] else 1].sql
        return f"CASE WHEN {whole} IS NOT NULL THEN {name}({arguments[0]}, {arguments[1]}) END"
    return "(" + " || ".join(argument.sql for argument in arguments) + ")"


def _of_text(name: str, sql: str) -> Sql:
    """What the engine has for texts, and Athena for bytes too."""

    def render(arguments: Arguments) -> str:
        if trino_types.family(arguments[0].type) == "varbinary":
            raise not_supported(f"{name} of a varbinary")
        return sql.format(*arguments)

    return render


def _length(arguments: Arguments) -> str:
    name = "octet_length" if trino_types.family(arguments[0].type) == "varbinary" else "length"
    return f"{name}({arguments[0]})"


def _format(arguments: Arguments) -> str:
    values = ", ".join(as_text(argument.sql, argument.type) for argument in arguments[1:])
    return f"{FORMAT}({arguments[0]}, CAST([{values}] AS VARCHAR[]))"


def _concat_ws(arguments: Arguments) -> str:
    if len(arguments) == 2 and trino_types.family(arguments[1].type) == "array":
        return f"array_to_string({arguments[1].sql}, {arguments[0].sql})"
    return f"concat_ws({', '.join(argument.sql for argument in arguments)})"


def _reverse(arguments: Arguments) -> str:
    if trino_types.family(arguments[0].type) == "varbinary":
        raise not_supported("reverse of a varbinary")
    name = "list_reverse" if trino_types.family(arguments[0].type) == "array" else "reverse"
    return f"{name}({arguments[0].sql})"


def _substring(arguments: Arguments) -> str:
    """Positions count from 1, or from the end when negative; one outside of the text gives an empty text."""
    if trino_types.family(arguments[0].type) == "varbinary":
        raise not_supported("substr of a varbinary")
    text, start = arguments[0].sql, arguments[1].sql
    rest = f", CASE WHEN {arguments[2].sql} < 0 THEN 0 ELSE {arguments[2].sql} END" if len(arguments) > 2 else ""
    return (
        f"CASE WHEN {start} = 0 OR abs({start}) > length({text}) THEN {text}[1:0] "
        f"ELSE substring({text}, {start}{rest}) END"
    )


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
        f"CASE WHEN json_valid({value}) THEN CASE json_type({value}, {path}) "
        f"WHEN 'ARRAY' THEN json_array_length({value}, {path}) "
        f"WHEN 'OBJECT' THEN len(json_keys({value}, {path})) WHEN NULL THEN NULL ELSE 0 END END"
    )


def _from_utf8(arguments: Arguments) -> str:
    if len(arguments) != 1:
        raise not_supported(f"from_utf8 with {len(arguments)} arguments")
    value, slow = arguments[0].sql, f"{FROM_UTF8}({arguments[0].sql})"
    return slow if without_errors(value) != value else f"coalesce(TRY(decode({value})), {slow})"


# What fills up the last four letters may be left out
_FROM_BASE64 = "from_base64(rpad({0}, CAST(4 * ((length({0}) + 3) // 4) AS INTEGER), '='))"
# The last of the parts has all that is left
_SPLIT = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL "
    "WHEN {2} < 1 THEN error('INVALID_FUNCTION_ARGUMENT: Limit must be positive') "
    "WHEN len(string_split({0}, {1})) <= {2} THEN string_split({0}, {1}) ELSE list_append("
    "list_slice(string_split({0}, {1}), 1, {2} - 1), "
    "array_to_string(list_slice(string_split({0}, {1}), {2}, len(string_split({0}, {1}))), {1})) END"
)
# An empty text is found before each letter and at the end
_REPLACE = (
    "CASE WHEN {1} = '' THEN {2} || array_to_string(list_transform(string_split({0}, ''), lambda letter : "
    "letter || {2}), '') ELSE replace({0}, {1}, {2}) END"
)
_FROM_HEX = (
    "unhex(CASE WHEN length({0}) % 2 = 0 THEN {0} "
    "ELSE error('INVALID_FUNCTION_ARGUMENT: invalid input length ' || length({0})) END)"
)
TEXT = {
    **same("lower", "translate", returns="varchar"),
    # A letter stays one letter, as in Java's Character.toUpperCase
    "upper": Function("replace(upper(replace({0}, 'ß', chr(57344))), chr(57344), 'ß')", "varchar"),
    "url_encode": Function("replace(replace(replace(url_encode({0}), '%20', '+'), '%2A', '*'), '~', '%7E')", "varchar"),
    "url_decode": Function("url_decode(replace({0}, '+', ' '))", "varchar"),
    "chr": Function("chr(CAST({0} AS INTEGER))", "varchar"),
    "lpad": Function(_of_text("lpad", "lpad({0}, padding_length({1}), {2})"), "varchar"),
    "rpad": Function(_of_text("rpad", "rpad({0}, padding_length({1}), {2})"), "varchar"),
    **same("starts_with", returns="boolean"),
    "length": Function(_length, "bigint"),
    "reverse": Function(_reverse, 0),
    "replace": Function({2: "replace({0}, {1}, '')", 3: _REPLACE}, "varchar"),
    "concat": Function(_concat, 0),
    "format": Function(_format, "varchar"),
    "concat_ws": Function(_concat_ws, "varchar"),
    "substr": Function(_substring, "varchar"),
    "substring": Function(_substring, "varchar"),
    "ltrim": Function({1: f"ltrim({{0}}, {WHITE_SPACE})", 2: "ltrim({0}, {1})"}, "varchar"),
    "rtrim": Function({1: f"rtrim({{0}}, {WHITE_SPACE})", 2: "rtrim({0}, {1})"}, "varchar"),
    "split": Function({2: "string_split({0}, {1})", 3: _SPLIT}, array_of("varchar")),
    "split_part": Function("one_part({0}, {1}, {2})", "varchar"),
    "strpos": Function({2: "strpos({0}, {1})"}, "bigint"),
    "codepoint": Function("unicode({0})", "integer"),
    "levenshtein_distance": Function(  # the engine's counts bytes
        "CASE WHEN strlen({0}) = length({0}) AND strlen({1}) = length({1}) THEN levenshtein({0}, {1}) "
        f"ELSE {DISTANCE}({{0}}, {{1}}) END",
        "bigint",
    ),
    # Bytes
    "to_utf8": Function("encode({0})", "varbinary"),
    "from_utf8": Function(_from_utf8, "varchar"),
    "to_hex": Function("hex({0})", "varchar"),
    "from_hex": Function(_of_text("from_hex", _FROM_HEX), "varbinary"),
    "to_base64": Function("to_base64({0})", "varchar"),
    "from_base64": Function(_of_text("from_base64", _FROM_BASE64), "varbinary"),
    "md5": Function("unhex(md5({0}))", "varbinary"),
    "sha1": Function("unhex(sha1({0}))", "varbinary"),
    "sha256": Function("unhex(sha256({0}))", "varbinary"),
    "uuid": Function("uuid()", "varchar"),
    # JSON
    "json_parse": Function("json({0})", "json"),
    "json_format": Function("CAST({0} AS VARCHAR)", "varchar"),
    "json_extract": Function(_json_extract, "json"),
    "json_extract_scalar": Function(_json_extract_scalar, "varchar"),
    "json_array_length": Function(
        "CASE WHEN json_valid({0}) AND json_type({0}) = 'ARRAY' THEN json_array_length({0}) END", "bigint"
    ),
    "json_size": Function(_json_size, "bigint"),
    "json_array_contains": Function(
        "CASE WHEN json_valid({0}) AND json_type({0}) = 'ARRAY' "
        "THEN list_contains(json_extract({0}, '$[*]'), to_json({1})) END",
        "boolean",
    ),
    "is_json_scalar": Function("(json_type({0}) NOT IN ('OBJECT', 'ARRAY'))", "boolean"),
}
