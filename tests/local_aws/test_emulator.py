"""What local_aws/emulator relies on of the embedded AWS: one test for each thing that is not its public interface.

When an upgrade of ministack breaks one of these, its name says what emulator/ must do differently.
"""

import json
import os
import signal
import textwrap
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from botocore.exceptions import ClientError

from local_aws import emulator
from local_aws.emulator.gate import doors
from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique, wait_until

ARN = f"arn:aws:glue:{REGION}:{ACCOUNT}:"


def deploy(aws, stack, resources, call="create_stack"):
    """Create or update a stack of these resources and wait; return its status."""
    cloudformation = aws.client("cloudformation")
    getattr(cloudformation, call)(
        StackName=stack, TemplateBody=json.dumps({"Resources": resources}), Capabilities=["CAPABILITY_IAM"]
    )
    return wait_until(
        lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"],
        lambda status: not status.endswith("IN_PROGRESS"),
    )


def workflow(**properties):
    return {"Flow": {"Type": "AWS::Glue::Workflow", "Properties": properties}}


# Plug-ins


def test_a_plugged_service_answers_instead_of_the_emulators(local_aws):
    glue = local_aws.client("glue")
    glue.create_workflow(Name=(name := unique()))
    glue.create_trigger(Name=unique(), Type="ON_DEMAND", WorkflowName=name, Actions=[{"JobName": "absent"}])
    run = glue.start_workflow_run(Name=name)["RunId"]  # the emulator's own run would stay RUNNING for ever
    assert wait_until(lambda: glue.get_workflow_run(Name=name, RunId=run)["Run"]["Status"] != "RUNNING")


def test_a_plugged_service_hands_requests_on(local_aws):
    glue = local_aws.client("glue")
    glue.create_database(DatabaseInput={"Name": (name := unique("db"))})
    assert glue.get_database(Name=name)["Database"]["CatalogId"] == ACCOUNT


def test_a_resource_type_is_created_updated_and_deleted(local_aws):
    glue, stack = local_aws.client("glue"), unique("stack")
    assert deploy(local_aws, stack, workflow(Name=stack, Description="first")) == "CREATE_COMPLETE"
    created = glue.get_workflow(Name=stack)["Workflow"]
    assert created["Description"] == "first"
    assert deploy(local_aws, stack, workflow(Name=stack, Description="second"), "update_stack") == "UPDATE_COMPLETE"
    updated = glue.get_workflow(Name=stack)["Workflow"]
    assert (updated["Description"], updated["CreatedOn"]) == ("second", created["CreatedOn"])
    local_aws.client("cloudformation").delete_stack(StackName=stack)
    wait_until(lambda: stack not in glue.list_workflows()["Workflows"])


def test_a_property_of_the_replacement_rule_replaces_the_resource(local_aws):
    glue, stack = local_aws.client("glue"), unique("stack")
    deploy(local_aws, stack, workflow(Name=f"{stack}-a"))
    assert deploy(local_aws, stack, workflow(Name=f"{stack}-b"), "update_stack") == "UPDATE_COMPLETE"
    ours = [name for name in glue.list_workflows()["Workflows"] if name.startswith(stack)]
    assert ours == [f"{stack}-b"]


def test_a_resource_that_keeps_its_name_cannot_be_replaced(local_aws):
    glue, stack = local_aws.client("glue"), unique("stack")
    glue.create_workflow(Name=(first := unique()))
    glue.create_workflow(Name=(second := unique()))

    def trigger(flow):
        properties = {"Name": stack, "Type": "ON_DEMAND", "Actions": [{"JobName": "j"}], "WorkflowName": flow}
        return {"Start": {"Type": "AWS::Glue::Trigger", "Properties": properties}}

    assert deploy(local_aws, stack, trigger(first)) == "CREATE_COMPLETE"
    assert deploy(local_aws, stack, trigger(second), "update_stack") == "UPDATE_ROLLBACK_COMPLETE"
    events = local_aws.client("cloudformation").describe_stack_events(StackName=stack)["StackEvents"]
    assert (
        f"CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {stack} and "
        "update the stack again."
    ) in [event.get("ResourceStatusReason") for event in events]


