"""What a template's text is refused with."""

from __future__ import annotations

from typing import Any, NoReturn

MAX_DEPTH = 100
"""Maps and lists within each other; AWS has a limit of its own, which is not published."""


class TemplateError(ValueError):
    """A template is refused; the text is the sentence that the caller sees."""


def twice(name: str, mark: Any = None) -> NoReturn:
    """Refuse a key that stands twice in a map; public reports have AWS take the last one silently."""
    raise TemplateError(f"Template format error: duplicate key '{name}'{place(mark)}")


def too_deep() -> NoReturn:
    """Refuse maps and lists that are nested too deep."""
    text = f"Template format error: maps and lists may not be nested more than {MAX_DEPTH} deep"
    raise TemplateError(f"{text} (on the local AWS)")


def place(mark: Any) -> str:
    """Where in a text something is, in AWS's form; empty where nobody knows."""
    return f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
