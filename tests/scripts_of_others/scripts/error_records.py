import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
logger = glueContext.get_logger()


def parse(record):
    record["quantity"] = int(record["quantity"])
    if record["quantity"] > 100:
        raise ValueError("too many: %d" % record["quantity"])
    return record


raw = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://shop-landing/dirty/"]}, format="csv", format_options={"withHeader": True}
)
parsed = raw.map(f=parse, transformation_ctx="parsed")
print("good", parsed.count(), "bad", parsed.errorsCount(), "stage", parsed.stageErrorsCount())
errors = parsed.errorsAsDynamicFrame()
errors.printSchema()
errors.toDF().show(truncate=False)
print("also", ErrorsAsDynamicFrame.apply(parsed).count())
if parsed.errorsCount() > 0:
    logger.error("some rows are bad")

try:
    strict = Map.apply(frame=raw, f=parse, stageThreshold=1)
    print("rows", strict.count())
    parsed.assertErrorThreshold()
except Exception as e:
    print("refused", type(e).__name__)

parsed.write("s3", {"path": "s3://shop-lake/parsed/"}, "json")
