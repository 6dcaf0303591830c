"""Step Functions' activities and policies of secrets."""

from __future__ import annotations

import json

from local_aws.cloudformation.service_types.service_type import ServiceType
from local_aws.cloudformation.settings.setting import Properties, Step


def _activity_tags(arn: str, old: Properties, new: Properties) -> list[Step]:
    now = {str(tag["Key"]): str(tag["Value"]) for tag in new.get("Tags") or []}
    gone = [str(tag["Key"]) for tag in old.get("Tags") or [] if tag["Key"] not in now]
    steps: list[Step] = [("UntagResource", {"resourceArn": arn, "tagKeys": gone})] if gone else []
    tags = [{"key": key, "value": value} for key, value in now.items()]
    return [*steps, ("TagResource", {"resourceArn": arn, "tags": tags})] if tags else steps


def _secret_policy(given: Properties) -> list[Step]:
    policy = given.get("ResourcePolicy", {})
    text = policy if isinstance(policy, str) else json.dumps(policy)
    return [("PutResourcePolicy", {"SecretId": str(given["SecretId"]), "ResourcePolicy": text})]


OTHERS = (
    ServiceType(
        "AWS::StepFunctions::Activity",
        "stepfunctions",
        create=lambda name, given: [
            (
                "CreateActivity",
                {
                    "name": name,
                    "tags": [{"key": str(tag["Key"]), "value": str(tag["Value"])} for tag in given.get("Tags") or []],
                },
            )
        ],
        update=_activity_tags,
        delete=lambda arn, _given: [("DeleteActivity", {"activityArn": arn})],
        ref=lambda _name, _given, answer: str(answer["activityArn"]),
        attributes=lambda arn, _given, _answer: {"Arn": arn, "Name": arn.rpartition(":")[2]},
        replaced_by=("Name",),
        name_at="Name",
    ),
    ServiceType(
        "AWS::SecretsManager::ResourcePolicy",
        "secretsmanager",
        create=lambda _name, given: _secret_policy(given),
        update=lambda _id, _old, new: _secret_policy(new),
        delete=lambda _id, given: [("DeleteResourcePolicy", {"SecretId": str(given["SecretId"])})],
        ref=lambda _name, _given, answer: str(answer["ARN"]),
        attributes=lambda made, _given, _answer: {"Id": made},
        replaced_by=("SecretId",),
    ),
)
