"""Tags of what is there, and of what is not."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique


@pytest.fixture(scope="module")
def glue(local_aws):
    return local_aws.client("glue")


def arn(kind, *names):
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:{'/'.join((kind, *names))}"


def test_tags_are_put_shown_and_taken_away(glue):
    name = unique()
    glue.create_workflow(Name=name, Tags={"a": "1"})
    glue.tag_resource(ResourceArn=arn("workflow", name), TagsToAdd={"b": "2", "a": "3"})
    assert glue.get_tags(ResourceArn=arn("workflow", name))["Tags"] == {"a": "3", "b": "2"}
    glue.untag_resource(ResourceArn=arn("workflow", name), TagsToRemove=["a", "never"])
    assert glue.get_tags(ResourceArn=arn("workflow", name))["Tags"] == {"b": "2"}


def test_a_database_and_the_catalog_have_tags(glue):
    name = unique()
    glue.create_database(DatabaseInput={"Name": name}, Tags={"a": "1"})
    assert glue.get_tags(ResourceArn=arn("database", name))["Tags"] == {"a": "1"}
    assert glue.get_tags(ResourceArn=arn("catalog"))["Tags"] == {}


@pytest.mark.parametrize(
    "kind", ["job", "crawler", "trigger", "workflow", "database", "connection", "dataQualityRuleset", "usageProfile"]
)
def test_what_is_not_there_has_no_tags(glue, kind):
    absent = arn(kind, unique())
    for call, more in (
        (glue.get_tags, {}),
        (glue.tag_resource, {"TagsToAdd": {"a": "1"}}),
        (glue.untag_resource, {"TagsToRemove": ["a"]}),
    ):
        assert error_of(call, ResourceArn=absent, **more).startswith("EntityNotFoundException: ")


def test_what_is_no_arn_of_this_glue_is_refused(glue):
    for wrong in (f"arn:aws:glue:us-gov-east-1:{ACCOUNT}:job/j", f"arn:aws:glue:{REGION}:111111111111:job/j"):
        assert error_of(glue.get_tags, ResourceArn=wrong) == f"InvalidInputException: Invalid resource ARN: {wrong}"


def test_a_resource_has_fifty_tags_at_most_and_none_of_awss_own(glue):
    name = unique()
    glue.create_workflow(Name=name, Tags={f"k{count}": "v" for count in range(50)})
    glue.tag_resource(ResourceArn=arn("workflow", name), TagsToAdd={"k1": "w"})
    assert error_of(glue.tag_resource, ResourceArn=arn("workflow", name), TagsToAdd={"more": "v"}) == (
        "InvalidInputException: A resource has at most 50 tags; these would be 51"
    )
    assert error_of(glue.tag_resource, ResourceArn=arn("workflow", name), TagsToAdd={"aws:x": "v"}) == (
        "InvalidInputException: Tag keys that begin with aws: are reserved: aws:x"
    )
