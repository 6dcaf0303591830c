"""What grows with data is not written anew with its record: items, log events, messages, data points, histories.

Each class tells the changes of one kind of record against what the database holds of it.
"""

from __future__ import annotations

import copy
import functools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from local_aws.emulator.durable.database import Batch, Database, Row
from local_aws.emulator.durable.text import from_text, key_text, to_text

Done = Callable[[], None]
"""Called once what was told is in the database."""


class Members(Protocol):
    """The members of the records of one store. Keys are scoped ones."""

    def bare(self, record: Any) -> Any:
        """The record without its members."""

    def changes(self, batch: Batch, name: tuple[str, str], key: Any, record: Any) -> Done | None:
        """Add to the batch what changed; None where nothing did."""

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """The record with its members as the database has them."""

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """The bare record of the database with its members as they were; `live` is what it is put in the place of."""

    def forget(self, key: Any) -> None:
        """The record is gone."""

    def restless(self) -> set[Any]:
        """Keys of records whose members changed, whether or not the record was reached for."""


@dataclass(frozen=True)
class Shape:
    """Where lists lie in a record: by path; without them; and with them again."""

    lists: Callable[[Any], dict[str, list[Any]]]
    bare: Callable[[Any], Any]
    attach: Callable[[Any, dict[str, list[Any]]], Any]


def nested(outer: str, inner: str) -> Shape:
    """Lists in `record[outer][path][inner]`."""

    def attach(record: Any, lists: dict[str, list[Any]]) -> Any:
        for path, holder in record[outer].items():
            holder[inner] = lists.get(path, [])
        return record

    return Shape(
        lambda record: {path: holder[inner] for path, holder in record[outer].items()},
        lambda record: {**record, outer: {path: {**holder, inner: []} for path, holder in record[outer].items()}},
        attach,
    )


def field_of(name: str) -> Shape:
    """One list, in `record[name]`."""
    return Shape(
        lambda record: {"list": record.get(name) or []},
        lambda record: {**record, name: []},
        lambda record, lists: {**record, name: lists.get("list", [])},
    )


def whole() -> Shape:
    """The record is the list."""
    return Shape(lambda record: {"list": record}, lambda _: [], lambda _, lists: lists.get("list", []))


@dataclass(frozen=True)
class _Kept:
    """What the database has of a list: its first `count` elements, as they were then; `first` is the first's place."""

    source: list[Any] = field(default_factory=list)
    count: int = 0
    first: int = 0
    ends: tuple[Any, ...] = ()

    @classmethod
    def of(cls, source: list[Any], first: int) -> _Kept:
        """All that is in it now."""
        return cls(source, len(source), first, (source[0], source[-1]) if source else ())

    def begins(self, elements: list[Any]) -> bool:
        """Whether this very list was only added to since."""
        if elements is not self.source or len(elements) < self.count:
            return False
        return not self.count or (elements[0] is self.ends[0] and elements[self.count - 1] is self.ends[1])


