"""Spoiled requests to every service: each is answered, none with a 5xx, and the server is as before.

FUZZ_REQUESTS=20000 FUZZ_SEED=7 ./pyntw 'test[tests/fuzz]' sends more, or others.
"""

import json
import os
from pathlib import Path

from tests.fuzz.sending import send_again, send_cases, shown
from tests.local_aws.aws_server import LocalAws, unique, wait_until

REQUESTS = int(os.environ.get("FUZZ_REQUESTS", "4000"))
SEED = int(os.environ.get("FUZZ_SEED", "1"))
MOST_MEMORY_KB = 1_200_000
TEMPLATE = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}


def test_no_spoiled_request_brings_a_5xx_a_traceback_or_a_hang(fuzzed_aws: LocalAws, log_of: Path):
    report = send_cases(fuzzed_aws.endpoint, SEED, range(REQUESTS))
    bad = [again for outcome in report.bad if (again := send_again(fuzzed_aws.endpoint, outcome)).is_bad]
    bad += [outcome for outcome in report.bad if outcome.is_fault]
    assert not bad, "\n".join(shown(outcome, fuzzed_aws.endpoint, SEED) for outcome in bad[:20])
    assert sum(report.sent.values()) == REQUESTS
    assert "Traceback" not in log_of.read_text()
    assert fuzzed_aws.process.poll() is None
    assert _memory_kb(fuzzed_aws.pid) < MOST_MEMORY_KB
    _works(fuzzed_aws)


def _memory_kb(pid: int) -> int:
    status = Path(f"/proc/{pid}/status")
    if not status.exists():  # no Linux
        return 0
    return int(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmRSS")))


def _works(aws: LocalAws) -> None:
    """An object, a table and a stack are made, read and taken away."""
    bucket, name = aws.bucket(), unique("db")
    aws.put(bucket, "k", b"v")
    assert aws.get(bucket, "k") == b"v"
    glue = aws.client("glue")
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput={"Name": "t"})
    assert [table["Name"] for table in glue.get_tables(DatabaseName=name)["TableList"]] == ["t"]
    stacks, stack = aws.client("cloudformation"), unique("stack")
    stacks.create_stack(StackName=stack, TemplateBody=json.dumps(TEMPLATE))
    described = wait_until(
        lambda: stacks.describe_stacks(StackName=stack)["Stacks"][0],
        lambda found: not found["StackStatus"].endswith("IN_PROGRESS"),
    )
    assert described["StackStatus"] == "CREATE_COMPLETE"
    identity = described["StackId"]
    stacks.delete_stack(StackName=stack)
    wait_until(
        lambda: stacks.describe_stacks(StackName=identity)["Stacks"][0]["StackStatus"],
        lambda status: status == "DELETE_COMPLETE",
    )
