"""Stacks are looked for without all others counting as changed, which would have each of them written out and compared.

The emulator finds a stack by its id by going through all of them, and looks through them for imports. With a dozen
stacks of a megabyte a request that made another took seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws.emulator.durable.touches import going_through_reads


def look_for_stacks_quietly() -> None:
    """Have a stack that is found count as one that may change, and those that were passed on the way not.

    Contract: whoever goes through the emulator's stacks changes none, but for `_resolve_stack`'s callers.
    """
    from ministack.services.cloudformation import _stacks, handlers

    going_through_reads(_stacks)
    handlers._resolve_stack = _reaching(handlers._resolve_stack)


def _reaching(resolve: Callable[[str], dict[str, Any] | None]) -> Callable[[str], dict[str, Any] | None]:
    from ministack.services.cloudformation import _stacks

    def resolve_stack(name: str) -> dict[str, Any] | None:
        found = resolve(name)
        if found is not None:
            _stacks.get(found["StackName"])  # noted under its key
        return found

    return resolve_stack
