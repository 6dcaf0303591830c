"""What the emulator's answers lack or have too much of for clients that others wrote."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response


def complete_answers() -> None:
    """Put the answers right; called once when the emulator starts."""
    from ministack.services import athena

    athena._get_workgroup = _corrected(athena._get_workgroup, _with_defaults)


def _corrected(original: Callable[[Any], Response], correct: Callable[[Any], Any]) -> Callable[[Any], Response]:
    def answer(parameters: Any) -> Response:
        status, headers, body = original(parameters)
        if status != 200:
            return status, headers, body
        return status, headers, json.dumps(correct(json.loads(body))).encode()

    return answer


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
