"""What a stack waits for: custom resources and wait conditions. DeleteStack ends the waiting."""

from __future__ import annotations

import contextvars
import json
import threading
from collections.abc import Callable
from typing import Any

_CANCELLED = "Resource creation cancelled"
_tokens: dict[str, str] = {}
"""Token of a custom resource's answer -> id of the stack that waits for it."""


def note_waits(current: contextvars.ContextVar[str]) -> None:
    """Note who waits, and call the functions of custom resources as AWS does: without waiting for them.

    A function may so take longer than ServiceTimeout, and the resource fails then.

    Args:
        current: id of the stack whose operation this is.
    """
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import custom_resource, wait_conditions

    custom_resource.deliver_response = _in_whole_characters(custom_resource.deliver_response)
    wait_conditions.deliver_signal = _in_whole_characters(wait_conditions.deliver_signal)
    register, invoke = custom_resource.register_token, custom_resource.invoke_custom_resource
    execute = lambda_svc._execute_function_with_config_scope
    waits: contextvars.ContextVar[bool] = contextvars.ContextVar("waits", default=False)

    def register_token(token: str) -> threading.Event:
        _tokens[token] = current.get()
        waits.set(True)
        return register(token)  # type: ignore[no-any-return]

    def execute_function(function: dict[str, Any], event: dict[str, Any]) -> Any:
        if not waits.get():
            return execute(function, event)
        waits.set(False)
        context = contextvars.copy_context()
        threading.Thread(target=_quietly, args=(context.run, execute, function, event), daemon=True).start()
        return {}

    def invoke_custom_resource(*args: Any, **more: Any) -> Any:
        try:
            return invoke(*args, **more)
        finally:
            waits.set(False)
            for token in [token for token in list(_tokens) if token not in custom_resource._pending]:
                _tokens.pop(token, None)

    custom_resource.register_token = register_token
    custom_resource.invoke_custom_resource = invoke_custom_resource
    lambda_svc._execute_function_with_config_scope = execute_function


def _in_whole_characters(deliver: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Halves of surrogate pairs, which JSON can write and no answer can, become U+FFFD (unverified)."""

    def delivered(token: str, payload: Any) -> Any:
        text = json.dumps(payload, ensure_ascii=False).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return deliver(token, json.loads(text))

    return delivered


def _quietly(run: Callable[..., Any], *args: Any) -> None:
    """A function's own error is in its log; the resource waits for its answer."""
    import logging

    try:
        run(*args)
    except Exception as error:  # noqa: BLE001
        logging.getLogger(__name__).warning("a custom resource's function: %s", error)


def end_waits(stack_id: str) -> None:
    """End what a stack waits for as failed."""
    from ministack.services.cloudformation import custom_resource, wait_conditions

    for token in [token for token, owner in list(_tokens.items()) if owner == stack_id]:
        custom_resource.deliver_response(token, {"Status": "FAILED", "Reason": _CANCELLED})
    for (owner, _name), waiting in list(wait_conditions._waiting.items()):
        if owner == stack_id:
            signal = {"Status": "FAILURE", "UniqueId": "deleted", "Reason": _CANCELLED, "Data": ""}
            wait_conditions.deliver_signal(waiting["token"], signal)
