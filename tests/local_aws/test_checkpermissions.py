"""The task `checkpermissions` on a real local AWS, on roles of a stranger's stack: names, formats, unseen needs."""

import contextlib
import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import ACCOUNT, unique, wait_until
from tests.local_aws.tasks import task

TEMPLATE = """
Parameters:
  Bucket: {Type: String}
  Job: {Type: String}
Resources:
  Role:
    Type: AWS::IAM::Role
    Metadata:
      UnseenNeeds:
        - Action: [s3:AbortMultipartUpload, s3:PutObject]
          Resource: '*/out/*'
          Why: files of more than 8 MB are uploaded in parts
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {Service: glue.amazonaws.com}, Action: sts:AssumeRole}
      Policies:
        - PolicyName: own
          PolicyDocument:
            Version: '2012-10-17'
            Statement:
              - Sid: Write
                Effect: Allow
                Action: [s3:AbortMultipartUpload, s3:PutObject, s3:PutObjectTagging]
                Resource: !Sub arn:aws:s3:::${Bucket}/out/*
              - Sid: Read
                Effect: Allow
                Action: s3:GetObject
                Resource: !Sub arn:aws:s3:::${Bucket}/scripts/*
              - Sid: Log
                Effect: Allow
                Action: [logs:CreateLogStream, logs:PutLogEvents]
                Resource: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws-glue/python-jobs/*
  GlueJob:
    Type: AWS::Glue::Job
    Properties:
      Name: !Ref Job
      Role: !GetAtt Role.Arn
      Command: {Name: pythonshell, PythonVersion: '3.9', ScriptLocation: !Sub 's3://${Bucket}/scripts/job.py'}
  Workflow:
    Type: AWS::Glue::Workflow
    Properties: {Name: !Sub '${Job}-flow'}
  Start:
    Type: AWS::Glue::Trigger
    Properties:
      Name: !Sub '${Job}-start'
      Type: ON_DEMAND
      WorkflowName: !Ref Workflow
      Actions: [{JobName: !Ref GlueJob}]
"""
SCRIPT = """
import boto3
s3 = boto3.client("s3")
s3.put_object(Bucket="{bucket}", Key="out/a.csv", Body=b"1")
try:
    s3.get_object(Bucket="{bucket}", Key="secret")
except Exception as error:
    print(error)
"""


@pytest.fixture(scope="module")
def stack(local_aws):
    """The stack after a run of its job: names of job, role and run, and the bucket."""
    bucket, job = local_aws.bucket(), unique("job")
    local_aws.put(bucket, "scripts/job.py", SCRIPT.format(bucket=bucket))
    for end in ("output", "error"):
        with contextlib.suppress(ClientError):  # another test's job may have made it
            local_aws.client("logs").create_log_group(logGroupName=f"/aws-glue/python-jobs/{end}")
    cloudformation = local_aws.client("cloudformation")
    given = {"Bucket": bucket, "Job": job}
    cloudformation.create_stack(
        StackName=job,
        TemplateBody=TEMPLATE,
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in given.items()],
    )
    wait_until(
        lambda: cloudformation.describe_stacks(StackName=job)["Stacks"][0]["StackStatus"],
        lambda status: status == "CREATE_COMPLETE",
    )
    run = local_aws.run(job)
    assert run["JobRunState"] == "SUCCEEDED", run
    role = cloudformation.describe_stack_resource(StackName=job, LogicalResourceId="Role")["StackResourceDetail"]
    return {"bucket": bucket, "job": job, "role": role["PhysicalResourceId"], "run": run["Id"]}


def test_what_was_used_and_what_not_is_shown(local_aws, stack):
    output, errors, code = task(local_aws, f"checkpermissions[{stack['job']}]")
    assert (errors, code) == ("", 0)
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert f"{stack['role']} ({stack['job']}, Role)" in lines
    assert "6 rights: 4 needed, 0 in several statements, 1 for what is not seen here, 1 not used" in lines
    out = f"arn:aws:s3:::{stack['bucket']}/out/*"
    assert f"s3:PutObject {out} 1 Write" in lines
    assert f"s3:GetObject arn:aws:s3:::{stack['bucket']}/secret 1" in lines
    assert f"s3:PutObjectTagging {out} Write not used" in lines
    assert f"s3:AbortMultipartUpload {out} Write files of more than 8 MB are uploaded in parts" in lines


def test_the_smallest_policy_has_what_is_not_seen_here_too(local_aws, stack):
    output, errors, code = task(local_aws, f"checkpermissions[{stack['run']},format=policy]")
    assert (errors, code) == ("", 0)
    logs = f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws-glue/python-jobs"
    of_bucket = f"arn:aws:s3:::{stack['bucket']}"
    allowed = {
        (action, resource)
        for one in json.loads(output)["Statement"]
        for action in one["Action"]
        for resource in one["Resource"]
    }
    assert allowed == {
        ("s3:AbortMultipartUpload", f"{of_bucket}/out/*"),
        ("s3:GetObject", f"{of_bucket}/scripts/*"),
        ("s3:PutObject", f"{of_bucket}/out/*"),
        *(
            (f"logs:{action}", f"{logs}/{end}:*")
            for end in ("output", "error")
            for action in ("CreateLogStream", "PutLogEvents")
        ),
    }


@pytest.mark.parametrize("what", ["job", "role", "run", "workflow"])
def test_what_runs_with_a_role_names_it(local_aws, stack, what):
    name = f"{stack['job']}-flow" if what == "workflow" else stack[what]
    output, _, code = task(local_aws, f"checkpermissions[{name},format=json]")
    assert (json.loads(output)["RoleName"], code) == (stack["role"], 0)


def test_strict_fails_where_a_right_is_not_needed_or_a_call_was_denied(local_aws, stack):
    _, errors, code = task(local_aws, f"checkpermissions[{stack['job']},strict=true]")
    assert code == 1
    assert "1 right not needed, 1 call denied" in errors
    assert "Write allows s3:PutObjectTagging on" in errors


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("checkpermissions[nobody]", 'nothing is called "nobody"'),
        ("checkpermissions[a,pipeline=b]", "takes a name (a) or a pipeline (b)"),
        ("checkpermissions[a,format=xml]", "format is table, json, policy, and not xml"),
        ("checkpermissions[pipeline=nope]", 'there is no pipeline "nope"'),
    ],
)
def test_wrong_calls_are_one_sentence(local_aws, call, said):
    output, errors, code = task(local_aws, call)
    assert (output, code, len(errors.splitlines())) == ("", 2, 1)
    assert said in errors


def test_aws_itself_is_asked_otherwise(local_aws):
    output, errors, code = task(local_aws, "checkpermissions", AWS_ENDPOINT_URL_IAM="https://iam.amazonaws.com")
    assert (output, code) == ("", 1)
    assert "IAM Access Analyzer" in errors


def test_of_a_role_with_which_nothing_ran_nothing_is_known(local_aws):
    role = local_aws.role({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}).rpartition("/")[2]
    output, errors, code = task(local_aws, f"checkpermissions[{role},strict=true]")
    assert (errors, code) == (f"nothing ran with {role} yet: which of its rights are needed is not known\n", 0)
    assert "1 not used" in output