def test_a_resource_without_a_name_gets_cloudformations(local_aws):
    stack = unique("stack")
    deploy(local_aws, stack, workflow())
    resource = local_aws.client("cloudformation").describe_stack_resources(StackName=stack)["StackResources"][0]
    assert resource["PhysicalResourceId"].startswith(f"{stack}-Flow-")
    assert resource["PhysicalResourceId"] in local_aws.client("glue").list_workflows()["Workflows"]


# Sessions of roles


IDENTITY = textwrap.dedent(
    """
    import boto3, json, sys
    bucket = sys.argv[sys.argv.index("--bucket") + 1]
    s3 = boto3.client("s3")
    def code(call, **params):
        try:
            call(**params)
        except Exception as error:
            return str(error)
    print(json.dumps({
        "identity": boto3.client("sts").get_caller_identity()["Arn"],
        "account": boto3.client("sts").get_caller_identity()["Account"],
        "mine": s3.get_object(Bucket=bucket, Key="mine/a")["Body"].read().decode(),
        "other": code(s3.get_object, Bucket=bucket, Key="other/a"),
        "put": code(s3.put_object, Bucket=bucket, Key="mine/b", Body=b""),
    }))
    """
)


@pytest.fixture(scope="module")
def seen_by_a_role(local_aws):
    """What a job sees whose role may read `mine/` of a bucket; and that role."""
    bucket = local_aws.bucket()
    local_aws.put(bucket, "mine/a", "A")
    local_aws.put(bucket, "other/a", "B")
    readable = [f"arn:aws:s3:::{bucket}/{prefix}/*" for prefix in ("mine", "scripts")]
    role = local_aws.role(allow("s3:GetObject", *readable), allow("logs:*"))
    run = local_aws.run_script(IDENTITY, role=role, bucket=bucket, arguments={"--bucket": bucket})
    assert run["JobRunState"] == "SUCCEEDED", run
    return json.loads(local_aws.log(run)[0]) | {"role": role.rpartition("/")[2], "bucket": bucket}


