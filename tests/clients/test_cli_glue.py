"""`aws glue` and `aws logs` on a local AWS: jobs, workflows, crawlers, the catalog; exit codes and error texts."""

import json

import pytest

from tests.local_aws.aws_server import allow, unique, wait_until

FAILED = 255  # of the CLI's first version, for an error that the service answered with
SCRIPT = """\
import sys, time, boto3
given = dict(zip(sys.argv[1:], sys.argv[2:]))
print("begun with", given["--word"], flush=True)
s3 = boto3.client("s3")
while "--until" in given and not s3.list_objects_v2(Bucket=given["--until"], Prefix="go").get("Contents"):
    time.sleep(0.05)
print("ended", flush=True)
"""


@pytest.fixture
def job(cli, local_aws, place, tmp_path):
    """A Python shell job that the CLI made; it ends when the object `go` is there, if its arguments ask for that."""
    name = unique("job")
    (tmp_path / "job.py").write_text(SCRIPT)
    cli("s3", "cp", str(tmp_path / "job.py"), place.uri("scripts/job.py"))
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": place.uri("scripts/job.py")}
    made = cli(
        *("glue", "create-job", "--name", name, "--role", local_aws.role(allow("*"))),
        *("--command", json.dumps(command), "--default-arguments", json.dumps({"--word": "default"})),
    )
    assert made == {"Name": name}
    return name


def started(cli, job, **arguments):
    values = json.dumps({f"--{key}": value for key, value in arguments.items()})
    return cli("glue", "start-job-run", "--job-name", job, "--arguments", values)["JobRunId"]


def ended(cli, local_aws, job, run):
    """Wait with boto3, which is quicker to start than the CLI; read with the CLI."""
    local_aws.wait_run(job, run)
    return cli("glue", "get-job-run", "--job-name", job, "--run-id", run)["JobRun"]


def test_a_job_runs_with_the_arguments_of_the_run(cli, local_aws, job):
    run = ended(cli, local_aws, job, started(cli, job, word="hello"))
    assert (run["JobRunState"], run["Arguments"]) == ("SUCCEEDED", {"--word": "hello"})
    events = cli(
        *("logs", "get-log-events", "--log-group-name", "/aws-glue/python-jobs/output"),
        *("--log-stream-name", run["Id"], "--start-from-head"),
    )["events"]
    assert [event["message"].strip() for event in events] == ["begun with hello", "ended"]


def test_the_log_can_be_followed_while_the_job_runs(cli, local_aws, job, place):
    run = started(cli, job, word="x", until=place.bucket)
    filters = ("--log-group-name", "/aws-glue/python-jobs/output", "--log-stream-names", run, "--interleaved")

    def told():
        done = cli.run("logs", "filter-log-events", *filters)  # the group is there with its first line
        return [event["message"].strip() for event in json.loads(done.stdout or '{"events": []}')["events"]]

    assert wait_until(told, bool, 60) == ["begun with x"]
    assert cli("glue", "get-job-run", "--job-name", job, "--run-id", run)["JobRun"]["JobRunState"] == "RUNNING"
    cli("s3", "cp", "-", place.uri("go"), stdin="x")
    assert ended(cli, local_aws, job, run)["JobRunState"] == "SUCCEEDED"
    assert told() == ["begun with x", "ended"]


def test_a_run_is_stopped(cli, local_aws, job, place):
    run = started(cli, job, word="x", until=place.bucket)
    wait_until(lambda: local_aws.log_lines("/aws-glue/python-jobs/output", run), bool, 60)
    answer = cli("glue", "batch-stop-job-run", "--job-name", job, "--job-run-ids", run)
    assert answer == {"SuccessfulSubmissions": [{"JobName": job, "JobRunId": run}], "Errors": []}
    assert ended(cli, local_aws, job, run)["JobRunState"] == "STOPPED"