class Lists:
    """Lists whose elements never change: they are added at the end, and as a rule go at the beginning."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._kept: dict[Any, dict[str, _Kept]] = {}

    def bare(self, record: Any) -> Any:
        """See Members."""
        return self._shape.bare(record)

    def changes(self, batch: Batch, name: tuple[str, str], key: Any, record: Any) -> Done | None:
        """See Members."""
        lists, kept, done = self._shape.lists(record), self._kept.setdefault(key, {}), []
        for path, elements in lists.items():
            told = _list_changes(batch, (*name, key_text(key), path), kept.get(path) or _Kept(), elements)
            if told:
                done.append((path, told))
        gone = [path for path in kept if path not in lists]
        for path in gone:
            batch.remove_path(*name, key_text(key), path)
        if not done and not gone:
            return None

        def written() -> None:
            kept.update(done)
            for path in gone:
                del kept[path]

        return written

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """See Members."""
        lists: dict[str, list[Any]] = defaultdict(list)
        first: dict[str, int] = {}
        for *_, path, place, value in rows:
            first.setdefault(path, int(place))
            lists[path].append(from_text(value))
        record = self._shape.attach(record, lists)
        self._kept[key] = {path: _Kept.of(elements, first[path]) for path, elements in lists.items() if elements}
        return record

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """See Members."""
        kept, lists = self._kept.get(key, {}), {} if live is None else self._shape.lists(live)
        if any(not found.begins(lists.get(path, [])) for path, found in kept.items()):
            return self.attach(key, record, database.members(*name, key_text(key)))
        for path, found in kept.items():
            del lists[path][found.count :]
        return self._shape.attach(record, {path: lists[path] for path in kept})

    def forget(self, key: Any) -> None:
        """See Members."""
        self._kept.pop(key, None)

    def restless(self) -> set[Any]:
        """See Members."""
        return set()


def _list_changes(batch: Batch, where: tuple[str, str, str, str], kept: _Kept, new: list[Any]) -> _Kept | None:
    """Add the difference of two lists to the batch; return the list as it is kept then, None where they are one."""
    first, common = kept.first, kept.count
    if not kept.begins(new):
        # nothing is known of a list that was changed otherwise, whether or not another has taken its place since
        old = kept.source[: kept.count] if new is not kept.source and kept.begins(kept.source) else []
        start = 0
        if new and old and old[0] is not new[0]:
            start = next((at for at, element in enumerate(old) if element is new[0]), len(old))
        rest = old[start:] if start else old
        common = min(len(rest), len(new))
        if not all(map(operator.is_, rest, new)):
            common = next(at for at, (one, other) in enumerate(zip(rest, new, strict=False)) if one is not other)
        first += start
        if kept.first + kept.count > first + common:
            batch.remove_path(*where, first + common)
        if start:
            batch.remove_before(*where, first)
    elif len(new) == kept.count:
        return None
    batch.puts += [(*where, first + at, to_text(new[at])) for at in range(common, len(new))]
    return _Kept.of(new, first)


class _Message(dict[str, Any]):
    """A message that tells when it changes."""

    __slots__ = ("changed",)

    def __init__(self, values: dict[str, Any], changed: set[str]) -> None:
        super().__init__(values)
        self.changed = changed

    def __setitem__(self, name: str, value: Any) -> None:
        self.changed.add(self["id"])
        super().__setitem__(name, value)

    def update(self, *values: Any, **named: Any) -> None:
        self.changed.add(self["id"])
        super().update(*values, **named)

    def setdefault(self, name: str, default: Any = None) -> Any:
        self.changed.add(self["id"])
        return super().setdefault(name, default)

    def __deepcopy__(self, memo: Any) -> dict[str, Any]:
        return {name: copy.deepcopy(value, memo) for name, value in self.items()}

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (dict(self),)


@dataclass
class _Queue:
    """What the database has of a queue's messages: by id, their place and the message."""

    source: list[Any] = field(default_factory=list)
    count: int = 0
    places: dict[str, tuple[int, dict[str, Any]]] = field(default_factory=dict)
    end: int = 0
    changed: set[str] = field(default_factory=set)

    def compare(self, messages: list[dict[str, Any]]) -> tuple[set[str], Iterable[int]]:
        """The ids of the messages that are gone, and the indexes of those that are new."""
        if (
            messages is self.source
            and 0 < self.count <= len(messages)
            and messages[self.count - 1]["id"] in self.places
        ):
            return set(), range(self.count, len(messages))  # whatever deletes some makes another list, or empties it
        gone = self.places.keys() - {message["id"] for message in messages}
        return gone, [at for at, message in enumerate(messages) if message["id"] not in self.places]


