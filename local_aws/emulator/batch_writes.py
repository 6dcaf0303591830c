"""BatchWriteItem finds out once what the emulator finds out several times for each item of a batch.

It validates all items and their keys before it writes any, and again as it writes each; it counts the capacity whether
or not it was asked for, and looks for streams item by item. No check is left out: what was found good in one batch is
not looked at again in the same batch, and an item of short texts alone is seen to be good at a glance.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response

_ASKED = frozenset({"INDEXES", "TOTAL"})
"""Values of ReturnConsumedCapacity with which capacity is told."""

_SHORT_KEY, _SHORT_ITEM = 256, 100_000
"""Characters, each of 4 bytes of UTF-8 at most: DynamoDB's bounds are 1024 bytes for a sort key, 400 kB for an item."""

_ABSENT = object()


class _Batch(threading.local):
    """The batch that is carried out in this thread; without one all is as the emulator does it."""

    data: Mapping[str, Any] | None = None
    found: dict[tuple[Any, ...], Any]
    """What was found good, by what was asked of which objects, which request and table hold: ids stay theirs."""


_batch = _Batch()


def write_batches_once() -> None:
    """Put the emulator's BatchWriteItem right.

    Contract: it calls these functions by these names, with an item or a table first; `_validate_item` gives None for a
    good item, `_resolve_table_key_values` a third None for a good key. An item is not changed between its calls, but
    for numbers that `_validate_item` writes in another way, which a second call would not change.
    """
    from ministack.services import dynamodb

    dynamodb._validate_item = _once(_at_a_glance(dynamodb._validate_item), lambda answer: answer is None)
    dynamodb._resolve_table_key_values = _once(dynamodb._resolve_table_key_values, lambda answer: answer[2] is None)
    dynamodb._accumulate_write_capacity = _if_asked(dynamodb._accumulate_write_capacity)
    dynamodb._emit_stream_event = _if_heard(dynamodb._emit_stream_event, dynamodb)
    dynamodb._batch_write_item = _batched(dynamodb._batch_write_item)


def _batched(original: Callable[[Any], Response]) -> Callable[[Any], Response]:
    @functools.wraps(original)
    def batch_write_item(data: Any) -> Response:
        _batch.data, _batch.found = data, {}
        try:
            return original(data)
        finally:
            _batch.data, _batch.found = None, {}

    return batch_write_item


def _once(original: Callable[..., Any], is_good: Callable[[Any], bool]) -> Callable[..., Any]:
    @functools.wraps(original)
    def once(*args: Any, **named: Any) -> Any:
        if _batch.data is None:
            return original(*args, **named)
        asked = (original, *named.items(), *map(id, args))
        answer = _batch.found.get(asked, _ABSENT)
        if answer is _ABSENT:
            answer = original(*args, **named)
            if is_good(answer):
                _batch.found[asked] = answer
        return answer

    return once


def _at_a_glance(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def validate(item: Any, *args: Any) -> Any:
        return None if _is_of_short_texts(item, args[:2]) else original(item, *args)

    return validate


def _is_of_short_texts(item: Any, keys: tuple[Any, ...]) -> bool:
    """Whether all values are texts that are not empty, and neither keys nor the whole can be too long."""
    size = 0
    if type(item) is not dict:
        return False
    for name, value in item.items():
        text = value.get("S") if type(value) is dict and len(value) == 1 else None
        if type(text) is not str or not text:
            return False
        size += len(name) + len(text)
    if size <= _SHORT_KEY:
        return True
    return size <= _SHORT_ITEM and all(len(item[key]["S"]) <= _SHORT_KEY for key in keys if key in item)


def _if_asked(original: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(original)
    def accumulate(*args: Any) -> None:
        if _batch.data is None or _batch.data.get("ReturnConsumedCapacity", "NONE") in _ASKED:
            original(*args)

    return accumulate


def _if_heard(original: Callable[..., None], module: Any) -> Callable[..., None]:
    @functools.wraps(original)
    def emit(name: str, *args: Any, **named: Any) -> None:
        if _batch.data is None or named:
            original(name, *args, **named)
            return
        heard = _batch.found.get((emit, name))
        if heard is None:
            table = module._tables.get(name) or {}
            stream = (table.get("StreamSpecification") or {}).get("StreamEnabled")
            heard = bool(stream or table.get("_global_regions") or module._kinesis_destinations.get(name))
            _batch.found[emit, name] = heard
        if heard:
            original(name, *args)

    return emit
