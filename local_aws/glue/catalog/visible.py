"""Which tables a caller is told of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from local_aws import emulator

Entry = TypeVar("Entry", bound=Mapping[str, Any])


def listed(access_key: str, database: str, tables: Iterable[Entry]) -> list[Entry]:
    """Those tables of a database that GetTables tells a caller of, in the current scope.

    They are those on which it is allowed (developer guide, "Filter tables by GetTables permission").
    """
    scope = emulator.request_scope()
    begin = f"arn:aws:glue:{scope.region}:{scope.account_id}:table/{database}/"
    return [one for one in tables if not emulator.denial(access_key, "glue:GetTables", f"{begin}{one['Name']}")]
