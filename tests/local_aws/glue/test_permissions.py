"""The ARNs that IAM checks, as the developer guide lists them."""

import pytest

from local_aws.emulator import Scope
from local_aws.glue.permissions import resources

SCOPE = Scope("123456789012", "eu-west-1")
PREFIX = "arn:aws:glue:eu-west-1:123456789012:"


@pytest.mark.parametrize(
    ("operation", "params", "expected"),
    [
        ("StartJobRun", {"JobName": "clean"}, ["job/clean"]),
        ("GetJob", {"JobName": "clean"}, ["job/clean"]),
        ("CreateJob", {"Name": "clean"}, ["job/clean"]),
        ("BatchGetJobs", {"JobNames": ["a", "b"]}, ["job/a", "job/b"]),
        ("GetCrawler", {"Name": "raw"}, ["crawler/raw"]),
        ("ListCrawls", {"CrawlerName": "raw"}, ["crawler/raw"]),
        ("StartTrigger", {"Name": "t"}, ["trigger/t"]),
        ("PutWorkflowRunProperties", {"Name": "w", "RunId": "wr_1"}, ["workflow/w"]),
        ("GetDatabase", {"Name": "db"}, ["database/db", "catalog"]),
        ("CreateDatabase", {"DatabaseInput": {"Name": "db"}}, ["database/db", "catalog"]),
        ("GetTable", {"DatabaseName": "db", "Name": "t"}, ["table/db/t", "database/db", "catalog"]),
        ("CreateTable", {"DatabaseName": "db", "TableInput": {"Name": "t"}}, ["table/db/t", "database/db", "catalog"]),
        ("GetTables", {"DatabaseName": "db"}, ["catalog", "database/db"]),
        (
            "BatchCreatePartition",
            {"DatabaseName": "db", "TableName": "t"},
            ["table/db/t", "database/db", "catalog"],
        ),
        (
            "BatchDeleteTable",
            {"DatabaseName": "db", "TablesToDelete": ["t", "u"]},
            ["table/db/t", "table/db/u", "database/db", "catalog"],
        ),
        ("GetDataQualityRuleset", {"Name": "q"}, ["dataQualityRuleset/q"]),
        ("StartDataQualityRulesetEvaluationRun", {"RulesetNames": ["q"]}, ["dataQualityRuleset/*"]),
        ("CancelDataQualityRuleRecommendationRun", {"RunId": "dqrun-1"}, ["dataQualityRuleset/*"]),
        ("GetDataQualityResult", {"ResultId": "dqresult-1"}, ["dataQualityRuleset/*"]),
        ("ListDataQualityResults", {}, ["dataQualityRuleset/*"]),
        ("GetConnection", {"Name": "c"}, ["connection/c"]),
        ("CreateRegistry", {"RegistryName": "r"}, ["registry/r"]),
        ("CreateSchema", {"SchemaName": "s"}, ["registry/default-registry", "schema/default-registry/s"]),
        (
            "CreateSchema",
            {"RegistryId": {"RegistryArn": f"{PREFIX}registry/r"}, "SchemaName": "s"},
            ["registry/r", "schema/r/s"],
        ),
        ("GetSchema", {"SchemaId": {"SchemaArn": f"{PREFIX}schema/r/s"}}, ["registry/r", "schema/r/s"]),
        ("ListSchemaVersions", {"SchemaId": {"RegistryName": "r", "SchemaName": "s"}}, ["registry/r", "schema/r/s"]),
        ("ListSchemas", {"RegistryId": {"RegistryName": "r"}}, ["registry/r"]),
    ],
)
def test_names_the_resources(operation, params, expected):
    assert resources(operation, params, SCOPE) == [PREFIX + name for name in expected]


def test_lists_have_no_resource():
    assert resources("ListJobs", {}, SCOPE) == ["*"]


def test_tags_name_their_resource_themselves():
    arn = PREFIX + "job/clean"
    assert resources("TagResource", {"ResourceArn": arn, "TagsToAdd": {}}, SCOPE) == [arn]
