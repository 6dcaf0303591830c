"""DynamoDB, Kinesis, CloudWatch and its logs, Step Functions."""

import json

from tests.local_aws.cloudformation.types.case import Case
from tests.local_aws.cloudformation.types.identity import TAGS, TRUST, document, own
from tests.local_aws.cloudformation.types.messages import arn

GROUP = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/typed/logs"}}
STATES_ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "RoleName": "typed-of-states",
        "AssumeRolePolicyDocument": document("sts:AssumeRole", Principal={"Service": "states.amazonaws.com"}),
    },
}
STREAM_ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {"RoleName": "typed-of-logs", "AssumeRolePolicyDocument": TRUST},
}
STREAM = {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}}
KEYS = [{"AttributeName": "a", "KeyType": "HASH"}, {"AttributeName": "b", "KeyType": "RANGE"}]
TABLE_POLICY = document("dynamodb:GetItem", Principal="*", Resource="*")


def attributes(*names):
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


def key(name):
    return [{"AttributeName": name, "KeyType": "HASH"}]


def read_table(client, name):
    dynamodb = client("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    streaming = dynamodb.describe_kinesis_streaming_destination(TableName=name)["KinesisDataStreamDestinations"]
    insights = dynamodb.describe_contributor_insights(TableName=name)
    try:
        policy = json.loads(dynamodb.get_resource_policy(ResourceArn=table["TableArn"])["Policy"])
    except dynamodb.exceptions.ClientError:
        policy = None
    return table | {
        "tags": own(dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"]),
        "ttl": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        "backups": dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"],
        "streaming": [
            each["StreamArn"].rpartition("/")[0] for each in streaming if each["DestinationStatus"] == "ACTIVE"
        ],
        "insights": insights["ContributorInsightsStatus"],
        "policy": policy,
    }


def read_stream(client, name):
    kinesis = client("kinesis")
    return kinesis.describe_stream(StreamName=name)["StreamDescription"] | {
        "shards": kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["OpenShardCount"],
        "tags": own(kinesis.list_tags_for_stream(StreamName=name)["Tags"]),
    }


def read_log_group(client, name):
    logs = client("logs")
    found = next(
        each for each in logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] if each["logGroupName"] == name
    )
    tags = logs.list_tags_for_resource(resourceArn=found["arn"].removesuffix(":*"))["tags"]
    return found | {"tags": {name: value for name, value in tags.items() if not name.startswith("aws:")}}


def read_alarm(client, name):
    found = client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"][0]
    tags = client("cloudwatch").list_tags_for_resource(ResourceARN=found["AlarmArn"])["Tags"]
    return found | {"tags": own(tags)}


def read_machine(client, machine):
    states = client("stepfunctions")
    found = states.describe_state_machine(stateMachineArn=machine)
    tags = states.list_tags_for_resource(resourceArn=machine)["tags"]
    return found | {
        "states": json.loads(found["definition"]),
        "tags": {each["key"]: each["value"] for each in tags if not each["key"].startswith("aws:")},
    }


DEFINITION = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "${word}", "End": True}}}
STARTED = {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "hello", "End": True}}}
LOGGING = {
    "Level": "ALL",
    "IncludeExecutionData": "true",
    "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": {"Fn::GetAtt": ["Group", "Arn"]}}}],
}
BOARD = {"widgets": []}

