"""A job that evaluates data quality on the server: files of S3, results in Glue and S3, metrics in CloudWatch."""

import json

import pytest

from tests.local_aws.aws_server import LocalAws
from tests.local_aws.inbox import Inbox

SCRIPT = """
import json, sys
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.transforms import SelectFromCollection
from awsglue.utils import getResolvedOptions
from awsgluedq.transforms import EvaluateDataQuality
from pyspark.context import SparkContext
args = getResolvedOptions(sys.argv, ["JOB_NAME", "bucket"])
glueContext = GlueContext(SparkContext())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)
folder = f"s3://{args['bucket']}/in/"
orders = glueContext.create_dynamic_frame.from_options("s3", {"paths": [folder]}, "json")
ruleset = f'''Rules = [
    IsComplete "team",
    CustomSql "select id from primary where id > 1" with threshold > 0.5,
    FileFreshness "{folder}" > (now() - 1 hours),
    FileUniqueness = 1,
    FileMatch "{folder}a.json" "{folder}"
]'''
quality = EvaluateDataQuality().process_rows(
    frame=orders,
    ruleset=ruleset,
    publishing_options={
        "dataQualityEvaluationContext": args["JOB_NAME"],
        "enableDataQualityCloudWatchMetrics": True,
        "enableDataQualityResultsPublishing": True,
        "resultsS3Prefix": f"s3://{args['bucket']}/results",
    },
    additional_options={"dataQualityResultsPublishing.strategy": "BEST_EFFORT", "observations.scope": "ALL"},
)
outcomes = SelectFromCollection.apply(dfc=quality, key="ruleOutcomes", transformation_ctx="ruleOutcomes")
rows = SelectFromCollection.apply(dfc=quality, key="rowLevelOutcomes").toDF()
good = rows.filter(rows.DataQualityEvaluationResult == "Passed")
good.drop("DataQualityRulesPass", "DataQualityRulesFail", "DataQualityRulesSkip").write.json(f"s3://{args['bucket']}/good")
job.commit()
print(json.dumps(outcomes.toDF().select("Outcome", "FailureReason", "EvaluatedMetrics").collect()))
"""


def test_a_job_evaluates_and_publishes(local_aws: LocalAws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "in/a.json", '{"id":1,"team":"x"}\n{"id":2,"team":null}\n')
    local_aws.put(bucket, "in/b.json", '{"id":3,"team":"y"}\n')
    job = local_aws.job(SCRIPT, spark=True, arguments={"--bucket": bucket})
    told = "Data Quality Evaluation Results Available"
    inbox = Inbox(local_aws, told, source="aws.glue-dataquality", context={"jobName": [job]})
    run = local_aws.run(job, {})
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    two_thirds = 2 / 3
    assert json.loads(local_aws.log(run)[-1]) == [
        [
            "Failed",
            f"Value: {two_thirds} does not meet the constraint requirement!",
            {"Column.team.Completeness": two_thirds},
        ],
        ["Passed", None, {"Dataset.*.CustomSQL.Compliance": two_thirds}],
        ["Passed", None, {"Dataset.*.FileFreshness.Compliance": 1.0, "Dataset.*.FileCount": 2.0}],
        ["Passed", None, {"Dataset.*.FileUniquenessRatio": 1.0, "Dataset.*.FileCount": 2.0}],
        ["Passed", None, {"Dataset.*.FileCount": 1.0}],
    ]
    (result,) = (local_aws.get(bucket, key) for key in local_aws.keys(bucket, "results/year=") if "/part-" in key)
    published = json.loads(result)
    assert (published["JobName"], published["JobRunId"], published["Score"]) == (job, run["Id"], 0.8)
    good = b"".join(local_aws.get(bucket, key) for key in local_aws.keys(bucket, "good/part-"))
    assert [json.loads(line)["id"] for line in good.splitlines()] == [3]
    glue = local_aws.client("glue")
    [listed] = glue.list_data_quality_results(Filter={"JobName": job})["Results"]
    assert (listed["ResultId"], listed["JobRunId"]) == (published["ResultId"], run["Id"])
    assert glue.list_data_quality_results(Filter={"JobName": job, "StartedBefore": run["StartedOn"]})["Results"] == []
    kept = glue.get_data_quality_result(ResultId=published["ResultId"])
    assert (kept["Score"], kept["EvaluationContext"]) == (0.8, job)
    assert [rule["Result"] for rule in kept["RuleResults"]] == ["FAIL", "PASS", "PASS", "PASS", "PASS"]
    assert run["StartedOn"] < kept["StartedOn"] <= kept["CompletedOn"] <= run["CompletedOn"]
    batch = glue.batch_get_data_quality_result(ResultIds=["dqresult-0", published["ResultId"]])
    assert [one["ResultId"] for one in batch["Results"]] == [published["ResultId"]]
    assert batch["ResultsNotFound"] == ["dqresult-0"]
    with pytest.raises(glue.exceptions.EntityNotFoundException):
        glue.get_data_quality_result(ResultId="dqresult-0")
    [event] = inbox.events(1)
    assert event["detail"] == {
        "context": {"contextType": "GLUE_JOB", "jobId": run["Id"], "jobName": job, "evaluationContext": job},
        "resultId": published["ResultId"],
        "rulesetNames": [],
        "state": "FAILED",
        "score": 0.8,
        "rulesSucceeded": 4,
        "rulesFailed": 1,
        "rulesSkipped": 0,
    }
    metrics = local_aws.client("cloudwatch").list_metrics(Namespace="Glue Data Quality")["Metrics"]
    mine = [{"Name": "EvaluationContext", "Value": job}, {"Name": "JobName", "Value": job}]
    assert {metric["MetricName"] for metric in metrics if metric["Dimensions"] == mine} == {
        "glue.data.quality.rules.passed",
        "glue.data.quality.rules.failed",
    }
