"""AWS's managed policies grant what they grant there, and one that is not there cannot be attached."""

import json

import pytest

from local_aws.emulator.iam.managed_policies import names
from tests.local_aws.aws_server import allow, error_of, unique
from tests.local_aws.cloudformation.stack import ROLE, Stack

AWS = "arn:aws:iam::aws:policy/"


def test_a_job_runs_with_the_managed_policy_and_its_bucket(local_aws):
    bucket = local_aws.bucket()
    role = local_aws.role(allow(["s3:GetObject"], f"arn:aws:s3:::{bucket}/*"))
    script = "import boto3; print(len(boto3.client('glue').get_databases()['DatabaseList']) >= 0)"
    job = local_aws.job(script, role=role, bucket=bucket)
    refused = local_aws.run(job)
    assert "glue:GetDatabases" in refused["ErrorMessage"]
    local_aws.client("iam").attach_role_policy(
        RoleName=role.rpartition("/")[2], PolicyArn=f"{AWS}service-role/AWSGlueServiceRole"
    )
    run = local_aws.run(job)
    assert run["JobRunState"] == "SUCCEEDED"
    assert local_aws.log(run) == ["True"]


def test_the_managed_policy_reads_no_bucket_but_glues_own(local_aws):
    iam, name = local_aws.client("iam"), unique("role")
    role = local_aws.role(name=name)
    iam.attach_role_policy(RoleName=name, PolicyArn=f"{AWS}service-role/AWSGlueServiceRole")

    def decision(action, resource):
        asked = {"PolicySourceArn": role, "ActionNames": [action], "ResourceArns": [resource]}
        return iam.simulate_principal_policy(**asked)["EvaluationResults"][0]["EvalDecision"]

    assert decision("s3:GetObject", "arn:aws:s3:::data/key") == "implicitDeny"
    assert decision("s3:ListBucket", "arn:aws:s3:::data") == "allowed"
    assert decision("s3:PutObject", "arn:aws:s3:::aws-glue-temp/key") == "allowed"
    assert decision("logs:PutLogEvents", "arn:aws:logs:eu-west-1:1:log-group:/aws-glue/jobs/output:*") == "allowed"


@pytest.mark.parametrize("arn", [f"{AWS}service-role/AWSGlueServiceRol", "arn:aws:iam::000000000000:policy/nope"])
def test_a_policy_that_is_not_there_is_refused(local_aws, arn):
    iam, name = local_aws.client("iam"), unique("role")
    local_aws.role(name=name)
    expected = f"NoSuchEntity: Policy {arn} does not exist or is not attachable."
    assert error_of(iam.attach_role_policy, RoleName=name, PolicyArn=arn) == expected
    stack = Stack(local_aws)
    role = {**ROLE, "Properties": {**ROLE["Properties"], "ManagedPolicyArns": [arn]}}
    assert stack.apply(json.loads(json.dumps({"Role": role}))) == "ROLLBACK_COMPLETE"
    assert any(f"Policy {arn} does not exist" in reason for reason in stack.reasons())
    stack.delete()


def test_newer_workers_are_taken(local_aws):
    glue, name = local_aws.client("glue"), unique("job")
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/k"}
    made = {"Name": name, "Role": local_aws.role(), "Command": command, "WorkerType": "R.2X", "NumberOfWorkers": 3}
    glue.create_job(**made)
    assert glue.get_job(JobName=name)["Job"]["MaxCapacity"] == 6.0


# All of AWS's


def test_all_are_known_by_their_names_and_paths():
    known = names()
    assert list(known) == sorted(set(known))
    assert len(known) > 1500
    for name in (
        "AdministratorAccess",
        "AmazonRedshiftFullAccess",
        "job-function/DataScientist",
        "service-role/AWSGlueServiceNotebookRole",
        "service-role/AmazonElasticMapReduceRole",
        "aws-service-role/LakeFormationDataAccessServiceRolePolicy",
    ):
        assert name in known
    assert "AWSGlueServiceRole" not in known  # without its path there is none


def test_one_whose_document_is_not_here_can_be_attached_and_says_that_it_grants_nothing(local_aws):
    iam, name = local_aws.client("iam"), unique("role")
    arn = f"{AWS}AmazonChimeFullAccess"
    trusted = local_aws.user(allow("sts:AssumeRole"))
    user = local_aws.client("sts", trusted).get_caller_identity()["Arn"]
    role = local_aws.role(name=name, trusts=user)
    iam.attach_role_policy(RoleName=name, PolicyArn=arn)
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert policy["Description"].startswith("The local AWS does not know what this policy allows")
    session = local_aws.client("sts", trusted).assume_role(RoleArn=role, RoleSessionName="session")["Credentials"]
    denied = error_of(local_aws.client("glue", session).get_databases)
    assert denied.startswith("AccessDeniedException: ")
    assert denied.endswith(f" (The local AWS does not know what {arn} allows: here it allows nothing)")


def test_a_stack_says_which_of_its_policies_grant_nothing(local_aws):
    arn = f"{AWS}AmazonChimeFullAccess"
    properties = {**ROLE["Properties"], "ManagedPolicyArns": [arn, f"{AWS}AmazonS3FullAccess"]}
    stack = Stack(local_aws)
    assert stack.apply({"Role": {**ROLE, "Properties": properties}}) == "CREATE_COMPLETE"
    found = local_aws.client("cloudformation").describe_stack_resource(StackName=stack.name, LogicalResourceId="Role")
    reason = found["StackResourceDetail"]["ResourceStatusReason"]
    events = local_aws.client("cloudformation").describe_stack_events(StackName=stack.name)["StackEvents"]
    assert reason in [event.get("ResourceStatusReason") for event in events]
    assert reason == f"The local AWS does not know what {arn} allows: here it allows nothing"
    stack.delete()


def test_a_policy_of_a_service_linked_role_is_attached_to_no_other(local_aws):
    iam, name = local_aws.client("iam"), unique("role")
    local_aws.role(name=name)
    error = error_of(
        iam.attach_role_policy,
        RoleName=name,
        PolicyArn=f"{AWS}aws-service-role/LakeFormationDataAccessServiceRolePolicy",
    )
    assert error == "PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role."


@pytest.mark.parametrize(
    ("policy", "action", "resource", "expected"),
    [
        ("AmazonRedshiftFullAccess", "redshift:CreateCluster", "*", "allowed"),
        ("AWSStepFunctionsFullAccess", "states:StartExecution", "*", "allowed"),
        ("AmazonKinesisReadOnlyAccess", "kinesis:PutRecord", "*", "implicitDeny"),
        ("AWSLakeFormationDataAdmin", "lakeformation:PutDataLakeSettings", "*", "explicitDeny"),
        ("SecretsManagerReadWrite", "secretsmanager:GetSecretValue", "*", "allowed"),
        ("service-role/AWSGlueServiceNotebookRole", "s3:PutObject", "arn:aws:s3:::aws-glue-x/k", "allowed"),
        ("service-role/AWSGlueServiceNotebookRole", "s3:PutObject", "arn:aws:s3:::data/k", "implicitDeny"),
    ],
)
def test_those_of_data_teams_grant_what_they_grant(local_aws, policy, action, resource, expected):
    iam, name = local_aws.client("iam"), unique("role")
    role = local_aws.role(name=name)
    iam.attach_role_policy(RoleName=name, PolicyArn=f"{AWS}{policy}")
    asked = {"PolicySourceArn": role, "ActionNames": [action], "ResourceArns": [resource]}
    assert iam.simulate_principal_policy(**asked)["EvaluationResults"][0]["EvalDecision"] == expected
