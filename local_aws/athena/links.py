"""Databases, tables and views of the catalog that stand for what is elsewhere: shown, and refused by queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.athena.errors import not_supported

_LINKS = {
    "TargetDatabase": "resource link",
    "TargetTable": "resource link",
    "FederatedDatabase": "federated database",
    "FederatedTable": "federated table",
    "ViewDefinition": "multi-dialect view",
}


def refuse_links(entry: Mapping[str, Any]) -> None:
    """Refuse a database or table of the catalog that is kept and shown, and stands for what is elsewhere.

    Raises:
        RefusedQueryError: names it.
    """
    for member, what in _LINKS.items():
        if entry.get(member):
            raise not_supported(f"the {what} {entry['Name']}")
