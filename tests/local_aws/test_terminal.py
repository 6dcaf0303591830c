"""./pyntw in a terminal: what comes from data gives it no orders."""

import os
import pty
import subprocess
import sys

import pytest

from tests.local_aws.aws_server import ROOT, LocalAws, unique
from tests.local_aws.tasks import environment_of

DATABASE, WORK_GROUP = "etl_poc_database", "etl-poc-athena-group"
NASTY = "\x1b[31mred\x1b]8;;https://x.example\x07\x9b2J\u202e[bold]"


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """A server with the database and the work group that the task asks."""
    server = LocalAws(tmp_path_factory.mktemp("terminal") / "state").start()
    try:
        bucket = unique()
        location = {"LocationConstraint": server.client("s3").meta.region_name}
        server.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
        server.client("glue").create_database(DatabaseInput={"Name": DATABASE})
        server.client("athena").create_work_group(
            Name=WORK_GROUP,
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{bucket}/results/"}},
        )
        yield server
    finally:
        server.stop()


def in_terminal(server, task, sql):
    """What a terminal of 300 columns without colours gets, and the exit code."""
    environment = environment_of(server) | {"TERM": "dumb", "COLUMNS": "300"}
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "build.py"), task],
        stdin=subprocess.PIPE, stdout=follower, stderr=follower, env=environment, cwd=ROOT,
    )  # fmt: skip
    os.close(follower)
    process.stdin.write(sql.encode())
    process.stdin.close()
    printed = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux's way to say that the other side is closed
            break
        printed += piece
    os.close(leader)
    return printed.decode().replace("\r\n", "\n"), process.wait(60)


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_cell_gives_the_terminal_no_orders(asked, form):
    printed, code = in_terminal(asked, f"query[format={form}]", f"SELECT '{NASTY}' AS x")

    assert code == 0, printed
    assert [character for character in "\x1b\x07\x9b\u202e\r" if character in printed] == []
    assert r"\u001b[31mred" in printed if form == "json" else r"\x1b[31mred\x1b]8;;https://x.example\x07" in printed
    assert "[bold]" in printed


def test_the_server_s_words_give_the_terminal_no_orders(asked):
    printed, code = in_terminal(asked, "query", f'SELECT * FROM "{NASTY}"')

    assert code == 1
    assert "31mred" in printed
    assert [character for character in "\x1b\x07\x9b\u202e\r" if character in printed] == []


def test_a_pipe_gets_the_data(asked):
    answer = subprocess.run(
        [sys.executable, str(ROOT / "build.py"), "query[format=csv]"],
        input=f"SELECT '{NASTY}' AS x".encode(), env=environment_of(asked), cwd=ROOT, capture_output=True, check=True,
    )  # fmt: skip

    assert answer.stdout.decode() == f"x\n{NASTY}\n"
