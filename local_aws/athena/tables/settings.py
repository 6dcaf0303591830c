"""Settings that all SerDes of lines of text have: carried out, or refused by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported

_REFUSED = (
    "timestamp.formats",
    "serialization.last.column.takes.rest",
    "serialization.encoding",
    "skip.footer.line.count",
)
_UNSET = ("", "0", "false", "utf-8")


def refuse_settings(parameters: Mapping[str, str], properties: Mapping[str, Any], known: Collection[str] = ()) -> None:
    """Refuse by name what is set and not carried out here.

    Args:
        parameters: of the SerDe.
        properties: of the table.
        known: what this SerDe carries out nevertheless.

    Raises:
        RefusedQueryError: names it.
    """
    for setting in _REFUSED:
        if setting not in known and str({**parameters, **properties}.get(setting, "")).lower() not in _UNSET:
            raise not_supported(f"the SerDe's {setting}" if setting != "skip.footer.line.count" else setting)
    if parameters.get("line.delim", "\n") != "\n":
        raise not_supported(f"lines that end in {parameters['line.delim']!r}")


def header_lines(properties: Mapping[str, Any]) -> int:
    """A table's skip.header.line.count.

    Raises:
        FailedQueryError: it is no whole number from 0 to 2147483647 (Trino's words; unverified on Athena).
    """
    told = str(properties.get("skip.header.line.count") or "0")
    digits = told.removeprefix("+")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 11 and int(digits) < 2**31):
        raise FailedQueryError(
            f"HIVE_INVALID_METADATA: Invalid value for skip.header.line.count property: {told[:100]}"
        )
    return int(digits)