def test_an_assumed_role_is_who_it_says(seen_by_a_role):
    role = seen_by_a_role["role"]
    assert seen_by_a_role["identity"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/GlueJobRunnerSession"
    assert seen_by_a_role["account"] == ACCOUNT


def test_s3_lets_a_role_do_what_its_policy_allows(seen_by_a_role):
    assert seen_by_a_role["mine"] == "A"


@pytest.mark.parametrize(("call", "action", "key"), [("other", "GetObject", "other/a"), ("put", "PutObject", "mine/b")])
def test_s3_denies_a_role_the_rest_by_name(seen_by_a_role, call, action, key):
    role, bucket = seen_by_a_role["role"], seen_by_a_role["bucket"]
    assert seen_by_a_role[call].startswith(
        f"An error occurred (AccessDenied) when calling the {action} operation: "
        f"User: arn:aws:sts::{ACCOUNT}:assumed-role/{role}/GlueJobRunnerSession is not authorized to perform: "
        f"s3:{action} on resource: "
    )
    assert f'"arn:aws:s3:::{bucket}/{key}"' in seen_by_a_role[call]


def trust(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def glue_may_assume(**changes):
    return {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole", **changes}


TRUSTS = {
    "glue": (True, [glue_may_assume()]),
    "glue among others": (True, [glue_may_assume(Principal={"Service": ["ec2.amazonaws.com", "glue.amazonaws.com"]})]),
    "another service": (False, [glue_may_assume(Principal={"Service": "lambda.amazonaws.com"})]),
    "the account only": (False, [glue_may_assume(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})]),
    "another action": (False, [glue_may_assume(Action="sts:TagSession")]),
    "denied in a second statement": (False, [glue_may_assume(), glue_may_assume(Effect="Deny")]),
    "a service after an account": (
        True,
        [glue_may_assume(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), glue_may_assume()],
    ),
}


@pytest.mark.parametrize(("usable", "statements"), TRUSTS.values(), ids=TRUSTS.keys())
def test_a_role_is_usable_when_it_trusts_glue(local_aws, usable, statements):
    name = unique("role")
    local_aws.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=trust(*statements))
    run = local_aws.run_script("pass", role=f"arn:aws:iam::{ACCOUNT}:role/{name}")
    unable = f"Service is unable to assume provided role arn:aws:iam::{ACCOUNT}:role/{name}"
    assert run["ErrorMessage"].startswith(unable) == (not usable)


def test_an_absent_role_is_not_usable(local_aws):
    job = local_aws.job("pass", role=local_aws.role(name=(name := unique("role"))))
    local_aws.client("iam").delete_role(RoleName=name)
    assert local_aws.run(job)["ErrorMessage"] == (
        f"Service is unable to assume provided role arn:aws:iam::{ACCOUNT}:role/{name}. "
        "Please verify role's TrustPolicy"
    )


# IAM's view of Glue


@pytest.fixture(scope="module")
def glue_things(local_aws):
    glue = local_aws.client("glue")
    names = {kind: unique(kind) for kind in ("db", "table", "other")}
    glue.create_database(DatabaseInput={"Name": names["db"]})
    for table in ("table", "other"):
        glue.create_table(DatabaseName=names["db"], TableInput={"Name": names[table]})
    return names


def test_glue_operations_are_checked_on_the_resource_that_they_name(local_aws):
    user = local_aws.user(allow("glue:GetCrawler", f"{ARN}crawler/a"))
    glue = local_aws.client("glue", user)
    assert error_of(glue.get_crawler, Name="a").startswith("EntityNotFoundException: ")
    denied = error_of(glue.get_crawler, Name="b")
    assert denied.startswith("AccessDeniedException: User: arn:aws:iam::")
    assert f"is not authorized to perform: glue:GetCrawler on resource: {ARN}crawler/b" in denied


@pytest.mark.parametrize("left_out", ["catalog", "database", "table", None])
def test_a_table_takes_catalog_database_and_table_together(local_aws, glue_things, left_out):
    db, table = glue_things["db"], glue_things["table"]
    needed = {"catalog": "catalog", "database": f"database/{db}", "table": f"table/{db}/{table}"}
    user = local_aws.user(allow("glue:GetTable", *(ARN + arn for kind, arn in needed.items() if kind != left_out)))
    answer = error_of(local_aws.client("glue", user).get_table, DatabaseName=db, Name=table)
    if left_out is None:
        assert answer == ""
    else:
        assert answer.startswith("AccessDeniedException: ")
        assert f"glue:GetTable on resource: {ARN}{needed[left_out]}" in answer


def test_the_right_to_one_table_is_none_to_another(local_aws, glue_things):
    db = glue_things["db"]
    granted = [ARN + arn for arn in ("catalog", f"database/{db}", f"table/{db}/{glue_things['table']}")]
    glue = local_aws.client("glue", local_aws.user(allow("glue:GetTable", *granted)))
    denied = error_of(glue.get_table, DatabaseName=db, Name=glue_things["other"])
    assert f"glue:GetTable on resource: {ARN}table/{db}/{glue_things['other']}" in denied


def test_a_policy_may_name_the_namespace_of_metrics(local_aws):
    mine = {"StringEquals": {"cloudwatch:namespace": "Mine"}}
    metrics = local_aws.client("cloudwatch", local_aws.user(allow("cloudwatch:PutMetricData", Condition=mine)))
    datum = {"MetricName": "m", "Value": 1.0}
    assert error_of(metrics.put_metric_data, Namespace="Mine", MetricData=[datum]) == ""
    assert error_of(metrics.put_metric_data, Namespace="Other", MetricData=[datum]).startswith("AccessDenied")


# S3


@pytest.mark.parametrize("left", ["an object", "an old version", "nothing"])
def test_a_stack_deletes_a_bucket_only_when_it_is_empty(local_aws, left):
    stack, s3, cloudformation = unique("stack"), local_aws.client("s3"), local_aws.client("cloudformation")
    versioning = {"VersioningConfiguration": {"Status": "Enabled"}}
    deploy(local_aws, stack, {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": versioning}})
    resource = cloudformation.describe_stack_resources(StackName=stack)["StackResources"][0]
    bucket = resource["PhysicalResourceId"]
    if left != "nothing":
        local_aws.put(bucket, "k", "x")
    if left == "an old version":
        s3.delete_object(Bucket=bucket, Key="k")
    cloudformation.delete_stack(StackName=stack)
    status = wait_until(
        lambda: cloudformation.describe_stacks(StackName=resource["StackId"])["Stacks"][0]["StackStatus"],
        lambda status: status.startswith("DELETE_") and not status.endswith("IN_PROGRESS"),
    )
    assert status == ("DELETE_COMPLETE" if left == "nothing" else "DELETE_FAILED")
    assert (bucket in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]) == (left != "nothing")


def test_loopback_counts_as_tls(local_aws):
    bucket = local_aws.bucket()
    arns = [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"]
    denial = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": arns,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    local_aws.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    )
    user = local_aws.user(allow("s3:*", *arns))  # a bucket's policy does not bind the root user here
    assert error_of(local_aws.client("s3", user).put_object, Bucket=bucket, Key="k", Body=b"") == ""
    denial["Condition"]["Bool"]["aws:SecureTransport"] = "true"
    local_aws.client("s3").put_bucket_policy(
        Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denial]})
    )
    assert error_of(local_aws.client("s3", user).put_object, Bucket=bucket, Key="k", Body=b"").startswith(
        "AccessDenied"
    )


