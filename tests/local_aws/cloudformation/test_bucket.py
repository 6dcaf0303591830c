"""What a template says of a bucket is what S3's API tells of it, after create, update and removal."""

import datetime
import re

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, unique

MIDNIGHT = datetime.datetime(2030, 1, 2, tzinfo=datetime.UTC)


def bucket(**properties):
    return {"B": {"Type": "AWS::S3::Bucket", "Properties": properties}}


@pytest.fixture
def s3(local_aws):
    return local_aws.client("s3")


LIFECYCLE = {
    "Rules": [
        {"Id": "old", "Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 3},
        {
            "Id": "tagged",
            "Status": "Disabled",
            "TagFilters": [{"Key": "a", "Value": "b"}],
            "ObjectSizeGreaterThan": "500",
            "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": "30"}],
            "NoncurrentVersionTransition": {"StorageClass": "STANDARD_IA", "TransitionInDays": 31},
        },
        {
            "Id": "rest",
            "Status": "Enabled",
            "ExpirationDate": "2030-01-02T00:00:00.000Z",
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {"Id": "noncurrent", "Status": "Enabled", "Prefix": "", "NoncurrentVersionExpirationInDays": 9},
    ]
}
RULES = [
    {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "tmp/"}, "Expiration": {"Days": 3}},
    {
        "ID": "tagged",
        "Status": "Disabled",
        "Filter": {"And": {"Tags": [{"Key": "a", "Value": "b"}], "ObjectSizeGreaterThan": 500}},
        "Transitions": [{"StorageClass": "GLACIER", "Days": 30}],
        "NoncurrentVersionTransitions": [{"StorageClass": "STANDARD_IA", "NoncurrentDays": 31}],
    },
    {
        "ID": "rest",
        "Status": "Enabled",
        "Filter": {},
        "Expiration": {"Date": MIDNIGHT},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 7, "NewerNoncurrentVersions": 2},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
    },
    {
        "ID": "noncurrent",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 9},
    },
]
ENCRYPTION = [
    {
        "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/k"},
        "BucketKeyEnabled": "true",
    }
]
DESTINATION = {"BucketArn": "arn:aws:s3:::elsewhere", "Format": "CSV", "Prefix": "p"}

EXPORT = {"Destination": DESTINATION, "OutputSchemaVersion": "V_1"}

