"""Functions on regular expressions: patterns and replacements are Java's in Athena, RE2's in the engine."""

from __future__ import annotations

import re

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.functions.model import Argument, Arguments, Function, array_of
from local_aws.athena.sql.quoting import text as quoted

_NAMED = re.compile(r"\\.|\(\?<(?=[A-Za-z])", re.DOTALL)
_GROUPS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?<(?P<name>[A-Za-z]\w*)>|(?P<plain>\((?!\?))", re.DOTALL)
_PARTS = re.compile(
    r"\\(?P<sign>.)|\$\{(?P<name>\w*)\}|\$(?P<digits>\d+)|(?P<dollar>\$)|(?P<text>[^\\$]+|\\)", re.DOTALL
)
_LAST_GROUP = 9
"""That the engine's replacements can name."""


def _literal(argument: Argument) -> str | None:
    node = argument.node
    return str(node.this) if isinstance(node, exp.Literal) and node.is_string else None


def _pattern(argument: Argument) -> str:
    """`(?<name>…)` is the engine's `(?P<name>…)`."""
    text = _literal(argument)
    if text is None:
        return argument.sql
    return quoted(_NAMED.sub(lambda found: "(?P<" if found[0] == "(?<" else found[0], text))


def _groups(pattern: str) -> list[str]:
    """The names of a pattern's groups, "" for one that has none."""
    found = (each for each in _GROUPS.finditer(pattern) if each["plain"] or each["name"])
    return [each["name"] or "" for each in found]


def _rewritten(pattern: str, replacement: str) -> str:
    """Groups in a replacement are Java's `$1` and `${name}`, and a backslash takes what follows as it is."""
    groups = _groups(pattern)
    written = ""
    for part in _PARTS.finditer(replacement):
        rest = part["sign"] or part["text"] or ""
        unnamed = part["name"] is not None and (not part["name"] or part["name"] not in groups)
        if part["dollar"] or unnamed or part[0] == "\\":
            raise FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: {replacement}")
        if part["name"]:
            written += _group_reference(groups.index(part["name"]) + 1)
        elif part["digits"]:
            digits = part["digits"]
            taken = next((size for size in range(len(digits), 1, -1) if int(digits[:size]) <= len(groups)), 1)
            if int(digits[:taken]) > len(groups):
                raise FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: Illegal replacement sequence: {replacement}")
            written, rest = written + _group_reference(int(digits[:taken])), digits[taken:]
        written += rest.replace("\\", "\\\\")
    return written


def _group_reference(number: int) -> str:
    if number > _LAST_GROUP:
        raise not_supported("a group above 9 in the replacement of REGEXP_REPLACE")
    return f"\\{number}"


def _replace(arguments: Arguments) -> str:
    if len(arguments) == 2:
        return f"regexp_replace({arguments[0]}, {_pattern(arguments[1])}, '', 'g')"
    text, pattern, replacement = arguments
    if "->" in replacement.node.sql() and not replacement.node.is_string:
        raise not_supported("regexp_replace with a function")
    known, with_ = _literal(pattern), _literal(replacement)
    if known is not None and with_ is not None:
        groups = quoted(_rewritten(known, with_))
    else:
        odd = f"contains({replacement}, '\\') OR regexp_matches({replacement}, '\\$([^0-9]|[0-9]{{2}}|$)')"
        refused = "error('NOT_SUPPORTED: a replacement of REGEXP_REPLACE that is computed and has more than $1 to $9')"
        groups = f"CASE WHEN {odd} THEN {refused} ELSE regexp_replace({replacement}, '\\$([0-9])', '\\\\\\1', 'g') END"
    return f"regexp_replace({text}, {_pattern(pattern)}, {groups}, 'g')"


def _group(arguments: Arguments) -> str:
    if len(arguments) < 3:
        return "0"
    if not (isinstance(arguments[2].node, exp.Literal) and arguments[2].node.name.isdigit()):
        raise not_supported("the number of a group that is not a literal")
    number, pattern = int(arguments[2].node.name), _literal(arguments[1])
    groups = len(_groups(pattern)) if pattern is not None else number
    if number > groups:
        raise FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: Pattern has {groups} groups. Cannot access group {number}")
    return str(number)


def _extract(arguments: Arguments) -> str:
    text, pattern = arguments[0], _pattern(arguments[1])
    return (
        f"CASE WHEN regexp_matches({text}, {pattern}) THEN regexp_extract({text}, {pattern}, {_group(arguments)}) END"
    )


def _extract_all(arguments: Arguments) -> str:
    return f"regexp_extract_all({arguments[0]}, {_pattern(arguments[1])}, {_group(arguments)})"


REGEXPS = {
    "regexp_like": Function(lambda arguments: f"regexp_matches({arguments[0]}, {_pattern(arguments[1])})", "boolean"),
    "regexp_extract": Function(_extract, "varchar"),
    "regexp_extract_all": Function(_extract_all, array_of("varchar")),
    "regexp_replace": Function(_replace, "varchar"),
    "regexp_split": Function(
        lambda arguments: f"string_split_regex({arguments[0]}, {_pattern(arguments[1])})", array_of("varchar")
    ),
    "regexp_count": Function(
        lambda arguments: f"len(regexp_extract_all({arguments[0]}, {_pattern(arguments[1])}))", "bigint"
    ),
}