def object_path(aws, bucket, key):
    return aws.state_dir / "s3" / ACCOUNT / bucket / key


def test_an_object_lies_in_a_file_of_its_own(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "a/b=c/é.txt", b"bytes")
    assert object_path(local_aws, bucket, "a/b=c/é.txt").read_bytes() == b"bytes"


@pytest.mark.parametrize("versioned", [False, True], ids=["plain", "versioned"])
@pytest.mark.parametrize("change", ["overwrite", "delete", "copy", "multipart"])
def test_a_hard_link_keeps_the_bytes_of_an_object_that_changes(local_aws, versioned, change):
    bucket, s3 = local_aws.bucket(versioned=versioned), local_aws.client("s3")
    local_aws.put(bucket, "k", b"old")
    link = local_aws.state_dir / unique("link")  # on the same disk
    link.hardlink_to(object_path(local_aws, bucket, "k"))
    link.chmod(0o400)
    if change == "overwrite":
        local_aws.put(bucket, "k", b"new")
    elif change == "delete":
        s3.delete_object(Bucket=bucket, Key="k")
    elif change == "copy":
        local_aws.put(bucket, "new", b"new")
        s3.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "new"})
    else:
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"new")
        parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
        s3.complete_multipart_upload(Bucket=bucket, Key="k", UploadId=upload, MultipartUpload=parts)
    assert link.read_bytes() == b"old"
    if change == "delete":
        assert error_of(s3.get_object, Bucket=bucket, Key="k").startswith("NoSuchKey")
    else:
        assert local_aws.get(bucket, "k") == b"new"
    if versioned:
        versions = s3.list_object_versions(Bucket=bucket, Prefix="k")["Versions"]
        first = min((entry for entry in versions if entry["Key"] == "k"), key=lambda entry: entry["LastModified"])
        body = s3.get_object(Bucket=bucket, Key="k", VersionId=first["VersionId"])["Body"].read()
        assert body == b"old"


# Logs


