"""A job that evaluates data quality as it runs on the server: files of S3, results in S3, metrics in CloudWatch."""

import json

from tests.local_aws.aws_server import LocalAws

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
    metrics = local_aws.client("cloudwatch").list_metrics(Namespace="Glue Data Quality")["Metrics"]
    mine = [{"Name": "EvaluationContext", "Value": job}, {"Name": "JobName", "Value": job}]
    assert {metric["MetricName"] for metric in metrics if metric["Dimensions"] == mine} == {
        "glue.data.quality.rules.passed",
        "glue.data.quality.rules.failed",
    }
