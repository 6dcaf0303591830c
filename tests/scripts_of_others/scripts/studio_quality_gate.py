import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsgluedq.transforms import EvaluateDataQuality

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext())
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

# Script generated for node Amazon S3
AmazonS3_node1700000000001 = glueContext.create_dynamic_frame.from_options(
    format_options={"multiline": False},
    connection_type="s3",
    format="json",
    connection_options={"paths": ["s3://shop-landing/customers/"], "recurse": True},
    transformation_ctx="AmazonS3_node1700000000001",
)

# Script generated for node Evaluate Data Quality (Multiframe)
EvaluateDataQualityMultiframe_node1700000000002_ruleset = """
    # Example rules: Completeness "colA" between 0.4 and 0.8, ColumnCount > 10
    Rules = [
        IsUnique "customer_id",
        IsComplete "name",
        Completeness "email" > 0.9,
        ColumnLength "customer_id" = 2
    ]
"""

EvaluateDataQualityMultiframe_node1700000000002 = EvaluateDataQuality().process_rows(
    frame=AmazonS3_node1700000000001,
    ruleset=EvaluateDataQualityMultiframe_node1700000000002_ruleset,
    publishing_options={
        "dataQualityEvaluationContext": "EvaluateDataQualityMultiframe_node1700000000002",
        "enableDataQualityCloudWatchMetrics": True,
        "enableDataQualityResultsPublishing": True,
    },
    additional_options={"observations.scope": "ALL", "performanceTuning.caching": "CACHE_NOTHING"},
)

# Script generated for node ruleOutcomes
ruleOutcomes_node1700000000003 = SelectFromCollection.apply(
    dfc=EvaluateDataQualityMultiframe_node1700000000002,
    key="ruleOutcomes",
    transformation_ctx="ruleOutcomes_node1700000000003",
)

# Script generated for node rowLevelOutcomes
rowLevelOutcomes_node1700000000004 = SelectFromCollection.apply(
    dfc=EvaluateDataQualityMultiframe_node1700000000002,
    key="rowLevelOutcomes",
    transformation_ctx="rowLevelOutcomes_node1700000000004",
)

# Script generated for node Filter
Filter_node1700000000005 = Filter.apply(
    frame=rowLevelOutcomes_node1700000000004,
    f=lambda row: (row["DataQualityEvaluationResult"] == "Failed"),
    transformation_ctx="Filter_node1700000000005",
)

# Script generated for node Outcomes
Outcomes_node1700000000006 = glueContext.write_dynamic_frame.from_options(
    frame=ruleOutcomes_node1700000000003,
    connection_type="s3",
    format="json",
    connection_options={"path": "s3://shop-lake/quality/outcomes/", "partitionKeys": []},
    transformation_ctx="Outcomes_node1700000000006",
)

# Script generated for node Quarantine
Quarantine_node1700000000007 = glueContext.write_dynamic_frame.from_options(
    frame=Filter_node1700000000005,
    connection_type="s3",
    format="json",
    connection_options={"path": "s3://shop-lake/quality/quarantine/", "partitionKeys": []},
    transformation_ctx="Quarantine_node1700000000007",
)

assert EvaluateDataQualityMultiframe_node1700000000002["ruleOutcomes"].filter(lambda x: x["Outcome"] == "Failed").count() == 1, "The job failed due to failing DQ rules for node: AmazonS3_node1700000000001"

job.commit()
