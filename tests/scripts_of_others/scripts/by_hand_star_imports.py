from awsglue.context import *
from awsglue.transforms import *
from awsglue.utils import *
from awsglue.job import *
from awsglue.dynamicframe import *
from pyspark.context import SparkContext
from pyspark.sql.functions import *
from pyspark.sql.types import *
import sys

args = getResolvedOptions(sys.argv, ["JOB_NAME", "target_bucket", "min_quantity"])

glueContext = GlueContext(SparkContext.getOrCreate())
spark = glueContext.spark_session
logger = glueContext.get_logger()
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

orders = glueContext.create_dynamic_frame.from_catalog(
    name_space="shop",
    table_name="orders_by_year",
    push_down_predicate="year >= '2024' and year < '2025'",
    transformation_ctx="orders")
logger.info("orders of 2024: " + str(orders.count()))
orders.printSchema()
orders.show(2)
print(orders.schema().getField("quantity").dataType.typeName())

mapped = orders.apply_mapping([
    ("order_id", "bigint", "id", "string"),
    ("quantity", "bigint", "quantity", "int"),
    ("unit_price", "double", "unit_price", "decimal(10,2)"),
    ("region", "string", "place.region", "string"),
    ("customer_id", "string", "place.customer", "string"),
    ("year", "string", "year", "int"),
], transformation_ctx="mapped")

df = mapped.toDF()
df = df.filter(col("quantity") >= int(args["min_quantity"]))
df = df.withColumn("total", (col("quantity") * col("unit_price")).cast(DecimalType(12, 2)))
df = df.withColumn("size", when(col("total") > 50, lit("large")).otherwise(lit("small")))
df.show()

out = DynamicFrame.fromDF(df, glueContext, "out")
glueContext.write_dynamic_frame.from_options(
    frame=out,
    connection_type="s3",
    connection_options={"path": f"s3://{args['target_bucket']}/star_imports/", "partitionKeys": ["year", "size"]},
    format="parquet",
    transformation_ctx="out")
logger.warn("written")
job.commit()
