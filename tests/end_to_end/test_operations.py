"""The operations pipeline end to end, as a user runs it; a reader of the files of its own is the judge.

The tests are one story: files arrive, runs load them, two runs are killed, one lacks a right.
"""

import json

import pytest

from samples import operations
from tests import operations_read

BUCKET = "etl-poc-operations-000000000000-us-east-1"
SCRIPT = "glue_scripts/operations/load.py"
ROWS, SEED = 300, 3
COLUMNS = "custody, domain, operation_id, domain_load, payload, source_file, line_number, data_versao, id_carga"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Ten files: two whole loads, and half a third one."""
    folder = tmp_path_factory.mktemp("incoming")
    operations.write(folder, ROWS, SEED)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def pipeline(laptop):
    laptop.task("up[pipeline=operations]")
    return laptop


class Story:
    """What has arrived so far, and what is found of it."""

    def __init__(self, laptop):
        self.laptop, self.arrived = laptop, {}
        self.s3, self.glue = laptop.client("s3"), laptop.client("glue")

    def arrive(self, files):
        self.arrived |= files
        for name, content in files.items():
            self.s3.put_object(Bucket=BUCKET, Key=f"incoming/{name}", Body=content)

    def keys(self, prefix):
        found = self.s3.list_objects_v2(Bucket=BUCKET, Prefix=prefix).get("Contents", [])
        return sorted(one["Key"].removeprefix(prefix) for one in found)

    def scripts(self, change):
        """The deployed script, changed; the function that puts the right one back."""
        bucket = self.laptop.bucket("artifacts")
        text = self.s3.get_object(Bucket=bucket, Key=SCRIPT)["Body"].read()
        changed = change(text.decode())
        assert changed != text.decode()
        self.s3.put_object(Bucket=bucket, Key=SCRIPT, Body=changed)
        return lambda: self.s3.put_object(Bucket=bucket, Key=SCRIPT, Body=text)

    def run(self, workflow, wait_for):
        """Run a workflow; its job run."""
        run_id = self.glue.start_workflow_run(Name=workflow)["RunId"]
        ask = lambda: self.glue.get_workflow_run(Name=workflow, RunId=run_id, IncludeGraph=True)["Run"]  # noqa: E731
        run = wait_for(ask, lambda found: found["Status"] != "RUNNING")
        (job,) = [node for node in run["Graph"]["Nodes"] if node["Type"] == "JOB"]
        return job["JobDetails"]["JobRuns"][0], run["WorkflowRunProperties"]

    def log(self, run):
        logs = self.laptop.client("logs")
        group = {"logGroupName": "/aws-glue/jobs/output", "logStreamNamePrefix": run["Id"]}
        pages = logs.get_paginator("filter_log_events").paginate(**group)
        return [one["message"].rstrip() for page in pages for one in page["events"]]

    def items(self):
        pages = self.laptop.client("dynamodb").get_paginator("scan").paginate(TableName="etl-poc-operations")
        found = [operations_read.plain_item(one) for page in pages for one in page["Items"]]
        return {(one["custody_operation"], one["domain_load"]): one for one in found}

    def ask(self, sql):
        return json.loads(self.laptop.task("query[format=json]", stdin=sql).stdout)

    def check(self):
        """Everything holds what has arrived, each record once."""
        items, rejected = operations_read.whole(self.arrived)
        assert self.items() == {key: one for key, (one, *_) in items.items()}
        rows = self.ask(f"SELECT {COLUMNS} FROM operations.records")
        wanted = [
            {
                **{name: one[name] for name in ("custody", "domain", "operation_id", "domain_load", "payload")},
                "source_file": name,
                "line_number": number,
                "data_versao": version_on,
                "id_carga": one["load_id"],
            }
            for one, name, number, version_on in items.values()
        ]
        order = lambda row: (row["source_file"], row["line_number"])  # noqa: E731
        found = [{**row, "payload": json.loads(row["payload"])} for row in rows]
        assert sorted(found, key=order) == sorted(wanted, key=order)
        refused = self.ask("SELECT source_file, line_number, reason, raw_line FROM operations.rejected")
        assert {(one["source_file"], one["line_number"]): one["raw_line"] for one in refused} == {
            key: line.decode("utf-8", "replace") for key, line in rejected.items()
        }
        assert len(refused) == len(rejected)
        assert all(one["reason"] for one in refused)
        assert self.keys("incoming/") == self.keys("pending/") == []
        assert self.keys("processed/") == sorted(self.arrived)


@pytest.fixture(scope="module")
def story(pipeline):
    return Story(pipeline)


def named(made, start):
    return {name: content for name, content in made.items() if name.startswith(start)}


def test_a_first_load_is_found_in_dynamodb_and_in_the_tables(story, made, wait_for):
    story.arrive(named(made, "20260105"))
    run, properties = story.run("operations-online", wait_for)
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    story.check()
    log = story.log(run)
    assert "mode online" in log
    assert "4 files loaded, 4 moved, 0 moved that an earlier run had loaded" in log
    read = sum(1 for content in story.arrived.values() for _ in operations_read.lines(content))
    items, rejected = operations_read.whole(story.arrived)
    counts = {name: int(properties[f"operations.rows_{name}"]) for name in ("read", "written", "rejected", "replaced")}
    lost = read - len(items) - len(rejected)
    assert counts == {"read": read, "written": len(items), "rejected": len(rejected), "replaced": lost}
    assert min(counts.values()) > 0


def test_the_files_that_a_run_read_are_listed_in_its_temporary_folder(story):
    runs = story.glue.get_job_runs(JobName="operations-load")["JobRuns"]
    bucket = story.laptop.bucket("artifacts")
    place = f"temp/partitionlisting/operations-load/{runs[0]['Id']}/"
    [found] = [one["Key"] for one in story.s3.list_objects_v2(Bucket=bucket, Prefix=place)["Contents"]]
    [listed] = json.loads(story.s3.get_object(Bucket=bucket, Key=found)["Body"].read())
    assert sorted(listed["files"]) == [f"s3://{BUCKET}/incoming/{name}" for name in sorted(story.arrived)]


def test_the_table_of_the_catalog_is_the_stack_s_with_a_partition_a_load(story):
    table = story.glue.get_table(DatabaseName="operations", Name="records")["Table"]
    assert [(one["Name"], one["Type"]) for one in table["PartitionKeys"]] == [
        ("data_versao", "string"),
        ("id_carga", "string"),
    ]
    partitions = story.glue.get_partitions(DatabaseName="operations", TableName="records")["Partitions"]
    assert [one["Values"] for one in partitions] == [["2026-01-05", "202601050000001"]]
    files = story.keys("records/data_versao=2026-01-05/id_carga=202601050000001/")
    assert len(files) == 1
    assert files[0].endswith("snappy.parquet")


def test_a_run_that_is_killed_before_its_commit_has_moved_nothing(story, made, wait_for):
    story.arrive(named(made, "20260106"))
    put_back = story.scripts(lambda text: text.replace("    bookmark.commit()", "    __import__('os')._exit(9)"))
    run, _ = story.run("operations-online", wait_for)
    put_back()
    assert run["JobRunState"] == "FAILED"
    assert story.keys("incoming/") == sorted(named(made, "20260106"))
    assert story.keys("pending/") == [f"{run['Id']}.json"]


def test_the_next_run_loads_all_of_it_once_with_what_came_since(story, made, wait_for):
    story.arrive(named(made, "202601070000003-001"))
    run, _ = story.run("operations-batch", wait_for)
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    story.check()
    log = story.log(run)
    assert "mode batch" in log
    assert "5 files loaded, 5 moved, 0 moved that an earlier run had loaded" in log


def test_a_run_that_is_killed_after_its_commit_has_moved_nothing_either(story, made, wait_for):
    story.arrive(named(made, "202601070000003-002"))
    put_back = story.scripts(lambda text: text.replace("    moved = files.move(new)", "    __import__('os')._exit(9)"))
    run, _ = story.run("operations-batch", wait_for)
    put_back()
    assert run["JobRunState"] == "FAILED"
    assert story.keys("incoming/") == sorted(named(made, "202601070000003-002"))


def test_the_next_run_loads_nothing_and_moves_it(story, made, wait_for):
    before = story.keys("records/")
    run, _ = story.run("operations-online", wait_for)
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    assert "0 files loaded, 0 moved, 1 moved that an earlier run had loaded" in story.log(run)
    assert story.arrived == made
    story.check()
    assert story.keys("records/") == before


def test_the_table_in_dynamodb_is_as_it_was_asked_for(story):
    dynamodb = story.laptop.client("dynamodb")
    table = dynamodb.describe_table(TableName="etl-poc-operations")["Table"]
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["SSEDescription"]["Status"] == "ENABLED"
    backups = dynamodb.describe_continuous_backups(TableName="etl-poc-operations")["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    lives = dynamodb.describe_time_to_live(TableName="etl-poc-operations")["TimeToLiveDescription"]
    assert lives["TimeToLiveStatus"] == "DISABLED"


def test_nothing_runs_by_itself_until_it_is_told_to(story):
    triggers = {
        name: story.glue.get_trigger(Name=f"operations-{name}-start")["Trigger"] for name in ("online", "batch")
    }
    assert {name: (one["Type"], one["State"], one["Schedule"]) for name, one in triggers.items()} == {
        "online": ("SCHEDULED", "CREATED", "cron(0/10 * * * ? *)"),
        "batch": ("SCHEDULED", "CREATED", "cron(5 3 * * ? *)"),
    }


# From here on the role lacks a right.


def test_without_the_right_to_write_items_nothing_is_taken_for_loaded(story, wait_for):
    iam = story.laptop.client("iam")
    role = story.glue.get_job(JobName="operations-load")["Job"]["Role"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="load")["PolicyDocument"]
    less = [one for one in policy["Statement"] if one["Sid"] != "WriteItems"]
    assert len(less) == len(policy["Statement"]) - 1
    iam.put_role_policy(RoleName=role, PolicyName="load", PolicyDocument=json.dumps({**policy, "Statement": less}))
    before = story.items()
    name = min(story.arrived)
    story.s3.put_object(Bucket=BUCKET, Key=f"incoming/{name}", Body=story.arrived[name])
    run, _ = story.run("operations-batch", wait_for)
    assert run["JobRunState"] == "FAILED"
    assert any("is not authorized to perform: dynamodb:BatchWriteItem" in line for line in story.log(run))
    assert story.keys("incoming/") == [name]
    assert story.items() == before


# Last, since it takes the pipeline away.


def test_every_right_of_its_roles_is_needed_or_explained(pipeline):
    """By what the tests above have run: the record of the local AWS against policies and templates."""
    assert "\n".join(pipeline.without_need("operations", "operations")) == ""


def test_down_leaves_nothing_of_it(pipeline):
    pipeline.task("down[pipeline=operations,yes=true]")
    stacks = pipeline.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"]
    assert [one["StackName"] for one in stacks] == ["basic-infra"]
    assert BUCKET not in [one["Name"] for one in pipeline.client("s3").list_buckets()["Buckets"]]
    assert pipeline.client("dynamodb").list_tables()["TableNames"] == []
    glue = pipeline.client("glue")
    assert (glue.get_databases()["DatabaseList"], glue.list_jobs()["JobNames"], glue.list_workflows()["Workflows"]) == (
        [],
        [],
        [],
    )