def test_log_lines_are_kept_in_order_and_groups_made_as_needed(local_aws):
    run = local_aws.run_script("print('one')\nprint('two', flush=True)\nimport sys\nprint('three', file=sys.stderr)\n")
    assert run["LogGroupName"] == "/aws-glue/python-jobs"
    assert local_aws.log(run) == ["one", "two"]
    assert local_aws.log(run, "error") == ["three"]


# State


def everything(aws, names):
    """What a restart must not lose."""
    s3, glue, iam = aws.client("s3"), aws.client("glue"), aws.client("iam")
    stack = aws.client("cloudformation").describe_stacks(StackName=names["stack"])["Stacks"][0]
    table = glue.get_table(DatabaseName=names["db"], Name="t")["Table"]
    return {
        "stack": (stack["StackStatus"], stack["StackId"]),
        "stack resources": [
            (resource["LogicalResourceId"], resource["PhysicalResourceId"])
            for resource in aws.client("cloudformation").describe_stack_resources(StackName=names["stack"])[
                "StackResources"
            ]
        ],
        "bucket policy": json.loads(s3.get_bucket_policy(Bucket=names["bucket"])["Policy"]),
        "versioning": s3.get_bucket_versioning(Bucket=names["bucket"])["Status"],
        "encryption": s3.get_bucket_encryption(Bucket=names["bucket"])["ServerSideEncryptionConfiguration"],
        "public access": s3.get_public_access_block(Bucket=names["bucket"])["PublicAccessBlockConfiguration"],
        "lifecycle": s3.get_bucket_lifecycle_configuration(Bucket=names["bucket"])["Rules"],
        "objects": [
            (entry["Key"], entry["ETag"], entry["VersionId"])
            for entry in s3.list_object_versions(Bucket=names["bucket"])["Versions"]
        ],
        "object": aws.get(names["bucket"], "k"),
        "metadata": s3.head_object(Bucket=names["bucket"], Key="k")["Metadata"],
        "table": (table["StorageDescriptor"]["Columns"], table["Parameters"]),
        "partitions": [
            entry["Values"] for entry in glue.get_partitions(DatabaseName=names["db"], TableName="t")["Partitions"]
        ],
        "workflow": glue.get_workflow(Name=names["stack"])["Workflow"]["Name"],
        "role policy": iam.get_role_policy(RoleName=names["role"], PolicyName="p")["PolicyDocument"],
        "log group": [group["logGroupName"] for group in aws.client("logs").describe_log_groups()["logGroups"]],
        "log": aws.log_lines("/aws-glue/python-jobs/output", names["run"]),
        "work group": aws.client("athena").get_work_group(WorkGroup=names["stack"])["WorkGroup"]["Configuration"],
        "queries": aws.client("athena").list_query_executions(WorkGroup=names["stack"])["QueryExecutionIds"],
        "query": aws.client("athena").get_query_results(QueryExecutionId=names["query"])["ResultSet"]["Rows"],
    }


STACK = workflow(Name="flow") | {
    "Bucket": {"Type": "AWS::S3::Bucket"},
    "Group": {"Type": "AWS::Athena::WorkGroup", "Properties": {"Name": "flow"}},
    "Log": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "made-by-stack"}},
}


