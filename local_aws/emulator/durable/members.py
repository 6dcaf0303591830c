"""What grows with data is not written anew with its record: items, log events, messages, data points, histories.

Each class tells the changes of one kind of record against what the database holds of it.
"""

from __future__ import annotations

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


@dataclass
class _Kept:
    """A list as the database has it; `first` is the place of its first element."""

    elements: list[Any] = field(default_factory=list)
    first: int = 0


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
            old = kept.get(path) or _Kept()
            told = _list_changes(batch, (*name, key_text(key), path), old, elements)
            if told:
                done.append((path, told))
        gone = [path for path in kept if path not in lists]
        for path in gone:
            batch.remove_path(*name, key_text(key), path)
        if not done and not gone:
            return None

        def written() -> None:
            for path, new in done:
                kept[path] = new
            for path in gone:
                del kept[path]

        return written

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """See Members."""
        kept: dict[str, _Kept] = {}
        for *_, path, place, value in rows:
            of_path = kept.get(path)
            if of_path is None:
                of_path = kept[path] = _Kept(first=int(place))
            of_path.elements.append(from_text(value))
        self._kept[key] = kept
        return self._shape.attach(record, {path: list(found.elements) for path, found in kept.items()})

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """See Members."""
        del live, database, name
        kept = self._kept.get(key, {})
        return self._shape.attach(record, {path: list(found.elements) for path, found in kept.items()})

    def forget(self, key: Any) -> None:
        """See Members."""
        self._kept.pop(key, None)

    def restless(self) -> set[Any]:
        """See Members."""
        return set()


def _list_changes(batch: Batch, where: tuple[str, str, str, str], old: _Kept, new: list[Any]) -> _Kept | None:
    """Add the difference of two lists to the batch; return the list as it is kept then, None where they are one."""
    count, have = len(new), len(old.elements)
    if count == have and _same(old.elements, new):
        return None
    start = 0
    if count and have and old.elements[0] is not new[0]:
        start = next((at for at, element in enumerate(old.elements) if element is new[0]), have)
    rest = old.elements[start:] if start else old.elements
    common = len(rest)
    if len(rest) > count or not _same(rest, new):
        pairs = enumerate(zip(rest, new, strict=False))
        common = next((at for at, (one, other) in pairs if one is not other), min(len(rest), count))
        batch.remove_path(*where, old.first + start + common)
    if start:
        batch.remove_before(*where, old.first + start)
    first = old.first + start
    batch.puts += [(*where, first + at, to_text(new[at])) for at in range(common, count)]
    return _Kept(list(new), first)


def _same(some: list[Any], others: list[Any]) -> bool:
    """Whether the elements of the first are, one by one, those that the second begins with."""
    return all(map(operator.is_, some, others))


class Messages:
    """The messages of a queue: dicts that change as they are received, and go one by one."""

    def __init__(self) -> None:
        self._kept: dict[Any, tuple[dict[str, tuple[int, Any]], int]] = {}

    def bare(self, record: Any) -> Any:
        """See Members."""
        return {**record, "messages": []}

    def changes(self, batch: Batch, name: tuple[str, str], key: Any, record: Any) -> Done | None:
        """See Members."""
        kept, end = self._kept.get(key, ({}, 0))
        where, new = (*name, key_text(key), "messages"), {}
        for message in list(record["messages"]):
            found = kept.get(message["id"])
            state = _state(message)
            if found and found[1] == state:
                new[message["id"]] = found
                continue
            place = found[0] if found else end
            end = max(end, place + 1)
            new[message["id"]] = (place, state)
            batch.puts.append((*where, place, to_text(message)))
        gone = kept.keys() - new.keys()
        for message_id in gone:
            batch.remove_member(*where, kept[message_id][0])
        if new == kept:
            return None
        return lambda: self._kept.__setitem__(key, (new, end))

    def attach(self, key: Any, record: Any, rows: Iterable[Row]) -> Any:
        """See Members."""
        messages, kept, end = [], {}, 0
        for *_, place, value in rows:
            message = from_text(value)
            messages.append(message)
            kept[message["id"]] = (int(place), _state(message))
            end = int(place) + 1
        self._kept[key] = (kept, end)
        return {**record, "messages": messages}

    def restore(self, key: Any, live: Any, record: Any, database: Database, name: tuple[str, str]) -> Any:
        """See Members."""
        del live
        return self.attach(key, record, database.members(*name, key_text(key)))

    def forget(self, key: Any) -> None:
        """See Members."""
        self._kept.pop(key, None)

    def restless(self) -> set[Any]:
        """See Members."""
        return set()


def _state(message: dict[str, Any]) -> tuple[Any, ...]:
    return (message["visible_at"], message.get("receipt_handle"), message.get("receive_count"))


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
            items[from_text(path)][from_text(str(place))] = from_text(value)
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
