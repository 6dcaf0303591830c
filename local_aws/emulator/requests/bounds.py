"""Lengths, ranges and patterns that a model asks of the fields of a form, and AWS's sentence about what breaks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.emulator.requests.refusals import Refusal

BOUNDED = frozenset({"sts"})
"""Services that speak in forms and whose public messages show that they check them all."""


def check_bounds(shape: Any, fields: Mapping[str, str]) -> None:
    """Check the members of the top level.

    Args:
        shape: botocore's, of what an operation takes.
        fields: of the form.

    Raises:
        Refusal: some are out of their bounds.
    """
    problems = [
        f"Value '{fields[name]}' at '{name[:1].lower()}{name[1:]}' failed to satisfy constraint: {said}"
        for name, member in (shape.members.items() if shape is not None else ())
        if name in fields
        for said in _broken(member, fields[name])
    ]
    if problems:
        plural = "" if len(problems) == 1 else "s"
        raise Refusal("value", f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}")


def _broken(shape: Any, value: str) -> Iterator[str]:
    told, is_text = shape.metadata, shape.type_name == "string"
    if not is_text and shape.type_name not in ("integer", "long"):
        return
    size, word = (len(value), "length") if is_text else (int(value), "value")
    if "max" in told and size > told["max"]:
        yield f"Member must have {word} less than or equal to {told['max']}"
    if "min" in told and size < told["min"]:
        yield f"Member must have {word} greater than or equal to {told['min']}"
    if "pattern" in told and not _matches(told["pattern"], value):
        yield f"Member must satisfy regular expression pattern: {told['pattern']}"


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.fullmatch(pattern, value, re.ASCII) is not None
    except re.error:
        return True  # written for Java's regular expressions
