"""Which roles a service may take: conditions of the trust count, with the account that the service acts for."""

import io
import json
import zipfile

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique, wait_until
from tests.local_aws.cloudformation.stack import Stack

SOURCE = "aws:SourceAccount"


def make_crawler(local_aws, condition):
    """A crawler under a role that trusts Glue on this condition."""
    role = unique("role")
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket=role, CreateBucketConfiguration={"LocationConstraint": REGION})
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust | ({"Condition": condition} if condition else {})]}
    made = local_aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(document))
    local_aws.client("glue").create_crawler(
        Name=role, Role=made["Role"]["Arn"], DatabaseName="d", Targets={"S3Targets": [{"Path": f"s3://{role}/x/"}]}
    )


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEquals": {SOURCE: ACCOUNT}},
        {"StringEqualsIfExists": {SOURCE: ACCOUNT}},
        {"StringLike": {SOURCE: ACCOUNT[:5] + "*"}},
        {"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:glue:*:999999999999:*"}},
    ],
)
def test_a_role_that_trusts_glue_for_this_account_is_taken(local_aws, condition):
    make_crawler(local_aws, condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {SOURCE: "999999999999"}},
        {"StringEqualsIfExists": {SOURCE: "999999999999"}},
        {"StringNotEquals": {SOURCE: ACCOUNT}},
        {"StringEquals": {"sts:ExternalId": "x"}},
    ],
)
def test_a_role_for_another_account_is_not(local_aws, condition):
    with pytest.raises(ClientError, match="Service is unable to assume provided role"):
        make_crawler(local_aws, condition)


