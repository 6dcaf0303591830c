import os
import sys

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark import SparkConf
from pyspark.context import SparkContext
from pyspark.sql.functions import col, input_file_name, regexp_extract, udf
from pyspark.sql.types import DateType, DoubleType, LongType, StringType, StructField, StructType

args = getResolvedOptions(sys.argv, ["JOB_NAME", "env", "expected_columns"])
os.environ["STAGE"] = args["env"]

conf = SparkConf()
conf.set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED")
conf.set("spark.sql.legacy.timeParserPolicy", "LEGACY")
conf.set("spark.sql.session.timeZone", "Europe/Paris")
sc = SparkContext.getOrCreate(conf=conf)
sc.setLogLevel("INFO")
glueContext = GlueContext(sc)
spark = glueContext.spark_session
sc._jsc.hadoopConfiguration().set("mapreduce.fileoutputcommitter.marksuccessfuljobs", "false")
sc._jsc.hadoopConfiguration().set("fs.s3.canned.acl", "BucketOwnerFullControl")
log4jLogger = sc._jvm.org.apache.log4j
logger = log4jLogger.LogManager.getLogger("orders-job")
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

schema = StructType([
    StructField("order_id", LongType(), False),
    StructField("customer_id", StringType(), True),
    StructField("ordered_on", DateType(), True),
    StructField("region", StringType(), True),
    StructField("product", StringType(), True),
    StructField("quantity", LongType(), True),
    StructField("unit_price", DoubleType(), True),
])
raw = spark.read.format("csv").schema(schema).option("header", "true").option("escape", '"').option("recursiveFileLookup", "true").load("s3a://shop-landing/orders/")
if raw.columns != args["expected_columns"].split(","):
    raise ValueError("columns changed: " + ",".join(raw.columns))
logger.info("orders: %d" % raw.count())


@udf(returnType=StringType())
def code(product):
    return product.split(",")[0].upper()[:3] if product else None


out = (raw.withColumn("file", regexp_extract(input_file_name(), r"(orders/.*)$", 1))
          .withColumn("code", code(col("product")))
          .select("order_id", "ordered_on", "code", "file", "product"))
out.coalesce(1).write.mode("overwrite").option("header", "true").option("sep", "\t").csv("s3://shop-lake/configured/_work/")

# Spark chooses the name of the file: give it the one that the partner expects
s3 = boto3.resource("s3", region_name=os.environ.get("AWS_REGION", "eu-west-1"))
bucket = s3.Bucket("shop-lake")
for found in bucket.objects.filter(Prefix="configured/_work/part-"):
    s3.Object("shop-lake", "configured/orders_%s.tsv" % os.environ["STAGE"]).copy_from(CopySource={"Bucket": "shop-lake", "Key": found.key})
bucket.objects.filter(Prefix="configured/_work/").delete()
job.commit()
