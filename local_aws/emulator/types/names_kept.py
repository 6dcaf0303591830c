"""Where the emulator keeps what has a name that templates can choose, and what that name is unique over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.types.own_types import physical_name

Properties = Mapping[str, Any]
MadeUp = Callable[[str, str, Properties], str]
IsIt = Callable[[str, Properties, Any, Any], bool]

_ALREADY_EXISTS = "Resource of type '{kind}' with identifier '{name}' already exists."


def _of_length(longest: int, *, lowercase: bool = False) -> MadeUp:
    return lambda stack, logical_id, _given: physical_name(stack, logical_id, longest, lowercase=lowercase)


_LONG = _of_length(255)


def _as_key(name: str, _given: Properties, key: Any, _record: Any) -> bool:
    return bool(key == name)


def _whatever_case(name: str, _given: Properties, key: Any, _record: Any) -> bool:
    return str(key).lower() == name.lower()


def _ends_arn(name: str, _given: Properties, key: Any, _record: Any) -> bool:
    return str(key).endswith(":" + name)


def _over_paths(name: str, _given: Properties, key: Any, _record: Any) -> bool:
    """Names of policies are unique over paths, whatever their case; those of AWS are another account's."""
    return "::aws:" not in key and key.rpartition("/")[2].lower() == name.lower()


def _under(separator: str, of: str, other: str = "") -> IsIt:
    """Keys are that of another resource, and the name."""
    return lambda name, given, key, _record: bool(key == f"{_last(given.get(of) or other)}{separator}{name}")


def _last(name_or_arn: Any) -> str:
    return str(name_or_arn).rpartition("/")[2] if str(name_or_arn).startswith("arn:") else str(name_or_arn)


def _field(field: str) -> IsIt:
    return lambda name, _given, _key, record: bool(record.get(field) == name)


def _in_group(name: str, given: Properties, key: Any, _record: Any) -> bool:
    return bool(key == (given.get("LogGroupName"), name))


def _subscribed(name: str, given: Properties, key: Any, record: Any) -> bool:
    return key == given.get("LogGroupName") and name in (record.get("subscriptionFilters") or {})


def _active(name: str, _given: Properties, key: Any, record: Any) -> bool:
    return bool(key == name and record.get("status") != "INACTIVE")


def _in_pool(kept: str) -> IsIt:
    return lambda name, given, key, record: key == given.get("UserPoolId") and name in (record.get(kept) or {})


def _in_scope(name: str, given: Properties, _key: Any, record: Any) -> bool:
    return bool(record.get("Name") == name and record.get("Scope") == given.get("Scope", "REGIONAL"))


def _embedded(name: str, given: Properties, key: Any, record: Any) -> bool:
    return key == given.get("RoleName") and name in record["InlinePolicies"]


def _routed(name: str, given: Properties, key: Any, record: Any) -> bool:
    routes = record["Routes"] if key == given.get("RouteTableId") else ()
    return any(each.get("DestinationCidrBlock") == name for each in routes)


def _listed_under(of: str) -> IsIt:
    return lambda name, given, key, record: key == given.get(of) and name in record


@dataclass(frozen=True)
class Kept:
    """One type.

    Attributes:
        name: the property that names one.
        store: where the emulator keeps them: module and name.
        is_it: (name, properties, key, record) -> whether that record is the one of that name.
        made_up: (stack, logical id, properties) -> the name that the emulator makes up; "" where it is random.
        within: properties that tell apart resources of the same name.
        says: why a resource of a taken name fails.
    """

    name: str
    store: str
    is_it: IsIt = _as_key
    made_up: MadeUp = _LONG
    within: tuple[str, ...] = ()
    says: str = _ALREADY_EXISTS


def _random(_stack: str, _logical_id: str, _given: Properties) -> str:
    return ""


def _queue(stack: str, logical_id: str, given: Properties) -> str:
    fifo = str(given.get("FifoQueue")).lower() == "true"
    return physical_name(stack, logical_id, 75 if fifo else 80) + (".fifo" if fifo else "")


