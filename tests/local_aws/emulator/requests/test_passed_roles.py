"""Whoever makes a resource by a call passes its role, as on AWS.

Source: IAM user guide, "Granting a user permissions to pass a role to an AWS service". Which
services roles are passed to is what their trust policies name (developer guides).
"""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.cloudformation.types.compute import zipped

CODE = zipped("def handler(*_): return 1")
STATES = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"
SERVICES = "lambda states events scheduler firehose logs ec2 s3 sns cloudformation glue"
TRUSTED = [f"{name}.amazonaws.com" for name in SERVICES.split()]


@pytest.fixture(scope="module")
def made(local_aws):
    """What root has made before, by its name in the calls below."""
    name, iam = unique("made"), local_aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": TRUSTED}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]["Arn"]
    local_aws.client("lambda").create_function(
        FunctionName=name, Role=role, Runtime="python3.11", Handler="index.handler", Code={"ZipFile": CODE}
    )
    machine = local_aws.client("stepfunctions").create_state_machine(name=name, roleArn=role, definition=STATES)
    local_aws.client("events").put_rule(Name=name, ScheduleExpression="rate(1 day)")
    local_aws.client("scheduler").create_schedule(Name=name, **schedule(role))
    local_aws.client("logs").create_log_group(logGroupName=name)
    iam.create_instance_profile(InstanceProfileName=name)
    full = f"{name}-full"
    iam.create_instance_profile(InstanceProfileName=full)
    iam.add_role_to_instance_profile(InstanceProfileName=full, RoleName=role.rpartition("/")[2])
    topic = local_aws.client("sns").create_topic(Name=name)["TopicArn"]
    bucket = local_aws.bucket(versioned=True)
    glue = local_aws.client("glue")
    glue.create_job(Name=name, Role=role, Command=COMMAND)
    glue.create_crawler(Name=name, Role=role, Targets={"S3Targets": [{"Path": f"s3://{bucket}/"}]})
    made = {"machine": machine["stateMachineArn"], "topic": topic, "bucket": bucket, "full": full}
    return {"name": name, "role": role, **made}


COMMAND = {"Name": "pythonshell", "ScriptLocation": "s3://b/k", "PythonVersion": "3.9"}


def schedule(role):
    target = {"Arn": QUEUE, "RoleArn": role}
    return {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}, "Target": target}


def function(role, **code):
    return {"FunctionName": unique("f"), "Role": role, "Runtime": "python3.11", "Handler": "i.h", "Code": code}


CALLS = {
    ("lambda", "create_function", "lambda"): lambda _, role: function(role, ZipFile=CODE),
    ("lambda", "update_function_configuration", "lambda"): lambda m, role: {"FunctionName": m["name"], "Role": role},
    ("stepfunctions", "create_state_machine", "states"): lambda _, role: {
        "name": unique("s"),
        "roleArn": role,
        "definition": STATES,
    },
    ("stepfunctions", "update_state_machine", "states"): lambda m, role: {
        "stateMachineArn": m["machine"],
        "roleArn": role,
    },
    ("events", "put_targets", "events"): lambda m, role: {
        "Rule": m["name"],
        "Targets": [{"Id": "t", "Arn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default", "RoleArn": role}],
    },
    ("events", "put_rule", "events"): lambda _, role: {
        "Name": unique("r"),
        "ScheduleExpression": "rate(1 day)",
        "RoleArn": role,
    },
    ("scheduler", "create_schedule", "scheduler"): lambda _, role: {"Name": unique("s"), **schedule(role)},
    ("scheduler", "update_schedule", "scheduler"): lambda m, role: {"Name": m["name"], **schedule(role)},
    ("firehose", "create_delivery_stream", "firehose"): lambda m, role: {
        "DeliveryStreamName": unique("d"),
        "ExtendedS3DestinationConfiguration": {"BucketARN": f"arn:aws:s3:::{m['bucket']}", "RoleARN": role},
    },
    ("logs", "put_subscription_filter", "logs"): lambda m, role: {
        "logGroupName": m["name"],
        "filterName": "f",
        "filterPattern": "",
        "destinationArn": f"arn:aws:firehose:{REGION}:{ACCOUNT}:deliverystream/d",
        "roleArn": role,
    },
    ("iam", "add_role_to_instance_profile", "ec2"): lambda m, role: {
        "InstanceProfileName": m["name"],
        "RoleName": role.rpartition("/")[2],
    },
    ("ec2", "run_instances", "ec2"): lambda m, _role: {
        "ImageId": "ami-12345678",
        "MinCount": 1,
        "MaxCount": 1,
        "IamInstanceProfile": {"Name": m["full"]},
    },
    ("s3", "put_bucket_replication", "s3"): lambda m, role: {
        "Bucket": m["bucket"],
        "ReplicationConfiguration": {
            "Role": role,
            "Rules": [
                {
                    "ID": "r",
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": ""},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": f"arn:aws:s3:::{m['bucket']}"},
                }
            ],
        },
    },
    ("sns", "create_topic", "sns"): lambda _, role: {
        "Name": unique("t"),
        "Attributes": {"SQSFailureFeedbackRoleArn": role},
    },
    ("sns", "set_topic_attributes", "sns"): lambda m, role: {
        "TopicArn": m["topic"],
        "AttributeName": "SQSFailureFeedbackRoleArn",
        "AttributeValue": role,
    },
    ("cloudformation", "create_stack", "cloudformation"): lambda _, role: {
        "StackName": unique("s"),
        "RoleARN": role,
        "TemplateBody": json.dumps({"Resources": {"H": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}),
    },
    ("glue", "create_job", "glue"): lambda _, role: {"Name": unique("j"), "Role": role, "Command": COMMAND},
    ("glue", "update_job", "glue"): lambda m, role: {
        "JobName": m["name"],
        "JobUpdate": {"Role": role, "Command": COMMAND},
    },
    ("glue", "create_crawler", "glue"): lambda m, role: {
        "Name": unique("c"),
        "Role": role,
        "Targets": {"S3Targets": [{"Path": f"s3://{m['bucket']}/"}]},
    },
    ("glue", "update_crawler", "glue"): lambda m, role: {"Name": m["name"], "Role": role},
}

