"""Lifecycle rules as given, what S3 refuses of them, and configurations of which a bucket has several."""

import pytest

from tests.local_aws.aws_server import error_of


@pytest.fixture
def s3(local_aws):
    return local_aws.client("s3")


@pytest.fixture
def name(local_aws):
    return local_aws.bucket()


def rule(**parts):
    return {"Status": "Enabled", "Filter": {"Prefix": "x"}, "Expiration": {"Days": 1}, **parts}


@pytest.mark.parametrize(
    "kept",
    [
        {"ID": "1", "Status": "Enabled", "Prefix": "1/", "Expiration": {"Days": 2}},
        rule(ID="and", Filter={"And": {"Prefix": "p", "Tags": [{"Key": "k", "Value": "<&>"}]}}),
        rule(ID="size", Filter={"ObjectSizeLessThan": 7}),
        rule(ID="marker", Expiration={"ExpiredObjectDeleteMarker": True}),
    ],
)
def test_a_rule_reads_back_as_it_was_given(s3, name, kept):
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [kept]})
    assert s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"] == [kept]


@pytest.mark.parametrize(
    ("rules", "error"),
    [
        ([], "MalformedXML"),
        ([rule(Expiration={"Days": 1, "ExpiredObjectDeleteMarker": True})], "MalformedXML"),
        ([rule(Filter={"Prefix": "a", "Tag": {"Key": "k", "Value": "v"}})], "MalformedXML"),
        ([rule(Prefix="both")], "MalformedXML"),
        ([{"Status": "Enabled", "Filter": {"Prefix": ""}}], "MalformedXML"),
        ([{"Status": "Enabled", "Expiration": {"Days": 1}}], "MalformedXML"),
        ([rule(Filter={"And": {"Prefix": "a"}})], "MalformedXML"),
        ([rule(Transitions=[{"Days": 1, "StorageClass": "COLD"}])], "MalformedXML"),
        ([rule(Transitions=[{"StorageClass": "GLACIER"}])], "MalformedXML"),
        ([rule(ID="a"), rule(ID="a")], "InvalidArgument: Rule ID must be unique"),
        ([rule(ID="a" * 256)], "InvalidArgument: ID length should not exceed allowed limit of 255"),
        ([rule(Expiration={"Date": "2030-01-02T03:00:00Z"})], "InvalidArgument: 'Date' must be at midnight GMT"),
        ([rule(Expiration={"Days": -1})], "InvalidArgument: 'Days' for Expiration action must be a positive integer"),
    ],
)
def test_rules_that_s3_refuses(s3, name, rules, error):
    found = error_of(s3.put_bucket_lifecycle_configuration, Bucket=name, LifecycleConfiguration={"Rules": rules})
    assert found.startswith(error)
    missing = error_of(s3.get_bucket_lifecycle_configuration, Bucket=name)
    assert missing.startswith("NoSuchLifecycleConfiguration")


def test_configurations_are_kept_by_id(s3, name):
    for wanted in ("b", "a"):
        s3.put_bucket_metrics_configuration(Bucket=name, Id=wanted, MetricsConfiguration={"Id": wanted})
    one = s3.get_bucket_metrics_configuration(Bucket=name, Id="a")["MetricsConfiguration"]
    assert one == {"Id": "a"}
    listed = s3.list_bucket_metrics_configurations(Bucket=name)
    assert [each["Id"] for each in listed["MetricsConfigurationList"]] == ["a", "b"]
    assert listed["IsTruncated"] is False
    s3.delete_bucket_metrics_configuration(Bucket=name, Id="a")
    assert error_of(s3.get_bucket_metrics_configuration, Bucket=name, Id="a") == (
        "NoSuchConfiguration: The specified configuration does not exist."
    )


def test_lists_come_in_pages_of_a_hundred(s3, name):
    names = sorted(f"id-{number}" for number in range(101))
    for wanted in names:
        s3.put_bucket_metrics_configuration(Bucket=name, Id=wanted, MetricsConfiguration={"Id": wanted})
    first = s3.list_bucket_metrics_configurations(Bucket=name)
    rest = s3.list_bucket_metrics_configurations(Bucket=name, ContinuationToken=first["NextContinuationToken"])
    found = [each["Id"] for page in (first, rest) for each in page["MetricsConfigurationList"]]
    assert (found, len(first["MetricsConfigurationList"]), rest["IsTruncated"]) == (names, 100, False)


def test_a_bucket_that_is_not_there_has_none(s3):
    assert error_of(s3.list_bucket_inventory_configurations, Bucket="no-such-bucket").startswith("NoSuchBucket")
