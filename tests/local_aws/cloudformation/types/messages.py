"""S3's bucket policy, SNS, SQS, EventBridge, Scheduler."""

import datetime
import json

from tests.local_aws.aws_server import ACCOUNT, REGION
from tests.local_aws.cloudformation.types.case import Case
from tests.local_aws.cloudformation.types.identity import TAGS, document, own, role

QUEUE = {"Type": "AWS::SQS::Queue"}
TOPIC = {"Type": "AWS::SNS::Topic"}
ROLE_ARN = {"Fn::GetAtt": ["Role", "Arn"]}
QUEUE_ARN = {"Fn::GetAtt": ["Queue", "Arn"]}
PRINCIPAL = {"Principal": {"Service": "events.amazonaws.com"}, "Resource": "*"}
START = datetime.datetime(2031, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)


def arn(service, rest):
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def read_topic(client, topic):
    sns = client("sns")
    return sns.get_topic_attributes(TopicArn=topic)["Attributes"] | {
        "tags": own(sns.list_tags_for_resource(ResourceArn=topic)["Tags"]),
        "subscriptions": [
            (each["Protocol"], each["Endpoint"].rpartition(":")[0])
            for each in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
        ],
    }


def read_queue(client, url):
    sqs = client("sqs")
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] | {
        "tags": sqs.list_queue_tags(QueueUrl=url).get("Tags", {})
    }


def redrive(queue):
    policy = json.loads(queue["RedrivePolicy"])
    return policy["deadLetterTargetArn"].rpartition(":")[2], int(policy["maxReceiveCount"])


def read_rule(client, ref):
    events = client("events")
    name, bus = ref.rpartition("|")[2].rpartition("/")[2], "typed-bus" if "typed-bus" in ref else "default"
    return events.describe_rule(Name=name, EventBusName=bus) | {
        "targets": events.list_targets_by_rule(Rule=name, EventBusName=bus)["Targets"],
        "tags": own(events.list_tags_for_resource(ResourceARN=arn("events", f"rule/{name}"))["Tags"])
        if bus == "default"
        else {},
    }


