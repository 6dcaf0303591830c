"""Functions on URLs. A part that is not there is an empty text, a text that is no URL NULL (Trino's UrlFunctions)."""

from __future__ import annotations

from local_aws.athena.sql.functions.model import Arguments, Function, Sql
from local_aws.athena.sql.quoting import text

_NAME = "[A-Za-z][A-Za-z0-9+.-]*"
_SCHEME = f"^({_NAME}):"
_AUTHORITY = f"^{_NAME}://(?:[^/?#@]*@)?"
_REST = f"^(?:{_NAME}:)?(?://[^/?#]*)?"
_NO_URL = r"\s|[<>\"{}|\\^`]"


def _part(pattern: str) -> Sql:
    """What the pattern's first group finds."""
    return lambda arguments: (
        f"CASE WHEN NOT regexp_matches({arguments[0]}, {text(_NO_URL)}) "
        f"THEN regexp_extract({arguments[0]}, {text(pattern)}, 1) END"
    )


def _decoded(pattern: str) -> Sql:
    return lambda arguments: (
        f"CASE WHEN NOT regexp_matches({arguments[0]}, {text(_NO_URL)}) "
        f"THEN url_decode(regexp_extract({arguments[0]}, {text(pattern)}, 1)) END"
    )


def _parameter(arguments: Arguments) -> str:
    """The first parameter of that name; NULL where there is none."""
    url, name = arguments
    query = f"regexp_extract({url}, {text(_REST + '[^?#]*[?]([^#]*)')}, 1)"
    pairs = f"list_filter(string_split({query}, '&'), lambda pair : split_part(pair, '=', 1) = {name})"
    value = f"substr({pairs}[1], length({name}) + 2)"
    return f"CASE WHEN len({pairs}) > 0 THEN url_decode(replace({value}, '+', ' ')) END"


def _port(arguments: Arguments) -> str:
    pattern = _AUTHORITY + "(?:[^/?#:]*):([0-9]+)"
    return f"TRY_CAST(regexp_extract({arguments[0]}, {text(pattern)}, 1) AS BIGINT)"


URLS = {
    "url_extract_protocol": Function(_part(_SCHEME), "varchar"),
    "url_extract_host": Function(_part(_AUTHORITY + "(\\[[^\\]]*\\]|[^/?#:]*)"), "varchar"),
    "url_extract_port": Function(_port, "bigint"),
    "url_extract_path": Function(_decoded(_REST + "([^?#]*)"), "varchar"),
    "url_extract_query": Function(_decoded(_REST + "[^?#]*[?]([^#]*)"), "varchar"),
    "url_extract_fragment": Function(_decoded("#(.*)$"), "varchar"),
    "url_extract_parameter": Function(_parameter, "varchar"),
}
