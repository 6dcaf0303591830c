"""The registry's schemas of resource types, which cfn-lint brings, read as files when they are asked for.

Importing cfn-lint takes seconds; nothing here does.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_REGION = "us-east-1"
"""Whose schemas are read; they are the same elsewhere but for types that a region lacks."""


def types() -> frozenset[str]:
    """The names of all resource types that AWS has."""
    return frozenset(_files())


@functools.lru_cache(maxsize=64)
def schema(resource_type: str) -> Mapping[str, Any]:
    """A type's schema; empty for a type that AWS does not have."""
    folder, name = _data(), _files().get(resource_type)
    path = folder / "schemas" / "resources" / f"{name}.json" if folder and name else None
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}
    return {**found, "type": "object"} if found else {}


@functools.lru_cache(maxsize=16)
def arn_formats(service: str) -> Mapping[str, str]:
    """The first ARN of each kind of resource that policies of a service may name.

    Args:
        service: the prefix of its actions, such as `redshift`.

    Returns:
        kind, such as `cluster` -> `arn:${Partition}:redshift:${Region}:${Account}:cluster:.*`.
    """
    resources = _authorization(service).get("Resources", {})
    return {kind: found["ARNFormats"][0] for kind, found in resources.items() if found.get("ARNFormats")}


@functools.lru_cache(maxsize=16)
def resources_of_actions(service: str) -> Mapping[str, tuple[str, ...]]:
    """The kinds of resources that each action of a service may be allowed on.

    Args:
        service: the prefix of its actions, such as `redshift`.

    Returns:
        action -> kinds as in `arn_formats`, all in lower case; none for an action that is allowed on `*` alone.
    """
    actions = _authorization(service).get("Actions", {})
    return {name: tuple(kind.lower() for kind in found.get("Resources") or ()) for name, found in actions.items()}


def _authorization(service: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_authorizations().get(service, "{}"))
    return found


@functools.cache
def _authorizations() -> dict[str, str]:
    """Service -> what the service authorization reference says of it, as text: reading all takes a while."""
    folder = _data()
    path = folder / "AdditionalSpecs" / "Policies.json" if folder else None
    every: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}
    return {service: json.dumps(found) for service, found in every.items()}


@functools.cache
def _data() -> Path | None:
    found = find_spec("cfnlint")  # does not import it
    return Path(found.origin).parent / "data" if found and found.origin else None


@functools.cache
def _files() -> dict[str, str]:
    folder = _data()
    path = folder / "schemas" / "providers" / f"{_REGION}.json" if folder else None
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path and path.is_file() else {}
    return found
