"""What a template says of topics, rules and state machines, the emulator's own types, is what the API answers."""

import json

from tests.local_aws.aws_server import allow, unique
from tests.local_aws.cloudformation.stack import Stack


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def test_a_topic_keeps_its_attributes(local_aws, stack):
    sns, given = local_aws.client("sns"), {"KmsMasterKeyId": "alias/aws/sns", "SignatureVersion": "2"}

    def attributes():
        return sns.get_topic_attributes(TopicArn=stack.refs()["T"])["Attributes"]

    topic = {"TopicName": unique("topic"), "DisplayName": "d"}
    stack.apply({"T": resource("SNS::Topic", **topic, **given, TracingConfig="Active")})
    wanted = {**given, "DisplayName": "d", "TracingConfig": "Active"}
    assert {name: attributes().get(name) for name in wanted} == wanted
    stack.apply({"T": resource("SNS::Topic", **topic, **given)}, update=True)
    assert attributes()["KmsMasterKeyId"] == "alias/aws/sns"
    assert "TracingConfig" not in attributes()
    stack.delete()


def test_a_rule_keeps_its_targets(local_aws, stack):
    events, name = local_aws.client("events"), unique("rule")
    target = {
        "Id": "1",
        "InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": "<a>"},
        "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
    }
    pattern = {"source": ["aws.glue"], "detail": {"state": ["FAILED"]}}
    rule = resource(
        "Events::Rule",
        Name=name,
        Description="d",
        State="DISABLED",
        EventPattern=pattern,
        Targets=[{**target, "Arn": {"Ref": "T"}}],
    )
    assert stack.apply({"T": resource("SNS::Topic"), "R": rule}) == "CREATE_COMPLETE", stack.reasons()
    found = events.describe_rule(Name=name)
    assert (found["Description"], found["State"], json.loads(found["EventPattern"])) == ("d", "DISABLED", pattern)
    assert events.list_targets_by_rule(Rule=name)["Targets"] == [{**target, "Arn": stack.refs()["T"]}]
    stack.delete()


def test_a_state_machine_keeps_its_logging(local_aws):
    states, stack = local_aws.client("stepfunctions"), Stack(local_aws)

    def machine(level):
        logging = {
            "Level": level,
            "IncludeExecutionData": "true",
            "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Log", "Arn"]}}}],
        }
        definition = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${word}", "End": True}}}
        return resource(
            "StepFunctions::StateMachine",
            RoleArn=role,
            DefinitionString=json.dumps(definition),
            DefinitionSubstitutions={"word": "hello"},
            LoggingConfiguration=logging,
        )

    role = local_aws.role(allow("*"), trusts="states.amazonaws.com")
    for update, level in ((False, "ALL"), (True, "ERROR")):
        log = resource("Logs::LogGroup", LogGroupName=f"/{stack.name}")
        stack.apply({"Log": log, "M": machine(level)}, update=update)
        found = states.describe_state_machine(stateMachineArn=stack.refs()["M"])
        logging = found["loggingConfiguration"]
        assert (logging["level"], logging["includeExecutionData"]) == (level, True)
        group = logging["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
        assert f":log-group:/{stack.name}" in group
        assert json.loads(found["definition"])["States"]["A"]["Result"] == "hello"
    stack.delete()
