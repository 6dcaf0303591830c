"""Who is told when state of the emulator changes outside a request."""

from __future__ import annotations

from collections.abc import Callable

listeners: list[Callable[[str], None]] = []


def changed(*services: str) -> None:
    """What is changed here past the request that caused it has to be saved too."""
    for listener in listeners:
        for service in services:
            listener(service)