KEPT: dict[str, Kept] = {
    "AWS::IAM::Role": Kept("RoleName", "iam._roles", _whatever_case, _of_length(64)),
    "AWS::IAM::User": Kept("UserName", "iam._users", _whatever_case, _of_length(64)),
    "AWS::IAM::Group": Kept("GroupName", "iam._groups", _whatever_case, _of_length(128)),
    "AWS::IAM::InstanceProfile": Kept("InstanceProfileName", "iam._instance_profiles", _whatever_case, _of_length(128)),
    "AWS::IAM::ManagedPolicy": Kept("ManagedPolicyName", "iam._policies", _over_paths, _of_length(128)),
    "AWS::IAM::RolePolicy": Kept("PolicyName", "iam._roles", _embedded, _random, ("RoleName",)),
    "AWS::IAM::UserPolicy": Kept(
        "PolicyName", "iam._user_inline_policies", _listed_under("UserName"), _random, ("UserName",)
    ),
    "AWS::IAM::GroupPolicy": Kept(
        "PolicyName", "iam._group_inline_policies", _listed_under("GroupName"), _random, ("GroupName",)
    ),
    "AWS::KMS::Alias": Kept("AliasName", "kms._aliases", _ends_arn, lambda stack, name, _: f"alias/{stack}-{name}"),
    "AWS::SecretsManager::Secret": Kept("Name", "secretsmanager._secrets", made_up=_of_length(128)),
    "AWS::S3::Bucket": Kept(
        "BucketName", "s3._buckets", made_up=_of_length(63, lowercase=True), says="{name} already exists"
    ),
    "AWS::S3::BucketPolicy": Kept(
        "Bucket", "s3._bucket_policies", made_up=_random, says="The bucket policy already exists on bucket {name}."
    ),
    "AWS::S3::MultiRegionAccessPoint": Kept("Name", "s3._mraps", _field("Name"), _of_length(50, lowercase=True)),
    "AWS::S3Tables::TableBucket": Kept(
        "TableBucketName", "s3tables._table_buckets", made_up=_of_length(63, lowercase=True)
    ),
    "AWS::SQS::Queue": Kept("QueueName", "sqs._queue_name_to_url", made_up=_queue),
    "AWS::SNS::Topic": Kept("TopicName", "sns._topics", _ends_arn, _of_length(256)),
    "AWS::DynamoDB::Table": Kept("TableName", "dynamodb._tables"),
    "AWS::DynamoDB::GlobalTable": Kept("TableName", "dynamodb._tables"),
    "AWS::Lambda::Function": Kept("FunctionName", "lambda_svc._functions", made_up=_of_length(64)),
    "AWS::Logs::LogGroup": Kept(
        "LogGroupName",
        "cloudwatch_logs._log_groups",
        made_up=lambda stack, name, _: f"/aws/cloudformation/{stack}/{name}",
    ),
    "AWS::Logs::MetricFilter": Kept(
        "FilterName", "cloudwatch_logs._metric_filters", _in_group, _random, ("LogGroupName",)
    ),
    "AWS::Logs::SubscriptionFilter": Kept(
        "FilterName", "cloudwatch_logs._log_groups", _subscribed, _of_length(512), ("LogGroupName",)
    ),
    "AWS::Logs::ResourcePolicy": Kept("PolicyName", "cloudwatch_logs._resource_policies"),
    "AWS::Kinesis::Stream": Kept("Name", "kinesis._streams", made_up=_of_length(128, lowercase=True)),
    "AWS::KinesisFirehose::DeliveryStream": Kept("DeliveryStreamName", "firehose._streams", made_up=_of_length(64)),
    "AWS::Events::Rule": Kept(
        "Name",
        "eventbridge._rules",
        lambda name, given, key, _: key == f"{_last(given.get('EventBusName') or 'default')}|{name}",
        _of_length(64),
        ("EventBusName",),
    ),
    "AWS::Scheduler::Schedule": Kept(
        "Name", "scheduler._schedules", _under("/", "GroupName", "default"), _of_length(64), ("GroupName",)
    ),
    "AWS::Scheduler::ScheduleGroup": Kept("Name", "scheduler._schedule_groups", made_up=_of_length(64)),
    "AWS::Pipes::Pipe": Kept("Name", "pipes._pipes", made_up=_of_length(64)),
    "AWS::StepFunctions::StateMachine": Kept(
        "StateMachineName",
        "stepfunctions._state_machines",
        lambda name, _given, key, _: str(key).endswith(":stateMachine:" + name),
        _of_length(80),
    ),
    "AWS::CloudWatch::Alarm": Kept("AlarmName", "cloudwatch._alarms"),
    "AWS::CloudWatch::Dashboard": Kept("DashboardName", "cloudwatch._dashboards"),
    "AWS::ECR::Repository": Kept("RepositoryName", "ecr._repositories", made_up=_of_length(256, lowercase=True)),
    "AWS::ECS::Cluster": Kept("ClusterName", "ecs._clusters", _active, lambda stack, name, _: f"{stack}-{name}"),
    "AWS::Cognito::UserPoolGroup": Kept(
        "GroupName", "cognito._user_pools", _in_pool("_groups"), _of_length(128), ("UserPoolId",)
    ),
    "AWS::Cognito::UserPoolResourceServer": Kept(
        "Identifier", "cognito._user_pools", _in_pool("_resource_servers"), _random, ("UserPoolId",)
    ),
    "AWS::RDS::DBCluster": Kept("DBClusterIdentifier", "rds._clusters", _whatever_case, _of_length(63, lowercase=True)),
    "AWS::RDS::DBInstance": Kept(
        "DBInstanceIdentifier", "rds._instances", _whatever_case, _of_length(63, lowercase=True)
    ),
    "AWS::RDS::DBSubnetGroup": Kept(
        "DBSubnetGroupName", "rds._subnet_groups", _whatever_case, _of_length(255, lowercase=True)
    ),
    "AWS::RDS::DBParameterGroup": Kept(
        "DBParameterGroupName", "rds._param_groups", _whatever_case, _of_length(255, lowercase=True)
    ),
    "AWS::RDS::DBClusterParameterGroup": Kept(
        "DBClusterParameterGroupName", "rds._db_cluster_param_groups", _whatever_case, _of_length(255, lowercase=True)
    ),
    "AWS::DocDB::DBCluster": Kept(
        "DBClusterIdentifier", "documentdb._clusters", _whatever_case, _of_length(63, lowercase=True)
    ),
    "AWS::DocDB::DBInstance": Kept(
        "DBInstanceIdentifier", "documentdb._instances", _whatever_case, _of_length(63, lowercase=True)
    ),
    "AWS::ElastiCache::SubnetGroup": Kept(
        "CacheSubnetGroupName", "elasticache._subnet_groups", _whatever_case, _of_length(255, lowercase=True)
    ),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Kept("Name", "alb._lbs", _field("LoadBalancerName"), _of_length(32)),
    "AWS::ElasticLoadBalancingV2::TargetGroup": Kept("Name", "alb._tgs", _field("TargetGroupName"), _of_length(32)),
    "AWS::EC2::Route": Kept(
        "DestinationCidrBlock",
        "ec2._route_tables",
        _routed,
        _random,
        ("RouteTableId",),
        "The route identified by {name} already exists.",
    ),
    "AWS::EC2::LaunchTemplate": Kept(
        "LaunchTemplateName", "ec2._launch_templates", _field("LaunchTemplateName"), _of_length(128)
    ),
    "AWS::SES::ConfigurationSet": Kept("Name", "ses._configuration_sets", made_up=_random),
    "AWS::Signer::SigningProfile": Kept("ProfileName", "signer._profiles", made_up=_random),
    "AWS::WAFv2::WebACL": Kept("Name", "waf._web_acls", _in_scope, _of_length(128), ("Scope",)),
    "AWS::IoT::Thing": Kept("ThingName", "iot._things", made_up=_of_length(128)),
    "AWS::IoT::TopicRule": Kept(
        "RuleName", "iot._topic_rules", made_up=lambda stack, name, _: physical_name(stack, name, 128).replace("-", "_")
    ),
    "AWS::IoT::Policy": Kept("PolicyName", "iot._policies", made_up=_of_length(128)),
    "AWS::IoT::ThingType": Kept("ThingTypeName", "iot._thing_types", made_up=_of_length(128)),
    "AWS::EKS::Cluster": Kept("Name", "eks._clusters", made_up=_of_length(100)),
    "AWS::EKS::Nodegroup": Kept(
        "NodegroupName", "eks._nodegroups", _under("/", "ClusterName"), _of_length(63), ("ClusterName",)
    ),
    "AWS::AutoScaling::AutoScalingGroup": Kept("AutoScalingGroupName", "autoscaling._asgs"),
    "AWS::AutoScaling::LaunchConfiguration": Kept("LaunchConfigurationName", "autoscaling._launch_configs"),
    "AWS::AutoScaling::LifecycleHook": Kept(
        "LifecycleHookName",
        "autoscaling._hooks",
        _under("/", "AutoScalingGroupName"),
        _of_length(255),
        ("AutoScalingGroupName",),
    ),
    "AWS::Location::Tracker": Kept("TrackerName", "location._trackers", made_up=_of_length(100)),
}
"""The types whose create handlers write over what is there, and those of the same kind."""
