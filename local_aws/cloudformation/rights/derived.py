"""Rights of types that have no table of their own: the main operation of each handler, by the registry's schema.

The schema lists what a handler may call. Asked is the one operation that is called after what is done and after the
type, such as CreateCluster, and those of tags: that AWS's handlers begin with it is unverified. On which resource, the
service authorization reference says as cfn-lint carries it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.rights.naming import tags_of
from local_aws.cloudformation.rights.rights import changed, tag_context
from local_aws.cloudformation.stand_ins import arns
from local_aws.emulator import Change, Need
from local_aws.templates import registry

_VERBS = {
    "create": "Create Put Register Run Request Allocate Attach Associate Add Start Publish Set Subscribe Change",
    "update": "Update Modify Put Set Replace Change Register Attach Associate Add Create Publish Start",
    "delete": "Delete Deregister Release Terminate Detach Disassociate Remove Cancel Stop Schedule Put Set Change",
    "import": "Describe Get List",
}
"""What is done -> how operations begin that do it, the likelier first."""

_METHODS = {"create": "POST PUT PATCH", "update": "PATCH PUT", "delete": "DELETE PATCH", "import": "GET"}
"""The same for API Gateway, whose operations are called after HTTP's methods."""

_API_GATEWAY = "AWS::ApiGateway"

_TAG = re.compile(r"(?:Tag|AddTags|AddResourceTags|CreateTags|CreateOrUpdateTags|ChangeTags)")
_UNTAG = re.compile(r"(?:Untag|RemoveTags|DeleteTags)")

_MAIN = {
    "AWS::CloudFront::Distribution": {"create": "cloudfront:CreateDistribution"},
    "AWS::CodeBuild::Project": {
        "create": "codebuild:CreateProject",
        "update": "codebuild:UpdateProject",
        "delete": "codebuild:DeleteProject",
    },
    "AWS::KinesisAnalyticsV2::ApplicationCloudWatchLoggingOption": {
        "create": "kinesisanalytics:AddApplicationCloudWatchLoggingOption",
        "delete": "kinesisanalytics:DeleteApplicationCloudWatchLoggingOption",
    },
    "AWS::OpenSearchService::Domain": {"update": "es:UpdateDomainConfig"},
    "AWS::S3ObjectLambda::AccessPoint": {
        "create": "s3:CreateAccessPointForObjectLambda",
        "update": "s3:PutAccessPointConfigurationForObjectLambda",
        "delete": "s3:DeleteAccessPointForObjectLambda",
    },
    "AWS::S3ObjectLambda::AccessPointPolicy": {
        "create": "s3:PutAccessPointPolicyForObjectLambda",
        "delete": "s3:DeleteAccessPointPolicyForObjectLambda",
    },
    "AWS::DocDB::DBCluster": {
        "create": "rds:CreateDBCluster",
        "update": "rds:ModifyDBCluster",
        "delete": "rds:DeleteDBCluster",
    },
    "AWS::DocDB::DBInstance": {
        "create": "rds:CreateDBInstance",
        "update": "rds:ModifyDBInstance",
        "delete": "rds:DeleteDBInstance",
    },
}
"""Types whose schemas tell nothing, or not enough."""

_OWN_KINDS = {"AWS::DocDB::DBInstance": "db", "AWS::RDS::DBInstance": "db"}
"""Types whose resources policies call otherwise."""

_ASKING_NOTHING = frozenset(
    """
    AWS::CDK::Metadata AWS::CloudFormation::CustomResource AWS::CloudFormation::Stack AWS::CloudFormation::WaitCondition
    AWS::CloudFormation::WaitConditionHandle
    """.split()
)
"""What calls no service; the resources of a nested stack ask for themselves, custom resources for their function."""


def derived(change: Change) -> Iterator[Need]:
    """The rights that a change of a resource needs."""
    if change.kind in _ASKING_NOTHING:
        return
    old, new = _tags(change.kind, change.old), _tags(change.kind, change.new)
    fresh = {key: value for key, value in new.items() if old.get(key) != value}
    if change.verb != "update" or any(name != _tag_property(change.kind) for name in changed(change)):
        action = main_action(change.kind, change.verb) or main_action(change.kind, "create")
        if action:
            context = tag_context(new) if change.verb == "create" else {}
            yield Need(action, _resource(change, action), context)
    if change.verb in ("create", "update"):
        permissions = _tagging(change.kind)
        for pattern, context in ((_TAG, tag_context(fresh)), (_UNTAG, _gone(old, new))):
            action = next((each for each in permissions if pattern.match(each.partition(":")[2])), "")
            if context and action:
                yield Need(action, _resource(change, action), context)


def _gone(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, Any]:
    gone = sorted(old.keys() - new.keys())
    return {"aws:TagKeys": gone} if gone else {}


