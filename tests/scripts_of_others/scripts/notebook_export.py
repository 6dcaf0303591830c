
import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
  
sc = SparkContext.getOrCreate()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
#### Create a DynamicFrame from a table in the AWS Glue Data Catalog and display its schema
dyf = glueContext.create_dynamic_frame.from_catalog(database='shop', table_name='orders_by_year')
dyf.printSchema()
#### Convert the DynamicFrame to a Spark DataFrame and display a sample of the data
df = dyf.toDF()
df.show()
df.describe("quantity").show()
#### Visualize data with matplotlib
# set_of_regions = df.select("region").toPandas()
try:
    display(df)
except NameError:
    df.show(5, truncate=False)
#### Pivot
from pyspark.sql import functions as F
pivot = df.groupBy("product").pivot("year", ["2024", "2025"]).agg(F.sum("quantity")).orderBy("product")
pivot.show()
#### Write the data in the DynamicFrame to a location in Amazon S3 and a table for it in the AWS Glue Data Catalog
from awsglue.dynamicframe import DynamicFrame
s3output = glueContext.getSink(
  path="s3://shop-lake/pivot",
  connection_type="s3",
  updateBehavior="UPDATE_IN_DATABASE",
  partitionKeys=[],
  compression="snappy",
  enableUpdateCatalog=True,
  transformation_ctx="s3output",
)
s3output.setCatalogInfo(
  catalogDatabase="shop", catalogTableName="quantities"
)
s3output.setFormat("glueparquet")
s3output.writeFrame(DynamicFrame.fromDF(pivot.fillna(0).withColumnRenamed("2024", "y2024").withColumnRenamed("2025", "y2025"), glueContext, "pivot"))
job.commit()
