"""A shop's AWS account: its template deployed, its files in S3, and its jobs run, two at a time."""

import gzip
import json
import time
from collections import Counter
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, LocalAws, wait_until
from tests.scripts_of_others import data

HERE = Path(__file__).parent
ASSETS = f"aws-glue-assets-{ACCOUNT}-{REGION}"
STACK_SECONDS = 60
AT_A_TIME = 2


@dataclass
class Shop:
    """The account, and what is in its lake."""

    aws: LocalAws
    scratch: Path

    def keys(self, prefix):
        """The keys of the lake below a prefix."""
        return self.aws.keys("shop-lake", prefix)

    def records(self, prefix):
        """The JSON lines of the lake below a prefix, in the order of their text."""
        lines = []
        for key in self.keys(prefix):
            body = self.aws.get("shop-lake", key)
            lines += (gzip.decompress(body) if key.endswith(".gz") else body).decode().splitlines()
        return [json.loads(line) for line in sorted(lines)]

    def query(self, sql, prefix):
        """What DuckDB answers of the files below a prefix, which SQL calls `{files}`."""
        folder = self.scratch / f"{time.monotonic_ns()}"
        for key in self.keys(prefix):
            if "/_" in key:
                continue
            place = folder / key
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(self.aws.get("shop-lake", key))
        return duckdb.sql(sql.replace("{files}", f"'{folder}/{prefix}**'")).fetchall()

    def run(self, name):
        """Run a job to its end, by its workflow if it stands in one; return the JobRun."""
        if name != "workflow_step":
            return self.aws.run(name)
        glue = self.aws.client("glue")
        run_id = glue.start_workflow_run(Name="nightly", RunProperties={"asked_by": "a test"})["RunId"]
        wait_until(
            lambda: glue.get_workflow_run(Name="nightly", RunId=run_id)["Run"],
            lambda run: run["Status"] == "COMPLETED",
            240,
        )
        return glue.get_job_runs(JobName=name)["JobRuns"][0]


@pytest.fixture(scope="session")
def shop(tmp_path_factory):
    """The account, before any job has run."""
    folder = tmp_path_factory.mktemp("shop")
    aws = LocalAws(folder / "state").start()
    try:
        _deploy(aws)
        yield Shop(aws, folder)
    finally:
        aws.stop()


def _deploy(aws):
    stacks = aws.client("cloudformation")
    template = (HERE / "shop.yml").read_text()
    stacks.create_stack(StackName="shop", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])
    stack = wait_until(
        lambda: stacks.describe_stacks(StackName="shop")["Stacks"][0],
        lambda found: not found["StackStatus"].endswith("IN_PROGRESS"),
        STACK_SECONDS,
    )
    events = stacks.describe_stack_events(StackName="shop")["StackEvents"]
    assert stack["StackStatus"] == "CREATE_COMPLETE", [event.get("ResourceStatusReason") for event in events]
    for script in (HERE / "scripts").glob("*.py"):
        aws.put(ASSETS, f"scripts/{script.name}", script.read_bytes())
    files = {"shop-landing": data.objects(), "shop-lake": data.lake_objects(), ASSETS: data.asset_objects()}
    for bucket, objects in files.items():
        for key, body in objects.items():
            aws.put(bucket, key, body)
    table = aws.client("dynamodb")
    for cart in data.CARTS:
        lines = {"L": [{"S": line} for line in cart["lines"]]}
        item = {"cart": {"S": cart["cart"]}, "state": {"S": cart["state"]}, "total": {"N": str(cart["total"])}}
        table.put_item(TableName="shop-carts", Item=item | {"lines": lines})


def _script(test):
    return test.name.partition("[")[0].removeprefix("test_")


@pytest.fixture(scope="module")
def _runs(shop, request):
    """Script -> the run to come, for all tests of the file that were chosen."""
    chosen = [
        _script(item) for item in request.session.items if "run" in item.fixturenames and item.path == request.path
    ]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        runs: dict[str, Future] = {name: pool.submit(shop.run, name) for name in chosen}
        yield runs
        for run in runs.values():
            run.cancel()


@dataclass
class Run:
    """A run that succeeded."""

    job_run: dict
    printed: list


@pytest.fixture
def run(_runs, shop, request):
    """The run of the script that the test is called after, which succeeded."""
    job_run = _runs[_script(request.node)].result()
    printed = shop.aws.log(job_run)
    tail = "\n".join(shop.aws.log(job_run, "error")[-40:])
    assert job_run["JobRunState"] == "SUCCEEDED", f"{job_run.get('ErrorMessage')}\n{tail}"
    return Run(job_run, printed)


@pytest.fixture
def same():
    """Whether two lists hold the same dicts, in any order."""

    def texts(rows):
        return Counter(json.dumps(row, sort_keys=True, default=str) for row in rows)

    return lambda first, second: texts(first) == texts(second)
