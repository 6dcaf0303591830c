"""GetUsedRights, an operation of IAM that AWS has not: what a role used of its rights, for `checkpermissions`.

Takes RoleName and perhaps Since (seconds since 1970) and answers in JSON:

    RoleName, Arn
    Used      [{Action, Resource, Told, Requests, Last, AllowedBy: [Sid]}]; resources as patterns, see
              smallest_policy.general; AllowedBy is empty for what nothing allows now
    Denied    [{Action, Resource, Told, Requests, Last}]
    Grants    [{Policy, Sid, Action, Resource, Condition, State, Requests, Beside}], see grants.Grant
    Smallest  a policy document
    NotTold   how many requests are only counted
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.iam.grants import RESOURCE_POLICY, Match, RoleRights
from local_aws.emulator.iam.smallest_policy import general, smallest
from local_aws.emulator.iam.used_rights import Key, Use, record
from local_aws.emulator.identity import caller_access_key, denial, request_scope
from local_aws.emulator.protocol import Handler, Response

OPERATION = "GetUsedRights"


def tell_used_rights() -> None:
    """Put this in front of the emulator's IAM."""
    from ministack import app

    app.SERVICE_HANDLERS["iam"] = _answering(app.SERVICE_HANDLERS["iam"])


def _answering(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        given = {**query, **(parse_qs(body.decode(errors="replace")) if method == "POST" and body else {})}
        if _first(given, "Action") != OPERATION:
            return await original(method, path, headers, body, query)
        return await asyncio.to_thread(_answer, _first(given, "RoleName"), _first(given, "Since"))

    return handle


def _first(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)


def _answer(name: str, since: str) -> Response:
    from ministack.services import iam

    role = iam._roles.get(name)
    arn = str(role["Arn"]) if role else f"arn:aws:iam::{request_scope().account_id}:role/{name}"
    denied = denial(caller_access_key(), f"iam:{OPERATION}", arn)
    refused: Response
    if denied is not None:
        text = f"User: {denied} is not authorized to perform: iam:{OPERATION} on resource: {arn}"
        refused = iam._error(403, "AccessDenied", text, ns="iam")
        return refused
    if role is None:
        refused = iam._error(404, "NoSuchEntity", f"The role with name {name} cannot be found.", ns="iam")
        return refused
    try:
        after = float(since or 0)
    except ValueError:
        refused = iam._error(400, "ValidationError", "Since is a number of seconds", ns="iam")
        return refused
    return 200, {"Content-Type": "application/json"}, json.dumps(_document(role, after), default=str).encode()


def _document(role: Mapping[str, Any], after: float) -> dict[str, Any]:
    uses, not_told = record.of_role(str(role["RoleId"]))
    uses = {key: use for key, use in sorted(uses.items()) if use.last >= after}
    rights = RoleRights(role, request_scope().account_id)
    matched = rights.matched(uses)
    return {
        "RoleName": role["RoleName"],
        "Arn": role["Arn"],
        "Used": _used(matched),
        "Denied": [_shown(key, use, use.denied) for key, use in uses.items() if use.denied],
        "Grants": [grant.described() for grant in rights.grants],
        "Smallest": smallest(matched, rights.denies),
        "NotTold": not_told,
    }


def _used(matched: Sequence[Match]) -> list[dict[str, Any]]:
    """What was used, of one action the alike resources together."""
    resources: dict[str, set[str]] = defaultdict(set)
    for match in matched:
        resources[match.key.action].add(match.key.resource)
    patterns = {action: general(found) for action, found in resources.items()}
    together: dict[tuple[str, str, str], dict[str, Any]] = {}
    for match in matched:
        key, use = match.key, match.use
        key = key._replace(resource=patterns[key.action][key.resource])
        shown = _shown(key, use, use.allowed)
        found = together.setdefault((key.action, key.resource, key.told), {**shown, "Requests": 0, "AllowedBy": []})
        found["Requests"] += use.allowed
        found["Last"] = max(found["Last"], shown["Last"])
        by = [grant.sid for grant in match.grants] + [RESOURCE_POLICY] * match.by_resource
        found["AllowedBy"] = list(dict.fromkeys([*found["AllowedBy"], *by]))
    return list(together.values())


def _shown(key: Key, use: Use, requests: int) -> dict[str, Any]:
    moment = datetime.fromtimestamp(use.last, UTC).isoformat(timespec="seconds")
    told = {"Told": key.told} if key.told else {}
    return {"Action": key.action, "Resource": key.resource, **told, "Requests": requests, "Last": moment}
