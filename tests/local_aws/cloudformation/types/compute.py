"""Lambda."""

import io
import json
import zipfile

from tests.local_aws.cloudformation.types.case import Case
from tests.local_aws.cloudformation.types.identity import TAGS, document
from tests.local_aws.cloudformation.types.messages import QUEUE, QUEUE_ARN, arn

CODE = "def handler(*_): return 1"


def zipped(text):
    """An archive with one Python file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("index.py", text)
    return made.getvalue()


def lambda_role(name):
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": name,
            "AssumeRolePolicyDocument": document("sts:AssumeRole", Principal={"Service": "lambda.amazonaws.com"}),
        },
    }


def function(name):
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": name,
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": CODE},
        },
    }


NETWORK = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.1.0.0/16"}},
    "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.1.1.0/24"}},
    "Door": {
        "Type": "AWS::EC2::SecurityGroup",
        "Properties": {"VpcId": {"Ref": "Vpc"}, "GroupDescription": "d"},
    },
}
LAYER = {
    "Type": "AWS::Lambda::LayerVersion",
    "Properties": {
        "LayerName": "typed-layer-of-function",
        "Content": {"S3Bucket": "typed-objects", "S3Key": "code.zip"},
    },
}


def read_function(client, name):
    functions = client("lambda")
    found = functions.get_function(FunctionName=name)
    return found["Configuration"] | {
        "tags": {key: value for key, value in found.get("Tags", {}).items() if not key.startswith("aws:")},
        "reserved": found.get("Concurrency", {}).get("ReservedConcurrentExecutions"),
        "recursive": functions.get_function_recursion_config(FunctionName=name)["RecursiveLoop"],
    }


def read_permission(client, _ref):
    return json.loads(client("lambda").get_policy(FunctionName="typed-of-permission")["Policy"])["Statement"][0]


CASES = [
    Case(
        "AWS::Lambda::Function",
        {
            "FunctionName": "typed-function",
            "Description": "what it is for",
            "Runtime": "python3.11",
            "Handler": "index.handler",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
            "Code": {"ZipFile": CODE},
            "PackageType": "Zip",
            "Architectures": ["arm64"],
            "MemorySize": "256",
            "Timeout": "30",
            "EphemeralStorage": {"Size": "1024"},
            "Environment": {"Variables": {"AB": "b", "NN": 1}},
            "Layers": [{"Ref": "Layer"}],
            "VpcConfig": {
                "SubnetIds": [{"Ref": "Subnet"}],
                "SecurityGroupIds": [{"Fn::GetAtt": ["Door", "GroupId"]}],
            },
            "DeadLetterConfig": {"TargetArn": QUEUE_ARN},
            "TracingConfig": {"Mode": "Active"},
            "KmsKeyArn": arn("kms", "key/k"),
            "LoggingConfig": {"LogFormat": "JSON", "LogGroup": "/typed/function"},
            "ReservedConcurrentExecutions": "5",
            "SnapStart": {"ApplyOn": "None"},
            "RecursiveLoop": "Allow",
            "FileSystemConfigs": [{"Arn": arn("elasticfilesystem", "access-point/a"), "LocalMountPath": "/mnt/a"}],
            "Tags": TAGS,
        },
        read_function,
        {
            "FunctionName": ("FunctionName", "typed-function"),
            "Description": ("Description", "what it is for"),
            "Runtime": ("Runtime", "python3.11"),
            "Handler": ("Handler", "index.handler"),
            "Role": (lambda it: it["Role"].rpartition("/")[2], "typed-of-function"),
            "Code": (lambda it: it["CodeSize"] > 0, True),
            "PackageType": ("PackageType", "Zip"),
            "Architectures": ("Architectures", ["arm64"]),
            "MemorySize": ("MemorySize", 256),
            "Timeout": ("Timeout", 30),
            "EphemeralStorage": ("EphemeralStorage", {"Size": 1024}),
            "Environment": (lambda it: it["Environment"]["Variables"], {"AB": "b", "NN": "1"}),
            "Layers": (
                lambda it: [each["Arn"].rpartition(":")[0] for each in it["Layers"]],  # numbers of versions go on
                [arn("lambda", "layer:typed-layer-of-function")],
            ),
            "VpcConfig": (
                lambda it: (
                    len(it.get("VpcConfig", {}).get("SubnetIds", [])),
                    len(it.get("VpcConfig", {}).get("SecurityGroupIds", [])),
                ),
                (1, 1),
            ),
            "DeadLetterConfig": (
                lambda it: (it.get("DeadLetterConfig") or {}).get("TargetArn", "").startswith(arn("sqs", "")),
                True,
            ),
            "TracingConfig": ("TracingConfig", {"Mode": "Active"}),
            "KmsKeyArn": ("KMSKeyArn", arn("kms", "key/k")),
            "LoggingConfig": (
                lambda it: (it["LoggingConfig"]["LogFormat"], it["LoggingConfig"]["LogGroup"]),
                ("JSON", "/typed/function"),
            ),
            "ReservedConcurrentExecutions": ("reserved", 5),
            "RecursiveLoop": ("recursive", "Allow"),
            "SnapStart": (lambda it: it["SnapStart"]["ApplyOn"], "None"),
            "FileSystemConfigs": (
                "FileSystemConfigs",
                [{"Arn": arn("elasticfilesystem", "access-point/a"), "LocalMountPath": "/mnt/a"}],
            ),
            "Tags": ("tags", {"team": "data"}),
        },
        then={
            "Description": "changed",
            "MemorySize": "512",
            "Environment": {"Variables": {"AB": "c"}},
            "Layers": None,
            "VpcConfig": None,
            "DeadLetterConfig": None,
            "TracingConfig": None,
            "ReservedConcurrentExecutions": None,
            "Tags": [{"Key": "team", "Value": "other"}],
        },
        told_then={
            "Description": "changed",
            "MemorySize": 512,
            "Environment": {"AB": "c"},
            "Layers": [],
            "VpcConfig": (0, 0),
            "DeadLetterConfig": False,
            "TracingConfig": {"Mode": "PassThrough"},
            "ReservedConcurrentExecutions": None,
            "Tags": {"team": "other"},
        },
        beside={"Role": lambda_role("typed-of-function"), "Layer": LAYER, "Queue": QUEUE, **NETWORK},
    ),
    Case(
        "AWS::Lambda::Permission",
        {
            "FunctionName": {"Ref": "Function"},
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": arn("events", "rule/r"),
            "SourceAccount": "000000000000",
            "PrincipalOrgID": "o-1234567890",
        },
        read_permission,
        {
            "FunctionName": (lambda it: it["Resource"].rpartition(":")[2], "typed-of-permission"),
            "Action": ("Action", "lambda:InvokeFunction"),
            "Principal": ("Principal", {"Service": "events.amazonaws.com"}),
            "SourceArn": (lambda it: it["Condition"]["ArnLike"]["AWS:SourceArn"], arn("events", "rule/r")),
            "SourceAccount": (lambda it: it["Condition"]["StringEquals"]["AWS:SourceAccount"], "000000000000"),
            "PrincipalOrgID": (lambda it: it["Condition"]["StringEquals"].get("aws:PrincipalOrgID"), "o-1234567890"),
        },
        beside={"Role": lambda_role("typed-of-permission"), "Function": function("typed-of-permission")},
    ),
    Case(
        "AWS::Lambda::EventSourceMapping",
        {
            "FunctionName": {"Ref": "Function"},
            "EventSourceArn": QUEUE_ARN,
            "BatchSize": "5",
            "Enabled": "false",
            "MaximumBatchingWindowInSeconds": "7",
            "FilterCriteria": {"Filters": [{"Pattern": '{"a":[1]}'}]},
            "FunctionResponseTypes": ["ReportBatchItemFailures"],
            "ScalingConfig": {"MaximumConcurrency": "4"},
        },
        lambda client, ref: client("lambda").get_event_source_mapping(UUID=ref),
        {
            "FunctionName": (lambda it: it["FunctionArn"].rpartition(":")[2], "typed-of-mapping"),
            "EventSourceArn": (lambda it: it["EventSourceArn"].startswith(arn("sqs", "")), True),
            "BatchSize": ("BatchSize", 5),
            "Enabled": ("State", "Disabled"),
            "MaximumBatchingWindowInSeconds": ("MaximumBatchingWindowInSeconds", 7),
            "FilterCriteria": ("FilterCriteria", {"Filters": [{"Pattern": '{"a":[1]}'}]}),
            "FunctionResponseTypes": ("FunctionResponseTypes", ["ReportBatchItemFailures"]),
            "ScalingConfig": ("ScalingConfig", {"MaximumConcurrency": 4}),
        },
        then={"BatchSize": "6", "FilterCriteria": None},
        told_then={"BatchSize": 6, "FilterCriteria": "absent"},
        beside={"Role": lambda_role("typed-of-mapping"), "Function": function("typed-of-mapping"), "Queue": QUEUE},
    ),
    Case(
        "AWS::Lambda::EventSourceMapping",
        {
            "FunctionName": {"Ref": "Function"},
            "EventSourceArn": {"Fn::GetAtt": ["Stream", "Arn"]},
            "StartingPosition": "TRIM_HORIZON",
            "BisectBatchOnFunctionError": "true",
            "DestinationConfig": {"OnFailure": {"Destination": arn("sqs", "dead")}},
            "MaximumRecordAgeInSeconds": "120",
            "MaximumRetryAttempts": "2",
            "ParallelizationFactor": "3",
            "TumblingWindowInSeconds": "30",
            "Enabled": "false",
        },
        lambda client, ref: client("lambda").get_event_source_mapping(UUID=ref),
        {
            "StartingPosition": ("StartingPosition", "TRIM_HORIZON"),
            "BisectBatchOnFunctionError": ("BisectBatchOnFunctionError", True),
            "DestinationConfig": ("DestinationConfig", {"OnFailure": {"Destination": arn("sqs", "dead")}}),
            "MaximumRecordAgeInSeconds": ("MaximumRecordAgeInSeconds", 120),
            "MaximumRetryAttempts": ("MaximumRetryAttempts", 2),
            "ParallelizationFactor": ("ParallelizationFactor", 3),
            "TumblingWindowInSeconds": ("TumblingWindowInSeconds", 30),
        },
        beside={
            "Role": lambda_role("typed-of-mapping"),
            "Function": function("typed-of-mapping"),
            "Stream": {"Type": "AWS::Kinesis::Stream", "Properties": {"ShardCount": 1}},
        },
    ),
    Case(
        "AWS::Lambda::LayerVersion",
        {
            "LayerName": "typed-layer",
            "Description": "what it is for",
            "Content": {"S3Bucket": "typed-objects", "S3Key": "code.zip"},
            "CompatibleRuntimes": ["python3.11"],
            "CompatibleArchitectures": ["arm64"],
            "LicenseInfo": "MIT",
        },
        lambda client, ref: client("lambda").get_layer_version_by_arn(Arn=ref),
        {
            "LayerName": (lambda it: it["LayerArn"].rpartition(":")[2], "typed-layer"),
            "Description": ("Description", "what it is for"),
            "Content": (lambda it: it["Content"]["CodeSize"], len(zipped(CODE))),
            "CompatibleRuntimes": ("CompatibleRuntimes", ["python3.11"]),
            "CompatibleArchitectures": ("CompatibleArchitectures", ["arm64"]),
            "LicenseInfo": ("LicenseInfo", "MIT"),
        },
    ),
    Case(
        "AWS::Lambda::Version",
        {"FunctionName": {"Ref": "Function"}, "Description": "what it is for"},
        lambda client, ref: client("lambda").get_function(FunctionName=ref)["Configuration"],
        {
            "FunctionName": ("FunctionName", "typed-of-version"),
            "Description": ("Description", "what it is for"),
        },
        beside={"Role": lambda_role("typed-of-version"), "Function": function("typed-of-version")},
    ),
    Case(
        "AWS::Lambda::Alias",
        {
            "FunctionName": {"Ref": "Function"},
            "Name": "live",
            "Description": "what it is for",
            "FunctionVersion": {"Fn::GetAtt": ["Version", "Version"]},
            "RoutingConfig": {"AdditionalVersionWeights": [{"FunctionVersion": "1", "FunctionWeight": "0.25"}]},
        },
        lambda client, _ref: client("lambda").get_alias(FunctionName="typed-of-alias", Name="live"),
        {
            "FunctionName": (lambda it: it["AliasArn"].split(":")[6], "typed-of-alias"),
            "Name": ("Name", "live"),
            "Description": ("Description", "what it is for"),
            "FunctionVersion": ("FunctionVersion", "1"),
            "RoutingConfig": (lambda it: it.get("RoutingConfig"), {"AdditionalVersionWeights": {"1": 0.25}}),
        },
        then={"Description": "changed"},
        told_then={"Description": "changed"},
        beside={
            "Role": lambda_role("typed-of-alias"),
            "Function": function("typed-of-alias"),
            "Version": {"Type": "AWS::Lambda::Version", "Properties": {"FunctionName": {"Ref": "Function"}}},
        },
    ),
]
