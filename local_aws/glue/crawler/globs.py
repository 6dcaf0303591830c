"""Exclude patterns of S3 targets: the globs of AWS's page "Include and exclude patterns", as regular expressions.

A pattern is matched against an object's path below the include path. `*` and `?` stay inside one folder level, `**`
crosses levels, `[a-z]` and `[!a-z]` are one character, `{a,b}` is a choice that cannot hold another choice, and a
backslash makes the next character plain. A leading dot is a character like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from local_aws.bounded_regex import PatternError, full_match


class BadPatternError(ValueError):
    """A pattern with an open bracket or brace; the text says which."""


def compile_all(patterns: Sequence[str]) -> list[Callable[[str], bool]]:
    """Each pattern compiled.

    Raises:
        BadPatternError: a bracket or a brace is not closed, or a range runs backwards.
    """
    return [_compile(pattern) for pattern in patterns]


def _compile(pattern: str) -> Callable[[str], bool]:
    try:
        return full_match(to_regex(pattern))
    except PatternError as error:
        raise BadPatternError(f"{pattern!r} is no pattern: {error}") from error


def first_match(path: str, patterns: Sequence[Callable[[str], bool]], sources: Sequence[str]) -> str | None:
    """The first of `sources` whose compiled pattern matches the whole path, or None.

    Raises:
        BadPatternError: a pattern takes too long.
    """
    for matches, source in zip(patterns, sources, strict=True):
        try:
            if matches(path):
                return source
        except PatternError as error:
            raise BadPatternError(f"{source!r}: {error}") from error
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
