"""AWS's managed policies that data teams attach, and the refusal of policies that are not there.

The emulator knows some of AWS's policies, none of Glue's or Athena's, and lets any name be attached, which then grants
nothing.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

_BUCKET_OF_GLUE = ["arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*"]
_QUERY_RESULTS = ["arn:aws:s3:::aws-athena-query-results-*"]


def _allow(actions: str, resources: Sequence[str] = ("*",), **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions.split(), "Resource": list(resources), **more}


_POLICIES = {
    # What it allows is known; the order and split of its statements are ours.
    "service-role/AWSGlueServiceRole": (
        _allow(
            "glue:* s3:GetBucketLocation s3:ListBucket s3:ListAllMyBuckets s3:GetBucketAcl ec2:DescribeVpcEndpoints "
            "ec2:DescribeRouteTables ec2:CreateNetworkInterface ec2:DeleteNetworkInterface "
            "ec2:DescribeNetworkInterfaces ec2:DescribeSecurityGroups ec2:DescribeSubnets ec2:DescribeVpcAttribute "
            "iam:ListRolePolicies iam:GetRole iam:GetRolePolicy cloudwatch:PutMetricData"
        ),
        _allow("s3:CreateBucket s3:PutBucketPublicAccessBlock", ["arn:aws:s3:::aws-glue-*"]),
        _allow("s3:GetObject s3:PutObject s3:DeleteObject", _BUCKET_OF_GLUE),
        _allow("s3:GetObject", ["arn:aws:s3:::crawler-public*", "arn:aws:s3:::aws-glue-*"]),
        _allow("logs:CreateLogGroup logs:CreateLogStream logs:PutLogEvents", ["arn:aws:logs:*:*:*:/aws-glue/*"]),
        _allow(
            "ec2:CreateTags ec2:DeleteTags",
            ["arn:aws:ec2:*:*:network-interface/*", "arn:aws:ec2:*:*:security-group/*", "arn:aws:ec2:*:*:instance/*"],
        ),
    ),
    # These two in their main parts, from memory.
    "AWSGlueConsoleFullAccess": (
        _allow(
            "glue:* redshift:DescribeClusters iam:ListRoles iam:ListUsers iam:ListGroups iam:ListRolePolicies "
            "iam:GetRole iam:GetRolePolicy iam:ListAttachedRolePolicies ec2:Describe* rds:DescribeDBInstances "
            "s3:ListAllMyBuckets s3:ListBucket s3:GetBucketAcl s3:GetBucketLocation cloudformation:DescribeStacks "
            "cloudformation:GetTemplateSummary dynamodb:ListTables kms:ListAliases kms:DescribeKey "
            "cloudwatch:GetMetricData cloudwatch:ListDashboards"
        ),
        _allow("s3:GetObject s3:PutObject", ["arn:aws:s3:::aws-glue-*/*", "arn:aws:s3:::*/*aws-glue-*/*"]),
        _allow("s3:CreateBucket", ["arn:aws:s3:::aws-glue-*"]),
        _allow("logs:GetLogEvents", ["arn:aws:logs:*:*:/aws-glue/*"]),
        _allow(
            "iam:PassRole",
            ["arn:aws:iam::*:role/AWSGlueServiceRole*", "arn:aws:iam::*:role/service-role/AWSGlueServiceRole*"],
            Condition={"StringLike": {"iam:PassedToService": ["glue.amazonaws.com"]}},
        ),
    ),
    "AmazonAthenaFullAccess": (
        _allow("athena:*"),
        _allow(
            "glue:CreateDatabase glue:DeleteDatabase glue:GetDatabase glue:GetDatabases glue:UpdateDatabase "
            "glue:CreateTable glue:DeleteTable glue:BatchDeleteTable glue:UpdateTable glue:GetTable glue:GetTables "
            "glue:BatchCreatePartition glue:CreatePartition glue:DeletePartition glue:BatchDeletePartition "
            "glue:UpdatePartition glue:GetPartition glue:GetPartitions glue:BatchGetPartition"
        ),
        _allow(
            "s3:GetBucketLocation s3:GetObject s3:ListBucket s3:ListBucketMultipartUploads "
            "s3:ListMultipartUploadParts s3:AbortMultipartUpload s3:CreateBucket s3:PutObject "
            "s3:PutBucketPublicAccessBlock",
            [*_QUERY_RESULTS, "arn:aws:s3:::aws-athena-query-results-*/*"],
        ),
        _allow("s3:GetObject s3:ListBucket", ["arn:aws:s3:::athena-examples*"]),
        _allow("s3:ListBucket s3:GetBucketLocation s3:ListAllMyBuckets"),
        _allow("sns:ListTopics sns:GetTopicAttributes"),
        _allow("cloudwatch:PutMetricAlarm cloudwatch:DescribeAlarms cloudwatch:DeleteAlarms cloudwatch:GetMetricData"),
        _allow("lakeformation:GetDataAccess"),
    ),
}

_OF_OTHER_SERVICES = {
    "AmazonEMRFullAccessPolicy_v2": "elasticmapreduce:*",
    "AmazonElasticMapReduceFullAccess": "elasticmapreduce:* s3:*",
    "AmazonKinesisFullAccess": "kinesis:*",
    "AmazonKinesisFirehoseFullAccess": "firehose:*",
    "AmazonMSKFullAccess": "kafka:*",
    "AmazonRDSDataFullAccess": "rds-data:* secretsmanager:GetSecretValue",
    "AmazonRDSFullAccess": "rds:*",
    "AmazonRedshiftAllCommandsFullAccess": "redshift:* athena:* glue:*",
    "AmazonRedshiftDataFullAccess": "redshift-data:*",
    "AmazonRedshiftFullAccess": "redshift:* redshift-serverless:*",
    "AmazonSageMakerFullAccess": "sagemaker:* glue:* athena:* logs:*",
    "AmazonSageMakerReadOnly": "sagemaker:Describe* sagemaker:List*",
    "AWSGlueConsoleSageMakerNotebookFullAccess": "glue:* sagemaker:*",
    "AWSGlueDataBrewFullAccessPolicy": "databrew:*",
    "AWSGlueSchemaRegistryFullAccess": "glue:*",
    "AWSLakeFormationDataAdmin": "lakeformation:* glue:*",
    "AWSQuicksightAthenaAccess": "athena:* glue:Get*",
    "AWSStepFunctionsFullAccess": "states:*",
    "CloudWatchFullAccess": "cloudwatch:* logs:* sns:*",
    "SecretsManagerReadWrite": "secretsmanager:*",
    "service-role/AmazonElasticMapReduceRole": "elasticmapreduce:* ec2:* s3:*",
    "service-role/AmazonElasticMapReduceforEC2Role": "elasticmapreduce:* dynamodb:* glue:* kinesis:* s3:* sqs:* sns:*",
    "service-role/AWSGlueServiceNotebookRole": "glue:* s3:GetBucketLocation s3:ListBucket s3:ListAllMyBuckets",
    "service-role/AWSGlueDataBrewServiceRole": "databrew:* glue:Get* glue:BatchGet*",
    "service-role/AWSQuickSightDescribeRDS": "rds:Describe*",
    "service-role/AmazonDMSVPCManagementRole": "ec2:*",
    "service-role/AmazonDMSCloudWatchLogsRole": "logs:*",
}
"""Policies that templates attach for services that are not here: in their main parts, from memory."""


def know_managed_policies() -> None:
    """Add the policies, and have a policy that is not there refused wherever it is attached, in AWS's words."""
    from ministack.services import iam

    others = {name: (_allow(actions),) for name, actions in _OF_OTHER_SERVICES.items()}
    for name, statements in {**others, **_POLICIES}.items():
        document = json.dumps({"Version": "2012-10-17", "Statement": statements})
        record = iam._make_aws_managed_record(name, document, "")
        iam._aws_managed_policies[record["Arn"]] = record
    for operation in ("AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy"):
        iam._IAM_HANDLERS[operation] = _refusing(iam._IAM_HANDLERS[operation])
    attach = iam.attach_managed_policy

    def attach_managed_policy(entity: dict[str, Any], policy_arn: str) -> None:
        if not iam.policy_known(policy_arn):
            raise ValueError(f"{_refusal(policy_arn)} (Service: Iam, Status Code: 404, Error Code: NoSuchEntity)")
        attach(entity, policy_arn)

    iam.attach_managed_policy = attach_managed_policy


def managed_policy_arns() -> dict[str, str]:
    """Name -> ARN of AWS's managed policies that are there."""
    from ministack.services import iam

    return {str(record["PolicyName"]): str(record["Arn"]) for record in iam._aws_managed_policies.values()}


def _refusing(handler: Any) -> Any:
    from ministack.services import iam

    def attach(parameters: dict[str, Any]) -> Any:
        arn = iam._p(parameters, "PolicyArn")
        if not iam.policy_known(arn):
            return iam._error(404, "NoSuchEntity", _refusal(arn), ns="iam")
        return handler(parameters)

    return attach


def _refusal(arn: str) -> str:
    return f"Policy {arn} does not exist or is not attachable."
