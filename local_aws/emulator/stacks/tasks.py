"""What stacks do after their request is answered: it always ends, and lets others be answered meanwhile.

The emulator makes all resources of a stack in one go. Here each waits its turn in the event loop; operations of one
stack come one after the other, and DeleteStack ends what runs before it; an exception ends the stack as failed with its
text. What a restart finds in progress: stack_ends.py.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from local_aws.emulator.stacks.ends import end_stack, settle_interrupted
from local_aws.emulator.stacks.failures import note_failure
from local_aws.emulator.stacks.unchanged import note_update
from local_aws.emulator.stacks.waits import end_waits, note_waits
from local_aws.emulator.types.stand_ins import is_stand_in

Stack = dict[str, Any]

_KIND = "AWS::CloudFormation::Stack"
_LOG = logging.getLogger(__name__)

_running: dict[str, asyncio.Future[None]] = {}
"""Id of a stack -> what is done when its last operation is over."""

_deletions: set[asyncio.Future[None]] = set()
"""Those of them that are deletions."""

_deleted: set[str] = set()
"""Ids of stacks whose running operation is to end, since they are deleted."""

_loop: contextvars.ContextVar[asyncio.AbstractEventLoop] = contextvars.ContextVar("loop")
"""Where operations run."""

_current: contextvars.ContextVar[str] = contextvars.ContextVar("stack", default="")
"""Id of the stack whose operation this is."""


def run_stacks_safely() -> None:
    """Put these rules into the emulator's CloudFormation."""
    from ministack.services import cloudformation
    from ministack.services.cloudformation import changesets, handlers, stacks

    deploy, delete = stacks._deploy_stack_async, stacks._delete_stack_async
    create_task = stacks._create_stack_task_in_region
    for module in (handlers, changesets):
        module._create_stack_task_in_region = _one_after_the_other(create_task)
        module._deploy_stack_async = _deploying(deploy)
    handlers._delete_stack_async = stacks._delete_stack_async = _deleting(delete)
    blocks = stacks._runs_on_worker_thread
    stacks.run_reentrant = _in_turn(stacks.run_reentrant, lambda name: blocks(name) or is_stand_in(name))
    stacks._runs_on_worker_thread = lambda _type: True  # so that all come to run_reentrant
    note_waits(_current)
    load = cloudformation.load_persisted_state

    def load_and_settle(state: Any) -> None:
        load(state)
        settle_interrupted()

    cloudformation.load_persisted_state = load_and_settle


# Resource by resource


def _in_turn(blocking: Callable[..., Awaitable[Any]], blocks: Callable[[str], bool]) -> Callable[..., Awaitable[Any]]:
    """Before each resource let the event loop go round once, and stop where the stack is being deleted."""

    async def run(work: Callable[..., Any], resource_type: str, *args: Any, **more: Any) -> Any:
        await asyncio.sleep(0)
        if _current.get() in _deleted:
            raise asyncio.CancelledError
        if blocks(resource_type):
            return await blocking(work, resource_type, *args, **more)
        return work(resource_type, *args, **more)

    return run


def wait_for(operation: Coroutine[Any, Any, None], stack_id: str) -> None:
    """Run a nested stack's operation where operations run, and wait for it in the thread of the parent's resource."""

    async def run() -> None:
        _current.set(stack_id)
        await operation

    asyncio.run_coroutine_threadsafe(run(), _loop.get()).result()


def _with_nested(stack_id: str) -> list[str]:
    """The ids of a stack and of all that are nested in it."""
    from ministack.services.cloudformation import _stacks

    nested = [
        str(stack["StackId"]) for stack in _stacks.values() if stack_id in (stack.get("RootId"), stack.get("ParentId"))
    ]
    return [stack_id, *nested]


# Operation by operation


def _one_after_the_other(create_task: Callable[..., None]) -> Callable[..., None]:
    def schedule(operation: Coroutine[Any, Any, None], stack: Stack, stack_id: str | None = None) -> None:
        stack_id = stack_id or str(stack["StackId"])
        earlier, done = _running.get(stack_id), asyncio.get_running_loop().create_future()
        if earlier in _deletions:  # it is being deleted
            operation.close()
            return
        _running[stack_id] = done
        if _is_delete(operation):
            _deletions.add(done)
        if earlier is not None and _is_delete(operation):
            _deleted.add(stack_id)
            stack["StackStatus"] = "DELETE_IN_PROGRESS"
            for one in _with_nested(stack_id):
                end_waits(one)
        create_task(_after(earlier, operation, stack, stack_id, done), stack, stack_id)

    return schedule


