"""Filter patterns of CloudWatch Logs: terms, phrases, regular expressions and conditions on JSON.

CloudWatch Logs user guide, "Filter pattern syntax". The emulator reads each part of a pattern as a term without case,
and takes every event for one that a JSON pattern matches. Patterns for space-delimited events are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from local_aws.emulator.logs.json_patterns import compile_json
from local_aws.emulator.logs.terms import LogPatternError, expression, regular_expressions
from local_aws.emulator.protocol import Response

_PART = re.compile(
    r"""\s*(?P<sign>[-?]?)(?:"(?P<phrase>(?:[^"\\]|\\.)*)"|%(?P<regex>(?:[^%\\]|\\.)+)%|(?P<term>[^\s"]+))""",
    re.DOTALL,
)
_TERM = re.compile(r"\w+")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CHECKED = ("_put_subscription_filter", "_put_metric_filter")

Matcher = Callable[[str], bool]


def understand_filter_patterns() -> None:
    """Have events filtered as AWS does, and patterns that are none refused where they are given."""
    from ministack.services import cloudwatch_logs as logs

    logs._compile_filter_pattern = compile_pattern
    logs._subscription_pattern_matches = lambda pattern, message: compile_pattern(pattern or "")(message or "")
    logs._filter_log_events = _refusing(logs._filter_log_events)
    for name in _CHECKED:
        setattr(logs, name, _refusing(getattr(logs, name), check=True))


def compile_pattern(pattern: str) -> Matcher:
    """What a pattern matches.

    Raises:
        LogPatternError: it is none, or one that is not supported here.
    """
    pattern = pattern.strip()
    if pattern.startswith("{"):
        return compile_json(pattern)
    if pattern.startswith("["):
        raise LogPatternError("Filter patterns for space-delimited log events are not supported by the local AWS")
    return _terms(pattern)


def _terms(pattern: str) -> Matcher:
    regular_expressions(pattern)
    needed: list[Matcher] = []
    unwanted: list[Matcher] = []
    optional: list[Matcher] = []
    place = 0
    while place < len(pattern):
        found = _PART.match(pattern, place)
        if not found:
            raise LogPatternError("Invalid filter pattern")
        place = found.end()
        {"-": unwanted, "?": optional, "": needed}[found["sign"]].append(_part(found))
    if needed or unwanted:
        optional = []  # "all question mark terms will be ignored"
    return lambda message: (
        all(part(message) for part in needed)
        and not any(part(message) for part in unwanted)
        and (not optional or any(part(message) for part in optional))
    )


def _part(found: re.Match[str]) -> Matcher:
    if found["regex"]:
        return expression(found["regex"])
    if found["term"] is not None and not _TERM.fullmatch(found["term"]):
        raise LogPatternError(f"Invalid character(s) in term '{found['term']}'")
    text = found["term"] or _ESCAPED.sub(r"\1", found["phrase"])
    return lambda message: text.strip() in message if not text.strip() else text in message


def _refusing(original: Callable[[dict[str, Any]], Response], *, check: bool = False) -> Any:
    from ministack.core.responses import error_response_json

    def call(parameters: dict[str, Any]) -> Response:
        try:
            if check:
                compile_pattern(parameters.get("filterPattern") or "")
            return original(parameters)
        except LogPatternError as error:
            response: Response = error_response_json("InvalidParameterException", str(error), 400)
            return response

    return call
