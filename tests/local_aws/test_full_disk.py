"""A full disk: what was answered is there after a kill and a restart, what was refused is not, and nothing hangs."""

from __future__ import annotations

import contextlib
import resource
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws
from tests.local_aws.writes import Kind, kinds_of, prepare


def check(kinds: dict[str, Kind]) -> None:
    """What is there is what was answered: nothing less, and nothing that was refused."""
    there = {name: kind.numbers() for name, kind in kinds.items()}
    assert there == {name: kind.written for name, kind in kinds.items()}


def fill(kinds: dict[str, Kind], most: int) -> None:
    """Write to all services in turn until each has refused twice."""
    for number in range(most):
        for kind in kinds.values():
            if len(kind.refused) < 2:
                kind.attempt(number)
        if all(len(kind.refused) >= 2 for kind in kinds.values()):
            return
    pytest.fail(f"{most} rounds of writes did not fill the disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=10m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system of a limited size cannot be mounted; the limit of a file's size is tested instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_what_is_answered_is_kept_and_what_is_refused_is_not(small_disk):
    filler = small_disk / "filler"
    with contextlib.closing(_Running(LocalAws(small_disk / "state"))) as running:
        aws = running.aws.start()
        prepare(aws)
        kinds = kinds_of(aws)
        fill(kinds, 500)
        assert all(kind.written for kind in kinds.values())
        for name, kind in kinds.items():
            if name != "sqs":  # receiving is a write
                assert kind.numbers() == kind.written, name
        aws.stop(signal.SIGKILL)
        subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
        aws.start()
        check(kinds)
        free = shutil.disk_usage(small_disk).free
        with filler.open("wb") as file:
            file.write(bytes(free - 300_000))
        fill(kinds, 500)
        filler.unlink()
        for kind in kinds.values():  # without a restart
            assert kind.attempt(1000)
        aws.stop(signal.SIGKILL)
        aws.start()
        for kind in kinds.values():
            assert kind.attempt(1001)
        for name, kind in kinds.items():
            assert kind.numbers() >= kind.written - (kinds["sqs"].written if name == "sqs" else set())
            if name != "sqs":
                assert kind.numbers() == kind.written


@dataclass
class _Running:
    aws: LocalAws

    def close(self) -> None:
        if self.aws.process:
            self.aws.stop(signal.SIGKILL)


class LimitedAws(LocalAws):
    """A server that can write no file of more than 3 MB."""

    def start(self) -> LocalAws:
        super().start()
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (3_000_000, resource.RLIM_INFINITY))
        return self


def test_with_a_limit_of_the_size_of_a_file_what_is_answered_is_kept_and_what_is_refused_is_not(tmp_path):
    with contextlib.closing(_Running(LimitedAws(tmp_path / "state"))) as running:
        aws = running.aws.start()
        prepare(aws)
        kinds = kinds_of(aws)
        fill(kinds, 500)
        aws.stop(signal.SIGKILL)
        LocalAws.start(aws)
        check(kinds)
