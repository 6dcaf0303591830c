"""One resource with many properties, and what its service tells of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One resource.

    Attributes:
        kind: such as `AWS::IAM::Role`.
        given: its properties.
        read: (client, physical id) -> what the service tells; client is name -> boto3's client.
        told: path of a property -> (how to find it in that, or its name there; the value in the API's form).
        then: properties that an update changes; None takes one away.
        told_then: as `told`, for what an update changed.
        beside: other resources of the template.
    """

    kind: str
    given: Mapping[str, Any]
    read: Callable[[Callable[[str], Any], str], Any]
    told: Mapping[str, tuple[Callable[[Any], Any] | str, Any]]
    then: Mapping[str, Any] = field(default_factory=dict)
    told_then: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)

    def find(self, found: Any) -> dict[str, Any]:
        """What the service tells of each property."""
        return {
            path: found.get(look, "absent") if isinstance(look, str) else look(found)
            for path, (look, _) in self.told.items()
        }
