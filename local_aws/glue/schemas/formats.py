"""Definitions of schemas by their data format: what is refused of them, and which are the same."""

from __future__ import annotations

import hashlib
import json
from typing import Any, NoReturn

from local_aws.glue.errors import invalid, unsupported
from local_aws.glue.schemas import avro, json_schema

PARSED = ("AVRO", "JSON")
"""The formats whose definitions are read here; those of PROTOBUF are kept as they come."""


def check_definition(data_format: str, definition: str) -> None:
    """Refuse a definition that is none; one of PROTOBUF is not looked at.

    Raises:
        GlueError: InvalidInputException (its beginning is real, what follows is the library's).
    """
    problem = problem_of(data_format, definition) if data_format in PARSED else None
    if problem:
        raise invalid(f"Schema definition of {data_format} data format is invalid: {problem}")


def problem_of(data_format: str, definition: str) -> str | None:
    """What is wrong with a definition, or None.

    Raises:
        GlueError: OperationNotSupportedException for PROTOBUF.
    """
    if data_format not in PARSED:
        raise unsupported(f"A check of a definition in {data_format}")
    check = avro.parsed if data_format == "AVRO" else json_schema.checked
    try:
        check(document(definition))
    except RecursionError:
        return "it is nested too deeply"
    except (ValueError, OverflowError) as error:  # the latter of a pattern whose repetitions are too many
        return str(error)
    return None


def document(definition: str) -> Any:
    """The JSON of a definition; raises ValueError."""

    def refuse(word: str) -> NoReturn:
        raise ValueError(f"{word} is no JSON")

    return json.loads(definition, parse_constant=refuse)


def fingerprint(data_format: str, definition: str) -> str:
    """The same for two definitions that count as one: in AVRO and JSON, whose JSON is equal (unverified)."""
    if data_format in PARSED:
        definition = json.dumps(document(definition), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(definition.encode("utf-8", "surrogatepass")).hexdigest()
