"""Lengths, ranges, patterns and enumerations of AWS's models, refused in AWS's sentences.

Those are quoted from public messages: dbt-labs/dbt-athena 327 (Glue, lists and structures), flow-lab/flow 5 (maps),
Athena's and CloudWatch Logs' documentation of errors, Lambda's of keys.
"""

import json

import pytest

from local_aws.emulator.requests.constraints import CONSTRAINED
from local_aws.emulator.requests.models import load_models
from tests.local_aws.emulator.requests.test_checking import EMULATORS_NAME, json_refusal

ENUM = "failed to satisfy constraint: Member must satisfy enum value set"
PATTERN = "Member must satisfy regular expression pattern: "
OVER = "failed to satisfy constraint: Member must have length less than or equal to"


def refused(service: str, operation: str, **members) -> tuple[str, str]:
    return json_refusal(service, operation, json.dumps(members).encode())


def test_a_list_that_is_too_long_is_shown_as_aws_shows_it():
    entries = [{"Values": [f"2023-05-{day}"]} for day in range(1, 27)]
    code, said = refused("glue", "BatchDeletePartition", DatabaseName="d", TableName="t", PartitionsToDelete=entries)
    shown = ", ".join(f"PartitionValueList(values=[2023-05-{day}])" for day in range(1, 27))
    assert code == "ValidationException"
    assert said == f"1 validation error detected: Value '[{shown}]' at 'partitionsToDelete' {OVER} 25"


def test_several_are_counted_and_a_list_counts_from_one():
    conditions = [{"LogicalOperator": "EQUALS"}, {"LogicalOperator": "LIKE"}]
    code, said = refused(
        "glue", "CreateTrigger", Name="", Type="CONDITIONAL", Actions=[], Predicate={"Conditions": conditions}
    )
    assert code == "ValidationException"
    assert said.startswith("2 validation errors detected: ")
    assert set(said.partition(": ")[2].split("; ")) == {
        "Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1",
        f"Value 'LIKE' at 'predicate.conditions.2.member.logicalOperator' {ENUM}: [EQUALS]",
    }


def test_what_is_missing_counts_with_what_is_wrong():
    _, said = refused("glue", "GetTables", MaxResults=101)
    assert said == (
        "2 validation errors detected: Value null at 'databaseName' failed to satisfy constraint: Member must not be "
        "null; Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to "
        "100"
    )


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ({"k" * 129: "v"}, "Map keys must satisfy constraint: [Member must have length less than or equal to 128, "),
        ({"k": "v" * 257}, "Map value must satisfy constraint: [Member must have length less than or equal to 256, "),
        ({f"k{count}": "v" for count in range(51)}, "Member must have length less than or equal to 50"),
    ],
)
def test_tags_have_their_bounds(tags, said):
    code, message = refused(
        "glue", "TagResource", ResourceArn="arn:aws:glue:eu-west-1:000000000000:job/j", TagsToAdd=tags
    )
    assert code == "ValidationException"
    assert f"at 'tagsToAdd' failed to satisfy constraint: {said}" in message


def test_texts_of_a_list_are_told_of_together():
    _, said = refused("glue", "BatchGetJobs", JobNames=["j", ""])
    assert said.startswith(
        "1 validation error detected: Value '[j, ]' at 'jobNames' failed to satisfy constraint: Member must satisfy "
        "constraint: [Member must have length less than or equal to 255, Member must have length greater than or equal "
        "to 1, Member must satisfy regular expression pattern: "
    )


def test_characters_beyond_the_basic_plane_are_within_glues_pattern_and_controls_are_not():
    _, said = refused("glue", "GetJob", JobName="\U0001f600\u0007")
    assert "at 'jobName' failed to satisfy constraint: Member must satisfy regular expression pattern: [" in said
    assert "Value '\U0001f600\u0007'" in said


@pytest.mark.parametrize(
    ("service", "operation", "members", "code", "said"),
    [
        (
            "athena",
            "GetQueryResults",
            {"QueryExecutionId": "q", "MaxResults": 1001},
            "InvalidRequestException",
            f"Value '1001' at 'maxResults' {OVER.replace('length', 'value')} 1000",
        ),
        (
            "athena",
            "StartQueryExecution",
            {"QueryString": "q", "ClientRequestToken": "short"},
            "InvalidRequestException",
            "Value at 'clientRequestToken' " + OVER.replace("less", "greater") + " 32",
        ),
        (
            "logs",
            "CreateLogGroup",
            {"logGroupName": "a b"},
            "InvalidParameterException",
            "Value 'a b' at 'logGroupName' failed to satisfy constraint: " + PATTERN + r"[\.\-_/#A-Za-z0-9]+",
        ),
        (
            "dynamodb",
            "ListTables",
            {"Limit": 0},
            "ValidationException",
            "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
        (
            "events",
            "PutRule",
            {"Name": "n", "State": "ON"},
            "ValidationException",
            f"Value 'ON' at 'state' {ENUM}: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]",
        ),
    ],
)
def test_other_services_check_too_with_their_own_codes(service, operation, members, code, said):
    assert refused(service, operation, **members) == (code, f"1 validation error detected: {said}")


def test_secrets_are_not_repeated():
    name, secret = "n", "s" * 70_000
    _, said = refused("secretsmanager", "CreateSecret", Name=name, SecretString=secret, ClientRequestToken="t" * 40)
    assert "Value at 'secretString' failed to satisfy constraint" in said
    assert "sss" not in said


@pytest.mark.parametrize("service", sorted(CONSTRAINED))
def test_every_pattern_of_the_models_is_understood(service):
    for model in load_models(EMULATORS_NAME.get(service, service)):
        for operation in model.operation_names:
            model.operation(operation)
        limits = [found for node in model._nodes.values() for found in (node.constraints, node.key) if found]
        assert [found.pattern for found in limits if found.pattern and found.compiled is None] == []
        assert limits