# property, value, how to read it back, what the API tells, what it tells (or its error) without the property
CASES = [
    pytest.param(
        "LifecycleConfiguration",
        LIFECYCLE,
        lambda s3, name: s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"],
        RULES,
        "NoSuchLifecycleConfiguration",
        id="lifecycle",
    ),
    pytest.param(
        "Tags",
        [{"Key": "team", "Value": "data"}],
        lambda s3, name: s3.get_bucket_tagging(Bucket=name)["TagSet"],
        [{"Key": "team", "Value": "data"}],
        "NoSuchTagSet",
        id="tags",
    ),
    pytest.param(
        "LoggingConfiguration",
        {"LogFilePrefix": "l/"},
        lambda s3, name: s3.get_bucket_logging(Bucket=name).get("LoggingEnabled", {}).get("TargetPrefix"),
        "l/",
        None,
        id="logging",
    ),
    pytest.param(
        "AccelerateConfiguration",
        {"AccelerationStatus": "Enabled"},
        lambda s3, name: s3.get_bucket_accelerate_configuration(Bucket=name).get("Status"),
        "Enabled",
        "Suspended",
        id="accelerate",
    ),
    pytest.param(
        "OwnershipControls",
        {"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]},
        lambda s3, name: s3.get_bucket_ownership_controls(Bucket=name)["OwnershipControls"]["Rules"],
        [{"ObjectOwnership": "BucketOwnerPreferred"}],
        "OwnershipControlsNotFoundError",
        id="ownership",
    ),
    pytest.param(
        "BucketEncryption",
        {"ServerSideEncryptionConfiguration": ENCRYPTION},
        lambda s3, name: s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"][0][
            "BucketKeyEnabled"
        ],
        True,
        False,
        id="encryption",
    ),
    pytest.param(
        "VersioningConfiguration",
        {"Status": "Enabled"},
        lambda s3, name: s3.get_bucket_versioning(Bucket=name).get("Status"),
        "Enabled",
        "Suspended",
        id="versioning",
    ),
    pytest.param(
        "IntelligentTieringConfigurations",
        [{"Id": "t", "Status": "Enabled", "Prefix": "x", "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}]}],
        lambda s3, name: s3.list_bucket_intelligent_tiering_configurations(Bucket=name).get(
            "IntelligentTieringConfigurationList", []
        ),
        [
            {
                "Id": "t",
                "Status": "Enabled",
                "Filter": {"Prefix": "x"},
                "Tierings": [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}],
            }
        ],
        [],
        id="tiering",
    ),
    pytest.param(
        "MetricsConfigurations",
        [{"Id": "m"}, {"Id": "n", "Prefix": "a", "TagFilters": [{"Key": "k", "Value": "v"}]}],
        lambda s3, name: s3.list_bucket_metrics_configurations(Bucket=name).get("MetricsConfigurationList", []),
        [{"Id": "m"}, {"Id": "n", "Filter": {"And": {"Prefix": "a", "Tags": [{"Key": "k", "Value": "v"}]}}}],
        [],
        id="metrics",
    ),
    pytest.param(
        "AnalyticsConfigurations",
        [
            {
                "Id": "a",
                "StorageClassAnalysis": {"DataExport": {"Destination": DESTINATION, "OutputSchemaVersion": "V_1"}},
            }
        ],
        lambda s3, name: s3.list_bucket_analytics_configurations(Bucket=name).get("AnalyticsConfigurationList", []),
        [
            {
                "Id": "a",
                "StorageClassAnalysis": {
                    "DataExport": {
                        "OutputSchemaVersion": "V_1",
                        "Destination": {
                            "S3BucketDestination": {"Format": "CSV", "Bucket": "arn:aws:s3:::elsewhere", "Prefix": "p"}
                        },
                    }
                },
            }
        ],
        [],
        id="analytics",
    ),
    pytest.param(
        "InventoryConfigurations",
        [
            {
                "Id": "i",
                "Enabled": "true",
                "IncludedObjectVersions": "Current",
                "ScheduleFrequency": "Daily",
                "OptionalFields": ["Size"],
                "Destination": DESTINATION,
            }
        ],
        lambda s3, name: s3.list_bucket_inventory_configurations(Bucket=name).get("InventoryConfigurationList", []),
        [
            {
                "Id": "i",
                "IsEnabled": True,
                "IncludedObjectVersions": "Current",
                "OptionalFields": ["Size"],
                "Schedule": {"Frequency": "Daily"},
                "Destination": {
                    "S3BucketDestination": {"Bucket": "arn:aws:s3:::elsewhere", "Format": "CSV", "Prefix": "p"}
                },
            }
        ],
        [],
        id="inventory",
    ),
]


def read(reader, s3, name):
    try:
        return reader(s3, name)
    except s3.exceptions.ClientError as error:
        return error.response["Error"]["Code"]


@pytest.mark.parametrize(("name", "value", "reader", "told", "after"), CASES)
def test_a_property_is_set_and_taken_away(stack, s3, name, value, reader, told, after):
    assert stack.apply(bucket(**{name: value})) == "CREATE_COMPLETE", stack.reasons()
    made = stack.refs()["B"]
    assert read(reader, s3, made) == told
    assert stack.apply(bucket(Tags=[{"Key": "other", "Value": "1"}]) if name != "Tags" else bucket(), update=True) == (
        "UPDATE_COMPLETE"
    )
    assert (stack.refs()["B"], read(reader, s3, made)) == (made, after)
    stack.delete()


def test_a_property_is_changed_in_place(stack, s3):
    stack.apply(bucket(MetricsConfigurations=[{"Id": "a"}, {"Id": "b"}], LifecycleConfiguration=LIFECYCLE))
    made = stack.refs()["B"]
    rules = {"Rules": [{"Id": "old", "Status": "Enabled", "ExpirationInDays": 4}]}
    stack.apply(bucket(MetricsConfigurations=[{"Id": "b"}, {"Id": "c"}], LifecycleConfiguration=rules), update=True)
    found = s3.list_bucket_metrics_configurations(Bucket=made)["MetricsConfigurationList"]
    assert [each["Id"] for each in found] == ["b", "c"]
    assert s3.get_bucket_lifecycle_configuration(Bucket=made)["Rules"] == [
        {"ID": "old", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": 4}}
    ]


def test_object_lock_and_its_default(stack, s3):
    rule = {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 5}}}
    stack.apply(bucket(ObjectLockEnabled=True, ObjectLockConfiguration=rule))
    made = stack.refs()["B"]
    assert s3.get_bucket_versioning(Bucket=made)["Status"] == "Enabled"
    assert s3.get_object_lock_configuration(Bucket=made)["ObjectLockConfiguration"] == rule


