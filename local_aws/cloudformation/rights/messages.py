"""SNS, SQS, EventBridge and its Scheduler, Step Functions, CloudWatch (service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator

from local_aws.cloudformation.rights.naming import arn, given, listed, name_of, own_arn
from local_aws.cloudformation.rights.rights import Rights
from local_aws.emulator import Change, Need


def _topic(change: Change) -> str:
    return own_arn(change, "sns", "", "TopicName")


def _topic_of(change: Change) -> str:
    return str((change.new or change.old).get("TopicArn"))


def _queue(change: Change) -> str:
    """A queue's physical id is its address."""
    return arn("sqs", name_of(change, "QueueName").rpartition("/")[2])


def _of_each(service: str, operation: str, name: str, *, by_address: bool = False) -> Rights:
    """A policy that several topics or queues have."""

    def more(change: Change) -> Iterator[Need]:
        for each in listed(change.new or change.old, name):
            resource = arn("sqs", str(each).rpartition("/")[2]) if by_address else str(each)
            yield Need(f"{service}:{operation}", resource)

    return Rights(service, lambda _change: "*", more=more)


def _rule(change: Change) -> str:
    bus = str(given(change, "EventBusName") or "default").rpartition("/")[2]
    name = name_of(change, "Name").rpartition("/")[2].rpartition("|")[2]
    return arn("events", f"rule/{name}" if bus == "default" else f"rule/{bus}/{name}")


def _targets(change: Change) -> Iterator[Need]:
    before, now = listed(change.old, "Targets"), listed(change.new, "Targets")
    if any(each not in before for each in now):
        yield Need("events:PutTargets", _rule(change))
    kept = [each.get("Id") for each in now]
    if any(each.get("Id") not in kept for each in before):
        yield Need("events:RemoveTargets", _rule(change))


def _schedule(change: Change) -> str:
    group = str(given(change, "GroupName") or "default")
    return arn("scheduler", f"schedule/{group}/{name_of(change, 'Name').rpartition('/')[2].rpartition('|')[2]}")


MESSAGES = {
    "AWS::SNS::Topic": Rights(
        "sns",
        _topic,
        create="CreateTopic",
        delete="DeleteTopic",
        update="SetTopicAttributes",
        read="GetTopicAttributes",
        parts={
            "Subscription": "Subscribe|Unsubscribe",
            "DataProtectionPolicy": "PutDataProtectionPolicy|PutDataProtectionPolicy",
        },
        made_with="DataProtectionPolicy",
        tag="TagResource|UntagResource",
    ),
    "AWS::SNS::Subscription": Rights(
        "sns", _topic_of, create="Subscribe", delete="Unsubscribe", update="SetSubscriptionAttributes"
    ),
    "AWS::SNS::TopicPolicy": _of_each("sns", "SetTopicAttributes", "Topics"),
    "AWS::SQS::Queue": Rights(
        "sqs",
        _queue,
        create="CreateQueue",
        delete="DeleteQueue",
        update="SetQueueAttributes",
        read="GetQueueAttributes",
        tag="TagQueue|UntagQueue",
    ),
    "AWS::SQS::QueuePolicy": _of_each("sqs", "SetQueueAttributes", "Queues", by_address=True),
    "AWS::Events::Rule": Rights(
        "events",
        _rule,
        create="PutRule",
        delete="DeleteRule",
        update="PutRule",
        read="DescribeRule",
        unasked="Targets",
        tag="TagResource|UntagResource",
        more=_targets,
    ),
    "AWS::Events::EventBus": Rights(
        "events",
        lambda change: own_arn(change, "events", "event-bus/", "Name"),
        create="CreateEventBus",
        delete="DeleteEventBus",
        update="UpdateEventBus",
        read="DescribeEventBus",
        parts={"Policy": "PutPermission|RemovePermission"},
        tag="TagResource|UntagResource",
    ),
    "AWS::Scheduler::Schedule": Rights(
        "scheduler",
        _schedule,
        create="CreateSchedule",
        delete="DeleteSchedule",
        update="UpdateSchedule",
        read="GetSchedule",
    ),
    "AWS::Scheduler::ScheduleGroup": Rights(
        "scheduler",
        lambda change: own_arn(change, "scheduler", "schedule-group/", "Name"),
        create="CreateScheduleGroup",
        delete="DeleteScheduleGroup",
        read="GetScheduleGroup",
        tag="TagResource|UntagResource",
    ),
    "AWS::StepFunctions::StateMachine": Rights(
        "states",
        lambda change: own_arn(change, "states", "stateMachine:", "StateMachineName"),
        create="CreateStateMachine",
        delete="DeleteStateMachine",
        update="UpdateStateMachine",
        read="DescribeStateMachine",
        tag="TagResource|UntagResource",
    ),
    "AWS::StepFunctions::Activity": Rights(
        "states",
        lambda change: own_arn(change, "states", "activity:", "Name"),
        create="CreateActivity",
        delete="DeleteActivity",
        read="DescribeActivity",
        tag="TagResource|UntagResource",
    ),
    "AWS::CloudWatch::Alarm": Rights(
        "cloudwatch",
        lambda change: own_arn(change, "cloudwatch", "alarm:", "AlarmName"),
        create="PutMetricAlarm",
        delete="DeleteAlarms",
        read="DescribeAlarms",
        tag="TagResource|UntagResource",
    ),
    "AWS::CloudWatch::Dashboard": Rights(
        "cloudwatch",
        lambda change: arn("cloudwatch", f"dashboard/{name_of(change, 'DashboardName')}", regional=False),
        create="PutDashboard",
        delete="DeleteDashboards",
        read="GetDashboard",
        tag="TagResource|UntagResource",
    ),
}
