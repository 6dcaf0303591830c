"""What the operations of one resource type ask, as a small table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws.cloudformation.rights.naming import tags_of
from local_aws.emulator import Change, Need

_NOTHING: tuple[Any, ...] = (None, {}, [], "")


def _no_more(_change: Change) -> Iterable[Need]:
    return ()


@dataclass(frozen=True)
class Rights:
    """One type. Operations stand in texts, one after the other; `CreateKey@*` is one that is asked about `*`.

    Attributes:
        service: the prefix of the operations' actions.
        arn: (change) -> ARN of the resource.
        create: the operations that always make one.
        delete: those that always delete one.
        update: those that change what no part changes; without one, those of `create` do.
        read: the one that an import asks.
        parts: property -> the operations that set it and, after a `|`, those that take it away.
        made_with: parts that the operation of `create` brings along.
        unasked: properties whose change asks nothing by itself, as `more` asks it or AWS never sees it.
        tag: the operations that set tags and take them away, likewise; "" where tags are no right of their own.
        tags: the property that has them.
        more: (change) -> further rights.
    """

    service: str
    arn: Callable[[Change], str]
    create: str = ""
    delete: str = ""
    update: str = ""
    read: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    made_with: str = ""
    unasked: str = ""
    tag: str = ""
    tags: str = "Tags"
    more: Callable[[Change], Iterable[Need]] = _no_more

    def needs(self, change: Change) -> Iterator[Need]:
        """The rights that a change needs."""
        resource = self.arn(change)
        if change.verb == "import":
            yield from self._of(self.read, resource)
            return
        if change.verb == "delete":
            yield from self._of(self.delete, resource)
        elif change.verb == "create":
            yield from self._of(self.create, resource, tag_context(tags_of(change.new, self.tags)))
        elif self._rest(change):
            yield from self._of(self.update or self.create, resource)
        if change.verb != "delete":
            yield from self._parts(change, resource)
        yield from self.tags_set(change)
        yield from self.more(change)

    def tags_set(self, change: Change) -> Iterator[Need]:
        """The rights to set the tags that are new and to take the others away."""
        if change.verb in ("create", "update"):
            yield from self._tags(change, self.arn(change))

    def _of(self, operations: str, resource: str, context: Mapping[str, Any] | None = None) -> Iterator[Need]:
        for operation in operations.split():
            name, _, other = operation.partition("@")
            yield Need(f"{self.service}:{name}", other or resource, context or {})

    def _rest(self, change: Change) -> bool:
        """Whether anything changes that is no part."""
        own = {*self.parts, *self.unasked.split(), self.tags}
        return any(name not in own for name in changed(change))

    def _parts(self, change: Change, resource: str) -> Iterator[Need]:
        for name in changed(change):
            if name not in self.parts or (change.verb == "create" and name in self.made_with.split()):
                continue
            put, _, remove = self.parts[name].partition("|")
            yield from self._of(remove if change.new.get(name) in _NOTHING else put, resource)

    def _tags(self, change: Change, resource: str) -> Iterator[Need]:
        put, _, remove = self.tag.partition("|")
        before, now = tags_of(change.old, self.tags), tags_of(change.new, self.tags)
        fresh = {key: value for key, value in now.items() if before.get(key) != value}
        if fresh:
            yield from self._of(put, resource, tag_context(fresh))
        gone = sorted(before.keys() - now.keys())
        if gone:
            yield from self._of(remove, resource, {"aws:TagKeys": gone})


def changed(change: Change) -> list[str]:
    """The properties that a change sets, changes or takes away."""
    names = dict.fromkeys([*change.old, *change.new])
    return [
        name
        for name in names
        if change.old.get(name) != change.new.get(name)
        and not (change.old.get(name) in _NOTHING and change.new.get(name) in _NOTHING)
    ]


def tag_context(tags: Mapping[str, str]) -> dict[str, Any]:
    """The condition keys of a request that sets tags."""
    if not tags:
        return {}
    return {**{f"aws:RequestTag/{key}": value for key, value in tags.items()}, "aws:TagKeys": list(tags)}
