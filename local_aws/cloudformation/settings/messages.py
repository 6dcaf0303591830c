"""SNS, EventBridge, EventBridge Scheduler."""

from __future__ import annotations

import datetime
import json
from typing import Any

from local_aws.cloudformation.settings.setting import Params, Properties, Setting, Step

_FEEDBACK = {"http/s": "HTTP", "sqs": "SQS", "lambda": "Lambda", "firehose": "Firehose", "application": "Application"}
_FEEDBACK_PARTS = ("SuccessFeedbackRoleArn", "SuccessFeedbackSampleRate", "FailureFeedbackRoleArn")


def _text(value: Any) -> str:
    """A value as attributes of topics have it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)


def _attribute(name: str, without: str = "") -> Setting:
    """A topic's attribute; `without` is its value where the template does not have it."""

    def step(topic: str, value: str) -> list[Step]:
        return [("SetTopicAttributes", {"TopicArn": topic, "AttributeName": name, "AttributeValue": value})]

    return Setting(
        (name,),
        "sns",
        lambda topic, given: step(topic, _text(given[name])),
        lambda topic, _given: step(topic, without),
    )


def _feedback(topic: str, given: Properties) -> list[Step]:
    return [
        (
            "SetTopicAttributes",
            {
                "TopicArn": topic,
                "AttributeName": _FEEDBACK.get(str(each["Protocol"]), str(each["Protocol"])) + part,
                "AttributeValue": str(each[part]),
            },
        )
        for each in given["DeliveryStatusLogging"]
        for part in _FEEDBACK_PARTS
        if each.get(part)
    ]


def _no_feedback(topic: str, given: Properties) -> list[Step]:
    return [(operation, {**params, "AttributeValue": ""}) for operation, params in _feedback(topic, given)]


def _schedule(name: str, given: Properties) -> list[Step]:
    params: Params = {**given, "Name": name}
    for date in ("StartDate", "EndDate"):
        if params.get(date):
            params[date] = datetime.datetime.fromisoformat(str(params[date]))
    return [("UpdateSchedule", params)]


_DATES = ("StartDate", "EndDate", "ScheduleExpressionTimezone", "KmsKeyArn")
_SCHEDULE = (*_DATES, "Description", "FlexibleTimeWindow", "GroupName", "ScheduleExpression", "State", "Target")

MESSAGES = {
    "AWS::SNS::Topic": (
        _attribute("KmsMasterKeyId"),
        _attribute("SignatureVersion"),
        _attribute("TracingConfig"),
        _attribute("FifoTopic"),
        _attribute("ContentBasedDeduplication", "false"),
        _attribute("FifoThroughputScope"),
        _attribute("ArchivePolicy"),
        _attribute("MaximumMessageSize"),
        Setting(("DeliveryStatusLogging",), "sns", _feedback, _no_feedback),
    ),
    "AWS::Scheduler::Schedule": (Setting(_SCHEDULE, "scheduler", _schedule),),
}
