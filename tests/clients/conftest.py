"""Clients that others wrote - the AWS CLI, awswrangler, PyAthena, dbt - on a real local AWS, as users call them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.local_aws.aws_server import REGION, LocalAws, unique

AWS = Path(sys.executable).with_name("aws")


@pytest.fixture(scope="session")
def local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAws]:
    """One server for all clients: names come from `unique()`."""
    server = LocalAws(tmp_path_factory.mktemp("clients") / "state").start()
    yield server
    server.stop()


def settings_of(server: LocalAws) -> dict[str, str]:
    """The environment of somebody who works with this server, and nothing else of AWS."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return clean | {
        "AWS_ENDPOINT_URL": server.endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PAGER": "",
    }


@dataclass
class Cli:
    """The AWS CLI."""

    environment: dict[str, str]

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        """Call it; return output, errors and exit code."""
        command = [str(AWS), *words]
        return subprocess.run(
            command, env=self.environment, input=stdin, capture_output=True, text=True, timeout=120, check=False
        )

    def __call__(self, *words: str, stdin: str = "") -> Any:
        """Call it, and read its answer; it must succeed."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr + done.stdout
        try:
            return json.loads(done.stdout)
        except ValueError:
            return done.stdout.strip()

    def error(self, *words: str) -> tuple[int, str]:
        """Call it; return its exit code and its last line of errors."""
        done = self.run(*words)
        assert done.stdout == ""
        return done.returncode, done.stderr.strip().splitlines()[-1]


@pytest.fixture(scope="session")
def cli(local_aws: LocalAws) -> Cli:
    return Cli(settings_of(local_aws))


@pytest.fixture
def session(local_aws: LocalAws, monkeypatch: pytest.MonkeyPatch) -> boto3.Session:
    """What libraries on boto3 find in the environment."""
    for name, value in settings_of(local_aws).items():
        monkeypatch.setenv(name, value)
    made = boto3.Session(region_name=REGION)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", made)
    return made


@dataclass
class Place:
    """A bucket and a database of their own."""

    bucket: str
    database: str

    def uri(self, path: str = "") -> str:
        return f"s3://{self.bucket}/{path}"


@pytest.fixture
def place(local_aws: LocalAws) -> Place:
    made = Place(local_aws.bucket(), unique("d"))
    local_aws.client("glue").create_database(DatabaseInput={"Name": made.database})
    return made