MACHINE = json.dumps({"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}})
NOTHING = "arn:aws:sqs:eu-west-1:000000000000:none"


def zipped():
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        archive.writestr("index.py", "def handler(*_): pass")
    return body.getvalue()


def function(aws, role, name):
    aws("lambda").create_function(
        FunctionName=name, Role=role, Runtime="python3.11", Handler="index.handler", Code={"ZipFile": zipped()}
    )


def function_of_another_role(aws, role, name):
    function(aws, aws.trusting("lambda", {}), name)
    aws("lambda").update_function_configuration(FunctionName=name, Role=role)


def machine(aws, role, name):
    return aws("stepfunctions").create_state_machine(name=name, roleArn=role, definition=MACHINE)["stateMachineArn"]


def machine_of_another_role(aws, role, name):
    arn = machine(aws, aws.trusting("states", {}), name)
    aws("stepfunctions").update_state_machine(stateMachineArn=arn, roleArn=role)


def target(aws, role, name):
    aws("events").put_rule(Name=name, EventPattern='{"source": ["x"]}')
    aws("events").put_targets(Rule=name, Targets=[{"Id": "1", "Arn": NOTHING, "RoleArn": role}])


def schedule(aws, role, name):
    aws("scheduler").create_schedule(
        Name=name,
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": NOTHING, "RoleArn": role},
    )


def stream(aws, role, name):
    bucket = f"arn:aws:s3:::{name}"
    destination = {"RoleARN": role, "BucketARN": bucket}
    aws("firehose").create_delivery_stream(DeliveryStreamName=name, ExtendedS3DestinationConfiguration=destination)


def stream_of_another_role(aws, role, name):
    stream(aws, aws.trusting("firehose", {}), name)
    found = aws("firehose").describe_delivery_stream(DeliveryStreamName=name)["DeliveryStreamDescription"]
    aws("firehose").update_destination(
        DeliveryStreamName=name,
        CurrentDeliveryStreamVersionId=found["VersionId"],
        DestinationId=found["Destinations"][0]["DestinationId"],
        ExtendedS3DestinationUpdate={"RoleARN": role},
    )


STATES = (
    "AccessDeniedException: Neither the global service principal states.amazonaws.com, nor the regional one is "
    "authorized to assume the provided role."
)
LAMBDA = "InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda."
FIREHOSE = "InvalidArgumentException: Firehose is unable to assume role {role}. Please check the role provided."
GIVEN = [
    (function, "lambda", "lambda:eu-west-1:000000000000:function:{name}", LAMBDA),
    (function_of_another_role, "lambda", "lambda:eu-west-1:000000000000:function:{name}", LAMBDA),
    (machine, "states", "states:eu-west-1:000000000000:stateMachine:{name}", STATES),
    (machine_of_another_role, "states", "states:eu-west-1:000000000000:stateMachine:{name}", STATES),
    (
        target,
        "events",
        "events:eu-west-1:000000000000:rule/{name}",
        "ValidationException: Provided role '{role}' cannot be assumed by principal 'events.amazonaws.com'.",
    ),
    (
        schedule,
        "scheduler",
        "scheduler:eu-west-1:000000000000:schedule-group/default",
        "ValidationException: The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
    (stream, "firehose", "firehose:eu-west-1:000000000000:deliverystream/{name}", FIREHOSE),
    (stream_of_another_role, "firehose", "firehose:eu-west-1:000000000000:deliverystream/{name}", FIREHOSE),
]


class Clients:
    """Clients of one account, and roles in it."""

    def __init__(self, local_aws):
        self._aws = local_aws

    def __call__(self, service):
        return self._aws.client(service)

    def trusting(self, service, condition):
        """The ARN of a role that trusts a service on a condition."""
        principal = {"Service": f"{service}.amazonaws.com"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        return self("iam").create_role(RoleName=unique("role"), AssumeRolePolicyDocument=document)["Role"]["Arn"]


@pytest.fixture
def aws(local_aws):
    return Clients(local_aws)


@pytest.mark.parametrize(("give", "service", "arn", "refusal"), GIVEN, ids=[one[0].__name__ for one in GIVEN])
def test_a_service_takes_the_roles_that_it_can_assume_and_no_others(aws, give, service, arn, refusal):
    for other in (
        aws.trusting("glue", {}),
        aws.trusting(service, {"StringEquals": {SOURCE: "999999999999"}}),
        aws.trusting(service, {"ArnLike": {"aws:SourceArn": "arn:aws:other:::*"}}),
        f"arn:aws:iam::{ACCOUNT}:role/none",
    ):
        assert error_of(give, aws=aws, role=other, name=unique("n")) == refusal.format(role=other)
    name = unique("n")
    source = {"aws:SourceArn": f"arn:aws:{arn.format(name=name)}"}
    give(aws, aws.trusting(service, {"StringEquals": {SOURCE: ACCOUNT}, "ArnEquals": source}), name)
    give(aws, aws.trusting(service, {}), unique("n"))


def test_firehose_sends_the_account_as_external_id(aws):
    stream(aws, aws.trusting("firehose", {"StringEquals": {"sts:ExternalId": ACCOUNT}}), unique("n"))
    refused = aws.trusting("firehose", {"StringEquals": {"sts:ExternalId": "other"}})
    assert error_of(stream, aws=aws, role=refused, name=unique("n")).startswith("InvalidArgumentException: Firehose is")


IN_STACKS = [
    (
        "Lambda::Function",
        "lambda",
        {"Runtime": "python3.11", "Handler": "index.handler", "Code": {"ZipFile": "def handler(*_): pass"}},
        lambda role: {"Role": role},
    ),
    ("StepFunctions::StateMachine", "states", {"DefinitionString": MACHINE}, lambda role: {"RoleArn": role}),
    (
        "Events::Rule",
        "events",
        {"EventPattern": {"source": ["x"]}},
        lambda role: {"Targets": [{"Id": "1", "Arn": NOTHING, "RoleArn": role}]},
    ),
    (
        "Scheduler::Schedule",
        "scheduler",
        {"ScheduleExpression": "rate(1 day)", "FlexibleTimeWindow": {"Mode": "OFF"}},
        lambda role: {"Target": {"Arn": NOTHING, "RoleArn": role}},
    ),
    (
        "KinesisFirehose::DeliveryStream",
        "firehose",
        {},
        lambda role: {"ExtendedS3DestinationConfiguration": {"RoleARN": role, "BucketARN": "arn:aws:s3:::bucket"}},
    ),
]


@pytest.mark.parametrize(("kind", "service", "more", "given"), IN_STACKS, ids=[one[0] for one in IN_STACKS])
def test_a_resource_of_a_stack_fails_with_the_services_sentence(local_aws, aws, kind, service, more, given):
    [refusal] = {one[3] for one in GIVEN if one[1] == service}
    code, _, sentence = refusal.partition(": ")
    trusts = {name: aws.trusting(name, {}) for name in ("glue", service)}

    def resources(role):
        return {"It": {"Type": f"AWS::{kind}", "Properties": {**more, **given(trusts[role])}}}

    sentence = sentence.format(role=trusts["glue"])
    bad = Stack(local_aws)
    assert bad.apply(resources("glue")) == "ROLLBACK_COMPLETE"
    assert bad.reasons()[0].startswith(f"{sentence} (Service: ")
    assert bad.reasons()[0].endswith(f", Status Code: 400, Error Code: {code})")
    good = Stack(local_aws)
    assert good.apply(resources(service)) == "CREATE_COMPLETE", good.reasons()
    assert good.apply(resources("glue"), update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert good.reasons("UPDATE_FAILED")[0].startswith(f"{sentence} (Service: ")
    good.delete()


@pytest.mark.parametrize(("arn", "status"), [("stateMachine:*", "SUCCEEDED"), ("activity:*", "FAILED")])
def test_step_functions_takes_a_role_for_its_state_machine(aws, arn, status):
    role = aws.trusting("states", {})
    made = machine(aws, role, unique("m"))
    condition = {
        "StringEquals": {SOURCE: ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:states:{REGION}:{ACCOUNT}:{arn}"},
    }
    principal = {"Service": "states.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    aws("iam").update_assume_role_policy(RoleName=role.rpartition("/")[2], PolicyDocument=document)
    states = aws("stepfunctions")
    execution = states.start_execution(stateMachineArn=made)["executionArn"]
    ended = wait_until(
        lambda: states.describe_execution(executionArn=execution)["status"], lambda found: found != "RUNNING"
    )

    assert ended == status
