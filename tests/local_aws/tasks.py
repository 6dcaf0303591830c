"""The tasks of build.py on a real local AWS, as ./pyntw calls them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from glue_client.aws import Aws
from tests.local_aws.aws_server import REGION, ROOT, LocalAws

LONGEST_S = 240


def environment_of(server: LocalAws) -> dict[str, str]:
    """This process's environment with that AWS, as root, and nothing else of AWS's."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nothing = dict.fromkeys(("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"), os.devnull)
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return clean | nothing | keys | {"AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": REGION}


def task(server: LocalAws, call: str, **environment: str) -> tuple[str, str, int]:
    """Run a task: what it printed, what it complained of, its exit code."""
    done = subprocess.run(
        [sys.executable, ROOT / "build.py", call],
        env=environment_of(server) | environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=LONGEST_S,
    )
    return done.stdout, done.stderr, done.returncode


def aws_of(server: LocalAws, monkeypatch: pytest.MonkeyPatch) -> Aws:
    """That AWS as the code behind the tasks takes it, in this process."""
    wanted = environment_of(server)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name in [name for name in wanted if name.startswith("AWS_")]:
        monkeypatch.setenv(name, wanted[name])
    return Aws()
