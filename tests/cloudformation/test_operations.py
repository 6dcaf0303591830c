"""The operations stack: bucket, tables, job, role, workflows and queries, as its template says them."""

import re

import pytest
from lakejobs.rejected import NUMBERED

from tests.cloudformation.conftest import without_key
from tests.cloudformation.test_jobs import GLUE_S_OWN, asked_for


@pytest.fixture(scope="module")
def resources(templates):
    return {key: without_key(one.get("Properties", {})) for key, one in templates["operations"]["Resources"].items()}


def columns(table):
    return {one["Name"]: one["Type"] for one in table["TableInput"]["StorageDescriptor"]["Columns"]}


def test_the_bucket_is_guarded_as_the_others(resources, of_type):
    other = of_type("AWS::S3::Bucket")["RawBucket"]
    same = ("BucketEncryption", "PublicAccessBlockConfiguration", "OwnershipControls", "VersioningConfiguration")
    assert {name: resources["OperationsBucket"][name] for name in same} == {
        name: without_key(other[name]) for name in same
    }
    [statement] = resources["OperationsBucketPolicy"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_items_are_paid_by_the_request_encrypted_kept_and_never_expire(resources):
    table = resources["ItemsTable"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert "TimeToLiveSpecification" not in table
    assert {one["AttributeName"]: one["KeyType"] for one in table["KeySchema"]} == {
        "custody_operation": "HASH",
        "domain_load": "RANGE",
    }


def test_tables_have_the_columns_that_the_job_writes(resources, root):
    keys = resources["RecordsTable"]["TableInput"]["PartitionKeys"]
    assert [(one["Name"], one["Type"]) for one in keys] == [("data_versao", "string"), ("id_carga", "string")]
    text = (root / "glue_scripts/operations/load.py").read_text()
    declared = dict(re.findall(r'^        "(\w+)": "(\w+)",$', text[text.index("COLUMNS = ") :], re.MULTILINE))
    assert {**columns(resources["RecordsTable"]), **{one["Name"]: one["Type"] for one in keys}} == declared
    assert list(declared)[-2:] == [one["Name"] for one in keys]
    assert columns(resources["RejectedTable"]) == dict(NUMBERED.items())


def test_the_job_gets_what_its_script_asks_for_and_keeps_bookmarks(resources, root):
    job = resources["LoadJob"]
    given = {name.removeprefix("--") for name in job["DefaultArguments"] if name not in GLUE_S_OWN}
    assert given | {"TempDir"} == asked_for(root / "glue_scripts/operations/load.py")
    assert job["DefaultArguments"]["--job-bookmark-option"] == "job-bookmark-enable"
    assert (job["GlueVersion"], job["MaxRetries"], job["ExecutionProperty"]) == ("5.1", 0, {"MaxConcurrentRuns": 1})
    shipped = job["DefaultArguments"]["--extra-py-files"]["Fn::Sub"][0]
    files = {f"operations{name}" for name in re.findall(r"\$\{Own\}(\w+\.py)", shipped)}
    there = {path.name for path in (root / "glue_scripts/operations").glob("*.py")}
    assert files | {"load.py"} == there
    assert shipped.startswith("${LakejobsWheel},")


def test_online_and_batch_are_told_apart_by_a_run_property_and_off_unless_asked_for(resources, templates):
    modes = {name: resources[f"{name}Workflow"]["DefaultRunProperties"] for name in ("Online", "Batch")}
    assert modes == {"Online": {"mode": "online"}, "Batch": {"mode": "batch"}}
    for name in modes:
        trigger = resources[f"{name}Trigger"]
        assert (trigger["Type"], trigger["Actions"]) == ("SCHEDULED", [{"JobName": {"Ref": "LoadJob"}}])
        assert trigger["WorkflowName"] == {"Ref": f"{name}Workflow"}
        assert trigger["StartOnCreation"] == {"Fn::If": ["RunsByItself", True, False]}
    parameters = templates["operations"]["Parameters"]
    assert parameters["Schedules"]["Default"] == "off"
    assert parameters["OnlineSchedule"]["Default"] == "cron(0/10 * * * ? *)"
    assert parameters["BatchSchedule"]["Default"] == "cron(5 3 * * ? *)"


def test_the_role_may_do_with_a_file_what_its_place_is_for(resources):
    found = {}
    for one in resources["LoadRole"]["Policies"][0]["PolicyDocument"]["Statement"]:
        for place in re.findall(r"\$\{OperationsBucket\.Arn\}/(\w+)", str(one["Resource"])):
            actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
            found.setdefault(place, set()).update(name.removeprefix("s3:") for name in actions)
    parts = {"AbortMultipartUpload", "ListMultipartUploadParts"}
    own = {"DeleteObject", "GetObject", "PutObject"}
    assert {place: actions - parts for place, actions in found.items()} == {
        "incoming": {"DeleteObject", "GetObject"},
        "processed": {"PutObject"},
        "pending": own,
        "records": own,
        "rejected": own,
    }


def test_queries_are_those_of_the_task_query(resources, root):
    queries = {one["Name"]: one["QueryString"] for one in resources.values() if "QueryString" in one}
    assert queries == {path.stem: path.read_text() for path in (root / "queries/operations").glob("*.sql")}


def test_everything_that_takes_tags_says_its_pipeline(templates):
    for key, one in templates["operations"]["Resources"].items():
        tags = one.get("Properties", {}).get("Tags")
        if one["Type"] in ("AWS::Glue::Job", "AWS::Glue::Workflow"):
            assert tags == {"pipeline": "operations"}, key
        elif one["Type"] in ("AWS::S3::Bucket", "AWS::DynamoDB::Table"):
            assert tags == [{"Key": "pipeline", "Value": "operations"}], key
