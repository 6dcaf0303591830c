from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from rich.console import Console

from glue_client import failures, workflow_view, workflows
from glue_client.errors import DeployError
from glue_client.workflow_view import view
from tests.glue_client.workflow_answers import EXTRACTED, at, crawl, job_run, run


def drawn(answer, seconds):
    console = Console(width=100, color_system=None, record=True, file=open("/dev/null", "w"))  # noqa: PTH123, SIM115
    console.print(workflows.tree(view(answer), at(seconds)))
    return [line.rstrip() for line in console.export_text().splitlines()]


def test_the_tree_shows_states_and_seconds():
    answer = run(
        extract=[EXTRACTED],
        clean=[job_run("clean", "RUNNING", 14, attempt=1)],
        raw=[crawl("FAILED", 14, CompletedOn=at(18), ErrorMessage="no such bucket")],
        SucceededActions=1,
        RunningActions=1,
        FailedActions=1,
    )
    assert drawn(answer, 20) == [
        "etl-workflow  RUNNING  20 s",
        "└── start",
        "    └── extract job  SUCCEEDED  12 s",
        "        └── after-extract",
        "            ├── clean job  RUNNING  6.0 s  attempt 2",
        "            │   └── after-clean",
        "            │       └── repartition job  waiting",
        "            └── raw crawler  FAILED  4.0 s  no such bucket",
        "4 actions: 1 succeeded, 1 failed, 1 running, 1 not started",
    ]


def test_the_workflow_that_is_not_there_points_to_up(aws):
    with pytest.raises(DeployError) as caught:
        workflows.run(aws, "etl-workflow", {}, "./pyntw up")
    assert (caught.value.failed, caught.value.next_step) == (
        f"there is no workflow etl-workflow in {aws}",
        "./pyntw up",
    )


class Answers:
    """Glue and CloudWatch Logs after a run; `lines` is what the job logged, one event each."""

    region = "us-east-1"

    def __init__(self, looks, lines):
        self.looks, self.lines = list(looks), lines
        self.glue = self.logs = self

    def __str__(self):
        return "here"

    def start_workflow_run(self, **_):
        return {"RunId": "wr_1"}

    def get_workflow_run(self, **_):
        return {"Run": self.looks.pop(0)}

    def get_workflow_run_properties(self, **_):
        return {}

    def describe_log_streams(self, logGroupName, **_):  # noqa: N803 - AWS's name
        if not self.lines:
            raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "DescribeLogStreams")
        return {"logStreams": [{"logStreamName": logGroupName}]}

    def get_log_events(self, **_):
        return {"events": [{"message": line} for line in self.lines]}


def ended(message, lines, capsys, monkeypatch, *before):
    """What is printed, and the error, of a run whose job `clean` ends with this ErrorMessage."""
    monkeypatch.setattr(workflows, "time", SimpleNamespace(sleep=lambda _: None, monotonic=lambda: 0.0))
    failed = job_run("clean", "FAILED", 14, 20, attempt=len(before), ErrorMessage=message)
    last = run("COMPLETED", extract=[EXTRACTED], clean=[*before, failed], SucceededActions=1, FailedActions=1)
    looks = [run(extract=[EXTRACTED], clean=before[:number]) for number in range(1, len(before) + 1)]
    with pytest.raises(DeployError) as caught:
        workflows.run(Answers([*looks, last], lines), "etl-workflow", {})
    printed = capsys.readouterr()
    return printed.out + printed.err, str(caught.value)


def test_an_error_is_told_once(capsys, monkeypatch):
    message = "Error Category: UNCLASSIFIED_ERROR; Failed Line Number: 3; ValueError: 7 % rejected"
    lines = ["Traceback (most recent call last):", '  File "clean.py", line 3', "ValueError: 7 % rejected"]
    printed, error = ended(message, lines, capsys, monkeypatch)
    assert (printed + error).count("7 % rejected") == 1
    assert f"  seen: clean (job): FAILED: {message}\n" in error
    assert '  clean |   File "clean.py", line 3\n' in printed
    assert "--log-group-name /aws-glue/jobs/output --log-stream-name-prefix jr_clean_0" in error


def test_a_plan_below_the_first_line_is_left_to_the_error_message(capsys, monkeypatch):
    _, error = ended("AnalysisException: no column x;\n'Project ['x]\n+- Relation", [], capsys, monkeypatch)
    assert "seen: clean (job): FAILED: AnalysisException: no column x; … and 2 more lines of ErrorMessage\n" in error


def test_what_a_script_saw_and_says_to_do_is_told(capsys, monkeypatch):
    message = "CleanError: error: a.csv does not start so\n  seen: missing region\n  next: take it away"
    _, error = ended(message, [], capsys, monkeypatch)
    told = "CleanError: error: a.csv does not start so\n        seen: missing region\n        next: take it away\n"
    assert f"  seen: clean (job): FAILED: {told}" in error


def test_frames_of_java_do_not_hide_what_python_raised(capsys, monkeypatch):
    java = [f"\tat org.apache.spark.A$.b{number}(A.scala:1)" for number in range(30)]
    lines = ['  File "clean.py", line 3, in <lambda>', "ZeroDivisionError: division by zero", *java, "\t... 17 more"]
    printed, _ = ended("An error occurred while calling o1.parquet.", lines, capsys, monkeypatch)
    assert "  clean | ZeroDivisionError: division by zero\n" in printed
    assert "org.apache.spark.A" not in printed


