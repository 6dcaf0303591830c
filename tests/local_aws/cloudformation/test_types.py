"""The emulator's own resource types: each property that works is what the service's API tells, made and changed."""

import json

import pytest

from local_aws.cloudformation.verdicts.tables import TABLES
from tests.local_aws.aws_server import REGION
from tests.local_aws.cloudformation.types import compute, data, identity, messages, network

CASES = [*identity.CASES, *messages.CASES, *data.CASES, *compute.CASES, *network.CASES]


@pytest.fixture(scope="module", autouse=True)
def named_by_templates(local_aws):
    """A group, which CloudFormation makes none of here, and objects."""
    local_aws.client("iam").create_group(GroupName="typed-group")
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="typed-objects", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="typed-objects", Key="machine.json", Body=json.dumps(data.DEFINITION))
    s3.put_object(Bucket="typed-objects", Key="code.zip", Body=compute.zipped("def handler(*_): return 1"))


def template(case, changes=()):
    changed = {name: value for name, value in {**case.given, **dict(changes)}.items() if value is not None}
    return {**case.beside, "It": {"Type": case.kind, "Properties": changed}}


def told(case, local_aws, ref):
    return case.find(case.read(local_aws.client, ref))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.kind)
def test_what_a_template_says_is_what_the_service_tells(local_aws, stack, case):
    assert stack.apply(template(case)) == "CREATE_COMPLETE", stack.reasons()
    ref = stack.refs()["It"]
    wanted = {path: value for path, (_, value) in case.told.items()}
    assert told(case, local_aws, ref) == wanted
    if case.then:
        status = stack.apply(template(case, case.then.items()), update=True)
        assert status == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
        assert stack.refs()["It"] == ref
        assert told(case, local_aws, ref) == wanted | dict(case.told_then)
    stack.delete()


def test_every_property_that_works_or_is_kept_is_tested():
    tested = {}
    for case in CASES:
        tested.setdefault(case.kind, set()).update(case.told)
    untested = {
        name: sorted({*table.works.split(), *table.kept.split()} - tested.get(name, set()))
        for name, table in TABLES.items()
        if table.tested
    }
    assert {name: paths for name, paths in untested.items() if paths} == {}
