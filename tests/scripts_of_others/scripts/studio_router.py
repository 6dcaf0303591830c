import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.gluetypes import *
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue import DynamicFrame
from pyspark.sql import functions as SqlFuncs
import concurrent.futures
import re

class Route:
    def __init__(self, name, rule):
        self.name = name
        self.rule = rule

def routed(glue_ctx, source, routes) -> DynamicFrameCollection:
    frames = {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        waiting = {pool.submit(Filter.apply, frame=source, f=route.rule): route for route in routes}
        for done in concurrent.futures.as_completed(waiting):
            frames[waiting[done].name] = done.result()
    return DynamicFrameCollection(frames, glue_ctx)

def sparkUnion(glueContext, unionType, mapping, transformation_ctx) -> DynamicFrame:
    for alias, frame in mapping.items():
        frame.toDF().createOrReplaceTempView(alias)
    result = spark.sql("(select * from source1) UNION " + unionType + " (select * from source2)")
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)

def sparkAggregate(glueContext, parentFrame, groups, aggs, transformation_ctx) -> DynamicFrame:
    aggsFuncs = []
    for column, func in aggs:
        aggsFuncs.append(getattr(SqlFuncs, func)(column))
    result = parentFrame.toDF().groupBy(*groups).agg(*aggsFuncs) if len(groups) > 0 else parentFrame.toDF().agg(*aggsFuncs)
    return DynamicFrame.fromDF(result, glueContext, transformation_ctx)

def MyTransform(glueContext, dfc) -> DynamicFrameCollection:
    from pyspark.sql.functions import col, upper
    selected = dfc.select(list(dfc.keys())[0]).toDF()
    shouting = selected.withColumn("product", upper(col("product")))
    return DynamicFrameCollection({"CustomTransform0": DynamicFrame.fromDF(shouting, glueContext, "shouting")}, glueContext)

args = getResolvedOptions(sys.argv, ['JOB_NAME'])
sc = SparkContext()
glueContext = GlueContext(sc)
spark = glueContext.spark_session
job = Job(glueContext)
job.init(args['JOB_NAME'], args)

# Script generated for node AWS Glue Data Catalog
AWSGlueDataCatalog_node1695 = glueContext.create_dynamic_frame.from_catalog(database="shop", table_name="orders_by_year", transformation_ctx="AWSGlueDataCatalog_node1695")

# Script generated for node Conditional Router
ConditionalRouter_node1695 = routed(glueContext, source = AWSGlueDataCatalog_node1695, routes = [
    Route(name = "bulk", rule = lambda row: (row["quantity"] >= 3)),
    Route(name = "europe", rule = lambda row: (bool(re.match("^Eur", row["region"])))),
    Route(name = "default_group", rule = lambda row: (not (row["quantity"] >= 3) and not (bool(re.match("^Eur", row["region"]))))),
])

# Script generated for node bulk
bulk_node1695 = SelectFromCollection.apply(dfc=ConditionalRouter_node1695, key="bulk", transformation_ctx="bulk_node1695")

# Script generated for node europe
europe_node1695 = SelectFromCollection.apply(dfc=ConditionalRouter_node1695, key="europe", transformation_ctx="europe_node1695")

# Script generated for node default
default_node1695 = SelectFromCollection.apply(dfc=ConditionalRouter_node1695, key="default_group", transformation_ctx="default_node1695")

# Script generated for node Union
Union_node1696 = sparkUnion(glueContext, unionType = "DISTINCT", mapping = {"source1": bulk_node1695, "source2": europe_node1695}, transformation_ctx = "Union_node1696")

# Script generated for node Aggregate
Aggregate_node1697 = sparkAggregate(glueContext, parentFrame = Union_node1696, groups = ["region"], aggs = [["order_id", "countDistinct"], ["quantity", "sum"]], transformation_ctx = "Aggregate_node1697")

# Script generated for node Drop Duplicates
DropDuplicates_node1698 = DynamicFrame.fromDF(default_node1695.toDF().dropDuplicates(["product", "region"]).select("product", "region"), glueContext, "DropDuplicates_node1698")

# Script generated for node Custom Transform
CustomTransform_node1699 = MyTransform(glueContext, DynamicFrameCollection({"DropDuplicates_node1698": DropDuplicates_node1698}, glueContext))

# Script generated for node Select From Collection
SelectFromCollection_node1700 = SelectFromCollection.apply(dfc=CustomTransform_node1699, key=list(CustomTransform_node1699.keys())[0], transformation_ctx="SelectFromCollection_node1700")

# Script generated for node Amazon S3
AmazonS3_node1701 = glueContext.write_dynamic_frame.from_options(frame=Aggregate_node1697, connection_type="s3", format="json", connection_options={"path": "s3://shop-lake/router/aggregate/", "partitionKeys": []}, transformation_ctx="AmazonS3_node1701")

# Script generated for node Amazon S3
AmazonS3_node1702 = glueContext.write_dynamic_frame.from_options(frame=SelectFromCollection_node1700, connection_type="s3", format="json", connection_options={"path": "s3://shop-lake/router/rest/", "partitionKeys": []}, transformation_ctx="AmazonS3_node1702")
job.commit()
