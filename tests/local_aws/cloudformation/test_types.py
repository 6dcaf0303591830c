"""The emulator's own resource types: each property that works is what the service's API tells, made and changed."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local_aws.cloudformation import RESOURCE_TYPES, verdicts
from local_aws.cloudformation.properties import leaf_paths
from local_aws.cloudformation.verdicts.page import page
from local_aws.cloudformation.verdicts.tables import TABLES
from local_aws.cloudformation.verdicts.verdict import fate_of
from tests.local_aws.aws_server import ACCOUNT, REGION
from tests.local_aws.cloudformation.stack import ROLE
from tests.local_aws.cloudformation.types import compute, data, identity, messages, network

CASES = [*identity.CASES, *messages.CASES, *data.CASES, *compute.CASES, *network.CASES]


@pytest.fixture(scope="module", autouse=True)
def named_by_templates(local_aws):
    """A group and objects."""
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


def test_every_type_that_is_made_has_a_table():
    import_module("ministack.app")  # the emulator's own import order
    handlers = import_module("ministack.services.cloudformation.provisioners")._RESOURCE_HANDLERS
    without = set(handlers) - set(TABLES) - set(RESOURCE_TYPES)
    assert without <= {"AWS::CDK::Metadata", "AWS::CloudFormation::CustomResource"}


@pytest.mark.parametrize("kind", sorted(set(TABLES) - {"AWS::S3::Bucket"}))
def test_every_property_of_the_schema_has_a_fate(kind):
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    read_only = {pointer.split("/")[2] for pointer in schema.get("readOnlyProperties", []) if pointer.count("/") == 2}
    fates = TABLES[kind].fates()
    assert sorted(name for name in schema["properties"] if name not in read_only and fate_of(fates, name) is None) == []


@pytest.mark.parametrize("kind", sorted(TABLES))
def test_no_table_has_what_the_schema_has_not(kind):
    known = {path for leaf in leaf_paths(kind) for path in heads(leaf)}
    assert sorted(set(TABLES[kind].fates()) - known) == []


def heads(path):
    parts = path.split("/")
    return ["/".join(parts[:number]) for number in range(1, len(parts) + 1)]


@pytest.mark.parametrize(
    ("kind", "properties", "reason"),
    [
        ("AWS::SQS::Queue", {"Nonsense": 1}, "#: extraneous key [Nonsense] is not permitted"),
        (
            "AWS::SQS::Queue",
            {"Tags": [{"Key": "k", "Value": "v", "Nonsense": 1}]},
            "#/Tags/0: extraneous key [Nonsense] is not permitted",
        ),
        ("AWS::SQS::Queue", {"Arn": "arn"}, "Encountered unsupported property Arn"),
        (
            "AWS::Events::EventBus",
            {"Name": "aws.partner/x", "EventSourceName": "aws.partner/x"},
            "AWS::Events::EventBus with EventSourceName is not supported: there are no partners' event sources",
        ),
    ],
)
def test_what_is_not_known_is_refused_by_name(stack, kind, properties, reason):
    assert stack.apply({"It": {"Type": kind, "Properties": properties}}) == "ROLLBACK_COMPLETE"
    assert any(reason in text for text in stack.reasons()), stack.reasons()


def test_a_property_that_stands_in_no_table_is_refused():
    with pytest.raises(ValueError, match=r"AWS::IAM::Role with Newest\.Part is not supported"):
        verdicts.refuse("AWS::IAM::Role", {"RoleName": "r", "Newest": {"Part": "x"}})


def test_the_event_names_what_does_nothing(stack):
    key = {"Type": "AWS::KMS::Key", "Properties": {"PendingWindowInDays": 7}}
    assert stack.apply({"It": key}) == "CREATE_COMPLETE"
    assert "Not acted upon by the local AWS: PendingWindowInDays" in stack.reasons("CREATE_COMPLETE")


def test_tags_of_the_stack_reach_what_is_taggable(local_aws, stack):
    tag = {"Key": "owner", "Value": "team"}
    resources = {
        "Rule": {"Type": "AWS::Events::Rule", "Properties": {"ScheduleExpression": "rate(1 day)"}},
        "Bucket": {"Type": "AWS::S3::Bucket"},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Role": ROLE,
        "Job": {
            "Type": "AWS::Glue::Job",
            "Properties": {
                "Role": {"Ref": "Role"},
                "Command": {"Name": "glueetl", "ScriptLocation": "s3://typed-objects/s.py"},
            },
        },
    }
    assert stack.apply(resources, Tags=[tag]) == "CREATE_COMPLETE", stack.reasons()
    refs = stack.refs()
    assert local_aws.client("s3").get_bucket_tagging(Bucket=refs["Bucket"])["TagSet"] == [tag]
    assert local_aws.client("sqs").list_queue_tags(QueueUrl=refs["Queue"])["Tags"] == {"owner": "team"}
    job = f"arn:aws:glue:{REGION}:{ACCOUNT}:job/{refs['Job']}"
    assert local_aws.client("glue").get_tags(ResourceArn=job)["Tags"] == {"owner": "team"}
    rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{refs['Rule'].rpartition('/')[2]}"
    assert tag in local_aws.client("events").list_tags_for_resource(ResourceARN=rule)["Tags"]
    role = local_aws.client("iam").get_role(RoleName=refs["Role"])["Role"]
    assert tag in role["Tags"]
    stack.delete()


def test_the_page_of_types_is_what_the_tables_say():
    found = Path(__file__).parents[3] / "docs" / "cloudformation-types.md"
    assert found.read_text(encoding="utf-8") == page()