OF_GLUE = {
    "create_dev_endpoint": lambda role: {"EndpointName": "e", "RoleArn": role},
    "create_session": lambda role: {"Id": "s", "Role": role, "Command": {"Name": "glueetl"}},
    "create_ml_transform": lambda role: {
        "Name": "m",
        "Role": role,
        "InputRecordTables": [{"DatabaseName": "d", "TableName": "t"}],
        "Parameters": {"TransformType": "FIND_MATCHES"},
    },
    "start_data_quality_ruleset_evaluation_run": lambda role: {
        "Role": role,
        "RulesetNames": ["r"],
        "DataSource": {"GlueTable": {"DatabaseName": "d", "TableName": "t"}},
    },
    "start_column_statistics_task_run": lambda role: {"DatabaseName": "d", "TableName": "t", "Role": role},
}


def all_but_passing(local_aws, *statements):
    """A user who may do everything, but pass roles as the statements say alone."""
    return local_aws.user(allow([*(f"{name}:*" for name in SERVICES.split()), "iam:*InstanceProfile"]), *statements)


@pytest.fixture(scope="module")
def mere(local_aws):
    return all_but_passing(local_aws)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]}-{call[1]}")
def test_a_role_is_passed_by_those_who_may(local_aws, made, mere, call):
    service, operation, receiver = call
    arguments = CALLS[call](made, made["role"])
    refused = error_of(getattr(local_aws.client(service, mere), operation), **arguments)
    who = f"arn:aws:iam::{ACCOUNT}:user/{mere['UserName']}"
    sentence = f"User: {who} is not authorized to perform: iam:PassRole on resource: {made['role']} because"
    assert sentence in refused.replace('"', ""), refused
    for to, expected in ((f"{receiver}.amazonaws.com", ""), ("other.amazonaws.com", "iam:PassRole")):
        may = allow("iam:PassRole", made["role"], Condition={"StringEquals": {"iam:PassedToService": to}})
        keys = all_but_passing(local_aws, may)
        said = error_of(getattr(local_aws.client(service, keys), operation), **arguments)
        assert (expected in said) if expected else ("iam:PassRole" not in said), said


@pytest.mark.parametrize("operation", OF_GLUE)
def test_each_operation_of_glue_that_takes_a_role_asks(local_aws, made, mere, operation):
    said = error_of(getattr(local_aws.client("glue", mere), operation), **OF_GLUE[operation](made["role"]))
    assert f"is not authorized to perform: iam:PassRole on resource: {made['role']}" in said


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]}-{call[1]}")
def test_root_passes_every_role(local_aws, made, call):
    service, operation, _ = call
    said = error_of(getattr(local_aws.client(service), operation), **CALLS[call](made, made["role"]))
    assert "AccessDenied" not in said, said


