"""The server as its starter sees it: one port on loopback, one owner a state folder, an orderly end."""

import json
import signal
import socket
import stat
import subprocess
from pathlib import Path

import pytest

from local_aws.emulator import Scope
from local_aws.ending import stopping
from local_aws.glue.model import Crawl, JobRun, WorkflowRun
from local_aws.glue.recovery import close_unfinished
from local_aws.glue.store import Store
from tests.local_aws.aws_server import spawn, unique, wait_until

LISTEN = "0A"
SLEEPER = "import subprocess, time\nsubprocess.Popen(['sleep', '300'])\nprint('up', flush=True)\ntime.sleep(300)\n"


def sockets_of(pid):
    """Local address of each socket that a process listens on or has bound, from /proc/net."""
    inodes = {Path(link).readlink().name for link in Path(f"/proc/{pid}/fd").iterdir() if _is_socket(link)}
    found = []
    for table, states in (("tcp", [LISTEN]), ("tcp6", [LISTEN]), ("udp", None), ("udp6", None)):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_, inode = line.split()[:10]
            if f"socket:[{inode}]" in inodes and (states is None or state in states):
                address, _, port = local.partition(":")
                found.append((table, address, int(port, 16)))
    return found


def _is_socket(link):
    try:
        return str(link.readlink()).startswith("socket:")
    except FileNotFoundError:
        return False