def test_what_a_function_of_spark_raised_is_told_once_with_its_frames_alone(capsys, monkeypatch):
    message = (
        "Error Category: X; Failed Line Number: 3; An error occurred while calling o1.save. a.B: no (c.py line 3, in f)"
    )
    worker = ['  File "/…/pyspark/worker.py", line 1247, in main', "a.B: no"]
    own = [f"{failures.OF_FUNCTION}Traceback (most recent call last):", '  File "c.py", line 3, in f', "a.B: no"]
    printed, error = ended(message, [*worker, *own], capsys, monkeypatch)
    assert '  clean |   File "c.py", line 3, in f\n' in printed
    assert "worker.py" not in printed
    assert (printed + error).count("a.B: no") == 1


def test_what_logged_nothing_is_not_looked_for_in_the_logs(capsys, monkeypatch):
    _, error = ended("Concurrent runs exceeded for clean", [], capsys, monkeypatch)
    assert error.endswith("  next: aws glue get-job-run --job-name clean --run-id jr_clean_0")


def test_a_right_that_is_lacking_is_to_be_given(capsys, monkeypatch):
    denied = "AccessDenied: User: arn:aws:sts::1:assumed-role/R/s is not authorized to perform: s3:PutObject"
    _, error = ended(denied, ["x"], capsys, monkeypatch)
    assert f"seen: clean (job): FAILED: {denied}\n" in error
    assert "  next: allow that action in the policy of clean's role, or\n        aws logs filter-log-events " in error


def test_another_attempt_says_why_it_is_made(capsys, monkeypatch):
    first = job_run("clean", "FAILED", 13, 14, ErrorMessage="OSError: busy")
    printed, _ = ended("OSError: gone", [], capsys, monkeypatch, first)
    assert "job     clean FAILED after 6.0 s attempt 2 after OSError: busy\n" in printed


def test_a_workflow_of_ones_own_is_not_made_by_up(aws):
    with pytest.raises(DeployError) as caught:
        workflows.run(aws, "no-such-workflow", {})
    assert caught.value.next_step == "deploy the stack that makes it (aws cloudformation deploy)"


def test_changes_come_in_the_order_of_their_moments():
    raw = crawl("SUCCEEDED", 14, CompletedOn=at(20))
    before = view(run(extract=[EXTRACTED], clean=[job_run("clean", "STARTING", 14)], raw=[crawl("RUNNING", 14)]))
    now = view(run(extract=[EXTRACTED], clean=[job_run("clean", "RUNNING", 14)], raw=[raw]))
    told = [(moment, node.name) for moment, node, _ in workflows.in_order(before, now, at(21))]
    assert told == [(at(20), "raw"), (at(21), "clean")]
    later = view(run(extract=[EXTRACTED], clean=[job_run("clean", "SUCCEEDED", 14, 19)], raw=[raw]))
    assert [node.name for _, node, _ in workflows.in_order(before, later, at(22))] == ["clean", "raw"]
    assert [node.name for _, node, _ in workflows.in_order(None, before, at(15))] == ["extract", "clean", "raw"]


class Busy(Answers):
    """A workflow that may run once, and does."""

    def start_workflow_run(self, **_):
        raise ClientError({"Error": {"Code": "ConcurrentRunsExceededException", "Message": "m"}}, "StartWorkflowRun")

    def get_workflow_runs(self, **_):
        runs = [("wr_2", "RUNNING", 2), ("wr_3", "RUNNING", 3), ("wr_1", "RUNNING", 1), ("wr_4", "COMPLETED", 4)]
        return {"Runs": [{"WorkflowRunId": one, "Status": state, "StartedOn": at(s)} for one, state, s in runs]}


def test_a_run_that_goes_on_is_followed(capsys):
    over = run("COMPLETED", extract=[EXTRACTED], SucceededActions=1)
    workflows.run(Busy([over], []), "etl-workflow", {})
    printed = capsys.readouterr().out
    assert printed.startswith("etl-workflow runs already in here: nothing was started, run wr_3 is followed\n")
    assert "etl-workflow: COMPLETED in " in printed
    assert printed.splitlines()[-1].startswith("on AWS about $0.0005 (us-east-1")


def test_a_run_that_goes_on_is_not_taken_for_one_with_other_properties():
    with pytest.raises(DeployError, match="is running already") as caught:
        workflows.run(Busy([], []), "etl-workflow", {"day": "1"})
    assert "stop-workflow-run --name etl-workflow --run-id wr_3" in caught.value.next_step


def test_a_job_that_had_as_many_runs_as_it_may_says_what_is_in_the_way():
    node = workflow_view.Node("id", "job", "etl-clean", "FAILED", error="Max concurrent runs exceeded", run_id="jr_1")
    assert failures.where_to_look(node, None) == (
        "another run of etl-clean was going on: wait for it, or aws glue batch-stop-job-run --job-name etl-clean "
        "--job-run-ids jr_…; then start it again"
    )
