"""A real emulator for the crawler's tests, and short ways to put data on it and to crawl."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local_aws.glue.crawler.crawl import CrawlSummary, crawl


@pytest.fixture(scope="session")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of an emulator of its own, IAM enforced."""
    home = tmp_path_factory.mktemp("emulator")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {
        "AUTH": "true",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(home / "s3"),
        "PERSIST_STATE": "0",
        "STATE_DIR": str(home / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "ATHENA_ENGINE": "duckdb",
        "LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"]
    with Path(home / "log").open("w") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(f"http://127.0.0.1:{port}/_ministack/health")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait(url: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(url, timeout=5)  # noqa: S310 - our own loopback server
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


@dataclass
class Lake:
    """A bucket, a database and a crawler of their own."""

    endpoint: str
    bucket: str
    database: str
    log: list[str] = field(default_factory=list)
    crawls: int = 0

    def client(self, service: str, keys: tuple[str, str, str | None] = ("test", "test", None)) -> Any:
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=keys[0],
            aws_secret_access_key=keys[1],
            aws_session_token=keys[2],
            config=Config(max_pool_connections=16, retries={"total_max_attempts": 1}),
        )

    def __post_init__(self) -> None:
        self.s3, self.glue = self.client("s3"), self.client("glue")

    def put(self, key: str, body: bytes | str) -> None:
        self.s3.put_object(Bucket=self.bucket, Key=key, Body=body.encode() if isinstance(body, str) else body)

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=self.bucket, Key=key)

    def uri(self, path: str = "") -> str:
        return f"s3://{self.bucket}/{path}"

    def crawler(self, *paths: str, **more: Any) -> dict[str, Any]:
        targets = [{"Path": self.uri(path), "Exclusions": []} for path in paths]
        return {
            "Name": "the-crawler",
            "DatabaseName": self.database,
            "TablePrefix": "",
            "Targets": {"S3Targets": targets},
            "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
            "Configuration": "",
            **more,
        }

    def crawl(self, crawler: Mapping[str, Any] | str, **more: Any) -> CrawlSummary:
        self.crawls += 1
        self.log.clear()
        if isinstance(crawler, str):
            crawler = self.crawler(crawler)
        arguments: dict[str, Any] = {"s3": self.s3, "glue": self.glue, "clock": lambda: 1_700_000_000.5, **more}
        return crawl(crawler, log=self.log.append, crawl_id=f"crawl-{self.crawls}", **arguments)

    def tables(self) -> dict[str, dict[str, Any]]:
        answer = self.glue.get_tables(DatabaseName=self.database)["TableList"]
        return {table["Name"]: table for table in answer}

    def table(self, name: str) -> dict[str, Any]:
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]

    def columns(self, name: str) -> list[tuple[str, str]]:
        return [(column["Name"], column["Type"]) for column in self.table(name)["StorageDescriptor"]["Columns"]]

    def partitions(self, name: str) -> dict[tuple[str, ...], dict[str, Any]]:
        answer = self.glue.get_partitions(DatabaseName=self.database, TableName=name)["Partitions"]
        return {tuple(partition["Values"]): partition for partition in answer}


@pytest.fixture
def lake(emulator: str) -> Lake:
    """An empty bucket and an empty database."""
    name = uuid.uuid4().hex[:12]
    lake = Lake(emulator, f"lake-{name}", f"db_{name}")
    lake.s3.create_bucket(Bucket=lake.bucket)
    lake.glue.create_database(DatabaseInput={"Name": lake.database})
    return lake
