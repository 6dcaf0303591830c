"""A machine of its own for the pipeline: a local AWS, and the project's tasks run against it as a user runs them."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import boto3
import pytest
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[2]
BUCKET = "etl-poc-{}-000000000000-us-east-1"


@dataclass
class Laptop:
    """A running local AWS and how to use it."""

    endpoint: str
    environment: dict = field(default_factory=dict)

    def task(self, *words, stdin=None, check=True):
        """Run tasks of build.py in a process of their own, as ./pyntw does."""
        run = subprocess.run(
            [sys.executable, "build.py", *words],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        assert not check or run.returncode == 0, run.stdout + run.stderr
        return run

    def client(self, service):
        session = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=self.endpoint)

    def bucket(self, purpose):
        return BUCKET.format(purpose)

    def without_need(self, pipeline, *stacks):
        """Rights of the pipeline's roles that nothing needed and nobody explains, and explanations of what was used."""
        roles = json.loads(self.task(f"checkpermissions[pipeline={pipeline},format=json]").stdout)
        grants = [(role["RoleName"], grant) for role in roles for grant in role["Grants"]]
        found = [
            f"{role} {grant['Sid']}: {grant['Action']} {grant['Resource']} {grant.get('Beside', 'not used')}"
            for role, grant in grants
            if grant["State"] in ("unused", "shared")
        ]
        explained = {grant.get("Why") for _, grant in grants}
        templates = [cfn_yaml.load(str(ROOT / "cloudformation" / f"{stack}.yml")) for stack in stacks]
        said = [
            one.get("Metadata", {}) for template in templates for one in (template, *template["Resources"].values())
        ]
        needs = [need["Why"] for metadata in said for need in metadata.get("UnseenNeeds", [])]
        return found + [why for why in needs if why not in explained]


def settings(endpoint):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return clean | {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }


@pytest.fixture(scope="module")
def laptop(tmp_path_factory):
    state = tmp_path_factory.mktemp("local-aws")
    command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(state)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            ready = server.stdout.readline()
            assert ready.startswith("ready: "), ready
            endpoint = ready.split()[1]
            yield Laptop(endpoint, settings(endpoint))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(30)


@pytest.fixture
def wait_for():
    """Call a function until what it returns satisfies a test; for what runs by itself."""

    def wait(ask, good, seconds=180):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            answer = ask()
            if good(answer):
                return answer
            time.sleep(0.3)
        pytest.fail(f"still {answer!r} after {seconds} s")

    return wait