PROTECTION = {"Name": "p", "Version": "2021-06-01", "Statement": []}
FILTER = {"kind": ["a"]}
PATTERN = {"source": ["aws.glue"]}
TARGET = {
    "Id": "1",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/typed-of-rule",
    "InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": "<a>"},
    "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
    "DeadLetterConfig": {"Arn": arn("sqs", "dead")},
}
SCHEDULED = {
    "Arn": arn("sqs", "q"),
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/typed-of-schedule",
    "Input": "{}",
    "RetryPolicy": {"MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 60},
    "DeadLetterConfig": {"Arn": arn("sqs", "dead")},
}

CASES = [
    Case(
        "AWS::S3::BucketPolicy",
        {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document("s3:GetObject", Principal="*", Resource="*")},
        lambda client, _ref: json.loads(client("s3").get_bucket_policy(Bucket="typed-of-policy")["Policy"]),
        {
            "Bucket": ("Version", "2012-10-17"),
            "PolicyDocument": (lambda found: found, document("s3:GetObject", Principal="*", Resource="*")),
        },
        then={"PolicyDocument": document("s3:PutObject", Principal="*", Resource="*")},
        told_then={"PolicyDocument": document("s3:PutObject", Principal="*", Resource="*")},
        beside={"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "typed-of-policy"}}},
    ),
    Case(
        "AWS::SNS::Topic",
        {
            "TopicName": "typed.fifo",
            "DisplayName": "shown",
            "FifoTopic": "true",
            "ContentBasedDeduplication": "true",
            "FifoThroughputScope": "MessageGroup",
            "MaximumMessageSize": "2048",
            "KmsMasterKeyId": "alias/aws/sns",
            "SignatureVersion": "2",
            "TracingConfig": "Active",
            "ArchivePolicy": {"MessageRetentionPeriod": "30"},
            "DataProtectionPolicy": PROTECTION,
            "DeliveryStatusLogging": [
                {
                    "Protocol": "sqs",
                    "SuccessFeedbackRoleArn": "arn:aws:iam::000000000000:role/s",
                    "SuccessFeedbackSampleRate": "50",
                    "FailureFeedbackRoleArn": "arn:aws:iam::000000000000:role/f",
                }
            ],
            "Subscription": [{"Protocol": "sqs", "Endpoint": QUEUE_ARN}],
            "Tags": TAGS,
        },
        read_topic,
        {
            "TopicName": (lambda it: it["TopicArn"].rpartition(":")[2], "typed.fifo"),
            "DisplayName": ("DisplayName", "shown"),
            "FifoTopic": ("FifoTopic", "true"),
            "ContentBasedDeduplication": ("ContentBasedDeduplication", "true"),
            "FifoThroughputScope": ("FifoThroughputScope", "MessageGroup"),
            "MaximumMessageSize": ("MaximumMessageSize", "2048"),
            "KmsMasterKeyId": ("KmsMasterKeyId", "alias/aws/sns"),
            "SignatureVersion": ("SignatureVersion", "2"),
            "TracingConfig": ("TracingConfig", "Active"),
            "ArchivePolicy": (lambda it: json.loads(it.get("ArchivePolicy", "{}")), {"MessageRetentionPeriod": "30"}),
            "DeliveryStatusLogging": (
                lambda it: (
                    it.get("SQSSuccessFeedbackRoleArn"),
                    it.get("SQSSuccessFeedbackSampleRate"),
                    it.get("SQSFailureFeedbackRoleArn"),
                ),
                ("arn:aws:iam::000000000000:role/s", "50", "arn:aws:iam::000000000000:role/f"),
            ),
            "Subscription": ("subscriptions", [("sqs", arn("sqs", "")[:-1])]),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "DisplayName": "changed",
            "KmsMasterKeyId": None,
            "ContentBasedDeduplication": False,
            "Tags": [{"Key": "team", "Value": "other"}],
            "DeliveryStatusLogging": None,
        },
        told_then={
            "DisplayName": "changed",
            "KmsMasterKeyId": "absent",
            "ContentBasedDeduplication": "false",
            "Tags": {"team": "other"},
            "DeliveryStatusLogging": (None, None, None),
        },
        beside={"Queue": QUEUE},
    ),
    Case(
        "AWS::SNS::Subscription",
        {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": QUEUE_ARN,
            "FilterPolicy": FILTER,
            "FilterPolicyScope": "MessageBody",
            "RawMessageDelivery": "true",
            "RedrivePolicy": {"deadLetterTargetArn": arn("sqs", "dead")},
            "DeliveryPolicy": {"healthyRetryPolicy": {"numRetries": 3}},
            "SubscriptionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
            "Region": {"Ref": "AWS::Region"},
        },
        lambda client, ref: client("sns").get_subscription_attributes(SubscriptionArn=ref)["Attributes"],
        {
            "TopicArn": (lambda it: it["TopicArn"].startswith(arn("sns", "")), True),
            "Protocol": ("Protocol", "sqs"),
            "Endpoint": (lambda it: it["Endpoint"].startswith(arn("sqs", "")), True),
            "FilterPolicy": (lambda it: json.loads(it["FilterPolicy"]), FILTER),
            "FilterPolicyScope": ("FilterPolicyScope", "MessageBody"),
            "RawMessageDelivery": ("RawMessageDelivery", "true"),
            "RedrivePolicy": (lambda it: json.loads(it["RedrivePolicy"]), {"deadLetterTargetArn": arn("sqs", "dead")}),
            "DeliveryPolicy": (
                lambda it: json.loads(it["DeliveryPolicy"])["healthyRetryPolicy"]["numRetries"],
                3,
            ),
            "SubscriptionRoleArn": ("SubscriptionRoleArn", f"arn:aws:iam::{ACCOUNT}:role/r"),
        },
        then={"FilterPolicy": {"kind": ["b"]}, "RawMessageDelivery": "false"},
        told_then={"FilterPolicy": {"kind": ["b"]}, "RawMessageDelivery": "false"},
        beside={"Topic": TOPIC, "Queue": QUEUE},
    ),
    Case(
        "AWS::SNS::TopicPolicy",
        {"Topics": [{"Ref": "Topic"}], "PolicyDocument": document("sns:Publish", **PRINCIPAL)},
        lambda client, _ref: json.loads(
            client("sns").get_topic_attributes(TopicArn=arn("sns", "typed-of-policy"))["Attributes"]["Policy"]
        ),
        {
            "Topics": ("Version", "2012-10-17"),
            "PolicyDocument": (lambda it: it["Statement"][0]["Principal"], {"Service": "events.amazonaws.com"}),
        },
        beside={"Topic": {**TOPIC, "Properties": {"TopicName": "typed-of-policy"}}},
    ),
    Case(
        "AWS::SQS::Queue",
        {
            "QueueName": "typed.fifo",
            "FifoQueue": "true",
            "ContentBasedDeduplication": "true",
            "DeduplicationScope": "messageGroup",
            "FifoThroughputLimit": "perMessageGroupId",
            "DelaySeconds": "3",
            "KmsMasterKeyId": "alias/aws/sqs",
            "KmsDataKeyReusePeriodSeconds": "600",
            "MaximumMessageSize": "2048",
            "MessageRetentionPeriod": "120",
            "ReceiveMessageWaitTimeSeconds": "5",
            "VisibilityTimeout": "60",
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": "4"},
            "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
            "Tags": TAGS,
        },
        read_queue,
        {
            "QueueName": (lambda it: it["QueueArn"].rpartition(":")[2], "typed.fifo"),
            "FifoQueue": ("FifoQueue", "true"),
            "ContentBasedDeduplication": ("ContentBasedDeduplication", "true"),
            "DeduplicationScope": ("DeduplicationScope", "messageGroup"),
            "FifoThroughputLimit": ("FifoThroughputLimit", "perMessageGroupId"),
            "DelaySeconds": ("DelaySeconds", "3"),
            "KmsMasterKeyId": ("KmsMasterKeyId", "alias/aws/sqs"),
            "KmsDataKeyReusePeriodSeconds": ("KmsDataKeyReusePeriodSeconds", "600"),
            "MaximumMessageSize": ("MaximumMessageSize", "2048"),
            "MessageRetentionPeriod": ("MessageRetentionPeriod", "120"),
            "ReceiveMessageWaitTimeSeconds": ("ReceiveMessageWaitTimeSeconds", "5"),
            "VisibilityTimeout": ("VisibilityTimeout", "60"),
            "RedrivePolicy": (
                redrive,
                ("typed-dead.fifo", 4),
            ),
            "RedriveAllowPolicy": (
                lambda it: json.loads(it["RedriveAllowPolicy"]),
                {"redrivePermission": "denyAll"},
            ),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"VisibilityTimeout": "90", "KmsMasterKeyId": "alias/other", "Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"VisibilityTimeout": "90", "KmsMasterKeyId": "alias/other", "Tags": {"team": "other"}},
        beside={"Dead": {**QUEUE, "Properties": {"QueueName": "typed-dead.fifo", "FifoQueue": True}}},
    ),
    Case(
        "AWS::SQS::Queue",
        {"SqsManagedSseEnabled": "false"},
        read_queue,
        {"SqsManagedSseEnabled": ("SqsManagedSseEnabled", "false")},
    ),
    Case(
        "AWS::SQS::QueuePolicy",
        {"Queues": [{"Ref": "Queue"}], "PolicyDocument": document("sqs:SendMessage", **PRINCIPAL)},
        lambda client, _ref: json.loads(
            client("sqs").get_queue_attributes(
                QueueUrl=client("sqs").get_queue_url(QueueName="typed-of-policy")["QueueUrl"], AttributeNames=["Policy"]
            )["Attributes"]["Policy"]
        ),
        {
            "Queues": ("Version", "2012-10-17"),
            "PolicyDocument": (lambda it: it["Statement"][0]["Principal"], {"Service": "events.amazonaws.com"}),
        },
        beside={"Queue": {**QUEUE, "Properties": {"QueueName": "typed-of-policy"}}},
    ),
    Case(
        "AWS::Events::Rule",
        {
            "Name": "typed-rule",
            "Description": "what it is for",
            "EventPattern": PATTERN,
            "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/r",
            "State": "DISABLED",
            "Targets": [{**TARGET, "Arn": arn("sqs", "q"), "RoleArn": ROLE_ARN}],
            "Tags": TAGS,
        },
        read_rule,
        {
            "Name": ("Name", "typed-rule"),
            "Description": ("Description", "what it is for"),
            "EventPattern": (lambda it: json.loads(it["EventPattern"]), PATTERN),
            "RoleArn": ("RoleArn", f"arn:aws:iam::{ACCOUNT}:role/r"),
            "State": ("State", "DISABLED"),
            "Targets": ("targets", [{**TARGET, "Arn": arn("sqs", "q")}]),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "Description": "changed",
            "State": "ENABLED",
            "Targets": [{"Id": "2", "Arn": arn("sqs", "q"), "Input": "{}"}],
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "Description": "changed",
            "State": "ENABLED",
            "Targets": [{"Id": "2", "Arn": arn("sqs", "q"), "Input": "{}"}],
            "Tags": {"team": "other"},
        },
        beside={"Role": role("typed-of-rule", "events")},
    ),
    Case(
        "AWS::Events::Rule",
        {"ScheduleExpression": "rate(1 day)"},
        read_rule,
        {"ScheduleExpression": ("ScheduleExpression", "rate(1 day)")},
        then={"ScheduleExpression": "rate(2 days)"},
        told_then={"ScheduleExpression": "rate(2 days)"},
    ),
    Case(
        "AWS::Events::Rule",
        {"EventBusName": {"Ref": "Bus"}, "EventPattern": PATTERN},
        lambda client, _ref: client("events").list_rules(EventBusName="typed-bus-of-rule")["Rules"][0],
        {"EventBusName": ("EventBusName", "typed-bus-of-rule")},
        beside={"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "typed-bus-of-rule"}}},
    ),
    Case(
        "AWS::Events::EventBus",
        {
            "Name": "typed-bus",
            "Description": "what it is for",
            "DeadLetterConfig": {"Arn": arn("sqs", "dead")},
            "KmsKeyIdentifier": "alias/k",
            "LogConfig": {"Level": "INFO", "IncludeDetail": "FULL"},
            "Policy": document("events:PutEvents", Principal="*", Resource="*", Sid="s"),
            "Tags": TAGS,
        },
        lambda client, _ref: (
            client("events").describe_event_bus(Name="typed-bus")
            | {
                "tags": own(
                    client("events").list_tags_for_resource(ResourceARN=arn("events", "event-bus/typed-bus"))["Tags"]
                )
            }
        ),
        {
            "Name": ("Name", "typed-bus"),
            "Description": ("Description", "what it is for"),
            "DeadLetterConfig": ("DeadLetterConfig", {"Arn": arn("sqs", "dead")}),
            "KmsKeyIdentifier": ("KmsKeyIdentifier", "alias/k"),
            "LogConfig": ("LogConfig", {"Level": "INFO", "IncludeDetail": "FULL"}),
            "Policy": (lambda it: json.loads(it.get("Policy", '{"Statement": [{}]}'))["Statement"][0].get("Sid"), "s"),
            "Tags": ("tags", {"team": "data"}),
        },
        then={"Description": "changed", "DeadLetterConfig": None, "Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"Description": "changed", "DeadLetterConfig": "absent", "Tags": {"team": "other"}},
    ),
    Case(
        "AWS::Scheduler::Schedule",
        {
            "Name": "typed-schedule",
            "GroupName": {"Ref": "Group"},
            "Description": "what it is for",
            "ScheduleExpression": "rate(1 day)",
            "ScheduleExpressionTimezone": "Europe/Berlin",
            "StartDate": "2031-01-02T03:04:05Z",
            "EndDate": "2031-01-02T03:04:05Z",
            "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": "15"},
            "KmsKeyArn": arn("kms", "key/k"),
            "State": "DISABLED",
            "Target": {**SCHEDULED, "RoleArn": ROLE_ARN},
        },
        lambda client, _ref: client("scheduler").get_schedule(Name="typed-schedule", GroupName="typed-group"),
        {
            "Name": ("Name", "typed-schedule"),
            "GroupName": ("GroupName", "typed-group"),
            "Description": ("Description", "what it is for"),
            "ScheduleExpression": ("ScheduleExpression", "rate(1 day)"),
            "ScheduleExpressionTimezone": ("ScheduleExpressionTimezone", "Europe/Berlin"),
            "StartDate": ("StartDate", START),
            "EndDate": ("EndDate", START),
            "FlexibleTimeWindow": ("FlexibleTimeWindow", {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}),
            "KmsKeyArn": ("KmsKeyArn", arn("kms", "key/k")),
            "State": ("State", "DISABLED"),
            "Target": ("Target", SCHEDULED),
        },
        then={"State": "ENABLED", "EndDate": None, "ScheduleExpressionTimezone": "Europe/Paris"},
        told_then={"State": "ENABLED", "EndDate": "absent", "ScheduleExpressionTimezone": "Europe/Paris"},
        beside={
            "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "typed-group"}},
            "Role": role("typed-of-schedule", "scheduler"),
        },
    ),
    Case(
        "AWS::Scheduler::ScheduleGroup",
        {"Name": "typed-other-group", "Tags": TAGS},
        lambda client, _ref: (
            client("scheduler").get_schedule_group(Name="typed-other-group")
            | {
                "tags": own(
                    client("scheduler").list_tags_for_resource(
                        ResourceArn=arn("scheduler", "schedule-group/typed-other-group")
                    )["Tags"]
                )
            }
        ),
        {"Name": ("Name", "typed-other-group"), "Tags": ("tags", {"team": "data"})},
        then={"Tags": [{"Key": "team", "Value": "other"}]},
        told_then={"Tags": {"team": "other"}},
    ),
]
