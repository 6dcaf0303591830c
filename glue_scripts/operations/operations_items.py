"""Items put into a DynamoDB table, many at a time.

A batch has 25 items, the most that BatchWriteItem takes, and several batches are on their way at once. What DynamoDB
leaves undone (UnprocessedItems) and what it refuses for being too much at once is sent again, after a wait that doubles
each time and is cut at random, so that writers do not come back together (developer guide, "Error retries and
exponential backoff"). A put replaces what is there under its key: to put an item again changes nothing.
"""

from __future__ import annotations

import random
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

BATCH = 25
WAITING = 2
"""Batches ready for each writer: memory stays flat however many items there are."""
FIRST_WAIT, LONGEST_WAIT = 0.05, 10.0
"""Seconds."""
ATTEMPTS = 12
"""That write nothing, one after the other: about a minute of waiting."""
TOO_MUCH = frozenset({"ProvisionedThroughputExceededException", "RequestLimitExceeded", "ThrottlingException"})

Item = dict[str, Any]


class ItemsError(Exception):
    """Items could not be written; those before them are in the table, and a rerun puts them again."""


def client(writers: int) -> Any:
    """A client for that many writers. Retries of the network are botocore's, those of DynamoDB's refusals ours."""
    import boto3

    retries = {"mode": "standard", "max_attempts": 3}
    # Items are made here and all of texts: to have each checked by botocore too costs a third of the time.
    return boto3.client(
        "dynamodb", config=Config(max_pool_connections=writers, parameter_validation=False, retries=retries)
    )


class Items:
    """A table to put items in.

    Args:
        dynamodb: a boto3 client.
        table: its name.
        writers: how many batches are sent at once.
        sleep: waits some seconds.
        chance: a number from 0 to 1.
    """

    def __init__(
        self,
        dynamodb: Any,
        table: str,
        writers: int,
        sleep: Callable[[float], None] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._dynamodb, self._table, self._writers = dynamodb, table, writers
        self._sleep, self._chance = sleep, chance

    def put(self, items: Iterable[Mapping[str, str]]) -> int:
        """Put items whose values are texts, and whose keys differ; how many they were.

        Raises:
            ItemsError: DynamoDB took none of a batch for ATTEMPTS times.
            botocore.exceptions.ClientError: another refusal.
        """
        count, sent = 0, deque[Future[None]]()
        with ThreadPoolExecutor(self._writers) as pool:
            try:
                for batch in _batches(items):
                    count += len(batch)
                    sent.append(pool.submit(self._send, batch))
                    if len(sent) > self._writers * WAITING:
                        sent.popleft().result()
                for one in sent:
                    one.result()
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise
        return count

    def _send(self, left: list[Item]) -> None:
        failed = 0
        while left:
            wait, seen = min(LONGEST_WAIT, FIRST_WAIT * 2**failed), "UnprocessedItems"
            try:
                answer = self._dynamodb.batch_write_item(RequestItems={self._table: left})
                undone = answer.get("UnprocessedItems", {}).get(self._table, [])
            except ClientError as error:
                seen = error.response["Error"]["Code"]
                if seen not in TOO_MUCH:
                    raise
                undone = left
            failed = failed + 1 if len(undone) == len(left) else 0
            if failed == ATTEMPTS:
                raise ItemsError(
                    f"error: {len(left)} items could not be written to {self._table}\n"
                    f"  seen: {seen}, {ATTEMPTS} times one after the other\n"
                    "  next: see the table's throttled requests in CloudWatch, or write with fewer writers; run again"
                )
            left = undone
            if left:
                self._sleep(wait * self._chance())


def _batches(items: Iterable[Mapping[str, str]]) -> Iterator[list[Item]]:
    left = iter(items)
    while batch := list(islice(left, BATCH)):
        yield [{"PutRequest": {"Item": {name: {"S": text} for name, text in one.items()}}} for one in batch]
