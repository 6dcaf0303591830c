"""What the emulator's resource types give back otherwise than AWS, put right."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.identity import request_scope
from local_aws.emulator.service_calls import call_service
from local_aws.templates.property_types import tagging


def name_instance_profiles() -> None:
    """Have Ref of AWS::IAM::InstanceProfile be its name; the emulator gives its ARN (template reference)."""
    from ministack.services import iam
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::IAM::InstanceProfile"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def arn(name: str) -> str:
        found = iam._instance_profiles.get(name)
        return str(found["Arn"]) if found else name

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made, attributes = create(logical_id, properties, stack)
        return made.rpartition("/")[2], attributes

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
        made, attributes = update(arn(physical_id), old, new, *more)
        return made.rpartition("/")[2], attributes

    def deleting(physical_id: str, properties: dict[str, Any]) -> None:
        delete(arn(physical_id), properties)

    handler.update(create=creating, update=updating, delete=deleting)


def keep_protected_tables() -> None:
    """Have stacks fail to delete a table that is protected; the emulator deletes it (seen in a public report)."""
    from ministack.services import dynamodb
    from ministack.services.cloudformation import provisioners

    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handler = provisioners._RESOURCE_HANDLERS[kind]
        handler["delete"] = _unless_protected(handler["delete"], dynamodb._tables)


def _unless_protected(delete: Callable[..., Any], tables: Any) -> Callable[..., Any]:
    def deleting(physical_id: str, properties: dict[str, Any]) -> None:
        if (tables.get(physical_id) or {}).get("DeletionProtectionEnabled"):
            raise ValueError(
                "Resource cannot be deleted as it is currently protected against deletion. "
                "Disable deletion protection first. (Service: DynamoDb, Status Code: 400)"
            )
        delete(physical_id, properties)

    return deleting


def forget_what_the_deleted_had() -> None:
    """Have a table or event bus that is gone leave nothing to the next one of its name; the emulator keeps settings."""
    from ministack.services import dynamodb, eventbridge
    from ministack.services.cloudformation import provisioners

    deleted_table, deleted_bus = dynamodb._delete_table, eventbridge._delete_event_bus

    def delete_table(data: dict[str, Any]) -> Any:
        answer = deleted_table(data)
        _forget_settings(dynamodb, dynamodb._normalize_table_name(data.get("TableName")))
        return answer

    def delete_bus(data: dict[str, Any]) -> Any:
        answer = deleted_bus(data)
        if data.get("Name") not in eventbridge._event_buses:
            eventbridge._event_bus_policies.pop(data.get("Name"), None)
        return answer

    dynamodb._delete_table, eventbridge._delete_event_bus = delete_table, delete_bus
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handler = provisioners._RESOURCE_HANDLERS[kind]
        handler["delete"] = _forgetting(handler["delete"], dynamodb)


def _forgetting(delete: Callable[..., Any], dynamodb: Any) -> Callable[..., Any]:
    def deleting(physical_id: str, properties: dict[str, Any]) -> None:
        delete(physical_id, properties)
        _forget_settings(dynamodb, physical_id)

    return deleting


def _forget_settings(dynamodb: Any, name: str) -> None:
    """Forget what the emulator keeps beside a table, once there is no such table."""
    if name in dynamodb._tables:
        return
    for store in (dynamodb._ttl_settings, dynamodb._pitr_settings, dynamodb._kinesis_destinations):
        store.pop(name, None)
    for key in [key for key in dynamodb._contributor_insights if key.split("/index/")[0] == name]:
        dynamodb._contributor_insights.pop(key, None)
    scope = request_scope()
    arn = f"arn:aws:dynamodb:{scope.region}:{scope.account_id}:table/{name}"
    for store in (dynamodb._tags, dynamodb._resource_policies):
        store.pop(arn, None)


def generate_secrets_as_asked() -> None:
    """Have a secret of GenerateSecretString be as GetRandomPassword makes it; the emulator heeds its length alone."""
    from ministack.services.cloudformation import provisioners

    provisioners._sm_secret_string = _secret


def _secret(properties: dict[str, Any]) -> str:
    asked = properties.get("GenerateSecretString")
    if asked is None or properties.get("SecretString"):
        return str(properties.get("SecretString", ""))
    template, key = asked.get("SecretStringTemplate"), asked.get("GenerateStringKey")
    if (template is None) != (key is None):
        raise ValueError("SecretStringTemplate and GenerateStringKey need each other")  # unverified
    wanted = {name: value for name, value in asked.items() if name not in ("SecretStringTemplate", "GenerateStringKey")}
    password = str(call_service("secretsmanager", "GetRandomPassword", wanted)["RandomPassword"])
    if template is None:
        return password
    try:
        filled = json.loads(template)
        filled[key] = password
    except (ValueError, TypeError) as error:
        raise ValueError("SecretStringTemplate is no JSON object") from error  # unverified
    return json.dumps(filled)


def forget_empty_attributes_of_topics() -> None:
    """Have a topic's attribute that is set to nothing be gone (seen of KmsMasterKeyId; unverified of the others)."""
    from ministack.services import sns

    put = sns._set_topic_attributes

    def set_topic_attributes(params: dict[str, Any]) -> Any:
        answer = put(params)
        topic = sns._topics.get(sns._p(params, "TopicArn"))
        name = sns._p(params, "AttributeName")
        if topic and name != "DisplayName" and not topic["attributes"].get(name):
            topic["attributes"].pop(name, None)
        return answer

    sns._set_topic_attributes = set_topic_attributes