@functools.cache
def main_action(kind: str, verb: str) -> str:
    """The operation that a type's handler is sure to call; "" where the schema names none."""
    if verb in _MAIN.get(kind, {}):
        return _MAIN[kind][verb]
    handler = "read" if verb == "import" else verb
    permissions = registry.schema(kind).get("handlers", {}).get(handler, {}).get("permissions", ())
    service = arns.service(kind)
    own = [each for each in permissions if each.partition(":")[0] == service and "*" not in each] or [
        each
        for each in permissions
        if not each.startswith(("iam:", "kms:", "s3:", "logs:", "ec2:")) and "*" not in each
    ]
    noun, verbs = kind.rpartition("::")[2].lower(), (_METHODS if kind.startswith(_API_GATEWAY) else _VERBS)[verb]
    ranked = [
        (-_likeness(rest, noun), place, action)
        for action in own
        for place, begin in enumerate(verbs.split())
        for rest in [action.partition(":")[2].removeprefix(begin)]
        if action.partition(":")[2].startswith(begin) and not _TAG.match(action.partition(":")[2])
    ]
    return min(ranked)[2] if ranked else ""


def _likeness(rest: str, noun: str) -> int:
    """How well what an operation is called after its verb fits the type's name."""
    name = rest.lower()
    if name in (noun, f"{noun}s"):
        return 3
    return 2 if name and (name in noun or noun in name) else 0


def _tagging(kind: str) -> list[str]:
    schema = registry.schema(kind)
    told = list(schema.get("tagging", {}).get("permissions", ())) if isinstance(schema.get("tagging"), dict) else []
    handlers = schema.get("handlers", {})
    return told or [each for name in ("create", "update") for each in handlers.get(name, {}).get("permissions", ())]


def _tag_property(kind: str) -> str:
    tagging = registry.schema(kind).get("tagging")
    pointer = tagging.get("tagProperty", "") if isinstance(tagging, dict) else ""
    return str(pointer).rpartition("/")[2] or "Tags"


def _tags(kind: str, properties: Mapping[str, Any]) -> dict[str, str]:
    return tags_of(properties, _tag_property(kind))


def _resource(change: Change, action: str) -> str:
    """The ARN that an action is asked about, or `*` for one that has none."""
    service, _, operation = action.partition(":")
    if change.physical_id.startswith("arn:"):
        return change.physical_id
    if service == "apigateway":
        return _of_api_gateway(change)
    kinds = registry.resources_of_actions(service).get(operation.lower(), ())
    formats = {name: found for name, found in registry.arn_formats(service).items() if name.lower() in kinds}
    if not formats:
        return "*"
    own = _OWN_KINDS.get(change.kind) or arns.alike(change.kind.rpartition("::")[2], formats)
    found, name = (own, _name(change)) if own in formats else _above(change, formats)
    scope = emulator.request_scope()
    return (
        name
        if name.startswith("arn:")
        else arns.fill(formats[found], name, region=scope.region, account=scope.account_id)
    )


def _above(change: Change, kinds: Iterable[str]) -> tuple[str, str]:
    """What a resource belongs to, and its name: where the operation is allowed on that, such as an API of its parts."""
    properties = change.new or change.old
    for kind in kinds:
        for name, value in properties.items():
            if arns.plain(name).startswith(arns.plain(kind)) and isinstance(value, str):
                return kind, value
    return next(iter(kinds)), "*"


def _name(change: Change) -> str:
    """The physical id; before it is there the template's name, or `*` where the service makes one up."""
    if change.physical_id:
        return change.physical_id
    schema = registry.schema(change.kind)
    made_up = set(schema.get("readOnlyProperties", ()))
    kind = change.kind.rpartition("::")[2]
    identifiers = [each.rpartition("/")[2] for each in schema.get("primaryIdentifier", ()) if each not in made_up]
    candidates = [name for name in (*identifiers, f"{kind}Name", "Name") if name in schema.get("properties", {})]
    declared = next((change.new[name] for name in candidates if change.new.get(name)), None)
    if declared:
        return str(declared)
    return emulator.physical_name(change.stack, change.logical_id) if candidates else "*"


def _of_api_gateway(change: Change) -> str:
    """API Gateway's rights are those to its paths; which one is not worked out below the API (unverified)."""
    properties = change.new or change.old
    api = properties.get("RestApiId") or properties.get("ApiId") or ""
    root = "apis" if "V2" in change.kind else "restapis"
    region = emulator.request_scope().region
    begin = f"arn:aws:apigateway:{region}::/{root}"
    if api:
        return f"{begin}/{api}/*"
    own = change.kind.rpartition("::")[2] in ("RestApi", "Api")
    if own:
        return f"{begin}/{change.physical_id}" if change.physical_id else begin
    return f"arn:aws:apigateway:{region}::/*"
