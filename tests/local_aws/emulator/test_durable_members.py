"""Members of records: whatever happens to them between commits, the database has them as they were at the last."""

from __future__ import annotations

import copy
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from local_aws.emulator.durable import members
from local_aws.emulator.durable.database import Batch, Database
from local_aws.emulator.durable.text import from_text, key_of, key_text, to_text

NAME, KEY = ("service", "store"), ("000000000000", "eu-west-1", "record")


class Queue:
    """As the emulator's SQS handles messages."""

    make = members.Messages

    def __init__(self) -> None:
        self.record: dict[str, Any] = {"name": "q", "messages": []}
        self.members = members.Messages()
        self._sent = 0

    def act(self, number: int) -> None:
        messages = self.record["messages"]
        if number < 4 or not messages:
            self._sent += 1
            messages.append({"id": f"m{self._sent}", "receive_count": 0, "visible_at": 0.0, "receipt_handle": None})
        elif number < 7:
            message = messages[number % len(messages)]
            message["receive_count"] += 1
            message["receipt_handle"] = f"r{number}"
        elif number < 9:
            gone = messages[number % len(messages)]
            self.record["messages"] = [message for message in messages if message is not gone]
        else:
            messages.clear()


class Events:
    """As the emulator handles log events and records of streams."""

    make = staticmethod(lambda: members.Lists(members.nested("streams", "events")))

    def __init__(self) -> None:
        self.record: dict[str, Any] = {"streams": {"a": {"events": []}, "b": {"events": []}}}
        self.members = self.make()
        self._put = 0

    def act(self, number: int) -> None:
        stream = self.record["streams"].setdefault("ab"[number % 2], {"events": []})
        events = stream["events"]
        self._put += 1
        event = {"n": self._put}
        if number < 4:
            events.extend([event, {"n": -self._put}])
        elif number < 6:
            stream["events"] = sorted([*events, event], key=lambda found: found["n"])
        elif number < 7:
            stream["events"] = events[2:]
        elif number < 8:
            del events[:1]
        elif number < 9:
            events.insert(len(events) // 2, event)
        else:
            del self.record["streams"]["ab"[number % 2]]


class Table:
    """As the emulator handles items."""

    make = members.Items

    def __init__(self) -> None:
        self.record: dict[str, Any] = {"items": defaultdict(dict)}
        self.members = members.Items()
        self._put = 0

    def act(self, number: int) -> None:
        self._put += 1
        partition, sort = f"p\udc80{number % 2}" if number == 3 else f"p{number % 2}", f"s{number % 3}"
        if number == 9:
            self.record["items"] = defaultdict(dict, copy.deepcopy(self.record["items"]))
            return
        self.members.note(self.record, partition, sort)
        if number < 6:
            self.record["items"][partition][sort] = {"v": {"N": str(self._put)}}
        else:
            self.record["items"].get(partition, {}).pop(sort, None)
            if not self.record["items"].get(partition, {1: 1}):
                del self.record["items"][partition]


def stored(kind: Any, database: Database) -> Any:
    """The record as a server that starts finds it."""
    rows = [row for row in database.rows(NAME[0]) if (row[3], row[4]) != ("", "")]
    return kind.make().attach(KEY, from_text(database.record(*NAME, key_text(KEY))), rows)


@pytest.mark.parametrize("kind", [Queue, Events, Table])
@example(steps=[0, 0, "commit", 8, 6])  # the list is changed in its middle, and another takes its place
@settings(max_examples=150, deadline=None)
@given(steps=st.lists(st.one_of(st.integers(0, 9), st.sampled_from(["commit", "fail"])), max_size=40))
def test_what_is_stored_is_what_was_at_the_last_commit(kind, steps):
    with TemporaryDirectory() as folder:
        database = Database(Path(folder) / "x.sqlite")
        subject = kind()
        committed = None
        for step in ["commit", *steps, "commit"]:
            if isinstance(step, int):
                subject.act(step)
                continue
            batch = Batch()
            done = subject.members.changes(batch, NAME, KEY, subject.record)
            batch.puts.append((*NAME, key_text(KEY), "", "", to_text(subject.members.bare(subject.record))))
            if step == "commit":
                database.write(batch)
                if done:
                    done()
                committed = copy.deepcopy(subject.record)
                assert stored(kind, database) == committed
            else:
                bare = from_text(database.record(*NAME, key_text(KEY)))
                subject.record = subject.members.restore(KEY, subject.record, bare, database, NAME)
                assert subject.record == committed
        database.close()


@pytest.mark.parametrize("name", ["plain", "with\0nul", "r'quoted'", "half \udc80", ("a", 1), 5, ""])
def test_a_key_is_read_back_from_its_text(name):
    assert key_of(key_text(("1", "r", name)), 2) == ("1", "r", name)
    assert key_of(key_text(("1", name)), 1) == ("1", name)
