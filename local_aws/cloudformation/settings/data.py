"""DynamoDB, Kinesis."""

from __future__ import annotations

import json
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.settings.setting import Params, Properties, Setting, Step


def _table(name: str, member: str, value: Any) -> list[Step]:
    return [("UpdateTable", {"TableName": name, member: value})]


def _of_table(property_name: str, without: Any = None) -> Setting:
    """A property that UpdateTable has under the same name."""
    return Setting(
        (property_name,),
        "dynamodb",
        lambda name, given: _table(name, property_name, given[property_name]),
        lambda name, _given: _table(name, property_name, without) if without is not None else [],
    )


def _expiry(name: str, given: Properties, *, on: bool | None = None) -> list[Step]:
    told = given["TimeToLiveSpecification"]
    enabled = bool(told.get("Enabled")) if on is None else on
    specification = {"Enabled": enabled, "AttributeName": str(told.get("AttributeName", ""))}
    return [("UpdateTimeToLive", {"TableName": name, "TimeToLiveSpecification": specification})]


def _recovery(name: str, specification: Params) -> list[Step]:
    params = {"TableName": name, "PointInTimeRecoverySpecification": specification}
    return [("UpdateContinuousBackups", params)]


def _encryption(name: str, given: Properties) -> list[Step]:
    told = given["SSESpecification"]
    renamed = {"Enabled" if member == "SSEEnabled" else member: value for member, value in told.items()}
    return _table(name, "SSESpecification", renamed)


def _insights(name: str, given: Properties) -> list[Step]:
    told = given["ContributorInsightsSpecification"]
    mode = {"ContributorInsightsMode": told["Mode"]} if told.get("Mode") else {}
    action = "ENABLE" if told.get("Enabled") else "DISABLE"
    return [("UpdateContributorInsights", {"TableName": name, "ContributorInsightsAction": action, **mode})]


def _streaming(name: str, given: Properties) -> list[Step]:
    told = given["KinesisStreamSpecification"]
    precision = told.get("ApproximateCreationDateTimePrecision")
    params: Params = {"TableName": name, "StreamArn": str(told["StreamArn"])}
    if precision:
        params["EnableKinesisStreamingConfiguration"] = {"ApproximateCreationDateTimePrecision": precision}
    return [("EnableKinesisStreamingDestination", params)]


def _no_streaming(name: str, given: Properties) -> list[Step]:
    arn = str(given["KinesisStreamSpecification"]["StreamArn"])
    return [("DisableKinesisStreamingDestination", {"TableName": name, "StreamArn": arn})]


def _table_arn(name: str) -> str:
    scope = emulator.request_scope()
    return f"arn:aws:dynamodb:{scope.region}:{scope.account_id}:table/{name}"


def _policy(name: str, given: Properties) -> list[Step]:
    policy = given["ResourcePolicy"]["PolicyDocument"]
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return [("PutResourcePolicy", {"ResourceArn": _table_arn(name), "Policy": text})]


DATA = {
    "AWS::DynamoDB::Table": (
        Setting(("TimeToLiveSpecification",), "dynamodb", _expiry, lambda name, given: _expiry(name, given, on=False)),
        Setting(
            ("PointInTimeRecoverySpecification",),
            "dynamodb",
            lambda name, given: _recovery(
                name, {"PointInTimeRecoveryEnabled": False, **given["PointInTimeRecoverySpecification"]}
            ),
            lambda name, _given: _recovery(name, {"PointInTimeRecoveryEnabled": False}),
        ),
        Setting(
            ("SSESpecification",),
            "dynamodb",
            _encryption,
            lambda name, _given: _table(name, "SSESpecification", {"Enabled": False}),
        ),
        _of_table("TableClass", "STANDARD"),
        _of_table("OnDemandThroughput", {"MaxReadRequestUnits": -1, "MaxWriteRequestUnits": -1}),
        Setting(
            ("ContributorInsightsSpecification",),
            "dynamodb",
            _insights,
            lambda name, _given: _insights(name, {"ContributorInsightsSpecification": {}}),
        ),
        Setting(("KinesisStreamSpecification",), "dynamodb", _streaming, _no_streaming, again=True),
        Setting(
            ("ResourcePolicy",),
            "dynamodb",
            _policy,
            lambda name, _given: [("DeleteResourcePolicy", {"ResourceArn": _table_arn(name)})],
        ),
    ),
    "AWS::Kinesis::Stream": (
        Setting(
            ("StreamEncryption",),
            "kinesis",
            lambda stream, given: [("StartStreamEncryption", {"StreamName": stream, **given["StreamEncryption"]})],
            lambda stream, given: [("StopStreamEncryption", {"StreamName": stream, **given["StreamEncryption"]})],
        ),
    ),
}
