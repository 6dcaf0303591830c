"""What the emulator's answers lack or have too much of for clients that others wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response


def complete_answers() -> None:
    """Put the answers right; called once when the emulator starts."""
    from ministack.services import athena, glue

    glue._get_table = _corrected(glue._get_table, _without_nothing)
    glue._get_tables = _corrected(glue._get_tables, _without_nothing)
    athena._get_workgroup = _corrected(athena._get_workgroup, _with_defaults)


def _corrected(original: Callable[[Any], Response], correct: Callable[[Any], Any]) -> Callable[[Any], Response]:
    def answer(parameters: Any) -> Response:
        status, headers, body = original(parameters)
        if status != 200:
            return status, headers, body
        return status, headers, json.dumps(correct(json.loads(body))).encode()

    return answer


def _without_nothing(answer: Mapping[str, Any]) -> dict[str, Any]:
    """GetTable and GetTables leave out what a table has not: UpdateTable would not take an empty Owner back."""
    if "Table" in answer:
        return {**answer, "Table": _filled(answer["Table"])}
    return {**answer, "TableList": [_filled(table) for table in answer["TableList"]]}


def _filled(table: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in table.items() if value is not None and (name, value) != ("Owner", "")}


def _with_defaults(answer: Mapping[str, Any]) -> dict[str, Any]:
    """GetWorkGroup tells every setting. Assumed: the work group `primary` leaves settings to clients, others do not."""
    group = answer["WorkGroup"]
    primary = group["Name"] == "primary"
    defaults = {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": not primary,
        "PublishCloudWatchMetricsEnabled": not primary,
        "RequesterPaysEnabled": False,
    }
    return {"WorkGroup": {**group, "Configuration": defaults | group.get("Configuration", {})}}
