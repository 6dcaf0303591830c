"""Exclude patterns of S3 targets: the globs of AWS's page "Include and exclude patterns", as regular expressions.

A pattern is matched against an object's path below the include path. `*` and `?` stay inside one folder level, `**`
crosses levels, `[a-z]` and `[!a-z]` are one character, `{a,b}` is a choice that cannot hold another choice, and a
backslash makes the next character plain. A leading dot is a character like any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence


class BadPatternError(ValueError):
    """A pattern with an open bracket or brace; the text says which."""


def compile_all(patterns: Sequence[str]) -> list[re.Pattern[str]]:
    """Each pattern compiled.

    Raises:
        BadPatternError: a bracket or a brace is not closed, or a range runs backwards.
    """
    return [_compile(pattern) for pattern in patterns]


def _compile(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(to_regex(pattern), re.DOTALL)
    except re.error as error:
        raise BadPatternError(f"{pattern!r} is no pattern: {error}") from error


def first_match(path: str, patterns: Sequence[re.Pattern[str]], sources: Sequence[str]) -> str | None:
    """The first of `sources` whose compiled pattern matches the whole path, or None."""
    for pattern, source in zip(patterns, sources, strict=True):
        if pattern.fullmatch(path):
            return source
    return None


def to_regex(pattern: str) -> str:
    """The regular expression (for `fullmatch`) of one glob.

    Raises:
        BadPatternError: a bracket or a brace is not closed, or braces are nested.
    """
    out: list[str] = []
    position, inside_braces = 0, False
    while position < len(pattern):
        character = pattern[position]
        if character == "[":
            bracket, position = _bracket(pattern, position)
            out.append(bracket)
            continue
        if character in "{}," and (character != "," or inside_braces):
            inside_braces = _brace_state(pattern, character, inside=inside_braces)
            out.append({"{": "(?:", "}": ")", ",": "|"}[character])
        elif pattern.startswith("**", position):
            out.append(".*")
            position += 1
        elif character == "\\":
            position += 1
            out.append(re.escape(pattern[position : position + 1] or "\\"))
        else:
            out.append({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)))
        position += 1
    if inside_braces:
        raise BadPatternError(f"the brace in {pattern!r} is not closed")
    return "".join(out)


def _brace_state(pattern: str, character: str, *, inside: bool) -> bool:
    if character == "{" and inside:
        raise BadPatternError(f"the braces in {pattern!r} are nested, which AWS does not allow")
    if character == "}" and not inside:
        raise BadPatternError(f"the closing brace in {pattern!r} has no opening one")
    return character != "}"


def _bracket(pattern: str, start: int) -> tuple[str, int]:
    """The character class that starts at `start`, and the position after it."""
    end = pattern.find("]", start + 1)
    if end < 0:
        raise BadPatternError(f"the bracket in {pattern!r} is not closed")
    body = pattern[start + 1 : end]
    negated = body.startswith("!")
    if negated:
        body = body[1:]
    if not body:
        raise BadPatternError(f"the bracket in {pattern!r} is empty")
    safe = body.replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^").replace("&", "\\&").replace("~", "\\~")
    safe = safe.replace("|", "\\|")
    return f"(?!/)[{'^' if negated else ''}{safe}]", end + 1
