"""A local AWS for the fuzzers, and what must still work on it after they are done."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws


@pytest.fixture(scope="session")
def fuzzed_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    server = LocalAws(tmp_path_factory.mktemp("fuzzed") / "state").start()
    yield server
    server.stop()


@pytest.fixture
def log_of(fuzzed_aws: LocalAws) -> Path:
    """What the server wrote to its standard error."""
    return fuzzed_aws.state_dir.with_name(fuzzed_aws.state_dir.name + ".stderr")