class Messages:
    """The messages of a queue: dicts that change as they are received, and go one by one."""

    def __init__(self) -> None:
        self._kept: dict[Any, _Queue] = {}

    def bare(self, record: Any) -> Any:
        """See Members."""
        return {**record, "messages": []}

    def changes(self, batch: Batch, name: tuple[str, str], key: Any, record: Any) -> Done | None:
        """See Members."""
        kept, where = self._kept.setdefault(key, _Queue()), (*name, key_text(key), "messages")
        messages: list[dict[str, Any]] = record["messages"]
        gone, added = kept.compare(messages)
        changed = [found for number in list(kept.changed) if number not in gone and (found := kept.places.get(number))]
        new = {}
        for place, at in enumerate(added, kept.end):
            message = messages[at] = _Message(messages[at], kept.changed)
            new[message["id"]] = (place, message)
        batch.puts += [(*where, place, to_text(message)) for place, message in [*changed, *new.values()]]
        for number in gone:
            batch.remove_member(*where, kept.places[number][0])
        length = len(messages)
        if not (gone or new or changed):
            kept.source, kept.count = messages, length
            return None

        def written() -> None:
            for number in gone:
                del kept.places[number]
            kept.places.update(new)
            kept.end += len(new)
            kept.changed.difference_update([message["id"] for _, message in changed], gone, new)
            kept.source, kept.count = messages, length

        return written

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """See Members."""
        kept = self._kept[key] = _Queue()
        for *_, place, value in rows:
            message = _Message(from_text(value), kept.changed)
            kept.source.append(message)
            kept.places[message["id"]] = (int(place), message)
            kept.end = int(place) + 1
        kept.count = len(kept.source)
        return {**record, "messages": kept.source}

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """See Members."""
        del live
        return self.attach(key, record, database.members(*name, key_text(key)))

    def forget(self, key: Any) -> None:
        """See Members."""
        self._kept.pop(key, None)

    def restless(self) -> set[Any]:
        """See Members."""
        return {key for key, kept in list(self._kept.items()) if kept.changed}


@functools.lru_cache(maxsize=4096)
def _key_part(text: str) -> Any:
    """A partition or sort key; most come again, as the one of a table without sort keys does."""
    return from_text(text)


class Items:
    """The items of a table: `record["items"][partition key][sort key]`. The emulator tells of each that it changes."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}
        self._keys: dict[int, Any] = {}
        self._changed: dict[int, set[tuple[Any, Any]]] = defaultdict(set)

    def note(self, table: dict[str, Any], partition: Any, sort: Any) -> None:
        """An item is put or deleted."""
        self._changed[id(table["items"])].add((partition, sort))

    def bare(self, record: Any) -> Any:
        """See Members."""
        return {name: value for name, value in record.items() if name != "items"}

    def changes(self, batch: Batch, name: tuple[str, str], key: Any, record: Any) -> Done | None:
        """See Members."""
        items: dict[Any, dict[Any, Any]] = record["items"]
        kept, where = self._kept.get(key), (*name, key_text(key))
        noted = list(self._changed.get(id(items), ()))
        if kept is not items:
            if kept is not None:
                batch.remove_members(*where)
            for partition, of_partition in list(items.items()):
                path = to_text(partition)
                batch.puts += [
                    (*where, path, to_text(sort), to_text(item)) for sort, item in list(of_partition.items())
                ]
        elif not noted:
            return None
        else:
            for partition, sort in noted:
                item = items.get(partition, {}).get(sort)
                member = (*where, to_text(partition), to_text(sort))
                if item is None:
                    batch.remove_member(*member)
                else:
                    batch.puts.append((*member, to_text(item)))

        def written() -> None:
            self._keep(key, items)
            self._changed[id(items)].difference_update(noted)

        return written

    def _keep(self, key: Any, items: Any) -> None:
        if self._kept.get(key) is not items:
            self.forget(key)
            self._kept[key] = items
            self._keys[id(items)] = key

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """See Members."""
        items: dict[Any, dict[Any, Any]] = defaultdict(dict)
        for *_, path, place, value in rows:
            items[_key_part(path)][_key_part(place)] = from_text(value)
        self._keep(key, items)
        return {**record, "items": items}

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """See Members."""
        items = self._kept[key]
        if live is None or live.get("items") is not items:
            return self.attach(key, record, database.members(*name, key_text(key)))
        for partition, sort in self._changed.pop(id(items), set()):
            text = database.member(*name, key_text(key), to_text(partition), to_text(sort))
            if text is not None:
                items[partition][sort] = from_text(text)
            elif items.get(partition, {}).pop(sort, None) is not None and not items[partition]:
                del items[partition]
        return {**record, "items": items}

    def forget(self, key: Any) -> None:
        """See Members."""
        items = self._kept.pop(key, None)
        if items is not None:
            self._keys.pop(id(items), None)
            self._changed.pop(id(items), None)

    def restless(self) -> set[Any]:
        """See Members."""
        return {self._keys[number] for number, noted in list(self._changed.items()) if noted and number in self._keys}
