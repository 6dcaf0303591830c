"""What is made with tags needs glue:TagResource too, as the developer guide's page on tags has it."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique

TAGS = {"team": "data"}
AVRO = '{"type": "record", "name": "r", "fields": []}'


def job(local_aws, name):
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}
    return "create_job", {"Name": name, "Role": local_aws.role(), "Command": command}


CREATIONS = [
    ("job/{}", job),
    ("database/{}", lambda _, name: ("create_database", {"DatabaseInput": {"Name": name}})),
    ("workflow/{}", lambda _, name: ("create_workflow", {"Name": name})),
    ("registry/{}", lambda _, name: ("create_registry", {"RegistryName": name})),
    (
        "schema/default-registry/{}",
        lambda _, name: (
            "create_schema",
            {"SchemaName": name, "DataFormat": "AVRO", "Compatibility": "NONE", "SchemaDefinition": AVRO},
        ),
    ),
]


@pytest.mark.parametrize(("resource", "creation"), CREATIONS, ids=[one[0].partition("/")[0] for one in CREATIONS])
def test_tags_of_what_is_made_need_their_own_right(local_aws, resource, creation):
    name = unique("t")
    operation, params = creation(local_aws, name)
    arn = f"arn:aws:glue:{REGION}:{ACCOUNT}:{resource.format(name)}"
    untagging = {"Effect": "Deny", "Action": "glue:TagResource", "Resource": arn}
    poor = getattr(local_aws.client("glue", local_aws.user(allow("*"), untagging)), operation)
    refused = error_of(poor, **params, Tags=TAGS)
    assert refused.startswith("AccessDeniedException: User: ")
    assert f"is not authorized to perform: glue:TagResource on resource: {arn}" in refused
    rich = local_aws.user(allow("*", "*"), {**untagging, "Resource": f"{arn}-other"})
    getattr(local_aws.client("glue", rich), operation)(**params, Tags=TAGS)
    assert local_aws.client("glue").get_tags(ResourceArn=arn)["Tags"] == TAGS


def test_without_tags_it_is_not_asked_for(local_aws):
    name = unique("t")
    untagging = {"Effect": "Deny", "Action": "glue:TagResource", "Resource": "*"}
    local_aws.client("glue", local_aws.user(allow("*"), untagging)).create_workflow(Name=name)
    assert local_aws.client("glue").get_workflow(Name=name)["Workflow"]["Name"] == name