_MORE_SYSTEM_TAGS = ("AWS::S3::Bucket",)
"""Types that have CloudFormation's own tags beside those that the emulator knows (seen in public reports).

On AWS PutBucketTagging cannot take them away; here it does (unverified what AWS answers).
"""


def plug_stack_tags(takes: Callable[[str], bool]) -> None:
    """Have a stack's tags reach all resources whose type the registry calls taggable.

    Args:
        takes: (resource type) -> whether its tags are kept here.

    The tags that CloudFormation adds (aws:cloudformation:...) go where the emulator knows of them, unless the schema
    says no.
    """
    from ministack.services.cloudformation import provisioners, stacks

    known = provisioners._STACK_TAG_PROPERTY

    def with_stack_tags(
        kind: str, properties: dict[str, Any], tags: list[Any], stack: str, stack_id: str, logical_id: str
    ) -> dict[str, Any]:
        found = tagging(kind) if takes(kind) else None
        if found is None:
            return properties
        extra = provisioners._tag_map(tags)
        own = properties.get(found.name)
        if (
            found.system is not False
            and (kind in known or kind in _MORE_SYSTEM_TAGS)
            and not kind.startswith("AWS::IoT::")
        ):
            extra |= {
                "aws:cloudformation:stack-name": stack,
                "aws:cloudformation:stack-id": stack_id,
                "aws:cloudformation:logical-id": logical_id,
            }
        if not extra:
            return properties
        if found.is_map:
            return {
                **properties,
                found.name: {**extra, **(own if isinstance(own, dict) else provisioners._tag_map(own))},
            }
        listed = own if isinstance(own, list) else [{"Key": key, "Value": value} for key, value in (own or {}).items()]
        present = {str(tag.get("Key")) for tag in listed if isinstance(tag, dict)}
        more = [{"Key": key, "Value": value} for key, value in extra.items() if key not in present]
        return {**properties, found.name: [*listed, *more]}

    for module in (provisioners, stacks):
        module._with_stack_tags = with_stack_tags


def show_endpoints_whole() -> None:
    """Have DescribeVpcEndpoints tell of policies, security groups, private names and age, which the emulator keeps."""
    from ministack.services import ec2

    shown = ec2._vpce_fields_xml

    def fields(endpoint: dict[str, Any], tag: str = "item") -> str:
        policy = endpoint.get("PolicyDocument")
        text = policy if isinstance(policy, str) else json.dumps(policy) if policy else ""
        groups = "".join(
            f"<item><groupId>{escape(str(each))}</groupId></item>" for each in endpoint.get("SecurityGroupIds") or []
        )
        names = str(bool(endpoint.get("PrivateDnsEnabled"))).lower()
        more = f"<groupSet>{groups}</groupSet><privateDnsEnabled>{names}</privateDnsEnabled>"
        more += f"<policyDocument>{escape(text)}</policyDocument>" if text else ""
        made = endpoint.get("CreationTimestamp")
        more += f"<creationTimestamp>{made}</creationTimestamp>" if made else ""
        return str(shown(endpoint, tag)).removesuffix(f"</{tag}>") + more + f"</{tag}>"

    ec2._vpce_fields_xml = fields
