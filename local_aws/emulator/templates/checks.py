"""Templates are read and checked before a handler of the emulator's CloudFormation sees them, off the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import inspect
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from local_aws import templates
from local_aws.emulator.protocol import Response
from local_aws.templates import TemplateError

Params = dict[str, Any]

_ACTIONS = ("ValidateTemplate", "GetTemplateSummary", "CreateStack", "UpdateStack", "CreateChangeSet")
_MAKING = ("CreateStack", "UpdateStack", "CreateChangeSet")
_OF_STACK = ("GetTemplateSummary", "UpdateStack", "CreateChangeSet")
"""Those that take the stack's own template where they are given none."""

_BODY_BYTES = 51_200
_LOG = logging.getLogger(__name__)
_POOL = ThreadPoolExecutor(2, thread_name_prefix="templates")


@dataclass
class _Read:
    """A template that the request was checked with, and what its transforms make of it where it has some."""

    text: str
    template: dict[str, Any]
    made: Any = None


_checked: contextvars.ContextVar[_Read | None] = contextvars.ContextVar("template", default=None)


_of_request: contextvars.ContextVar[_Read | None] = contextvars.ContextVar("transformed", default=None)
"""The same, for as long as the request is handled."""


def check_templates() -> None:
    """Put the check before the actions that take templates. Must come after all that wraps these actions but roles."""
    from ministack import app
    from ministack.services.cloudformation import changesets, engine, handlers

    for action in _ACTIONS:
        handlers._ACTION_HANDLERS[action] = _checking(action, handlers._ACTION_HANDLERS[action])
    handle = app.SERVICE_HANDLERS["cloudformation"]

    async def handle_request(*args: Any) -> Response:
        response: Any = await handle(*args)
        answer: Response = await response if inspect.isawaitable(response) else response
        return answer

    app.SERVICE_HANDLERS["cloudformation"] = handle_request
    for module in (handlers, changesets):
        module._parse_template = _take_read
        module._apply_transforms = _taking_made(module._apply_transforms)
        module.validate_template_support = _checking_processed(module.validate_template_support)
    engine._parse_template = _read_and_check  # of nested stacks


def _checking(action: str, handler: Callable[[Params], Response]) -> Callable[[Params], Any]:
    from ministack.services.cloudformation.helpers import _error

    async def check_and_handle(params: Params, context: contextvars.Context) -> Response:
        loop = asyncio.get_running_loop()
        stack = _stack(action, params)

        def handle(read: _Read | None) -> Response:
            _checked.set(read)
            _of_request.set(read)
            return handler(params)

        try:
            read = await loop.run_in_executor(_POOL, context.copy().run, _read, action, params, stack)
            return context.run(handle, read)
        except TemplateError as error:
            refused: Response = _error("ValidationError", str(error), 400)
            return refused
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            _LOG.warning("CloudFormation %s: %s: %s", action, type(error).__name__, error)
            failed: Response = _error("ValidationError", f"Template format error: {error}", 400)
            return failed

    def start(params: Params) -> Any:
        # The caller's context (its identity, its ClientRequestToken) ends when this returns.
        return check_and_handle(params, contextvars.copy_context())

    return start


def _stack(action: str, params: Params) -> Mapping[str, Any]:
    """The stack that an action is about, whose template and parameters it may take; empty without one."""
    from ministack.services.cloudformation import handlers
    from ministack.services.cloudformation.helpers import _p

    return (handlers._resolve_stack(_p(params, "StackName")) if action in _OF_STACK else None) or {}


def _read(action: str, params: Params, stack: Mapping[str, Any]) -> _Read | None:
    """Read and check the template of a request; None where the handler refuses the request for another reason."""
    from ministack.services.cloudformation.helpers import _p, _resolve_template

    if not _p(params, "TemplateBody") and not _p(params, "TemplateURL"):
        with contextlib.suppress(TemplateError):
            return _Read(stack["_template_body"], _texts(stack["_template_body"])) if stack else None
        return None
    body = _p(params, "TemplateBody")
    if not isinstance(body, str) or len(body.encode("utf-8", "replace")) > _BODY_BYTES:
        return None
    if not body:
        body, refusal = _resolve_template(params)
        if refusal or not body:
            return None
    template = _read_and_check(body)
    _match_patterns(template, params, stack.get("_resolved_params"))
    made = _transformed(template, params, stack) if action in _MAKING and template.get("Transform") else None
    return _Read(body, template, made)


def _transformed(template: dict[str, Any], params: Params, stack: Mapping[str, Any]) -> Any:
    """Carry out the transforms here, where it may take long; None where the handler shall say what is wrong."""
    from ministack.services.cloudformation import engine, helpers

    with contextlib.suppress(ValueError):
        given = helpers._extract_members(params, "Parameters")
        return engine._apply_transforms(template, given, stack.get("_resolved_params"))
    return None


def _taking_made(apply: Callable[..., Any]) -> Callable[..., Any]:
    def apply_transforms(template: dict[str, Any], *more: Any) -> Any:
        read = _of_request.get()
        if read is not None and read.template is template and read.made is not None:
            return read.made
        return apply(template, *more)

    return apply_transforms


def _match_patterns(template: Mapping[str, Any], params: Params, previous: Any) -> None:
    """Match the values with their patterns here, where it may take long; the handler finds the answers kept."""
    from ministack.services.cloudformation import engine, helpers

    declared = template.get("Parameters", {})
    if any("AllowedPattern" in each for each in declared.values()):
        with contextlib.suppress(ValueError, LookupError, TypeError, AttributeError):
            engine._resolve_parameters(template, helpers._extract_members(params, "Parameters"), previous)


def template_of_request() -> dict[str, Any] | None:
    """The template that the request was checked with, until a handler takes it."""
    read = _checked.get()
    return read.template if read is not None else None


def _take_read(text: str) -> dict[str, Any]:
    """The emulator's `_parse_template`: the template that was read for this request, or one read now."""
    read = _checked.get()
    if read is not None and read.text == text:
        _checked.set(None)
        return read.template
    return _texts(text)


def _texts(text: str) -> dict[str, Any]:
    """A template that has been checked before."""
    return templates.with_texts(templates.read(text))


def _read_and_check(text: str) -> dict[str, Any]:
    template = templates.read(text)
    templates.check(template)
    if "AWS::LanguageExtensions" not in str(template.get("Transform")):
        templates.check_extensions(template)
    return templates.with_texts(template)


def _checking_processed(validate: Callable[..., None]) -> Callable[..., None]:
    """Check what the macros made, and circles with the conditions known."""

    def validate_template_support(template: Mapping[str, Any], conditions: Mapping[str, bool], **more: Any) -> None:
        validate(template, conditions, **more)
        templates.check(template)
        if more.get("params") is not None and not template.get("Transform"):
            templates.check_left_out(template, conditions)
            templates.check_circles(template, conditions)

    return validate_template_support
