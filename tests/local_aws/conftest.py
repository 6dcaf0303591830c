"""Real local AWSs for the tests below; what can be done with one is in aws_server.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One server for the whole session: tests share its account, so names come from `unique()`."""
    server = LocalAws(tmp_path_factory.mktemp("local-aws") / "state").start()
    yield server
    server.stop()


@pytest.fixture
def fresh_local_aws(tmp_path: Path) -> Iterator[LocalAws]:
    """A server for one test, which may kill it and start it again on the same state folder."""
    server = LocalAws(tmp_path / "state").start()
    yield server
    server.stop()