def test_replication_needs_versioning_and_is_kept(stack, s3, local_aws):
    target = local_aws.bucket()
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
    rule = {
        "Id": "r",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"And": {"Prefix": "a/", "TagFilters": [{"Key": "k", "Value": "v"}]}},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}", "StorageClass": "STANDARD_IA"},
    }
    role = f"arn:aws:iam::{ACCOUNT}:role/r"
    given = {"Role": role, "Rules": [rule]}
    status = stack.apply(bucket(VersioningConfiguration={"Status": "Enabled"}, ReplicationConfiguration=given))
    assert status == "CREATE_COMPLETE", stack.reasons()
    found = s3.get_bucket_replication(Bucket=stack.refs()["B"])["ReplicationConfiguration"]
    wanted = {**rule, "ID": "r", "Filter": {"And": {"Prefix": "a/", "Tags": [{"Key": "k", "Value": "v"}]}}}
    del wanted["Id"]
    assert found == {"Role": role, "Rules": [wanted]}


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({"LifecycleConfiguration": {"Rules": [{"Status": "Enabled"}]}}, "The XML you provided was not well-formed"),
        (
            {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 0}]}},
            "'Days' for Expiration action must be a positive integer",
        ),
        (
            {"MetadataTableConfiguration": {"S3TablesDestination": {"TableName": "t"}}},
            "MetadataTableConfiguration is not supported",
        ),
    ],
)
def test_what_s3_refuses_fails_the_bucket_and_leaves_none(stack, s3, properties, reason):
    name = unique("bucket")
    assert stack.apply(bucket(BucketName=name, **properties)) == "ROLLBACK_COMPLETE"
    assert any(reason in text for text in stack.reasons())
    assert name not in [each["Name"] for each in s3.list_buckets()["Buckets"]]


def test_the_dual_stack_name_is_an_attribute(stack, local_aws):
    value = {"Fn::GetAtt": ["B", "DualStackDomainName"]}
    parameter = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": value}}
    assert stack.apply({**bucket(), "P": parameter}) == "CREATE_COMPLETE", stack.reasons()
    refs = stack.refs()
    found = local_aws.client("ssm").get_parameter(Name=refs["P"])["Parameter"]["Value"]
    assert found == f"{refs['B']}.s3.dualstack.{REGION}.amazonaws.com"


def test_canned_acls_need_their_ownership(stack, s3):
    preferred = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    assert stack.apply(bucket(AccessControl="LogDeliveryWrite", OwnershipControls=preferred)) == "CREATE_COMPLETE", (
        stack.reasons()
    )
    grants = s3.get_bucket_acl(Bucket=stack.refs()["B"])["Grants"]
    assert {"WRITE", "READ_ACP"} <= {grant["Permission"] for grant in grants}


def test_the_bucket_of_a_stack_with_a_long_name_tells_its_logical_id(stack):
    stack.name = f"{unique('a-stack-with-a-very-long-name')}-{'x' * 60}"
    assert stack.apply({"LandingZone": {"Type": "AWS::S3::Bucket"}}) == "CREATE_COMPLETE"
    name = stack.refs()["LandingZone"]
    assert re.fullmatch("a-stack-with-a-very-long-[a-z0-9-]*-landingzone-[a-z0-9]{13}", name)
    assert len(name) == 63
    stack.delete()
