"""A property of a resource type as the operations of its service that set it and take it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws import emulator

Properties = Mapping[str, Any]
Params = dict[str, Any]
Step = tuple[str, Params]
"""An operation and its parameters."""


@dataclass(frozen=True)
class Setting:
    """One property, or several that go together.

    Attributes:
        names: the properties.
        service: botocore's name of the service.
        put: (physical id, properties) -> the operations that set it, in order.
        remove: (physical id, properties before) -> those that take away what is in the template no more.
        again: whether what was there is taken away before another is set.
    """

    names: tuple[str, ...]
    service: str
    put: Callable[[str, Properties], list[Step]]
    remove: Callable[[str, Properties], list[Step]] = lambda _id, _given: []
    again: bool = False


def apply(settings: tuple[Setting, ...], physical_id: str, old: Properties, new: Properties) -> None:
    """Set what is new or changed, and take away what is gone.

    Raises:
        ValueError: the service refuses it; the text is the resource's status reason.
    """
    for setting in settings:
        before = {name: old[name] for name in setting.names if old.get(name) not in (None, {}, [])}
        now = {name: new[name] for name in setting.names if new.get(name) not in (None, {}, [])}
        if now == before:
            continue
        steps = setting.remove(physical_id, old) if before and (setting.again or not now) else []
        if now:
            steps += setting.put(physical_id, new)
        for operation, params in steps:
            emulator.call_service(setting.service, operation, params)