CASES = [
    Case(
        "AWS::DynamoDB::Table",
        {
            "TableName": "typed-table",
            "AttributeDefinitions": attributes("a", "b", "c", "d"),
            "KeySchema": KEYS,
            "BillingMode": "PROVISIONED",
            "ProvisionedThroughput": {"ReadCapacityUnits": "3", "WriteCapacityUnits": "4"},
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "global",
                    "KeySchema": key("c"),
                    "Projection": {"ProjectionType": "ALL"},
                    "ProvisionedThroughput": {"ReadCapacityUnits": "1", "WriteCapacityUnits": "2"},
                }
            ],
            "LocalSecondaryIndexes": [
                {
                    "IndexName": "local",
                    "KeySchema": [KEYS[0], {"AttributeName": "d", "KeyType": "RANGE"}],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["e"]},
                }
            ],
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": "true"},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": "true"},
            "SSESpecification": {"SSEEnabled": "true", "SSEType": "KMS", "KMSMasterKeyId": "alias/k"},
            "TableClass": "STANDARD_INFREQUENT_ACCESS",
            "DeletionProtectionEnabled": "true",
            "ContributorInsightsSpecification": {"Enabled": "true"},
            "KinesisStreamSpecification": {"StreamArn": {"Fn::GetAtt": ["Stream", "Arn"]}},
            "ResourcePolicy": {"PolicyDocument": TABLE_POLICY},
            "Tags": TAGS,
        },
        read_table,
        {
            "TableName": ("TableName", "typed-table"),
            "AttributeDefinitions": ("AttributeDefinitions", attributes("a", "b", "c", "d")),
            "KeySchema": ("KeySchema", KEYS),
            "BillingMode": (
                lambda it: it.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED"),
                "PROVISIONED",
            ),
            "ProvisionedThroughput": (
                lambda it: tuple(it["ProvisionedThroughput"][f"{each}CapacityUnits"] for each in ("Read", "Write")),
                (3, 4),
            ),
            "GlobalSecondaryIndexes": (
                lambda it: [
                    (
                        each["IndexName"],
                        each["KeySchema"],
                        each["Projection"],
                        each["ProvisionedThroughput"]["WriteCapacityUnits"],
                    )
                    for each in it.get("GlobalSecondaryIndexes", [])
                ],
                [("global", key("c"), {"ProjectionType": "ALL"}, 2)],
            ),
            "LocalSecondaryIndexes": (
                lambda it: [(each["IndexName"], each["Projection"]) for each in it["LocalSecondaryIndexes"]],
                [("local", {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["e"]})],
            ),
            "StreamSpecification": (
                lambda it: it.get("StreamSpecification", {}).get("StreamViewType"),
                "NEW_IMAGE",
            ),
            "TimeToLiveSpecification": (lambda it: it["ttl"]["TimeToLiveStatus"], "ENABLED"),
            "PointInTimeRecoverySpecification": (
                lambda it: it["backups"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
                "ENABLED",
            ),
            "SSESpecification": (lambda it: it.get("SSEDescription", {}).get("Status"), "ENABLED"),
            "TableClass": (
                lambda it: it.get("TableClassSummary", {}).get("TableClass"),
                "STANDARD_INFREQUENT_ACCESS",
            ),
            "DeletionProtectionEnabled": ("DeletionProtectionEnabled", True),
            "ContributorInsightsSpecification": ("insights", "ENABLED"),
            "KinesisStreamSpecification": ("streaming", [arn("kinesis", "stream")]),
            "ResourcePolicy": ("policy", TABLE_POLICY),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "BillingMode": "PAY_PER_REQUEST",
            "ProvisionedThroughput": None,
            "GlobalSecondaryIndexes": None,
            "AttributeDefinitions": attributes("a", "b", "d"),
            "TimeToLiveSpecification": None,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": "false"},
            "SSESpecification": None,
            "TableClass": "STANDARD",
            "DeletionProtectionEnabled": "false",
            "ContributorInsightsSpecification": None,
            "KinesisStreamSpecification": None,
            "ResourcePolicy": None,
            "StreamSpecification": None,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "BillingMode": "PAY_PER_REQUEST",
            "ProvisionedThroughput": (0, 0),
            "GlobalSecondaryIndexes": [],
            "AttributeDefinitions": attributes("a", "b", "d"),
            "TimeToLiveSpecification": "DISABLED",
            "PointInTimeRecoverySpecification": "DISABLED",
            "SSESpecification": None,
            "TableClass": "STANDARD",
            "DeletionProtectionEnabled": False,
            "ContributorInsightsSpecification": "DISABLED",
            "KinesisStreamSpecification": [],
            "ResourcePolicy": None,
            "StreamSpecification": None,
            "Tags": {"team": "other"},
        },
        beside={"Stream": STREAM},
    ),
    Case(
        "AWS::DynamoDB::Table",
        {
            "AttributeDefinitions": attributes("a"),
            "KeySchema": key("a"),
            "BillingMode": "PAY_PER_REQUEST",
            "OnDemandThroughput": {"MaxReadRequestUnits": "5", "MaxWriteRequestUnits": "6"},
        },
        read_table,
        {"OnDemandThroughput": ("OnDemandThroughput", {"MaxReadRequestUnits": 5, "MaxWriteRequestUnits": 6})},
    ),
    Case(
        "AWS::Kinesis::Stream",
        {
            "Name": "typed-stream",
            "ShardCount": "2",
            "RetentionPeriodHours": "48",
            "StreamModeDetails": {"StreamMode": "PROVISIONED"},
            "StreamEncryption": {"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"},
            "Tags": TAGS,
        },
        read_stream,
        {
            "Name": ("StreamName", "typed-stream"),
            "ShardCount": ("shards", 2),
            "RetentionPeriodHours": ("RetentionPeriodHours", 48),
            "StreamModeDetails": ("StreamModeDetails", {"StreamMode": "PROVISIONED"}),
            "StreamEncryption": (lambda it: (it.get("EncryptionType"), it.get("KeyId")), ("KMS", "alias/aws/kinesis")),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"RetentionPeriodHours": 24, "StreamEncryption": None, "Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"RetentionPeriodHours": 24, "StreamEncryption": ("NONE", None), "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::Logs::LogGroup",
        {
            "LogGroupName": "/typed/group",
            "RetentionInDays": "30",
            "KmsKeyId": arn("kms", "key/k"),
            "LogGroupClass": "INFREQUENT_ACCESS",
            "Tags": TAGS,
        },
        read_log_group,
        {
            "LogGroupName": ("logGroupName", "/typed/group"),
            "RetentionInDays": ("retentionInDays", 30),
            "KmsKeyId": ("kmsKeyId", arn("kms", "key/k")),
            "LogGroupClass": ("logGroupClass", "INFREQUENT_ACCESS"),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "RetentionInDays": None,
            "KmsKeyId": None,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "RetentionInDays": "absent",
            "KmsKeyId": "absent",
            "Tags": {"team": "other"},
        },
    ),
    Case(
        "AWS::Logs::LogStream",
        {"LogGroupName": {"Ref": "Group"}, "LogStreamName": "typed-stream"},
        lambda client, _ref: client("logs").describe_log_streams(logGroupName="/typed/logs")["logStreams"][0],
        {
            "LogGroupName": (lambda it: it["arn"].split(":")[6], "/typed/logs"),
            "LogStreamName": ("logStreamName", "typed-stream"),
        },
        beside={"Group": GROUP},
    ),
    Case(
        "AWS::Logs::MetricFilter",
        {
            "FilterName": "typed-filter",
            "LogGroupName": {"Ref": "Group"},
            "FilterPattern": "ERROR",
            "MetricTransformations": [
                {
                    "MetricName": "M",
                    "MetricNamespace": "N",
                    "MetricValue": "1",
                    "DefaultValue": "0",
                    "Unit": "Count",
                    "Dimensions": [{"Key": "k", "Value": "$.v"}],
                }
            ],
        },
        lambda client, _ref: client("logs").describe_metric_filters(logGroupName="/typed/logs")["metricFilters"][0],
        {
            "FilterName": ("filterName", "typed-filter"),
            "LogGroupName": ("logGroupName", "/typed/logs"),
            "FilterPattern": ("filterPattern", "ERROR"),
            "MetricTransformations": (
                "metricTransformations",
                [
                    {
                        "metricName": "M",
                        "metricNamespace": "N",
                        "metricValue": "1",
                        "defaultValue": 0,
                        "unit": "Count",
                        "dimensions": {"k": "$.v"},
                    }
                ],
            ),
        },
        then={"FilterPattern": "WARN"},
        told_then={"FilterPattern": "WARN"},
        beside={"Group": GROUP},
    ),
    Case(
        "AWS::Logs::SubscriptionFilter",
        {
            "FilterName": "typed-subscription",
            "LogGroupName": {"Ref": "Group"},
            "FilterPattern": "ERROR",
            "DestinationArn": {"Fn::GetAtt": ["Stream", "Arn"]},
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Distribution": "Random",
        },
        lambda client, _ref: client("logs").describe_subscription_filters(logGroupName="/typed/logs")[
            "subscriptionFilters"
        ][0],
        {
            "FilterName": ("filterName", "typed-subscription"),
            "LogGroupName": ("logGroupName", "/typed/logs"),
            "FilterPattern": ("filterPattern", "ERROR"),
            "DestinationArn": (lambda it: it["destinationArn"].rpartition("/")[0], arn("kinesis", "stream")),
            "RoleArn": (lambda it: it["roleArn"].rpartition("/")[2], "typed-of-logs"),
            "Distribution": ("distribution", "Random"),
        },
        then={"FilterPattern": "WARN"},
        told_then={"FilterPattern": "WARN"},
        beside={"Group": GROUP, "Stream": STREAM, "Role": STREAM_ROLE},
    ),
    Case(
        "AWS::CloudWatch::Alarm",
        {
            "AlarmName": "typed-alarm",
            "AlarmDescription": "what it is for",
            "ActionsEnabled": "false",
            "AlarmActions": [arn("sns", "alarm")],
            "OKActions": [arn("sns", "ok")],
            "InsufficientDataActions": [arn("sns", "insufficient")],
            "Namespace": "N",
            "MetricName": "M",
            "Dimensions": [{"Name": "x", "Value": "y"}],
            "Statistic": "Sum",
            "Period": "60",
            "EvaluationPeriods": "3",
            "DatapointsToAlarm": "2",
            "Threshold": "1.5",
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "Unit": "Count",
            "Tags": TAGS,
        },
        read_alarm,
        {
            "AlarmName": ("AlarmName", "typed-alarm"),
            "AlarmDescription": ("AlarmDescription", "what it is for"),
            "ActionsEnabled": ("ActionsEnabled", False),
            "AlarmActions": ("AlarmActions", [arn("sns", "alarm")]),
            "OKActions": ("OKActions", [arn("sns", "ok")]),
            "InsufficientDataActions": ("InsufficientDataActions", [arn("sns", "insufficient")]),
            "Namespace": ("Namespace", "N"),
            "MetricName": ("MetricName", "M"),
            "Dimensions": ("Dimensions", [{"Name": "x", "Value": "y"}]),
            "Statistic": ("Statistic", "Sum"),
            "Period": ("Period", 60),
            "EvaluationPeriods": ("EvaluationPeriods", 3),
            "DatapointsToAlarm": ("DatapointsToAlarm", 2),
            "Threshold": ("Threshold", 1.5),
            "ComparisonOperator": ("ComparisonOperator", "GreaterThanThreshold"),
            "TreatMissingData": ("TreatMissingData", "notBreaching"),
            "Unit": ("Unit", "Count"),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"Threshold": 2, "OKActions": None, "Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"Threshold": 2.0, "OKActions": [], "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::CloudWatch::Alarm",
        {
            "Namespace": "N",
            "MetricName": "M",
            "ExtendedStatistic": "p90",
            "Period": 60,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanThreshold",
        },
        read_alarm,
        {
            "ExtendedStatistic": ("ExtendedStatistic", "p90"),
        },
    ),
    Case(
        "AWS::CloudWatch::Dashboard",
        {"DashboardName": "typed-board", "DashboardBody": json.dumps(BOARD)},
        lambda client, ref: client("cloudwatch").get_dashboard(DashboardName=ref),
        {
            "DashboardName": ("DashboardName", "typed-board"),
            "DashboardBody": (lambda it: json.loads(it["DashboardBody"]), BOARD),
        },
        then={"DashboardBody": json.dumps({"widgets": [{}]})},
        told_then={"DashboardBody": {"widgets": [{}]}},
    ),
    Case(
        "AWS::StepFunctions::StateMachine",
        {
            "StateMachineName": "typed-machine",
            "StateMachineType": "STANDARD",
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Definition": DEFINITION,
            "DefinitionSubstitutions": {"word": "hello"},
            "LoggingConfiguration": LOGGING,
            "EncryptionConfiguration": {
                "Type": "CUSTOMER_MANAGED_KMS_KEY",
                "KmsKeyId": arn("kms", "key/k"),
                "KmsDataKeyReusePeriodSeconds": "600",
            },
            "Tags": TAGS,
        },
        read_machine,
        {
            "StateMachineName": ("name", "typed-machine"),
            "StateMachineType": ("type", "STANDARD"),
            "RoleArn": (lambda it: it["roleArn"].rpartition("/")[2], "typed-of-states"),
            "Definition": ("states", STARTED),
            "DefinitionSubstitutions": (lambda it: it["states"]["States"]["A"]["Result"], "hello"),
            "LoggingConfiguration": (
                lambda it: (it["loggingConfiguration"]["level"], it["loggingConfiguration"]["includeExecutionData"]),
                ("ALL", True),
            ),
            "EncryptionConfiguration": (
                "encryptionConfiguration",
                {
                    "type": "CUSTOMER_MANAGED_KMS_KEY",
                    "kmsKeyId": arn("kms", "key/k"),
                    "kmsDataKeyReusePeriodSeconds": 600,
                },
            ),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "DefinitionSubstitutions": {"word": "bye"},
            "EncryptionConfiguration": None,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "DefinitionSubstitutions": "bye",
            "Definition": {"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": "bye", "End": True}}},
            "EncryptionConfiguration": {"type": "AWS_OWNED_KEY"},
            "Tags": {"team": "other"},
        },
        beside={"Role": STATES_ROLE, "Group": GROUP},
    ),
    Case(
        "AWS::StepFunctions::StateMachine",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DefinitionString": json.dumps(DEFINITION),
            "DefinitionSubstitutions": {"word": "hello"},
        },
        read_machine,
        {"DefinitionString": ("states", STARTED)},
        beside={"Role": STATES_ROLE},
    ),
    Case(
        "AWS::StepFunctions::StateMachine",
        {
            "RoleArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "DefinitionS3Location": {"Bucket": "typed-objects", "Key": "machine.json"},
            "DefinitionSubstitutions": {"word": "hello"},
        },
        read_machine,
        {"DefinitionS3Location": ("states", STARTED)},
        beside={"Role": STATES_ROLE},
    ),
    Case(
        "AWS::StepFunctions::Activity",
        {"Name": "typed-activity", "Tags": TAGS},
        lambda client, ref: (
            client("stepfunctions").describe_activity(activityArn=ref)
            | {
                "tags": {
                    each["key"]: each["value"]
                    for each in client("stepfunctions").list_tags_for_resource(resourceArn=ref)["tags"]
                }
            }
        ),
        {"Name": ("name", "typed-activity"), "Tags": ("tags", {"team": "data"})},
        then={"Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"Tags": {"team": "other"}},
    ),
]
