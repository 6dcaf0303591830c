"""The last messages of each topic, for whoever wants to see a notice: the emulator sends no e-mail and keeps nothing.

They stand in the topic's own record, which is saved and deleted with it, as they were published and with whom they were
for. Read by an operation that AWS has not, sns:ListPublishedMessages, which takes TopicArn and answers in JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.identity import caller_access_key, denial
from local_aws.emulator.protocol import Handler, Response

OPERATION = "ListPublishedMessages"
MOST, MOST_CHARACTERS = 100, 1_000_000
"""Of each topic, the latest: so many messages, and so many characters of their texts."""

_KEPT, _DROPPED = "published_here", "published_and_dropped_here"


def keep_published_messages() -> None:
    """Put this in front of the emulator's topics."""
    from ministack import app
    from ministack.services import sns

    sns._fanout = _keeping(sns._fanout)
    app.SERVICE_HANDLERS["sns"] = _answering(app.SERVICE_HANDLERS["sns"])


def _keeping(original: Callable[..., Any]) -> Callable[..., Any]:
    def fan_out(topic_arn: str, message_id: str, message: str, subject: str, *more: Any, **named: Any) -> Any:
        from ministack.services import sns

        topic = sns._topic_by_arn_any_scope(topic_arn)
        if topic is not None:
            _keep(topic, message_id, message, subject)
        return original(topic_arn, message_id, message, subject, *more, **named)

    return fan_out


def _keep(topic: dict[str, Any], message_id: str, message: str, subject: str | None) -> None:
    kept = [
        *topic.get(_KEPT, []),
        {
            "MessageId": message_id,
            "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "Subject": subject or "",
            "Message": message,
            "Subscribers": [f"{one['protocol']}: {one['endpoint']}" for one in topic.get("subscriptions", [])],
        },
    ]
    first = max(0, len(kept) - MOST)
    while first < len(kept) - 1 and sum(len(one["Message"]) for one in kept[first:]) > MOST_CHARACTERS:
        first += 1
    topic[_DROPPED] = topic.get(_DROPPED, 0) + first
    topic[_KEPT] = kept[first:]


def _answering(original: Handler) -> Handler:
    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        given = {**query, **(parse_qs(body.decode(errors="replace")) if method == "POST" and body else {})}
        if _first(given, "Action") != OPERATION:
            return await original(method, path, headers, body, query)
        return _published(_first(given, "TopicArn"))

    return handle


def _first(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return str(value[0] if isinstance(value, list) and value else value)


def _published(arn: str) -> Response:
    from ministack.services import sns

    denied = denial(caller_access_key(), f"sns:{OPERATION}", arn)
    topic, refusal = sns._get_topic(arn, f"sns:{OPERATION}")
    if denied is not None:
        text = f"User: {denied} is not authorized to perform: sns:{OPERATION} on resource: {arn}"
        refusal = sns._error("AuthorizationError", text, 403)
    if refusal is not None:
        refused: Response = refusal
        return refused
    found = {"Messages": topic.get(_KEPT, []), "Dropped": topic.get(_DROPPED, 0)}
    return 200, {"Content-Type": "application/json"}, json.dumps(found).encode()
