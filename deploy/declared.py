"""A mapping in a template's Metadata, read key by key: what is wrong in it is told with its place and what it takes."""

from collections.abc import Mapping
from typing import Any, TypeVar

from glue_client.errors import DeployError

T = TypeVar("T")
CALLED = {str: "a text", int: "a whole number", bool: "true or false", list: "a list", dict: "a mapping"}


class Declared:
    """One mapping of a template; `file` and `place` say where it stands."""

    def __init__(self, file: str, place: str, node: object) -> None:
        self.file, self.place = file, place
        if not isinstance(node, Mapping):
            raise DeployError(f"{place} of {file} is no mapping", repr(node), f"correct cloudformation/{file}")
        self._node = node

    def takes(self, *keys: str) -> None:
        """DeployError when it has another key."""
        for key in self._node:
            if key not in keys:
                raise self.wrong(f'there is no key "{key}"', f"it takes {', '.join(keys)}", "correct it")

    def get(self, key: str, kind: type[T], *, default: T | None = None) -> T:
        """The value of a key. DeployError when it is of another kind, or absent and without a default."""
        value = self._node.get(key, default)
        if value is None:
            raise self.wrong(f"{key} is missing", f"it has {', '.join(map(str, self._node)) or 'nothing'}", "write it")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(f"{key} is not {CALLED[kind]}", repr(value), "correct it")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, each there once; none without the key."""
        found: list[Any] = self.get(key, list, default=[])
        if any(not isinstance(one, str) or not one for one in found) or len(set(found)) != len(found):
            raise self.wrong(f"{key} is no list of texts that differ", repr(found), "correct it")
        return tuple(found)

    def pairs(self, key: str) -> Mapping[str, str]:
        """A mapping from texts to texts; an empty one without the key."""
        found: dict[Any, Any] = self.get(key, dict, default={})
        if any(not isinstance(one, str) for pair in found.items() for one in pair):
            raise self.wrong(f"{key} is no mapping from texts to texts", repr(found), "correct it")
        return found

    def inner(self, key: str) -> "Declared | None":
        """The mapping at a key, if there is one."""
        node = self._node.get(key)
        return None if node is None else Declared(self.file, f"{self.place}.{key}", node)

    def wrong(self, failed: str, seen: str, next_step: str) -> DeployError:
        """What is wrong in it, to be raised."""
        return DeployError(f"{self.place} of {self.file}: {failed}", seen, f"{next_step} in cloudformation/{self.file}")
