"""Runs of Glue Data Quality on tables, on the server: what is evaluated, recommended, refused, stopped, cut short."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, LocalAws, allow, error_of, unique, wait_until
from tests.local_aws.inbox import Inbox
from tests.local_aws.quality_table import Table


@pytest.fixture
def table(local_aws: LocalAws) -> Table:
    return Table(local_aws)


def test_rulesets_are_evaluated_on_a_table(table: Table):
    glue, aws = table.glue, table.aws
    told = "Data Quality Evaluation Results Available"
    inbox = Inbox(aws, told, source="aws.glue-dataquality", context={"databaseName": [table.database]})
    hard = table.ruleset('IsComplete "team"', "RowCount = 3", '(ColumnValues "id" > 1) or (ColumnValues "price" < 3)')
    same = table.ruleset('ReferentialIntegrity "id" "others.id" = 1.0', 'Mean "price" between 3 and 4')
    run = table.evaluate(
        hard,
        same,
        NumberOfWorkers=2,
        AdditionalDataSources={"others": table.source},
        AdditionalRunOptions={
            "CloudWatchMetricsEnabled": True,
            "CompositeRuleEvaluationMethod": "ROW",
            "ResultsS3Prefix": f"s3://{table.bucket}/results",
        },
    )
    assert run["Status"] == "SUCCEEDED", run.get("ErrorString")
    assert run["RulesetNames"] == [hard, same]
    assert run["StartedOn"] < run["CompletedOn"] == run["LastModifiedOn"]
    results = glue.batch_get_data_quality_result(ResultIds=run["ResultIds"])["Results"]
    assert [(one["RulesetName"], one["DataSource"], one["RulesetEvaluationRunId"]) for one in results] == [
        (name, table.source, run["RunId"]) for name in (hard, same)
    ]
    assert "JobName" not in results[0]
    assert "EvaluationContext" not in results[0]
    outcomes = [[(rule["EvaluatedRule"], rule["Result"]) for rule in one["RuleResults"]] for one in results]
    # by hand: team lacks one of three; row 1 has price 2, the others ids above 1; the mean of 2, 3, 5 is 3.33
    assert outcomes == [
        [
            ('IsComplete "team"', "FAIL"),
            ("RowCount = 3", "PASS"),
            ('(ColumnValues "id" > 1) or (ColumnValues "price" < 3)', "PASS"),
        ],
        [('ReferentialIntegrity "id" "others.id" = 1.0', "PASS"), ('Mean "price" between 3 and 4', "PASS")],
    ]
    assert [one["Score"] for one in results] == [pytest.approx(2 / 3), 1.0]
    listed = glue.list_data_quality_results(Filter={"DataSource": table.source})["Results"]
    assert {one["ResultId"] for one in listed} == set(run["ResultIds"])
    details = {event["detail"]["resultId"]: event["detail"] for event in inbox.events(2)}
    assert details[run["ResultIds"][0]] == {
        "context": {
            "contextType": "GLUE_DATA_CATALOG",
            "runId": run["RunId"],
            "databaseName": table.database,
            "tableName": "orders",
            "catalogId": ACCOUNT,
        },
        "resultId": run["ResultIds"][0],
        "rulesetNames": [hard],
        "state": "FAILED",
        "score": pytest.approx(2 / 3),
        "rulesSucceeded": 2,
        "rulesFailed": 1,
        "rulesSkipped": 0,
    }
    assert details[run["ResultIds"][1]]["state"] == "SUCCEEDED"
    files = [json.loads(aws.get(table.bucket, key)) for key in aws.keys(table.bucket, "results/") if "/part-" in key]
    assert {one["RulesetName"] for one in files} == {hard, same}
    metrics = aws.client("cloudwatch").list_metrics(Namespace="Glue Data Quality")["Metrics"]
    mine = {"Ruleset": hard, "Table": "orders", "Database": table.database, "CatalogId": ACCOUNT}
    named = [metric for metric in metrics if {one["Name"]: one["Value"] for one in metric["Dimensions"]} == mine]
    assert {one["MetricName"] for one in named} == {"glue.data.quality.rules.passed", "glue.data.quality.rules.failed"}
    runs = glue.list_data_quality_ruleset_evaluation_runs(Filter={"DataSource": table.source, "RulesetName": hard})
    assert [(one["RunId"], one["Status"]) for one in runs["Runs"]] == [(run["RunId"], "SUCCEEDED")]
    batch = glue.batch_get_data_quality_ruleset_evaluation_run(RunIds=[run["RunId"], "dqrun-0"])
    assert ([one["RunId"] for one in batch["Runs"]], batch["RunsNotFound"]) == ([run["RunId"]], ["dqrun-0"])
    lines = aws.log_lines("/aws-glue/data-quality/output", f"{run['RunId']}-driver")
    assert f"Glue Data Quality, {hard}: 2 of 3 rules passed" in lines


def test_a_run_without_the_right_to_its_table_is_failed_and_one_for_its_caller_refused(table: Table):
    aws, rules = table.aws, table.ruleset("RowCount = 3")
    run = table.evaluate(rules, Role=aws.role(allow("logs:*")))
    assert run["Status"] == "FAILED"
    assert "is not authorized to perform: glue:GetTable" in run["ErrorString"]
    assert "ResultIds" not in run
    request = {"DataSource": table.source, "Role": table.role, "RulesetNames": [rules]}
    start = allow("glue:StartDataQualityRulesetEvaluationRun", "arn:aws:glue:*:*:dataQualityRuleset/*")
    passing = allow("iam:PassRole", table.role)
    for statements, missing in (([passing], "glue:StartDataQualityRulesetEvaluationRun"), ([start], "iam:PassRole")):
        theirs = aws.client("glue", aws.user(*statements))
        error = error_of(theirs.start_data_quality_ruleset_evaluation_run, **request)
        assert error.startswith("AccessDeniedException")
        assert missing in error
    stranger = aws.role(allow("*"), trusts="ec2.amazonaws.com")
    assert "unable to assume provided role" in table.evaluate(rules, Role=stranger)["ErrorString"]


REFUSED = {
    "AdditionalRunOptions": {
        "RowLevelResults": {"ResultType": "ALL"},
        "ProfilingResults": {"WriteProfilingResultsEnabled": True},
        "DataQualityRuleResults": {"WriteDataQualityRuleResultsEnabled": True},
        "ObservationResults": {"WriteObservationResultsEnabled": True},
        "ObservationScope": "ALL",
        "ObservationMode": "FIXED",
    },
    "DataSource": {
        "ConnectionName": "c",
        "PreProcessingQuery": "SELECT 1",
    },
}


@pytest.mark.parametrize(("member", "option"), [(one, option) for one in REFUSED for option in REFUSED[one]])
def test_what_is_not_carried_out_is_refused_by_name(local_aws: LocalAws, member: str, option: str):
    glue, name = local_aws.client("glue"), unique("rules")
    glue.create_data_quality_ruleset(Name=name, Ruleset="Rules = [ RowCount > 0 ]")
    table = {"DatabaseName": "d", "TableName": "t"}
    more = {option: REFUSED[member][option]}
    told = {member: more} if member != "DataSource" else {member: {"DataQualityGlueTable": {**table, **more}}}
    request = {"DataSource": {"GlueTable": table}, "Role": "r", "RulesetNames": [name], **told}
    error = error_of(glue.start_data_quality_ruleset_evaluation_run, **request)
    assert error.startswith("OperationNotSupportedException: ")
    assert f"{option} is not supported by the local AWS" in error


def test_what_aws_would_not_take_is_refused(local_aws: LocalAws):
    glue, name = local_aws.client("glue"), unique("rules")
    glue.create_data_quality_ruleset(Name=name, Ruleset="Rules = [ RowCount > 0 ]")
    source = {"GlueTable": {"DatabaseName": "d", "TableName": "t"}}

    def refusal(**more) -> str:
        request = {"DataSource": source, "Role": "r", "RulesetNames": [name], **more}
        return error_of(glue.start_data_quality_ruleset_evaluation_run, **request)

    assert refusal(RulesetNames=[name, "no-such"]) == (
        "EntityNotFoundException: Data quality ruleset no-such not found"
    )
    both = {"DataQualityGlueTable": source["GlueTable"], **source}
    for more in (
        {"DataSource": both},
        {"AdditionalDataSources": {"primary": source}},
        {"NumberOfWorkers": 0},
        {"DataSource": {"GlueTable": {**source["GlueTable"], "AdditionalOptions": {"x": "y"}}}},
    ):
        assert refusal(**more).startswith("InvalidInputException: "), more
    for ask in (glue.get_data_quality_ruleset_evaluation_run, glue.cancel_data_quality_ruleset_evaluation_run):
        assert error_of(ask, RunId="dqrun-0").startswith("EntityNotFoundException: ")


def test_a_run_is_stopped_and_its_token_is_remembered(table: Table):
    glue, rules, token = table.glue, table.ruleset("RowCount = 3"), unique()
    first = table.start(rules, ClientToken=token)
    assert table.start(rules, ClientToken=token) == first
    request = {"DataSource": table.source, "Role": table.role, "RulesetNames": [rules]}
    error = error_of(glue.start_data_quality_ruleset_evaluation_run, **request, ClientToken=token, Timeout=5)
    assert error == f"InvalidInputException: ClientToken {token} is that of another request, whose run is {first}"
    glue.cancel_data_quality_ruleset_evaluation_run(RunId=first)
    run = table.ended(first)
    assert (run["Status"], run.get("ErrorString"), run.get("ResultIds")) == ("STOPPED", None, None)
    error = error_of(glue.cancel_data_quality_ruleset_evaluation_run, RunId=first)
    assert error == f"InvalidInputException: Data quality evaluation run {first} is over: its status is STOPPED"
    assert error_of(glue.get_data_quality_rule_recommendation_run, RunId=first).startswith("EntityNotFoundException")


def test_a_killed_server_leaves_no_run_running(fresh_local_aws: LocalAws):
    table = Table(fresh_local_aws)
    run_id = table.start(table.ruleset("RowCount = 3"))
    wait_until(
        lambda: table.glue.get_data_quality_ruleset_evaluation_run(RunId=run_id),
        lambda run: run["Status"] == "RUNNING",
        60,
    )
    fresh_local_aws.stop(9)
    glue = fresh_local_aws.start().client("glue")
    run = glue.get_data_quality_ruleset_evaluation_run(RunId=run_id)
    assert (run["Status"], run["ErrorString"]) == ("FAILED", "The local AWS ended while this ran")
    assert run["CompletedOn"] >= run["StartedOn"]
    second = glue.start_data_quality_ruleset_evaluation_run(
        DataSource=table.source, Role=table.role, RulesetNames=run["RulesetNames"]
    )["RunId"]
    fresh_local_aws.stop()
    run = fresh_local_aws.start().client("glue").get_data_quality_ruleset_evaluation_run(RunId=second)
    assert (run["Status"], run["ErrorString"]) == ("FAILED", "The local AWS ended while this ran")


def test_recommended_are_the_rules_that_aws_recommends_for_a_table_of_a_tutorial(table: Table):
    """Input and output are those of tutorial 37 of the AWS SDK for pandas, where they were run on AWS."""
    glue, aws = table.glue, table.aws
    columns = [{"Name": "c0", "Type": "bigint"}, {"Name": "c1", "Type": "bigint"}]
    place = f"s3://{table.bucket}/tutorial/"
    storage = {"Location": place, "Columns": columns}
    storage["SerdeInfo"] = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"}
    glue.create_table(
        DatabaseName=table.database,
        TableInput={
            "Name": "tutorial",
            "Parameters": {"classification": "json"},
            "PartitionKeys": [{"Name": "c2", "Type": "bigint"}],
            "StorageDescriptor": storage,
        },
    )
    part = {**storage, "Location": f"{place}c2=0/"}
    glue.create_partition(
        DatabaseName=table.database,
        TableName="tutorial",
        PartitionInput={"Values": ["0"], "StorageDescriptor": part},
    )
    aws.put(table.bucket, "tutorial/c2=0/a.json", "".join(f'{{"c0":{n},"c1":{n}}}\n' for n in range(3)))
    name, source = unique("recommended"), {"DatabaseName": table.database, "TableName": "tutorial"}
    run_id = glue.start_data_quality_rule_recommendation_run(
        DataSource={"GlueTable": source}, Role=table.role, CreatedRulesetName=name
    )["RunId"]
    run = wait_until(
        lambda: glue.get_data_quality_rule_recommendation_run(RunId=run_id),
        lambda run: run["Status"] not in ("STARTING", "RUNNING"),
        240,
    )
    assert run["Status"] == "SUCCEEDED", run.get("ErrorString")
    rules = [line.strip().rstrip(",") for line in run["RecommendedRuleset"].splitlines()[1:-1]]
    assert rules == [
        "RowCount between 1 and 6",
        'IsComplete "c0"',
        'Uniqueness "c0" > 0.95',
        'ColumnValues "c0" <= 2',
        'IsComplete "c1"',
        'Uniqueness "c1" > 0.95',
        'ColumnValues "c1" <= 2',
        'IsComplete "c2"',
        'ColumnValues "c2" in ["0"]',
    ]
    made = glue.get_data_quality_ruleset(Name=name)
    assert (made["Ruleset"], made["RecommendationRunId"]) == (run["RecommendedRuleset"], run_id)
    assert made["TargetTable"] == source
    listed = glue.list_data_quality_rule_recommendation_runs(Filter={"DataSource": {"GlueTable": source}})["Runs"]
    assert [(one["RunId"], one["CreatedRulesetName"]) for one in listed] == [(run_id, name)]
    error = error_of(
        glue.start_data_quality_rule_recommendation_run,
        DataSource={"GlueTable": source},
        Role=table.role,
        RecommendationMode="ADVANCED",
    )
    assert error.startswith("OperationNotSupportedException: RecommendationMode ADVANCED")
