"""A CloudFormation resource type as operations of a service of the emulator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.settings.setting import Params, Properties, Step

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class ServiceType:
    """One type; errors of its service become the resource's failure reason.

    Attributes:
        name: such as `AWS::IAM::Group`.
        service: botocore's name.
        create: (name, properties) -> the operations that make one; the first one's answer is what `ref` sees.
        update: (physical id, properties before, properties now) -> the operations that change one.
        delete: (physical id, properties) -> the operations that delete one.
        ref: (name, properties, answer) -> the physical id.
        attributes: (physical id, properties, answer) -> what Fn::GetAtt gives; the answer is empty after an update.
        replaced_by: the properties whose change replaces one, as the registry's schema has them.
        name_at: the property that names one; "" where nothing does.
        gone: the errors that say that there is nothing to delete.
    """

    name: str
    service: str
    create: Callable[[str, Properties], list[Step]]
    delete: Callable[[str, Properties], list[Step]]
    update: Callable[[str, Properties, Properties], list[Step]] = lambda _id, _old, _new: []
    ref: Callable[[str, Properties, Answer], str] = lambda name, _given, _answer: name
    attributes: Callable[[str, Properties, Answer], Params] = lambda _id, _given, _answer: {}
    replaced_by: tuple[str, ...] = ()
    name_at: str = ""
    gone: tuple[str, ...] = ("NoSuchEntity", "ResourceNotFoundException")


class ServiceResource:
    """Create, update and delete of one type."""

    def __init__(self, kind: ServiceType) -> None:
        self._kind = kind

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """The properties whose change replaces a resource."""
        return self._kind.replaced_by

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, Params]:
        """Make the resource; what is half made when an operation fails is deleted again."""
        kind = self._kind
        name = str(properties.get(kind.name_at) or emulator.physical_name(stack, logical_id))
        first, *more = kind.create(name, properties)
        answer = emulator.call_service(kind.service, *first)
        made = kind.ref(name, properties, answer)
        try:
            self._run(more)
        except ValueError:
            self.delete(made, properties)
            raise
        return made, kind.attributes(made, properties, answer)

    def replaces(self, old: Properties, new: Properties) -> bool:
        """Whether a change needs a new one."""
        return any(old.get(name) != new.get(name) for name in self._kind.replaced_by)

    def update(self, physical_id: str, old: Properties, new: Properties) -> tuple[str, Params]:
        """Change the resource in place."""
        self._run(self._kind.update(physical_id, old, new))
        return physical_id, self._kind.attributes(physical_id, new, {})

    def delete(self, physical_id: str, properties: Properties) -> None:
        """Delete the resource; one that is gone is no error."""
        for operation, params in self._kind.delete(physical_id, properties):
            try:
                emulator.call_service(self._kind.service, operation, params)
            except emulator.ServiceError as error:
                if error.code not in self._kind.gone:
                    raise

    def _run(self, steps: list[Step]) -> None:
        for operation, params in steps:
            emulator.call_service(self._kind.service, operation, params)
