"""The bounds that AWS's models set to numbers and lengths, and patterns of texts with characters that nobody can see.

The sentences are those of AWS's framework ("failed to satisfy constraint: Member must have ..."). But for
members of STS, a pattern is held against texts with control characters alone: it is written for Java, whose classes
Python does not know.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from local_aws.emulator.requests.models import INTEGER_RANGES, Limits, Node
from local_aws.emulator.xml_answers import NOT_IN_XML

_SHOWN = 200
"""Characters of a value in a sentence; that AWS shows more is unverified."""

_HELD = frozenset({"roleSessionName", "sourceIdentity"})
"""Members whose pattern AWS holds every text to (public messages), and in which Python reads it as Java does."""

_NUMBERS = frozenset({*INTEGER_RANGES, "float", "double"})
_LONG = frozenset({"string", "list", "map"})
_CLASS = re.compile(r"\\[pP]\{\^?(\w+)\}")


def broken_limit(node: Node, value: Any, path: str) -> str:
    """What is wrong with a value of the right type, as AWS says it; "" when nothing is.

    Args:
        node: its shape.
        value: a number, a text, a list or a map; a number may be written as a text.
        path: of the member, as AWS writes it.
    """
    limits = node.limits
    if limits is None:
        return ""
    said = ""
    if node.kind in _NUMBERS:
        said = _bounds(limits, float(value), "value")
    elif node.kind in _LONG:
        said = _bounds(limits, len(value), "length")
    if not said and node.kind == "string" and limits.pattern and (path in _HELD or NOT_IN_XML.search(value)):
        pattern = _readable_here(limits.pattern)
        if pattern is not None and not pattern.fullmatch(value):
            said = f"satisfy regular expression pattern: {limits.pattern}"
    if not said:
        return ""
    shown = "***" if limits.secret else _shown(value)
    return f"Value '{shown}' at '{path}' failed to satisfy constraint: Member must {said}"


def _bounds(limits: Limits, size: float, what: str) -> str:
    if limits.most is not None and size > limits.most:
        return f"have {what} less than or equal to {limits.most}"
    if limits.least is not None and size < limits.least:
        return f"have {what} greater than or equal to {limits.least}"
    return ""


def _shown(value: Any) -> str:
    text = f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."


@lru_cache(maxsize=512)
def _readable_here(pattern: str) -> re.Pattern[str] | None:
    """A pattern of Java's in which classes of characters are near enough for texts with control characters."""
    try:
        return re.compile(_CLASS.sub(lambda found: " " if found[1].startswith("Z") else r"\w", pattern))
    except re.error:
        return None
