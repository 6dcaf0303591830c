"""Classifiers, security configurations, rulesets and connections through the API."""

import pytest

from local_aws.glue.model import GlueError
from local_aws.glue.settings.rulesets import rule_count
from tests.local_aws.aws_server import error_of, unique


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.mark.parametrize(
    ("kind", "first", "change"),
    [
        ("CsvClassifier", {"Delimiter": ","}, {"Delimiter": ";"}),
        ("JsonClassifier", {"JsonPath": "$"}, {"JsonPath": "$[*]"}),
        ("GrokClassifier", {"Classification": "c", "GrokPattern": "%{A}"}, {"GrokPattern": "%{B}"}),
        ("XMLClassifier", {"Classification": "c", "RowTag": "a"}, {"RowTag": "b"}),
    ],
)
def test_a_classifier_is_made_changed_and_deleted(glue, kind, first, change):
    name = unique("cl")
    glue.create_classifier(**{kind: {"Name": name, **first}})
    glue.update_classifier(**{kind: {"Name": name, **change}})
    found = glue.get_classifier(Name=name)["Classifier"][kind]
    assert {key: found[key] for key in {**first, **change}} == {**first, **change}
    assert found["Version"] == 2
    listed = glue.get_classifiers(MaxResults=1000)["Classifiers"]
    assert {kind: found} in listed
    glue.delete_classifier(Name=name)
    assert error_of(glue.get_classifier, Name=name).startswith("EntityNotFoundException: ")


def test_a_classifier_keeps_its_kind(glue):
    name = unique("cl")
    glue.create_classifier(JsonClassifier={"Name": name, "JsonPath": "$"})
    assert error_of(glue.update_classifier, CsvClassifier={"Name": name}).startswith("InvalidInputException: ")
    assert error_of(glue.create_classifier).startswith("InvalidInputException: Exactly one of GrokClassifier")
    same = {"Name": unique("cl"), "Delimiter": ";", "QuoteSymbol": ";"}
    assert error_of(glue.create_classifier, CsvClassifier=same).startswith("InvalidInputException: QuoteSymbol")


def test_security_configurations(glue):
    name = unique("sc")
    encryption = {"S3Encryption": [{"S3EncryptionMode": "SSE-S3"}]}
    made = glue.create_security_configuration(Name=name, EncryptionConfiguration=encryption)
    found = glue.get_security_configuration(Name=name)["SecurityConfiguration"]
    assert (found["EncryptionConfiguration"], found["CreatedTimeStamp"]) == (encryption, made["CreatedTimestamp"])
    assert error_of(glue.create_security_configuration, Name=name, EncryptionConfiguration=encryption).startswith(
        "AlreadyExistsException: "
    )
    glue.delete_security_configuration(Name=name)
    assert error_of(glue.delete_security_configuration, Name=name).startswith("EntityNotFoundException: ")


@pytest.mark.parametrize(
    ("ruleset", "rules"),
    [
        ("Rules = [ RowCount > 0 ]", 1),
        (
            'Rules = [\n IsComplete "a",\n ColumnValues "c" in ["x", "y"],\n (RowCount > 1) and (IsUnique "b, c")\n]',
            3,
        ),
        ("Rules = [ CustomSql \"select count(*) from primary where x = '['\" > 3 ]", 1),
        ('Rules = [ IsComplete "a" ]\nAnalyzers = [ Completeness "a" ]', 1),
        ("# all of it\nRules = [ RowCount between 1 and 9 ]", 1),
        ('DefaultLabels = ["a"="b"] Rules = [ RowCount > 1 labels=["c"="d", "e"="f"], IsUnique "a" ]', 2),
        ('sql = "select 1"\nRules = [ CustomSql $sql = 1 ]', 1),
    ],
)
def test_the_rules_of_a_ruleset_are_counted(ruleset, rules):
    assert rule_count(ruleset) == rules


@pytest.mark.parametrize(
    "ruleset",
    ["", "RowCount > 0", "Rules = []", "Rules = [ a", "Rules = [ a ] Rules = [ b ]", "Rules = [ RowCount > ]"],
)
def test_a_text_that_is_no_ruleset_is_refused(ruleset):
    with pytest.raises(GlueError, match="not valid DQDL"):
        rule_count(ruleset)


def test_rulesets(glue):
    name, table = unique("rs"), {"DatabaseName": unique("db"), "TableName": "t"}
    glue.create_data_quality_ruleset(Name=name, Ruleset="Rules = [ a, b ]", TargetTable=table, Tags={"k": "v"})
    glue.update_data_quality_ruleset(Name=name, Description="d")
    found = glue.get_data_quality_ruleset(Name=name)
    assert (found["Ruleset"], found["Description"], found["TargetTable"]) == ("Rules = [ a, b ]", "d", table)
    (listed,) = glue.list_data_quality_rulesets(Filter={"TargetTable": table})["Rulesets"]
    assert (listed["Name"], listed["RuleCount"]) == (name, 2)
    assert error_of(glue.update_data_quality_ruleset, Name=name, Ruleset="x").startswith("InvalidInputException: ")
    glue.delete_data_quality_ruleset(Name=name)
    assert error_of(glue.get_data_quality_ruleset, Name=name).startswith("EntityNotFoundException: ")


def test_connections(glue):
    name = unique("cn")
    given = {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": {"USERNAME": "u", "PASSWORD": "p"}}
    glue.create_connection(ConnectionInput=given)
    glue.update_connection(Name=name, ConnectionInput={**given, "Description": "d"})
    found = glue.get_connection(Name=name, HidePassword=True)["Connection"]
    assert (found["Description"], found["ConnectionProperties"]) == ("d", {"USERNAME": "u"})
    assert name in [
        entry["Name"] for entry in glue.get_connections(Filter={"ConnectionType": "JDBC"})["ConnectionList"]
    ]
    answer = glue.batch_delete_connection(ConnectionNameList=[name, "no-such"])
    assert (answer["Succeeded"], list(answer["Errors"])) == ([name], ["no-such"])