async def _after(
    earlier: asyncio.Future[None] | None,
    operation: Coroutine[Any, Any, None],
    stack: Stack,
    stack_id: str,
    done: asyncio.Future[None],
) -> None:
    _current.set(stack_id)
    _loop.set(asyncio.get_running_loop())
    try:
        if earlier is not None:
            await earlier
            _deleted.discard(stack_id)
        if earlier is not None and stack.get("StackStatus") == "DELETE_COMPLETE":
            operation.close()
        else:
            await operation
    except asyncio.CancelledError:  # by DeleteStack
        if stack_id not in _deleted:
            raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the stack must not stay in progress
        _LOG.warning("stack %s: %s: %s", stack.get("StackName"), type(error).__name__, error)
        end_stack(stack, stack_id, str(error) or type(error).__name__)
    finally:
        if inspect.getcoroutinestate(operation) == inspect.CORO_CREATED:
            operation.close()
        if _running.get(stack_id) is done:
            del _running[stack_id]
            _deleted.discard(stack_id)
        _deletions.discard(done)
        done.set_result(None)


def _deploying(deploy: Callable[..., Awaitable[None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """Roll a stack back when making it fails for another reason than one of its resources."""
    from ministack.services.cloudformation import _stacks, stacks

    async def deploy_stack(
        stack_name: str,
        stack_id: str,
        template: dict[str, Any],
        param_values: dict[str, Any],
        disable_rollback: bool,  # noqa: FBT001 - the emulator's own
        tags: list[Any],
        is_update: bool = False,  # noqa: FBT001, FBT002
        previous_stack: Stack | None = None,
        retain_except_on_create: bool = False,  # noqa: FBT001, FBT002
        imports: Any = None,
    ) -> None:
        more = (is_update, previous_stack, retain_except_on_create, imports)
        note_update(previous_stack if is_update else None, template, imports)
        try:
            await deploy(stack_name, stack_id, template, param_values, disable_rollback, tags, *more)
            note_failure(_stacks[stack_name])
            return
        except Exception as error:  # noqa: BLE001 - it becomes the reason of the stack's failure
            _LOG.warning("stack %s: %s: %s", stack_name, type(error).__name__, error)
            reason = str(error) or type(error).__name__
        stack = _stacks[stack_name]
        before = (previous_stack or {}).get("_resources", {})
        made = [
            name
            for name, record in stack.get("_resources", {}).items()
            if before.get(name, {}).get("PhysicalResourceId") != record.get("PhysicalResourceId")
        ]
        failed = "UPDATE_FAILED" if is_update else "CREATE_FAILED"
        stack.update(StackStatus=failed, StackStatusReason=reason)
        stacks._add_event(stack_id, stack_name, stack_name, _KIND, failed, reason, stack_id)
        undo = stacks._failed_operation(
            is_update=is_update,
            previous_stack=previous_stack,
            created=made,
            failed_update=None,
            failed_logical_id=None,
            replaced_ids=[],
            cancelled=False,
            template=template,
            param_values=param_values,
            retain_except_on_create=retain_except_on_create,
            stack_tags=stack.get("Tags") or [],
            previous_tags=(previous_stack or {}).get("Tags") or [],
        )
        if disable_rollback:
            stack["_failed_operation"] = undo
            note_failure(stack)
        else:
            await stacks._roll_back_operation(stack_name, stack_id, stack, undo)

    return deploy_stack


def _deleting(delete: Callable[..., Awaitable[None]]) -> Callable[..., Coroutine[Any, Any, None]]:
    """Delete stacks whose template holds what is no resource, too."""
    from ministack.services.cloudformation import _stacks

    async def delete_stack(stack_name: str, stack_id: str, *args: Any, **more: Any) -> None:
        stack = _stacks.get(stack_name)
        if stack:
            template = stack.get("_template")
            template = template if isinstance(template, Mapping) else {}
            resources = template.get("Resources")
            members = resources.items() if isinstance(resources, Mapping) else ()
            kept = {name: resource for name, resource in members if isinstance(resource, Mapping)}
            if kept != resources:
                stack["_template"] = {**template, "Resources": kept}
        await delete(stack_name, stack_id, *args, **more)

    return delete_stack


def _is_delete(operation: Coroutine[Any, Any, None]) -> bool:
    return getattr(operation, "__name__", "") == "delete_stack"