def test_a_workflow_runs(cli, local_aws, job):
    name = unique("w")
    cli("glue", "create-workflow", "--name", name, "--default-run-properties", "a=1")
    start = ("--type", "ON_DEMAND", "--workflow-name", name, "--actions", f"JobName={job}")
    cli("glue", "create-trigger", "--name", f"{name}-start", *start)
    run = cli("glue", "start-workflow-run", "--name", name, "--run-properties", "b=2")["RunId"]
    glue = local_aws.client("glue")
    wait_until(lambda: glue.get_workflow_run(Name=name, RunId=run)["Run"]["Status"] != "RUNNING", bool, 60)
    done = cli("glue", "get-workflow-run", "--name", name, "--run-id", run, "--include-graph")["Run"]
    assert (done["Status"], done["Statistics"]["SucceededActions"]) == ("COMPLETED", 1)
    properties = cli("glue", "get-workflow-run-properties", "--name", name, "--run-id", run)["RunProperties"]
    assert properties == {"a": "1", "b": "2"}
    jobs = [node for node in done["Graph"]["Nodes"] if node["Type"] == "JOB"]
    assert [each["JobDetails"]["JobRuns"][0]["JobRunState"] for each in jobs] == ["SUCCEEDED"]


def test_a_crawler_makes_a_table(cli, local_aws, place):
    name = unique("crawler")
    cli("s3", "cp", "-", place.uri("t/p=1/1.csv"), stdin="id,name\n1,ann\n2,bob\n")
    targets = json.dumps({"S3Targets": [{"Path": place.uri("t/")}]})
    role = local_aws.role(allow("*"))
    cli(
        *("glue", "create-crawler", "--name", name, "--role", role),
        *("--database-name", place.database, "--targets", targets),
    )
    cli("glue", "start-crawler", "--name", name)
    glue = local_aws.client("glue")
    wait_until(lambda: glue.get_crawler(Name=name)["Crawler"]["State"] == "READY", bool, 60)
    crawl = cli("glue", "list-crawls", "--crawler-name", name)["Crawls"][0]
    assert crawl["State"] == "COMPLETED"
    query = "Table.[StorageDescriptor.Columns[].[Name,Type], PartitionKeys[].Name]"
    table = cli("glue", "get-table", "--database-name", place.database, "--name", "t", "--query", query)
    assert table == [[["id", "bigint"], ["name", "string"]], ["p"]]
    lines = cli("logs", "filter-log-events", "--log-group-name", "/aws-glue/crawlers", "--log-stream-names", name)
    assert lines["events"][0]["message"].startswith(f"[{crawl['CrawlId']}] BENCHMARK : Running Start Crawl")


def test_pages_are_put_together(cli, local_aws, place):
    for number in range(5):
        local_aws.client("glue").create_table(DatabaseName=place.database, TableInput={"Name": f"t{number}"})
    names = ("glue", "get-tables", "--database-name", place.database, "--query", "TableList[].Name")
    assert cli(*names, "--page-size", "2") == [f"t{number}" for number in range(5)]
    assert cli(*names, "--max-items", "3") == [f"t{number}" for number in range(3)]


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (
            ["start-job-run", "--job-name", "none"],
            "EntityNotFoundException",
            "Failed to start job run due to missing metadata.",
        ),
        (
            ["get-job", "--job-name", "none"],
            "EntityNotFoundException",
            "Job not found.",
        ),
        (
            ["start-crawler", "--name", "none"],
            "EntityNotFoundException",
            "Crawler with name none does not exist",
        ),
        (
            ["create-dev-endpoint", "--endpoint-name", "x", "--role-arn", "arn:aws:iam::000000000000:role/y"],
            "OperationNotSupportedException",
            "The operation CreateDevEndpoint is not supported by the local AWS",
        ),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(cli, words, code, text):
    operation = words[0].title().replace("-", "")
    line = f"An error occurred ({code}) when calling the {operation} operation: {text}"
    assert cli.error("glue", *words) == (FAILED, line)


def test_a_denied_user_is_told_what_is_missing(cli, local_aws):
    key = local_aws.user(allow("glue:GetJobs"))
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    denied = type(cli)({**cli.environment, **keys})
    code, last = denied.error("glue", "get-job", "--job-name", "x")
    assert code == FAILED
    assert "(AccessDeniedException) when calling the GetJob operation: User: arn:aws:iam::" in last
    assert "is not authorized to perform: glue:GetJob on resource: arn:aws:glue:" in last
