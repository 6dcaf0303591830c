import sys
from datetime import date
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from pyspark.sql import Row

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext())
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

rows = [Row(order_id=9001, customer_id="C1", ordered_on="2026-01-05", region="Asia", product="Desk", quantity=2, unit_price=80.5, year="2026")]
new = DynamicFrame.fromDF(spark.createDataFrame(rows), glueContext, "new")
glueContext.write_dynamic_frame.from_catalog(
    frame=new,
    database="shop",
    table_name="orders_archive",
    additional_options={"enableUpdateCatalog": True, "updateBehavior": "UPDATE_IN_DATABASE", "partitionKeys": ["year"]},
    transformation_ctx="archive",
)
back = glueContext.create_dynamic_frame.from_catalog("shop", "orders_archive", additional_options={"catalogPartitionPredicate": "year='2026'"})
back.show()
frame = glueContext.create_data_frame.from_catalog(database="shop", table_name="orders_archive")
print(frame.count(), sorted(frame.columns))
schema = glueContext.get_catalog_schema_as_spark_schema("shop", "orders_archive")
print([field.name for field in schema][:2])
glueContext.purge_table("shop", "orders_archive", {"partitionPredicate": "(year=='2023')", "retentionPeriod": 0})
job.commit()
