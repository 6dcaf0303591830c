"""S3, DynamoDB, KMS, Secrets Manager, Parameter Store, Logs, Kinesis, Firehose (service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.rights.naming import arn, given, name_of, own_arn
from local_aws.cloudformation.rights.rights import Rights
from local_aws.emulator import Change, Need

_LONGEST_BUCKET = 63


def _bucket(change: Change) -> str:
    name = change.physical_id or given(change, "BucketName")
    made_up = emulator.physical_name(change.stack, change.logical_id, _LONGEST_BUCKET, lowercase=True)
    return f"arn:aws:s3:::{name or made_up}"


def _bucket_of_policy(change: Change) -> str:
    return f"arn:aws:s3:::{(change.new or change.old).get('Bucket')}"


def _key(change: Change) -> str:
    """Before a key is made, its id is not known."""
    return own_arn(change, "kms", "key/", "KeyId") if change.physical_id else arn("kms", "key/*")


def _enabled(change: Change) -> Iterator[Need]:
    before, now = (str(each.get("Enabled", True)).lower() for each in (change.old, change.new))
    if change.verb in ("create", "update") and before != now:
        yield Need(f"kms:{'Disable' if now == 'false' else 'Enable'}Key", _key(change))


def _alias(change: Change) -> str:
    return arn("kms", name_of(change, "AliasName"))


def _key_of_alias(change: Change) -> Iterator[Need]:
    """An alias needs the right to its key, too."""
    verb = {"create": "Create", "update": "Update", "delete": "Delete"}[change.verb]
    for properties in {id(each): each for each in (change.old, change.new) if each}.values():
        target = str(properties.get("TargetKeyId", ""))
        if target and not target.startswith("alias/"):
            yield Need(f"kms:{verb}Alias", target if target.startswith("arn:") else arn("kms", f"key/{target}"))


def _made_secret(change: Change) -> Iterator[Need]:
    asked = change.new.get("GenerateSecretString")
    if asked and asked != change.old.get("GenerateSecretString"):
        yield Need("secretsmanager:GetRandomPassword", "*")


def _secret_of_policy(change: Change) -> str:
    secret = str((change.new or change.old).get("SecretId"))
    return secret if secret.startswith("arn:") else arn("secretsmanager", f"secret:{secret}")


def _parameter(change: Change) -> str:
    return arn("ssm", f"parameter/{name_of(change, 'Name').removeprefix('/')}")


def _group(change: Change) -> str:
    """As Logs names a group in denials (public reports)."""
    return f"{arn('logs', 'log-group:')}{name_of(change, 'LogGroupName')}:log-stream:"


def _tagged_group(change: Change) -> Iterator[Need]:
    """Tags are asked about on the ARN without an end (user guide, "Overview of managing access permissions")."""
    own = Rights("logs", lambda change: _group(change).removesuffix(":log-stream:"), tag="TagResource|UntagResource")
    yield from own.tags_set(change)


def _group_of(change: Change) -> str:
    return f"{arn('logs', 'log-group:')}{(change.new or change.old).get('LogGroupName')}:log-stream:"


def _stream_of_logs(change: Change) -> str:
    return f"{_group_of(change)}{name_of(change, 'LogStreamName')}"


def _streamed(change: Change) -> Iterator[Need]:
    """Retention and encryption of a new stream, which CreateStream does not take."""
    resource = own_arn(change, "kinesis", "stream/", "Name")
    hours, before = _hours(change.new), _hours(change.old)
    if change.verb != "delete" and hours != before:
        yield Need(f"kinesis:{'Increase' if hours > before else 'Decrease'}StreamRetentionPeriod", resource)


def _hours(properties: Any) -> int:
    return int(properties.get("RetentionPeriodHours") or 24)


STORAGE = {
    "AWS::S3::Bucket": Rights(
        "s3",
        _bucket,
        create="CreateBucket",
        delete="DeleteBucket",
        read="ListBucket",
        parts={
            "AccelerateConfiguration": "PutAccelerateConfiguration|PutAccelerateConfiguration",
            "AccessControl": "PutBucketAcl|PutBucketAcl",
            "AnalyticsConfigurations": "PutAnalyticsConfiguration|PutAnalyticsConfiguration",
            "BucketEncryption": "PutEncryptionConfiguration|PutEncryptionConfiguration",
            "CorsConfiguration": "PutBucketCORS|PutBucketCORS",
            "IntelligentTieringConfigurations": "PutIntelligentTieringConfiguration|PutIntelligentTieringConfiguration",
            "InventoryConfigurations": "PutInventoryConfiguration|PutInventoryConfiguration",
            "LifecycleConfiguration": "PutLifecycleConfiguration|PutLifecycleConfiguration",
            "LoggingConfiguration": "PutBucketLogging|PutBucketLogging",
            "MetricsConfigurations": "PutMetricsConfiguration|PutMetricsConfiguration",
            "NotificationConfiguration": "PutBucketNotification|PutBucketNotification",
            "ObjectLockConfiguration": "PutBucketObjectLockConfiguration|PutBucketObjectLockConfiguration",
            "ObjectLockEnabled": "PutBucketObjectLockConfiguration PutBucketVersioning",
            "OwnershipControls": "PutBucketOwnershipControls|PutBucketOwnershipControls",
            "PublicAccessBlockConfiguration": "PutBucketPublicAccessBlock|PutBucketPublicAccessBlock",
            "ReplicationConfiguration": "PutReplicationConfiguration|PutReplicationConfiguration",
            "VersioningConfiguration": "PutBucketVersioning|PutBucketVersioning",
            "WebsiteConfiguration": "PutBucketWebsite|DeleteBucketWebsite",
        },
        tag="PutBucketTagging|PutBucketTagging",
    ),
    "AWS::S3::BucketPolicy": Rights(
        "s3", _bucket_of_policy, create="PutBucketPolicy", delete="DeleteBucketPolicy", read="GetBucketPolicy"
    ),
    "AWS::DynamoDB::Table": Rights(
        "dynamodb",
        lambda change: own_arn(change, "dynamodb", "table/", "TableName"),
        create="CreateTable",
        delete="DeleteTable",
        update="UpdateTable",
        read="DescribeTable",
        parts={
            "ContributorInsightsSpecification": "UpdateContributorInsights|UpdateContributorInsights",
            "KinesisStreamSpecification": "EnableKinesisStreamingDestination|DisableKinesisStreamingDestination",
            "PointInTimeRecoverySpecification": "UpdateContinuousBackups|UpdateContinuousBackups",
            "ResourcePolicy": "PutResourcePolicy|DeleteResourcePolicy",
            "TimeToLiveSpecification": "UpdateTimeToLive|UpdateTimeToLive",
        },
        tag="TagResource|UntagResource",
    ),
    "AWS::KMS::Key": Rights(
        "kms",
        _key,
        create="CreateKey@*",
        delete="ScheduleKeyDeletion",
        read="DescribeKey",
        parts={
            "Description": "UpdateKeyDescription|UpdateKeyDescription",
            "EnableKeyRotation": "EnableKeyRotation|DisableKeyRotation",
            "KeyPolicy": "PutKeyPolicy|PutKeyPolicy",
        },
        made_with="Description KeyPolicy",
        unasked="Enabled RotationPeriodInDays PendingWindowInDays BypassPolicyLockoutSafetyCheck",
        tag="TagResource|UntagResource",
        more=_enabled,
    ),
    "AWS::KMS::Alias": Rights(
        "kms", _alias, create="CreateAlias", delete="DeleteAlias", update="UpdateAlias", more=_key_of_alias
    ),
    "AWS::SecretsManager::Secret": Rights(
        "secretsmanager",
        lambda change: own_arn(change, "secretsmanager", "secret:", "Name"),
        create="CreateSecret",
        delete="DeleteSecret",
        update="UpdateSecret",
        read="DescribeSecret",
        parts={"ReplicaRegions": "ReplicateSecretToRegions|RemoveRegionsFromReplication"},
        made_with="ReplicaRegions",
        tag="TagResource|UntagResource",
        more=_made_secret,
    ),
    "AWS::SecretsManager::ResourcePolicy": Rights(
        "secretsmanager", _secret_of_policy, create="PutResourcePolicy", delete="DeleteResourcePolicy"
    ),
    "AWS::SecretsManager::SecretTargetAttachment": Rights(
        "secretsmanager",
        _secret_of_policy,
        create="GetSecretValue PutSecretValue",
        delete="GetSecretValue PutSecretValue",
    ),
    "AWS::SSM::Parameter": Rights(
        "ssm",
        _parameter,
        create="PutParameter",
        delete="DeleteParameter",
        read="GetParameters",
        tag="AddTagsToResource|RemoveTagsFromResource",
    ),
    "AWS::Logs::LogGroup": Rights(
        "logs",
        _group,
        create="CreateLogGroup",
        delete="DeleteLogGroup",
        update="CreateLogGroup",
        read="DescribeLogGroups",
        parts={
            "DataProtectionPolicy": "PutDataProtectionPolicy|DeleteDataProtectionPolicy",
            "FieldIndexPolicies": "PutIndexPolicy|DeleteIndexPolicy",
            "KmsKeyId": "AssociateKmsKey|DisassociateKmsKey",
            "RetentionInDays": "PutRetentionPolicy|DeleteRetentionPolicy",
        },
        made_with="KmsKeyId",
        more=_tagged_group,
    ),
    "AWS::Logs::LogStream": Rights("logs", _stream_of_logs, create="CreateLogStream", delete="DeleteLogStream"),
    "AWS::Logs::MetricFilter": Rights("logs", _group_of, create="PutMetricFilter", delete="DeleteMetricFilter"),
    "AWS::Logs::SubscriptionFilter": Rights(
        "logs", _group_of, create="PutSubscriptionFilter", delete="DeleteSubscriptionFilter"
    ),
    "AWS::Logs::ResourcePolicy": Rights(
        "logs", lambda _change: "*", create="PutResourcePolicy", delete="DeleteResourcePolicy"
    ),
    "AWS::Kinesis::Stream": Rights(
        "kinesis",
        lambda change: own_arn(change, "kinesis", "stream/", "Name"),
        create="CreateStream",
        delete="DeleteStream",
        update="UpdateShardCount",
        read="DescribeStreamSummary",
        parts={
            "DesiredShardLevelMetrics": "EnableEnhancedMonitoring|DisableEnhancedMonitoring",
            "StreamEncryption": "StartStreamEncryption|StopStreamEncryption",
            "StreamModeDetails": "UpdateStreamMode|UpdateStreamMode",
        },
        made_with="StreamModeDetails",
        unasked="RetentionPeriodHours",
        tag="AddTagsToStream|RemoveTagsFromStream",
        more=_streamed,
    ),
    "AWS::KinesisFirehose::DeliveryStream": Rights(
        "firehose",
        lambda change: own_arn(change, "firehose", "deliverystream/", "DeliveryStreamName"),
        create="CreateDeliveryStream",
        delete="DeleteDeliveryStream",
        update="UpdateDestination",
        read="DescribeDeliveryStream",
        tag="TagDeliveryStream|UntagDeliveryStream",
    ),
}
