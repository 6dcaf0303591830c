"""Tags of work groups and data catalogs, there and not there."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique


@pytest.fixture(scope="module")
def athena(local_aws):
    return local_aws.client("athena")


def arn(kind, name):
    return f"arn:aws:athena:{REGION}:{ACCOUNT}:{kind}/{name}"


def test_a_work_group_keeps_its_tags(athena):
    name = unique()
    athena.create_work_group(Name=name, Tags=[{"Key": "a", "Value": "1"}])
    athena.tag_resource(ResourceARN=arn("workgroup", name), Tags=[{"Key": "b", "Value": "2"}])
    athena.untag_resource(ResourceARN=arn("workgroup", name), TagKeys=["a"])
    assert athena.list_tags_for_resource(ResourceARN=arn("workgroup", name))["Tags"] == [{"Key": "b", "Value": "2"}]
    assert athena.list_tags_for_resource(ResourceARN=arn("datacatalog", "AwsDataCatalog"))["Tags"] == []


@pytest.mark.parametrize("kind", ["workgroup", "datacatalog", "capacity-reservation"])
def test_what_is_not_there_has_no_tags(athena, kind):
    absent = arn(kind, unique())
    for call, more in (
        (athena.list_tags_for_resource, {}),
        (athena.tag_resource, {"Tags": [{"Key": "a", "Value": "1"}]}),
        (athena.untag_resource, {"TagKeys": ["a"]}),
    ):
        assert error_of(call, ResourceARN=absent, **more) == f"ResourceNotFoundException: {absent} is not found."


def test_a_resource_has_fifty_tags_at_most_and_none_of_awss_own(athena):
    name = unique()
    athena.create_work_group(Name=name, Tags=[{"Key": f"k{count}", "Value": "v"} for count in range(50)])
    for key in ("more", "aws:x"):
        error = error_of(athena.tag_resource, ResourceARN=arn("workgroup", name), Tags=[{"Key": key, "Value": "v"}])
        assert error.startswith("InvalidRequestException: ")
