"""`drift` of stacks: what was changed behind CloudFormation's back, of the types that the pipelines have."""

import json

import pytest

from deploy import stack_drift
from tests.local_aws.aws_server import unique, wait_until
from tests.local_aws.tasks import aws_of

TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


@pytest.fixture
def aws(local_aws, monkeypatch):
    return aws_of(local_aws, monkeypatch)


def resources(name):
    columns = [{"Name": "a", "Type": "int"}]
    job = {"Role": {"Fn::GetAtt": ["R", "Arn"]}, "Command": {"Name": "glueetl", "ScriptLocation": f"s3://{name}/s.py"}}
    found = {
        "R": ("IAM::Role", {"AssumeRolePolicyDocument": TRUST}),
        "J": ("Glue::Job", {"Name": name, **job, "Timeout": 5, "DefaultArguments": {"--a": "1"}}),
        "D": ("Glue::Database", {"CatalogId": "000000000000", "DatabaseInput": {"Name": name, "Description": "d"}}),
        "T": (
            "Glue::Table",
            {
                "CatalogId": "000000000000",
                "DatabaseName": {"Ref": "D"},
                "TableInput": {"Name": "t", "StorageDescriptor": {"Columns": columns, "Location": f"s3://{name}/t/"}},
            },
        ),
        "C": (
            "Glue::Crawler",
            {
                "Name": name,
                "Role": {"Fn::GetAtt": ["R", "Arn"]},
                "DatabaseName": {"Ref": "D"},
                "Targets": {"S3Targets": [{"Path": f"s3://{name}/t/"}]},
                "SchemaChangePolicy": {"DeleteBehavior": "LOG"},
            },
        ),
        "F": ("Glue::Workflow", {"Name": name, "Description": "d"}),
        "G": (
            "Glue::Trigger",
            {"Name": name, "Type": "ON_DEMAND", "WorkflowName": {"Ref": "F"}, "Actions": [{"JobName": {"Ref": "J"}}]},
        ),
        "W": (
            "Athena::WorkGroup",
            {"Name": name, "WorkGroupConfiguration": {"BytesScannedCutoffPerQuery": 10_000_000}},
        ),
        "L": ("Logs::LogGroup", {"LogGroupName": name, "RetentionInDays": 7}),
        "Q": ("Athena::NamedQuery", {"Database": "d", "QueryString": "SELECT 1"}),
    }
    return {one: {"Type": f"AWS::{kind}", "Properties": given} for one, (kind, given) in found.items()}


@pytest.fixture
def name(aws, local_aws):
    name = local_aws.bucket(unique("drift"))
    body = json.dumps({"Resources": resources(name)})
    aws.cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=["CAPABILITY_NAMED_IAM"])
    states = {"CREATE_COMPLETE", "ROLLBACK_COMPLETE"}
    found = wait_until(
        lambda: aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"], states.__contains__
    )
    assert found == "CREATE_COMPLETE"
    return name


@pytest.fixture
def look(aws, name, capsys):
    def of():
        capsys.readouterr()
        drifted = stack_drift.show(aws, [name])
        return drifted, [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]

    return of


def test_nothing_drifts_of_itself(name, look):
    rest = "1 resource of types without drift detection"
    assert look() == (False, [f"{name} 0 of 9 resources drifted, {rest}"])


def test_what_was_changed_is_told_with_what_it_should_be(aws, name, look):
    job = aws.glue.get_job(JobName=name)["Job"]
    kept = {member: job[member] for member in ("Role", "Command")}
    aws.glue.update_job(JobName=name, JobUpdate={**kept, "Timeout": 9, "DefaultArguments": {"--a": "1", "--b": "2"}})
    aws.glue.update_workflow(Name=name, Description="other")
    aws.athena.update_work_group(WorkGroup=name, ConfigurationUpdates={"BytesScannedCutoffPerQuery": 20_000_000})
    aws.logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    columns = [{"Name": "a", "Type": "string"}]
    table = {"Name": "t", "StorageDescriptor": {"Columns": columns, "Location": f"s3://{name}/t/"}}
    aws.glue.update_table(DatabaseName=name, TableInput=table)
    aws.glue.delete_crawler(Name=name)
    drifted, lines = look()
    assert drifted is True
    assert lines[0] == f"{name} 6 of 9 resources drifted, 1 resource of types without drift detection"
    assert {
        f"~ J Glue::Job {name}",
        "DefaultArguments/--b: not in the template, is 2",
        "Timeout: should be 5, is 9",
        f"~ F Glue::Workflow {name}",
        "Description: should be d, is other",
        "WorkGroupConfiguration/BytesScannedCutoffPerQuery: should be 10000000, is 20000000",
        "RetentionInDays: should be 7, is 30",
        "TableInput/StorageDescriptor/Columns/0/Type: should be int, is string",
        f"- C Glue::Crawler {name} is gone",
    } <= set(lines)


def test_an_absent_stack_is_said(aws, capsys):
    assert stack_drift.show(aws, ["there-is-none"]) is False
    assert capsys.readouterr().out == "there-is-none is not deployed\n"