def fill(aws):
    """Make one of each; return the names."""
    bucket, s3, glue, names = aws.bucket(versioned=True), aws.client("s3"), aws.client("glue"), {}
    assert deploy(aws, "flow", STACK) == "CREATE_COMPLETE"
    role = aws.role(allow("*"))
    job = aws.job("print('said')", role=role)
    names["run"] = aws.run(job)["Id"]
    s3.put_bucket_encryption(
        Bucket=bucket,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration={"BlockPublicAcls": True})
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 3}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    aws.put(bucket, "k", b"first")
    s3.put_object(Bucket=bucket, Key="k", Body=b"second", Metadata={"hash": "x"})
    output = {"OutputLocation": f"s3://{bucket}/results/"}
    query = aws.query("SELECT 1 AS one", WorkGroup="flow", ResultConfiguration=output)
    names["query"] = query["QueryExecutionId"]
    glue.create_database(DatabaseInput={"Name": "db"})
    storage = {"Columns": [{"Name": "c", "Type": "int"}], "Location": f"s3://{bucket}/t/"}
    keys = [{"Name": "p", "Type": "string"}]
    table = {"Name": "t", "StorageDescriptor": storage, "Parameters": {"x": "y"}, "PartitionKeys": keys}
    glue.create_table(DatabaseName="db", TableInput=table)
    partition = {"Values": ["1"], "StorageDescriptor": storage}
    glue.create_partition(DatabaseName="db", TableName="t", PartitionInput=partition)
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    return names | {"bucket": bucket, "db": "db", "stack": "flow", "role": role.rpartition("/")[2]}


def test_a_kill_shortly_after_the_last_answer_loses_nothing(fresh_local_aws):
    names = fill(fresh_local_aws)
    before = everything(fresh_local_aws, names)
    time.sleep(0.5)
    fresh_local_aws.stop(signal.SIGKILL)
    assert everything(fresh_local_aws.start(), names) == before


