"""The server is killed while many write to many services: each write that was answered is there afterwards."""

from __future__ import annotations

import random
import signal
import threading
import time

from botocore.exceptions import BotoCoreError, ClientError

from tests.local_aws.aws_server import LocalAws
from tests.local_aws.writes import Kind, kinds_of, prepare

KILLS = 5
LONGEST_S = 2.0
A_TURN = 10_000


class Writer(threading.Thread):
    """Writes until the server is gone, and notes what was answered."""

    def __init__(self, kind: Kind, first: int) -> None:
        super().__init__(daemon=True)
        self._kind, self._first = kind, first
        self.answered: set[int] = set()

    def run(self) -> None:
        number = self._first
        while True:
            try:
                self._kind.write(number)
            except (BotoCoreError, ClientError):
                return
            self.answered.add(number)
            number += 1
            time.sleep(0.01)


def test_a_kill_under_many_writers_loses_nothing_that_was_answered(fresh_local_aws: LocalAws):
    moments = random.Random(20261129)  # noqa: S311 - a seed, not a secret
    prepare(fresh_local_aws)
    kinds = kinds_of(fresh_local_aws, big="x" * 200)
    for turn in range(KILLS):
        for kind in kinds.values():  # makes the clients, which is not for many threads at once
            kind.write(turn * A_TURN)
        writers = {name: Writer(kind, turn * A_TURN + 1) for name, kind in kinds.items()}
        for writer in writers.values():
            writer.start()
        time.sleep(moments.uniform(0.1, LONGEST_S))
        fresh_local_aws.stop(signal.SIGKILL)
        for writer in writers.values():
            writer.join(60)
            assert not writer.is_alive()
        fresh_local_aws.start()
        for name, writer in writers.items():
            missing = writer.answered - kinds[name].numbers()
            assert missing == set(), name
    assert all(kind.numbers() for name, kind in kinds.items() if name != "sqs")
