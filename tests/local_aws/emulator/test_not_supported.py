"""What AWS has and the local AWS has not is refused by name, in a form that each service's clients read."""

import boto3
import pytest
from botocore.config import Config

from tests.local_aws.aws_server import REGION, error_of


def error(local_aws, service, operation, **parameters):
    made = boto3.session.Session("test", "test", region_name=REGION).client(
        service,
        endpoint_url=local_aws.endpoint,
        config=Config(retries={"total_max_attempts": 1}, parameter_validation=False, inject_host_prefix=False),
    )
    return error_of(getattr(made, operation), **parameters)


SET = {"StackSetName": "s"}
ROOT_TASK = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}


@pytest.mark.parametrize(
    ("service", "call", "name", "parameters", "code"),
    [
        ("athena", "list_engine_versions", "ListEngineVersions", {}, "OperationNotSupportedException"),
        ("cloudformation", "create_stack_set", "CreateStackSet", SET, "OperationNotSupportedException"),
        ("sts", "assume_root", "AssumeRoot",
         {"TargetPrincipal": "0" * 12, "TaskPolicyArn": ROOT_TASK}, "OperationNotSupportedException"),
        ("iam", "generate_organizations_access_report", "GenerateOrganizationsAccessReport",
         {"EntityPath": "o-abcdefghij/r-abcd"},
         "OperationNotSupportedException"),
        ("ec2", "describe_scheduled_instances", "DescribeScheduledInstances", {}, "UnsupportedOperation"),
        ("sqs", "list_message_move_tasks", "ListMessageMoveTasks",
         {"SourceArn": "arn:aws:sqs:eu-west-1:000000000000:q"}, "OperationNotSupportedException"),
        ("logs", "list_anomalies", "ListAnomalies", {}, "OperationNotSupportedException"),
        ("cloudwatch", "list_metric_streams", "ListMetricStreams", {}, "OperationNotSupportedException"),
    ],
)  # fmt: skip
def test_an_operation_that_aws_has_is_refused_by_name(local_aws, service, call, name, parameters, code):
    assert error(local_aws, service, call, **parameters) == f"{code}: {name} is not supported by the local AWS"


@pytest.mark.parametrize(
    ("service", "call", "said"),
    [
        ("redshift", "describe_clusters", "OperationNotSupportedException: Amazon Redshift (redshift)"),
        ("lakeformation", "list_permissions", "OperationNotSupportedException: AWS Lake Formation (lakeformation)"),
        ("redshift-data", "list_statements",
         "OperationNotSupportedException: Redshift Data API Service (redshift-data)"),
        ("databrew", "list_jobs", "OperationNotSupportedException: AWS Glue DataBrew (databrew)"),
        ("dms", "describe_endpoints", "OperationNotSupportedException: AWS Database Migration Service (dms)"),
        ("sagemaker", "list_models", "OperationNotSupportedException: Amazon SageMaker Service (sagemaker)"),
        ("amp", "list_workspaces", "OperationNotSupportedException: Amazon Prometheus Service (aps)"),
    ],
)  # fmt: skip
def test_a_service_that_is_not_there_says_so_in_its_own_protocol(local_aws, service, call, said):
    assert error(local_aws, service, call) == f"{said} is not simulated by the local AWS"