def test_what_a_stack_made_is_saved_with_it(fresh_local_aws):
    """No request names the services of its resources."""
    deploy(fresh_local_aws, "made", STACK)
    time.sleep(0.5)
    fresh_local_aws.stop(signal.SIGKILL)
    fresh_local_aws.start()
    stack = fresh_local_aws.client("cloudformation").describe_stacks(StackName="made")["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert fresh_local_aws.client("glue").list_workflows()["Workflows"] == ["flow"]
    assert fresh_local_aws.client("athena").get_work_group(WorkGroup="flow")["WorkGroup"]["Name"] == "flow"
    assert fresh_local_aws.client("logs").describe_log_groups()["logGroups"][0]["logGroupName"] == "made-by-stack"
    assert len(fresh_local_aws.client("s3").list_buckets()["Buckets"]) == 1


def test_what_jobs_log_is_saved_too(fresh_local_aws):
    """No request writes it."""
    job = fresh_local_aws.job("import time\ntime.sleep(2)\nprint('late')")
    run = fresh_local_aws.start_run(job)
    wait_until(lambda: fresh_local_aws.log_lines("/aws-glue/python-jobs/output", run))
    time.sleep(1)
    fresh_local_aws.stop(signal.SIGKILL)
    fresh_local_aws.start()
    assert fresh_local_aws.log_lines("/aws-glue/python-jobs/output", run) == ["late"]


# What needs no server


@pytest.mark.parametrize(
    ("method", "path", "service", "target", "body", "read_only"),
    [
        ("GET", "/b", "s3", "", b"", True),
        ("PUT", "/b", "s3", "", b"", False),
        ("PUT", "/b/k", "s3", "", b"", True),  # it is on disk by itself
        ("POST", "/b?delete", "s3", "", b"Action=GetX", True),  # what makes room is never held up
        ("GET", "/?Action=ListRoles", "iam", "", b"", True),
        ("GET", "/?Action=CreateRole", "iam", "", b"", False),
        ("POST", "/", "glue", "AWSGlue.GetTable", b"", True),
        ("POST", "/", "glue", "AWSGlue.CreateTable", b"", False),
        ("POST", "/", "iam", "", b"Action=ListRoles&Version=1", True),
        ("POST", "/", "iam", "", b"Version=1&Action=CreateRole", False),
        ("POST", "/", "iam", "", b"X.Action=ListRoles&Action=CreateRole", False),
        ("POST", "/", "sts", "", b"Action=GetSessionToken", False),
        ("POST", "/", "athena", "AmazonAthena.StartQueryExecution", b"", False),
    ],
)
def test_only_changes_are_saved(method, path, service, target, body, read_only):
    headers = {
        "authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{service}/aws4_request, Signature=x",
        "x-amz-target": target,
    }
    doors._FOR_S3.set(service == "s3")
    path, _, query = path.partition("?")
    given = parse_qs(query, keep_blank_values=True)
    assert emulator.serving._is_read_only(method, path, headers, body, given) == read_only


def test_the_callers_own_aws_settings_never_become_the_emulators(monkeypatch, tmp_path):
    for name in list(os.environ):
        monkeypatch.setenv(name, os.environ[name])  # put back afterwards
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAREAL")
    monkeypatch.setenv("AWS_PROFILE", "production")
    emulator.prepare(Path(tmp_path), 4566)
    assert "AWS_ACCESS_KEY_ID" not in os.environ
    assert "AWS_PROFILE" not in os.environ


def test_a_scope_is_read_back_from_its_text():
    scope = emulator.Scope("123456789012", "eu-west-1")
    assert emulator.Scope.parse(str(scope)) == scope


def test_an_unknown_key_is_refused(local_aws):
    stranger = {"AccessKeyId": "AKIASTRANGER", "SecretAccessKey": "x"}
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        local_aws.client("s3", stranger).list_buckets()


# What is put right


@pytest.mark.parametrize("left", ["object", "old version"])
def test_a_stack_does_not_delete_a_bucket_that_holds_something(local_aws, left):
    cloudformation, s3 = local_aws.client("cloudformation"), local_aws.client("s3")
    stack, bucket = unique("stack"), unique("full")
    properties = {"BucketName": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    template = {"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}}}
    cloudformation.create_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200}
    )
    local_aws.put(bucket, "key", "data")
    if left == "old version":
        s3.delete_object(Bucket=bucket, Key="key")
    cloudformation.delete_stack(StackName=stack)
    ended = wait_until(
        lambda: cloudformation.describe_stacks(StackName=stack)["Stacks"][0],
        lambda found: not found["StackStatus"].endswith("IN_PROGRESS"),
    )
    assert ended["StackStatus"] == "DELETE_FAILED"
    reasons = [
        event.get("ResourceStatusReason", "")
        for event in cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    ]
    assert any("The bucket you tried to delete is not empty" in reason for reason in reasons)
    assert bucket in [entry["Name"] for entry in s3.list_buckets()["Buckets"]]


def test_a_bucket_that_went_with_its_stack_stays_away_after_a_restart(fresh_local_aws):
    cloudformation, s3 = fresh_local_aws.client("cloudformation"), fresh_local_aws.client("s3")
    stack, bucket = unique("stack"), unique("gone")
    properties = {"BucketName": bucket, "VersioningConfiguration": {"Status": "Enabled"}}
    deploy(fresh_local_aws, stack, {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": properties}})
    fresh_local_aws.put(bucket, "folder/key", "data")
    fresh_local_aws.put(bucket, "folder/key", "newer")
    for version in s3.list_object_versions(Bucket=bucket)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=version["Key"], VersionId=version["VersionId"])
    cloudformation.delete_stack(StackName=stack)
    wait_until(lambda: s3.list_buckets()["Buckets"] == [])
    fresh_local_aws.stop()
    fresh_local_aws.start()
    assert fresh_local_aws.client("s3").list_buckets()["Buckets"] == []
    assert [path for path in (fresh_local_aws.state_dir / "s3").rglob("*") if bucket in path.parts] == []


@pytest.mark.parametrize(("prefix", "expected"), [("a", ["in a1", "in a2"]), ("nosuch", [])])
def test_log_events_are_found_by_the_start_of_their_streams_name(local_aws, prefix, expected):
    logs, group = local_aws.client("logs"), unique("group")
    logs.create_log_group(logGroupName=group)
    for stream in ("a1", "a2", "b"):
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
        event = {"timestamp": int(time.time() * 1000), "message": f"in {stream}"}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
    found = logs.filter_log_events(logGroupName=group, logStreamNamePrefix=prefix)["events"]
    assert sorted(event["message"] for event in found) == expected