def children_of(pid):
    """Process ids of everything that descends from a process."""
    listed = subprocess.run(["ps", "-e", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found, wave = set(), {pid}
    while wave := {child for child, parent in parents.items() if parent in wave} - found:
        found |= wave
    return found


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# Sockets


def test_listens_on_one_socket_on_loopback(local_aws):
    local_aws.run_script("pass")
    for service, operation in (
        ("iot", "list_things"),  # services of the emulator that may open sockets of their own
        ("lambda", "list_functions"),
        ("rds", "describe_db_instances"),
        ("events", "list_rules"),
        ("athena", "list_work_groups"),
    ):
        getattr(local_aws.client(service), operation)()
    assert sockets_of(local_aws.pid) == [("tcp", "0100007F", local_aws.port)]


def test_announces_itself_only_when_it_answers(fresh_local_aws):
    assert fresh_local_aws.client("sts").get_caller_identity()["Account"] == "000000000000"


def test_writes_where_it_listens_into_the_state_folder(local_aws):
    noted = json.loads((local_aws.state_dir / "server.json").read_text())
    assert noted == {"port": local_aws.port, "pid": local_aws.pid}


def test_keeps_its_state_from_other_users(local_aws):
    assert stat.S_IMODE(local_aws.state_dir.stat().st_mode) == 0o700


# What it refuses


def refusal(*arguments):
    process = spawn(*arguments, stderr=subprocess.PIPE)
    output, errors = process.communicate(timeout=60)
    return process.returncode, output, errors


def test_refuses_a_state_folder_that_another_server_uses(local_aws):
    code, output, errors = refusal(local_aws.state_dir)
    assert (code, output) == (1, "")
    assert errors == (
        f"error: another local AWS uses the state folder {local_aws.state_dir}\n"
        f'  seen: {{"port": {local_aws.port}, "pid": {local_aws.pid}}}\n'
        "  next: stop it, use it as it is, or name another state folder\n"
    )


def test_refuses_a_port_in_use(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, output, errors = refusal(tmp_path / "state", port)
    assert (code, output) == (1, "")
    assert errors == (
        f"error: cannot listen on 127.0.0.1:{port}\n  seen: Address already in use\n  next: name another port\n"
    )


def test_a_refused_start_leaves_the_running_server_alone(local_aws):
    refusal(local_aws.state_dir)
    assert json.loads((local_aws.state_dir / "server.json").read_text())["pid"] == local_aws.pid
    assert local_aws.client("sts").get_caller_identity()["Account"] == "000000000000"


DAMAGED = {
    "database": ("glue.sqlite", b"no database" * 100, "file is not a database"),
    "state": ("emulator/emulator.sqlite", b"no database" * 100, "file is not a database"),
    "state of earlier versions": (
        "emulator/iam.json",
        b'{"half',
        "Unterminated string starting at: line 1 column 2 (char 1)",
    ),
}


@pytest.mark.parametrize(("name", "content", "seen"), DAMAGED.values(), ids=DAMAGED.keys())
def test_refuses_a_damaged_state_file_and_leaves_it_as_it_is(tmp_path, name, content, seen):
    file = tmp_path / "state" / name
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    code, output, errors = refusal(tmp_path / "state")
    assert (code, output) == (1, "")
    assert errors == (
        f"error: the state file {file} cannot be read; nothing was changed\n"
        f"  seen: {seen}\n"
        "  next: put a copy of it back, or move it away to begin without what it held\n"
    )
    assert file.read_bytes() == content


def test_refuses_a_database_with_a_damaged_page(fresh_local_aws):
    fresh_local_aws.job("pass")
    fresh_local_aws.stop()
    file = fresh_local_aws.state_dir / "glue.sqlite"
    content = bytearray(file.read_bytes())
    content[4096:8192] = b"\xff" * 4096
    file.write_bytes(content)
    code, _, errors = refusal(fresh_local_aws.state_dir)
    assert code == 1
    assert errors.startswith(f"error: the state file {file} cannot be read; nothing was changed\n  seen: ")
    assert file.read_bytes() == content


def test_refuses_a_state_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    code, output, errors = refusal(tmp_path / "file" / "state")
    assert (code, output) == (1, "")
    assert errors == (
        f"error: the state folder {tmp_path}/file/state cannot be used\n"
        f"  seen: Not a directory: {tmp_path}/file/state\n"
        "  next: make room or give this user the rights to it, or name another state folder\n"
    )


# How it ends


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_exit_code_0(fresh_local_aws, number):
    assert fresh_local_aws.stop(number) == 0
    assert not (fresh_local_aws.state_dir / "server.json").exists()


WAITING = (
    "stopping: requests are answered no more; waiting for {} to end, about 10 s at most; Ctrl-C again ends at once"
)
SIGNALS_IGNORED = "import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"


def test_ctrl_c_says_what_it_waits_for_and_again_ends_at_once(fresh_local_aws):
    job, run, processes = running_job(fresh_local_aws, SIGNALS_IGNORED + SLEEPER)
    bucket = fresh_local_aws.bucket()
    fresh_local_aws.process.send_signal(signal.SIGINT)
    assert fresh_local_aws.process.stdout.readline() == (f"{WAITING.format('1 run')}\n")
    fresh_local_aws.process.send_signal(signal.SIGINT)
    assert fresh_local_aws.process.wait(5) == 130  # less than the job is waited for
    wait_until(lambda: [pid for pid in processes if is_alive(pid)], lambda left: not left, 5)
    assert not (fresh_local_aws.state_dir / "server.json").exists()
    ended = fresh_local_aws.start().job_run(job, run)
    assert (ended["JobRunState"], ended["ErrorMessage"]) == ("FAILED", "The local AWS ended while this ran")
    assert bucket in [one["Name"] for one in fresh_local_aws.client("s3").list_buckets()["Buckets"]]


def test_whoever_was_told_to_wait_is_told_the_end(fresh_local_aws):
    running_job(fresh_local_aws, SLEEPER)
    fresh_local_aws.process.send_signal(signal.SIGINT)
    assert fresh_local_aws.process.wait(30) == 0
    assert fresh_local_aws.process.stdout.read().splitlines() == [
        WAITING.format("1 run"),
        "stopped: runs that were cut short are FAILED, and all that was answered is kept",
    ]


@pytest.mark.parametrize(
    ("runs", "line"),
    [
        (0, "stopping"),
        (1, WAITING.format("1 run")),
        (3, WAITING.format("3 runs")),
    ],
)
def test_the_number_of_runs_is_said(runs, line):
    assert stopping(runs) == line


def running_job(aws, script=SLEEPER):
    """Start a job that has a child of its own; return the ids of all processes below the server."""
    job = aws.job(script)
    run = aws.start_run(job)
    aws.client("athena").list_work_groups()  # Athena begins when it is first asked
    wait_until(lambda: aws.log(aws.job_run(job, run)))
    # The script, its child, and the process that Athena's queries come from.
    processes = wait_until(lambda: children_of(aws.pid), lambda found: len(found) == 3)
    return job, run, processes


def test_sigterm_ends_what_runs_too(fresh_local_aws):
    job, run, processes = running_job(fresh_local_aws)
    assert fresh_local_aws.stop() == 0
    wait_until(lambda: [pid for pid in processes if is_alive(pid)], lambda left: not left, 5)
    ended = fresh_local_aws.start().job_run(job, run)
    assert ended["JobRunState"] == "FAILED"
    assert ended["ErrorMessage"] == "The local AWS ended while this ran"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_workflow_that_the_end_cuts_short_is_in_error_and_goes_no_further(fresh_local_aws, number):
    glue, name = fresh_local_aws.client("glue"), unique("flow")
    first, second = fresh_local_aws.job(SLEEPER), fresh_local_aws.job("print('second')")
    glue.update_job(JobName=first, JobUpdate={**_settings(glue, first), "MaxRetries": 1})
    glue.create_workflow(Name=name)
    glue.create_trigger(Name=f"{name}-1", WorkflowName=name, Type="ON_DEMAND", Actions=[{"JobName": first}])
    failed = {"LogicalOperator": "EQUALS", "JobName": first, "State": "FAILED"}
    glue.create_trigger(
        Name=f"{name}-2",
        WorkflowName=name,
        Type="CONDITIONAL",
        StartOnCreation=True,
        Predicate={"Conditions": [failed]},
        Actions=[{"JobName": second}],
    )
    run = glue.start_workflow_run(Name=name)["RunId"]
    [job_run] = wait_until(lambda: glue.get_job_runs(JobName=first)["JobRuns"])
    wait_until(lambda: fresh_local_aws.log(fresh_local_aws.job_run(first, job_run["Id"])))
    fresh_local_aws.stop(number)
    glue = fresh_local_aws.start().client("glue")
    ended = glue.get_workflow_run(Name=name, RunId=run)["Run"]
    assert (ended["Status"], ended["ErrorMessage"]) == ("ERROR", "The local AWS ended while this ran")
    runs = [(entry["JobRunState"], entry["ErrorMessage"]) for entry in glue.get_job_runs(JobName=first)["JobRuns"]]
    assert runs == [("FAILED", "The local AWS ended while this ran")]
    assert glue.get_job_runs(JobName=second)["JobRuns"] == []


def _settings(glue, name):
    job = glue.get_job(JobName=name)["Job"]
    return {field: job[field] for field in ("Role", "Command", "MaxCapacity")}


def test_after_a_kill_what_ran_is_failed_with_that_reason(fresh_local_aws):
    job, run, _ = running_job(fresh_local_aws)
    fresh_local_aws.stop(signal.SIGKILL)
    ended = fresh_local_aws.start().job_run(job, run)
    assert ended["JobRunState"] == "FAILED"
    assert ended["ErrorMessage"] == "The local AWS ended while this ran"


def test_after_a_kill_no_process_of_a_job_is_left(fresh_local_aws):
    _, _, processes = running_job(fresh_local_aws)
    fresh_local_aws.stop(signal.SIGKILL)
    fresh_local_aws.start()
    wait_until(lambda: not any(is_alive(pid) for pid in processes))


def test_after_a_kill_a_job_that_will_not_end_is_ended_by_the_next_start(fresh_local_aws):
    script = (
        "import os, signal, subprocess, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(os.getpid(), subprocess.Popen(['sleep', '300']).pid, flush=True)\n"
        "time.sleep(300)\n"
    )
    job = fresh_local_aws.job(script)
    run = fresh_local_aws.start_run(job)
    lines = wait_until(lambda: fresh_local_aws.log(fresh_local_aws.job_run(job, run)))
    fresh_local_aws.stop(signal.SIGKILL)
    processes = lines[0].split()
    assert [is_alive(pid) for pid in processes] == [True, True]
    fresh_local_aws.start()
    assert [pid for pid in processes if is_alive(pid)] == []
    assert fresh_local_aws.job_run(job, run)["JobRunState"] == "FAILED"


# Records of what was cut short


@pytest.fixture
def store(tmp_path):
    opened = Store(tmp_path / "glue.sqlite")
    yield opened
    opened.close()


def test_each_kind_of_run_that_was_cut_short_is_closed(store, tmp_path):
    scope = Scope("000000000000", "eu-west-1")
    job = JobRun(Id="jr_1", JobName="j", JobRunState="RUNNING", StartedOn=1.0, LastModifiedOn=1.0)
    crawl = Crawl(CrawlId="c1", CrawlerName="c", State="RUNNING", StartedOn=1.0)
    workflow = WorkflowRun(WorkflowRunId="wr_1", Name="w", Status="RUNNING", StartedOn=1.0)
    for run in (job, crawl, workflow):
        store.put_run(scope, run)
    close_unfinished(store, tmp_path / "runs")
    assert list(store.unfinished()) == []
    assert store.run(scope, JobRun, "jr_1").JobRunState == "FAILED"
    assert store.run(scope, Crawl, "c1").State == "FAILED"
    assert store.run(scope, WorkflowRun, "wr_1").Status == "ERROR"
