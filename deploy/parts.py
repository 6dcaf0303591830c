"""A resource of a pipeline."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A resource of a pipeline: its stack and its logical id there."""

    stack: str
    logical_id: str
    type: str