@pytest.mark.parametrize("named", ["{}", "x/{}", "arn:aws:iam::999999999999:role/{}"])
def test_a_role_is_passed_whatever_it_is_called(local_aws, made, mere, named):
    arguments = {"name": unique("s"), "definition": STATES, "roleArn": named.format(made["role"].rpartition("/")[2])}
    assert f"iam:PassRole on resource: {made['role']}" in error_of(
        local_aws.client("stepfunctions", mere).create_state_machine, **arguments
    )


def test_a_deny_counts(local_aws, made):
    deny = {**allow("iam:PassRole", made["role"]), "Effect": "Deny"}
    aws_lambda = local_aws.client("lambda", local_aws.user(allow("*"), deny))
    said = error_of(aws_lambda.create_function, **function(made["role"], ZipFile=CODE))
    assert said.startswith("AccessDeniedException")
    assert said.endswith("with an explicit deny in an identity-based policy")


def test_the_operation_itself_is_asked_about_first(local_aws, made):
    aws_lambda = local_aws.client("lambda", local_aws.user(allow("s3:*")))
    said = error_of(aws_lambda.create_function, **function(made["role"], ZipFile=CODE))
    assert "lambda:CreateFunction" in said


def test_what_a_user_stores_is_no_role_that_is_passed(local_aws, made):
    role, name = made["role"], unique("t")
    key = [{"AttributeName": "role", "KeyType": "HASH"}]
    local_aws.client("dynamodb").create_table(
        TableName=name,
        KeySchema=key,
        AttributeDefinitions=[{"AttributeName": "role", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    keys = local_aws.user(allow(["dynamodb:*", "lambda:*", "states:*", "s3:*"]))
    item = {"role": {"S": role}}
    assert error_of(local_aws.client("dynamodb", keys).put_item, TableName=name, Item=item) == ""
    variables = {"Variables": {"ROLE": role}}
    aws_lambda = local_aws.client("lambda", keys)
    assert error_of(aws_lambda.update_function_configuration, FunctionName=made["name"], Environment=variables) == ""
    states = local_aws.client("stepfunctions", keys)
    text = json.dumps({"roleArn": role})
    assert error_of(states.start_execution, stateMachineArn=made["machine"], input=text) == ""
    document = f"<ReplicationConfiguration><Role>{role}</Role></ReplicationConfiguration>"
    assert error_of(local_aws.client("s3", keys).put_object, Bucket=made["bucket"], Key="k", Body=document) == ""


# Code in S3

KEY = "code.zip"


@pytest.fixture(scope="module")
def stored(local_aws, made):
    """The bucket and the version of code in it."""
    version = local_aws.client("s3").put_object(Bucket=made["bucket"], Key=KEY, Body=CODE)["VersionId"]
    return {"S3Bucket": made["bucket"], "S3Key": KEY}, {"S3ObjectVersion": version}


OF_CODE = {
    "create_function": lambda m, code: function(m["role"], **code),
    "update_function_code": lambda m, code: {"FunctionName": m["name"], **code},
    "publish_layer_version": lambda _, code: {"LayerName": unique("l"), "Content": code},
}


@pytest.mark.parametrize("versioned", [False, True])
@pytest.mark.parametrize("operation", OF_CODE)
def test_code_in_s3_is_read_with_the_caller_s_rights(local_aws, made, stored, operation, versioned):
    arguments = OF_CODE[operation](made, stored[0] | (stored[1] if versioned else {}))
    action = "s3:GetObjectVersion" if versioned else "s3:GetObject"
    other = "s3:GetObject" if versioned else "s3:GetObjectVersion"
    rights = allow(["lambda:*", "iam:PassRole"])
    place = f"arn:aws:s3:::{made['bucket']}/{KEY}"
    may_not = local_aws.client("lambda", local_aws.user(rights, allow(other, place)))
    may = local_aws.client("lambda", local_aws.user(rights, allow(action, place)))
    assert error_of(getattr(may_not, operation), **arguments) == (
        "AccessDeniedException: Your access has been denied by S3, please make sure your request credentials have "
        f"permission to GetObject for {made['bucket']}/{KEY}. "
        "S3 Error Code: AccessDenied. S3 Error Message: Access Denied"
    )
    assert error_of(getattr(may, operation), **arguments) == ""
